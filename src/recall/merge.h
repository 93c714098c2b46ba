/* Merging: candidates of all sources, each once, with what every source says of it, and one fused score.
 *
 * A candidate that one source brought is scored by all of them: sums hold more items than a source's quota, and a vector
 * scores any item. Fusing by scores divides each source's scores by that of its candidate of rank `norm_rank`, which
 * makes them comparable without knowing their scale; fusing by ranks is reciprocal rank fusion (Cormack et al. 2009).
 */
#ifndef MT_RECALL_MERGE_H
#define MT_RECALL_MERGE_H

#include "base/arena.h"
#include "base/topk.h"
#include "bundle/policy.h"
#include "recall/index.h"

/* How a source's scores become comparable with those of others: (score - zero) / span. */
typedef struct mt_scale {
  float zero, span;
} mt_scale;

/* From its best and its worst candidate, and the one of rank norm_rank; NaN: it has fewer. By the last where that is
 * positive, so that 0 stays "knows nothing"; else (distances, negative products) by what lies between best and worst. */
mt_scale mt_scale_of(float best, float worst, float norm);

/* A normalised score that stays a finite number after weighing and adding, even where a bundle's own numbers are not. */
static inline float mt_scaled(float score, float zero, float unit) {
  float scaled = (score - zero) * unit;
  return scaled > -1e30f ? (scaled < 1e30f ? scaled : 1e30f) : -1e30f;
}

typedef struct mt_candidates {
  uint32_t capacity, count, sources;
  uint32_t *items;  /* [capacity] */
  float *scores;    /* [capacity][sources], 0 where a source knows nothing */
  uint16_t *ranks;  /* [capacity][sources], from 1; 0: not among that source's candidates */
  float *fused;     /* [capacity] */
  mt_index index;
  float weight[MT_MAX_SOURCES];       /* in this request; 0: the source is silent */
  float zero[MT_MAX_SOURCES];         /* (score - zero) · unit is the normalised score */
  float unit[MT_MAX_SOURCES];
} mt_candidates;

void mt_candidates_reserve(mt_arena *arena, uint32_t capacity, uint32_t sources, mt_candidates *candidates);
void mt_candidates_reset(mt_candidates *candidates);

/* Learns the scale of a source's scores from what it recalls, best first, before a filter narrows it: what one asks for
 * must not change how sources compare. */
void mt_candidates_scale(mt_candidates *candidates, uint32_t source, const uint64_t *keys, size_t count, uint32_t norm_rank);

/* The place of a candidate, a new one where it is none yet; MT_NOT_FOUND where there is no room. */
uint32_t mt_candidates_put(mt_candidates *candidates, uint32_t item);

/* Takes in what a source recalled, best first. */
void mt_candidates_add(mt_candidates *candidates, uint32_t source, float weight, const uint64_t *keys, size_t count);

/* Fills fused[] from the scores, which the caller has completed. */
void mt_candidates_fuse(mt_candidates *candidates, const mt_policy *policy);

#endif

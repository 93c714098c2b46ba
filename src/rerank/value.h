/* What a candidate is worth to a slate before anything is picked: its relevance on a scale that rules can work with.
 *
 * Relevance comes as fused scores or as a ranker's margins: on any scale, and below 0 as well. Here the best candidate
 * gets 1 and the last one 0, the others in proportion. So a strength means the same whatever ranks, distances between
 * candidates stay what they were, and a factor below 1 lowers every value. Those that a ranker scored, and those behind
 * that it did not, are two scales: each is stretched by itself, and the first stays before the second.
 */
#ifndef MT_RERANK_VALUE_H
#define MT_RERANK_VALUE_H

#include "rerank/match.h"
#include "tower/history.h"

typedef enum mt_entry_state {
  MT_ENTRY_OPEN,
  MT_ENTRY_GONE,  /* picked, or a pin holds a slot for it */
  MT_ENTRY_NEVER, /* a rule keeps it out of all slots that are left */
} mt_entry_state;

typedef struct mt_entry {
  uint32_t item;
  float value;
  mt_entry_state state;
  uint64_t matches; /* boosts, quotas and lines that are about it */
} mt_entry;

/* What came out of recall and ranking. */
typedef struct mt_ranking {
  const mt_candidates *candidates;
  const float *relevance;   /* by place */
  const uint32_t *order;    /* [ordered] places, best first */
  uint32_t ordered, ranked; /* the first `ranked` share one scale, the rest another; 0: all share one */
} mt_ranking;

/* Bits of the rules of kinds boost, quota and line that are about the item. */
uint64_t mt_value_matches(const mt_matcher *matcher, uint32_t item);

/* Fills entries[ordered] with the candidates of one scale after the other, best first by value; *first_ret: how many are
 * of the first. `keys` is scratch, [ordered]. */
void mt_value_all(const mt_matcher *matcher, const mt_ranking *ranking, double now, uint64_t *keys, mt_entry *entries,
                  uint32_t *first_ret);

#endif

/* Fusion: how much each source of candidates counts, learned from held-out events.
 *
 * The builder trains the sources on a part of the log, lets them score the candidates of some users, and adds those here
 * with what the users did next. The search then moves one weight at a time, keeps what raises recall@k + ndcg@k, and
 * stops when nothing does. Scores are linear in the weights: while one moves, the sum of the others stands. And only the
 * places of the held-out items count: such a place is how many candidates are above it, so nothing is sorted.
 * A source that is weak alone may still be worth much beside others: guessing the weights costs more than any source.
 */
#ifndef MT_LEARN_FUSION_H
#define MT_LEARN_FUSION_H

#include "base/checked.h"
#include "base/status.h"
#include "bundle/policy.h"
#include "learn/measures.h"

#define MT_FUSION_MAX_SOURCES 32
#define MT_FUSION_MAX_K 256

/* A person with a hit among the candidates. */
typedef struct mt_fusion_person {
  size_t first;     /* of item[first + count]; the scores are score[(first · sources) + ...], as [sources][stride] */
  size_t first_hit; /* of hit[first_hit + hits] */
  uint32_t count, hits;
  uint32_t held;   /* how many items were held out */
  uint32_t length; /* class of the history's length */
  uint32_t place;  /* among all that were added */
} mt_fusion_person;

typedef struct mt_fusion {
  uint32_t sources, k;
  uint32_t users[MT_LENGTHS]; /* all that were added, by length */
  uint32_t kept;              /* those with a hit: the others score 0 under any weights */
  size_t candidates, hits;    /* of the kept, in all; the candidates of each rounded up to the stride, a multiple of 4 */
  size_t person_room, candidate_room, hit_room;
  mt_fusion_person *person; /* [kept] */
  uint32_t *item;           /* [candidates] */
  float *score;             /* [candidates · sources]: a person's scores of one source stand together */
  uint32_t *hit;            /* [hits] which of the person's candidates are held out */
  mt_gains gains;
} mt_fusion;

/* Instead of one class of lengths: everybody; or every other user, from the first and from the second that was added, so that
 * weights which are searched on some are measured on others. */
#define MT_EVERY_LENGTH MT_LENGTHS
#define MT_EVEN_USERS (MT_LENGTHS + 1)
#define MT_ODD_USERS (MT_LENGTHS + 2)

typedef struct mt_fusion_value {
  double recall, ndcg; /* means over all users, as measures.h defines them */
} mt_fusion_value;

mt_status mt_fusion_start(uint32_t sources, uint32_t k, mt_fusion *out, mt_error *error);
void mt_fusion_free(mt_fusion *fusion);

/* Scales score[n][sources], as sources gave them, in place as the merge does (mt_scale_of), by the candidates of each source:
 * those with a rank[n][sources] above 0. A source without any was silent: 0. */
void mt_fusion_scale(const mt_fusion *fusion, float *score, const uint16_t *rank, uint32_t n, uint32_t norm_rank);

/* Adds one user with a history of class `length`: items[n] (no item twice) with score[n][sources] as the device would weigh
 * them (normalised, finite), and the held-out items, held[held_count] ascending strictly plus `outside` more that are not in
 * the catalogue. */
mt_status mt_fusion_add(mt_fusion *fusion, uint32_t length, const uint32_t *items, const float *score, uint32_t n,
                        const uint32_t *held, uint32_t held_count, uint32_t outside, mt_error *error);

/* Adds the users of another fusion of the same sources, after those that are here. */
mt_status mt_fusion_join(mt_fusion *fusion, const mt_fusion *other, mt_error *error);

/* What these weights[sources] reach with the users of one length, of every, or with half of all; ties go to the smaller item, as on the
 * device. */
mt_status mt_fusion_measure(const mt_fusion *fusion, uint32_t length, const float *weights, mt_fusion_value *out,
                            mt_error *error);

/* Into each[users, of every length]: recall + ndcg of every user, in the order in which they were added, so that two ways can be
 * compared user by user. */
mt_status mt_fusion_each(const mt_fusion *fusion, const float *weights, float *each, mt_error *error);

/* Searches from weights[sources] (>= 0) and leaves the best found there, scaled so that the largest is 1. A weight moves
 * only for a gain of `gain` relative (0.001 usual): what is not worth that falls to 0 and need not be shipped. `among`: bit s
 * says that the weight of source s moves; the others stay. */
mt_status mt_fusion_search(const mt_fusion *fusion, uint32_t length, uint32_t among, float gain, float *weights,
                           mt_fusion_value *out, mt_error *error);

#endif

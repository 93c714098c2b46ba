/* Measures: how well ranked lists meet what people did next.
 *
 * Per user, with hits counted among the first k recommended items and `held` the user's held-out items:
 *   recall = hits / held      hit rate = 1 if hits > 0      mrr = 1 / place of the first hit (places from 1)
 *   ndcg   = sum over hits of 1 / log2(place + 1), over the same sum for an ideal list of min(held, k) hits
 * and each figure is the mean over users. coverage = distinct recommended items / items.
 * A held-out item outside the catalogue is a miss, so it counts in `held`; one that is already in the history is dropped
 * before it comes here. A user with nothing held out does not count.
 */
#ifndef MT_LEARN_MEASURES_H
#define MT_LEARN_MEASURES_H

#include "base/checked.h"
#include "base/status.h"

#define MT_MEASURES_MAX_K 4096

typedef struct mt_measures {
  uint32_t users;
  double recall, ndcg, hit_rate, mrr; /* sums over users until mt_measures_finish, then means */
  double coverage;                    /* filled by mt_measures_finish */
} mt_measures;

static inline mt_measures mt_measures_start(void) { return (mt_measures){0}; }

/* Adds one user: the first min(k, found) of recommended[found] count (no item twice), held[held_count] ascends strictly
 * and `outside` further held-out items are not in the catalogue. Each recommended item is marked in seen[items]. */
mt_status mt_measures_add(mt_measures *measures, uint32_t k, const uint32_t *recommended, uint32_t found,
                          const uint32_t *held, uint32_t held_count, uint32_t outside, uint8_t *seen, uint32_t items,
                          mt_error *error);

/* Turns sums to means. Partial sums of several workers may be added field by field before, their `seen` by OR. */
void mt_measures_finish(mt_measures *measures, const uint8_t *seen, uint32_t items);

#endif

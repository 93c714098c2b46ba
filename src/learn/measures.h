/* Measures: how well ranked lists meet what people did next.
 *
 * Of one list, with hits counted among its first k items and `held` items held out:
 *   recall = hits / held      hit rate = 1 if hits > 0      mrr = 1 / place of the first hit (places from 1)
 *   ndcg   = sum over hits of 1 / log2(place + 1), over the same sum for an ideal list of min(held, k) hits
 * and each figure is the mean over people. A held-out item outside the catalogue is a miss, so it counts in `held`; one
 * that is already in the history is dropped before it comes here.
 */
#ifndef MT_LEARN_MEASURES_H
#define MT_LEARN_MEASURES_H

#include "base/status.h"

#define MT_MEASURES_MAX_K 1000u

/* What hits in lists of k are worth to ndcg. */
typedef struct mt_gains {
  uint32_t k;
  double gain[MT_MEASURES_MAX_K];      /* of a hit at place p + 1 */
  double ideal[MT_MEASURES_MAX_K + 1]; /* of h hits in front */
} mt_gains;

mt_status mt_gains_start(uint32_t k, mt_gains *out, mt_error *error);

typedef struct mt_measures { /* sums over people */
  double recall, ndcg, hit_rate, mrr;
} mt_measures;

/* Adds one person's list: hit[found] says which of its items are held out; held > 0. */
void mt_measures_add(mt_measures *sums, const mt_gains *gains, const uint8_t *hit, uint32_t found, uint32_t held);

#endif

/* The slate: what is shown, in which order. Without rules the best come first, then what no source brought, so that a slate
 * is never short; with rules rerank/slate.h decides.
 */
#ifndef MT_FUNNEL_SLATE_H
#define MT_FUNNEL_SLATE_H

#include "funnel/order.h"
#include "martello.h"
#include "rerank/slate.h"

typedef struct mt_slate_stage {
  mt_slate slate;
  mt_greedy greedy;
} mt_slate_stage;

/* What a slate is chosen from. */
typedef struct mt_slate_ask {
  const mt_rules *rules;
  const mt_impressions *impressions;
  const mt_history *history;
  const mt_attribute *attribute;
  const mt_space *space;
  const mt_candidates *candidates;
  const float *relevance; /* by place */
  const mt_order *order;
  uint32_t ranked;        /* the first of the order, which a ranker scored */
  uint32_t items;
  const uint8_t *allowed; /* bitmap */
} mt_slate_ask;

/* `widest`: the longest padded vector of any space. */
void mt_slate_reserve(mt_arena *arena, uint32_t items, size_t widest, mt_slate_stage *stage);

/* Forgets the last slate. */
void mt_slate_begin(mt_slate *slate);

/* Fills count, filled, picks and skipped. */
void mt_slate_run(mt_slate_stage *stage, const mt_slate_ask *ask, uint32_t k);

/* The first k of an order, and no others. */
void mt_slate_best(mt_slate *slate, const mt_candidates *candidates, const float *relevance, const mt_order *order, uint32_t k);

#endif

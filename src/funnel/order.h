/* The order of candidates: what ranking hands on, best first. */
#ifndef MT_FUNNEL_ORDER_H
#define MT_FUNNEL_ORDER_H

#include "base/arena.h"
#include "recall/merge.h"

#define MT_MAX_ORDERED 2000u /* candidates of a request that are ranked, and that a slate is chosen from */

typedef struct mt_order {
  uint32_t most, count;
  uint32_t *places; /* [most] of candidates */
  uint64_t *keys;   /* scratch of mt_order_fused, [mt_topk_capacity(most)] */
} mt_order;

void mt_order_reserve(mt_arena *arena, uint32_t most, mt_order *order);

/* The best `most` by fused score, most <= order->most. */
void mt_order_fused(mt_order *order, const mt_candidates *candidates, uint32_t most);

#endif

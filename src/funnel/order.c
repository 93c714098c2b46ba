#include "funnel/order.h"

void mt_order_reserve(mt_arena *arena, uint32_t most, mt_order *order) {
  *order = (mt_order){.most = most};
  order->places = mt_arena_take(arena, most, sizeof *order->places);
  order->keys = mt_arena_take(arena, mt_topk_capacity(most), sizeof *order->keys);
}

void mt_order_fused(mt_order *order, const mt_candidates *candidates, uint32_t most) {
  mt_topk top = mt_topk_start(order->keys, most);
  for (uint32_t c = 0; c < candidates->count; c++)
    mt_topk_push(&top, mt_topk_key(candidates->fused[c], candidates->items[c]));
  order->count = (uint32_t)mt_topk_finish(&top);
  for (uint32_t i = 0; i < order->count; i++)
    order->places[i] = mt_index_get(&candidates->index, mt_topk_item(order->keys[i]));
}

/* Ranking: what the sources said together orders the candidates. */
#include "funnel.h"

void mt_order_fused(mt_recommender *rec) {
  const mt_candidates *candidates = &rec->candidates;
  mt_topk top = mt_topk_start(rec->keys, MT_MAX_ORDERED);
  for (uint32_t c = 0; c < candidates->count; c++)
    mt_topk_push(&top, mt_topk_key(candidates->fused[c], candidates->items[c]));
  rec->ordered = (uint32_t)mt_topk_finish(&top);
  for (uint32_t i = 0; i < rec->ordered; i++) rec->order[i] = mt_index_get(&candidates->index, mt_topk_item(rec->keys[i]));
}

mt_status mt_stage_rank(mt_recommender *rec, mt_error *error) {
  (void)error;
  memcpy(rec->relevance, rec->candidates.fused, rec->candidates.count * sizeof *rec->relevance);
  mt_order_fused(rec);
  return MT_OK;
}

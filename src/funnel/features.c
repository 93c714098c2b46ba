#include "funnel/features.h"

mt_status mt_feature_stage_open(const mt_bundle *bundle, const mt_feature_scope *scope, mt_feature_stage *stage, mt_error *error) {
  mt_section section;
  if (!mt_bundle_find(bundle, MT_SECTION_FEATURES, 0, 0, &section)) return MT_OK;
  return mt_features_open(section.bytes, section.length, scope, &stage->features, error);
}

void mt_feature_stage_reserve(mt_arena *arena, const mt_feature_scope *scope, const mt_space *space, mt_feature_stage *stage) {
  stage->query = mt_arena_take(arena, scope->spaces, sizeof *stage->query);
  if (stage->features.count == 0) return;
  stage->rows = mt_arena_take(arena, (size_t)MT_FEATURE_ROWS * stage->features.count, sizeof *stage->rows);
  mt_features_reserve(arena, &stage->features, scope, space, &stage->work);
}

void mt_feature_stage_view(mt_feature_stage *stage, const mt_feature_view *view, const mt_recall_stage *recall, uint32_t spaces) {
  stage->view = *view;
  stage->view.query = stage->query;
  for (uint32_t i = 0; i < spaces; i++) stage->query[i] = NULL;
  for (uint32_t s = 0, space; s < recall->sources; s++) {
    if (recall->candidates.weight[s] == 0) continue;
    const float *query = mt_source_query(&recall->source[s], &space);
    if (query != NULL) stage->query[space] = query;
  }
}

void mt_feature_stage_prepare(mt_feature_stage *stage) {
  if (stage->features.count > 0) mt_features_prepare(&stage->work, &stage->view);
}

void mt_feature_stage_rows(mt_feature_stage *stage, const uint32_t *places, uint32_t rank, uint32_t count) {
  if (stage->features.count > 0) mt_features_rows(&stage->work, &stage->view, places, rank, count, stage->rows);
}

const mt_feature_block *mt_feature_stage_block(mt_feature_stage *stage, const mt_order *order, uint32_t first) {
  mt_feature_block *block = &stage->block;
  uint32_t left = first < order->count ? order->count - first : 0;
  *block = (mt_feature_block){.count = left < MT_FEATURE_ROWS ? left : MT_FEATURE_ROWS, .features = stage->features.count,
                              .rows = stage->rows};
  for (uint32_t i = 0; i < block->count; i++) block->items[i] = stage->view.candidates->items[order->places[first + i]];
  mt_feature_stage_rows(stage, order->places + first, first + 1, block->count);
  return block;
}

/* Features of the candidates, for a ranker and for training rows: rank/features.h at work in the funnel. */
#ifndef MT_FUNNEL_FEATURES_H
#define MT_FUNNEL_FEATURES_H

#include "bundle/bundle.h"
#include "funnel/order.h"
#include "funnel/recall.h"
#include "martello.h"
#include "rank/features.h"

typedef struct mt_feature_stage {
  mt_features features; /* none: a count of 0 */
  mt_feature_view view; /* of this request */
  mt_feature_work work;
  const float **query;  /* [spaces] */
  float *rows;          /* [MT_FEATURE_ROWS][features.count] */
  mt_feature_block block;
} mt_feature_stage;

mt_status mt_feature_stage_open(const mt_bundle *bundle, const mt_feature_scope *scope, mt_feature_stage *stage, mt_error *error);
void mt_feature_stage_reserve(mt_arena *arena, const mt_feature_scope *scope, const mt_space *space, mt_feature_stage *stage);

/* Once after recall: `view` is what features are computed from, but for what the sources made of the history. */
void mt_feature_stage_view(mt_feature_stage *stage, const mt_feature_view *view, const mt_recall_stage *recall, uint32_t spaces);

/* Before the first rows of a request. */
void mt_feature_stage_prepare(mt_feature_stage *stage);

/* stage->rows[count] of the candidates at `places`, count <= MT_FEATURE_ROWS, the first of which is of rank `rank` (from 1) by
 * fused score. */
void mt_feature_stage_rows(mt_feature_stage *stage, const uint32_t *places, uint32_t rank, uint32_t count);

/* The rows of an order by fused score, from its place `first` on. */
const mt_feature_block *mt_feature_stage_block(mt_feature_stage *stage, const mt_order *order, uint32_t first);

#endif

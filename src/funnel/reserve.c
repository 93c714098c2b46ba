#include "funnel/reserve.h"

#include "funnel/state.h"

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* The longest padded vector of any space. */
static size_t widest_stride(const mt_recommender *rec) {
  size_t widest = 4;
  for (uint32_t i = 0; i < rec->spaces; i++) widest = larger(widest, rec->space[i].padded);
  return widest;
}

/* Bytes of marks that a filter on the attribute with most values and sets needs. */
static size_t widest_marks(const mt_recommender *rec) {
  size_t widest = 1;
  for (uint32_t i = 0; i < rec->attributes; i++) {
    const mt_attribute *a = &rec->attribute[i];
    if (mt_attribute_is_category(a)) widest = larger(widest, (size_t)a->strings.count + a->sets);
  }
  return widest;
}

/* What one search in any of the spaces takes, for whoever asks. */
static size_t widest_search(const mt_recommender *rec) {
  size_t widest = 0;
  for (uint32_t i = 0; i < rec->spaces; i++) {
    const mt_space *space = &rec->space[i];
    widest = larger(widest, mt_nearest_scratch(space, MT_MAX_K, 0));
    widest = larger(widest, mt_near_scratch(space, MT_MAX_QUOTA));
    widest = larger(widest, mt_near_scratch(space, MT_SEARCH_RELATED));
  }
  return widest + 4 * MT_ALIGN;
}

void mt_reserve(mt_arena *arena, mt_recommender *rec) {
  const mt_source_view view = mt_source_view_of(rec);
  const mt_feature_scope scope = mt_feature_scope_of(rec);
  uint32_t items = rec->bundle.items, features = rec->features.features.count;
  size_t stride = widest_stride(rec), scratch = widest_search(rec);
  if (rec->ids.number == NULL) rec->ids.turned = mt_arena_take(arena, rec->ids.places, sizeof(uint32_t));
  rec->text = mt_arena_take(arena, MT_STRING_BYTES, 1);
  rec->vector = mt_arena_take(arena, stride, sizeof *rec->vector);
  rec->scratch = mt_arena_over(mt_arena_take(arena, scratch, 1), scratch);
  mt_request_reserve(arena, items, widest_marks(rec), &rec->request);
  mt_rules_reserve(arena, items, &rec->rules);
  mt_recall_reserve(arena, &rec->policy, &view, &rec->scratch, &rec->recall);
  mt_order_reserve(arena, MT_MAX_ORDERED, &rec->order);
  mt_feature_stage_reserve(arena, &scope, rec->space, &rec->features);
  mt_rank_reserve(arena, rec->recall.candidates.capacity, features, &rec->rank);
  mt_slate_reserve(arena, items, stride, &rec->slate);
  mt_because_reserve(arena, stride, &rec->because);
  mt_search_reserve(arena, rec->tower, rec->space, &rec->scratch, &rec->search);
  mt_nearest_reserve(arena, &rec->nearest);
  for (uint32_t i = 0; i < rec->models; i++) mt_model_reserve(arena, &rec->model[i]);
}

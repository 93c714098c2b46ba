/* Features of the candidates, and the context of a request that they and tensor programs read. */
#include "funnel/funnel.h"

uint32_t mt_fields(const mt_recommender *rec) { return rec->features.fields; }

static uint32_t name_of(const mt_recommender *rec, uint32_t index, char *text) {
  return mt_strings_get(&rec->features.names, index, text);
}
uint32_t mt_field_name(const mt_recommender *rec, uint32_t field, char *text) {
  return field < rec->features.fields ? name_of(rec, rec->features.count + field, text) : 0;
}
uint32_t mt_feature_count(const mt_recommender *rec) { return rec->features.count; }
uint32_t mt_feature_name(const mt_recommender *rec, uint32_t feature, char *text) {
  return feature < rec->features.count ? name_of(rec, feature, text) : 0;
}

bool mt_field_is_category(const mt_recommender *rec, uint32_t field) {
  return field < rec->features.fields && rec->features.field[field] == MT_FIELD_CATEGORY;
}

void mt_set_context(mt_recommender *rec, uint32_t field, float value) {
  if (field < rec->features.fields) rec->context[field] = value;
}

bool mt_set_context_value(mt_recommender *rec, uint32_t field, const char *value, size_t length) {
  if (!mt_field_is_category(rec, field)) return false;
  uint32_t found = mt_strings_find(&rec->features.values[field], value, length, rec->text);
  rec->context[field] = found == MT_NOT_FOUND ? NAN : (float)found;
  return found != MT_NOT_FOUND;
}

void mt_want(mt_recommender *rec, uint32_t item) { rec->wanted = item; }

/* `query` holds MT_MAX_SPACES places: what the history became in each space that a source speaks of. */
static mt_feature_view view_of(const mt_recommender *rec, const float **query) {
  for (uint32_t i = 0; i < MT_MAX_SPACES; i++) query[i] = NULL;
  for (uint32_t s = 0; s < rec->policy.sources; s++)
    if (mt_kind_of(rec, s) == MT_SOURCE_VECTORS && rec->candidates.weight[s] != 0)
      query[rec->policy.source[s].ordinal] = rec->recall[s].query.vector;
  return (mt_feature_view){&rec->candidates, &rec->history, rec->attribute, &rec->popularity, rec->space, query, rec->context};
}

void mt_prepare_features(mt_recommender *rec) {
  const float *query[MT_MAX_SPACES];
  mt_feature_view view = view_of(rec, query);
  if (rec->features.count > 0) mt_features_prepare(&rec->feature_work, &view);
}

void mt_fill_features(const mt_recommender *rec, const uint32_t *places, uint32_t rank, uint32_t count, float *rows) {
  const float *query[MT_MAX_SPACES];
  mt_feature_view view = view_of(rec, query);
  if (rec->features.count > 0) mt_features_rows(&rec->feature_work, &view, places, rank, count, rows);
}

mt_status mt_features_of(mt_recommender *rec, uint32_t first, const mt_feature_block **block_ret, mt_error *error) {
  mt_feature_block *block = &rec->feature_block;
  if (rec->features.count == 0)
    return mt_fail(error, MT_INVALID, "features: the bundle declares none, expected one built with them");
  if (first == 0) {
    mt_order_fused(rec, &rec->candidates, MT_MAX_ORDERED);
    mt_prepare_features(rec);
  }
  uint32_t left = first < rec->ordered ? rec->ordered - first : 0;
  *block = (mt_feature_block){.count = left < MT_FEATURE_ROWS ? left : MT_FEATURE_ROWS, .features = rec->features.count,
                              .rows = rec->feature_rows};
  for (uint32_t i = 0; i < block->count; i++) block->items[i] = rec->candidates.items[rec->order[first + i]];
  mt_fill_features(rec, rec->order + first, first + 1, block->count, rec->feature_rows);
  *block_ret = block;
  return MT_OK;
}

#include "bundle/features.h"

#include "bundle/check.h"

#define NAME "features"

/* What operand `a` is, and what is bounded besides. */
enum { NOTHING, POPULARITY, NUMBER, CATEGORY, SOURCE, SPACE, FIELD, CATEGORY_FIELD, FEATURE };
enum { FREE, EVENTS, AGE_UNIT, BUCKETS };

/* The list of features as a table; of a number that is none, zeros. */
#define ROW(name, number, class, a, bounded) [number] = {MT_OF_##class, a, bounded},
static const struct feature_row {
  uint8_t class, a, bounded;
} ROWS[MT_FEATURE_END] = {MT_FEATURE_KINDS(ROW)};

mt_feature_class mt_feature_class_of(mt_feature_kind kind) {
  return kind < MT_FEATURE_END ? (mt_feature_class)ROWS[kind].class : MT_OF_NONE;
}

/* The number of things that operand `a` chooses from; 0 where the one chosen is of another sort. */
static uint32_t choice_of(const mt_feature *f, uint32_t index, const mt_features *features, const mt_feature_scope *scope) {
  switch (ROWS[f->kind].a) {
    case NUMBER: return f->a < scope->attributes && mt_attribute_is_number(&scope->attribute[f->a]) ? scope->attributes : 0;
    case CATEGORY: return f->a < scope->attributes && mt_attribute_is_category(&scope->attribute[f->a]) ? scope->attributes : 0;
    case SOURCE: return scope->sources;
    case SPACE: return scope->spaces;
    case FIELD: return features->fields;
    case CATEGORY_FIELD: return f->a < features->fields && features->field[f->a] == MT_FIELD_CATEGORY ? features->fields : 0;
    case FEATURE: return f->b < index ? index : 0;
    case POPULARITY: return scope->popularity ? UINT32_MAX : 0;
    default: return UINT32_MAX;
  }
}

static bool fits(const mt_feature *f, uint32_t index, const mt_features *features, const mt_feature_scope *scope) {
  if (mt_feature_class_of(f->kind) == MT_OF_NONE || f->a >= choice_of(f, index, features, scope)) return false;
  switch (ROWS[f->kind].bounded) {
    case EVENTS: return f->last - 1 < MT_FEATURE_EVENTS;
    case AGE_UNIT: return f->value < MT_AGE_UNITS_END;
    case BUCKETS: return f->value - 1 < MT_MAX_BUCKETS;
    default: return true;
  }
}

static mt_status open_table(const unsigned char *bytes, size_t length, size_t *at, mt_strings *strings, mt_error *error) {
  size_t taken;
  MT_TRY(mt_strings_open(bytes + *at, length - *at, strings, &taken, NAME, error));
  *at = mt_round_up(*at + taken, 4);
  return mt_check_head(NAME, length, *at, error);
}

mt_status mt_features_open(const unsigned char *bytes, size_t length, const mt_feature_scope *scope, mt_features *features,
                           mt_error *error) {
  MT_TRY(mt_check_head(NAME, length, MT_FEATURES_HEAD, error));
  memset(features, 0, sizeof *features);
  features->count = mt_load_u32(bytes);
  features->fields = mt_load_u32(bytes + 4);
  features->fading = mt_load_f32(bytes + 8);
  features->table = bytes + MT_FEATURES_HEAD;
  MT_TRY(mt_check_count(NAME, NAME, features->count, 0, MT_MAX_FEATURES, error));
  MT_TRY(mt_check_count(NAME, "fields", features->fields, 0, MT_MAX_FIELDS, error));
  MT_TRY(mt_check_number(NAME, "fading", (double)features->fading, 0, 1, error));
  size_t fields_at = MT_FEATURES_HEAD + (size_t)features->count * MT_FEATURE_BYTES, at = fields_at + 4 * (size_t)features->fields;
  MT_TRY(mt_check_head(NAME, length, at, error));
  MT_TRY(open_table(bytes, length, &at, &features->names, error));
  uint32_t names = features->count + features->fields;
  MT_TRY(mt_check_count(NAME, "names", features->names.count, names, names, error));
  for (uint32_t i = 0; i < features->fields; i++) {
    uint32_t type = mt_load_u32(bytes + fields_at + 4 * i);
    features->field[i] = type == MT_FIELD_NUMBER ? MT_FIELD_NUMBER : MT_FIELD_CATEGORY;
    if (type != MT_FIELD_NUMBER) MT_TRY(open_table(bytes, length, &at, &features->values[i], error));
  }
  MT_TRY(mt_check_bytes(NAME, length, at, error));
  for (uint32_t i = 0; i < features->count; i++) {
    mt_feature f = mt_feature_get(features, i);
    if (!fits(&f, i, features, scope))
      return mt_fail(error, MT_CORRUPT, "features: found feature %u of kind %u reading %u, which this bundle cannot have",
                     i, f.kind, f.a);
  }
  return MT_OK;
}

/* -- writing -- */

size_t mt_features_encode(const uint32_t *plan, uint32_t count, const uint32_t *field_values, uint32_t fields, float fading,
                          const char *text, const uint32_t *start, unsigned char *out) {
  size_t at = MT_FEATURES_HEAD + (size_t)count * MT_FEATURE_BYTES + 4 * (size_t)fields;
  if (out != NULL) {
    mt_store_u32(out, count);
    mt_store_u32(out + 4, fields);
    mt_store_f32(out + 8, fading);
    for (uint32_t i = 0; i < count; i++)
      memcpy(out + MT_FEATURES_HEAD + (size_t)i * MT_FEATURE_BYTES, plan + 5 * (size_t)i, 5 * sizeof *plan);
    for (uint32_t i = 0; i < fields; i++)
      mt_store_u32(out + at - 4 * (size_t)(fields - i), field_values[i] == 0 ? MT_FIELD_NUMBER : MT_FIELD_CATEGORY);
  }
  at = mt_round_up(at + mt_strings_encode(text, start, count + fields, NULL, 0, out == NULL ? NULL : out + at), 4);
  start += count + fields;
  for (uint32_t i = 0; i < fields; start += field_values[i++])
    if (field_values[i] > 0)
      at = mt_round_up(at + mt_strings_encode(text, start, field_values[i], &field_values[i], 1, out == NULL ? NULL : out + at), 4);
  return at;
}

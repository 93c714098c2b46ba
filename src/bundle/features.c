#include "bundle/features.h"

/* What operand `a` must be. */
typedef enum operand { NONE, NUMBER, CATEGORY, SOURCE, SPACE, FIELD, CATEGORY_FIELD, FEATURE } operand;

static operand operand_of(mt_feature_kind kind) {
  static const unsigned char operands[MT_FEATURE_LAST + 1] = {
      [MT_FEATURE_NUMBER] = NUMBER,     [MT_FEATURE_CODE] = CATEGORY,       [MT_FEATURE_HAS] = CATEGORY,
      [MT_FEATURE_VALUE_COUNT] = CATEGORY, [MT_FEATURE_AGE] = NUMBER,       [MT_FEATURE_SCORE] = SOURCE,
      [MT_FEATURE_RELATIVE] = SOURCE,   [MT_FEATURE_RANK] = SOURCE,         [MT_FEATURE_SHARE] = CATEGORY,
      [MT_FEATURE_FADED_SHARE] = CATEGORY, [MT_FEATURE_COUNT] = CATEGORY,   [MT_FEATURE_WORTH] = CATEGORY,
      [MT_FEATURE_EVENTS_AGO] = CATEGORY, [MT_FEATURE_SECONDS_AGO] = CATEGORY, [MT_FEATURE_DIFFERENCE] = NUMBER,
      [MT_FEATURE_DISTANCE] = NUMBER,   [MT_FEATURE_FADED_DIFFERENCE] = NUMBER, [MT_FEATURE_NEAREST] = SPACE,
      [MT_FEATURE_MEAN] = SPACE,        [MT_FEATURE_QUERY] = SPACE,         [MT_FEATURE_AVERAGE] = NUMBER,
      [MT_FEATURE_FIELD] = FIELD,       [MT_FEATURE_FIELD_IS] = CATEGORY_FIELD, [MT_FEATURE_PRODUCT] = FEATURE,
      [MT_FEATURE_LESS] = FEATURE,      [MT_FEATURE_RATIO] = FEATURE,       [MT_FEATURE_HASH] = FEATURE};
  return (operand)operands[kind];
}

static bool fits(const mt_feature *f, uint32_t index, const mt_features *features, const mt_feature_scope *scope) {
  switch (operand_of(f->kind)) {
    case NUMBER: return f->a < scope->attributes && mt_attribute_is_number(&scope->attribute[f->a]);
    case CATEGORY: return f->a < scope->attributes && mt_attribute_is_category(&scope->attribute[f->a]);
    case SOURCE: return f->a < scope->sources;
    case SPACE: return f->a < scope->spaces;
    case FIELD: return f->a < features->fields;
    case CATEGORY_FIELD: return f->a < features->fields && features->field[f->a] == MT_FIELD_CATEGORY;
    case FEATURE: return f->a < index && f->b < index;
    case NONE: break;
  }
  return f->kind != MT_FEATURE_POPULARITY || scope->popularity;
}

static mt_status check_feature(const mt_features *features, uint32_t index, const mt_feature_scope *scope, mt_error *error) {
  mt_feature f = mt_feature_get(features, index);
  if (f.kind < MT_FEATURE_NUMBER || f.kind > MT_FEATURE_LAST)
    return mt_fail(error, MT_CORRUPT, "features: feature %u is of kind %u, expected 1 to %u", index, (unsigned)f.kind,
                   (unsigned)MT_FEATURE_LAST);
  if (!fits(&f, index, features, scope))
    return mt_fail(error, MT_CORRUPT, "features: feature %u of kind %u reads %u and %u, which this bundle does not have", index,
                   (unsigned)f.kind, f.a, f.b);
  bool similar = f.kind == MT_FEATURE_NEAREST || f.kind == MT_FEATURE_MEAN;
  if (similar && (f.last == 0 || f.last > MT_FEATURE_EVENTS))
    return mt_fail(error, MT_CORRUPT, "features: feature %u looks at %u events, expected 1 to %u", index, f.last, MT_FEATURE_EVENTS);
  if (f.kind == MT_FEATURE_HASH && (f.value == 0 || f.value > MT_MAX_BUCKETS))
    return mt_fail(error, MT_CORRUPT, "features: feature %u has %u buckets, expected 1 to %u", index, f.value, MT_MAX_BUCKETS);
  if (f.kind == MT_FEATURE_AGE && f.value > MT_AGE_YEARS)
    return mt_fail(error, MT_CORRUPT, "features: feature %u counts time in unit %u, expected 0 to %u", index, f.value,
                   (unsigned)MT_AGE_YEARS);
  return MT_OK;
}

static mt_status open_table(const unsigned char *bytes, size_t length, size_t *at, mt_strings *strings, mt_error *error) {
  size_t taken;
  MT_TRY(mt_strings_open(bytes + *at, length - *at, strings, &taken, "features", error));
  *at = mt_round_up(*at + taken, 4);
  if (*at > length) return mt_fail(error, MT_CORRUPT, "features: found %u bytes, expected at least %u", (unsigned)length, (unsigned)*at);
  return MT_OK;
}

mt_status mt_features_open(const unsigned char *bytes, size_t length, const mt_feature_scope *scope, mt_features *features,
                           mt_error *error) {
  if (length < MT_FEATURES_HEAD)
    return mt_fail(error, MT_CORRUPT, "features: found %u bytes, expected at least %u", (unsigned)length, MT_FEATURES_HEAD);
  memset(features, 0, sizeof *features);
  features->count = mt_load_u32(bytes);
  features->fields = mt_load_u32(bytes + 4);
  features->fading = mt_load_f32(bytes + 8);
  features->table = bytes + MT_FEATURES_HEAD;
  if (features->count > MT_MAX_FEATURES || features->fields > MT_MAX_FIELDS)
    return mt_fail(error, MT_CORRUPT, "features: found %u features and %u fields, expected at most %u and %u", features->count,
                   features->fields, MT_MAX_FEATURES, MT_MAX_FIELDS);
  if (!(features->fading >= 0 && features->fading <= 1))
    return mt_fail(error, MT_CORRUPT, "features: their fading is out of range, expected 0 to 1");
  size_t fields_at = MT_FEATURES_HEAD + (size_t)features->count * MT_FEATURE_BYTES, at = fields_at + 4 * (size_t)features->fields;
  if (at > length) return mt_fail(error, MT_CORRUPT, "features: found %u bytes, expected at least %u", (unsigned)length, (unsigned)at);
  for (uint32_t i = 0; i < features->fields; i++) {
    uint32_t type = mt_load_u32(bytes + fields_at + 4 * i);
    if (type > MT_FIELD_CATEGORY) return mt_fail(error, MT_CORRUPT, "features: field %u is of type %u, expected 0 or 1", i, type);
    features->field[i] = (mt_field_type)type;
  }
  MT_TRY(open_table(bytes, length, &at, &features->names, error));
  if (features->names.count != features->count + features->fields)
    return mt_fail(error, MT_CORRUPT, "features: found %u names, expected %u", features->names.count,
                   features->count + features->fields);
  for (uint32_t i = 0; i < features->fields; i++)
    if (features->field[i] == MT_FIELD_CATEGORY) MT_TRY(open_table(bytes, length, &at, &features->values[i], error));
  if (at != length) return mt_fail(error, MT_CORRUPT, "features: found %u bytes, expected %u", (unsigned)length, (unsigned)at);
  for (uint32_t i = 0; i < features->count; i++) MT_TRY(check_feature(features, i, scope, error));
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
  at = mt_round_up(at + mt_strings_encode(text, start, count + fields, false, out == NULL ? NULL : out + at), 4);
  start += count + fields;
  for (uint32_t i = 0; i < fields; start += field_values[i++])
    if (field_values[i] > 0)
      at = mt_round_up(at + mt_strings_encode(text, start, field_values[i], true, out == NULL ? NULL : out + at), 4);
  return at;
}

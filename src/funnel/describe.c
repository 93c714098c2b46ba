/* What a bundle says of itself: sources, spaces, attributes, features. For showing, and for naming things in messages. */
#include "bundle/dates.h"
#include "funnel/state.h"

/* A name of the bundle's head and tables, which ends in NUL. */
static uint32_t copy_name(const char *name, char *text) {
  uint32_t length = 0;
  for (; name[length] != '\0'; length++) text[length] = name[length];
  return length;
}

uint32_t mt_sources(const mt_recommender *rec) { return rec->policy.sources; }
uint32_t mt_source_name(const mt_recommender *rec, uint32_t source, char *text) {
  return source < rec->policy.sources ? copy_name(rec->policy.source[source].name, text) : 0;
}
uint32_t mt_source_role(const mt_recommender *rec, uint32_t source) {
  return source < rec->policy.sources ? rec->policy.source[source].role : 0;
}
uint32_t mt_waiting(const mt_recommender *rec) { return rec->recall.waiting; }
_Static_assert(MT_MAX_QUOTA <= MT_MAX_K, "what a policy may say, a request may ask");
uint32_t mt_default_k(const mt_recommender *rec) { return rec->policy.k; }

uint32_t mt_spaces(const mt_recommender *rec) { return rec->spaces; }
uint32_t mt_space_name(const mt_recommender *rec, uint32_t space, char *text) {
  return space < rec->spaces ? copy_name(rec->space_name[space], text) : 0;
}
uint32_t mt_space_dim(const mt_recommender *rec, uint32_t space) { return space < rec->spaces ? rec->space[space].dim : 0; }
uint32_t mt_space_layers(const mt_recommender *rec, uint32_t space) {
  return space < rec->spaces ? rec->space[space].layer_count : 0;
}
uint32_t mt_space_metric(const mt_recommender *rec, uint32_t space) {
  return space < rec->spaces ? (uint32_t)rec->space[space].metric : 0;
}
bool mt_item_vector(const mt_recommender *rec, uint32_t space, uint32_t item, float *vector) {
  if (mt_space_dim(rec, space) == 0 || !mt_space_has(&rec->space[space], item)) return false;
  mt_space_decode(&rec->space[space], item, MT_ALL_LAYERS, rec->vector); /* padded, so not straight into `vector` */
  memcpy(vector, rec->vector, rec->space[space].dim * sizeof *vector);
  return true;
}

uint32_t mt_attributes(const mt_recommender *rec) { return rec->attributes; }
uint32_t mt_attribute_name(const mt_recommender *rec, uint32_t attribute, char *text) {
  if (attribute >= rec->attributes) return 0;
  memcpy(text, rec->attribute[attribute].name, rec->attribute[attribute].name_length);
  return rec->attribute[attribute].name_length;
}
uint32_t mt_attribute_kind(const mt_recommender *rec, uint32_t attribute) {
  return attribute < rec->attributes ? (uint32_t)rec->attribute[attribute].type : 0;
}
double mt_attribute_number_of(const mt_recommender *rec, uint32_t attribute, uint32_t item) {
  if (attribute >= rec->attributes || item >= rec->bundle.items) return NAN;
  const mt_attribute *a = &rec->attribute[attribute];
  return mt_attribute_is_number(a) ? mt_attribute_number(a, item) : NAN;
}
uint32_t mt_attribute_count_of(const mt_recommender *rec, uint32_t attribute, uint32_t item) {
  if (attribute >= rec->attributes || item >= rec->bundle.items) return 0;
  const mt_attribute *a = &rec->attribute[attribute];
  if (a->type == MT_ATTRIBUTE_TEXT) return 1;
  if (mt_attribute_is_date(a)) {
    char text[MT_DATE_BYTES];
    return mt_date_write(mt_attribute_number(a, item), true, text) > 0;
  }
  if (!mt_attribute_is_category(a)) return 0;
  uint32_t first, last;
  mt_attribute_values(a, mt_attribute_set(a, item), &first, &last);
  return last - first;
}
uint32_t mt_attribute_text_of(const mt_recommender *rec, uint32_t attribute, uint32_t item, uint32_t index, char *text) {
  if (index >= mt_attribute_count_of(rec, attribute, item)) return 0;
  const mt_attribute *a = &rec->attribute[attribute];
  if (a->type == MT_ATTRIBUTE_TEXT) return mt_strings_get(&a->strings, item, text);
  if (mt_attribute_is_date(a)) return mt_date_write(mt_attribute_number(a, item), a->type == MT_ATTRIBUTE_DAY, text);
  uint32_t first, last;
  mt_attribute_values(a, mt_attribute_set(a, item), &first, &last);
  return mt_strings_get(&a->strings, mt_attribute_value(a, first + index), text);
}

uint32_t mt_search_space(const mt_recommender *rec) { return rec->search.open ? rec->search.space : MT_NOT_FOUND; }

static uint32_t feature_name(const mt_recommender *rec, uint32_t index, char *text) {
  return mt_strings_get(&rec->features.features.names, index, text);
}
uint32_t mt_feature_count(const mt_recommender *rec) { return rec->features.features.count; }
uint32_t mt_feature_name(const mt_recommender *rec, uint32_t feature, char *text) {
  return feature < mt_feature_count(rec) ? feature_name(rec, feature, text) : 0;
}
uint32_t mt_fields(const mt_recommender *rec) { return rec->features.features.fields; }
uint32_t mt_field_name(const mt_recommender *rec, uint32_t field, char *text) {
  return field < mt_fields(rec) ? feature_name(rec, mt_feature_count(rec) + field, text) : 0;
}
bool mt_field_is_category(const mt_recommender *rec, uint32_t field) {
  return field < mt_fields(rec) && rec->features.features.field[field] == MT_FIELD_CATEGORY;
}
double mt_date_of(const char *text, size_t length) { return mt_date_read(text, length); }

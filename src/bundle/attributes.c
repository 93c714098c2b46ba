#include "bundle/attributes.h"

#include <math.h>

#include "bundle/check.h"

/* The list of types as a table; of a number that is none, NONE. */
#define CLASS(name, number, class) [number] = MT_ATTRIBUTE_##class,
static const uint8_t CLASSES[MT_ATTRIBUTE_END] = {MT_ATTRIBUTE_TYPES(CLASS)};

mt_attribute_class mt_attribute_class_of(mt_attribute_type type) {
  return type < MT_ATTRIBUTE_END ? (mt_attribute_class)CLASSES[type] : MT_ATTRIBUTE_NONE;
}

static mt_status open_categories(const unsigned char *bytes, size_t length, mt_attribute *a, mt_error *error) {
  size_t table, at = MT_ATTRIBUTE_HEAD;
  MT_TRY(mt_strings_open(bytes + at, length - at, &a->strings, &table, "attribute values", error));
  at = mt_round_up(at + table, 4);
  MT_TRY(mt_check_head("attribute", length, at + 8, error));
  a->sets = mt_load_u32(bytes + at);
  a->set_start = bytes + at + 4;
  a->set_bits = a->sets == 0 ? 0 : mt_bit_width(a->sets - 1);
  uint64_t packed = mt_packed_bytes(a->items, a->set_bits), starts_end = (uint64_t)at + 4 + 4 * ((uint64_t)a->sets + 1);
  uint32_t most = (uint32_t)((length - at - 8) / 4);
  MT_TRY(mt_check_count("attribute", "sets", a->sets, 1, most, error));
  uint32_t total = mt_load_u32(bytes + starts_end - 4);
  MT_TRY(mt_check_bytes("attribute", length, starts_end + 4 * (uint64_t)total + packed, error));
  a->set_values = bytes + starts_end;
  a->item_sets = a->set_values + 4 * (size_t)total;
  MT_TRY(mt_check_starts("attribute", a->set_start, a->sets, total, error));
  MT_TRY(mt_check_count("attribute", "values in the empty set", mt_load_u32(a->set_start + 4), 0, 0, error));
  for (uint32_t set = 0; set < a->sets; set++) {
    uint32_t first, last;
    mt_attribute_values(a, set, &first, &last);
    if (last - first > a->widest) a->widest = last - first;
  }
  for (uint32_t i = 0; i < total; i++)
    MT_TRY(mt_check_index("attribute", "value", mt_attribute_value(a, i), a->strings.count, error));
  return MT_OK;
}

mt_status mt_attribute_open(const unsigned char *bytes, size_t length, uint32_t items, mt_attribute *a, mt_error *error) {
  MT_TRY(mt_check_head("attribute", length, MT_ATTRIBUTE_HEAD, error));
  uint32_t type = mt_load_u32(bytes);
  *a = (mt_attribute){.type = (mt_attribute_type)type, .items = items, .name_length = mt_load_u32(bytes + 4), .name = bytes + 8};
  MT_TRY(mt_check_count("attribute", "length of its name", a->name_length, 0, MT_ATTRIBUTE_NAME, error));
  MT_TRY(mt_check_count("attribute", "type", type, MT_ATTRIBUTE_CATEGORY, MT_ATTRIBUTE_END - 1, error));
  if (mt_attribute_is_category(a)) return open_categories(bytes, length, a, error);
  if (!mt_attribute_is_number(a)) {
    size_t table;
    MT_TRY(mt_strings_open(bytes + MT_ATTRIBUTE_HEAD, length - MT_ATTRIBUTE_HEAD, &a->strings, &table, "attribute texts", error));
    return mt_check_count("attribute", "texts", a->strings.count, items, items, error);
  }
  a->numbers = bytes + MT_ATTRIBUTE_HEAD;
  uint64_t expected = MT_ATTRIBUTE_HEAD + (uint64_t)items * (mt_attribute_is_narrow(a) ? 4 : 8);
  return mt_check_bytes("attribute", length, expected, error);
}

/* -- writing -- */

static size_t write_head(mt_attribute_type type, const char *name, size_t name_length, unsigned char *out) {
  if (out != NULL) {
    mt_store_u32(out, type);
    mt_store_u32(out + 4, (uint32_t)name_length);
    memcpy(out + 8, name, name_length);
  }
  return MT_ATTRIBUTE_HEAD;
}

size_t mt_attribute_encode_categories(const char *name, size_t name_length, bool many, const char *text,
                                      const uint32_t *start, uint32_t values, const uint32_t *end, uint32_t runs,
                                      const uint32_t *set_start, const uint32_t *set_values, uint32_t sets,
                                      const uint32_t *item_sets, uint32_t items, unsigned char *out) {
  size_t at = write_head(many ? MT_ATTRIBUTE_MANY : MT_ATTRIBUTE_CATEGORY, name, name_length, out);
  at = mt_round_up(at + mt_strings_encode(text, start, values, end, runs, out == NULL ? NULL : out + at), 4);
  uint32_t total = set_start[sets];
  unsigned bits = mt_bit_width(sets - 1);
  size_t values_at = at + 4 + 4 * ((size_t)sets + 1), packed_at = values_at + 4 * (size_t)total;
  if (out != NULL) {
    mt_store_u32(out + at, sets);
    memcpy(out + at + 4, set_start, 4 * ((size_t)sets + 1));
    memcpy(out + values_at, set_values, 4 * (size_t)total);
    for (uint32_t i = 0; i < items; i++) mt_packed_put(out + packed_at, i, bits, item_sets[i]);
  }
  return packed_at + (size_t)mt_packed_bytes(items, bits);
}

/* Dates are narrow as whole days, of which f32 keeps those of 45,000 years. */
size_t mt_attribute_encode_numbers(const char *name, size_t name_length, bool dates, const double *numbers,
                                   uint32_t items, unsigned char *out) {
  double unit = dates ? MT_DAY_SECONDS : 1;
  bool narrow = true;
  for (uint32_t i = 0; i < items && narrow; i++) {
    double value = numbers[i] / unit;
    narrow = isnan(value) || ((double)(float)value * unit == numbers[i] && (!dates || floor(value) == value));
  }
  mt_attribute_type type = dates ? (narrow ? MT_ATTRIBUTE_DAY : MT_ATTRIBUTE_MOMENT)
                                 : (narrow ? MT_ATTRIBUTE_NUMBER32 : MT_ATTRIBUTE_NUMBER64);
  size_t at = write_head(type, name, name_length, out);
  if (out != NULL && narrow)
    for (uint32_t i = 0; i < items; i++) mt_store_f32(out + at + 4 * (size_t)i, (float)(numbers[i] / unit));
  if (out != NULL && !narrow) memcpy(out + at, numbers, 8 * (size_t)items);
  return at + (size_t)items * (narrow ? 4 : 8);
}

size_t mt_attribute_encode_texts(const char *name, size_t name_length, const char *text, const uint32_t *start,
                                 uint32_t items, unsigned char *out) {
  size_t at = write_head(MT_ATTRIBUTE_TEXT, name, name_length, out);
  return at + mt_strings_encode(text, start, items, NULL, 0, out == NULL ? NULL : out + at);
}

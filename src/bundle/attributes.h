/* Attributes: one section per column of the catalogue, for filters and for display. The section's order is the column's.
 *
 *    0  u32  type               mt_attribute_type
 *    4  u32  bytes of the name
 *    8  u8[120] name            UTF-8
 *
 * category (one or many values an item; equal sets are stored once, so a catalogue of 10,000 films has some 900)
 *  128  string table of the values, in sorted runs; followed by fill up to a multiple of 4
 *    .  u32  sets               set 0 is empty: no value known
 *    .  u32  start[sets + 1]
 *    .  u32  value[start[sets]]  in the order in which the catalogue lists them
 *    .  packed set[items]       bit_width(sets - 1) bits wide
 * number: 128  f64 number[items], NaN where it is not known; f32 where that loses nothing (then type is NUMBER32)
 * date:   128  f64 Unix seconds[items], NaN where it is not known (MOMENT)
 *              f32 days since 1970 where all are whole days (DAY)
 * text:   128  string table, one string an item, in item order
 */
#ifndef MT_BUNDLE_ATTRIBUTES_H
#define MT_BUNDLE_ATTRIBUTES_H

#include "bundle/bits.h"
#include "bundle/strings.h"

/* Name, number, and whether it is read as categories, numbers or texts. */
#define MT_ATTRIBUTE_TYPES(X) \
  X(CATEGORY, 1, CATEGORIES)  \
  X(NUMBER32, 2, NUMBERS)     \
  X(NUMBER64, 3, NUMBERS)     \
  X(TEXT, 4, TEXTS)           \
  X(MANY, 5, CATEGORIES) /* a category whose items may have several values: the same layout, shown as a list */ \
  X(DAY, 6, NUMBERS)      \
  X(MOMENT, 7, NUMBERS) /* both are read as Unix seconds, and shown as ISO 8601 */

typedef enum mt_attribute_type {
#define MT_ATTRIBUTE_ENUM(name, number, ...) MT_ATTRIBUTE_##name = (number),
  MT_ATTRIBUTE_TYPES(MT_ATTRIBUTE_ENUM) MT_ATTRIBUTE_END
} mt_attribute_type;

typedef enum mt_attribute_class {
  MT_ATTRIBUTE_NONE,
  MT_ATTRIBUTE_CATEGORIES,
  MT_ATTRIBUTE_NUMBERS,
  MT_ATTRIBUTE_TEXTS,
} mt_attribute_class;

#define MT_MAX_ATTRIBUTES 64u
#define MT_ATTRIBUTE_HEAD 128u
#define MT_ATTRIBUTE_NAME 120u

typedef struct mt_attribute {
  mt_attribute_type type;
  uint32_t items, name_length;
  const unsigned char *name;
  mt_strings strings; /* values of a category, or texts */
  uint32_t sets, widest; /* widest: values of the largest set */
  unsigned set_bits;
  const unsigned char *set_start, *set_values, *item_sets; /* categories */
  const unsigned char *numbers;
} mt_attribute;

mt_status mt_attribute_open(const unsigned char *bytes, size_t length, uint32_t items, mt_attribute *attribute,
                            mt_error *error);

/* NONE: it has not arrived. */
mt_attribute_class mt_attribute_class_of(mt_attribute_type type);
static inline bool mt_attribute_is_category(const mt_attribute *a) {
  return mt_attribute_class_of(a->type) == MT_ATTRIBUTE_CATEGORIES;
}
static inline bool mt_attribute_is_number(const mt_attribute *a) {
  return mt_attribute_class_of(a->type) == MT_ATTRIBUTE_NUMBERS;
}

/* The set of `item`, always below attribute->sets. */
static inline uint32_t mt_attribute_set(const mt_attribute *a, uint32_t item) {
  uint32_t set = mt_packed_get(a->item_sets, item, a->set_bits);
  return set < a->sets ? set : 0;
}
/* Value i of a set: `first` .. `last`, each below strings.count. */
static inline void mt_attribute_values(const mt_attribute *a, uint32_t set, uint32_t *first, uint32_t *last) {
  *first = mt_load_u32(a->set_start + 4 * (size_t)set);
  *last = mt_load_u32(a->set_start + 4 * ((size_t)set + 1));
}
static inline uint32_t mt_attribute_value(const mt_attribute *a, uint32_t index) {
  return mt_load_u32(a->set_values + 4 * (size_t)index);
}
static inline bool mt_attribute_is_date(const mt_attribute *a) {
  return a->type == MT_ATTRIBUTE_DAY || a->type == MT_ATTRIBUTE_MOMENT;
}
/* Whether its numbers are kept as f32. */
static inline bool mt_attribute_is_narrow(const mt_attribute *a) {
  return a->type == MT_ATTRIBUTE_NUMBER32 || a->type == MT_ATTRIBUTE_DAY;
}
#define MT_DAY_SECONDS 86400.0
static inline double mt_attribute_number(const mt_attribute *a, uint32_t item) {
  if (!mt_attribute_is_narrow(a)) return mt_load_f64(a->numbers + 8 * (size_t)item);
  return (double)mt_load_f32(a->numbers + 4 * (size_t)item) * (a->type == MT_ATTRIBUTE_DAY ? MT_DAY_SECONDS : 1);
}

/* Writing: size, and bytes into `out` (zeroed) where it is not NULL. Texts and values come as in mt_strings_encode. */
size_t mt_attribute_encode_categories(const char *name, size_t name_length, bool many, const char *text,
                                      const uint32_t *start, uint32_t values, const uint32_t *end, uint32_t runs,
                                      const uint32_t *set_start, const uint32_t *set_values, uint32_t sets,
                                      const uint32_t *item_sets, uint32_t items, unsigned char *out);
size_t mt_attribute_encode_numbers(const char *name, size_t name_length, bool dates, const double *numbers,
                                   uint32_t items, unsigned char *out);
size_t mt_attribute_encode_texts(const char *name, size_t name_length, const char *text, const uint32_t *start,
                                 uint32_t items, unsigned char *out);

#endif

/* Features: what a ranker is told of each candidate, as one declared list. Training rows and serving read the same list
 * through the same code (rank/features.h), so the two cannot differ.
 *
 *    0  u32  features            at most MT_MAX_FEATURES
 *    4  u32  fields              of the context that a request may bring, at most MT_MAX_FIELDS
 *    8  f32  fading              an event with a newer ones after it counts fading^a in the faded features, 0 to 1
 *   12  u32  0
 *   16  feature[features], 24 bytes each
 *          0 u32 kind   mt_feature_kind          8 u32 b      a feature before it (crosses)      16 u32 value  see the kinds
 *          4 u32 a      see the kinds           12 u32 last   newest events that count           20 u32 0
 *    .  u32 type[fields]         0: a number, else a category
 *    .  string table             names of the features, then of the fields; fill up to a multiple of 4
 *    .  string tables            for each category field its values, sorted; each filled up to a multiple of 4
 *
 * A feature that is not known is NaN. Kinds that read a category look at the first MT_FEATURE_VALUES values of an item.
 */
#ifndef MT_BUNDLE_FEATURES_H
#define MT_BUNDLE_FEATURES_H

#include "bundle/attributes.h"

#define MT_MAX_FEATURES 256u
#define MT_MAX_FIELDS 32u
#define MT_MAX_BUCKETS 0x1000000u /* of a hashed cross: a float counts them exactly */
#define MT_FEATURE_VALUES 32u     /* values of one item that count */
#define MT_FEATURE_EVENTS 16u     /* most events that a similarity looks at */
#define MT_FEATURES_HEAD 16u
#define MT_FEATURE_BYTES 24u

/* Name, number, class, what operand a is, and what the others say.
 *
 *   ITEM      what the catalogue says of a candidate
 *   RECALL    what recall said of it
 *   VALUES    the history's events that share a value of category attribute a with it; NaN for an item without values
 *   MEAN      its number a against the mean of the liked events'
 *   VECTORS   the cosine of its vector in space a; NaN without one
 *   REQUEST   the request, the same for all candidates
 *   CROSS     features a and b, both before it in the list
 *
 * rank/features.c computes each class in one function: item_feature, recall_feature and so on.
 *
 * `a` is an attribute (NUMBER, CATEGORY), a SOURCE, a SPACE, a FIELD of the context (CATEGORY_FIELD: of categories), a FEATURE
 * and so is b, or NOTHING; POPULARITY: nothing, but the bundle must have it. Then `last` is some EVENTS, or `value` an AGE_UNIT
 * or a number of BUCKETS, or it is free. */
#define MT_FEATURE_KINDS(X)                                                                                                      \
  X(NUMBER, 1, ITEM, NUMBER, FREE)               /* the number */                                                                \
  X(CODE, 2, ITEM, CATEGORY, FREE)               /* number of its first value */                                                 \
  X(HAS, 3, ITEM, CATEGORY, FREE)                /* 1 where it has value `value`, else 0 */                                      \
  X(VALUE_COUNT, 4, ITEM, CATEGORY, FREE)                                                                                        \
  X(POPULARITY, 5, ITEM, POPULARITY, FREE)       /* of the most popular item's, 0 to 1 */                                        \
  X(PLACE, 6, ITEM, NOTHING, FREE)               /* in the order of popularity, from 1: the item number + 1 */                   \
  X(AGE, 7, ITEM, NUMBER, AGE_UNIT)              /* the request's clock less the number; value: mt_age_unit */                   \
  X(SCORE, 8, RECALL, SOURCE, FREE)              /* NaN, as the next two, where that source was silent */                        \
  X(RELATIVE, 9, RECALL, SOURCE, FREE)           /* score, scaled as for merging: about 1 for a strong candidate */              \
  X(RANK, 10, RECALL, SOURCE, FREE)              /* from 1; NaN where it was not among the source's candidates */                \
  X(FUSED_SCORE, 11, RECALL, NOTHING, FREE)                                                                                      \
  X(FUSED_RANK, 12, RECALL, NOTHING, FREE)       /* from 1, among all candidates */                                              \
  X(SOURCES, 13, RECALL, NOTHING, FREE)          /* how many sources brought it */                                               \
  X(SHARE, 14, VALUES, CATEGORY, FREE)           /* weight of events with a value of its, of all |weight|: mean over its values */ \
  X(FADED_SHARE, 15, VALUES, CATEGORY, FREE)     /* … with older events faded */                                                 \
  X(COUNT, 16, VALUES, CATEGORY, FREE)           /* events with the value that most of them have */                              \
  X(WORTH, 17, VALUES, CATEGORY, FREE)           /* mean weight of an event with a value of its; NaN where there is none */       \
  X(EVENTS_AGO, 18, VALUES, CATEGORY, FREE)      /* events since the newest one that shares a value; NaN where none does */      \
  X(SECONDS_AGO, 19, VALUES, CATEGORY, FREE)     /* from its time to the request's clock */                                      \
  X(DIFFERENCE, 20, MEAN, NUMBER, FREE)                                                                                          \
  X(DISTANCE, 21, MEAN, NUMBER, FREE)                                                                                            \
  X(FADED_DIFFERENCE, 22, MEAN, NUMBER, FREE)                                                                                    \
  X(NEAREST, 23, VECTORS, SPACE, EVENTS)         /* to the nearest of the `last` newest liked events */                          \
  X(MEAN, 24, VECTORS, SPACE, EVENTS)            /* mean over them */                                                            \
  X(QUERY, 25, VECTORS, SPACE, FREE)             /* to the query that the history became */                                      \
  X(LENGTH, 26, REQUEST, NOTHING, FREE)          /* events of the history */                                                     \
  X(LIKED, 27, REQUEST, NOTHING, FREE)           /* … with a weight above 0 */                                                   \
  X(GAP, 28, REQUEST, NOTHING, FREE)             /* seconds from the newest event to the request's clock */                      \
  X(AVERAGE, 29, REQUEST, NUMBER, FREE)          /* mean of number attribute a over the liked events */                          \
  X(HOUR, 30, REQUEST, NOTHING, FREE)            /* of the request's clock, UTC, 0 to 24 */                                      \
  X(WEEKDAY, 31, REQUEST, NOTHING, FREE)         /* 0 is Monday */                                                               \
  X(FIELD, 32, REQUEST, FIELD, FREE)             /* context field a: the number, or the number of the value */                   \
  X(FIELD_IS, 33, REQUEST, CATEGORY_FIELD, FREE) /* 1 where category field a is `value`, else 0; NaN where it is not said */     \
  X(PRODUCT, 34, CROSS, FEATURE, FREE)                                                                                           \
  X(LESS, 35, CROSS, FEATURE, FREE)              /* a - b */                                                                     \
  X(RATIO, 36, CROSS, FEATURE, FREE)             /* a / b; NaN where b is 0 */                                                   \
  X(HASH, 37, CROSS, FEATURE, BUCKETS)           /* a bucket below `value` for the pair; NaN is a value like any other */

typedef enum mt_feature_kind {
#define MT_FEATURE_ENUM(name, number, ...) MT_FEATURE_##name = (number),
  MT_FEATURE_KINDS(MT_FEATURE_ENUM) MT_FEATURE_END
} mt_feature_kind;

typedef enum mt_feature_class {
  MT_OF_NONE, /* it is no kind of feature */
  MT_OF_ITEM,
  MT_OF_RECALL,
  MT_OF_VALUES,
  MT_OF_MEAN,
  MT_OF_VECTORS,
  MT_OF_REQUEST,
  MT_OF_CROSS,
} mt_feature_class;

mt_feature_class mt_feature_class_of(mt_feature_kind kind);

/* What the attribute counts in; what the age is in. */
#define MT_AGE_UNITS(X)                             \
  X(SECONDS, 0)      /* Unix seconds; days */       \
  X(MILLISECONDS, 1) /* Unix milliseconds; days */  \
  X(DAYS, 2)         /* days since 1970; days */    \
  X(YEARS, 3)        /* 1994.5; years */

#define MT_AGE_ENUM(name, number) MT_AGE_##name = (number),
typedef enum mt_age_unit { MT_AGE_UNITS(MT_AGE_ENUM) MT_AGE_UNITS_END } mt_age_unit;

typedef enum mt_field_type {
  MT_FIELD_NUMBER = 0,
  MT_FIELD_CATEGORY = 1,
} mt_field_type;

typedef struct mt_feature {
  mt_feature_kind kind;
  uint32_t a, b, last, value;
} mt_feature;

typedef struct mt_features {
  uint32_t count, fields;
  float fading;
  const unsigned char *table; /* [count] of MT_FEATURE_BYTES: mt_feature_get */
  mt_field_type field[MT_MAX_FIELDS];
  mt_strings values[MT_MAX_FIELDS]; /* of category fields */
  mt_strings names;                 /* [count + fields] */
} mt_features;

/* What the rest of the bundle has for features to speak of. */
typedef struct mt_feature_scope {
  uint32_t sources, spaces, attributes;
  const mt_attribute *attribute; /* [attributes] */
  bool popularity;
} mt_feature_scope;

/* Checks every operand of every feature: what reads them afterwards trusts them. */
mt_status mt_features_open(const unsigned char *bytes, size_t length, const mt_feature_scope *scope, mt_features *features,
                           mt_error *error);

static inline mt_feature mt_feature_get(const mt_features *features, uint32_t index) {
  const unsigned char *f = features->table + (size_t)index * MT_FEATURE_BYTES;
  return (mt_feature){(mt_feature_kind)mt_load_u32(f), mt_load_u32(f + 4), mt_load_u32(f + 8), mt_load_u32(f + 12),
                      mt_load_u32(f + 16)};
}

/* Writing: plan[count][5] is kind, a, b, last, value; field_values[fields] how many values each field has, 0 for a number.
 * Texts are the names of features and fields, then the values of each field in sorted order, text i at start[i]..start[i+1].
 * Returns the size; writes where `out` is not NULL. */
size_t mt_features_encode(const uint32_t *plan, uint32_t count, const uint32_t *field_values, uint32_t fields, float fading,
                          const char *text, const uint32_t *start, unsigned char *out);

#endif

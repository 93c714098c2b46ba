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

/* By what they depend on; within a group by the order in which rank/features.c treats them. */
typedef enum mt_feature_kind {
  /* the item: a is an attribute */
  MT_FEATURE_NUMBER = 1,     /* the number */
  MT_FEATURE_CODE = 2,       /* number of its first value */
  MT_FEATURE_HAS = 3,        /* 1 where it has value `value`, else 0 */
  MT_FEATURE_VALUE_COUNT = 4,
  MT_FEATURE_POPULARITY = 5, /* of the most popular item's, 0 to 1 */
  MT_FEATURE_PLACE = 6,      /* in the order of popularity, from 1: the item number + 1 */
  MT_FEATURE_AGE = 7,        /* the request's clock less the number; value: mt_age_unit */
  /* what recall said of it: a is a source; NaN where that source was silent */
  MT_FEATURE_SCORE = 8,
  MT_FEATURE_RELATIVE = 9,   /* score, scaled as for merging: about 1 for a strong candidate, whatever the source */
  MT_FEATURE_RANK = 10,      /* from 1; NaN where it was not among the source's candidates */
  MT_FEATURE_FUSED_SCORE = 11,
  MT_FEATURE_FUSED_RANK = 12, /* from 1, among all candidates */
  MT_FEATURE_SOURCES = 13,    /* how many sources brought it */
  /* the history's events that share a value of category attribute a with it; NaN for an item without values */
  MT_FEATURE_SHARE = 14,       /* worth of the events with a value of its, of all |worth|: the mean over its values */
  MT_FEATURE_FADED_SHARE = 15, /* … with older events faded */
  MT_FEATURE_COUNT = 16,       /* events with the value that most of them have */
  MT_FEATURE_WORTH = 17,       /* mean worth of an event with a value of its; NaN where there is none */
  MT_FEATURE_EVENTS_AGO = 18,  /* events since the newest one that shares a value; NaN where none does */
  MT_FEATURE_SECONDS_AGO = 19, /* from its time to the request's clock */
  /* its number a against the mean of the liked events' */
  MT_FEATURE_DIFFERENCE = 20,
  MT_FEATURE_DISTANCE = 21,
  MT_FEATURE_FADED_DIFFERENCE = 22,
  /* cosine of its vector in space a; NaN without one */
  MT_FEATURE_NEAREST = 23, /* to the nearest of the `last` newest liked events */
  MT_FEATURE_MEAN = 24,    /* mean over them */
  MT_FEATURE_QUERY = 25,   /* to the query that the history became */
  /* the request, the same for all candidates */
  MT_FEATURE_LENGTH = 26, /* events of the history */
  MT_FEATURE_LIKED = 27,  /* … with a worth above 0 */
  MT_FEATURE_GAP = 28,    /* seconds from the newest event to the request's clock */
  MT_FEATURE_AVERAGE = 29, /* mean of number attribute a over the liked events */
  MT_FEATURE_HOUR = 30,   /* of the request's clock, UTC, 0 to 24 */
  MT_FEATURE_WEEKDAY = 31, /* 0 is Monday */
  MT_FEATURE_FIELD = 32,  /* context field a: the number, or the number of the value */
  MT_FEATURE_FIELD_IS = 33, /* 1 where category field a is `value`, else 0; NaN where the request does not say */
  /* crosses of features a and b, both before it in the list */
  MT_FEATURE_PRODUCT = 34,
  MT_FEATURE_LESS = 35,  /* a - b */
  MT_FEATURE_RATIO = 36, /* a / b; NaN where b is 0 */
  MT_FEATURE_HASH = 37,  /* a bucket below `value` for the pair; NaN is a value like any other */
  MT_FEATURE_LAST = MT_FEATURE_HASH,
} mt_feature_kind;

typedef enum mt_age_unit { /* what the attribute counts in, and what the age is in */
  MT_AGE_SECONDS = 0,      /* Unix seconds; days */
  MT_AGE_MILLISECONDS = 1, /* Unix milliseconds; days */
  MT_AGE_DAYS = 2,         /* days since 1970; days */
  MT_AGE_YEARS = 3,        /* 1994.5; years */
} mt_age_unit;

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

/* Rules: what a slate must keep to, and what it should. A rule is a kind, the items that it is about, and a few numbers;
 * the items are those for which all of its conditions hold. What the policy file says (this section) and what a request
 * says beside it are one form, read by one function: the request's records are read after the section's.
 *
 * Records follow each other, each 48 bytes and then its list:
 *
 *    0  u32  what          mt_rule_kind: a rule begins; MT_RECORD_CONDITION + mt_condition_kind: one more condition of the
 *                          rule that began last; or another mt_record
 *    4  u32  subject       attribute or source; MT_NOT_FOUND: none
 *    8  u32  count         operands: of a rule mt_rule names them kind by kind; of a condition count is its flags
 *   12  u32  other
 *   16  f32  amount, extra
 *   24  f64  low, high
 *   40  u32  listed, u32 0
 *   48  u32[listed]        values of the attribute, or items, ascending
 */
#ifndef MT_BUNDLE_RULES_H
#define MT_BUNDLE_RULES_H

#include "bundle/attributes.h"

#define MT_MAX_RULES 64u
#define MT_MAX_CONDITIONS 128u
#define MT_PATTERN 32u
#define MT_MAX_POSITION 1000u /* slots of a slate */
#define MT_MAX_POOL 500u      /* candidates among which diversity, calibration and exploration choose */
#define MT_MAX_VALUES 256u    /* values of one item, in an attribute that rules look at */
#define MT_MAX_LISTED (1u << 20) /* ids and values of one condition */
#define MT_RECORD_BYTES 48u

/* Name, number, stage, when its conditions are looked at, what its attribute is, and what else it names. Stages: a rule PERMITs
 * items once a request, before any source is asked, or it is of the SLATE, where items stand together. Conditions are looked at
 * for every item of the catalogue (EARLY), for each candidate, once (MATCHED), or as items are PLACED; or it takes NO.
 *
 * Hard rules, up to NEAR, are never broken: an item that would break one is not picked. The others bend. */
#define MT_RULE_KINDS(X)                                                                                                                 \
  X(REQUIRE, 1, PERMIT, EARLY, NOTHING, NOTHING)      /* only items for which the conditions hold */                                     \
  X(DENY, 2, PERMIT, EARLY, NOTHING, NOTHING)         /* no item for which they hold */                                                  \
  X(ALLOW, 3, PERMIT, EARLY, NOTHING, NOTHING)        /* only items for which those of some rule of this kind hold */                    \
  X(FREQUENCY, 4, PERMIT, NO, MAY_CATEGORY, NOTHING)  /* no item that was shown `most` times; or whose value was, on any items */        \
  X(CAP, 5, SLATE, PLACED, MAY_CATEGORY, NOTHING)     /* at most `most` items with the same value (or for which the conditions hold)     \
                                                         in any `window` slots next to each other; 0: in the slate */                    \
  X(UNIQUE, 6, SLATE, PLACED, CATEGORY, NOTHING)      /* at most one with the same value */                                              \
  X(NEAR, 7, SLATE, NO, NOTHING, SPACE)               /* no item whose vector has this cosine or more with one that was picked */        \
  X(PIN, 8, SLATE, NO, NOTHING, ITEM)                 /* the item at this slot, from 0 */                                                \
  X(QUOTA, 9, SLATE, MATCHED, NOTHING, NOTHING)       /* at least so many for which the conditions hold, or such a share of the slate */ \
  X(LINE, 10, SLATE, MATCHED, NOTHING, NOTHING)       /* the pattern's slots of this line take items for which they hold; without        \
                                                         conditions: those that are in no other line */                                  \
  X(BOOST, 11, SLATE, MATCHED, NOTHING, NOTHING)      /* relevance · factor + add where they hold */                                     \
  X(FRESH, 12, SLATE, NO, NUMBER, NOTHING)            /* relevance · 2^-(age / half_life), age = now - (epoch + unit · the number) */    \
  X(CALIBRATE, 13, SLATE, NO, CATEGORY, NOTHING)      /* the slate's mix of the values follows the history's */                          \
  X(EPSILON, 14, SLATE, NO, NOTHING, NOTHING)         /* the share of slots goes to a random one of the `among` best candidates */          \
  X(THOMPSON, 15, SLATE, NO, MAY_NUMBER, MAY_NUMBER)  /* the share of relevance is a sampled click rate: clicks are the attribute's      \
                                                         numbers, times shown those of `shown`; both plus what the request says */       \
  X(MMR, 16, SLATE, NO, MAY_CATEGORY, MAY_SPACE)      /* likeness to the likest pick counts against; in a space, or without one by       \
                                                         the attribute's values; among the `pool` best (0: MT_MAX_POOL) */               \
  X(DPP, 17, SLATE, NO, MAY_CATEGORY, MAY_SPACE)      /* the same by how little an item adds to the volume that the picks span */

/* What a record is that begins no rule. */
#define MT_RECORDS(X)                                                                                                   \
  X(CONDITION, 32) /* + mt_condition_kind */                                                                            \
  X(DROP, 48)      /* the rules so far of kind `count`, or 0: all, do not count */                                      \
  X(PATTERN, 49)   /* the list: for each slot of the pattern, which rule (a line) it is for, from 0 in these records */ \
  X(SEED, 50)      /* of exploration: count */                                                                          \
  X(STRENGTH, 51)  /* of the rule of kind MMR or DPP that counts: amount */

#define MT_CONDITION_KINDS(X)                                                                            \
  X(VALUES, 1) /* has one of the listed values of attribute `subject` */                                 \
  X(RANGE, 2)  /* its number in attribute `subject` lies between low and high; unknown numbers do not */ \
  X(ITEMS, 3)  /* is one of the listed items */                                                          \
  X(SOURCE, 4) /* source `subject` brought it */

#define MT_RULE_ENUM(name, number, ...) MT_RULE_##name = (number),
#define MT_RECORD_ENUM(name, number) MT_RECORD_##name = (number),
#define MT_CONDITION_ENUM(name, number) MT_CONDITION_##name = (number),
typedef enum mt_rule_kind { MT_RULE_KINDS(MT_RULE_ENUM) MT_RULE_END } mt_rule_kind;
typedef enum mt_record { MT_RECORDS(MT_RECORD_ENUM) } mt_record;
typedef enum mt_condition_kind { MT_CONDITION_KINDS(MT_CONDITION_ENUM) } mt_condition_kind;

typedef enum mt_rule_stage { MT_STAGE_NONE, MT_STAGE_PERMIT, MT_STAGE_SLATE } mt_rule_stage;
typedef enum mt_rule_when { MT_WHEN_NO, MT_WHEN_EARLY, MT_WHEN_MATCHED, MT_WHEN_PLACED } mt_rule_when;

mt_rule_stage mt_rule_stage_of(mt_rule_kind kind);
mt_rule_when mt_rule_when_of(mt_rule_kind kind);

/* Bits of a condition: it must not hold; its low, its high is not in the range. */
#define MT_CONDITION_FLAGS(X) X(NOT, 1) X(OPEN_LOW, 2) X(OPEN_HIGH, 4)
enum { MT_CONDITION_FLAGS(MT_CONDITION_ENUM) };

typedef struct mt_condition {
  mt_condition_kind kind;
  uint32_t flags, subject, count;
  const unsigned char *list; /* u32[count], ascending */
  double low, high;
} mt_condition;

/* Operands as records have them, whatever the kind. */
typedef struct mt_operands {
  uint32_t count, other;
  float amount, extra;
  double low, high;
} mt_operands;

typedef struct mt_rule {
  mt_rule_kind kind;
  uint32_t attribute; /* MT_NOT_FOUND: none */
  uint32_t first, conditions;
  union {
    mt_operands operands; /* … and under the names that a kind has for those that it reads */
    struct { uint32_t most; } frequency;
    struct { uint32_t most, window; } cap;
    struct { uint32_t unused, space; float similarity; } near;
    struct { uint32_t slot, item; } pin;
    struct { uint32_t least, unused; float share; } quota;
    struct { uint32_t unused[2]; float factor, add; } boost;
    struct { uint32_t unused[2]; float half_life, gap; double epoch, unit; } fresh;
    struct { uint32_t unused[2]; float strength; } calibrate;
    struct { uint32_t among, unused; float share; } epsilon; /* among: the first so many that fit; 0: all */
    struct { uint32_t unused, shown; float share; } thompson;   /* shown: MT_NOT_FOUND: none */
    struct { uint32_t pool, space; float strength; } diversity; /* MMR and DPP; space: MT_NOT_FOUND: none */
  };
} mt_rule;

typedef struct mt_rules {
  uint32_t rules, conditions, slots, seed;
  uint64_t active;  /* bit r: rule r counts */
  uint64_t brought; /* … is about items that a source brought, and no others */
  uint8_t pattern[MT_PATTERN];
  mt_rule rule[MT_MAX_RULES];
  mt_condition condition[MT_MAX_CONDITIONS];
} mt_rules;

/* What rules may speak of. */
typedef struct mt_rule_world {
  const mt_attribute *attribute;
  uint32_t attributes, items, spaces, sources;
} mt_rule_world;

/* Adds what the records say; `bytes` stay, as rules keep views on their lists. On failure `rules` is not to be used. */
mt_status mt_rules_read(const unsigned char *bytes, size_t length, const mt_rule_world *world, mt_rules *rules,
                        mt_error *error);

static inline bool mt_rules_has(const mt_rules *rules, uint32_t rule) { return (rules->active >> rule & 1) != 0; }

/* The active rule of a kind, or NULL: the last one, so that a request's stands before the policy's. */
const mt_rule *mt_rules_find(const mt_rules *rules, mt_rule_kind kind);

/* The rule of kind MMR or DPP that counts: the last, or NULL. */
const mt_rule *mt_rules_diversity(const mt_rules *rules);

#endif

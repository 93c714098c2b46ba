/* Rules: what a slate must keep to, and what it should. A rule is a kind, the items that it is about, and a few numbers;
 * the items are those for which all of its conditions hold. What the policy file says (this section) and what a request
 * says beside it are one form, read by one function: the request's records are read after the section's.
 *
 * Records follow each other, each 48 bytes and then its list:
 *
 *    0  u32  op          mt_rule_kind: a rule begins; MT_OP_CONDITION + mt_condition_kind: one more condition of the rule
 *                        that began last; or another MT_OP
 *    4  u32  subject     attribute or source; MT_NOT_FOUND: none
 *    8  u32  n           of a condition: its flags       24  f64 u      of a condition: low
 *   12  u32  m                                           32  f64 v      … high
 *   16  f32  x, y                                        40  u32 count, u32 0
 *   48  u32[count]       values of the attribute, or items, ascending
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

/* The hard ones are never broken: an item that would break one is not picked. The others bend. */
typedef enum mt_rule_kind {
  /* hard: what may be recommended at all */
  MT_RULE_REQUIRE = 1,   /* only items for which the conditions hold */
  MT_RULE_DENY = 2,      /* no item for which they hold */
  MT_RULE_ALLOW = 3,     /* only items for which those of some rule of this kind hold */
  MT_RULE_FREQUENCY = 4, /* no item that was shown n times; with an attribute: whose value was, on any items; n up to 255 */
  /* hard: what may stand together */
  MT_RULE_CAP = 5,       /* at most n items with the same value of the attribute (or, without one, for which the conditions
                            hold) in any m slots next to each other; m = 0: in the slate */
  MT_RULE_UNIQUE = 6,    /* at most one with the same value */
  MT_RULE_NEAR = 7,      /* no item whose vector in space m has cosine x or more with one that was picked */
  /* soft: what stands where */
  MT_RULE_PIN = 8,       /* item m at slot n, from 0 */
  MT_RULE_QUOTA = 9,     /* at least n items for which the conditions hold, or the share x of the slate */
  MT_RULE_LINE = 10,     /* the pattern's slots of this line take items for which they hold; without conditions: those that
                            are in no other line */
  /* soft: what counts more */
  MT_RULE_BOOST = 11,    /* relevance · x + y where the conditions hold */
  MT_RULE_FRESH = 12,    /* relevance · 2^-(age / x); x in seconds, age = now - (u + v · the attribute's number) */
  MT_RULE_CALIBRATE = 13, /* the slate's mix of the attribute's values follows the history's, with strength x */
  MT_RULE_EPSILON = 14,  /* the share x of slots goes to a random candidate */
  MT_RULE_THOMPSON = 15, /* the share x of relevance is a sampled click rate: clicks are attribute's numbers, times shown
                            attribute m's; both plus what the request says */
  MT_RULE_MMR = 16,      /* likeness to the likest pick counts against, with strength x; in space m, or without one by the
                            attribute's values; among the n best (0: MT_MAX_POOL) */
  MT_RULE_DPP = 17,      /* the same by how little an item adds to the volume that the picks span */
  MT_RULE_LAST = MT_RULE_DPP,
} mt_rule_kind;

enum {
  MT_OP_CONDITION = 32,
  MT_OP_DROP = 48,     /* the rules so far of kind n, or 0: all, do not count */
  MT_OP_PATTERN = 49,  /* the list: for each slot of the pattern, which rule (a line) it is for, from 0 in these records */
  MT_OP_SEED = 50,     /* of exploration: n */
  MT_OP_STRENGTH = 51, /* of the rule of kind MMR or DPP that counts: x */
};

typedef enum mt_condition_kind {
  MT_CONDITION_VALUES = 1, /* has one of the listed values of attribute `subject` */
  MT_CONDITION_RANGE = 2,  /* its number in attribute `subject` lies between low and high; unknown numbers do not */
  MT_CONDITION_ITEMS = 3,  /* is one of the listed items */
  MT_CONDITION_SOURCE = 4, /* source `subject` brought it */
} mt_condition_kind;

enum { MT_CONDITION_NOT = 1, MT_CONDITION_OPEN_LOW = 2, MT_CONDITION_OPEN_HIGH = 4 };

typedef struct mt_condition {
  mt_condition_kind kind;
  uint32_t flags, subject, count;
  const unsigned char *list; /* u32[count], ascending */
  double low, high;
} mt_condition;

typedef struct mt_rule {
  mt_rule_kind kind;
  uint32_t attribute; /* MT_NOT_FOUND: none */
  uint32_t first, conditions;
  uint32_t n, m;
  float x, y;
  double u, v;
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

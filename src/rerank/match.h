/* Which items a rule is about, and which items the rules permit at all. */
#ifndef MT_RERANK_MATCH_H
#define MT_RERANK_MATCH_H

#include "bundle/rules.h"
#include "recall/bitmap.h"
#include "recall/merge.h"

typedef struct mt_matcher {
  const mt_rules *rules;
  const mt_attribute *attribute;
  const mt_candidates *candidates; /* who brought what */
} mt_matcher;

/* Whether all conditions of the rule hold for the item; true where it has none. */
bool mt_matches(const mt_matcher *matcher, const mt_rule *rule, uint32_t item);

/* The values of an item in a category: [*first, *last) as mt_attribute_value takes them. */
static inline void mt_values_of(const mt_attribute *attribute, uint32_t item, uint32_t *first, uint32_t *last) {
  mt_attribute_values(attribute, mt_attribute_set(attribute, item), first, last);
}

/* Clears the bits of what the rules `which` (kinds REQUIRE, DENY and ALLOW; a bit each) do not permit. */
void mt_permit(const mt_matcher *matcher, uint64_t which, uint32_t items, uint8_t *bitmap);

#endif

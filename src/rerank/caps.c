#include "rerank/caps.h"

/* The values under which a rule counts an item: one of all matching items where the rule has no attribute. */
typedef struct units {
  const mt_attribute *attribute; /* NULL: the value is 0 */
  uint32_t at, last;
} units;

static units units_of(const mt_matcher *matcher, const mt_rule *rule, uint32_t item) {
  units u = {NULL, 0, item != MT_NOT_FOUND && mt_matches(matcher, rule, item)};
  if (u.last == 0 || rule->attribute == MT_NOT_FOUND) return u;
  u.attribute = &matcher->attribute[rule->attribute];
  mt_values_of(u.attribute, item, &u.at, &u.last);
  return u;
}
static uint32_t value_at(const units *u, uint32_t at) { return u->attribute == NULL ? 0 : mt_attribute_value(u->attribute, at); }

static bool counts(const mt_matcher *matcher, const mt_rule *rule, uint32_t item, uint32_t value) {
  for (units u = units_of(matcher, rule, item); u.at < u.last; u.at++)
    if (value_at(&u, u.at) == value) return true;
  return false;
}

/* Whether some window with `slot` in it has all that it may of the value. */
static bool is_full(const mt_matcher *matcher, const mt_rule *rule, const uint32_t *placed, uint32_t window,
                    uint32_t end, uint32_t slot, uint32_t value) {
  uint32_t start = slot + 1 > window ? slot + 1 - window : 0, inside = 0, most = rule->kind == MT_RULE_UNIQUE ? 1 : rule->cap.most;
  for (uint32_t s = start; s < end; s++) {
    inside += counts(matcher, rule, placed[s], value);
    if (s - start >= window) inside -= counts(matcher, rule, placed[s - window], value);
    if (inside >= most) return true;
  }
  return most == 0;
}

mt_fit mt_caps_fit(const mt_matcher *matcher, const uint32_t *placed, uint32_t k, uint32_t slot, uint32_t item,
                   uint32_t *rule_ret) {
  for (uint32_t r = 0; r < matcher->rules->rules; r++) {
    const mt_rule *rule = &matcher->rules->rule[r];
    if (!mt_rules_has(matcher->rules, r) || (rule->kind != MT_RULE_CAP && rule->kind != MT_RULE_UNIQUE)) continue;
    uint32_t window = rule->kind == MT_RULE_UNIQUE || rule->cap.window == 0 || rule->cap.window > k ? k : rule->cap.window;
    uint32_t end = slot + window < k ? slot + window : k; /* of the last window with the slot in it */
    *rule_ret = r;
    for (units u = units_of(matcher, rule, item); u.at < u.last; u.at++)
      if (is_full(matcher, rule, placed, window, end, slot, value_at(&u, u.at)))
        return window < k ? MT_FITS_LATER : MT_FITS_NEVER;
  }
  return MT_FITS;
}

#include "rerank/match.h"

static bool listed(const mt_condition *c, uint32_t number) {
  uint32_t low = 0, high = c->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (mt_load_u32(c->list + 4 * (size_t)middle) < number) low = middle + 1;
    else high = middle;
  }
  return low < c->count && mt_load_u32(c->list + 4 * (size_t)low) == number;
}

static bool has_value(const mt_attribute *a, const mt_condition *c, uint32_t item) {
  uint32_t first, last;
  mt_values_of(a, item, &first, &last);
  for (uint32_t v = first; v < last; v++)
    if (listed(c, mt_attribute_value(a, v))) return true;
  return false;
}

static bool holds(const mt_matcher *m, const mt_condition *c, uint32_t item) {
  bool positive;
  if (c->kind == MT_CONDITION_RANGE) {
    double number = mt_attribute_number(&m->attribute[c->subject], item); /* NaN lies in no range */
    positive = ((c->flags & MT_CONDITION_OPEN_LOW) != 0 ? number > c->low : number >= c->low) &&
               ((c->flags & MT_CONDITION_OPEN_HIGH) != 0 ? number < c->high : number <= c->high);
  } else if (c->kind == MT_CONDITION_SOURCE) {
    uint32_t place = mt_index_get(&m->candidates->index, item);
    positive = place != MT_NOT_FOUND && m->candidates->ranks[(size_t)place * m->candidates->sources + c->subject] != 0;
  } else positive = c->kind == MT_CONDITION_VALUES ? has_value(&m->attribute[c->subject], c, item) : listed(c, item);
  return positive != ((c->flags & MT_CONDITION_NOT) != 0);
}

bool mt_matches(const mt_matcher *matcher, const mt_rule *rule, uint32_t item) {
  for (uint32_t i = rule->first; i < rule->first + rule->conditions; i++)
    if (!holds(matcher, &matcher->rules->condition[i], item)) return false;
  return true;
}

static bool is_permitted(const mt_matcher *matcher, uint64_t which, uint32_t item) {
  bool listing = false, on_list = false;
  for (uint32_t r = 0; which >> r != 0; r++) {
    const mt_rule *rule = &matcher->rules->rule[r];
    if ((which >> r & 1) == 0) continue;
    bool matches = mt_matches(matcher, rule, item);
    if (rule->kind == MT_RULE_ALLOW) {
      listing = true;
      on_list |= matches;
    } else if (matches == (rule->kind == MT_RULE_DENY)) return false;
  }
  return on_list || !listing;
}

void mt_permit(const mt_matcher *matcher, uint64_t which, uint32_t items, uint8_t *bitmap) {
  for (uint32_t item = 0; which != 0 && item < items; item++)
    if (mt_bitmap_has(bitmap, item) && !is_permitted(matcher, which, item)) mt_bitmap_clear(bitmap, item);
}

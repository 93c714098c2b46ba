#include "rerank/value.h"

#define MOST 1e12f /* of a value, however many factors: finite, and a number */

uint64_t mt_value_matches(const mt_matcher *matcher, uint32_t item) {
  const mt_rules *rules = matcher->rules;
  uint64_t matches = 0, rest = 0;
  bool in_line = false;
  for (uint32_t r = 0; r < rules->rules; r++) {
    const mt_rule *rule = &rules->rule[r];
    if (!mt_rules_has(rules, r) || mt_rule_when_of(rule->kind) != MT_WHEN_MATCHED) continue;
    if (rule->kind == MT_RULE_LINE && rule->conditions == 0) rest |= 1ULL << r;
    else if (mt_matches(matcher, rule, item)) {
      matches |= 1ULL << r;
      in_line |= rule->kind == MT_RULE_LINE;
    }
  }
  return in_line ? matches : matches | rest;
}

/* 2^-(age / half-life). What has no date counts as one half-life old: neither new nor old. */
static float freshness(const mt_rule *rule, const mt_attribute *attributes, double now, uint32_t item) {
  const mt_attribute *a = &attributes[rule->attribute];
  double number = mt_attribute_number(a, item);
  double born = mt_attribute_is_date(a) ? number : rule->fresh.epoch + rule->fresh.unit * number; /* a date says its unit */
  float lives = (float)(now - born) / rule->fresh.half_life;
  return isnan(now) ? 1 : isnan(lives) ? 0.5f : mt_exp2f(lives > 0 ? (lives < 100 ? -lives : -100) : 0);
}

static float value_of(const mt_matcher *matcher, double now, uint32_t item, float value) {
  const mt_rules *rules = matcher->rules;
  for (uint32_t r = 0; r < rules->rules; r++) {
    const mt_rule *rule = &rules->rule[r];
    if (!mt_rules_has(rules, r)) continue;
    if (rule->kind == MT_RULE_FRESH) value *= freshness(rule, matcher->attribute, now, item);
    if (rule->kind == MT_RULE_BOOST && mt_matches(matcher, rule, item)) value = value * rule->boost.factor + rule->boost.add;
  }
  return value > -MOST ? (value < MOST ? value : MOST) : -MOST;
}

/* One scale: `count` places of the order from `first` on. */
static void value_scale(const mt_matcher *matcher, const mt_ranking *ranking, double now, uint32_t first,
                        uint32_t count, uint64_t *keys, mt_entry *entries) {
  const uint32_t *order = ranking->order + first;
  const float *relevance = ranking->relevance;
  bool sorted = true;
  for (uint32_t i = 0; i < count; i++) {
    float best = relevance[order[0]], worst = relevance[order[count - 1]];
    float value = (relevance[order[i]] - worst) / (best - worst);
    uint32_t item = ranking->candidates->items[order[i]];
    keys[i] = mt_topk_key(value_of(matcher, now, item, best > worst ? value : 1), item);
    sorted &= i == 0 || keys[i] < keys[i - 1];
  }
  if (!sorted) mt_sort_descending(keys, count);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t item = mt_topk_item(keys[i]);
    entries[i] = (mt_entry){item, mt_topk_score(keys[i]), MT_ENTRY_OPEN, mt_value_matches(matcher, item)};
  }
}

void mt_value_all(const mt_matcher *matcher, const mt_ranking *ranking, double now, uint64_t *keys, mt_entry *entries,
                  uint32_t *first_ret) {
  uint32_t first = ranking->ranked == 0 || ranking->ranked > ranking->ordered ? ranking->ordered : ranking->ranked;
  value_scale(matcher, ranking, now, 0, first, keys, entries);
  value_scale(matcher, ranking, now, first, ranking->ordered - first, keys, entries + first);
  *first_ret = first;
}

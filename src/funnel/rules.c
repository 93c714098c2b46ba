/* The rules of a request: the bundle's, as the request changes them. A rule keeps its number, by which a slate tells which
 * rules had a part in it. What may be recommended at all is settled before recall; the rest is rerank/slate.h.
 */
#include "funnel/funnel.h"

static mt_status read_rules(const mt_recommender *rec, const unsigned char *records, size_t length, mt_rules *rules,
                            mt_error *error) {
  const mt_rule_world world = {rec->attribute, rec->attributes, rec->bundle.items, mt_spaces_here(rec), rec->policy.sources};
  return mt_rules_read(records, length, &world, rules, error);
}

mt_status mt_open_rules(mt_recommender *rec, mt_error *error) {
  mt_section section;
  rec->policy_rules.seed = 1;
  if (!mt_bundle_lists(&rec->bundle, MT_SECTION_RULES, 0, 0, &section)) return MT_OK;
  if (!section.here) return mt_bundle_is_early(error);
  return read_rules(rec, section.bytes, section.length, &rec->policy_rules, error);
}

void mt_bind_rules(mt_recommender *rec) {
  mt_greedy *g = &rec->greedy;
  g->matcher = (mt_matcher){&rec->rules, rec->attribute, &rec->candidates};
  g->space = rec->space;
  g->history = &rec->history;
  g->impressions = &rec->impressions;
  g->allowed = rec->allowed;
  g->open = rec->unfiltered;
  g->keys = rec->keys;
  g->items = rec->bundle.items;
  g->ranking = (mt_ranking){&rec->candidates, rec->relevance, rec->order, 0, 0};
}

void mt_begin_rules(mt_recommender *rec) {
  rec->rules = rec->policy_rules;
  rec->impressions.count = 0;
}

mt_status mt_change_rules(mt_recommender *rec, const unsigned char *records, size_t length, mt_error *error) {
  return read_rules(rec, records, length, &rec->rules, error);
}

bool mt_add_impressions(mt_recommender *rec, uint32_t item, float shown, float clicked) {
  if (item >= rec->bundle.items || !(shown >= 0 && shown <= 1e9f && clicked >= 0 && clicked <= 1e9f)) return false;
  return mt_impressions_add(&rec->impressions, item, shown, clicked);
}

uint32_t mt_rule_kind_of(const mt_recommender *rec, uint32_t rule) {
  return rule < rec->rules.rules ? (uint32_t)rec->rules.rule[rule].kind : 0;
}

/* The policy's rules permit the same from request to request, so that is kept; what a request adds is no such thing. */
void mt_narrow_by_rules(mt_recommender *rec) {
  const mt_rules *rules = &rec->rules;
  uint32_t items = rec->bundle.items;
  uint64_t standing = 0, asked = 0;
  for (uint32_t r = 0; r < rules->rules; r++) {
    const mt_rule *rule = &rules->rule[r];
    if (!mt_rules_has(rules, r) || mt_rule_stage_of(rule->kind) != MT_STAGE_PERMIT) continue;
    if (rule->kind == MT_RULE_FREQUENCY) {
      rec->narrowed |= rec->impressions.count > 0;
      if (rec->impressions.count > 0)
        mt_impressions_keep_back(&rec->impressions, rule, rec->attribute, items, rec->marks, rec->allowed);
    } else if (r < rec->policy_rules.rules) standing |= 1ULL << r;
    else asked |= 1ULL << r;
  }
  if (standing != rec->permitted_by) {
    mt_bitmap_fill(rec->permitted, items);
    mt_permit(&rec->greedy.matcher, standing, items, rec->permitted);
    rec->permitted_by = standing;
  }
  for (size_t b = 0; standing != 0 && b < mt_bitmap_bytes(items); b++) rec->allowed[b] &= rec->permitted[b];
  mt_permit(&rec->greedy.matcher, asked, items, rec->allowed);
  rec->narrowed |= asked != 0;
}

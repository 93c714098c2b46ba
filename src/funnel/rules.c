#include "funnel/rules.h"

mt_status mt_rules_open(const mt_bundle *bundle, const mt_rule_world *world, mt_rules_stage *stage, mt_error *error) {
  mt_section section;
  stage->policy.seed = 1;
  if (!mt_bundle_lists(bundle, MT_SECTION_RULES, 0, 0, &section)) return MT_OK;
  if (!section.here) return mt_bundle_is_early(error);
  return mt_rules_read(section.bytes, section.length, world, &stage->policy, error);
}

void mt_rules_reserve(mt_arena *arena, uint32_t items, mt_rules_stage *stage) {
  stage->permitted = mt_arena_take(arena, mt_bitmap_bytes(items), 1);
  mt_impressions_reserve(arena, &stage->impressions);
}

void mt_rules_begin(mt_rules_stage *stage) {
  stage->rules = stage->policy;
  stage->impressions.count = 0;
}

/* The policy's rules permit the same from request to request, so that is kept. It holds with and without filters. */
static void permit_by_policy(mt_rules_stage *stage, const mt_matcher *matcher, uint64_t standing, uint32_t items,
                             mt_request *request) {
  if (standing != stage->permitted_by) {
    mt_bitmap_fill(stage->permitted, items);
    mt_permit(matcher, standing, items, stage->permitted);
    stage->permitted_by = standing;
  }
  if (standing == 0) return;
  for (size_t b = 0; b < mt_bitmap_bytes(items); b++) {
    request->allowed[b] &= stage->permitted[b];
    request->unfiltered[b] &= stage->permitted[b];
  }
}

void mt_rules_narrow(mt_rules_stage *stage, const mt_attribute *attributes, uint32_t items, mt_request *request) {
  const mt_rules *rules = &stage->rules;
  const mt_matcher matcher = {rules, attributes, NULL}; /* no such rule asks who brought an item */
  uint64_t standing = 0, asked = 0;
  for (uint32_t r = 0; r < rules->rules; r++) {
    const mt_rule *rule = &rules->rule[r];
    if (!mt_rules_has(rules, r) || mt_rule_stage_of(rule->kind) != MT_STAGE_PERMIT) continue;
    if (rule->kind == MT_RULE_FREQUENCY) {
      if (stage->impressions.count == 0) continue;
      mt_impressions_keep_back(&stage->impressions, rule, attributes, items, request->marks, request->allowed);
      request->narrowed = true;
    } else if (r < stage->policy.rules) standing |= 1ULL << r;
    else asked |= 1ULL << r;
  }
  permit_by_policy(stage, &matcher, standing, items, request);
  mt_permit(&matcher, asked, items, request->allowed);
  request->narrowed |= asked != 0;
}

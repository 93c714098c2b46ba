#include "bundle/rules.h"

#define KINDS(a, b, c, d) (1u << (a) | 1u << (b) | 1u << (c) | 1u << (d))

static bool within(double value, double most) { return value >= -most && value <= most; } /* NaN is not */

/* A category (or a number, as `number` says) that there is. What is looked at once per candidate and slot is bounded. */
static bool is_attribute(const mt_rule_world *world, uint32_t attribute, bool number, bool bounded) {
  if (attribute >= world->attributes) return false;
  const mt_attribute *a = &world->attribute[attribute];
  return number ? mt_attribute_is_number(a) : mt_attribute_is_category(a) && (!bounded || a->widest <= MT_MAX_VALUES);
}

static bool is_rule(const mt_rule *rule, const mt_rule_world *world) {
  const uint32_t kind = 1u << rule->kind;
  const uint32_t numbers = KINDS(MT_RULE_FRESH, MT_RULE_THOMPSON, 0, 0);
  const uint32_t needs = KINDS(MT_RULE_UNIQUE, MT_RULE_FRESH, MT_RULE_CALIBRATE, 0);
  const uint32_t likeness = KINDS(MT_RULE_MMR, MT_RULE_DPP, 0, 0);
  if (rule->attribute == MT_NOT_FOUND ? (kind & needs) != 0 || ((kind & likeness) != 0 && rule->m == MT_NOT_FOUND)
                                      : !is_attribute(world, rule->attribute, (kind & numbers) != 0, true))
    return false;
  if ((kind & (likeness | 1u << MT_RULE_NEAR)) != 0 && rule->m >= world->spaces &&
      (rule->kind == MT_RULE_NEAR || rule->m != MT_NOT_FOUND))
    return false;
  if (rule->kind == MT_RULE_PIN && rule->m >= world->items) return false;
  if (rule->kind == MT_RULE_THOMPSON && rule->m != MT_NOT_FOUND && !is_attribute(world, rule->m, true, true)) return false;
  return rule->n <= MT_MAX_POSITION && within((double)rule->x, 1e12) && within((double)rule->y, 1e9) && within(rule->u, 1e15) &&
         within(rule->v, 1e9);
}

/* The list's numbers ascend, and are of what there is. */
static bool is_condition(const mt_condition *c, mt_rule_kind kind, const mt_rule_world *world) {
  bool once = kind <= MT_RULE_ALLOW; /* asked of the whole catalogue, before any source is */
  if (c->kind == MT_CONDITION_SOURCE) return !once && c->subject < world->sources;
  if (c->kind == MT_CONDITION_RANGE) return is_attribute(world, c->subject, true, false);
  if (c->kind != MT_CONDITION_ITEMS && !(c->kind == MT_CONDITION_VALUES && is_attribute(world, c->subject, false, !once)))
    return false;
  uint32_t bound = c->kind == MT_CONDITION_ITEMS ? world->items : world->attribute[c->subject].strings.count;
  uint64_t least = 0;
  for (uint32_t i = 0; i < c->count; i++) {
    uint32_t number = mt_load_u32(c->list + 4 * (size_t)i);
    if (number < least || number >= bound) return false;
    least = (uint64_t)number + 1;
  }
  return true;
}

static bool read_pattern(const mt_condition *list, uint32_t own, mt_rules *rules) {
  rules->slots = 0;
  if (list->count > MT_PATTERN) return false;
  for (uint32_t i = 0; i < list->count; i++) {
    uint32_t line = mt_load_u32(list->list + 4 * (size_t)i);
    if (line >= rules->rules - own || rules->rule[own + line].kind != MT_RULE_LINE) return false;
    rules->pattern[rules->slots++] = (uint8_t)(own + line);
  }
  return true;
}

/* `own`: the first rule of these records. */
static bool read_record(const mt_condition *c, const mt_rule *rule, uint32_t own, const mt_rule_world *world,
                        mt_rules *rules) {
  const uint32_t op = (uint32_t)rule->kind;
  if (op >= MT_RULE_REQUIRE && op <= MT_RULE_LAST) {
    if (rules->rules == MT_MAX_RULES || !is_rule(rule, world)) return false;
    rules->active |= 1ULL << rules->rules;
    rules->rule[rules->rules++] = *rule;
    return true;
  }
  if (op == MT_OP_PATTERN) return read_pattern(c, own, rules);
  if (op == MT_OP_DROP) {
    for (uint32_t r = 0; r < rules->rules; r++)
      if (rule->n == 0 || (uint32_t)rules->rule[r].kind == rule->n) rules->active &= ~(1ULL << r);
  } else if (op == MT_OP_SEED) rules->seed = rule->n;
  else if (op == MT_OP_STRENGTH) {
    const mt_rule *known = mt_rules_diversity(rules);
    if (known == NULL || !within((double)rule->x, 1)) return false;
    rules->rule[known - rules->rule].x = rule->x;
  } else {
    if (rules->conditions == MT_MAX_CONDITIONS || rules->rules <= own) return false;
    mt_rule *last = &rules->rule[rules->rules - 1];
    if (!is_condition(c, last->kind, world)) return false;
    if (c->kind == MT_CONDITION_SOURCE && (c->flags & MT_CONDITION_NOT) == 0) rules->brought |= 1ULL << (rules->rules - 1);
    rules->condition[rules->conditions++] = *c;
    last->conditions++;
  }
  return true;
}

mt_status mt_rules_read(const unsigned char *bytes, size_t length, const mt_rule_world *world, mt_rules *rules,
                        mt_error *error) {
  uint32_t own = rules->rules, record = 0;
  for (size_t at = 0; at < length; record++) {
    const unsigned char *r = bytes + at;
    uint32_t count = length - at < MT_RECORD_BYTES ? MT_MAX_LISTED + 1 : mt_load_u32(r + 40);
    if (count > MT_MAX_LISTED || (at += MT_RECORD_BYTES + 4 * (size_t)count) > length)
      return mt_fail(error, MT_CORRUPT, "rules: record %u is cut off", record);
    const uint32_t op = mt_load_u32(r), subject = mt_load_u32(r + 4), n = mt_load_u32(r + 8);
    const double u = mt_load_f64(r + 24), v = mt_load_f64(r + 32);
    const mt_condition c = {(mt_condition_kind)(op - MT_OP_CONDITION), n, subject, count, r + MT_RECORD_BYTES, u, v};
    const mt_rule rule = {(mt_rule_kind)op, subject, rules->conditions, 0, n, mt_load_u32(r + 12), mt_load_f32(r + 16),
                          mt_load_f32(r + 20), u, v};
    if (!read_record(&c, &rule, own, world, rules))
      return mt_fail(error, MT_CORRUPT, "rules: record %u (%u) is more than a bundle may have, or does not fit this one", record, op);
  }
  return MT_OK;
}

const mt_rule *mt_rules_find(const mt_rules *rules, mt_rule_kind kind) {
  for (uint32_t r = rules->rules; r-- > 0;)
    if (mt_rules_has(rules, r) && rules->rule[r].kind == kind) return &rules->rule[r];
  return NULL;
}

const mt_rule *mt_rules_diversity(const mt_rules *rules) {
  const mt_rule *mmr = mt_rules_find(rules, MT_RULE_MMR), *dpp = mt_rules_find(rules, MT_RULE_DPP);
  return mmr == NULL || (dpp != NULL && dpp > mmr) ? dpp : mmr;
}

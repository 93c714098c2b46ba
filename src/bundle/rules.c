#include "bundle/rules.h"

_Static_assert(sizeof(mt_operands) == 32 && sizeof(mt_rule) == 48, "operands are copied from their record");

/* What a rule's attribute is, and what its operand `other` names; MAY: or nothing. */
enum { NOTHING, MAY_CATEGORY, CATEGORY, MAY_NUMBER, NUMBER, MAY_SPACE, SPACE, ITEM };

/* The list of rules as a table; of a number that is none, zeros. */
#define ROW(name, number, stage, when, attribute, other) [number] = {MT_STAGE_##stage, MT_WHEN_##when, attribute, other},
static const struct rule_row {
  uint8_t stage, when, attribute, other;
} ROWS[MT_RULE_END] = {MT_RULE_KINDS(ROW)};

mt_rule_stage mt_rule_stage_of(mt_rule_kind kind) { return kind < MT_RULE_END ? (mt_rule_stage)ROWS[kind].stage : MT_STAGE_NONE; }
mt_rule_when mt_rule_when_of(mt_rule_kind kind) { return kind < MT_RULE_END ? (mt_rule_when)ROWS[kind].when : MT_WHEN_NO; }

static bool within(double value, double most) { return value >= -most && value <= most; } /* NaN is not */

/* A category (or a number, as `number` says) that there is. What is looked at once per candidate and slot is bounded. */
static bool is_attribute(const mt_rule_world *world, uint32_t attribute, bool number, bool bounded) {
  if (attribute >= world->attributes) return false;
  const mt_attribute *a = &world->attribute[attribute];
  return number ? mt_attribute_is_number(a) : mt_attribute_is_category(a) && (!bounded || a->widest <= MT_MAX_VALUES);
}

/* Whether `named` is what the list says. */
static bool names(const mt_rule_world *world, uint8_t what, uint32_t named) {
  switch (what) {
    case MAY_CATEGORY: return named == MT_NOT_FOUND || is_attribute(world, named, false, true);
    case CATEGORY: return is_attribute(world, named, false, true);
    case MAY_NUMBER: return named == MT_NOT_FOUND || is_attribute(world, named, true, true);
    case NUMBER: return is_attribute(world, named, true, true);
    case MAY_SPACE: return named == MT_NOT_FOUND || named < world->spaces;
    case SPACE: return named < world->spaces;
    case ITEM: return named < world->items;
    default: return true;
  }
}

static bool is_rule(const mt_rule *rule, const mt_rule_world *world) {
  const struct rule_row *row = &ROWS[rule->kind];
  const mt_operands *o = &rule->operands;
  const bool likeness = row->other == MAY_SPACE; /* MMR and DPP: count is their pool */
  const uint8_t attribute = row->attribute == NOTHING ? MAY_CATEGORY : row->attribute; /* unread, and still one that there is */
  if (!names(world, attribute, rule->attribute) || !names(world, row->other, o->other)) return false;
  if (likeness && o->other == MT_NOT_FOUND && rule->attribute == MT_NOT_FOUND) return false; /* likeness of what? */
  return o->count <= (likeness ? MT_MAX_POOL : MT_MAX_POSITION) && within((double)o->amount, 1e12) &&
         within((double)o->extra, 1e9) && within(o->low, 1e15) && within(o->high, 1e9);
}

/* The list's numbers ascend, and are of what there is. */
static bool is_condition(const mt_condition *c, mt_rule_kind kind, const mt_rule_world *world) {
  bool once = mt_rule_when_of(kind) == MT_WHEN_EARLY;
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
  const uint32_t what = (uint32_t)rule->kind;
  const mt_operands *o = &rule->operands;
  if (mt_rule_stage_of(rule->kind) != MT_STAGE_NONE) {
    if (rules->rules == MT_MAX_RULES || !is_rule(rule, world)) return false;
    rules->active |= 1ULL << rules->rules;
    rules->rule[rules->rules++] = *rule;
    return true;
  }
  if (what == MT_RECORD_PATTERN) return read_pattern(c, own, rules);
  if (what == MT_RECORD_DROP) {
    for (uint32_t r = 0; r < rules->rules; r++)
      if (o->count == 0 || (uint32_t)rules->rule[r].kind == o->count) rules->active &= ~(1ULL << r);
  } else if (what == MT_RECORD_SEED) rules->seed = o->count;
  else if (what == MT_RECORD_STRENGTH) {
    const mt_rule *known = mt_rules_diversity(rules);
    if (known == NULL || !within((double)o->amount, 1)) return false;
    rules->rule[known - rules->rule].diversity.strength = o->amount;
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
    const uint32_t what = mt_load_u32(r), subject = mt_load_u32(r + 4);
    mt_rule rule = {(mt_rule_kind)what, subject, rules->conditions, 0, {{0}}};
    memcpy(&rule.operands, r + 8, sizeof rule.operands);
    const mt_operands *o = &rule.operands;
    const mt_condition c = {(mt_condition_kind)(what - MT_RECORD_CONDITION), o->count, subject, count, r + MT_RECORD_BYTES,
                            o->low, o->high};
    if (!read_record(&c, &rule, own, world, rules))
      return mt_fail(error, MT_CORRUPT, "rules: record %u (%u) is more than a bundle may have, or does not fit this one", record, what);
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

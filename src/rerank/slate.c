#include "rerank/slate.h"

void mt_greedy_reserve(mt_arena *arena, uint32_t items, uint32_t ordered, size_t widest, mt_greedy *g) {
  g->open = mt_arena_take(arena, mt_bitmap_bytes(items), 1);
  g->keys = mt_arena_take(arena, ordered, sizeof *g->keys);
  g->entries = mt_arena_take(arena, ordered + MT_MAX_RULES, sizeof *g->entries);
  g->choices = mt_arena_take(arena, MT_MAX_POSITION, sizeof *g->choices);
  g->placed = mt_arena_take(arena, MT_MAX_POSITION, sizeof *g->placed);
  mt_diversity_reserve(arena, widest, &g->diversity);
  mt_calibration_reserve(arena, &g->calibration);
}

static const mt_rule *active(const mt_greedy *g, uint32_t r, mt_rule_kind kind) {
  const mt_rule *rule = &g->matcher.rules->rule[r];
  return mt_rules_has(g->matcher.rules, r) && rule->kind == kind ? rule : NULL;
}
static const mt_rule *found(const mt_greedy *g, mt_rule_kind kind) { return mt_rules_find(g->matcher.rules, kind); }
static uint64_t bit_of(const mt_greedy *g, const mt_rule *rule) { return 1ULL << (rule - g->matcher.rules->rule); }

static int bits(uint64_t mask) {
  int count = 0;
  for (; mask != 0; mask &= mask - 1) count++;
  return count;
}

/* -- hard rules, and placing --------------------------------------------------------------------------------------- */

static mt_fit fit(mt_greedy *g, uint32_t slot, uint32_t item, uint32_t *skipped) {
  uint32_t rule = 0;
  const mt_rule *doubles = found(g, MT_RULE_NEAR);
  mt_fit fits = mt_caps_fit(&g->matcher, g->placed, g->k, slot, item, &rule);
  if (fits == MT_FITS && doubles != NULL &&
      mt_diversity_is_double(&g->diversity, &g->space[doubles->near.space], doubles->near.similarity, g->placed, g->k, item)) {
    fits = MT_FITS_NEVER;
    rule = (uint32_t)(doubles - g->matcher.rules->rule);
  }
  if (fits != MT_FITS) skipped[rule]++;
  return fits;
}

/* `row`: of its entry; g->count where it has none. */
static void place(mt_greedy *g, uint32_t slot, uint32_t row, uint32_t item, uint64_t rules) {
  mt_choice *choice = &g->choices[slot];
  bool is_known = found(g, MT_RULE_EPSILON) != NULL && found(g, MT_RULE_THOMPSON) == NULL; /* how likely it is here */
  *choice = (mt_choice){item, 0, 0, is_known ? 1 : 0, 0};
  if (row < g->count) {
    choice->value = g->entries[row].value;
    choice->rules = g->entries[row].matches;
    g->entries[row].state = MT_ENTRY_GONE;
  } else choice->rules = mt_value_matches(&g->matcher, item);
  if (row < g->pool) choice->penalty = g->diversity.strength * g->diversity.penalty[row];
  for (uint32_t r = 0; r < MT_MAX_RULES; r++) g->have[r] += (uint32_t)(choice->rules >> r) & 1;
  choice->rules |= rules;
  g->placed[slot] = item;
  mt_bitmap_clear(g->open, item);
  mt_diversity_pick(&g->diversity, row, item);
  mt_calibration_pick(&g->calibration, item);
}

/* -- beginning ----------------------------------------------------------------------------------------------------- */

/* Brings the entry of a pin into row `row`, into the pool and before all others; an item that no source brought gets one,
 * of value 0. False where it stands there already, by another pin. */
static bool enter(mt_greedy *g, uint32_t row, uint32_t item) {
  mt_entry entry = {item, 0, MT_ENTRY_OPEN, mt_value_matches(&g->matcher, item)};
  uint32_t from = 0;
  while (from < g->count && g->entries[from].item != item) from++;
  if (from < row) return false;
  if (from < g->count) entry = g->entries[from];
  else g->count++;
  memmove(g->entries + row + 1, g->entries + row, (from - row) * sizeof entry);
  g->entries[row] = entry;
  g->pool += from >= g->pool;
  return true;
}

static void hold(mt_greedy *g, uint32_t row, uint32_t r, uint32_t *skipped) {
  uint32_t slot = g->pin_slot[r], item = g->entries[row].item;
  if (g->placed[slot] == MT_NOT_FOUND && g->entries[row].state == MT_ENTRY_OPEN && fit(g, slot, item, skipped) == MT_FITS) {
    place(g, slot, row, item, 1ULL << r);
    g->held++;
  } else g->pin_slot[r] = MT_NOT_FOUND;
}

static void start(mt_greedy *g, uint32_t *skipped) {
  const mt_rules *rules = g->matcher.rules;
  const mt_rule *how = mt_rules_diversity(rules), *sampling = found(g, MT_RULE_THOMPSON);
  uint32_t pins = 0, pinned[MT_MAX_RULES], pool = how == NULL || how->diversity.pool == 0 ? MT_MAX_POOL : how->diversity.pool;
  float rates[MT_ROWS], best = 0;
  g->rng = mt_rng_seed(rules->seed);
  g->held = g->inspected = 0;
  g->unavailable = rules->brought;
  g->count = g->ranking.ordered;
  memset(g->have, 0, sizeof g->have);
  memset(skipped, 0, MT_MAX_RULES * sizeof *skipped);
  memset(g->placed, 0xff, g->k * sizeof *g->placed);
  mt_value_all(&g->matcher, &g->ranking, mt_history_now(g->history), g->keys, g->entries, &g->pool);
  if (g->pool > pool) g->pool = pool;
  for (uint32_t r = 0; r < rules->rules; r++) {
    if (g->pin_slot[r] == MT_NOT_FOUND) continue;
    if (enter(g, pins, rules->rule[r].pin.item)) pinned[pins++] = r;
    else g->pin_slot[r] = MT_NOT_FOUND;
  }
  uint32_t space = how == NULL ? MT_NOT_FOUND : how->diversity.space;
  if (space != MT_NOT_FOUND && g->pool > MT_ROW_FLOATS / g->space[space].padded) g->pool = MT_ROW_FLOATS / g->space[space].padded;
  for (uint32_t row = 0; row < g->pool; row++) {
    g->diversity.items[row] = g->entries[row].item;
    if (sampling == NULL) continue;
    rates[row] = mt_sample_rate(g->impressions, sampling, g->matcher.attribute, g->entries[row].item, &g->rng);
    best = rates[row] > best ? rates[row] : best;
  }
  for (uint32_t row = 0; best > 0 && row < g->pool; row++)
    g->entries[row].value = (1 - sampling->thompson.share) * g->entries[row].value + sampling->thompson.share * rates[row] / best;
  memcpy(g->open, g->allowed, mt_bitmap_bytes(g->items));
  for (uint32_t row = 0; row < g->count; row++) mt_bitmap_clear(g->open, g->entries[row].item);
  mt_diversity_start(&g->diversity, how, g->space, g->matcher.attribute, g->pool);
  mt_calibration_start(&g->calibration, found(g, MT_RULE_CALIBRATE), g->matcher.attribute, g->history);
  for (uint32_t p = 0; p < pins; p++) hold(g, p, pinned[p], skipped);
}

/* -- choosing ------------------------------------------------------------------------------------------------------ */

/* Bits of the quotas that are due, and of the slot's line. */
static uint64_t asked_at(const mt_greedy *g, uint32_t slot) {
  const mt_rules *rules = g->matcher.rules;
  uint64_t due = 0, open = 0;
  uint32_t missing = 0;
  for (uint32_t r = 0; r < rules->rules; r++) {
    const mt_rule *rule = active(g, r, MT_RULE_QUOTA);
    if (rule == NULL) continue;
    float share = rule->quota.share * (float)g->k + 0.999f, least = (float)rule->quota.least, wanted = share > least ? share : least;
    uint32_t whole = wanted < (float)g->k ? (uint32_t)wanted : g->k, have = g->have[r];
    if (have >= whole) continue;
    missing += whole - have;
    open |= 1ULL << r;
    if (have < whole * (slot + 1) / g->k) due |= 1ULL << r;
  }
  if (missing >= g->k - slot - g->held) due = open;
  uint32_t line = rules->slots == 0 ? 0 : rules->pattern[slot % rules->slots];
  return rules->slots == 0 || !mt_rules_has(rules, line) ? due : due | 1ULL << line;
}

/* The best so far for a slot. */
typedef struct best {
  uint32_t row, item;
  int met; /* how much of what is asked for; -1: there is none yet */
  float objective;
  uint32_t drawn, last; /* … or one of so many that fit, the last of them in this row */
} best;

/* The best, or with `random` one drawn of those that meet as much: of the first so many of them. */
static void choose(mt_greedy *g, uint32_t slot, uint64_t asked, const mt_rule *random, uint32_t *skipped, best *b) {
  float d = g->diversity.strength, c = g->calibration.strength, objective = 0;
  bool exploring = random != NULL;
  int all = bits(asked);
  for (uint32_t row = 0; row < g->count && (row < g->pool || b->met < all); row++) {
    mt_entry *entry = &g->entries[row];
    int met = bits(entry->matches & asked);
    if (entry->state != MT_ENTRY_OPEN || met < b->met || (met == b->met && row >= g->pool)) continue;
    if (exploring && met == b->met && b->drawn == random->epsilon.among) continue; /* 0 never */
    if (row < g->pool && !exploring) {
      objective = (1 - d) * (1 - c) * entry->value - d * g->diversity.penalty[row];
      if (met == b->met && objective < b->objective) continue; /* calibration can only lower it */
      if (c > 0) objective -= (1 - d) * c * mt_calibration_with(&g->calibration, entry->item);
      if (met == b->met && (objective < b->objective || (objective == b->objective && entry->item > b->item))) continue;
    }
    mt_fit fits = fit(g, slot, entry->item, skipped);
    if (fits == MT_FITS_NEVER) entry->state = MT_ENTRY_NEVER;
    if (fits != MT_FITS) continue;
    uint32_t drawn = met > b->met ? 1 : b->drawn + 1; /* each of them stays with the same chance */
    if (!exploring || drawn == 1 || mt_rng_below(&g->rng, drawn) == 0) *b = (best){row, entry->item, met, objective, 0, 0};
    b->drawn = drawn;
    b->last = row;
  }
}

/* The first item beyond the candidates that fits and meets more than what was found; false where nothing meets more. */
static bool choose_beyond(mt_greedy *g, uint32_t slot, uint64_t asked, uint32_t *skipped, best *b) {
  bool any = false;
  for (uint32_t item = 0; item < g->items && g->inspected < MT_MOST_INSPECTED; item++) {
    if (item % 64 == 0 && mt_load_u64(g->open + item / 8) == 0) item += 63;
    if (item >= g->items || !mt_bitmap_has(g->open, item)) continue;
    int met = asked == 0 ? 0 : bits(mt_value_matches(&g->matcher, item) & asked);
    g->inspected += 1 + slot;
    if (met <= b->met) continue;
    any = true;
    mt_fit fits = fit(g, slot, item, skipped);
    if (fits == MT_FITS_NEVER) mt_bitmap_clear(g->open, item);
    if (fits != MT_FITS) continue;
    *b = (best){g->count, item, met, 0, 0, 0};
    break;
  }
  return any;
}

/* Where slots explore: takes a random one instead of the best so far in a share of them, and says how likely that was. */
static void explore(mt_greedy *g, uint32_t slot, uint64_t asked, best *b, uint64_t *rules, float *propensity) {
  const mt_rule *random = found(g, MT_RULE_EPSILON);
  uint32_t unheard[MT_MAX_RULES] = {0}; /* what keeps others out was counted for the best */
  best drawn = {0, 0, -1, 0, 0, 0};
  if (random == NULL) return;
  float share = random->epsilon.share;
  bool exploring = mt_rng_unit(&g->rng) < share;
  choose(g, slot, asked, random, unheard, &drawn);
  uint32_t row = exploring ? drawn.row : b->row;
  *propensity = (row == b->row ? 1 - share : 0) + (row <= drawn.last ? share / (float)drawn.drawn : 0);
  if (!exploring) return;
  *b = drawn;
  *rules = bit_of(g, random);
}

/* Fills the slot; false where nothing fits. */
static bool fill(mt_greedy *g, uint32_t slot, uint32_t *skipped) {
  uint64_t asked = asked_at(g, slot), rules = 0;
  best b = {0, 0, -1, 0, 0, 0};
  float propensity = 1;
  choose(g, slot, asked, NULL, skipped, &b);
  if (b.met >= 0) explore(g, slot, asked, &b, &rules, &propensity);
  if (b.met < bits(asked) && (asked & ~g->unavailable) != 0) {
    best beyond = {0, 0, b.met > 0 ? b.met : 0, 0, 0, 0};
    if (!choose_beyond(g, slot, asked, skipped, &beyond) && beyond.met == 0) g->unavailable |= asked;
    if (beyond.met > b.met && beyond.met > 0) b = beyond, rules = 0, propensity = 1;
  }
  if (b.met < 0) choose_beyond(g, slot, 0, skipped, &b);
  if (b.met < 0) return false;
  place(g, slot, b.row, b.item, rules);
  g->choices[slot].propensity *= propensity;
  return true;
}

/* Fills slots as far as it goes. */
static uint32_t fill_all(mt_greedy *g, uint32_t *skipped) {
  start(g, skipped);
  for (uint32_t slot = 0; slot < g->k; slot++) {
    if (g->placed[slot] != MT_NOT_FOUND) g->held--;
    else if (!fill(g, slot, skipped)) return slot;
  }
  return g->k;
}

uint32_t mt_greedy_run(mt_greedy *g, uint32_t k, uint32_t *skipped) {
  g->k = k;
  for (uint32_t r = 0; r < g->matcher.rules->rules; r++) {
    const mt_rule *rule = active(g, r, MT_RULE_PIN);
    bool holds = rule != NULL && rule->pin.slot < k && mt_bitmap_has(g->allowed, rule->pin.item);
    g->pin_slot[r] = holds ? rule->pin.slot : MT_NOT_FOUND;
  }
  for (uint32_t moved = 0;; moved++) {
    uint32_t end = fill_all(g, skipped), first = MT_NOT_FOUND;
    if (g->held == 0) return end;
    for (uint32_t r = 0; r < g->matcher.rules->rules; r++) { /* the first that holds a slot behind the end */
      if (g->pin_slot[r] == MT_NOT_FOUND || g->pin_slot[r] < end) continue;
      if (moved > MT_MAX_RULES) g->pin_slot[r] = MT_NOT_FOUND; /* it would take too long */
      else if (first == MT_NOT_FOUND || g->pin_slot[r] < g->pin_slot[first]) first = r;
    }
    if (first != MT_NOT_FOUND) g->pin_slot[first] = end;
  }
}

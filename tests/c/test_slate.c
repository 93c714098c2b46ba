/* Slates under random rules, against what a plain loop says at every slot: hard rules are looked up pair by pair, penalties,
 * determinants and divergences computed anew for each candidate. A slate that is shorter than asked must leave nothing that
 * could stand behind it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plain.h"
#include "records.h"
#include "session.h"

#define MOST_RULES 24u

typedef struct world {
  const catalogue *c;
  mt_recommender *rec;
  uint32_t events, event[40], k;
  records permit, all; /* the rules that say what may be recommended, and those with all others */
  mt_rule rule[MOST_RULES];
  uint32_t rules, wanted_value[MOST_RULES]; /* of country, 1 or 2: what a rule's one condition asks for; 0: it has none */
  uint32_t slots, pattern[MT_PATTERN];
  uint32_t allowed_by_country; /* bit v: items with country v (0: none) */
  uint32_t candidates, item[MT_MAX_K]; /* best first */
  float value[ITEMS];     /* normalised, with boosts and freshness; NaN: no candidate */
} world;

/* -- what items are ------------------------------------------------------------------------------------------------ */

static uint32_t genres(const catalogue *c, uint32_t item, const uint32_t **values) {
  uint32_t set = c->genre_set[item];
  *values = c->set_values + c->set_start[set];
  return c->set_start[set + 1] - c->set_start[set];
}

/* How many values of the attribute two items share; of `one` with itself, how many it has. */
static uint32_t shared(const catalogue *c, uint32_t attribute, uint32_t one, uint32_t other) {
  if (attribute == COUNTRY) return c->country[one] != 0 && c->country[one] == c->country[other];
  const uint32_t *a, *b;
  uint32_t count = 0, an = genres(c, one, &a), bn = genres(c, other, &b);
  for (uint32_t i = 0; i < an; i++)
    for (uint32_t j = 0; j < bn; j++) count += a[i] == b[j];
  return count;
}

static double cosine(const world *w, uint32_t space, uint32_t one, uint32_t other) {
  float a[MT_PADDED_MAX], b[MT_PADDED_MAX];
  if (!mt_item_vector(w->rec, space, one, a) || !mt_item_vector(w->rec, space, other, b)) return 0;
  double ab = 0, aa = 0, bb = 0;
  for (uint32_t d = 0; d < mt_space_dim(w->rec, space); d++) {
    ab += (double)a[d] * (double)b[d];
    aa += (double)a[d] * (double)a[d];
    bb += (double)b[d] * (double)b[d];
  }
  return ab / sqrt(aa * bb);
}

static double likeness(const world *w, const mt_rule *how, uint32_t one, uint32_t other) {
  if (how->diversity.space != MT_NOT_FOUND) return cosine(w, how->diversity.space, one, other);
  uint32_t both = shared(w->c, how->attribute, one, other);
  double a = shared(w->c, how->attribute, one, one), b = shared(w->c, how->attribute, other, other);
  return both == 0 ? 0 : both / sqrt(a * b);
}

static bool is_about(const world *w, uint32_t r, uint32_t item) {
  return w->wanted_value[r] == 0 || w->c->country[item] == w->wanted_value[r];
}

static const mt_rule *rule_of(const world *w, mt_rule_kind kind) {
  for (uint32_t r = 0; r < w->rules; r++)
    if (w->rule[r].kind == kind) return &w->rule[r];
  return NULL;
}

/* -- hard rules ---------------------------------------------------------------------------------------------------- */

/* Whether the items at slots 0 .. count (MT_NOT_FOUND: none there) keep all hard rules. */
static bool keeps(const world *w, const uint32_t *slate, uint32_t count) {
  for (uint32_t r = 0; r < w->rules; r++) {
    const mt_rule *rule = &w->rule[r];
    if (rule->kind == MT_RULE_CAP || rule->kind == MT_RULE_UNIQUE) {
      uint32_t most = rule->kind == MT_RULE_UNIQUE ? 1 : rule->cap.most;
      uint32_t window = rule->kind == MT_RULE_UNIQUE || rule->cap.window == 0 ? count : rule->cap.window;
      uint32_t kinds = rule->attribute == GENRE ? GENRES : rule->attribute == COUNTRY ? 2 : 1;
      for (uint32_t v = 0; v < kinds; v++)
        for (uint32_t first = 0; first < count; first++) {
          uint32_t inside = 0;
          for (uint32_t s = first; s < count && s < first + window; s++) {
            if (slate[s] == MT_NOT_FOUND || !is_about(w, r, slate[s])) continue;
            const uint32_t *values;
            uint32_t n = genres(w->c, slate[s], &values);
            if (rule->attribute == MT_NOT_FOUND || (rule->attribute == COUNTRY && w->c->country[slate[s]] == v + 1)) inside++;
            for (uint32_t i = 0; rule->attribute == GENRE && i < n; i++) inside += values[i] == v;
          }
          if (inside > most) return false;
        }
    }
    if (rule->kind == MT_RULE_NEAR)
      for (uint32_t a = 0; a < count; a++)
        for (uint32_t b = 0; b < a; b++)
          if (slate[a] != MT_NOT_FOUND && slate[b] != MT_NOT_FOUND && has_vector(w->rec, rule->near.space, slate[a]) &&
              cosine(w, rule->near.space, slate[a], slate[b]) >= (double)rule->near.similarity + 1e-5)
            return false;
  }
  for (uint32_t a = 0; a < count; a++)
    for (uint32_t b = 0; b < a; b++)
      if (slate[a] != MT_NOT_FOUND && slate[a] == slate[b]) return false;
  return true;
}

static bool is_permitted(const world *w, uint32_t item) {
  for (uint32_t e = 0; e < w->events; e++)
    if (w->event[e] == item) return false;
  return (w->allowed_by_country >> w->c->country[item] & 1) != 0;
}

/* -- the objective, from its definition ---------------------------------------------------------------------------- */

/* log of the determinant of the likeness of the picks, by elimination; a singular one is as low as the core lets it be. */
static double log_volume(const world *w, const mt_rule *how, const uint32_t *picks, uint32_t count) {
  double a[40][40], sum = 0;
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t j = 0; j < count; j++) a[i][j] = i == j ? 1 : likeness(w, how, picks[i], picks[j]);
  for (uint32_t i = 0; i < count; i++) {
    if (a[i][i] < 1e-4) {
      sum += log(a[i][i] > 1e-6 ? a[i][i] : 1e-6);
      for (uint32_t j = i; j < count; j++) a[i][j] = a[j][i] = 0; /* it adds nothing to the span */
      continue;
    }
    sum += log(a[i][i]);
    for (uint32_t r = i + 1; r < count; r++) {
      double f = a[r][i] / a[i][i];
      for (uint32_t j = i; j < count; j++) a[r][j] -= f * a[i][j];
    }
  }
  return sum;
}

/* KL of the history's mix of genres and that of the picks. */
static double divergence(const world *w, const uint32_t *picks, uint32_t count) {
  double p[GENRES] = {0}, q[GENRES] = {0}, total = 0, kl = 0;
  const uint32_t *values;
  for (uint32_t e = 0; e < w->events; e++)
    for (uint32_t i = 0, n = genres(w->c, w->event[e], &values); i < n; i++) p[values[i]] += 1.0 / n, total += 1.0 / n;
  for (uint32_t s = 0; s < count; s++)
    for (uint32_t i = 0, n = genres(w->c, picks[s], &values); i < n; i++) q[values[i]] += 1.0 / n / count;
  for (uint32_t g = 0; g < GENRES; g++)
    if (p[g] > 0) kl += p[g] / total * log(p[g] / total / (0.99 * q[g] + 0.01 * p[g] / total));
  return total > 0 ? kl : 0;
}

/* Whether the history says anything about genres. */
static bool has_taste(const world *w) {
  const uint32_t *values;
  for (uint32_t e = 0; e < w->events; e++)
    if (genres(w->c, w->event[e], &values) > 0) return true;
  return false;
}

/* `picks`: what stands in the slate already, pins ahead included, in the order in which it got there. */
static double objective(const world *w, const uint32_t *picks, uint32_t count, uint32_t item) {
  const mt_rule *mmr = rule_of(w, MT_RULE_MMR), *dpp = rule_of(w, MT_RULE_DPP), *mix = rule_of(w, MT_RULE_CALIBRATE);
  uint32_t with[40];
  memcpy(with, picks, count * sizeof *with);
  with[count] = item;
  double d = 0, penalty = 0, c = mix == NULL || !has_taste(w) ? 0 : (double)mix->calibrate.strength, kl = c > 0 ? divergence(w, with, count + 1) : 0;
  if (mmr != NULL) {
    d = (double)mmr->diversity.strength;
    for (uint32_t s = 0; s < count; s++) penalty = fmax(penalty, likeness(w, mmr, item, picks[s]));
  } else if (dpp != NULL) {
    d = (double)dpp->diversity.strength;
    penalty = fmin(log_volume(w, dpp, picks, count) - log_volume(w, dpp, with, count + 1), -log(1e-6));
  }
  return (1 - d) * ((1 - c) * (double)w->value[item] - c * kl) - d * penalty;
}

/* What the slot asks for, a bit each rule; `have`: of each quota, pins ahead included. */
static uint32_t asked_at(const world *w, uint32_t slot, const uint32_t *have, uint32_t held) {
  uint32_t due = 0, open = 0, missing = 0;
  for (uint32_t r = 0; r < w->rules; r++) {
    if (w->rule[r].kind != MT_RULE_QUOTA) continue;
    uint32_t share = (uint32_t)ceil((double)w->rule[r].quota.share * w->k - 1e-3), wanted = w->rule[r].quota.least > share ? w->rule[r].quota.least : share;
    if (wanted > w->k) wanted = w->k;
    if (have[r] >= wanted) continue;
    missing += wanted - have[r];
    open |= 1u << r;
    if (have[r] < wanted * (slot + 1) / w->k) due |= 1u << r;
  }
  if (missing >= w->k - slot - held) due = open;
  return w->slots == 0 ? due : due | 1u << w->pattern[slot % w->slots];
}

static uint32_t met_of(const world *w, uint32_t asked, uint32_t item) {
  uint32_t met = 0;
  bool in_line = false;
  for (uint32_t r = 0; r < w->rules; r++) in_line |= w->rule[r].kind == MT_RULE_LINE && w->wanted_value[r] != 0 && is_about(w, r, item);
  for (uint32_t r = 0; r < w->rules; r++) {
    bool rest = w->rule[r].kind == MT_RULE_LINE && w->wanted_value[r] == 0;
    if ((asked >> r & 1) != 0) met += rest ? !in_line : is_about(w, r, item);
  }
  return met;
}

/* -- the check ----------------------------------------------------------------------------------------------------- */

/* Where each pin stands in the slate, at its own slot or moved up to the end of a short one: pin_at[rule], and how many. */
static uint32_t find_pins(const world *w, const mt_slate *slate, uint32_t *pin_at) {
  uint32_t pins = 0;
  for (uint32_t r = 0; r < w->rules; r++) {
    pin_at[r] = MT_NOT_FOUND;
    for (uint32_t s = 0; s < slate->count && w->rule[r].kind == MT_RULE_PIN; s++) {
      if ((slate->picks[s].rules[0] >> r & 1) == 0) continue;
      assert_true(slate->picks[s].item == w->rule[r].pin.item && (s == w->rule[r].pin.slot || (s < w->rule[r].pin.slot && slate->count < w->k)));
      pin_at[r] = s;
      pins++;
    }
  }
  return pins;
}

static void check_slots(const world *w, const mt_slate *slate) {
  uint32_t stands[MT_MAX_K], have[MOST_RULES] = {0}, picks[40], count = 0, pin_at[MOST_RULES];
  uint32_t held = find_pins(w, slate, pin_at);
  for (uint32_t slot = 0; slot < w->k; slot++) stands[slot] = MT_NOT_FOUND;
  for (uint32_t r = 0; r < w->rules; r++) /* in this order the core takes note of them */
    if (pin_at[r] != MT_NOT_FOUND) stands[pin_at[r]] = picks[count++] = w->rule[r].pin.item;
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t r = 0; r < w->rules; r++) have[r] += is_about(w, r, picks[i]);
  for (uint32_t slot = 0; slot < slate->count; slot++) {
    uint32_t chosen = slate->picks[slot].item, asked = asked_at(w, slot, have, held);
    if (stands[slot] != MT_NOT_FOUND) {
      held--;
      continue;
    }
    double best = -INFINITY, own = isnan(w->value[chosen]) ? -INFINITY : objective(w, picks, count, chosen);
    uint32_t most = 0, own_met = met_of(w, asked, chosen);
    for (uint32_t item = 0; item < w->c->items; item++) {
      if (!is_permitted(w, item)) continue;
      stands[slot] = item;
      if (!keeps(w, stands, w->k)) continue;
      uint32_t met = met_of(w, asked, item);
      double value = isnan(w->value[item]) ? -INFINITY : objective(w, picks, count, item);
      if (met > most || (met == most && value > best)) {
        if (met > most || value > best) best = value;
        most = met;
      }
    }
    if (own_met != most || (own < best - 2e-3 && best > -INFINITY))
      fail_msg("slot %u: item %u meets %u with %.6f, expected %u with %.6f", slot, chosen, own_met, own, most, best);
    stands[slot] = picks[count++] = chosen;
    for (uint32_t r = 0; r < w->rules; r++) have[r] += is_about(w, r, chosen);
  }
}

static void check_hard(const world *w, const mt_slate *slate) {
  uint32_t stands[MT_MAX_K + 1];
  for (uint32_t s = 0; s < slate->count; s++) {
    stands[s] = slate->picks[s].item;
    assert_true(is_permitted(w, stands[s]));
  }
  assert_true(keeps(w, stands, slate->count));
  for (uint32_t item = 0; slate->count < w->k && item < w->c->items; item++) {
    stands[slate->count] = item;
    if (is_permitted(w, item) && keeps(w, stands, slate->count + 1)) fail_msg("item %u could stand behind the %u", item, slate->count);
  }
}

/* -- random rules -------------------------------------------------------------------------------------------------- */

static void add_rule(world *w, mt_rule rule, uint32_t wanted) {
  static const uint32_t value[2] = {0, 1};
  uint32_t r = w->rules++;
  assert_true(r < MOST_RULES);
  w->rule[r] = rule;
  w->wanted_value[r] = wanted;
  const mt_operands *o = &rule.operands;
  put_record(&w->all, rule.kind, rule.attribute, o->count, o->other, o->amount, o->extra, o->low, o->high, NULL, 0);
  if (wanted != 0) put_condition(&w->all, MT_CONDITION_VALUES, COUNTRY, 0, 0, 0, &value[wanted - 1], 1);
}

static void random_hard(mt_rng *rng, world *w) {
  static const uint32_t value[2] = {0, 1};
  uint32_t which = mt_rng_below(rng, 6);
  w->allowed_by_country = 7;
  if (which < 3) { /* require, deny or allow one country */
    static const uint32_t left[3] = {1u << 1, 7 & ~(1u << 2), 1u << 2 | 1u << 1};
    static const mt_rule_kind kinds[3] = {MT_RULE_REQUIRE, MT_RULE_DENY, MT_RULE_ALLOW};
    for (uint32_t pass = 0; pass < 2; pass++) {
      records *to = pass == 0 ? &w->permit : &w->all;
      put_rule(to, kinds[which], MT_NOT_FOUND, 0, 0, 0, 0);
      put_condition(to, MT_CONDITION_VALUES, COUNTRY, 0, 0, 0, &value[which == 0 ? 0 : 1], 1);
      if (which == 2) put_rule(to, MT_RULE_ALLOW, MT_NOT_FOUND, 0, 0, 0, 0), put_condition(to, MT_CONDITION_VALUES, COUNTRY, 0, 0, 0, value, 1);
    }
    w->allowed_by_country = left[which];
    for (uint32_t r = 0; r < 1u + (which == 2); r++) w->rule[w->rules] = (mt_rule){.kind = kinds[which]}, w->wanted_value[w->rules++] = 0;
  }
  for (uint32_t caps = mt_rng_below(rng, 3); caps > 0; caps--) {
    uint32_t about = mt_rng_below(rng, 3), attribute = about == 0 ? GENRE : about == 1 ? COUNTRY : MT_NOT_FOUND;
    uint32_t most = mt_rng_below(rng, 5), window = mt_rng_below(rng, 2) == 0 ? 0 : 2 + mt_rng_below(rng, 10);
    add_rule(w, (mt_rule){MT_RULE_CAP, attribute, 0, 0, {{most + (mt_rng_below(rng, 8) != 0), window, 0, 0, 0, 0}}},
             attribute != MT_NOT_FOUND ? 0 : 1 + mt_rng_below(rng, 2));
  }
  if (mt_rng_below(rng, 8) == 0) add_rule(w, (mt_rule){MT_RULE_UNIQUE, GENRE, 0, 0, {{0, 0, 0, 0, 0, 0}}}, 0);
  if (mt_rng_below(rng, 4) == 0)
    add_rule(w, (mt_rule){MT_RULE_NEAR, MT_NOT_FOUND, 0, 0, {{0, 0, 0.2f + 0.7f * mt_rng_unit(rng), 0, 0, 0}}}, 0);
}

static void random_soft(mt_rng *rng, world *w) {
  for (uint32_t pins = mt_rng_below(rng, 2) * mt_rng_below(rng, 4); pins > 0; pins--)
    add_rule(w, (mt_rule){MT_RULE_PIN, MT_NOT_FOUND, 0, 0, {{mt_rng_below(rng, 30), mt_rng_below(rng, w->c->items), 0, 0, 0, 0}}}, 0);
  for (uint32_t quotas = mt_rng_below(rng, 3); quotas > 0; quotas--)
    add_rule(w, (mt_rule){MT_RULE_QUOTA, MT_NOT_FOUND, 0, 0, {{mt_rng_below(rng, 6), 0, mt_rng_below(rng, 2) == 0 ? 0 : 0.3f, 0, 0, 0}}},
             1 + mt_rng_below(rng, 2));
  if (mt_rng_below(rng, 3) == 0)
    add_rule(w, (mt_rule){MT_RULE_BOOST, MT_NOT_FOUND, 0, 0, {{0, 0, 0.5f + 2 * mt_rng_unit(rng), 0.2f * mt_rng_unit(rng), 0, 0}}},
             1 + mt_rng_below(rng, 2));
  if (mt_rng_below(rng, 3) == 0) add_rule(w, (mt_rule){MT_RULE_FRESH, YEAR, 0, 0, {{0, 0, 30, 0, 0, 1}}}, 0);
  if (mt_rng_below(rng, 3) == 0) add_rule(w, (mt_rule){MT_RULE_CALIBRATE, GENRE, 0, 0, {{0, 0, 0.6f, 0, 0, 0}}}, 0);
  uint32_t how = mt_rng_below(rng, 5);
  if (how < 4) {
    bool by_values = how % 2 == 1;
    add_rule(w, (mt_rule){how < 2 ? MT_RULE_MMR : MT_RULE_DPP, by_values ? GENRE : MT_NOT_FOUND, 0, 0, {{0, by_values ? MT_NOT_FOUND : 0,
                          0.1f + 0.6f * mt_rng_unit(rng), 0, 0, 0}}}, 0);
  }
  if (mt_rng_below(rng, 4) == 0) {
    uint32_t first = w->rules, records[5];
    add_rule(w, (mt_rule){.kind = MT_RULE_LINE, .attribute = MT_NOT_FOUND}, 1);
    add_rule(w, (mt_rule){.kind = MT_RULE_LINE, .attribute = MT_NOT_FOUND}, 0);
    w->slots = 2 + mt_rng_below(rng, 4);
    for (uint32_t s = 0; s < w->slots; s++) records[s] = w->pattern[s] = first + mt_rng_below(rng, 2);
    put_record(&w->all, MT_RECORD_PATTERN, 0, 0, 0, 0, 0, 0, 0, records, w->slots);
  }
}

static const mt_slate *run(const world *w, const records *rules, uint32_t k) {
  const mt_slate *slate;
  mt_error error;
  mt_begin(w->rec);
  for (uint32_t e = 0; e < w->events; e++) assert_true(mt_add_event(w->rec, w->event[e], 1, NAN));
  mt_set_now(w->rec, 2020);
  if (mt_change_rules(w->rec, rules->bytes, rules->length, &error) != MT_OK) fail_msg("%s", error.message);
  assert_int_equal(mt_recommend(w->rec, k, false, &slate, NULL), MT_OK);
  return slate;
}

/* Values as the core should see them: from a slate without other rules. */
static void read_values(world *w) {
  const mt_slate *slate = run(w, &w->permit, MT_MAX_K);
  for (uint32_t item = 0; item < ITEMS; item++) w->value[item] = NAN;
  w->candidates = slate->count - slate->filled;
  for (uint32_t i = 0; i < w->candidates; i++) {
    float first = slate->picks[0].score, last = slate->picks[w->candidates - 1].score;
    uint32_t item = slate->picks[i].item;
    float value = first > last ? (slate->picks[i].score - last) / (first - last) : 1;
    for (uint32_t r = 0; r < w->rules; r++) {
      double age = 2020 - w->c->year[item];
      if (w->rule[r].kind == MT_RULE_FRESH) value *= isnan(age) ? 0.5f : (float)exp2(-fmax(0, age) / (double)w->rule[r].fresh.half_life);
      if (w->rule[r].kind == MT_RULE_BOOST && is_about(w, r, item)) value = value * w->rule[r].boost.factor + w->rule[r].boost.add;
    }
    w->value[item] = value;
  }
}

static shape random_shape(mt_rng *rng, uint32_t i) {
  return (shape){.seed = i,
                 .items = 20 + mt_rng_below(rng, 230),
                 .space = {{8, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {4}}},
                 .no_vector_every = i % 3 == 0 ? 7 : 0,
                 .repeat_every = i % 4 == 0 ? 19 : 0,
                 .weight_bits = 32,
                 .longest = 20,
                 .norm_rank = 5,
                 .quota = 30,
                 .decay = 0.9f};
}

static void random_rules_are_kept(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(7);
  uint32_t shorter = 0, filled = 0, requests = 0;
  for (uint32_t i = 0; i < 24; i++) {
    shape shape = random_shape(&rng, i);
    catalogue c = make_catalogue(&shape);
    session s = open_session(c.bundle, c.length, 0);
    for (uint32_t request = 0; request < 12; request++, requests++) {
      static world w;
      memset(&w, 0, sizeof w);
      w.c = &c;
      w.rec = s.rec;
      w.k = 1 + mt_rng_below(&rng, 30);
      w.events = mt_rng_below(&rng, 6);
      for (uint32_t e = 0; e < w.events; e++) w.event[e] = mt_rng_below(&rng, c.items);
      random_hard(&rng, &w);
      random_soft(&rng, &w);
      read_values(&w);
      const mt_slate *slate = run(&w, &w.all, w.k);
      shorter += slate->count < w.k;
      filled += slate->filled > 0;
      check_hard(&w, slate);
      check_slots(&w, slate);
    }
    drop_session(&s);
    drop_catalogue(&c);
  }
  print_message("%u requests, %u shorter than asked, %u filled\n", requests, shorter, filled);
  assert_true(shorter > 10 && filled > 10);
}

/* -- exploration, impressions, bytes ------------------------------------------------------------------------------- */

static shape plain_shape(uint32_t items) {
  return (shape){.seed = 3, .items = items, .space = {{8, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {4}}}, .weight_bits = 32, .longest = 40,
                 .norm_rank = 5, .quota = 60, .decay = 0.9f};
}

static void exploration_is_seeded_and_bounded(void **state) {
  (void)state;
  static world w;
  static mt_pick plain[40], first[40];
  shape shape = plain_shape(200);
  catalogue c = make_catalogue(&shape);
  session s = open_session(c.bundle, c.length, 0);
  w = (world){.c = &c, .rec = s.rec, .events = 1, .event = {5}, .k = 20, .allowed_by_country = 7};
  memcpy(plain, run(&w, &w.all, 20)->picks, sizeof plain);
  static const mt_rule_kind kinds[2] = {MT_RULE_EPSILON, MT_RULE_THOMPSON};
  for (uint32_t i = 0; i < 2; i++) {
    uint32_t moved = 0, changed = 0;
    for (uint32_t seed = 0; seed < 30; seed++) {
      for (uint32_t again = 0; again < 2; again++) {
        w.all.length = 0;
        put_rule(&w.all, kinds[i], MT_NOT_FOUND, 0, MT_NOT_FOUND, seed == 0 ? 0 : 0.3f, 0);
        put_record(&w.all, MT_RECORD_SEED, 0, seed, 0, 0, 0, 0, 0, NULL, 0);
        const mt_slate *slate = run(&w, &w.all, 20);
        assert_int_equal(slate->count, 20);
        for (uint32_t p = 0; p < 20 && again == 1; p++) assert_int_equal(slate->picks[p].item, first[p].item);
        memcpy(first, slate->picks, sizeof first);
      }
      for (uint32_t p = 0; p < 20; p++) {
        if (seed == 0) assert_int_equal(first[p].item, plain[p].item); /* no share, no exploration */
        moved += first[p].item != plain[p].item;
        changed += first[p].rules[0] & 1;
      }
    }
    assert_true(moved > 29);
    if (i == 0) assert_true(changed > 29 * 20 * 0.2 && changed < 29 * 20 * 0.4); /* the share of slots */
  }
  drop_session(&s);
  drop_catalogue(&c);
}

static void what_was_shown_too_often_stays_away(void **state) {
  (void)state;
  static world w;
  shape shape = plain_shape(150);
  catalogue c = make_catalogue(&shape);
  session s = open_session(c.bundle, c.length, 0);
  w = (world){.c = &c, .rec = s.rec, .k = 150, .allowed_by_country = 7};
  for (uint32_t by_country = 0; by_country < 2; by_country++) {
    const mt_slate *slate;
    w.all.length = 0;
    put_rule(&w.all, MT_RULE_FREQUENCY, by_country == 1 ? COUNTRY : MT_NOT_FOUND, 3, 0, 0, 0);
    mt_begin(s.rec);
    assert_int_equal(mt_change_rules(s.rec, w.all.bytes, w.all.length, NULL), MT_OK);
    uint32_t counts[3] = {0}, expected = 0;
    for (uint32_t item = 0; item < 40; item += 9) {
      assert_true(mt_add_impressions(s.rec, item, (float)(item % 4), 0));
      counts[c.country[item]] += item % 4;
    }
    assert_false(mt_add_impressions(s.rec, 150, 1, 0));
    assert_false(mt_add_impressions(s.rec, 1, NAN, 0));
    assert_int_equal(mt_recommend(s.rec, 150, false, &slate, NULL), MT_OK);
    for (uint32_t item = 0; item < 150; item++) {
      bool often = by_country == 0 ? item < 40 && item % 9 == 0 && item % 4 >= 3 : c.country[item] != 0 && counts[c.country[item]] >= 3;
      expected += !often;
      for (uint32_t p = 0; p < slate->count; p++) assert_false(often && slate->picks[p].item == item);
    }
    assert_int_equal(slate->count, expected);
  }
  drop_session(&s);
  drop_catalogue(&c);
}

static void a_bundle_keeps_rules(void **state) {
  (void)state;
  static world w;
  static mt_pick picks[20];
  shape shape = plain_shape(120);
  catalogue c = make_catalogue(&shape);
  w = (world){.c = &c, .events = 2, .event = {3, 9}, .k = 20, .allowed_by_country = 7};
  add_rule(&w, (mt_rule){MT_RULE_CAP, GENRE, 0, 0, {{2, 5, 0, 0, 0, 0}}}, 0);
  add_rule(&w, (mt_rule){MT_RULE_MMR, MT_NOT_FOUND, 0, 0, {{0, 0, 0.5f, 0, 0, 0}}}, 0);
  session s = open_session(c.bundle, c.length, 0);
  w.rec = s.rec;
  const mt_slate *slate = run(&w, &w.all, 20);
  uint32_t count = slate->count;
  memcpy(picks, slate->picks, count * sizeof *picks);
  drop_session(&s);
  add_section(&c, MT_SECTION_RULES, 0, 0, "rules", w.all.bytes, w.all.length);
  write_catalogue(&c);
  s = open_session(c.bundle, c.length, 0);
  w.rec = s.rec;
  records none = {.length = 0}, off = {.length = 0};
  for (uint32_t again = 0; again < 2; again++) {
    slate = run(&w, &none, 20);
    assert_int_equal(slate->count, count);
    assert_memory_equal(slate->picks, picks, count * sizeof *picks);
  }
  put_record(&off, MT_RECORD_DROP, 0, 0, 0, 0, 0, 0, 0, NULL, 0); /* and without them it is the best that there are */
  slate = run(&w, &off, 20);
  assert_int_equal(slate->count, 20);
  for (uint32_t p = 1; p < 20; p++) assert_true(slate->picks[p].score <= slate->picks[p - 1].score);
  drop_session(&s);
  drop_catalogue(&c);
}

/* Every byte of good records changed, and every length: refused in words, or kept. */
static void records_may_be_anything(void **state) {
  (void)state;
  static world w;
  shape shape = plain_shape(60);
  catalogue c = make_catalogue(&shape);
  session s = open_session(c.bundle, c.length, 0);
  mt_rng rng = mt_rng_seed(5);
  uint32_t refused = 0, taken = 0;
  for (uint32_t i = 0; i < 30; i++) {
    w = (world){.c = &c, .rec = s.rec, .k = 10, .allowed_by_country = 7};
    random_hard(&rng, &w);
    random_soft(&rng, &w);
    for (uint32_t change = 0; change < 60 && w.all.length > 0; change++) {
      size_t length = change % 5 == 0 ? mt_rng_below(&rng, (uint32_t)w.all.length) : w.all.length;
      unsigned char *bytes = exact_memory(length);
      const mt_slate *slate;
      mt_error error = {MT_OK, ""};
      memcpy(bytes, w.all.bytes, length);
      for (uint32_t flips = 1 + mt_rng_below(&rng, 3); flips > 0 && length > 0; flips--)
        bytes[mt_rng_below(&rng, (uint32_t)length)] = (unsigned char)(mt_rng_below(&rng, 2) == 0 ? mt_rng_below(&rng, 64) : mt_rng_u32(&rng));
      mt_begin(s.rec);
      if (mt_change_rules(s.rec, bytes, length, &error) != MT_OK) {
        assert_true(strlen(error.message) > 10);
        refused++;
      } else {
        taken++;
        assert_int_equal(mt_recommend(s.rec, 12, true, &slate, NULL), MT_OK);
        assert_true(slate->count <= 12);
        for (uint32_t p = 0; p < slate->count; p++) {
          assert_true(slate->picks[p].item < 60 && slate->picks[p].value - slate->picks[p].value == 0);
          for (uint32_t q = 0; q < p; q++) assert_true(slate->picks[p].item != slate->picks[q].item);
        }
      }
      free(bytes);
    }
  }
  assert_true(refused > 100 && taken > 100);
  drop_session(&s);
  drop_catalogue(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_rules_are_kept),        cmocka_unit_test(exploration_is_seeded_and_bounded),
      cmocka_unit_test(what_was_shown_too_often_stays_away),
      cmocka_unit_test(a_bundle_keeps_rules),         cmocka_unit_test(records_may_be_anything),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

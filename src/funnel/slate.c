#include "funnel/slate.h"

_Static_assert(MT_MAX_K <= MT_MAX_POSITION, "a request may ask for as many slots as rules can fill");

void mt_slate_reserve(mt_arena *arena, uint32_t items, size_t widest, mt_slate_stage *stage) {
  stage->slate.picks = mt_arena_take(arena, MT_MAX_K, sizeof *stage->slate.picks);
  mt_greedy_reserve(arena, items, MT_MAX_ORDERED, widest, &stage->greedy);
}

void mt_slate_begin(mt_slate *slate) { *slate = (mt_slate){.picks = slate->picks}; }

static void fill_pick(const mt_candidates *candidates, const float *relevance, uint32_t c, mt_pick *pick) {
  memset(pick, 0, sizeof *pick);
  pick->item = candidates->items[c];
  pick->score = relevance[c];
  for (uint32_t s = 0; s < candidates->sources; s++) {
    pick->scores[s] = candidates->weight[s] == 0 ? 0 : candidates->scores[(size_t)c * candidates->sources + s];
    pick->ranks[s] = candidates->ranks[(size_t)c * candidates->sources + s];
  }
  for (uint32_t b = 0; b < MT_BECAUSE; b++) pick->because[b] = MT_NOT_FOUND;
}

/* A pick that no source brought: it scores no more than any other. */
static void fill_unknown(mt_slate *slate, uint32_t item, float least, mt_pick *pick) {
  memset(pick, 0, sizeof *pick);
  *pick = (mt_pick){.item = item, .score = least, .because = {MT_NOT_FOUND, MT_NOT_FOUND, MT_NOT_FOUND}};
  slate->filled++;
}

void mt_slate_best(mt_slate *slate, const mt_candidates *candidates, const float *relevance, const mt_order *order, uint32_t k) {
  slate->count = order->count < k ? order->count : k;
  for (uint32_t i = 0; i < slate->count; i++) fill_pick(candidates, relevance, order->places[i], &slate->picks[i]);
}

/* What no source brought, by item number (by popularity, as the builder numbers items): a slate is never short while
 * allowed items are left. */
static void fill_up(mt_slate *slate, const mt_slate_ask *ask, uint32_t k) {
  float least = slate->count > 0 && slate->picks[slate->count - 1].score < 0 ? slate->picks[slate->count - 1].score : 0;
  for (uint32_t item = 0; item < ask->items && slate->count < k; item++) {
    if (item % 8 == 0 && ask->allowed[item / 8] == 0) {
      item += 7;
      continue;
    }
    if (!mt_bitmap_has(ask->allowed, item) || mt_index_get(&ask->candidates->index, item) != MT_NOT_FOUND) continue;
    fill_unknown(slate, item, least, &slate->picks[slate->count++]);
  }
}

/* Whether a rule has anything to say once it is settled what may be recommended at all. */
static bool is_ruled(const mt_rules *rules) {
  for (uint32_t r = 0; r < rules->rules; r++) {
    mt_rule_kind kind = rules->rule[r].kind;
    bool strengthless = (kind == MT_RULE_MMR || kind == MT_RULE_DPP) && rules->rule[r].diversity.strength == 0;
    if (mt_rules_has(rules, r) && mt_rule_stage_of(kind) == MT_STAGE_SLATE && !strengthless) return true;
  }
  return false;
}

static void bind(mt_greedy *greedy, const mt_slate_ask *ask) {
  greedy->matcher = (mt_matcher){ask->rules, ask->attribute, ask->candidates};
  greedy->space = ask->space;
  greedy->history = ask->history;
  greedy->impressions = ask->impressions;
  greedy->allowed = ask->allowed;
  greedy->items = ask->items;
  greedy->ranking = (mt_ranking){ask->candidates, ask->relevance, ask->order->places, ask->order->count, ask->ranked};
}

static void pick_by_rules(mt_slate_stage *stage, const mt_slate_ask *ask, uint32_t k) {
  const mt_order *order = ask->order;
  mt_slate *slate = &stage->slate;
  float last = order->count == 0 ? 0 : ask->relevance[order->places[order->count - 1]];
  bind(&stage->greedy, ask);
  slate->count = mt_greedy_run(&stage->greedy, k, slate->skipped);
  for (uint32_t i = 0; i < slate->count; i++) {
    const mt_choice *choice = &stage->greedy.choices[i];
    mt_pick *pick = &slate->picks[i];
    uint32_t place = mt_index_get(&ask->candidates->index, choice->item);
    if (place == MT_NOT_FOUND) fill_unknown(slate, choice->item, last < 0 ? last : 0, pick);
    else fill_pick(ask->candidates, ask->relevance, place, pick);
    pick->value = choice->value;
    pick->penalty = choice->penalty;
    pick->propensity = choice->propensity;
    memcpy(pick->rules, &choice->rules, sizeof pick->rules);
  }
}

void mt_slate_run(mt_slate_stage *stage, const mt_slate_ask *ask, uint32_t k) {
  if (is_ruled(ask->rules)) {
    pick_by_rules(stage, ask, k);
    return;
  }
  mt_slate_best(&stage->slate, ask->candidates, ask->relevance, ask->order, k);
  fill_up(&stage->slate, ask, k);
}

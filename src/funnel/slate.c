/* The slate: what is shown, in which order. Without rules the best come first, then what no source brought, so that a slate
 * is never short; with rules rerank/slate.h decides.
 */
#include "funnel/funnel.h"

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
static void fill_unknown(mt_recommender *rec, uint32_t item, float least, mt_pick *pick) {
  memset(pick, 0, sizeof *pick);
  *pick = (mt_pick){.item = item, .score = least, .because = {MT_NOT_FOUND, MT_NOT_FOUND, MT_NOT_FOUND}};
  rec->slate.filled++;
}

void mt_pick_best(mt_recommender *rec, const mt_candidates *candidates, const float *relevance, uint32_t k) {
  rec->slate.count = rec->ordered < k ? rec->ordered : k;
  for (uint32_t i = 0; i < rec->slate.count; i++) fill_pick(candidates, relevance, rec->order[i], &rec->slate.picks[i]);
}

/* What no source brought, by item number (by popularity, as the builder numbers items): a slate is never short while
 * allowed items are left. */
static void fill_slate(mt_recommender *rec, uint32_t k) {
  mt_slate *slate = &rec->slate;
  float least = slate->count > 0 && slate->picks[slate->count - 1].score < 0 ? slate->picks[slate->count - 1].score : 0;
  for (uint32_t item = 0; item < rec->bundle.items && slate->count < k; item++) {
    if (item % 8 == 0 && rec->allowed[item / 8] == 0) {
      item += 7;
      continue;
    }
    if (!mt_bitmap_has(rec->allowed, item) || mt_index_get(&rec->candidates.index, item) != MT_NOT_FOUND) continue;
    fill_unknown(rec, item, least, &slate->picks[slate->count++]);
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

static void pick_by_rules(mt_recommender *rec, uint32_t k) {
  mt_slate *slate = &rec->slate;
  float last = rec->ordered == 0 ? 0 : rec->relevance[rec->order[rec->ordered - 1]];
  rec->greedy.ranking.ordered = rec->ordered;
  rec->greedy.ranking.ranked = slate->ranked;
  slate->count = mt_greedy_run(&rec->greedy, k, slate->skipped);
  for (uint32_t i = 0; i < slate->count; i++) {
    const mt_choice *choice = &rec->greedy.choices[i];
    mt_pick *pick = &slate->picks[i];
    uint32_t place = mt_index_get(&rec->candidates.index, choice->item);
    if (place == MT_NOT_FOUND) fill_unknown(rec, choice->item, last < 0 ? last : 0, pick);
    else fill_pick(&rec->candidates, rec->relevance, place, pick);
    pick->value = choice->value;
    pick->penalty = choice->penalty;
    memcpy(pick->rules, &choice->rules, sizeof pick->rules);
  }
}

void mt_stage_slate(mt_recommender *rec, uint32_t k) {
  rec->slate.ordered = rec->ordered;
  rec->slate.filled = 0;
  memset(rec->slate.skipped, 0, sizeof rec->slate.skipped);
  if (is_ruled(&rec->rules)) {
    pick_by_rules(rec, k);
    return;
  }
  mt_pick_best(rec, &rec->candidates, rec->relevance, k);
  fill_slate(rec, k);
}

/* The slate: what is shown, in which order. Best first, then filled up so that it is never short. */
#include "funnel.h"

static void pick_best(mt_recommender *rec, uint32_t k) {
  mt_candidates *candidates = &rec->candidates;
  rec->slate.count = rec->ordered < k ? rec->ordered : k;
  for (uint32_t i = 0; i < rec->slate.count; i++) {
    mt_pick *pick = &rec->slate.picks[i];
    uint32_t c = rec->order[i];
    memset(pick, 0, sizeof *pick);
    pick->item = candidates->items[c];
    pick->score = rec->relevance[c];
    for (uint32_t s = 0; s < candidates->sources; s++) {
      pick->scores[s] = candidates->weight[s] == 0 ? 0 : candidates->scores[(size_t)c * candidates->sources + s];
      pick->ranks[s] = candidates->ranks[(size_t)c * candidates->sources + s];
    }
    for (uint32_t b = 0; b < MT_BECAUSE; b++) pick->because[b] = MT_NOT_FOUND;
  }
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
    mt_pick *pick = &slate->picks[slate->count++];
    memset(pick, 0, sizeof *pick);
    *pick = (mt_pick){.item = item, .score = least, .because = {MT_NOT_FOUND, MT_NOT_FOUND, MT_NOT_FOUND}};
    slate->filled++;
  }
}

void mt_stage_slate(mt_recommender *rec, uint32_t k) {
  rec->slate.ordered = rec->ordered;
  pick_best(rec, k);
  fill_slate(rec, k);
}

#include "funnel/because.h"

void mt_because_reserve(mt_arena *arena, size_t widest, mt_because *because) {
  uint32_t most = MT_MAX_EXPLAINED, slots = mt_index_slots(most);
  mt_explained *picks = &because->picks;
  picks->items = mt_arena_take(arena, most, sizeof *picks->items);
  picks->index = (mt_index){mt_arena_take(arena, slots, sizeof(mt_index_slot)), slots - 1};
  picks->vectors = mt_arena_take(arena, most * widest, sizeof *picks->vectors);
  picks->event = mt_arena_take(arena, widest, sizeof *picks->event);
  because->shares = mt_arena_take(arena, (size_t)MT_MAX_HISTORY * most, sizeof *because->shares);
}

/* Adds the shares of all events through one source, in units of the fused score. */
static void add_shares(mt_because *because, const mt_source_work *work, const mt_source *source, float unit,
                       const mt_history *history) {
  const mt_event *event;
  float weight, *share = because->shares;
  uint32_t cost = 0;
  if (!mt_source_explain(work, &because->picks)) return;
  for (mt_history_walk walk = mt_history_from(history, source); mt_history_older(&walk, &event, &weight);
       share += because->picks.count)
    if (weight > 0) mt_source_share(work, &because->picks, &(mt_traced){event->item, weight, &walk}, unit, share, &cost);
}

/* The MT_BECAUSE items with the largest shares above 0; of a repeated item its strongest event counts, of a tie the newer. */
static void keep_strongest(const mt_because *because, const mt_history *history, uint32_t p, mt_pick *pick) {
  uint32_t *items = pick->because;
  float strength[MT_BECAUSE] = {0};
  for (uint32_t age = 0; age < history->count; age++) {
    uint32_t item = history->events[history->count - 1 - age].item, place = 0;
    float share = because->shares[(size_t)age * because->picks.count + p];
    while (place < MT_BECAUSE - 1 && items[place] != item) place++; /* its place so far, or the last: what is pushed out */
    if (!(share > strength[place])) continue;
    for (; place > 0 && strength[place - 1] < share; place--) {
      items[place] = items[place - 1];
      strength[place] = strength[place - 1];
    }
    items[place] = item;
    strength[place] = share;
  }
}

void mt_because_run(mt_because *because, const mt_recall_stage *recall, const mt_source *source, const mt_history *history,
                    mt_pick *picks, uint32_t count) {
  const mt_candidates *candidates = &recall->candidates;
  mt_explained *explained = &because->picks;
  while (count > 0 && mt_index_get(&candidates->index, picks[count - 1].item) == MT_NOT_FOUND) count--; /* no source's */
  explained->count = count < MT_MAX_EXPLAINED ? count : MT_MAX_EXPLAINED;
  mt_index_reset(&explained->index);
  for (uint32_t p = 0; p < explained->count; p++) {
    explained->items[p] = picks[p].item;
    mt_index_put(&explained->index, picks[p].item, p);
  }
  memset(because->shares, 0, (size_t)history->count * explained->count * sizeof *because->shares);
  for (uint32_t s = 0; s < recall->sources; s++)
    if (candidates->weight[s] != 0)
      add_shares(because, &recall->source[s], &source[s], candidates->weight[s] * candidates->unit[s], history);
  for (uint32_t p = 0; p < explained->count; p++) keep_strongest(because, history, p, &picks[p]);
}

/* The funnel: recall from every source, merge, select, fill, explain. */
#include "funnel.h"

static const uint32_t *allowed_words(const mt_recommender *rec) { return (const uint32_t *)(const void *)rec->allowed; }

/* -- recall -- */

static size_t recall_lists(mt_recommender *rec, uint32_t s) {
  mt_recall *recall = &rec->recall[s];
  const mt_source *source = &rec->source[s];
  if (!mt_recall_sum(&recall->lists, source, &rec->history, &recall->sums)) rec->slate.truncated |= 1u << s;
  mt_topk top = mt_topk_start(rec->keys, source->quota);
  mt_recall_select(&recall->sums, rec->allowed, &top);
  return mt_topk_finish(&top);
}

/* The most popular of the allowed items: the first of them, since items are numbered so. */
static size_t recall_popular(mt_recommender *rec, uint32_t s) {
  size_t count = 0;
  for (uint32_t item = 0; item < rec->bundle.items && count < rec->source[s].quota; item++)
    if (mt_bitmap_has(rec->allowed, item) && rec->popularity.codes[item] != 0)
      rec->keys[count++] = mt_topk_key(mt_popularity_of(&rec->popularity, item), item);
  mt_sort_descending(rec->keys, count); /* codes are coarser than the order of the numbers, or the bundle is odd */
  return count;
}

static void weigh_history(mt_recall *recall, const mt_source *source, const mt_history *history) {
  const mt_event *event;
  float weight;
  recall->weighted_count = 0;
  for (mt_history_walk walk = mt_history_from(history, source); mt_history_older(&walk, &event, &weight);)
    recall->weighted[recall->weighted_count++] = (mt_weighted){event->item, weight};
}

/* With a float layer the bundle is a reference: every item is scored, so nothing is lost to the codes. */
static bool is_reference(const mt_space *space) {
  return space->layer_count > 0 && space->layers[space->layer_count - 1].bits == MT_FLOAT_BITS;
}

static mt_status recall_vectors(mt_recommender *rec, uint32_t s, size_t *count_ret, mt_error *error) {
  mt_recall *recall = &rec->recall[s];
  const mt_source *source = &rec->source[s];
  const mt_space *space = &rec->space[source->ordinal];
  *count_ret = 0;
  weigh_history(recall, source, &rec->history);
  if (!mt_fold_history(&recall->fold, MT_ALL_LAYERS, recall->weighted, recall->weighted_count)) return MT_OK;
  uint32_t quota = source->quota, found;
  mt_nearest_ask ask = {quota, quota, MT_ALL_LAYERS, allowed_words(rec), is_reference(space)};
  MT_TRY(mt_query_prepare(space, recall->fold.query, MT_ALL_LAYERS, &rec->scratch, &recall->query, error));
  MT_TRY(mt_nearest(space, recall->fold.query, &ask, &rec->scratch, rec->hits.items, rec->hits.scores, &found, error));
  for (uint32_t i = 0; i < found; i++) rec->keys[i] = mt_topk_key(rec->hits.scores[i], rec->hits.items[i]);
  *count_ret = found;
  return MT_OK;
}

static float weight_of(const mt_recommender *rec, uint32_t s) {
  return rec->source[s].weight[mt_policy_length(rec->history.count)];
}

static mt_status recall_all(mt_recommender *rec, mt_error *error) {
  mt_candidates_reset(&rec->candidates);
  for (uint32_t s = 0; s < rec->policy.sources; s++) {
    float weight = weight_of(rec, s);
    size_t count = 0;
    rec->slate.recalled[s] = 0;
    if (weight == 0) continue;
    if (mt_kind_of(rec, s) == MT_SOURCE_VECTORS) MT_TRY(recall_vectors(rec, s, &count, error));
    else count = mt_kind_of(rec, s) == MT_SOURCE_POPULARITY ? recall_popular(rec, s) : recall_lists(rec, s);
    rec->slate.recalled[s] = (uint32_t)count;
    mt_candidates_add(&rec->candidates, s, weight, rec->keys, count, rec->policy.norm_rank);
  }
  return MT_OK;
}

/* Every source says what it knows of every candidate. */
static void complete_scores(mt_recommender *rec) {
  mt_candidates *candidates = &rec->candidates;
  for (uint32_t s = 0; s < candidates->sources; s++) {
    if (candidates->weight[s] == 0) continue;
    mt_recall *recall = &rec->recall[s];
    mt_source_kind kind = mt_kind_of(rec, s);
    for (uint32_t c = 0; c < candidates->count; c++) {
      size_t cell = (size_t)c * candidates->sources + s;
      if (candidates->ranks[cell] != 0) continue;
      if (kind == MT_SOURCE_POPULARITY) candidates->scores[cell] = mt_popularity_of(&rec->popularity, candidates->items[c]);
      else if (kind == MT_SOURCE_POSTINGS) candidates->scores[cell] = mt_sparse_get(&recall->sums, candidates->items[c]);
      else if (mt_space_has(recall->query.space, candidates->items[c]))
        candidates->scores[cell] = mt_query_score(&recall->query, candidates->items[c]);
      else candidates->scores[cell] = candidates->zero[s];
    }
  }
}

/* -- the slate -- */

static void pick_best(mt_recommender *rec, uint32_t k) {
  mt_candidates *candidates = &rec->candidates;
  mt_topk top = mt_topk_start(rec->keys, k);
  for (uint32_t c = 0; c < candidates->count; c++)
    mt_topk_push(&top, mt_topk_key(candidates->fused[c], candidates->items[c]));
  rec->slate.count = (uint32_t)mt_topk_finish(&top);
  for (uint32_t i = 0; i < rec->slate.count; i++) {
    mt_pick *pick = &rec->slate.picks[i];
    memset(pick, 0, sizeof *pick);
    pick->item = mt_topk_item(rec->keys[i]);
    pick->score = mt_topk_score(rec->keys[i]);
    uint32_t c = mt_index_get(&candidates->index, pick->item);
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

/* -- because -- */

static void keep_strongest(mt_recommender *rec, uint32_t p, uint32_t event_item, float share) {
  uint32_t *because = rec->slate.picks[p].because;
  float *strength = rec->share_strengths + (size_t)p * MT_BECAUSE;
  uint32_t last = 0; /* its place so far, or the end: what is pushed out */
  while (last < MT_BECAUSE - 1 && because[last] != event_item) last++;
  if (share <= strength[last]) return;
  for (; last > 0 && strength[last - 1] < share; last--) {
    because[last] = because[last - 1];
    strength[last] = strength[last - 1];
  }
  because[last] = event_item;
  strength[last] = share;
}

/* Adds what the event `age` steps back brought to each pick, through one source, in the units of the fused score. */
static void share_of_event(mt_recommender *rec, uint32_t s, uint32_t item, float weight, uint32_t picks, uint32_t *cost) {
  mt_recall *recall = &rec->recall[s];
  float unit = rec->candidates.weight[s] * rec->candidates.unit[s];
  if (mt_kind_of(rec, s) == MT_SOURCE_POSTINGS) {
    mt_recall_share(&recall->lists, item, weight * unit, &rec->picks, rec->shares, cost);
    return;
  }
  if (!mt_space_has(recall->fold.space, item)) return;
  size_t stride = recall->fold.tower->stride;
  mt_space_decode(recall->fold.space, item, recall->fold.layers, rec->event_vector);
  for (uint32_t p = 0; p < picks; p++)
    if (mt_space_has(recall->fold.space, rec->slate.picks[p].item))
      rec->shares[p] += unit * mt_fold_share(&recall->fold, rec->explained + p * stride, rec->event_vector, weight);
}

/* One source after the other, since each weighs the history in its own way; shares of an event add up over sources only
 * where they are comparable, so the strongest share through any one source decides. */
static void explain_slate(mt_recommender *rec) {
  uint32_t picks = rec->slate.count - rec->slate.filled;
  if (picks > MT_MAX_EXPLAINED) picks = MT_MAX_EXPLAINED;
  mt_index_reset(&rec->picks);
  memset(rec->share_strengths, 0, (size_t)MT_MAX_EXPLAINED * MT_BECAUSE * sizeof(float));
  for (uint32_t p = 0; p < picks; p++) mt_index_put(&rec->picks, rec->slate.picks[p].item, p);
  for (uint32_t s = 0; s < rec->policy.sources; s++) {
    mt_recall *recall = &rec->recall[s];
    if (rec->candidates.weight[s] == 0 || mt_kind_of(rec, s) == MT_SOURCE_POPULARITY) continue;
    if (mt_kind_of(rec, s) == MT_SOURCE_VECTORS)
      for (uint32_t p = 0; p < picks; p++)
        mt_fold_explain(&recall->fold, rec->slate.picks[p].item, rec->explained + p * recall->fold.tower->stride);
    const mt_event *event;
    float weight;
    uint32_t cost = 0;
    for (mt_history_walk walk = mt_history_from(&rec->history, &rec->source[s]); mt_history_older(&walk, &event, &weight);) {
      memset(rec->shares, 0, picks * sizeof(float));
      share_of_event(rec, s, event->item, weight, picks, &cost);
      for (uint32_t p = 0; p < picks; p++)
        if (rec->shares[p] > 0) keep_strongest(rec, p, event->item, rec->shares[p]);
    }
  }
}

static mt_status check_shelf(uint32_t k, mt_error *error) {
  if (k >= 1 && k <= MT_MAX_SHELF) return MT_OK;
  return mt_fail(error, MT_INVALID, "k: found %u, expected 1 to %u", k, MT_MAX_SHELF);
}

mt_status mt_recommend(mt_recommender *rec, uint32_t k, bool explain, const mt_slate **slate_ret, mt_error *error) {
  mt_slate *slate = &rec->slate;
  MT_TRY(check_shelf(k, error));
  *slate = (mt_slate){.picks = slate->picks, .history = rec->history.count, .dropped = rec->dropped};
  rec->scratch.used = 0;
  MT_TRY(recall_all(rec, error));
  complete_scores(rec);
  mt_candidates_fuse(&rec->candidates, &rec->policy);
  slate->candidates = rec->candidates.count;
  pick_best(rec, k);
  fill_slate(rec, k);
  if (explain) explain_slate(rec);
  *slate_ret = slate;
  return MT_OK;
}

mt_status mt_nearest_to(mt_recommender *rec, uint32_t space, const float *vector, uint32_t layers, uint32_t k,
                        const mt_hits **hits_ret, mt_error *error) {
  MT_TRY(check_shelf(k, error));
  if (space >= rec->spaces)
    return mt_fail(error, MT_INVALID, "nearest: found space %u, expected less than %u", space, rec->spaces);
  rec->scratch.used = 0;
  mt_nearest_ask ask = {k, 0, layers, allowed_words(rec), layers != 0 && is_reference(&rec->space[space])};
  MT_TRY(mt_nearest(&rec->space[space], vector, &ask, &rec->scratch, rec->hits.items, rec->hits.scores, &rec->hits.count, error));
  *hits_ret = &rec->hits;
  return MT_OK;
}

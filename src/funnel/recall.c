/* Recall: every source brings the candidates that it knows best, and says what it knows of all the others. */
#include "funnel/funnel.h"

/* The most popular of the items in `bitmap`: the first of them, since items are numbered so. */
static size_t popular_of(mt_recommender *rec, uint32_t s, const uint8_t *bitmap) {
  size_t count = 0;
  for (uint32_t item = 0; item < rec->bundle.items && count < rec->source[s].quota; item++)
    if (mt_bitmap_has(bitmap, item) && rec->popularity.codes[item] != 0)
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

/* Makes the history a query of the space; false where it says nothing there. */
static mt_status fold_history(mt_recommender *rec, const mt_source *source, mt_recall *recall, bool *speaks_ret,
                              mt_error *error) {
  const mt_tower *tower = recall->fold.tower;
  if (tower->kind == MT_TOWER_PROGRAM) {
    const mt_told told = mt_tell(rec);
    recall->fold.layers = MT_ALL_LAYERS;
    MT_TRY(mt_model_query(&rec->model[tower->program], &told, tower->output, recall->fold.query, speaks_ret, error));
  } else {
    weigh_history(recall, source, &rec->history);
    *speaks_ret = mt_fold_history(&recall->fold, MT_ALL_LAYERS, recall->weighted, recall->weighted_count);
  }
  return *speaks_ret ? mt_prepare_fold(rec, &recall->fold, &recall->query, error) : MT_OK;
}

/* Reads the history as source s does; false where the source has nothing to say of it. */
static mt_status attend(mt_recommender *rec, uint32_t s, bool *speaks_ret, mt_error *error) {
  mt_recall *recall = &rec->recall[s];
  const mt_source *source = &rec->source[s];
  bool whole = true;
  *speaks_ret = true;
  switch (mt_kind_of(rec, s)) {
    case MT_SOURCE_VECTORS: return fold_history(rec, source, recall, speaks_ret, error);
    case MT_SOURCE_POPULARITY:
    case MT_SOURCE_KINDS_END: break;
    case MT_SOURCE_POSTINGS: whole = mt_recall_sum(&recall->lists, source, &rec->history, &recall->sums); break;
    case MT_SOURCE_CAMPAIGN:
      whole = mt_campaign_sum(&recall->campaign, mt_history_now(&rec->history), &recall->sums);
      break;
    case MT_SOURCE_CLUSTERS: whole = mt_clusters_sum(&recall->clusters, source, &rec->history, &recall->sums); break;
  }
  if (!whole) rec->slate.truncated |= 1u << s;
  return MT_OK;
}

mt_status mt_prepare_fold(mt_recommender *rec, const mt_fold *fold, mt_query *query, mt_error *error) {
  return mt_query_prepare(fold->space, fold->query, MT_ALL_LAYERS, &rec->scratch, query, error);
}

mt_status mt_near_fold(mt_recommender *rec, const mt_fold *fold, uint32_t k, const uint8_t *bitmap, size_t *count_ret,
                       mt_error *error) {
  mt_nearest_ask ask = {k, k, MT_ALL_LAYERS, mt_bitmap_words(bitmap), mt_space_is_reference(fold->space)};
  uint32_t found;
  MT_TRY(mt_nearest(fold->space, fold->query, &ask, &rec->scratch, rec->hits.items, rec->hits.scores, &found, error));
  for (uint32_t i = 0; i < found; i++) rec->keys[i] = mt_topk_key(rec->hits.scores[i], rec->hits.items[i]);
  *count_ret = found;
  return MT_OK;
}

/* The best that source s knows among the items in `bitmap`, up to its quota, into rec->keys. */
static mt_status recall_best(mt_recommender *rec, uint32_t s, const uint8_t *bitmap, size_t *count_ret,
                             mt_error *error) {
  mt_recall *recall = &rec->recall[s];
  uint32_t quota = rec->source[s].quota;
  mt_source_kind kind = mt_kind_of(rec, s);
  if (kind == MT_SOURCE_VECTORS) return mt_near_fold(rec, &recall->fold, quota, bitmap, count_ret, error);
  *count_ret = kind == MT_SOURCE_POPULARITY ? popular_of(rec, s, bitmap)
                                            : mt_recall_select(&recall->sums, bitmap, rec->keys, quota);
  return MT_OK;
}

/* Which of a source's four weights applies: dislikes say what not to recommend, not that somebody is known. */
static uint32_t length_of(const mt_history *history) {
  uint32_t liked = 0;
  for (uint32_t e = 0; e < history->count; e++) liked += history->events[e].worth > 0;
  return mt_policy_length(liked);
}

static mt_status recall_all(mt_recommender *rec, mt_error *error) {
  uint32_t length = length_of(&rec->history);
  mt_candidates_reset(&rec->candidates);
  if (rec->narrowed) { /* what would be allowed without filters and exclusions */
    if (rec->permitted_by != 0) memcpy(rec->unfiltered, rec->permitted, mt_bitmap_bytes(rec->bundle.items));
    else mt_bitmap_fill(rec->unfiltered, rec->bundle.items);
    for (uint32_t e = 0; e < rec->history.count; e++) mt_bitmap_clear(rec->unfiltered, rec->history.events[e].item);
  }
  for (uint32_t s = 0; s < rec->policy.sources; s++) {
    float weight = rec->source[s].weight[length];
    size_t count;
    bool speaks;
    rec->slate.recalled[s] = 0;
    if (weight == 0 || mt_waits(rec, s)) continue;
    MT_TRY(attend(rec, s, &speaks, error));
    if (!speaks) continue;
    MT_TRY(recall_best(rec, s, rec->narrowed ? rec->unfiltered : rec->allowed, &count, error));
    mt_candidates_scale(&rec->candidates, s, rec->keys, count, rec->policy.norm_rank);
    if (rec->narrowed) MT_TRY(recall_best(rec, s, rec->allowed, &count, error));
    mt_candidates_add(&rec->candidates, s, weight, rec->keys, count);
    rec->slate.recalled[s] = (uint32_t)count;
  }
  return MT_OK;
}

float mt_score_or(const mt_query *query, uint32_t item, float unknown) {
  return mt_space_has(query->space, item) ? mt_query_score(query, item) : unknown;
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
      else if (mt_source_sums(kind)) candidates->scores[cell] = mt_sparse_get(&recall->sums, candidates->items[c]);
      else candidates->scores[cell] = mt_score_or(&recall->query, candidates->items[c], candidates->zero[s]);
    }
  }
}

mt_status mt_stage_recall(mt_recommender *rec, mt_error *error) {
  rec->slate = (mt_slate){.picks = rec->slate.picks, .history = rec->history.count, .dropped = rec->dropped};
  rec->scratch.used = 0;
  mt_narrow_by_rules(rec);
  MT_TRY(recall_all(rec, error));
  if (rec->wanted < rec->bundle.items && mt_bitmap_has(rec->allowed, rec->wanted)) mt_candidates_put(&rec->candidates, rec->wanted);
  complete_scores(rec);
  mt_candidates_fuse(&rec->candidates, &rec->policy);
  rec->slate.candidates = rec->candidates.count;
  return MT_OK;
}

#include "search.h"

#include "funnel.h"

#define RELATED_WEIGHT 0.5f /* against text's 1; tests/bench/search.mjs measures it */

mt_status mt_search_open(const mt_bundle *bundle, const mt_tower *towers, uint32_t spaces, mt_search_index *index,
                         mt_error *error) {
  mt_section section;
  if (!mt_bundle_find(bundle, MT_SECTION_TERMS, 0, 0, &section)) return MT_OK;
  MT_TRY(mt_terms_open(section.bytes, section.length, &index->terms, error));
  uint32_t ordinal = index->terms.postings, terms = index->terms.strings.count;
  if (!mt_bundle_find(bundle, MT_SECTION_POSTINGS, ordinal, 0, &section))
    return mt_fail(error, MT_CORRUPT, "terms: found no postings section %u, expected one", ordinal);
  MT_TRY(mt_postings_open(section.bytes, section.length, bundle->items, &index->postings, error));
  if (index->postings.key_kind != MT_KEY_TERM || index->postings.keys != terms)
    return mt_fail(error, MT_CORRUPT, "terms: found postings of %u keys of kind %u, expected %u terms", index->postings.keys,
                   index->postings.key_kind, terms);
  /* A pooled space holds what items are like; where there is none, the space of the factors holds who likes them. A
   * program takes histories for what they are, not hits in their place. */
  index->space = MT_NOT_FOUND;
  for (uint32_t s = 0; s < spaces; s++)
    if (towers[s].kind == MT_TOWER_POOLED || (towers[s].kind == MT_TOWER_ALS && index->space == MT_NOT_FOUND)) {
      index->space = s;
      if (towers[s].kind == MT_TOWER_POOLED) break;
    }
  index->open = true;
  return MT_OK;
}

void mt_search_reserve(mt_arena *arena, const mt_tower *towers, const mt_space *spaces, mt_search_index *index) {
  if (!index->open) return;
  uint32_t items = index->postings.items, most = MT_MAX_SHELF + MT_SEARCH_RELATED;
  index->sums.capacity = mt_sparse_slots(items);
  index->sums.slots = mt_arena_take(arena, index->sums.capacity, sizeof(mt_sparse_slot));
  mt_candidates_reserve(arena, items < most ? items : most, MT_SEARCH_SOURCES, &index->candidates);
  if (index->space != MT_NOT_FOUND) mt_fold_reserve(arena, &towers[index->space], &spaces[index->space], &index->fold);
}

/* The best hits, each by its score, are a history to fold into the space; what is near joins the candidates. */
static mt_status add_related(mt_recommender *rec, size_t hits, mt_error *error) {
  mt_search_index *index = &rec->search;
  mt_candidates *candidates = &index->candidates;
  mt_weighted weighted[MT_SEARCH_HITS];
  uint32_t count = 0, found;
  for (; count < MT_SEARCH_HITS && count < hits; count++)
    weighted[count] = (mt_weighted){mt_topk_item(rec->keys[count]), mt_topk_score(rec->keys[count]) / mt_topk_score(rec->keys[0])};
  if (!mt_fold_history(&index->fold, MT_ALL_LAYERS, weighted, count)) return MT_OK;
  const mt_space *space = index->fold.space;
  mt_query query;
  MT_TRY(mt_query_prepare(space, index->fold.query, MT_ALL_LAYERS, &rec->scratch, &query, error));
  mt_nearest_ask ask = {MT_SEARCH_RELATED, MT_SEARCH_RELATED, MT_ALL_LAYERS, mt_bitmap_words(rec->allowed),
                        mt_space_is_reference(space)};
  MT_TRY(mt_nearest(space, index->fold.query, &ask, &rec->scratch, rec->hits.items, rec->hits.scores, &found, error));
  for (uint32_t i = 0; i < found; i++) rec->keys[i] = mt_topk_key(rec->hits.scores[i], rec->hits.items[i]);
  mt_candidates_scale(candidates, MT_SEARCH_VECTORS, rec->keys, found, rec->policy.norm_rank);
  mt_candidates_add(candidates, MT_SEARCH_VECTORS, RELATED_WEIGHT, rec->keys, found);
  rec->slate.recalled[MT_SEARCH_VECTORS] = found;
  for (uint32_t c = 0; c < candidates->count; c++) {
    float *score = &candidates->scores[c * MT_SEARCH_SOURCES + MT_SEARCH_VECTORS];
    if (candidates->ranks[c * MT_SEARCH_SOURCES + MT_SEARCH_VECTORS] != 0) continue;
    *score = mt_space_has(space, candidates->items[c]) ? mt_query_score(&query, candidates->items[c])
                                                       : candidates->zero[MT_SEARCH_VECTORS];
  }
  return MT_OK;
}

static void pick_best(mt_recommender *rec, uint32_t k) {
  const mt_candidates *candidates = &rec->search.candidates;
  mt_topk top = mt_topk_start(rec->keys, k);
  for (uint32_t c = 0; c < candidates->count; c++) mt_topk_push(&top, mt_topk_key(candidates->fused[c], candidates->items[c]));
  rec->slate.count = (uint32_t)mt_topk_finish(&top);
  for (uint32_t i = 0; i < rec->slate.count; i++) {
    uint32_t c = mt_index_get(&candidates->index, mt_topk_item(rec->keys[i]));
    mt_pick *pick = &rec->slate.picks[i];
    memset(pick, 0, sizeof *pick);
    pick->item = candidates->items[c];
    pick->score = candidates->fused[c];
    for (uint32_t s = 0; s < MT_SEARCH_SOURCES; s++) {
      pick->scores[s] = candidates->weight[s] == 0 ? 0 : candidates->scores[c * MT_SEARCH_SOURCES + s];
      pick->ranks[s] = candidates->ranks[c * MT_SEARCH_SOURCES + s];
    }
    for (uint32_t b = 0; b < MT_BECAUSE; b++) pick->because[b] = MT_NOT_FOUND;
  }
}

mt_status mt_search(mt_recommender *rec, const char *text, size_t length, bool unfinished, uint32_t k,
                    const mt_slate **slate_ret, uint32_t *unmatched_ret, mt_error *error) {
  mt_search_index *index = &rec->search;
  MT_TRY(mt_check_shelf(k, error));
  if (!index->open)
    return mt_fail(error, MT_INVALID, "search: the bundle has no text index, expected one built with a catalogue of texts or categories");
  mt_narrow_by_rules(rec); /* what may not be recommended is not found either */
  rec->slate = (mt_slate){.picks = rec->slate.picks};
  rec->scratch.used = 0;
  rec->slate.truncated =
      !mt_words_sum(&index->terms, &index->postings, text, length, unfinished, rec->text, &index->sums, unmatched_ret);
  mt_topk top = mt_topk_start(rec->keys, MT_MAX_SHELF);
  mt_recall_select(&index->sums, rec->allowed, &top);
  size_t hits = mt_topk_finish(&top);
  mt_candidates_reset(&index->candidates);
  mt_candidates_scale(&index->candidates, MT_SEARCH_TEXT, rec->keys, hits, rec->policy.norm_rank);
  mt_candidates_add(&index->candidates, MT_SEARCH_TEXT, 1, rec->keys, hits);
  rec->slate.recalled[MT_SEARCH_TEXT] = (uint32_t)hits;
  if (hits > 0 && index->space != MT_NOT_FOUND) MT_TRY(add_related(rec, hits, error));
  mt_candidates_fuse(&index->candidates, &rec->policy);
  rec->slate.candidates = index->candidates.count;
  pick_best(rec, k);
  *slate_ret = &rec->slate;
  return MT_OK;
}

uint32_t mt_search_space(const mt_recommender *rec) { return rec->search.open ? rec->search.space : MT_NOT_FOUND; }

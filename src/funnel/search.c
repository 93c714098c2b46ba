#include "funnel/search.h"

#include "funnel/funnel.h"

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
    if (towers[s].kind == 0) return MT_OK; /* it has not arrived */
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

/* What one side found, best first in rec->keys, becomes candidates. */
static void take_in(mt_recommender *rec, mt_search_source source, float weight, size_t count) {
  mt_candidates_scale(&rec->search.candidates, source, rec->keys, count, rec->policy.norm_rank);
  mt_candidates_add(&rec->search.candidates, source, weight, rec->keys, count);
  rec->slate.recalled[source] = (uint32_t)count;
}

/* The best hits, each by its score, are a history to fold into the space; what is near joins the candidates. */
static mt_status add_related(mt_recommender *rec, size_t hits, mt_error *error) {
  mt_search_index *index = &rec->search;
  mt_candidates *candidates = &index->candidates;
  mt_weighted weighted[MT_SEARCH_HITS];
  uint32_t count = 0;
  size_t found;
  for (; count < MT_SEARCH_HITS && count < hits; count++)
    weighted[count] = (mt_weighted){mt_topk_item(rec->keys[count]), mt_topk_score(rec->keys[count]) / mt_topk_score(rec->keys[0])};
  if (!mt_fold_history(&index->fold, MT_ALL_LAYERS, weighted, count)) return MT_OK;
  mt_query query;
  MT_TRY(mt_prepare_fold(rec, &index->fold, &query, error));
  MT_TRY(mt_near_fold(rec, &index->fold, MT_SEARCH_RELATED, rec->allowed, &found, error));
  take_in(rec, MT_SEARCH_VECTORS, RELATED_WEIGHT, found);
  for (uint32_t c = 0; c < candidates->count; c++) {
    size_t cell = c * MT_SEARCH_SOURCES + MT_SEARCH_VECTORS;
    if (candidates->ranks[cell] != 0) continue;
    candidates->scores[cell] = mt_score_or(&query, candidates->items[c], candidates->zero[MT_SEARCH_VECTORS]);
  }
  return MT_OK;
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
  size_t hits = mt_recall_select(&index->sums, rec->allowed, rec->keys, MT_MAX_SHELF);
  mt_candidates_reset(&index->candidates);
  take_in(rec, MT_SEARCH_TEXT, 1, hits);
  if (hits > 0 && index->space != MT_NOT_FOUND) MT_TRY(add_related(rec, hits, error));
  mt_candidates_fuse(&index->candidates, &rec->policy);
  rec->slate.candidates = index->candidates.count;
  mt_order_fused(rec, &index->candidates, k);
  mt_pick_best(rec, &index->candidates, index->candidates.fused, k);
  rec->ordered = 0; /* places of these candidates mean nothing to the funnel */
  *slate_ret = &rec->slate;
  return MT_OK;
}

uint32_t mt_search_space(const mt_recommender *rec) { return rec->search.open ? rec->search.space : MT_NOT_FOUND; }

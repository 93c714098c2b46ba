#include "funnel/search.h"

#include "recall/lists.h"

_Static_assert(MT_SEARCH_RELATED <= MT_MAX_K, "one room gathers the best of either side");

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

void mt_search_reserve(mt_arena *arena, const mt_tower *towers, const mt_space *spaces, mt_arena *scratch,
                       mt_search_index *index) {
  if (!index->open) return;
  uint32_t items = index->postings.items, most = MT_MAX_K + MT_SEARCH_RELATED;
  index->sums.capacity = mt_sparse_slots(items);
  index->sums.slots = mt_arena_take(arena, index->sums.capacity, sizeof(mt_sparse_slot));
  mt_candidates_reserve(arena, items < most ? items : most, MT_SEARCH_SOURCES, &index->candidates);
  mt_best_reserve(arena, MT_MAX_K, scratch, &index->best);
  mt_order_reserve(arena, MT_MAX_K, &index->order);
  if (index->space != MT_NOT_FOUND) mt_near_reserve(arena, &towers[index->space], &spaces[index->space], &index->near);
}

/* What one side found becomes candidates. */
static void take_in(mt_search_index *index, mt_search_source source, float weight, uint32_t norm_rank, mt_slate *slate) {
  const mt_best *best = &index->best;
  mt_candidates_scale(&index->candidates, source, best->keys, best->count, norm_rank);
  mt_candidates_add(&index->candidates, source, weight, best->keys, best->count);
  slate->recalled[source] = (uint32_t)best->count;
}

/* The best hits, each by its score, are a history to fold into the space; what is near joins the candidates. */
static mt_status add_related(mt_search_index *index, const mt_search_ask *ask, mt_slate *slate, mt_error *error) {
  mt_candidates *candidates = &index->candidates;
  mt_near *near = &index->near;
  const mt_best *hits = &index->best;
  mt_weighted weighted[MT_SEARCH_HITS];
  uint32_t count = 0;
  for (; count < MT_SEARCH_HITS && count < hits->count; count++)
    weighted[count] = (mt_weighted){mt_topk_item(hits->keys[count]), mt_topk_score(hits->keys[count]) / mt_topk_score(hits->keys[0])};
  if (!mt_fold_history(&near->fold, MT_ALL_LAYERS, weighted, count)) return MT_OK;
  MT_TRY(mt_near_prepare(near, error));
  MT_TRY(mt_near_best(near, MT_SEARCH_RELATED, ask->allowed, &index->best, error));
  take_in(index, MT_SEARCH_VECTORS, RELATED_WEIGHT, ask->policy->norm_rank, slate);
  for (uint32_t c = 0; c < candidates->count; c++) {
    size_t cell = c * MT_SEARCH_SOURCES + MT_SEARCH_VECTORS;
    if (candidates->ranks[cell] != 0) continue;
    candidates->scores[cell] = mt_near_score(near, candidates->items[c], candidates->zero[MT_SEARCH_VECTORS]);
  }
  return MT_OK;
}

mt_status mt_search_run(mt_search_index *index, const mt_search_ask *ask, mt_slate *slate, uint32_t *unmatched_ret,
                        mt_error *error) {
  if (!index->open)
    return mt_fail(error, MT_INVALID,
                   "search: the bundle has no text index, expected one built with a catalogue of texts or categories");
  mt_candidates *candidates = &index->candidates;
  slate->truncated = !mt_words_sum(&index->terms, &index->postings, ask->text, ask->length, ask->unfinished, ask->scratch,
                                   &index->sums, unmatched_ret);
  index->best.count = mt_recall_select(&index->sums, ask->allowed, index->best.keys, MT_MAX_K);
  mt_candidates_reset(candidates);
  take_in(index, MT_SEARCH_TEXT, 1, ask->policy->norm_rank, slate);
  if (index->best.count > 0 && index->space != MT_NOT_FOUND) MT_TRY(add_related(index, ask, slate, error));
  mt_candidates_fuse(candidates, ask->policy);
  slate->candidates = candidates->count;
  mt_order_fused(&index->order, candidates, ask->k);
  mt_slate_best(slate, candidates, candidates->fused, &index->order, ask->k);
  return MT_OK;
}

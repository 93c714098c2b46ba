#include "funnel/search.h"

#include "recall/bitmap.h"

_Static_assert(MT_SEARCH_RELATED <= MT_MAX_K, "one room gathers the best of either side");

/* Against text's 1; tests/bench/search.mjs measures both. */
#define RELATED_WEIGHT 0.5f
#define HISTORY_WEIGHT 3.0f

mt_status mt_search_open(const mt_bundle *bundle, const mt_tower *towers, uint32_t spaces, mt_search_index *index,
                         mt_error *error) {
  mt_section section;
  if (!mt_bundle_find(bundle, MT_SECTION_TERMS, 0, 0, &section)) return MT_OK;
  MT_TRY(mt_terms_open(section.bytes, section.length, bundle->items, &index->terms, error));
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
  mt_words_reserve(arena, items, &index->words);
  mt_candidates_reserve(arena, items < most ? items : most, MT_SEARCH_SOURCES, &index->candidates);
  mt_best_reserve(arena, MT_MAX_K, scratch, &index->best);
  mt_order_reserve(arena, MT_MAX_K, &index->order);
  if (index->space != MT_NOT_FOUND) mt_near_reserve(arena, &towers[index->space], &spaces[index->space], &index->near);
}

static float cell(const mt_candidates *candidates, uint32_t place, mt_search_source source) {
  return candidates->scores[(size_t)place * MT_SEARCH_SOURCES + source];
}
static void set_cell(mt_candidates *candidates, uint32_t place, mt_search_source source, float score) {
  candidates->scores[(size_t)place * MT_SEARCH_SOURCES + source] = score;
}

/* A grade, and within it what is said besides, which stays in the order of x. */
static float graded(mt_grade grade, float x) { return (float)grade + 0.5f + 0.5f * x / (1 + (x < 0 ? -x : x)); }

/* What words and popularity say of an item that was found. */
static float text_score(const mt_search_index *index, const mt_found *found) {
  float most = index->words.most, text = most > 0 ? mt_words_sum(found) / most : 0;
  return text + index->terms.popularity * mt_terms_popularity(&index->terms, found->key - 1);
}

/* The best hits of the words, by all that can be said of them without vectors. */
static void find_words(mt_search_index *index, const mt_search_ask *ask) {
  mt_words *words = &index->words;
  mt_topk top = mt_topk_start(index->best.keys, MT_MAX_K);
  mt_words_find(&index->terms, &index->postings, ask->text, ask->length, ask->scratch, words);
  for (uint32_t s = 0; s <= words->mask; s++) {
    const mt_found *found = &words->slots[s];
    if (found->key == 0 || !mt_bitmap_has(ask->allowed, found->key - 1)) continue;
    float score = graded(mt_words_grade(words, &index->terms, found), text_score(index, found));
    mt_topk_push(&top, mt_topk_key(score, found->key - 1));
  }
  index->best.count = mt_topk_finish(&top);
}

/* What one side found becomes candidates. */
static void take_in(mt_search_index *index, mt_search_source source, uint32_t norm_rank, mt_slate *slate) {
  const mt_best *best = &index->best;
  mt_candidates_scale(&index->candidates, source, best->keys, best->count, norm_rank);
  mt_candidates_add(&index->candidates, source, 1, best->keys, best->count);
  slate->recalled[source] = (uint32_t)best->count;
}

/* The best hits, each by its words, are a history to fold into the space; what is near joins the candidates. */
static mt_status add_related(mt_search_index *index, const mt_search_ask *ask, mt_slate *slate, mt_error *error) {
  mt_candidates *candidates = &index->candidates;
  mt_near *near = &index->near;
  mt_weighted weighted[MT_SEARCH_HITS];
  uint32_t count = 0;
  for (; count < MT_SEARCH_HITS && count < index->best.count; count++) {
    uint32_t item = mt_topk_item(index->best.keys[count]);
    weighted[count] = (mt_weighted){item, mt_words_sum(mt_words_get(&index->words, item)) / index->words.most};
  }
  if (!mt_fold_history(&near->fold, MT_ALL_LAYERS, weighted, count)) return MT_OK;
  MT_TRY(mt_near_prepare(near, error));
  MT_TRY(mt_near_best(near, MT_SEARCH_RELATED, ask->allowed, &index->best, error));
  take_in(index, MT_SEARCH_VECTORS, ask->policy->norm_rank, slate);
  for (uint32_t c = 0; c < candidates->count; c++)
    if (candidates->ranks[(size_t)c * MT_SEARCH_SOURCES + MT_SEARCH_VECTORS] == 0)
      set_cell(candidates, c, MT_SEARCH_VECTORS, mt_near_score(near, candidates->items[c], candidates->zero[MT_SEARCH_VECTORS]));
  return MT_OK;
}

/* What all sides say of each candidate, and the score that they make. */
static void fuse(mt_search_index *index, const mt_search_ask *ask) {
  mt_candidates *candidates = &index->candidates;
  candidates->weight[MT_SEARCH_HISTORY] = ask->person == NULL ? 0 : 1;
  candidates->weight[MT_SEARCH_POPULARITY] = 1;
  for (uint32_t c = 0; c < candidates->count; c++) {
    uint32_t item = candidates->items[c];
    const mt_found *found = mt_words_get(&index->words, item);
    float x = index->terms.popularity * mt_terms_popularity(&index->terms, item);
    if (found != NULL) x = text_score(index, found);
    if (candidates->weight[MT_SEARCH_VECTORS] != 0)
      x += RELATED_WEIGHT * mt_scaled(cell(candidates, c, MT_SEARCH_VECTORS), candidates->zero[MT_SEARCH_VECTORS],
                                      candidates->unit[MT_SEARCH_VECTORS]);
    if (ask->person != NULL) {
      float liking = mt_recall_liking(ask->person, item);
      set_cell(candidates, c, MT_SEARCH_HISTORY, liking);
      x += HISTORY_WEIGHT * liking;
    }
    set_cell(candidates, c, MT_SEARCH_TEXT, found == NULL ? 0 : mt_words_sum(found));
    set_cell(candidates, c, MT_SEARCH_POPULARITY, mt_terms_popularity(&index->terms, item));
    candidates->fused[c] = graded(found == NULL ? MT_GRADE_RELATED : mt_words_grade(&index->words, &index->terms, found), x);
  }
}

mt_status mt_search_run(mt_search_index *index, const mt_search_ask *ask, mt_slate *slate, uint32_t *unmatched_ret,
                        mt_error *error) {
  if (!index->open)
    return mt_fail(error, MT_INVALID,
                   "search: the bundle has no text index, expected one built with a catalogue of texts or categories");
  mt_candidates *candidates = &index->candidates;
  find_words(index, ask);
  *unmatched_ret = index->words.unmatched;
  slate->truncated = !index->words.complete;
  mt_candidates_reset(candidates);
  take_in(index, MT_SEARCH_TEXT, ask->policy->norm_rank, slate);
  if (index->best.count > 0 && index->space != MT_NOT_FOUND) MT_TRY(add_related(index, ask, slate, error));
  fuse(index, ask);
  slate->candidates = candidates->count;
  mt_order_fused(&index->order, candidates, ask->k);
  mt_slate_best(slate, candidates, candidates->fused, &index->order, ask->k);
  return MT_OK;
}

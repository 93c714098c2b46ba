/* Search: items for words.
 *
 *     score = grade + squash(text + p · popularity + r · related + h · history),   squash(x) = ½ + ½ x / (1 + |x|)
 *
 * Grade (recall/words.h) comes first: what is called so, what begins so, what has the words in its title, then what begins
 * with words that are unfinished, what has all words elsewhere, the rest. Within a grade, and nowhere else, the parts add up,
 * each between 0 and about 1:
 *   text        BM25, against an item that is the best of every word
 *   popularity  the logarithm of how much everybody met it; the builder chooses p
 *   related     where the bundle has vectors, how near it lies to the best hits: pseudo-relevance feedback (Rocchio 1971)
 *               in a space that was learned from the items
 *   history     where the request has one, what the sources say of the item to this person; without one nothing here
 *               depends on a person
 */
#ifndef MT_FUNNEL_SEARCH_H
#define MT_FUNNEL_SEARCH_H

#include "bundle/bundle.h"
#include "funnel/recall.h"
#include "funnel/slate.h"
#include "recall/near.h"
#include "recall/words.h"

#define MT_SEARCH_HITS 10u     /* that say what is related */
#define MT_SEARCH_RELATED 300u /* candidates that come from the vectors */

typedef enum mt_search_source {
  MT_SEARCH_TEXT = 0,
  MT_SEARCH_VECTORS = 1,
  MT_SEARCH_HISTORY = 2,
  MT_SEARCH_POPULARITY = 3,
  MT_SEARCH_SOURCES = 4,
} mt_search_source;

typedef struct mt_search_index {
  bool open; /* the bundle has one */
  mt_terms terms;
  mt_postings postings;
  uint32_t space; /* where items are related; MT_NOT_FOUND: nowhere */
  /* scratch, reserved once */
  mt_words words;
  mt_near near;
  mt_best best; /* of one side */
  mt_candidates candidates; /* of MT_SEARCH_SOURCES sources */
  mt_order order;
} mt_search_index;

/* What is searched for, and among what. */
typedef struct mt_search_ask {
  const char *text;
  size_t length;
  uint32_t k;
  const mt_policy *policy;
  const mt_recall_stage *person; /* that has run for the history; NULL: there is none */
  const uint8_t *allowed; /* bitmap */
  char *scratch;          /* [MT_STRING_BYTES] */
} mt_search_ask;

/* Views the index, if there is one; spaces and towers are open. */
mt_status mt_search_open(const mt_bundle *bundle, const mt_tower *towers, uint32_t spaces, mt_search_index *index,
                         mt_error *error);

/* `scratch`: of a search in the space, mt_near_scratch(space, MT_SEARCH_RELATED). */
void mt_search_reserve(mt_arena *arena, const mt_tower *towers, const mt_space *spaces, mt_arena *scratch,
                       mt_search_index *index);

/* Fills a slate that has begun. */
mt_status mt_search_run(mt_search_index *index, const mt_search_ask *ask, mt_slate *slate, uint32_t *unmatched_ret,
                        mt_error *error);

#endif

/* Search: items for words. What the words say (text) and, where the bundle has vectors, what lies near the best hits
 * (related): pseudo-relevance feedback (Rocchio 1971) in a space that was learned from the items. */
#ifndef MT_FUNNEL_SEARCH_H
#define MT_FUNNEL_SEARCH_H

#include "bundle/bundle.h"
#include "funnel/slate.h"
#include "recall/near.h"
#include "recall/words.h"

#define MT_SEARCH_HITS 10u     /* that say what is related */
#define MT_SEARCH_RELATED 300u /* candidates that come from the vectors */

typedef enum mt_search_source {
  MT_SEARCH_TEXT = 0,
  MT_SEARCH_VECTORS = 1,
  MT_SEARCH_SOURCES = 2,
} mt_search_source;

typedef struct mt_search_index {
  bool open; /* the bundle has one */
  mt_terms terms;
  mt_postings postings;
  uint32_t space; /* where items are related; MT_NOT_FOUND: nowhere */
  /* scratch, reserved once */
  mt_sparse sums;
  mt_near near;
  mt_best best; /* of one side */
  mt_candidates candidates; /* of MT_SEARCH_SOURCES sources */
  mt_order order;
} mt_search_index;

/* What is searched for, and among what. */
typedef struct mt_search_ask {
  const char *text;
  size_t length;
  bool unfinished; /* the last word may go on */
  uint32_t k;
  const mt_policy *policy;
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

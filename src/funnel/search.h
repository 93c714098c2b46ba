/* Search: items for words. What the words say (text) and, where the bundle has vectors, what lies near the best hits
 * (related): pseudo-relevance feedback (Rocchio 1971) in a space that was learned from the items. */
#ifndef MT_SEARCH_H
#define MT_SEARCH_H

#include "bundle/bundle.h"
#include "recall/merge.h"
#include "recall/words.h"
#include "tower/tower.h"

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
  mt_fold fold;
  mt_candidates candidates; /* of MT_SEARCH_SOURCES sources */
} mt_search_index;

/* Views the index, if there is one; spaces and towers are open. */
mt_status mt_search_open(const mt_bundle *bundle, const mt_tower *towers, uint32_t spaces, mt_search_index *index,
                         mt_error *error);
void mt_search_reserve(mt_arena *arena, const mt_tower *towers, const mt_space *spaces, mt_search_index *index);

#endif

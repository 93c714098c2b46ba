/* Lists: the one sparse shape of everything that is learned here.
 *
 * Under each key stands a list of (item, weight). A log read by user is such lists, so is its transpose by item, so are
 * neighbours and transitions. Nothing but arrays: workers hand them to each other as they are.
 *
 *   key        0        1     2 …
 *   start    [ 0,       3,    3,  … , start[keys] ]     never falling
 *   items    [ 4, 9, 2 |    | 7, … ]                    each < width, no item twice under one key
 *   weights  [ …       |    | …    ]
 */
#ifndef MT_LEARN_LISTS_H
#define MT_LEARN_LISTS_H

#include "base/checked.h"
#include "base/status.h"
#include "bundle/postings.h"

typedef struct mt_lists {
  uint32_t keys, width;
  uint32_t *start; /* [keys + 1] */
  uint32_t *items; /* [start[keys]] */
  float *weights;  /* [start[keys]] */
} mt_lists;

/* Pairs of items that some people share, and those of them that rest on too few people to be said. Counts are added. */
typedef struct mt_shared {
  double pairs, few;
} mt_shared;

/* malloc of count · element bytes, checked; never of 0 bytes. NULL where it does not fit. */
void *mt_learn_alloc(size_t count, size_t element);

/* For qsort and bsearch of uint32_t. */
int mt_compare_numbers(const void *a, const void *b);

/* Room for `keys` lists with `entries` entries in all; every start is 0, the rest is not cleared. */
mt_status mt_lists_alloc(uint32_t keys, uint32_t width, size_t entries, mt_lists *out, mt_error *error);
void mt_lists_free(mt_lists *lists);

/* Lists that come from outside: MT_INVALID unless the invariants drawn above hold and all weights are finite.
 * (That no item stands twice under a key is not checked: it costs accuracy, not safety.) */
mt_status mt_lists_check(const mt_lists *lists, mt_error *error);

/* The lists of a section, as a device reads them; entries with a mark weigh below 0. MT_INVALID: a broken one ends too early. */
mt_status mt_lists_of(const mt_postings *postings, mt_lists *out, mt_error *error);

/* Turns keys and items round. Under each item of the result keys ascend. */
mt_status mt_lists_transpose(const mt_lists *lists, mt_lists *out, mt_error *error);

/* Keeps the `top` heaviest (by magnitude) entries of each list, heaviest first, ties to the smaller item. In place. */
mt_status mt_lists_truncate(mt_lists *lists, uint32_t top, mt_error *error);

#endif

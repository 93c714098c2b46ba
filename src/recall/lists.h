/* Lists: walks those of what a history touches and sums them. Neighbours, clusters and words are all such sums. */
#ifndef MT_RECALL_LISTS_H
#define MT_RECALL_LISTS_H

#include "base/topk.h"
#include "bundle/attributes.h"
#include "bundle/postings.h"
#include "tower/history.h"
#include "recall/index.h"
#include "recall/sparse.h"

typedef struct mt_recall_lists {
  mt_postings postings;
  const mt_attribute *attribute; /* of keys that are values; else NULL */
} mt_recall_lists;

/* What one walk over a history may cost, in entries; beginning a list counts as a block of them. A thousand events with
 * a thousand neighbours each are less, but a hostile file can hang millions of lists on one item. */
#define MT_MOST_ENTRIES (1u << 22)

/* Lists with marks hold weights that a history shares out among its items (learn/ease.h): what is marked is taken off, and of
 * an item that was met again its newest event counts alone, since such weights say what was met, not how often. */
static inline bool mt_recall_once(const mt_recall_lists *lists) { return lists->postings.mark_bits != 0; }

/* Sums weight(event) · weight(entry) over the lists of all events, newest first, into `sums`. A list for everybody is
 * summed once. Returns false where the table or MT_MOST_ENTRIES was reached: what was left out belongs to the oldest
 * events. */
bool mt_recall_sum(const mt_recall_lists *lists, const mt_source *source, const mt_history *history, mt_sparse *sums);

/* Adds weight · entry for each entry of one list; *cost adds up what lists have cost. False where the table or
 * MT_MOST_ENTRIES was reached. */
bool mt_recall_add_list(const mt_postings *postings, uint32_t key, float weight, mt_sparse *sums, uint32_t *cost);

/* Adds weight · entry to share[pick] for each entry of the event's lists that is one of the picks: what this event
 * brought them. *cost_ret adds up what the events so far have cost: each event pays for each of its lists, where a sum reads the
 * list of a value once, so that past MT_MOST_ENTRIES the oldest events have no share in what they were summed into. */
void mt_recall_share(const mt_recall_lists *lists, uint32_t event_item, float weight, const mt_index *picks, float *share,
                     uint32_t *cost_ret);

/* The best `k` of the sums above 0 among the allowed items into keys[mt_topk_capacity(k)], best first; returns their
 * number. */
size_t mt_recall_select(const mt_sparse *sums, const uint8_t *allowed, uint64_t *keys, size_t k);

#endif

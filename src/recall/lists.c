#include "recall/lists.h"

#include "recall/bitmap.h"

/* Starts on a list if its cost is within the bound. */
static bool afford(const mt_postings *postings, uint32_t key, mt_posting *posting, uint32_t *cost) {
  if (*cost >= MT_MOST_ENTRIES) return false;
  mt_posting_start(postings, key, posting);
  *cost += MT_POSTINGS_BLOCK + posting->left; /* one list more than the bound at most, and that is below 2^31 */
  return true;
}

/* A marked entry holds its item back. */
static float weight_of(const mt_posting *posting, float weight) {
  return posting->mark == 0 ? weight * posting->weight : -weight * posting->weight;
}

bool mt_recall_add_list(const mt_postings *postings, uint32_t key, float weight, mt_sparse *sums, uint32_t *cost) {
  mt_posting posting;
  bool whole = true;
  if (!afford(postings, key, &posting, cost)) return false;
  while (mt_posting_next(&posting)) whole &= mt_sparse_add(sums, posting.item, weight_of(&posting, weight));
  return whole;
}

/* The keys that one event touches: its item, or the values of its attribute, which share its weight. */
typedef struct keys {
  uint32_t first, last;
  float share;
} keys;

static keys event_keys(const mt_recall_lists *lists, uint32_t item) {
  if (lists->attribute == NULL) return (keys){item, item + 1, 1};
  keys k = {0, 0, 0};
  mt_attribute_values(lists->attribute, mt_attribute_set(lists->attribute, item), &k.first, &k.last);
  if (k.last > k.first) k.share = 1.0f / (float)(k.last - k.first);
  return k;
}

static uint32_t key_at(const mt_recall_lists *lists, uint32_t index) {
  return lists->attribute == NULL ? index : mt_attribute_value(lists->attribute, index);
}

/* No more items than this can get a sum: events that have faded away reach none. */
static uint64_t reach(const mt_recall_lists *lists, mt_history_walk walk) {
  uint64_t most = 0, items = lists->postings.items;
  const mt_event *event;
  float weight;
  while (most < items && mt_history_older(&walk, &event, &weight)) {
    keys k = event_keys(lists, event->item);
    most += (uint64_t)(k.last - k.first) * lists->postings.longest;
  }
  return most < items ? most : items;
}

/* Values that a history has touched, in that order, each with the weight of all its events: the list of a value is long, and
 * what somebody likes has few values many times over. */
enum { GATHERED = 128 };
typedef struct gathered {
  uint32_t count, value[GATHERED];
  float weight[GATHERED];
} gathered;

/* False where there is no room for one more. */
static bool gather(gathered *g, uint32_t value, float weight) {
  uint32_t at = 0;
  while (at < g->count && g->value[at] != value) at++;
  if (at == GATHERED) return false;
  if (at == g->count) {
    g->value[g->count++] = value;
    g->weight[at] = 0;
  }
  g->weight[at] += weight;
  return true;
}

/* Adds the lists of what was gathered, the newest first, and empties it. */
static bool add_gathered(const mt_postings *postings, gathered *g, mt_sparse *sums, uint32_t *cost) {
  bool whole = true;
  for (uint32_t v = 0; v < g->count; v++) whole &= mt_recall_add_list(postings, g->value[v], g->weight[v], sums, cost);
  g->count = 0;
  return whole;
}

bool mt_recall_sum(const mt_recall_lists *lists, const mt_source *source, const mt_history *history, mt_sparse *sums) {
  const mt_postings *postings = &lists->postings;
  uint32_t cost = 0;
  gathered values;
  values.count = 0;
  if (postings->key_kind == MT_KEY_ONE) {
    mt_sparse_reset(sums, postings->longest);
    return mt_recall_add_list(postings, 0, 1, sums, &cost);
  }
  mt_history_walk walk = mt_history_from(history, source);
  mt_sparse_reset(sums, reach(lists, walk));
  bool whole = true;
  const mt_event *event;
  float weight;
  while (mt_history_older(&walk, &event, &weight)) {
    if (mt_recall_once(lists) && mt_history_again(&walk)) continue;
    keys k = event_keys(lists, event->item);
    for (uint32_t i = k.first; i < k.last && cost < MT_MOST_ENTRIES; i++) {
      uint32_t key = key_at(lists, i);
      if (lists->attribute == NULL) whole &= mt_recall_add_list(postings, key, weight, sums, &cost);
      else if (!gather(&values, key, weight * k.share)) { /* older values must not take the room of newer ones */
        whole &= add_gathered(postings, &values, sums, &cost);
        gather(&values, key, weight * k.share);
      }
      if (lists->attribute != NULL) cost += MT_POSTINGS_BLOCK;
    }
  }
  whole &= add_gathered(postings, &values, sums, &cost);
  return whole && cost < MT_MOST_ENTRIES;
}

void mt_recall_share(const mt_recall_lists *lists, uint32_t event_item, float weight, const mt_index *picks, float *share,
                     uint32_t *cost_ret) {
  if (lists->postings.key_kind == MT_KEY_ONE) return;
  keys k = event_keys(lists, event_item);
  for (uint32_t i = k.first; i < k.last; i++) {
    mt_posting posting;
    if (!afford(&lists->postings, key_at(lists, i), &posting, cost_ret)) return;
    while (mt_posting_next(&posting)) {
      uint32_t pick = mt_index_get(picks, posting.item);
      if (pick != MT_NOT_FOUND) share[pick] += weight_of(&posting, weight * k.share);
    }
  }
}

size_t mt_recall_select(const mt_sparse *sums, const uint8_t *allowed, uint64_t *keys, size_t k) {
  mt_topk top = mt_topk_start(keys, k);
  float least = 0x1p-149f; /* above the 0 of free slots */
  for (uint32_t s = 0; s <= sums->mask; s++) {
    const mt_sparse_slot *slot = &sums->slots[s];
    if (!(slot->score >= least) || !mt_bitmap_has(allowed, slot->key - 1)) continue;
    mt_topk_push(&top, mt_topk_key(slot->score, slot->key - 1));
    if (top.threshold > 0) least = mt_topk_score(top.threshold);
  }
  return mt_topk_finish(&top);
}

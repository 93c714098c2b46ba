/* item -> place: an open-addressed table over a few hundred or thousand items: candidates, picks. */
#ifndef MT_RECALL_INDEX_H
#define MT_RECALL_INDEX_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bundle/strings.h"

typedef struct mt_index_slot {
  uint32_t key; /* item + 1; 0 is free */
  uint32_t place;
} mt_index_slot;

typedef struct mt_index {
  mt_index_slot *slots;
  uint32_t mask; /* slots less one, a power of two less one */
} mt_index;

/* Slots for up to `items` entries, at most half full. */
static inline uint32_t mt_index_slots(uint32_t items) {
  uint32_t slots = 64;
  while (slots / 2 < items) slots *= 2;
  return slots;
}
static inline void mt_index_reset(mt_index *index) { memset(index->slots, 0, ((size_t)index->mask + 1) * sizeof *index->slots); }

static inline mt_index_slot *mt_index_at(const mt_index *index, uint32_t item) {
  uint32_t at = (uint32_t)(((uint64_t)(item + 1) * 0x9e3779b97f4a7c15ULL) >> 40) & index->mask;
  while (index->slots[at].key != 0 && index->slots[at].key != item + 1) at = (at + 1) & index->mask;
  return &index->slots[at];
}
static inline void mt_index_put(mt_index *index, uint32_t item, uint32_t place) {
  *mt_index_at(index, item) = (mt_index_slot){item + 1, place};
}
static inline uint32_t mt_index_get(const mt_index *index, uint32_t item) {
  const mt_index_slot *slot = mt_index_at(index, item);
  return slot->key == 0 ? MT_NOT_FOUND : slot->place;
}

#endif

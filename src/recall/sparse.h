/* A bounded sparse sum: item -> score, an open-addressed table (linear probing, Fibonacci hashing) that is never larger
 * than what a request can fill. Where a table of that size has a slot for every item, items stand in their order: lists,
 * which are in that order too, then walk along it.
 */
#ifndef MT_RECALL_SPARSE_H
#define MT_RECALL_SPARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MT_SPARSE_SLOTS 65536u /* at most, per source: 512 KB */

typedef struct mt_sparse_slot {
  uint32_t key; /* item + 1; 0 is free */
  float score;
} mt_sparse_slot;

typedef struct mt_sparse {
  mt_sparse_slot *slots;
  uint32_t capacity; /* of the memory, a power of two */
  uint32_t mask;     /* slots in use now, less one */
  uint32_t count;
  uint32_t span; /* items are numbered below this; 0: not known */
} mt_sparse;

/* Slots for up to `items` entries: a power of two, at most three quarters full, MT_SPARSE_SLOTS at most. */
static inline uint32_t mt_sparse_slots(uint64_t items) {
  uint32_t slots = 64;
  while (slots < MT_SPARSE_SLOTS && (uint64_t)slots * 3 < items * 4) slots *= 2;
  return slots;
}

/* Empties the table, with room for `items` entries as far as its memory goes. */
static inline void mt_sparse_reset(mt_sparse *table, uint64_t items) {
  uint32_t slots = mt_sparse_slots(items);
  if (slots > table->capacity) slots = table->capacity;
  table->mask = slots - 1;
  table->count = 0;
  memset(table->slots, 0, (size_t)slots * sizeof *table->slots);
}

static inline mt_sparse_slot *mt_sparse_at(const mt_sparse *table, uint32_t item) {
  uint32_t at = item;
  if (table->mask < table->span - 1u) at = (uint32_t)(((uint64_t)(item + 1) * 0x9e3779b97f4a7c15ULL) >> 40) & table->mask;
  while (table->slots[at].key != 0 && table->slots[at].key != item + 1) at = (at + 1) & table->mask;
  return &table->slots[at];
}

/* False where the table is full and the item is not in it. */
static inline bool mt_sparse_add(mt_sparse *table, uint32_t item, float score) {
  mt_sparse_slot *slot = mt_sparse_at(table, item);
  if (slot->key == 0) {
    if (table->count >= table->mask - table->mask / 4) return false;
    slot->key = item + 1;
    slot->score = 0;
    table->count++;
  }
  slot->score += score;
  return true;
}

/* The item's score, 0 where it has none. */
static inline float mt_sparse_get(const mt_sparse *table, uint32_t item) {
  const mt_sparse_slot *slot = mt_sparse_at(table, item);
  return slot->key == 0 ? 0 : slot->score;
}

#endif

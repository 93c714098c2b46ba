/* A bit for every item: 1 where a request may recommend it. Filters, histories and exclusions clear bits; every source
 * tests them before a candidate counts, so a filter that leaves m items still gives min(k, m) results. */
#ifndef MT_RECALL_BITMAP_H
#define MT_RECALL_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Whole 64-bit words; bits past the last item are 0. */
static inline size_t mt_bitmap_bytes(uint32_t items) { return ((size_t)items + 63) / 64 * 8; }

/* The same bits as 32-bit words, item i at bit i % 32 of word i / 32; bitmaps lie at multiples of 64. */
static inline const uint32_t *mt_bitmap_words(const uint8_t *bitmap) { return (const uint32_t *)(const void *)bitmap; }

static inline void mt_bitmap_fill(uint8_t *bitmap, uint32_t items) {
  size_t whole = items / 8;
  memset(bitmap, 0xff, whole);
  memset(bitmap + whole, 0, mt_bitmap_bytes(items) - whole);
  if (items % 8 != 0) bitmap[whole] = (uint8_t)((1u << items % 8) - 1);
}
static inline bool mt_bitmap_has(const uint8_t *bitmap, uint32_t item) { return (bitmap[item >> 3] >> (item & 7) & 1) != 0; }
static inline void mt_bitmap_clear(uint8_t *bitmap, uint32_t item) { bitmap[item >> 3] &= (uint8_t)~(1u << (item & 7)); }
static inline void mt_bitmap_set(uint8_t *bitmap, uint32_t item) { bitmap[item >> 3] |= (uint8_t)(1u << (item & 7)); }

#endif

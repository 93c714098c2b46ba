/* The best split of one leaf: grow.h's inner step. */
#ifndef MT_LEARN_SPLIT_H
#define MT_LEARN_SPLIT_H

#include "learn/grow.h"

/* Two sums in one number. */
static inline int32_t mt_gradient_of(int64_t both) { return (int32_t)(both >> 32); }
static inline uint32_t mt_second_of(int64_t both) { return (uint32_t)(both & 0xffffffff); }

/* How sums are to be read: what one is, times the unit. */
typedef struct mt_units {
  double gradient, second;
} mt_units;

typedef struct mt_split {
  double gain; /* 0: there is none */
  uint32_t feature;
  uint64_t left[MT_BINS / 64];
  int64_t both; /* the sums of what goes left */
} mt_split;

/* The best split of a leaf of `rows` rows whose sums are `both`, by histogram[features][MT_BINS]. Of a tie the first. */
mt_split mt_split_find(const mt_growth *how, const mt_bins *bins, const mt_units *units, const int64_t *histogram,
                       const uint8_t *uses, uint32_t rows, int64_t both);

#endif

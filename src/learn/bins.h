/* Bins: the values of each feature in at most MT_BINS classes, a byte for each value, so that growing a tree counts bytes and
 * never looks at a value again.
 *
 *   of numbers      bin 0 is what is not known (NaN); bins 1 … count are bounded by edges: bin b holds edge[b - 2] < x <= edge[b - 1]
 *   of categories   bins 1 … count are the most frequent categories, in rising order; bin 0 is the rest: rare, unknown
 *
 * Edges are float32 and so are the values that a device compares with them: what falls into which bin here goes the same way
 * there. Bytes lie in blocks of eight features, byte[block][row][8]: whoever comes by a row takes eight of them at once.
 */
#ifndef MT_LEARN_BINS_H
#define MT_LEARN_BINS_H

#include "base/rng.h"
#include "base/status.h"

#define MT_BINS 256u
#define MT_BINS_BLOCK 8u
#define MT_BINS_FEATURES 256u       /* at most; as many as a bundle declares */
#define MT_BINS_CATEGORIES 65536u   /* larger ones are rare by definition: a split holds a bit for each below */
#define MT_BINS_SAMPLE 32768u       /* rows that edges are chosen by, drawn */

typedef struct mt_bins {
  uint32_t features;
  uint8_t *category; /* [features] 1: its values are whole numbers that only name something */
  uint32_t *count;   /* [features] bins besides bin 0, below MT_BINS */
  float *edge;       /* [features][MT_BINS] upper edges, the last one infinite; or categories; infinite from `count` on */
} mt_bins;

typedef struct mt_binned {
  uint32_t rows, blocks;
  uint8_t *byte; /* [blocks][rows][MT_BINS_BLOCK]; features beyond the last are bin 0 */
} mt_binned;

/* Bins from x[rows][features], by a sample of them. Of numbers with few values each has a bin of its own; else bins hold about
 * equally many rows. */
mt_status mt_bins_choose(const float *x, uint32_t rows, uint32_t features, const uint8_t *category, mt_rng *rng, mt_bins *out,
                         mt_error *error);
void mt_bins_free(mt_bins *bins);

/* The bin of a value. */
uint32_t mt_bin_of(const mt_bins *bins, uint32_t feature, float x);

mt_status mt_bins_fill(const mt_bins *bins, const float *x, uint32_t rows, mt_binned *out, mt_error *error);
void mt_binned_free(mt_binned *binned);

static inline uint32_t mt_binned_get(const mt_binned *binned, uint32_t row, uint32_t feature) {
  size_t block = feature / MT_BINS_BLOCK;
  return binned->byte[(block * binned->rows + row) * MT_BINS_BLOCK + feature % MT_BINS_BLOCK];
}

#endif

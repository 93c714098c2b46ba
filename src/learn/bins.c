#include "learn/bins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/topk.h"
#include "learn/lists.h"

#define MOST (MT_BINS - 2) /* bins of numbers or categories */

/* -- choosing ------------------------------------------------------------------------------------------------------- */

/* A value of the sample, and how many rows have it. */
typedef struct value {
  float x;
  uint32_t count;
} value;

/* The values of a feature in a sample of rows, rising, each once; returns how many. */
static uint32_t distinct(const float *x, uint32_t features, uint32_t feature, const uint32_t *sample, uint32_t rows, uint64_t *keys,
                         value *out) {
  uint32_t known = 0, count = 0;
  for (uint32_t i = 0; i < rows; i++) {
    float one = x[(size_t)sample[i] * features + feature];
    if (one == one) keys[known++] = mt_topk_key(one, 0);
  }
  mt_sort_descending(keys, known);
  for (uint32_t i = known; i-- > 0;) {
    float one = mt_topk_score(keys[i]);
    if (count > 0 && out[count - 1].x == one) out[count - 1].count++;
    else out[count++] = (value){one, 1};
  }
  return count;
}

/* Between two neighbours of the sample, so that values which the sample lacks go to the nearer one. */
static float between(float a, float b) {
  float middle = a + (b - a) / 2;
  return middle >= a && middle < b ? middle : a;
}

/* A bin ends where it has its share of the rows that are left, or before a value that has it by itself. */
static uint32_t edges_of(const value *values, uint32_t count, float *edge) {
  uint32_t bins = 0, held = 0, left = 0;
  for (uint32_t v = 0; v < count; v++) left += values[v].count;
  for (uint32_t v = 0; v + 1 < count && bins + 1 < MOST; v++) {
    uint32_t share = left / (MOST - bins);
    held += values[v].count;
    if (count > MOST && held < share && values[v + 1].count < share) continue;
    edge[bins++] = between(values[v].x, values[v + 1].x);
    left -= held;
    held = 0;
  }
  return count == 0 ? 0 : bins + 1;
}

/* The most frequent categories; of a tie the smaller. */
static uint32_t categories_of(const value *values, uint32_t count, uint64_t *keys, float *edge) {
  uint32_t possible = 0, bins = 0;
  for (uint32_t v = 0; v < count; v++)
    if (values[v].x >= 0 && values[v].x < (float)MT_BINS_CATEGORIES && values[v].x == floorf(values[v].x))
      keys[possible++] = mt_topk_key((float)values[v].count, v);
  mt_sort_descending(keys, possible);
  uint64_t least = possible > MOST ? keys[MOST - 1] : 0;
  for (uint32_t v = 0; v < count; v++)
    if (values[v].x >= 0 && values[v].x < (float)MT_BINS_CATEGORIES && values[v].x == floorf(values[v].x) &&
        mt_topk_key((float)values[v].count, v) >= least)
      edge[bins++] = values[v].x;
  return bins;
}

static void choose(const float *x, uint32_t rows, mt_rng *rng, uint32_t *sample, uint64_t *keys, value *values, mt_bins *out) {
  uint32_t drawn = rows < MT_BINS_SAMPLE ? rows : MT_BINS_SAMPLE;
  for (uint32_t i = 0; i < drawn; i++) sample[i] = rows == drawn ? i : mt_rng_below(rng, rows);
  for (uint32_t f = 0; f < out->features; f++) {
    float *edge = out->edge + (size_t)f * MT_BINS;
    uint32_t count = distinct(x, out->features, f, sample, drawn, keys, values);
    for (uint32_t b = 0; b < MT_BINS; b++) edge[b] = INFINITY;
    out->count[f] = out->category[f] != 0 ? categories_of(values, count, keys, edge) : edges_of(values, count, edge);
  }
}

mt_status mt_bins_choose(const float *x, uint32_t rows, uint32_t features, const uint8_t *category, mt_rng *rng, mt_bins *out,
                         mt_error *error) {
  if (features == 0 || features > MT_BINS_FEATURES)
    return mt_fail(error, MT_INVALID, "bins: found %u features, expected 1 to %u", features, MT_BINS_FEATURES);
  *out = (mt_bins){features, mt_learn_alloc(features, 1), mt_learn_alloc(features, sizeof *out->count),
                   mt_learn_alloc((size_t)features * MT_BINS, sizeof *out->edge)};
  uint32_t *sample = mt_learn_alloc(MT_BINS_SAMPLE, sizeof *sample);
  uint64_t *keys = mt_learn_alloc(MT_BINS_SAMPLE, sizeof *keys);
  value *values = mt_learn_alloc(MT_BINS_SAMPLE, sizeof *values);
  mt_status status = MT_OK;
  if (out->category == NULL || out->count == NULL || out->edge == NULL || sample == NULL || keys == NULL || values == NULL) {
    mt_bins_free(out);
    status = mt_fail(error, MT_NO_MEMORY, "learn: no memory for the bins of %u features", features);
  } else {
    memcpy(out->category, category, features);
    choose(x, rows, rng, sample, keys, values, out);
  }
  free(sample);
  free(keys);
  free(values);
  return status;
}

void mt_bins_free(mt_bins *bins) {
  free(bins->category);
  free(bins->count);
  free(bins->edge);
  *bins = (mt_bins){0};
}

/* -- filling -------------------------------------------------------------------------------------------------------- */

/* How many of the edges are below x: eight steps without a branch; 0 of NaN. */
static uint32_t edges_below(const float *edge, float x) {
  uint32_t below = 0;
  for (uint32_t step = MT_BINS / 2; step > 0; step /= 2) below += edge[below + step - 1] < x ? step : 0;
  return below;
}

uint32_t mt_bin_of(const mt_bins *bins, uint32_t feature, float x) {
  const float *edge = bins->edge + (size_t)feature * MT_BINS;
  uint32_t below = edges_below(edge, x);
  if (bins->category[feature] != 0) return below < bins->count[feature] && edge[below] == x ? below + 1 : 0;
  return x != x || bins->count[feature] == 0 ? 0 : below + 1; /* the last edge is infinite: nothing lies above it */
}

mt_status mt_bins_fill(const mt_bins *bins, const float *x, uint32_t rows, mt_binned *out, mt_error *error) {
  uint32_t blocks = (bins->features + MT_BINS_BLOCK - 1) / MT_BINS_BLOCK;
  *out = (mt_binned){rows, blocks, mt_learn_alloc((size_t)blocks * MT_BINS_BLOCK, rows)};
  if (out->byte == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u rows of %u features", rows, bins->features);
  for (uint32_t block = 0; block < blocks; block++) {
    uint8_t *byte = out->byte + (size_t)block * rows * MT_BINS_BLOCK;
    uint32_t first = block * MT_BINS_BLOCK, own = bins->features - first;
    if (own > MT_BINS_BLOCK) own = MT_BINS_BLOCK;
    for (uint32_t row = 0; row < rows; row++)
      for (uint32_t k = 0; k < MT_BINS_BLOCK; k++)
        byte[(size_t)row * MT_BINS_BLOCK + k] =
            k < own ? (uint8_t)mt_bin_of(bins, first + k, x[(size_t)row * bins->features + first + k]) : 0;
  }
  return MT_OK;
}

void mt_binned_free(mt_binned *binned) {
  free(binned->byte);
  *binned = (mt_binned){0};
}

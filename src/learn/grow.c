#include "learn/grow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/lists.h"
#include "learn/split.h"

/* Sums of gradients and of second derivatives stay below these, with room for what rounding adds to each row's. */
#define GRADIENTS 0x1p30
#define SECONDS 0x1p31

struct mt_leaf {
  uint32_t node, first, last; /* its rows are row[first … last) */
  uint32_t place;             /* of its histogram */
  int64_t both;
  mt_split split; /* its best */
};

mt_status mt_grower_start(const mt_growth *how, const mt_bins *bins, const mt_binned *rows, mt_grower *out, mt_error *error) {
  if (how->leaves < 2 || how->leaves > MT_MOST_LEAVES || how->least == 0)
    return mt_fail(error, MT_INVALID, "trees: found %u leaves of at least %u rows, expected 2 to %u of at least 1", how->leaves,
                   how->least, MT_MOST_LEAVES);
  if (!(how->lambda >= 0) || !(how->rate > 0) || !(how->smooth >= 0) || !(how->set_lambda >= 0))
    return mt_fail(error, MT_INVALID, "trees: expected a rate above 0, and what holds leaves back 0 or above");
  if (rows->rows == 0 || rows->rows > 1u << 28)
    return mt_fail(error, MT_INVALID, "trees: found %u rows, expected 1 to 2^28", rows->rows);
  size_t n = rows->rows, bytes = (size_t)rows->blocks * MT_BINS_BLOCK * MT_BINS * sizeof(int64_t);
  *out = (mt_grower){*how,
                     bins,
                     rows,
                     mt_learn_alloc(n, sizeof *out->row),
                     mt_learn_alloc(n, sizeof *out->both),
                     mt_learn_alloc(n, sizeof *out->aside),
                     mt_learn_alloc(n, sizeof *out->aside_both),
                     mt_learn_alloc(how->leaves, bytes),
                     mt_learn_alloc(how->leaves, sizeof *out->leaf)};
  if (out->row != NULL && out->both != NULL && out->aside != NULL && out->aside_both != NULL && out->histogram != NULL && out->leaf != NULL)
    return MT_OK;
  mt_grower_free(out);
  return mt_fail(error, MT_NO_MEMORY, "learn: no memory for trees of %u leaves over %u rows", how->leaves, rows->rows);
}

void mt_grower_free(mt_grower *g) {
  free(g->row);
  free(g->both);
  free(g->aside);
  free(g->aside_both);
  free(g->histogram);
  free(g->leaf);
  *g = (mt_grower){0};
}

/* -- histograms ----------------------------------------------------------------------------------------------------- */

static size_t cells(const mt_grower *g) { return (size_t)g->rows->blocks * MT_BINS_BLOCK * MT_BINS; }
static int64_t *histogram_of(const mt_grower *g, const struct mt_leaf *leaf) { return g->histogram + leaf->place * cells(g); }

/* A row's bins of eight features are one load; the eight counts stay in the nearest cache, 16 KB of them. */
static void count_rows(const mt_grower *g, uint32_t first, uint32_t last, int64_t *histogram) {
  memset(histogram, 0, cells(g) * sizeof *histogram);
  for (uint32_t block = 0; block < g->rows->blocks; block++) {
    const uint8_t *byte = g->rows->byte + (size_t)block * g->rows->rows * MT_BINS_BLOCK;
    int64_t *own = histogram + (size_t)block * MT_BINS_BLOCK * MT_BINS;
    for (uint32_t i = first; i < last; i++) {
      uint64_t bins;
      int64_t both = g->both[i];
      memcpy(&bins, byte + (size_t)g->row[i] * MT_BINS_BLOCK, sizeof bins);
      own[bins & 255] += both;
      own[MT_BINS + (bins >> 8 & 255)] += both;
      own[2 * MT_BINS + (bins >> 16 & 255)] += both;
      own[3 * MT_BINS + (bins >> 24 & 255)] += both;
      own[4 * MT_BINS + (bins >> 32 & 255)] += both;
      own[5 * MT_BINS + (bins >> 40 & 255)] += both;
      own[6 * MT_BINS + (bins >> 48 & 255)] += both;
      own[7 * MT_BINS + (bins >> 56)] += both;
    }
  }
}

static void take_off(int64_t *from, const int64_t *other, size_t count) {
  for (size_t i = 0; i < count; i++) from[i] -= other[i];
}

/* -- rows ----------------------------------------------------------------------------------------------------------- */

static bool goes_left(const uint64_t *left, uint32_t bin) { return (left[bin / 64] >> (bin % 64) & 1) != 0; }

/* What goes left comes first, both sides in the order that they had; returns where the right one begins. */
static uint32_t part_rows(mt_grower *g, const struct mt_leaf *leaf) {
  uint32_t left = leaf->first, right = 0;
  for (uint32_t i = leaf->first; i < leaf->last; i++) {
    uint32_t row = g->row[i];
    int64_t both = g->both[i];
    bool is_left = goes_left(leaf->split.left, mt_binned_get(g->rows, row, leaf->split.feature));
    g->row[left] = g->aside[right] = row; /* both are written, one counts: no branch to guess */
    g->both[left] = g->aside_both[right] = both;
    left += is_left;
    right += !is_left;
  }
  memcpy(g->row + left, g->aside, right * sizeof *g->row);
  memcpy(g->both + left, g->aside_both, right * sizeof *g->both);
  return left;
}

/* Rows that push, in units that no sum can leave, then those that do not; returns the units, and how many push. */
static mt_units take_rows(mt_grower *g, const float *gradient, const float *second, uint32_t *count_ret) {
  double gradients = 0, seconds = 0;
  uint32_t count = 0, idle = 0;
  for (uint32_t i = 0; i < g->rows->rows; i++) {
    gradients += fabs((double)gradient[i]);
    seconds += (double)second[i];
  }
  mt_units units = {gradients / GRADIENTS, seconds / SECONDS};
  double up = gradients > 0 ? 1 / units.gradient : 0, over = seconds > 0 ? 1 / units.second : 0;
  for (uint32_t i = 0; i < g->rows->rows; i++) {
    int64_t high = (int64_t)floor((double)gradient[i] * up + 0.5), low = (int64_t)floor((double)second[i] * over + 0.5);
    g->row[count] = g->aside[idle] = i;
    g->both[count] = high * ((int64_t)1 << 32) + low;
    bool pushes = g->both[count] != 0;
    count += pushes;
    idle += !pushes;
  }
  memcpy(g->row + count, g->aside, idle * sizeof *g->row);
  *count_ret = count;
  return units;
}

/* -- the tree ------------------------------------------------------------------------------------------------------- */

static mt_branch leaf_of(const mt_growth *how, const mt_units *units, int64_t both) {
  double gradient = mt_gradient_of(both) * units->gradient, second = mt_second_of(both) * units->second;
  mt_branch leaf = {.feature = MT_NO_FEATURE, .cover = second};
  leaf.value = second + how->lambda > 0 ? (double)(float)(-how->rate * gradient / (second + how->lambda)) : 0;
  return leaf;
}

static void find(const mt_grower *g, const mt_units *units, const uint8_t *uses, uint32_t leaf) {
  struct mt_leaf *l = &g->leaf[leaf];
  l->split = mt_split_find(&g->how, g->bins, units, histogram_of(g, l), uses, l->last - l->first, l->both);
}

/* Splits leaf `at`: its left side stays there, its right side becomes leaf `made`. */
static void split_leaf(mt_grower *g, const mt_units *units, const uint8_t *uses, uint32_t at, uint32_t made, mt_branch *nodes,
                       uint32_t child) {
  struct mt_leaf *l = &g->leaf[at], *r = &g->leaf[made];
  mt_branch *node = &nodes[l->node];
  node->feature = l->split.feature;
  node->child = child;
  node->gain = l->split.gain;
  memcpy(node->left, l->split.left, sizeof node->left);
  uint32_t middle = part_rows(g, l);
  bool left_is_smaller = middle - l->first < l->last - middle;
  uint32_t place = l->place;
  *r = (struct mt_leaf){
      .node = child + 1, .first = middle, .last = l->last, .place = left_is_smaller ? place : made, .both = l->both - l->split.both};
  *l = (struct mt_leaf){
      .node = child, .first = l->first, .last = middle, .place = left_is_smaller ? made : place, .both = l->split.both};
  nodes[child] = leaf_of(&g->how, units, l->both);
  nodes[child + 1] = leaf_of(&g->how, units, r->both);
  if (made + 1 == g->how.leaves) return; /* nothing is split any more */
  const struct mt_leaf *small = left_is_smaller ? l : r, *large = left_is_smaller ? r : l;
  count_rows(g, small->first, small->last, histogram_of(g, small));
  take_off(histogram_of(g, large), histogram_of(g, small), cells(g));
  find(g, units, uses, at);
  find(g, units, uses, made);
}

double mt_branch_value(const mt_branch *nodes, const mt_binned *rows, uint32_t row) {
  uint32_t n = 0;
  while (nodes[n].feature != MT_NO_FEATURE)
    n = nodes[n].child + !goes_left(nodes[n].left, mt_binned_get(rows, row, nodes[n].feature));
  return nodes[n].value;
}

uint32_t mt_grow(mt_grower *g, const float *gradient, const float *second, const uint8_t *uses, mt_branch *nodes, double *score) {
  uint32_t leaves = 1, count = 1, pushing;
  mt_units units = take_rows(g, gradient, second, &pushing);
  g->leaf[0] = (struct mt_leaf){.last = pushing};
  for (uint32_t i = 0; i < pushing; i++) g->leaf[0].both += g->both[i];
  nodes[0] = leaf_of(&g->how, &units, g->leaf[0].both);
  count_rows(g, 0, pushing, histogram_of(g, &g->leaf[0]));
  find(g, &units, uses, 0);
  while (leaves < g->how.leaves) {
    uint32_t best = 0;
    for (uint32_t l = 1; l < leaves; l++)
      if (g->leaf[l].split.gain > g->leaf[best].split.gain) best = l;
    if (!(g->leaf[best].split.gain > 0)) break;
    split_leaf(g, &units, uses, best, leaves++, nodes, count);
    count += 2;
  }
  for (uint32_t l = 0; l < leaves; l++)
    for (uint32_t i = g->leaf[l].first; i < g->leaf[l].last; i++) score[g->row[i]] += nodes[g->leaf[l].node].value;
  for (uint32_t i = pushing; i < g->rows->rows; i++) score[g->row[i]] += mt_branch_value(nodes, g->rows, g->row[i]);
  return count;
}

/* Random trees sections, written by the core's own writer: splits on numbers (negated, zeros missing) and categories. */
#ifndef FOREST_H
#define FOREST_H

#include <math.h>

#include "base/rng.h"
#include "bundle/trees.h"
#include "exact.h"

typedef struct forest {
  unsigned char *bytes;
  size_t length;
} forest;

/* A tree of at most `most` nodes, breadth first, into node[]; returns how many. */
static inline uint32_t grow_tree(mt_rng *rng, uint32_t most, uint32_t columns, const mt_tree_column *column, float *edge,
                                 uint32_t *child, uint32_t *column_of, double *value) {
  uint32_t nodes = 1;
  for (uint32_t i = 0; i < nodes; i++) {
    bool split = nodes + 2 <= most && (i == 0 || mt_rng_below(rng, 3) > 0);
    value[i] = (double)mt_rng_normal(rng);
    column_of[i] = split ? mt_rng_below(rng, columns) : 0;
    edge[i] = !split ? NAN : (column[column_of[i]].how & MT_COLUMN_SET) != 0 ? 1 : (float)mt_rng_below(rng, 5) - 2;
    child[i] = split ? nodes : i;
    if (split) nodes += 2;
  }
  return nodes;
}

static inline forest make_forest(uint32_t seed, uint32_t features, uint32_t outputs, uint32_t trees, uint32_t flags, mt_link link) {
  enum { MOST = 31, WAYS = 4 };
  mt_rng rng = mt_rng_seed(seed);
  uint32_t columns = features * WAYS, words[2] = {mt_rng_u32(&rng), mt_rng_u32(&rng)}, nodes = 0, bits = 1;
  mt_tree_column *column = calloc(columns, sizeof *column);
  mt_tree_start *tree = calloc(trees + 1, sizeof *tree);
  float *edge = calloc((size_t)trees * MOST, sizeof *edge);
  uint32_t *child = calloc((size_t)trees * MOST, sizeof *child), *column_of = calloc((size_t)trees * MOST, sizeof *column_of);
  double *value = calloc((size_t)trees * MOST, sizeof *value), *base = calloc(outputs, sizeof *base);
  while ((1u << bits) < columns) bits++;
  for (uint32_t c = 0; c < columns; c++) {
    uint32_t how = c % WAYS == 3 ? MT_COLUMN_SET | (mt_rng_below(&rng, 8) * MT_COLUMN_SET_OUTSIDE) : c % WAYS;
    column[c] = (mt_tree_column){c / WAYS, how, 0, (how & MT_COLUMN_SET) != 0 ? mt_rng_below(&rng, 3) : 0};
  }
  for (uint32_t o = 0; o < outputs; o++) base[o] = (double)mt_rng_normal(&rng);
  for (uint32_t t = 0; t < trees; t++) {
    tree[t] = (mt_tree_start){nodes, t % outputs};
    nodes += grow_tree(&rng, MOST, columns, column, edge + nodes, child + nodes, column_of + nodes, value + nodes);
  }
  tree[trees].first = nodes;
  mt_trees parts = {features, outputs, trees, nodes, columns, 2,      bits, link, flags,
                    0,        1,       1,     base,  tree,    NULL,   column, NULL, words};
  forest out = {NULL, mt_trees_bytes(&parts)};
  CHECK(out.length > 0);
  out.bytes = exact_memory(out.length);
  memset(out.bytes, 0, out.length);
  mt_trees_encode(&parts, edge, child, column_of, value, out.bytes);
  free(column), free(tree), free(edge), free(child), free(column_of), free(value), free(base);
  return out;
}

#endif

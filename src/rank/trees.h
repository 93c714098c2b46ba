/* Walking trees: margins of rows, what a link makes of them, and which features a margin came from.
 *
 * Rows are walked eight at a time, all eight down the same tree, one level after the other: eight chains of loads that do
 * not wait for each other, and no branch that depends on data but "has any of them moved". Measured in wasm (200 trees of
 * 45 splits, 300 rows of 300 features): one row at a time with branches 1.01 ms, QuickScorer's bit vectors (Lucchese et al.
 * 2015) 1.42, four rows 0.72, eight 0.50, sixteen 0.56.
 */
#ifndef MT_RANK_TREES_H
#define MT_RANK_TREES_H

#include "bundle/trees.h"

#define MT_TREE_LANES 8u

/* Floats of room that walking takes: the columns of eight rows. */
static inline size_t mt_trees_room(const mt_trees *trees) { return (size_t)trees->columns * MT_TREE_LANES; }

/* margins[count][outputs] of rows[count][stride], stride >= trees->features, before the link. */
void mt_trees_margins(const mt_trees *trees, const float *rows, size_t stride, size_t count, float *room, double *margins);

/* One row's predictions [mt_trees_predictions] from its margins [outputs]. */
void mt_trees_link(const mt_trees *trees, const double *margins, float *predictions);

/* Path attribution (Saabas 2014): how each feature of one row moved the margin of `output`, split by split, from the mean of
 * the training rows. contribution[features] is added to; the bias, that mean, is returned; together they are the margin. */
double mt_trees_contribute(const mt_trees *trees, const float *row, uint32_t output, float *room, double *contribution);

#endif

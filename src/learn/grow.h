/* Growing one tree of gradient boosting, as LightGBM grows it (Ke et al. 2017).
 *
 * Leaf by leaf: of all leaves the one is split next whose best split gains most, where a split into L and R gains
 *   G_L² / (H_L + lambda) + G_R² / (H_R + lambda) - G² / (H + lambda)
 * G and H being sums of the rows' gradients and second derivatives, and a leaf says -rate · G / (H + lambda). The sums by bin
 * of all features are a leaf's histogram: it is counted for the smaller of two siblings, and the other's is what is left of
 * their parent's. What is not known (bin 0) goes to whichever side gains more. Categories are ordered by G / (H + smooth), in
 * which order the best set of them is a run from either end (Fisher 1958).
 *
 * A gradient and a second derivative are one 64-bit number, G above in 32 bits and H below, in units that no sum can leave: one
 * addition counts both, sums of any order are the same bits, and what a sibling leaves is exact.
 */
#ifndef MT_LEARN_GROW_H
#define MT_LEARN_GROW_H

#include "learn/bins.h"

#define MT_MOST_LEAVES 1024u
#define MT_NO_FEATURE UINT32_MAX

typedef struct mt_growth {
  uint32_t leaves;     /* at most, 2 to MT_MOST_LEAVES */
  uint32_t least;      /* rows of a leaf at least, as their share of H says */
  double lambda, rate;
  double smooth;       /* of categories: what holds a rare one's ratio near 0, in H; fewer rows than that and it stays outside */
  double set_lambda;   /* … added to lambda where they are split */
  uint32_t set_least;  /* … rows that each step along their order takes at least */
  uint32_t set_most;   /* … categories on one side at most */
} mt_growth;

typedef struct mt_branch { /* a node: a leaf, or a split */
  uint64_t left[MT_BINS / 64]; /* bit b: bin b goes left */
  uint32_t feature;            /* MT_NO_FEATURE: a leaf */
  uint32_t child;              /* the left one, in nodes of the tree; the right one follows it */
  double value;                /* of a leaf: what it adds, a float32 */
  double cover;                /* H of the training rows that came here */
  double gain;                 /* of a split */
} mt_branch;

/* Memory for trees of some rows. */
typedef struct mt_grower {
  mt_growth how;
  const mt_bins *bins;
  const mt_binned *rows;
  uint32_t *row;       /* [rows] row numbers, those of a leaf together */
  int64_t *both;       /* [rows] gradient and second derivative of row[i] */
  uint32_t *aside;     /* [rows] of a partition, what goes right … */
  int64_t *aside_both;
  int64_t *histogram;  /* [leaves][blocks · MT_BINS_BLOCK][MT_BINS] */
  struct mt_leaf *leaf; /* [leaves] */
} mt_grower;

mt_status mt_grower_start(const mt_growth *how, const mt_bins *bins, const mt_binned *rows, mt_grower *out, mt_error *error);
void mt_grower_free(mt_grower *grower);

/* Grows a tree over all rows into nodes[2 · leaves - 1], parents before children, and adds what it says to score[rows].
 * `uses` [features]: 0 keeps a feature out of this tree; NULL: none. Returns how many nodes; 1 where nothing gained. */
uint32_t mt_grow(mt_grower *grower, const float *gradient, const float *second, const uint8_t *uses, mt_branch *nodes,
                 double *score);

/* What a tree says of a row. */
double mt_branch_value(const mt_branch *nodes, const mt_binned *rows, uint32_t row);

#endif

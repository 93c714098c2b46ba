/* Trees: a boosted or bagged ensemble of decision trees (LightGBM, XGBoost), as the device walks it.
 *
 * Every split is brought to one form, so that walking needs no cases. A row is first spread over *columns*, one for each
 * way in which splits read a feature:
 *   a number as it is, negated, or with zeros as missing; a set of categories as 0 or 1.
 * A split then goes to its second child where column >= edge and to its first otherwise, so a missing value (NaN) goes to
 * the first. A split whose missing values go right reads the negated column and has its children swapped; x <= t becomes
 * the smallest float32 above t: on float32 inputs no comparison changes. Children are neighbours, after their parent.
 * A leaf is a node whose edge is NaN and whose child is itself: one more step stays there.
 *
 *    0  u32  features         of an input row, float32
 *    4  u32  outputs          margins of a row: classes, else 1
 *    8  u32  trees
 *   12  u32  nodes            of all trees
 *   16  u32  columns
 *   20  u32  words            of all sets of categories
 *   24  u32  column_bits      of a node's link
 *   28  u32  link             mt_link: from margins to predictions
 *   32  u32  flags            bit 0: values are f64, else f32; bit 1: a margin is rounded to float32 after each tree, as
 *   36  u32  0                       XGBoost sums
 *   40  f64  scale            a margin is multiplied by it before the link (LightGBM's sigmoid)
 *   48  f64  divisor          the sum of the trees is divided by it (averaged forests)
 *   56  u32[2] 0
 *   64  f64  base[outputs]    where margins start
 *    .  tree[trees + 1], 8 bytes each: u32 its first node (at last: nodes), u32 the output that it adds to
 *    .  node[nodes], 8 bytes each: f32 edge, u32 link = child << column_bits | column; child counts from the tree's first
 *    .  column[columns], 16 bytes each: u32 feature, u32 how (mt_column_how), u32 first word, u32 words
 *    .  value[nodes], f32 or f64: of a leaf what it adds; of a split the mean of what is below it, weighted as in training
 *    .  word[words] u32: sets of categories, bit c % 32 of word c / 32
 */
#ifndef MT_BUNDLE_TREES_H
#define MT_BUNDLE_TREES_H

#include <stdbool.h>

#include "base/status.h"
#include "bundle/format.h"

#define MT_TREES_HEAD 64u
#define MT_TREES_MAX_FEATURES 65536u
#define MT_TREES_MAX_OUTPUTS 1024u
#define MT_TREES_DOUBLES 1u /* flags */
#define MT_TREES_FLOAT_SUM 2u

/* What makes predictions of margins: name, number, and what importers call it. */
#define MT_LINKS(X)                                                                  \
  X(IDENTITY, 0, identity)                                                           \
  X(SIGMOID, 1, sigmoid)                                                             \
  X(EXP, 2, exp)                                                                     \
  X(SOFTMAX, 3, softmax) /* over the outputs */                                      \
  X(ARGMAX, 4, argmax)   /* the number of the largest, one prediction a row */       \
  X(LOG1P_EXP, 5, log1pExp)                                                          \
  X(SQUARE, 6, square) /* sign(x) · x²: trained on square roots */                   \
  X(STEP, 7, step)     /* 1 above 0, else 0 */

#define MT_LINK_ENUM(name, number, called) MT_LINK_##name = (number),
typedef enum mt_link { MT_LINKS(MT_LINK_ENUM) MT_LINKS_END } mt_link;

typedef enum mt_column_how {
  MT_COLUMN_NUMBER = 0,
  MT_COLUMN_NEGATED = 1,        /* bit */
  MT_COLUMN_ZERO_MISSING = 2,   /* bit: |x| <= 1e-35 is NaN */
  MT_COLUMN_SET = 4,            /* bit: 1 or 0 by the set of categories that x is in (cut to a whole number) … */
  MT_COLUMN_SET_OUTSIDE = 8,    /* … 1 outside of the set instead of inside */
  MT_COLUMN_SET_MISSING = 16,   /* … 1 where x is NaN, else 0 */
  MT_COLUMN_SET_CUT = 32,       /* … and -0.5 is category 0, as where numbers are cut first; else it is in no set */
  MT_COLUMN_HOW_LAST = 63,
} mt_column_how;

typedef struct mt_tree_node {
  float edge;
  uint32_t link;
} mt_tree_node;

typedef struct mt_tree_column {
  uint32_t feature, how, first_word, words;
} mt_tree_column;

typedef struct mt_tree_start {
  uint32_t first, output;
} mt_tree_start;

typedef struct mt_trees { /* up to `divisor` as the section begins */
  uint32_t features, outputs, trees, nodes, columns, words, column_bits;
  mt_link link;
  uint32_t flags, zero;
  double scale, divisor;
  const double *base;           /* [outputs] */
  const mt_tree_start *tree;    /* [trees + 1] */
  const mt_tree_node *node;     /* [nodes] */
  const mt_tree_column *column; /* [columns] */
  const void *value;            /* [nodes] float or double */
  const uint32_t *word;         /* [words] */
} mt_trees;

/* `bytes` are 8-byte aligned. One pass over nodes and values. */
mt_status mt_trees_open(const unsigned char *bytes, size_t length, mt_trees *trees, mt_error *error);

static inline double mt_trees_value(const mt_trees *trees, size_t node) {
  return (trees->flags & MT_TREES_DOUBLES) != 0 ? ((const double *)trees->value)[node] : (double)((const float *)trees->value)[node];
}

/* Predictions a row: its outputs, or the one that ARGMAX makes of them. */
static inline uint32_t mt_trees_predictions(const mt_trees *trees) { return trees->link == MT_LINK_ARGMAX ? 1 : trees->outputs; }

/* Writing: the section's length, and its bytes from views of the same shapes. `child` [nodes] and `column_of` [nodes] are
 * packed into links, `value` [nodes] narrowed where flags say so. Too many columns and nodes for one link: length 0. */
size_t mt_trees_bytes(const mt_trees *trees);
void mt_trees_encode(const mt_trees *trees, const float *edge, const uint32_t *child, const uint32_t *column_of,
                     const double *value, unsigned char *out);

#endif

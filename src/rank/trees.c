#include "rank/trees.h"

#include <math.h>

static float category_bit(const mt_trees *t, const mt_tree_column *column, float x) {
  uint32_t how = column->how;
  if (x != x) return (how & MT_COLUMN_SET_MISSING) != 0 ? 1.0f : 0.0f;
  bool valid = x < 16777216.0f && (x >= 0 || ((how & MT_COLUMN_SET_CUT) != 0 && x > -1));
  uint32_t category = valid ? (uint32_t)(int32_t)x : 0;
  bool inside = valid && category / 32 < column->words &&
                ((t->word[column->first_word + category / 32] >> (category % 32)) & 1) != 0;
  return inside != ((how & MT_COLUMN_SET_OUTSIDE) != 0) ? 1.0f : 0.0f;
}

static float read_column(const mt_trees *t, const mt_tree_column *column, float x) {
  if ((column->how & MT_COLUMN_SET) != 0) return category_bit(t, column, x);
  if ((column->how & MT_COLUMN_ZERO_MISSING) != 0 && x >= -1e-35f && x <= 1e-35f) return NAN;
  return (column->how & MT_COLUMN_NEGATED) != 0 ? -x : x;
}

/* room[columns][MT_TREE_LANES]; missing rows repeat the first. */
static void spread(const mt_trees *t, const float *rows, size_t stride, size_t count, float *room) {
  for (uint32_t c = 0; c < t->columns; c++)
    for (uint32_t lane = 0; lane < MT_TREE_LANES; lane++)
      *room++ = read_column(t, &t->column[c], rows[(lane < count ? lane : 0) * stride + t->column[c].feature]);
}

/* The leaves that the lanes end in, counted from the tree's first node. */
static void walk(const mt_trees *t, uint32_t tree, const float *room, uint32_t *leaf) {
  const mt_tree_node *nodes = t->node + t->tree[tree].first;
  uint32_t bits = t->column_bits, mask = (1u << bits) - 1, moved;
  uint32_t at[MT_TREE_LANES] = {0};
  do {
    moved = 0;
    for (uint32_t lane = 0; lane < MT_TREE_LANES; lane++) {
      mt_tree_node node = nodes[at[lane]];
      uint32_t next = (node.link >> bits) + (room[(node.link & mask) * MT_TREE_LANES + lane] >= node.edge);
      moved |= next ^ at[lane];
      at[lane] = next;
    }
  } while (moved != 0);
  memcpy(leaf, at, sizeof at);
}

static void margins_of_lanes(const mt_trees *t, const float *room, size_t count, double *margins) {
  uint32_t leaf[MT_TREE_LANES];
  for (size_t lane = 0; lane < count; lane++) memcpy(margins + lane * t->outputs, t->base, t->outputs * sizeof(double));
  for (uint32_t tree = 0; tree < t->trees; tree++) {
    mt_tree_start start = t->tree[tree];
    walk(t, tree, room, leaf);
    for (size_t lane = 0; lane < count; lane++) {
      double *margin = &margins[lane * t->outputs + start.output];
      *margin += mt_trees_value(t, start.first + leaf[lane]);
      if ((t->flags & MT_TREES_FLOAT_SUM) != 0) *margin = (float)*margin;
    }
  }
  for (size_t i = 0; i < count * t->outputs; i++) margins[i] /= t->divisor;
}

void mt_trees_margins(const mt_trees *trees, const float *rows, size_t stride, size_t count, float *room, double *margins) {
  for (size_t i = 0; i < count; i += MT_TREE_LANES) {
    size_t lanes = count - i < MT_TREE_LANES ? count - i : MT_TREE_LANES;
    spread(trees, rows + i * stride, stride, lanes, room);
    margins_of_lanes(trees, room, lanes, margins + i * trees->outputs);
  }
}

/* e^x to the last bits of a float, though x has more of them than a float holds. */
static double exponential(double x) {
  x = x > 700 ? 700 : x < -700 ? -700 : x;
  float near = (float)x;
  return (double)expf(near) * (1 + (x - (double)near));
}

/* log(1 + e^x); for small e^x by Kahan's correction of the rounded sum. */
static double log1p_exp(double x) {
  if (x > 40) return x;
  double y = exponential(x);
  float sum = (float)(1 + y);
  return sum == 1 ? y : (double)logf(sum) * y / ((double)sum - 1);
}

static double link_one(mt_link link, double x) {
  if (link == MT_LINK_SIGMOID) return 1 / (1 + exponential(-x));
  if (link == MT_LINK_EXP) return exponential(x);
  if (link == MT_LINK_LOG1P_EXP) return log1p_exp(x);
  if (link == MT_LINK_SQUARE) return x < 0 ? -x * x : x * x;
  if (link == MT_LINK_STEP) return x > 0;
  return x;
}

void mt_trees_link(const mt_trees *trees, const double *margins, float *predictions) {
  uint32_t best = 0;
  double sum = 0;
  for (uint32_t o = 1; o < trees->outputs; o++)
    if (margins[o] > margins[best]) best = o;
  if (trees->link == MT_LINK_ARGMAX) {
    predictions[0] = (float)best;
    return;
  }
  bool softmax = trees->link == MT_LINK_SOFTMAX;
  for (uint32_t o = 0; softmax && o < trees->outputs; o++) sum += exponential(margins[o] - margins[best]);
  for (uint32_t o = 0; o < trees->outputs; o++)
    predictions[o] = (float)(softmax ? exponential(margins[o] - margins[best]) / sum
                                     : link_one(trees->link, trees->scale * margins[o]));
}

double mt_trees_contribute(const mt_trees *trees, const float *row, uint32_t output, float *room, double *contribution) {
  double bias = trees->base[output];
  uint32_t mask = (1u << trees->column_bits) - 1;
  spread(trees, row, trees->features, 1, room);
  for (uint32_t tree = 0; tree < trees->trees; tree++) {
    const mt_tree_start *start = &trees->tree[tree];
    if (start->output != output) continue;
    double mean = mt_trees_value(trees, start->first);
    bias += mean;
    for (uint32_t at = 0;;) {
      mt_tree_node node = trees->node[start->first + at];
      uint32_t next = (node.link >> trees->column_bits) + (room[(node.link & mask) * MT_TREE_LANES] >= node.edge);
      if (next == at) break;
      double value = mt_trees_value(trees, start->first + next);
      contribution[trees->column[node.link & mask].feature] += (value - mean) / trees->divisor;
      mean = value;
      at = next;
    }
  }
  return bias / trees->divisor;
}

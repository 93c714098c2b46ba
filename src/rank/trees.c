#include "rank/trees.h"

#include <math.h>

#define NO_CATEGORY UINT32_MAX

/* The category that a number is, or NO_CATEGORY; missing ones are written by the caller. */
static uint32_t category_of(float x, bool cut) {
  bool valid = x < 16777216.0f && (x >= 0 || (cut && x > -1));
  return valid ? (uint32_t)(int32_t)x : NO_CATEGORY;
}

static void spread_set(const mt_trees *t, const mt_tree_column *column, const float *x, const uint32_t *category, float *room) {
  const uint32_t *words = t->word + column->first_word;
  uint32_t outside = (column->how & MT_COLUMN_SET_OUTSIDE) != 0, missing = (column->how & MT_COLUMN_SET_MISSING) != 0;
  for (uint32_t lane = 0; lane < MT_TREE_LANES; lane++) {
    uint32_t place = category[lane] / 32;
    uint32_t bit = (((place < column->words ? words[place] : 0) >> (category[lane] % 32)) & 1) ^ outside;
    room[lane] = (float)(x[lane] != x[lane] ? missing : bit);
  }
}

static void spread_number(const mt_tree_column *column, const float *x, float *room) {
  float sign = (column->how & MT_COLUMN_NEGATED) != 0 ? -1 : 1, zero = (column->how & MT_COLUMN_ZERO_MISSING) != 0 ? 1e-35f : -1;
  for (uint32_t lane = 0; lane < MT_TREE_LANES; lane++) room[lane] = x[lane] >= -zero && x[lane] <= zero ? NAN : sign * x[lane];
}

/* room[columns][MT_TREE_LANES]; missing rows repeat the first. Columns of one feature stand together, so that it is read
 * once, and its categories are found once. */
static void spread(const mt_trees *t, const float *rows, size_t stride, size_t count, float *room) {
  float x[MT_TREE_LANES];
  uint32_t category[MT_TREE_LANES], read = MT_TREES_MAX_FEATURES, coded = 0;
  for (const mt_tree_column *column = t->column; column < t->column + t->columns; column++, room += MT_TREE_LANES) {
    uint32_t way = column->how & (MT_COLUMN_SET | MT_COLUMN_SET_CUT);
    if (column->feature != read) {
      for (uint32_t lane = 0; lane < MT_TREE_LANES; lane++) x[lane] = rows[(lane < count ? lane : 0) * stride + column->feature];
      read = column->feature;
      coded = 0;
    }
    if ((way & MT_COLUMN_SET) == 0) {
      spread_number(column, x, room);
      continue;
    }
    for (uint32_t lane = 0; coded != way && lane < MT_TREE_LANES; lane++) category[lane] = category_of(x[lane], way != MT_COLUMN_SET);
    coded = way;
    spread_set(t, column, x, category, room);
  }
}

/* One level down for one lane: a leaf leads to itself. */
#define DOWN(lane)                                                                                           \
  {                                                                                                          \
    mt_tree_node node = nodes[at##lane];                                                                     \
    uint32_t next = (node.link >> bits) + (room[(node.link & mask) * MT_TREE_LANES + (lane)] >= node.edge);  \
    moved |= next ^ at##lane;                                                                                \
    at##lane = next;                                                                                         \
  }

/* The leaves that the lanes end in, counted from the tree's first node. Places of lanes are variables of their own, so
 * that they stay in registers. */
static void walk(const mt_trees *t, uint32_t tree, const float *room, uint32_t *leaf) {
  const mt_tree_node *nodes = t->node + t->tree[tree].first;
  uint32_t bits = t->column_bits, mask = (1u << bits) - 1, moved;
  uint32_t at0 = 0, at1 = 0, at2 = 0, at3 = 0, at4 = 0, at5 = 0, at6 = 0, at7 = 0;
  do {
    moved = 0;
    DOWN(0) DOWN(1) DOWN(2) DOWN(3) DOWN(4) DOWN(5) DOWN(6) DOWN(7)
  } while (moved != 0);
  leaf[0] = at0, leaf[1] = at1, leaf[2] = at2, leaf[3] = at3;
  leaf[4] = at4, leaf[5] = at5, leaf[6] = at6, leaf[7] = at7;
}

static void margins_of_lanes(const mt_trees *t, const float *room, size_t count, double *margins) {
  uint32_t leaf[MT_TREE_LANES], outputs = t->outputs;
  bool doubles = (t->flags & MT_TREES_DOUBLES) != 0, rounded = (t->flags & MT_TREES_FLOAT_SUM) != 0;
  for (size_t lane = 0; lane < count; lane++) memcpy(margins + lane * outputs, t->base, outputs * sizeof(double));
  for (uint32_t tree = 0; tree < t->trees; tree++) {
    const double *wide = (const double *)t->value + t->tree[tree].first;
    const float *narrow = (const float *)t->value + t->tree[tree].first;
    double *margin = margins + t->tree[tree].output;
    walk(t, tree, room, leaf);
    for (size_t lane = 0; lane < count; lane++, margin += outputs) {
      double sum = *margin + (doubles ? wide[leaf[lane]] : (double)narrow[leaf[lane]]);
      *margin = rounded ? (double)(float)sum : sum;
    }
  }
  for (size_t i = 0; i < count * outputs; i++) margins[i] /= t->divisor;
}

void mt_trees_margins(const mt_trees *trees, const float *rows, size_t stride, size_t count, float *room, double *margins) {
  for (size_t i = 0; i < count; i += MT_TREE_LANES) {
    size_t lanes = count - i < MT_TREE_LANES ? count - i : MT_TREE_LANES;
    spread(trees, rows + i * stride, stride, lanes, room);
    margins_of_lanes(trees, room, lanes, margins + i * trees->outputs);
  }
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

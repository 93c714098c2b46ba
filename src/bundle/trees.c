#include "bundle/trees.h"

#include "base/checked.h"
#include "bundle/check.h"

_Static_assert(offsetof(mt_trees, base) == 56, "the head is copied");

/* Where the parts lie, in bytes from the start; `end` is the whole length. All fit: counts are below 2^31, sums in 64 bits. */
typedef struct layout {
  uint64_t base, tree, node, column, value, word, end;
} layout;

static layout layout_of(const mt_trees *t) {
  layout at;
  at.base = MT_TREES_HEAD;
  at.tree = at.base + 8ULL * t->outputs;
  at.node = at.tree + 8ULL * (t->trees + 1ULL);
  at.column = at.node + 8ULL * t->nodes;
  at.value = at.column + 16ULL * t->columns;
  at.word = at.value + ((t->flags & MT_TREES_DOUBLES) != 0 ? 8ULL : 4ULL) * t->nodes;
  at.end = at.word + 4ULL * t->words;
  return at;
}

static mt_status check_head(const mt_trees *t, uint64_t expected, size_t length, mt_error *error) {
  MT_TRY(mt_check_bytes("trees", length, expected, error));
  MT_TRY(mt_check_count("trees", "features", t->features, 1, MT_TREES_MAX_FEATURES, error));
  MT_TRY(mt_check_count("trees", "outputs", t->outputs, 1, MT_TREES_MAX_OUTPUTS, error));
  MT_TRY(mt_check_count("trees", "column bits", t->column_bits, 1, 31, error));
  MT_TRY(mt_check_count("trees", "link", (uint32_t)t->link, 0, MT_LINKS_END - 1, error));
  MT_TRY(mt_check_count("trees", "flags", t->flags, 0, 3, error));
  MT_TRY(mt_check_number("trees", "scale", t->scale, 1e-30, 1e30, error));
  return mt_check_number("trees", "divisor", t->divisor, 1, 1e30, error);
}

static mt_status check_column(const mt_trees *t, const mt_tree_column *column, mt_error *error) {
  MT_TRY(mt_check_index("trees", "feature", column->feature, t->features, error));
  MT_TRY(mt_check_count("trees", "way", column->how, 0, MT_COLUMN_HOW_LAST, error));
  MT_TRY(mt_check_count("trees", "first word", column->first_word, 0, t->words, error));
  return mt_check_count("trees", "words", column->words, 0, t->words - column->first_word, error);
}

/* A walk ends, since a child lies after its parent, and inside, since both children do. */
static mt_status check_tree(const mt_trees *t, uint32_t tree, mt_error *error) {
  uint32_t first = t->tree[tree].first, end = t->tree[tree + 1].first, mask = (1u << t->column_bits) - 1;
  MT_TRY(mt_check_index("trees", "output", t->tree[tree].output, t->outputs, error));
  MT_TRY(mt_check_index("trees", "nodes", first, end, error));
  MT_TRY(mt_check_count("trees", "nodes", end, 0, t->nodes, error));
  for (uint32_t i = first; i < end; i++) {
    const mt_tree_node *node = &t->node[i];
    uint32_t child = node->link >> t->column_bits, own = i - first;
    MT_TRY(mt_check_index("trees", "column", node->link & mask, t->columns, error));
    MT_TRY(mt_check_number("trees", "value", mt_trees_value(t, i), -1e30, 1e30, error));
    if (child == own && node->edge != node->edge) continue; /* a leaf */
    MT_TRY(mt_check_index("trees", "node", own, child, error));
    MT_TRY(mt_check_index("trees", "child", child, end - first - 1, error));
  }
  return MT_OK;
}

mt_status mt_trees_open(const unsigned char *bytes, size_t length, mt_trees *trees, mt_error *error) {
  MT_TRY(mt_check_head("trees", length, MT_TREES_HEAD, error));
  memcpy(trees, bytes, offsetof(mt_trees, base));
  layout at = layout_of(trees);
  MT_TRY(check_head(trees, at.end, length, error));
  trees->base = (const double *)(const void *)(bytes + at.base);
  trees->tree = (const mt_tree_start *)(const void *)(bytes + at.tree);
  trees->node = (const mt_tree_node *)(const void *)(bytes + at.node);
  trees->column = (const mt_tree_column *)(const void *)(bytes + at.column);
  trees->value = bytes + at.value;
  trees->word = (const uint32_t *)(const void *)(bytes + at.word);
  for (uint32_t o = 0; o < trees->outputs; o++) MT_TRY(mt_check_number("trees", "base", trees->base[o], -1e30, 1e30, error));
  for (uint32_t c = 0; c < trees->columns; c++) MT_TRY(check_column(trees, &trees->column[c], error));
  for (uint32_t t = 0; t < trees->trees; t++) MT_TRY(check_tree(trees, t, error));
  return MT_OK;
}

/* -- writing -- */

size_t mt_trees_bytes(const mt_trees *trees) {
  uint32_t widest = 0;
  for (uint32_t t = 0; t < trees->trees; t++) {
    uint32_t nodes = trees->tree[t + 1].first - trees->tree[t].first;
    if (nodes > widest) widest = nodes;
  }
  bool fits = (uint64_t)widest <= (1ULL << (32 - trees->column_bits)) && (uint64_t)trees->columns <= (1ULL << trees->column_bits);
  uint64_t bytes = layout_of(trees).end;
  return fits && bytes <= MT_MAX_BUNDLE_BYTES ? (size_t)bytes : 0;
}

void mt_trees_encode(const mt_trees *trees, const float *edge, const uint32_t *child, const uint32_t *column_of,
                     const double *value, unsigned char *out) {
  layout at = layout_of(trees);
  memcpy(out, trees, offsetof(mt_trees, base));
  memcpy(out + at.base, trees->base, 8 * (size_t)trees->outputs);
  memcpy(out + at.tree, trees->tree, 8 * ((size_t)trees->trees + 1));
  memcpy(out + at.column, trees->column, 16 * (size_t)trees->columns);
  memcpy(out + at.word, trees->word, 4 * (size_t)trees->words);
  for (size_t i = 0; i < trees->nodes; i++) {
    mt_store_f32(out + at.node + 8 * i, edge[i]);
    mt_store_u32(out + at.node + 8 * i + 4, (child[i] << trees->column_bits) | column_of[i]);
    if ((trees->flags & MT_TREES_DOUBLES) != 0) memcpy(out + at.value + 8 * i, &value[i], 8);
    else mt_store_f32(out + at.value + 4 * i, (float)value[i]);
  }
}

#include "learn/boost.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/lists.h"

/* -- opening and closing -------------------------------------------------------------------------------------------- */

static void free_rows(mt_boost_rows *rows) {
  mt_binned_free(&rows->binned);
  mt_groups_free(&rows->groups);
  free(rows->score);
  rows->score = NULL;
}

void mt_boost_free(mt_boost *b) {
  mt_bins_free(&b->bins);
  free_rows(&b->train);
  free_rows(&b->held);
  mt_grower_free(&b->grower);
  free(b->gradient);
  free(b->second);
  free(b->uses);
  free(b->each);
  free(b->nodes);
  free(b->tree);
  *b = (mt_boost){0};
}

static mt_status take_rows(const mt_bins *bins, const float *x, uint32_t groups, const uint32_t *start, const float *label,
                           uint32_t top, mt_boost_rows *out, mt_error *error) {
  MT_TRY(mt_groups_start(groups, start, label, top, &out->groups, error));
  MT_TRY(mt_bins_fill(bins, x, start[groups], &out->binned, error));
  out->score = calloc((size_t)start[groups] + 1, sizeof *out->score);
  return out->score != NULL ? MT_OK : mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u rows", start[groups]);
}

static mt_status start(mt_boost *b, const float *x, uint32_t features, const uint8_t *category, uint32_t groups,
                       const uint32_t *start, const float *label, mt_error *error) {
  const mt_boosting *how = &b->how;
  if (!(how->groups > 0) || !(how->groups <= 1) || !(how->features > 0) || !(how->features <= 1) || how->top == 0 || how->ndcg == 0)
    return mt_fail(error, MT_INVALID, "trees: expected shares above 0, to 1, of groups and features, and places to count");
  uint32_t rows = start[groups];
  MT_TRY(mt_bins_choose(x, rows, features, category, &b->rng, &b->bins, error));
  MT_TRY(take_rows(&b->bins, x, groups, start, label, how->top, &b->train, error));
  mt_groups_shuffle(&b->train.groups, &b->rng);
  MT_TRY(mt_grower_start(&how->growth, &b->bins, &b->train.binned, &b->grower, error));
  b->gradient = mt_learn_alloc(rows, sizeof *b->gradient);
  b->second = mt_learn_alloc(rows, sizeof *b->second);
  b->uses = mt_learn_alloc(features, 1);
  b->tree = calloc(1, sizeof *b->tree);
  if (b->gradient == NULL || b->second == NULL || b->uses == NULL || b->tree == NULL)
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u rows", rows);
  return MT_OK;
}

mt_status mt_boost_start(const mt_boosting *how, const float *x, uint32_t features, const uint8_t *category, uint32_t groups,
                         const uint32_t *starts, const float *label, mt_boost *out, mt_error *error) {
  *out = (mt_boost){.how = *how, .rng = mt_rng_seed(how->seed), .tree_room = 1};
  mt_status status = start(out, x, features, category, groups, starts, label, error);
  if (status != MT_OK) mt_boost_free(out);
  return status;
}

mt_status mt_boost_hold(mt_boost *b, const float *x, uint32_t groups, const uint32_t *start, const float *label, mt_error *error) {
  free_rows(&b->held);
  free(b->each);
  b->each = mt_learn_alloc(groups, sizeof *b->each);
  if (b->each == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u groups", groups);
  MT_TRY(take_rows(&b->bins, x, groups, start, label, b->how.ndcg, &b->held, error));
  (void)mt_groups_ndcg(&b->held.groups, b->how.ndcg, b->held.score, b->each);
  return MT_OK;
}

/* -- rounds --------------------------------------------------------------------------------------------------------- */

static mt_status make_room(mt_boost *b, mt_error *error) {
  uint32_t most = 2 * b->how.growth.leaves - 1;
  if (b->trees + 1 == b->tree_room) {
    uint32_t *tree = realloc(b->tree, (size_t)2 * b->tree_room * sizeof *tree);
    if (tree == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u trees", 2 * b->tree_room);
    b->tree = tree;
    b->tree_room *= 2;
  }
  if (b->node_room - b->tree[b->trees] >= most) return MT_OK;
  uint32_t room = 2 * b->node_room + most;
  mt_branch *nodes = realloc(b->nodes, (size_t)room * sizeof *nodes);
  if (nodes == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u nodes", room);
  b->nodes = nodes;
  b->node_room = room;
  return MT_OK;
}

/* Groups that are not drawn push nothing: a tree does not see their rows, which still get what it says. */
static void find_gradients(mt_boost *b) {
  mt_groups *groups = &b->train.groups;
  for (uint32_t g = 0; g < groups->groups; g++) {
    if (b->how.groups >= 1 || mt_rng_unit(&b->rng) < b->how.groups) {
      mt_lambdas(groups, g, b->how.top, b->train.score, b->gradient, b->second);
      continue;
    }
    size_t first = groups->start[g], rows = groups->start[g + 1] - first;
    memset(b->gradient + first, 0, rows * sizeof *b->gradient);
    memset(b->second + first, 0, rows * sizeof *b->second);
  }
}

/* Each feature with the same chance, so many in all (Knuth's algorithm S). */
static void draw_features(mt_boost *b) {
  uint32_t features = b->bins.features, left = (uint32_t)ceil((double)b->how.features * features);
  for (uint32_t f = 0; f < features; f++) {
    b->uses[f] = mt_rng_below(&b->rng, features - f) < left;
    left -= b->uses[f];
  }
}

mt_status mt_boost_round(mt_boost *b, double *held_ret, mt_error *error) {
  MT_TRY(make_room(b, error));
  mt_branch *nodes = b->nodes + b->tree[b->trees];
  find_gradients(b);
  draw_features(b);
  uint32_t count = mt_grow(&b->grower, b->gradient, b->second, b->uses, nodes, b->train.score);
  b->trees++;
  b->tree[b->trees] = b->tree[b->trees - 1] + count;
  *held_ret = 0;
  if (b->held.score == NULL) return MT_OK;
  for (uint32_t row = 0; row < b->held.binned.rows; row++) b->held.score[row] += mt_branch_value(nodes, &b->held.binned, row);
  *held_ret = mt_groups_ndcg(&b->held.groups, b->how.ndcg, b->held.score, b->each);
  return MT_OK;
}

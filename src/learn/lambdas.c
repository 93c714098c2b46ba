#include "learn/lambdas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/elementary.h"
#include "learn/lists.h"

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* -- groups --------------------------------------------------------------------------------------------------------- */

/* Rows [first, last) by falling value; of a tie the order stays. They are nearly in order from the last time. */
#define SORT(order, first, last, value_of)                                                              \
  for (uint32_t i = (first) + 1; i < (last); i++) {                                                     \
    uint32_t row = (order)[i], at = i;                                                                  \
    for (; at > (first) && (value_of)[(order)[at - 1]] < (value_of)[row]; at--) (order)[at] = (order)[at - 1]; \
    (order)[at] = row;                                                                                  \
  }

static void find_ideals(mt_groups *g, uint32_t top) {
  for (uint32_t group = 0; group < g->groups; group++) {
    uint32_t first = g->start[group], last = g->start[group + 1];
    for (uint32_t row = first; row < last; row++) g->order[row] = row;
    SORT(g->order, first, last, g->label)
    g->ideal[group] = 0;
    for (uint32_t p = 0; p < smaller(last - first, top); p++) g->ideal[group] += (double)g->label[g->order[first + p]] * (double)g->discount[p];
  }
  for (uint32_t row = 0; row < g->start[g->groups]; row++) g->order[row] = row;
}

mt_status mt_groups_start(uint32_t groups, const uint32_t *start, const float *label, uint32_t top, mt_groups *out, mt_error *error) {
  uint32_t longest = 0, rows = start[groups];
  for (uint32_t g = 0; g < groups; g++) {
    if (start[g + 1] < start[g] || start[g + 1] - start[g] > MT_LONGEST_GROUP)
      return mt_fail(error, MT_INVALID, "ranker: group %u goes from row %u to %u, expected at most %u rows", g, start[g], start[g + 1],
                     MT_LONGEST_GROUP);
    if (start[g + 1] - start[g] > longest) longest = start[g + 1] - start[g];
  }
  for (uint32_t row = 0; row < rows; row++)
    if (!(label[row] >= 0) || !isfinite(label[row]))
      return mt_fail(error, MT_INVALID, "ranker: expected the label of row %u to be 0 or above", row);
  size_t padded = mt_round_up(longest, 4);
  *out = (mt_groups){groups,
                     longest,
                     start,
                     label,
                     mt_learn_alloc(rows, sizeof *out->order),
                     mt_learn_alloc(groups, sizeof *out->ideal),
                     calloc(padded + 1, sizeof *out->discount),
                     calloc(padded + 1, 4 * sizeof *out->room)};
  if (out->order == NULL || out->ideal == NULL || out->discount == NULL || out->room == NULL) {
    mt_groups_free(out);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u groups of %u rows", groups, rows);
  }
  for (uint32_t p = 0; p < longest; p++) out->discount[p] = (float)(1 / log2(p + 2.0));
  find_ideals(out, top);
  return MT_OK;
}

void mt_groups_free(mt_groups *g) {
  free(g->order);
  free(g->ideal);
  free(g->discount);
  free(g->room);
  *g = (mt_groups){0};
}

void mt_groups_shuffle(mt_groups *g, mt_rng *rng) {
  for (uint32_t group = 0; group < g->groups; group++) {
    uint32_t *order = g->order + g->start[group];
    for (uint32_t left = g->start[group + 1] - g->start[group]; left > 1; left--) {
      uint32_t other = mt_rng_below(rng, left), row = order[left - 1];
      order[left - 1] = order[other];
      order[other] = row;
    }
  }
}

/* -- gradients ------------------------------------------------------------------------------------------------------ */

/* One group by place. Beyond `count`, up to a multiple of 4, labels are infinite: nothing is worth more than what is not there. */
typedef struct places {
  uint32_t count;
  float *score, *label, *push, *curve;
} places;

/* What place p, worth more than others, and those of them before `last` do to each other; returns how much. */
static float push_from(const mt_groups *g, const places *at, uint32_t p, uint32_t last, float scale, mt_f4 near) {
  mt_f4 one = mt_f4_splat(1), own = mt_f4_splat(at->score[p]), label = mt_f4_splat(at->label[p]), up = mt_f4_splat(scale);
  mt_f4 discount = mt_f4_splat(g->discount[p]), none = mt_f4_splat(0), pushes = none, curves = none;
  for (uint32_t q = 0; q < last; q += 4) {
    mt_f4 more = mt_f4_sub(label, mt_f4_load(at->label + q)), apart = mt_f4_sub(own, mt_f4_load(at->score + q));
    mt_f4 delta = mt_f4_mul(mt_f4_mul(more, up), mt_f4_abs(mt_f4_sub(discount, mt_f4_load(g->discount + q))));
    mt_f4 odds = mt_f4_div(one, mt_f4_add(one, mt_exp4(apart)));
    mt_f4 push = mt_f4_mul(mt_f4_div(delta, mt_f4_add(near, mt_f4_abs(apart))), odds);
    push = mt_f4_select(mt_f4_less(none, more), push, none);
    mt_f4 curve = mt_f4_mul(push, mt_f4_sub(one, odds));
    mt_f4_store(at->push + q, mt_f4_add(mt_f4_load(at->push + q), push));
    mt_f4_store(at->curve + q, mt_f4_add(mt_f4_load(at->curve + q), curve));
    pushes = mt_f4_add(pushes, push);
    curves = mt_f4_add(curves, curve);
  }
  float sum = mt_f4_sum(pushes);
  at->push[p] -= sum;
  at->curve[p] += mt_f4_sum(curves);
  return sum;
}

void mt_lambdas(mt_groups *g, uint32_t group, uint32_t top, const double *score, float *gradient, float *second) {
  uint32_t first = g->start[group], count = g->start[group + 1] - first, padded = (uint32_t)mt_round_up(g->longest, 4);
  uint32_t *order = g->order + first;
  places at = {count, g->room, g->room + padded, g->room + 2 * (size_t)padded, g->room + 3 * (size_t)padded};
  SORT(g->order, first, first + count, score)
  for (uint32_t p = 0; p < mt_round_up(count, 4); p++) {
    at.score[p] = p < count ? (float)score[order[p]] : 0;
    at.label[p] = p < count ? g->label[order[p]] : INFINITY;
    at.push[p] = at.curve[p] = 0;
  }
  float sum = 0, scale = g->ideal[group] > 0 ? (float)(1 / g->ideal[group]) : 0;
  /* where nothing is told apart yet, nothing is near either */
  mt_f4 near = mt_f4_splat(count > 0 && at.score[0] > at.score[count - 1] ? 0.01f : 1);
  for (uint32_t p = 0; p < count && scale > 0; p++)
    if (at.label[p] > 0) sum += push_from(g, &at, p, p < top ? count : smaller(top, count), scale, near);
  float even = sum > 0 ? (float)(log2(1 + 2 * (double)sum) / (2 * (double)sum)) : 0;
  for (uint32_t p = 0; p < count; p++) {
    gradient[order[p]] = at.push[p] * even;
    second[order[p]] = at.curve[p] * even;
  }
}

/* -- NDCG ----------------------------------------------------------------------------------------------------------- */

double mt_groups_ndcg(mt_groups *g, uint32_t top, const double *score, double *ndcg) {
  double sum = 0;
  uint32_t count = 0;
  for (uint32_t group = 0; group < g->groups; group++) {
    uint32_t first = g->start[group], last = g->start[group + 1];
    SORT(g->order, first, last, score)
    double gain = 0;
    for (uint32_t p = 0; p < smaller(last - first, top); p++) gain += (double)g->label[g->order[first + p]] * (double)g->discount[p];
    ndcg[group] = g->ideal[group] > 0 ? gain / g->ideal[group] : (double)NAN;
    if (g->ideal[group] > 0) sum += ndcg[group], count++;
  }
  return count > 0 ? sum / count : 0;
}

/* Ops along the last dimensions: reduce, softmax, norms, running sums, the k best.
 *
 * Each walks over the other dimensions and takes a run of floats, block by block. Sums keep four lanes and are folded at
 * the end, so their order depends on the shape alone.
 */
#include <math.h>

#include "nn/ops.h"

typedef struct run_of { /* count floats, stride apart */
  float *p;
  ptrdiff_t stride;
  size_t count;
} run_of;

static inline size_t block_at(const run_of *run, size_t i) {
  return run->count - i < MT_NN_BLOCK ? run->count - i : MT_NN_BLOCK;
}
static inline const float *fetch(const run_of *run, size_t i, size_t m, float *room) {
  return mt_fetch(run->p + (ptrdiff_t)i * run->stride, run->stride, m, room);
}

/* -- folding a run into four lanes -- */

static mt_f4 fold4(mt_reduce kind, mt_f4 sum, mt_f4 x) {
  switch (kind) {
    case MT_REDUCE_MAX: return mt_f4_max(sum, x);
    case MT_REDUCE_MIN: return mt_f4_min(sum, x);
    case MT_REDUCE_PROD: return mt_f4_mul(sum, x);
    default: return mt_f4_add(sum, x);
  }
}

static float neutral(mt_reduce kind) {
  return kind == MT_REDUCE_MAX ? -INFINITY : kind == MT_REDUCE_MIN ? INFINITY : kind == MT_REDUCE_PROD ? 1 : 0;
}

/* Folds before(x - shift) of the run into `sum`; MT_UNARY_NONE, ABS, SQUARE or EXP before. */
static mt_f4 fold_run(mt_reduce kind, mt_unary before, float shift, const run_of *run, mt_f4 sum) {
  float room[MT_NN_BLOCK], changed[MT_NN_BLOCK];
  for (size_t i = 0; i < run->count; i += MT_NN_BLOCK) {
    size_t m = block_at(run, i), whole = (m + 3) & ~(size_t)3;
    const float *x = fetch(run, i, m, room);
    if (shift != 0) mt_unary_block(MT_UNARY_AFFINE, 1, -shift, x, changed, whole), x = changed;
    if (before != MT_UNARY_NONE) mt_unary_block(before, 0, 0, x, changed, whole), x = changed;
    if (m != whole) { /* m is no multiple of 4: x is in one of the rooms */
      float *tail = x == changed ? changed : room;
      for (size_t j = m; j < whole; j++) tail[j] = neutral(kind);
    }
    for (size_t j = 0; j < whole; j += 4) sum = fold4(kind, sum, mt_f4_load(x + j));
  }
  return sum;
}

static float fold_lanes(mt_reduce kind, mt_f4 sum) {
  float lanes[4];
  mt_f4_store(lanes, sum);
  mt_f4 pairs = fold4(kind, mt_f4_splat(lanes[0]), mt_f4_splat(lanes[2]));
  pairs = fold4(kind, pairs, fold4(kind, mt_f4_splat(lanes[1]), mt_f4_splat(lanes[3])));
  mt_f4_store(lanes, pairs);
  return lanes[0];
}

static float fold(mt_reduce kind, mt_unary before, float shift, const run_of *run) {
  return fold_lanes(kind, fold_run(kind, before, shift, run, mt_f4_splat(neutral(kind))));
}

static float log_of(float x) {
  float room[4] = {x};
  mt_unary_block(MT_UNARY_LOG, 0, 0, room, room, 4);
  return room[0];
}

/* -- reduce -- */

void mt_op_reduce(const mt_step *step) {
  const mt_view *out = step->view[0], *a = step->view[1];
  mt_reduce kind = (mt_reduce)step->op->kind;
  mt_unary before = kind == MT_REDUCE_L1                                  ? MT_UNARY_ABS
                    : kind == MT_REDUCE_L2 || kind == MT_REDUCE_SQUARES ? MT_UNARY_SQUARE
                    : kind == MT_REDUCE_LOGSUMEXP                        ? MT_UNARY_EXP
                                                                          : MT_UNARY_NONE;
  ptrdiff_t stride[MT_WALK_OPERANDS];
  mt_walk walk = mt_walk_start(2), inner = mt_walk_start(1);
  mt_walk_axes(&walk, (const mt_view *const[]){out, a}, 0, out->rank, step->rows);
  mt_walk_axes(&inner, &a, out->rank, step->op->m, step->rows);
  size_t length = mt_walk_pop(&inner, stride), count = length;
  run_of run = {NULL, stride[0], length};
  float *to = mt_floats(step->run, out), *from = mt_floats(step->run, a);
  for (uint32_t i = 0; i < inner.rank; i++) count *= inner.dims[i];
  do {
    float shift = 0, result;
    if (kind == MT_REDUCE_LOGSUMEXP) {
      mt_f4 most = mt_f4_splat(-INFINITY);
      do run.p = from + walk.offset[1] + inner.offset[0], most = fold_run(MT_REDUCE_MAX, MT_UNARY_NONE, 0, &run, most);
      while (mt_walk_next(&inner));
      shift = fold_lanes(MT_REDUCE_MAX, most);
      if (!(shift - shift == 0)) shift = 0; /* infinite: as without the shift */
    }
    mt_f4 sum = mt_f4_splat(neutral(kind));
    do {
      run.p = from + walk.offset[1] + inner.offset[0];
      sum = fold_run(kind, before, shift, &run, sum);
    } while (mt_walk_next(&inner));
    result = fold_lanes(kind, sum);
    if (kind == MT_REDUCE_MEAN) result /= (float)count;
    if (kind == MT_REDUCE_L2) result = sqrtf(result);
    if (kind == MT_REDUCE_LOGSUMEXP) result = log_of(result) + shift;
    to[walk.offset[0]] = result;
  } while (mt_walk_next(&walk));
}

/* -- along the last dimension, out as a -- */

/* The walk over all but the last dimension of the views, and the run of each along the last. */
static mt_walk over_rows(const mt_step *step, uint32_t operands, run_of *run) {
  const mt_view *out = step->view[0] != NULL ? step->view[0] : step->view[2];
  mt_walk walk = mt_walk_start(operands);
  const mt_view *views[MT_WALK_OPERANDS] = {out};
  for (uint32_t o = 0; o < operands; o++) {
    const mt_view *view = step->view[o];
    if (o > 0) views[o] = view;
    run[o] = (run_of){NULL, 0, 0};
    if (view != NULL) run[o] = (run_of){mt_floats(step->run, view), view->strides[view->rank - 1], view->dims[view->rank - 1]};
  }
  mt_walk_axes(&walk, views, 0, out->rank - 1u, step->rows);
  return walk;
}

static inline run_of at(const run_of *run, const mt_walk *walk, uint32_t operand) {
  return (run_of){run->p + walk->offset[operand], run->stride, run->count};
}

/* out = (kind(a - shift)) · scale + add, then · weight + bias where there are such: what softmax and norms end with. */
static void finish(const mt_step *step, const run_of *runs, const mt_walk *walk, mt_unary kind, float shift, float scale,
                   float add) {
  run_of out = at(&runs[0], walk, 0), a = at(&runs[1], walk, 1);
  float room[MT_NN_BLOCK], result[MT_NN_BLOCK];
  for (size_t i = 0; i < a.count; i += MT_NN_BLOCK) {
    size_t m = block_at(&a, i), whole = (m + 3) & ~(size_t)3;
    float *to = out.p + (ptrdiff_t)i * out.stride, *y = mt_target(to, out.stride, m, result);
    mt_unary_block(MT_UNARY_AFFINE, 1, -shift, fetch(&a, i, m, room), y, whole);
    mt_unary_block(kind, scale, add, y, y, whole);
    if (kind == MT_UNARY_EXP) mt_unary_block(MT_UNARY_AFFINE, scale, add, y, y, whole);
    for (uint32_t o = 2; o < 4 && step->op->code == MT_OP_NORM; o++) {
      if (step->view[o] == NULL) continue;
      run_of other = at(&runs[o], walk, o);
      mt_binary_block(o == 2 ? MT_BINARY_MUL : MT_BINARY_ADD, y, fetch(&other, i, m, room), y, whole);
    }
    mt_put(y, to, out.stride, m);
  }
}

void mt_op_normalise(const mt_step *step) {
  run_of runs[MT_WALK_OPERANDS];
  bool norm = step->op->code == MT_OP_NORM;
  mt_walk walk = over_rows(step, norm ? 4 : 2, runs);
  do {
    run_of a = at(&runs[1], &walk, 1);
    float n = (float)a.count;
    if (norm) {
      float mean = step->op->kind == 0 ? fold(MT_REDUCE_SUM, MT_UNARY_NONE, 0, &a) / n : 0;
      float scale = 1 / sqrtf(fold(MT_REDUCE_SUM, MT_UNARY_SQUARE, mean, &a) / n + step->op->alpha);
      finish(step, runs, &walk, MT_UNARY_AFFINE, mean, scale, 0);
      continue;
    }
    float most = fold(MT_REDUCE_MAX, MT_UNARY_NONE, 0, &a), sum = fold(MT_REDUCE_SUM, MT_UNARY_EXP, most, &a);
    if (step->op->kind == 0) finish(step, runs, &walk, MT_UNARY_EXP, most, 1 / sum, 0);
    else finish(step, runs, &walk, MT_UNARY_AFFINE, most, 1, -log_of(sum));
  } while (mt_walk_next(&walk));
}

void mt_op_cumsum(const mt_step *step) {
  run_of runs[2];
  mt_walk walk = over_rows(step, 2, runs);
  do {
    float *out = runs[0].p + walk.offset[0], sum = 0;
    const float *a = runs[1].p + walk.offset[1];
    for (size_t i = 0; i < runs[1].count; i++, a += runs[1].stride, out += runs[0].stride) {
      float x = *a, before = sum;
      sum += x;
      *out = step->op->kind == 1 ? before : sum;
    }
  } while (mt_walk_next(&walk));
}

/* Repeated selection: the best element that comes after the last one taken, in the order of (value, place). */
void mt_op_topk(const mt_step *step) {
  run_of runs[3];
  mt_walk walk = over_rows(step, 3, runs);
  float sign = step->op->kind == 0 ? 1 : -1;
  size_t k = runs[runs[0].p != NULL ? 0 : 2].count;
  do {
    const run_of a = at(&runs[1], &walk, 1);
    float last = INFINITY;
    size_t last_at = 0;
    for (size_t j = 0; j < k; j++) {
      float best = -INFINITY;
      size_t best_at = a.count;
      for (size_t i = 0; i < a.count; i++) {
        float x = sign * a.p[(ptrdiff_t)i * a.stride];
        bool open = j == 0 || x < last || (x == last && i > last_at);
        if (open && (x > best || (x == best && best_at == a.count))) best = x, best_at = i;
      }
      if (best_at == a.count) best_at = 0; /* only NaN is left */
      if (runs[0].p != NULL) runs[0].p[walk.offset[0] + (ptrdiff_t)j * runs[0].stride] = a.p[(ptrdiff_t)best_at * a.stride];
      if (runs[2].p != NULL) runs[2].p[walk.offset[2] + (ptrdiff_t)j * runs[2].stride] = (float)best_at;
      last = best;
      last_at = best_at;
    }
  } while (mt_walk_next(&walk));
}

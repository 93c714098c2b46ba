/* Ops along the last dimensions: reduce, softmax, norms, running sums, the k best.
 *
 * Each walks over the other dimensions and takes a run of floats, block by block. Sums keep four lanes and are folded at
 * the end, so their order depends on the shape alone.
 */
#include <math.h>

#include "base/elementary.h"
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

/* The run along each place of the axes that `inner` walks over, folded. */
static float fold(mt_reduce kind, mt_unary before, float shift, const run_of *run, mt_walk *inner) {
  mt_f4 sum = mt_f4_splat(neutral(kind));
  do {
    const run_of one = {run->p + inner->offset[0], run->stride, run->count};
    sum = fold_run(kind, before, shift, &one, sum);
  } while (mt_walk_next(inner));
  return fold_lanes(kind, sum);
}

/* -- reduce -- */

void mt_op_reduce(mt_step *step) {
  static const uint8_t BEFORE[MT_REDUCE_COUNT] = {[MT_REDUCE_L1] = MT_UNARY_ABS,
                                                     [MT_REDUCE_L2] = MT_UNARY_SQUARE,
                                                     [MT_REDUCE_SQUARES] = MT_UNARY_SQUARE,
                                                     [MT_REDUCE_LOGSUMEXP] = MT_UNARY_EXP};
  const mt_view *out = step->view[0], *a = step->view[1];
  mt_reduce kind = (mt_reduce)step->op->kind;
  mt_walk walk = mt_walk_over(step->view, 2, 0, out->rank, step->rows);
  mt_walk inner = mt_walk_over(&a, 1, out->rank, step->op->m, step->rows);
  run_of run = {NULL, 0, mt_walk_pop(&inner)};
  size_t count = run.count;
  run.stride = mt_walk_inner(&inner)[0];
  for (uint32_t i = 0; i < inner.rank; i++) count *= inner.dims[i];
  do {
    float shift = 0, *to = mt_floats(step->run, out) + walk.offset[0];
    run.p = mt_floats(step->run, a) + walk.offset[1];
    if (kind == MT_REDUCE_LOGSUMEXP) {
      shift = fold(MT_REDUCE_MAX, MT_UNARY_NONE, 0, &run, &inner);
      if (!(shift - shift == 0)) shift = 0; /* infinite: as without the shift */
    }
    float result = fold(kind, (mt_unary)BEFORE[kind], shift, &run, &inner);
    if (kind == MT_REDUCE_MEAN) result /= (float)count;
    if (kind == MT_REDUCE_L2) result = sqrtf(result);
    if (kind == MT_REDUCE_LOGSUMEXP) result = mt_logf(result) + shift;
    *to = result;
  } while (mt_walk_next(&walk));
}

/* -- along the last dimension, out as a -- */

/* Over all dimensions but the last. */
static mt_walk over_rows(const mt_step *step, uint32_t operands) {
  return mt_walk_over(step->view, operands, 0, step->view[1]->rank - 1u, step->rows);
}

/* The present run of an operand along the last dimension; empty where it is absent. */
static run_of row_of(const mt_step *step, const mt_walk *walk, uint32_t operand) {
  const mt_view *view = step->view[operand];
  if (view == NULL) return (run_of){0};
  uint32_t last = view->rank - 1u;
  return (run_of){mt_floats(step->run, view) + walk->offset[operand], view->strides[last], mt_extent(view, last, step->rows)};
}

/* out = e^(a - shift), or (a - shift) · scale + add, then · weight + bias where there are such: what softmax and norms end with. */
static void finish(const mt_step *step, const mt_walk *walk, bool power, float shift, float scale, float add) {
  run_of out = row_of(step, walk, 0), a = row_of(step, walk, 1);
  float room[MT_NN_BLOCK], result[MT_NN_BLOCK];
  for (size_t i = 0; i < a.count; i += MT_NN_BLOCK) {
    size_t m = block_at(&a, i), whole = (m + 3) & ~(size_t)3;
    float *to = out.p + (ptrdiff_t)i * out.stride, *y = mt_target(to, out.stride, m, result);
    mt_unary_block(MT_UNARY_AFFINE, 1, -shift, fetch(&a, i, m, room), y, whole);
    mt_unary_block(power ? MT_UNARY_EXP : MT_UNARY_AFFINE, scale, add, y, y, whole);
    for (uint32_t o = 2; o < walk->operands; o++) {
      run_of other = row_of(step, walk, o);
      if (other.p != NULL)
        mt_binary_block(o == 2 ? MT_BINARY_MUL : MT_BINARY_ADD, y, fetch(&other, i, m, room), y, whole);
    }
    mt_put(y, to, out.stride, m);
  }
}

static void scale(const run_of *run, float by) {
  float room[MT_NN_BLOCK];
  for (size_t i = 0; i < run->count; i += MT_NN_BLOCK) {
    size_t m = block_at(run, i), whole = (m + 3) & ~(size_t)3;
    float *p = run->p + (ptrdiff_t)i * run->stride, *y = mt_target(p, run->stride, m, room);
    mt_unary_block(MT_UNARY_AFFINE, by, 0, fetch(run, i, m, room), y, whole);
    mt_put(y, p, run->stride, m);
  }
}

void mt_op_normalise(mt_step *step) {
  bool norm = step->op->code == MT_OP_NORM, first = step->op->kind == 0; /* layer norm or softmax; else RMS or its logarithm */
  mt_walk walk = over_rows(step, norm ? 4 : 2), none = {0};
  do {
    run_of a = row_of(step, &walk, 1);
    float n = (float)a.count;
    if (norm) {
      float mean = first ? fold(MT_REDUCE_SUM, MT_UNARY_NONE, 0, &a, &none) / n : 0;
      float square = fold(MT_REDUCE_SUM, MT_UNARY_SQUARE, mean, &a, &none) / n;
      finish(step, &walk, false, mean, 1 / sqrtf(square + step->op->alpha), 0);
    } else {
      float most = fold(MT_REDUCE_MAX, MT_UNARY_NONE, 0, &a, &none);
      if (first) { /* powers once: they wait in out for their sum */
        finish(step, &walk, true, most, 1, 0);
        run_of out = row_of(step, &walk, 0);
        scale(&out, 1 / fold(MT_REDUCE_SUM, MT_UNARY_NONE, 0, &out, &none));
      } else {
        finish(step, &walk, false, most, 1, -mt_logf(fold(MT_REDUCE_SUM, MT_UNARY_EXP, most, &a, &none)));
      }
    }
  } while (mt_walk_next(&walk));
}

void mt_op_cumsum(mt_step *step) {
  mt_walk walk = over_rows(step, 2);
  do {
    run_of out = row_of(step, &walk, 0), a = row_of(step, &walk, 1);
    float sum = 0;
    for (size_t i = 0; i < a.count; i++, a.p += a.stride, out.p += out.stride) {
      float x = *a.p, before = sum;
      sum += x;
      *out.p = step->op->kind == 1 ? before : sum;
    }
  } while (mt_walk_next(&walk));
}

/* Repeated selection: the best element that comes after the last one taken, in the order of (value, place). */
void mt_op_topk(mt_step *step) {
  mt_walk walk = over_rows(step, 3);
  float sign = step->op->kind == 0 ? 1 : -1;
  do {
    const run_of out = row_of(step, &walk, 0), a = row_of(step, &walk, 1), places = row_of(step, &walk, 2);
    float last = INFINITY;
    size_t last_at = 0;
    for (size_t j = 0; j < out.count || j < places.count; j++) {
      float best = -INFINITY;
      size_t best_at = a.count;
      for (size_t i = 0; i < a.count; i++) {
        float x = sign * a.p[(ptrdiff_t)i * a.stride];
        bool open = j == 0 || x < last || (x == last && i > last_at);
        if (open && (x > best || (x == best && best_at == a.count))) best = x, best_at = i;
      }
      if (best_at == a.count) best_at = 0; /* only NaN is left */
      if (j < out.count) out.p[(ptrdiff_t)j * out.stride] = a.p[(ptrdiff_t)best_at * a.stride];
      if (j < places.count) places.p[(ptrdiff_t)j * places.stride] = (float)best_at;
      last = best;
      last_at = best_at;
    }
  } while (mt_walk_next(&walk));
}

/* Ops along the last dimensions, backwards: reduce, softmax, norms, running sums, the k best. Letters: y what the op put out, u
 * the gradient from above.
 */
#include <math.h>

#include "learn/backward.h"

/* -- reduce -- */

/* An out and all that it was made of: n elements a, which `inner` walks over beside their gradients. */
typedef struct reduction {
  mt_reduce kind;
  float y, u, n;
  const float *a;
  float *back;
  mt_walk *inner; /* of a and its gradient */
} reduction;

/* How many elements are y, and the product of those that are not. */
static float counted(const reduction *r, float y, float *product_ret) {
  float count = 0;
  *product_ret = 1;
  do {
    float a = r->a[r->inner->offset[0]];
    if (a == y) count++;
    else *product_ret *= a;
  } while (mt_walk_next(r->inner));
  return count;
}

/* dy/da of an element, but for what is the same for all of them. */
static inline float slope_of(const reduction *r, float a) {
  switch (r->kind) {
    case MT_REDUCE_MAX:
    case MT_REDUCE_MIN: return a == r->y ? 1.0f : 0.0f;
    case MT_REDUCE_PROD: return a == 0 ? 1 : r->y / a;
    case MT_REDUCE_L1: return a > 0 ? 1.0f : a < 0 ? -1.0f : 0.0f;
    case MT_REDUCE_LOGSUMEXP: return expf(a - r->y);
    case MT_REDUCE_SUM:
    case MT_REDUCE_MEAN: return 1;
    case MT_REDUCE_L2:
    case MT_REDUCE_SQUARES: return a;
  }
  return 0;
}

static void reduced(const reduction *r) {
  float u = r->u, others = 1;
  if (r->kind == MT_REDUCE_MEAN) u /= r->n;
  else if (r->kind == MT_REDUCE_SQUARES) u *= 2;
  else if (r->kind == MT_REDUCE_L2) u = r->y > 0 ? u / r->y : 0;
  else if (r->kind == MT_REDUCE_MAX || r->kind == MT_REDUCE_MIN) u /= counted(r, r->y, &others); /* shared by all that tie */
  else if (r->kind == MT_REDUCE_PROD && r->y == 0) u = counted(r, 0, &others) > 1 ? 0 : u * others; /* at the only zero */
  do r->back[r->inner->offset[1]] += u * slope_of(r, r->a[r->inner->offset[0]]);
  while (mt_walk_next(r->inner));
}

void mt_back_reduce(mt_back *back) {
  const mt_step *step = &back->step;
  const mt_view *out = step->view[0], *a = step->view[1];
  if (back->slope[1] == NULL) return;
  mt_walk walk = mt_walk_over((const mt_view *const[]){out, a}, 2, 0, out->rank, step->rows);
  mt_walk inner = mt_walk_over((const mt_view *const[]){a, back->slope[1]}, 2, out->rank, step->op->m, step->rows);
  reduction r = {.kind = (mt_reduce)step->op->kind, .n = 1, .inner = &inner};
  for (uint32_t i = 0; i < inner.rank; i++) r.n *= (float)inner.dims[i];
  do { /* gradients lie where the values do, further on */
    r.y = mt_floats(step->run, out)[walk.offset[0]], r.u = mt_floats(step->run, back->slope[0])[walk.offset[0]];
    r.a = mt_floats(step->run, a) + walk.offset[1], r.back = mt_floats(step->run, back->slope[1]) + walk.offset[1];
    reduced(&r);
  } while (mt_walk_next(&walk));
}

/* -- along the last dimension -- */

typedef struct line { /* count floats, stride apart */
  float *p;
  ptrdiff_t stride;
  size_t count;
} line;

static line line_of(const mt_step *step, const mt_view *view, ptrdiff_t offset) {
  if (view == NULL) return (line){0};
  uint32_t last = view->rank - 1u;
  return (line){mt_floats(step->run, view) + offset, view->strides[last], mt_extent(view, last, step->rows)};
}
static inline float *place(const line *l, size_t i) { return l->p + (ptrdiff_t)i * l->stride; }

/* softmax: back += y · (u - <y, u>); its logarithm: back += u - e^y · sum u. */
static void softmax_line(bool log, const line *y, const line *u, const line *back) {
  float sum = 0;
  for (size_t i = 0; i < y->count; i++) sum += log ? *place(u, i) : *place(y, i) * *place(u, i);
  for (size_t i = 0; i < y->count; i++)
    *place(back, i) += log ? *place(u, i) - expf(*place(y, i)) * sum : *place(y, i) * (*place(u, i) - sum);
}

/* Up to MT_NN_BLOCK elements from i on, with zeros up to whole vectors. */
static inline size_t block_at(const line *l, size_t i) { return l->count - i < MT_NN_BLOCK ? l->count - i : MT_NN_BLOCK; }
static const float *fetch(const line *l, size_t i, size_t m, float *room) { return mt_fetch(place(l, i), l->stride, m, room); }

/* x = (a - mean) · r of a block, zeros beyond it. */
static void centre(const line *a, size_t i, size_t m, float mean, float r, float *x) {
  float room[MT_NN_BLOCK];
  const float *from = fetch(a, i, m, room);
  mt_f4 off = mt_f4_splat(mean), times = mt_f4_splat(r);
  for (size_t j = 0; j < m; j += 4) mt_f4_store(x + j, mt_f4_mul(mt_f4_sub(mt_f4_load(from + j), off), times));
  for (size_t j = m; j % 4 != 0; j++) x[j] = 0;
}

/* out = x · y of a block; the sum of them in lanes. */
static mt_f4 times(const float *x, const float *y, float *out, size_t m) {
  mt_f4 sum = mt_f4_splat(0);
  for (size_t j = 0; j < m; j += 4) {
    mt_f4 z = mt_f4_mul(mt_f4_load(x + j), mt_f4_load(y + j));
    mt_f4_store(out + j, z);
    sum = mt_f4_add(sum, z);
  }
  return sum;
}

static float mean_of(const line *a) {
  float room[MT_NN_BLOCK];
  mt_f4 sum = mt_f4_splat(0);
  for (size_t i = 0, m; i < a->count; i += m) {
    m = block_at(a, i);
    const float *x = fetch(a, i, m, room);
    for (size_t j = 0; j < m; j += 4) sum = mt_f4_add(sum, mt_f4_load(x + j));
  }
  return mt_f4_sum(sum) / (float)a->count;
}

/* With x = (a - mean) · r, r = 1 / sqrt(mean of squares + ε) and g = u · weight:
 *     back a += r · (g - mean g - x · mean(g · x)),  without `mean g` where no mean was taken off
 *     back weight += u · x,  back bias += u */
static void norm_line(const mt_op *op, const line *a, const line *weight, const line *u, const line back[3]) {
  float n = (float)a->count, mean = op->kind == 0 ? mean_of(a) : 0, x[MT_NN_BLOCK], g[MT_NN_BLOCK], by[MT_NN_BLOCK], room[MT_NN_BLOCK];
  mt_f4 squares = mt_f4_splat(0), sum_g = squares, sum_gx = squares;
  for (size_t i = 0, m; i < a->count; i += m) {
    m = block_at(a, i);
    centre(a, i, m, mean, 1, x);
    squares = mt_f4_add(squares, times(x, x, by, m));
  }
  float r = 1 / sqrtf(mt_f4_sum(squares) / n + op->alpha);
  for (int pass = 0; pass < 2; pass++) { /* the means, then what they are taken off from */
    mt_f4 of_g = mt_f4_splat(op->kind == 0 ? mt_f4_sum(sum_g) / n : 0), of_gx = mt_f4_splat(mt_f4_sum(sum_gx) / n);
    for (size_t i = 0, m; i < a->count; i += m) {
      m = block_at(a, i);
      centre(a, i, m, mean, r, x);
      const float *up = fetch(u, i, m, room), *its = up;
      if (pass == 0 && back[1].p != NULL) {
        (void)times(up, x, by, m);
        mt_add_block(by, place(&back[1], i), back[1].stride, m);
      }
      if (pass == 0 && back[2].p != NULL) mt_add_block(up, place(&back[2], i), back[2].stride, m);
      if (weight->p != NULL) {
        (void)times(up, fetch(weight, i, m, by), g, m);
        its = g;
      }
      for (size_t j = 0; pass == 0 && j < m; j += 4) sum_g = mt_f4_add(sum_g, mt_f4_load(its + j));
      if (pass == 0) sum_gx = mt_f4_add(sum_gx, times(its, x, by, m));
      if (pass == 0 || back[0].p == NULL) continue;
      for (size_t j = 0; j < m; j += 4) {
        mt_f4 off = mt_f4_muladd(mt_f4_load(x + j), of_gx, of_g);
        mt_f4_store(by + j, mt_f4_mul(mt_f4_splat(r), mt_f4_sub(mt_f4_load(its + j), off)));
      }
      mt_add_block(by, place(&back[0], i), back[0].stride, m);
    }
  }
}

void mt_back_normalise(mt_back *back) {
  const mt_step *step = &back->step;
  bool norm = step->op->code == MT_OP_NORM;
  const mt_view *a = step->view[1], *weight = norm ? step->view[2] : NULL;
  const mt_view *views[6] = {step->view[0], a, weight, back->slope[1], norm ? back->slope[2] : NULL, norm ? back->slope[3] : NULL};
  mt_walk walk = mt_walk_over(views, 6, 0, a->rank - 1u, step->rows);
  do {
    /* Gradients lie where the values do, further on. */
    const line u = line_of(step, back->slope[0], walk.offset[0]);
    const line backs[3] = {line_of(step, views[3], walk.offset[3]), line_of(step, views[4], walk.offset[4]), line_of(step, views[5], walk.offset[5])};
    const line x = line_of(step, a, walk.offset[1]), w = line_of(step, weight, walk.offset[2]), y = line_of(step, step->view[0], walk.offset[0]);
    if (norm) norm_line(step->op, &x, &w, &u, backs);
    else if (backs[0].p != NULL) softmax_line(step->op->kind == 1, &y, &u, &backs[0]);
  } while (mt_walk_next(&walk));
}

/* The running sum from the other end. */
void mt_back_cumsum(mt_back *back) {
  const mt_step *step = &back->step;
  if (back->slope[1] == NULL) return;
  mt_walk walk = mt_walk_over(back->slope, 2, 0, step->view[1]->rank - 1u, step->rows);
  do {
    const line u = line_of(step, back->slope[0], walk.offset[0]), to = line_of(step, back->slope[1], walk.offset[1]);
    float sum = 0;
    for (size_t i = to.count; i-- > 0;) {
      float after = sum;
      sum += *place(&u, i);
      *place(&to, i) += step->op->kind == 1 ? after : sum;
    }
  } while (mt_walk_next(&walk));
}

/* To the places that were chosen. */
void mt_back_topk(mt_back *back) {
  const mt_step *step = &back->step;
  if (back->slope[0] == NULL || back->slope[1] == NULL) return;
  const mt_view *views[3] = {back->slope[0], back->slope[1], step->view[2]};
  mt_walk walk = mt_walk_over(views, 3, 0, step->view[1]->rank - 1u, step->rows);
  do {
    const line u = line_of(step, views[0], walk.offset[0]), to = line_of(step, views[1], walk.offset[1]), at = line_of(step, views[2], walk.offset[2]);
    for (size_t i = 0; i < u.count; i++) *place(&to, (size_t)*place(&at, i)) += *place(&u, i);
  } while (mt_walk_next(&walk));
}

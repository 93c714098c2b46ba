/* Draws: a tape of one op of each sort over random shapes, views and rows. `trained`: as it is compiled for training, with nothing
 * in place and no activation within a product. */
#ifndef DRAWS_H
#define DRAWS_H

#include "views.h"

#define CAPACITY 3u

/* A view that is read; of those of a training some show a float in many places, as windows over a sequence do. */
static inline uint32_t drawn_view(tape *t, mt_rng *rng, uint32_t rank, const uint32_t *dims, uint32_t rows, bool trained) {
  uint32_t view = random_view(t, rng, rank, dims, rows, true);
  if (trained && rank >= 2 && mt_rng_below(rng, 6) == 0) {
    int32_t *stride = t->view[view].strides, *a = &stride[mt_rng_below(rng, rank)], *b = &stride[mt_rng_below(rng, rank)];
    if (*a > 0 && *b > 0) *a = *b = *a < *b ? *a : *b;
  }
  return view;
}

static inline mt_op *draw_elementwise(tape *t, mt_rng *rng, mt_op_code code, uint32_t kind, bool trained) {
  uint32_t dims[MT_RANK], rank = random_dims(rng, 0, 4, dims), rows = random_rows(rng, rank), v[4];
  uint32_t views = code == MT_OP_WHERE ? 4 : code == MT_OP_BINARY ? 3 : 2;
  for (uint32_t i = 0; i < 4; i++) v[i] = i == 0 ? random_view(t, rng, rank, dims, rows, false) : drawn_view(t, rng, rank, dims, rows, trained);
  if (trained && mt_rng_below(rng, 6) == 0) v[views - 1] = v[1]; /* a number beside itself */
  if (!trained && mt_rng_below(rng, 4) == 0) v[0] = v[1], t->view[v[0]] = t->view[random_view(t, rng, rank, dims, rows, false)];
  mt_op *op = tape_op(t, code, kind, v[0], v[1], views > 2 ? v[2] : MT_NO_VIEW, views > 3 ? v[3] : MT_NO_VIEW);
  op->alpha = -0.25f, op->beta = 0.75f;
  if (code == MT_OP_UNARY && kind >= MT_UNARY_HARDSIGMOID && kind <= MT_UNARY_HARDSWISH) op->alpha = 0.2f, op->beta = 0.5f;
  return op;
}

static inline mt_op *draw_product(tape *t, mt_rng *rng, bool trained) {
  uint32_t lead[MT_RANK], rank = random_dims(rng, 0, 2, lead) + 2, m = 1 + mt_rng_below(rng, 14), n = 1 + mt_rng_below(rng, 30),
           k = 1 + mt_rng_below(rng, 70);
  if (mt_rng_below(rng, 6) == 0) m = 1; /* a vector for each matrix */
  uint32_t rows = random_rows(rng, rank), out[MT_RANK], a[MT_RANK], b[MT_RANK];
  uint32_t deep = mt_rng_below(rng, 4) == 0, column = rows & 1u << (rank - 1), lots = rows & ((1u << (rank - 2)) - 1);
  for (uint32_t i = 0; i + 2 < rank; i++) out[i] = a[i] = b[i] = 1 + (lead[i] - 1) % 3;
  out[rank - 2] = a[rank - 2] = m, out[rank - 1] = b[rank - 1] = n, a[rank - 1] = b[rank - 2] = k;
  uint32_t rows_a = (rows & ~column) | deep << (rank - 1), rows_b = lots | deep << (rank - 2) | column;
  uint32_t vo = random_view(t, rng, rank, out, rows, false), va = drawn_view(t, rng, rank, a, rows_a, trained), vb;
  bool coded = rows_b == 0 && mt_rng_below(rng, 2) == 0;
  if (coded) vb = random_coded(t, rng, rank, b, rank - 1 - mt_rng_below(rng, 2));
  else vb = drawn_view(t, rng, rank, b, rows_b, trained);
  for (uint32_t i = 0; trained && !coded && i + 2 < rank; i++) /* weights: one matrix for all */
    if (mt_rng_below(rng, 2) == 0) t->view[vb].strides[i] = 0;
  uint32_t kind = trained || mt_rng_below(rng, 2) == 0 ? MT_UNARY_NONE : MT_UNARY_GELU, bias = MT_NO_VIEW;
  if (mt_rng_below(rng, 3) != 0) bias = !trained && mt_rng_below(rng, 5) == 0 ? vo : drawn_view(t, rng, rank, out, rows, trained);
  mt_op *op = tape_op(t, MT_OP_MATMUL, kind, vo, va, vb, bias);
  op->scale = mt_rng_below(rng, 2) == 0 ? 1.0f : 0.125f;
  return op;
}

static inline mt_op *draw_reduction(tape *t, mt_rng *rng, uint32_t kind, bool trained) {
  uint32_t dims[MT_RANK], rank = random_dims(rng, 1, 4, dims), gone = 1 + mt_rng_below(rng, rank), rows = random_rows(rng, rank);
  uint32_t kept = rows & ((1u << (rank - gone)) - 1);
  uint32_t out = random_view(t, rng, rank - gone, dims, kept, false), a = drawn_view(t, rng, rank, dims, rows, trained);
  mt_op *op = tape_op(t, MT_OP_REDUCE, kind, out, a, MT_NO_VIEW, MT_NO_VIEW);
  op->m = (uint8_t)gone;
  return op;
}

/* Softmax, norm, running sum. */
static inline mt_op *draw_along_the_last(tape *t, mt_rng *rng, mt_op_code code, uint32_t kind, bool trained) {
  uint32_t dims[MT_RANK], rank = random_dims(rng, 1, 4, dims), rows = random_rows(rng, rank), other[2];
  uint32_t out = random_view(t, rng, rank, dims, rows, false);
  uint32_t a = !trained && mt_rng_below(rng, 4) == 0 ? out : drawn_view(t, rng, rank, dims, rows, trained);
  for (uint32_t i = 0; i < 2; i++) other[i] = code != MT_OP_NORM || mt_rng_below(rng, 3) == 0 ? MT_NO_VIEW : drawn_view(t, rng, rank, dims, rows, trained);
  mt_op *op = tape_op(t, code, kind, out, a, other[0], other[1]);
  if (code == MT_OP_NORM) op->alpha = 0.01f;
  return op;
}

/* NULL where the ranks drawn are too many. */
static inline mt_op *draw_gather(tape *t, mt_rng *rng) {
  uint32_t data[MT_RANK], index[MT_RANK], out[MT_RANK];
  uint32_t shared = mt_rng_below(rng, 3), picked = 1 + mt_rng_below(rng, 2), lists = mt_rng_below(rng, 3), rest = mt_rng_below(rng, 3);
  if (shared + picked + rest > MT_RANK || shared + lists + rest > MT_RANK) return NULL;
  for (uint32_t i = 0; i < shared; i++) data[i] = index[i] = out[i] = 1 + mt_rng_below(rng, 3);
  for (uint32_t i = 0; i < picked; i++) data[shared + i] = 1 + mt_rng_below(rng, 9);
  for (uint32_t i = 0; i < lists; i++) index[shared + i] = out[shared + i] = 1 + mt_rng_below(rng, 4);
  for (uint32_t i = 0; i < rest; i++) data[shared + picked + i] = out[shared + lists + i] = 1 + mt_rng_below(rng, 9);
  index[shared + lists] = picked;
  uint32_t rows = random_rows(rng, shared + lists + rest), both = rows & ((1u << shared) - 1);
  uint32_t of_index = rows & ((1u << (shared + lists)) - 1), of_rest = rows >> (shared + lists) << (shared + picked);
  uint32_t of_data = both | of_rest | (mt_rng_below(rng, 4) == 0 ? 1u << (shared + mt_rng_below(rng, picked)) : 0);
  bool coded = of_data == 0 && shared == 0 && picked == 1 && mt_rng_below(rng, 2) == 0;
  uint32_t vo = random_view(t, rng, shared + lists + rest, out, rows, false);
  uint32_t vd = coded ? random_coded(t, rng, picked + rest, data, 0) : random_view(t, rng, shared + picked + rest, data, of_data, true);
  uint32_t vi = random_view(t, rng, shared + lists + 1, index, of_index, true);
  mt_op *op = tape_op(t, MT_OP_GATHER, 0, vo, vd, vi, MT_NO_VIEW);
  op->m = (uint8_t)shared, op->n = (uint8_t)picked;
  return op;
}

/* `most`: of the width. R is coded, or, in a training, now and then learned; cells of an LSTM in a training are copied from a start. */
static inline mt_op *draw_recurrent(tape *t, mt_rng *rng, mt_op_code code, uint32_t kind, uint32_t most, bool trained) {
  bool lstm = code == MT_OP_LSTM;
  uint32_t steps = 1 + mt_rng_below(rng, 5), wide = 1 + mt_rng_below(rng, most), gates = lstm ? 4 : 3;
  uint32_t own = mt_rng_below(rng, 2) == 0, rows_of = own << 1, of_state = own, lots = own == 1 ? 1 : 2, third = MT_NO_VIEW;
  uint32_t out = random_view(t, rng, 3, (uint32_t[]){steps, lots, wide}, rows_of, false);
  uint32_t g = random_view(t, rng, 3, (uint32_t[]){steps, lots, gates * wide}, rows_of, true), r;
  if (trained && mt_rng_below(rng, 2) == 0) r = random_view(t, rng, 2, (uint32_t[]){wide, gates * wide}, 0, true);
  else r = random_coded(t, rng, 2, (uint32_t[]){wide, gates * wide}, mt_rng_below(rng, 2));
  uint32_t h0 = random_view(t, rng, 2, (uint32_t[]){lots, wide}, of_state, true);
  if (lstm) third = random_view(t, rng, 2, (uint32_t[]){lots, wide}, of_state, false);
  else if (kind == 1 && mt_rng_below(rng, 4) != 0) third = random_view(t, rng, 1, &wide, 0, false);
  uint32_t scratch = tape_scratch(t, UINT32_MAX, 2, (uint32_t[]){lots, 4 * wide}, own == 1 ? 0 : MT_NO_ROWS);
  if (lstm && trained) tape_op(t, MT_OP_COPY, 0, third, random_view(t, rng, 2, (uint32_t[]){lots, wide}, of_state, true), MT_NO_VIEW, MT_NO_VIEW);
  mt_op *op = tape_op(t, code, kind, out, g, r, third);
  op->views[4] = h0, op->views[5] = scratch;
  return op;
}

#endif

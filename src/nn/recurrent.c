/* GRU and LSTM: each step is a matrix product of the last state and a few elementwise ops on slices of the op's own views.
 * Letters: T steps, N rows, H width.
 */
#include "nn/ops.h"

/* Step s of a view [T, N, …]. */
static mt_view at_step(const mt_view *view, size_t s) {
  mt_view one = *view;
  one.offset = (uint32_t)((int64_t)view->offset + (int64_t)s * view->strides[0]);
  one.rank = 2;
  one.rows_axis = view->rows_axis == 1 ? 0 : MT_NO_ROWS;
  for (uint32_t i = 0; i < 2; i++) one.dims[i] = view->dims[i + 1], one.strides[i] = view->strides[i + 1];
  return one;
}

/* Columns [from, from + width) of a matrix. */
static mt_view columns(const mt_view *view, uint32_t from, uint32_t width) {
  mt_view some = *view;
  some.offset = (uint32_t)((int64_t)view->offset + (int64_t)from * view->strides[1]);
  some.dims[1] = width;
  if (view->type == MT_TYPE_I8 && view->scale_axis == 1) some.scales += from;
  return some;
}

static void elementwise(const mt_step *step, mt_op_code code, uint32_t kind, const mt_view *out, const mt_view *a,
                        const mt_view *b) {
  mt_op op = {.code = (uint8_t)code, .kind = (uint8_t)kind};
  const mt_step part = {step->run, &op, {out, a, b}, step->rows};
  mt_op_elementwise(&part, code == MT_OP_UNARY ? 2 : 3);
}
static void binary(const mt_step *step, mt_binary kind, const mt_view *out, const mt_view *a, const mt_view *b) {
  elementwise(step, MT_OP_BINARY, kind, out, a, b);
}
/* out = kind(out + a) */
static void gate(const mt_step *step, mt_unary kind, const mt_view *out, const mt_view *a) {
  binary(step, MT_BINARY_ADD, out, out, a);
  elementwise(step, MT_OP_UNARY, kind, out, out, NULL);
}
static void product(const mt_step *step, const mt_view *out, const mt_view *a, const mt_view *b) {
  mt_op op = {.code = MT_OP_MATMUL, .scale = 1};
  const mt_step part = {step->run, &op, {out, a, b}, step->rows};
  mt_op_matmul(&part);
}

/* t holds h Rᵀ in place of z, r and h's gate; a fourth quarter is room. */
static void gru_step(const mt_step *step, const mt_view *out, const mt_view *g, const mt_view *last, uint32_t wide) {
  const mt_view *r = step->view[2], *t = step->view[5];
  bool after = step->op->kind == 1; /* reset after the product */
  uint32_t first = (after ? 3 : 2) * wide;
  mt_view quarters[4], gates = columns(t, 0, 2 * wide), from = columns(g, 0, 2 * wide), all = columns(t, 0, first);
  mt_view weights = columns(r, 0, first), candidate = columns(g, 2 * wide, wide);
  for (uint32_t i = 0; i < 4; i++) quarters[i] = columns(t, i * wide, wide);
  mt_view *z = &quarters[0], *reset = &quarters[1], *state = &quarters[2], *room = &quarters[3];
  product(step, &all, last, &weights);
  gate(step, MT_UNARY_SIGMOID, &gates, &from);
  if (after) {
    if (step->view[3] != NULL) {
      mt_view bias = *state; /* [H] spread over the rows */
      bias.place = step->view[3]->place, bias.offset = step->view[3]->offset;
      bias.strides[0] = 0, bias.strides[1] = step->view[3]->strides[0];
      binary(step, MT_BINARY_ADD, state, state, &bias);
    }
    binary(step, MT_BINARY_MUL, state, state, reset);
  } else {
    weights = columns(r, 2 * wide, wide);
    binary(step, MT_BINARY_MUL, room, reset, last);
    product(step, state, room, &weights);
  }
  gate(step, MT_UNARY_TANH, state, &candidate);
  binary(step, MT_BINARY_SUB, room, last, state); /* out = candidate + z ∘ (h - candidate) */
  binary(step, MT_BINARY_MUL, room, room, z);
  binary(step, MT_BINARY_ADD, out, state, room);
}

/* t holds h Rᵀ in place of i, o, f and the candidate. */
static void lstm_step(const mt_step *step, const mt_view *out, const mt_view *g, const mt_view *last, uint32_t wide) {
  const mt_view *t = step->view[5], *c = step->view[3];
  mt_view gates = columns(t, 0, 3 * wide), from = columns(g, 0, 3 * wide), tail = columns(g, 3 * wide, wide), quarters[4];
  for (uint32_t i = 0; i < 4; i++) quarters[i] = columns(t, i * wide, wide);
  product(step, t, last, step->view[2]);
  gate(step, MT_UNARY_SIGMOID, &gates, &from);
  gate(step, MT_UNARY_TANH, &quarters[3], &tail);
  binary(step, MT_BINARY_MUL, c, c, &quarters[2]);
  binary(step, MT_BINARY_MUL, &quarters[3], &quarters[3], &quarters[0]);
  binary(step, MT_BINARY_ADD, c, c, &quarters[3]);
  elementwise(step, MT_OP_UNARY, MT_UNARY_TANH, &quarters[3], c, NULL);
  binary(step, MT_BINARY_MUL, out, &quarters[3], &quarters[1]);
}

void mt_op_recurrent(const mt_step *step) {
  const mt_view *out = step->view[0], *g = step->view[1];
  mt_view last = *step->view[4];
  for (size_t s = 0; s < out->dims[0]; s++) {
    mt_view now = at_step(out, s), given = at_step(g, s);
    (step->op->code == MT_OP_LSTM ? lstm_step : gru_step)(step, &now, &given, &last, out->dims[2]);
    last = now;
  }
}

/* GRU and LSTM: each step is a matrix product of the last state and a few elementwise ops on slices of the op's own views.
 * Letters: T steps, N rows, H width.
 */
#include "nn/ops.h"

/* Step s of a view [T, N, …]. */
static mt_view at_step(const mt_view *view, size_t s) {
  mt_view one = *view;
  one.offset = (uint32_t)((int64_t)view->offset + (int64_t)s * view->strides[0]);
  one.rank = 2;
  one.rows = view->rows >> 1;
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
  mt_step part = {.run = step->run, .op = &op, .view = {out, a, b}, .rows = step->rows};
  mt_op_elementwise(&part);
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
  mt_step part = {.run = step->run, .op = &op, .view = {out, a, b}, .rows = step->rows};
  mt_op_matmul(&part);
}

/* A step's gates, candidate and state are parts of t, a quarter each: z, r, h's candidate and room of a GRU; i, o, f and the
 * candidate of an LSTM. They begin as h Rᵀ. */
void mt_op_recurrent(mt_step *step) {
  const mt_view *out = step->view[0], *third = step->view[3];
  bool lstm = step->op->code == MT_OP_LSTM, after = step->op->kind == 1; /* a GRU's reset after the product */
  uint32_t wide = out->dims[2], sigmoids = lstm ? 3 : 2, first = lstm ? 4 : sigmoids + after;
  mt_view last = *step->view[4], all = columns(step->view[5], 0, first * wide);
  mt_view weights = columns(step->view[2], 0, first * wide);
  mt_view gates = columns(&all, 0, sigmoids * wide), part[4];
  for (uint32_t i = 0; i < 4; i++) part[i] = columns(step->view[5], i * wide, wide);
  for (size_t s = 0; s < out->dims[0]; s++) {
    mt_view now = at_step(out, s), given = at_step(step->view[1], s);
    mt_view given_gates = columns(&given, 0, sigmoids * wide), candidate = columns(&given, sigmoids * wide, wide);
    product(step, &all, &last, &weights);
    gate(step, MT_UNARY_SIGMOID, &gates, &given_gates);
    if (lstm) {
      gate(step, MT_UNARY_TANH, &part[3], &candidate);
      binary(step, MT_BINARY_MUL, third, third, &part[2]);
      binary(step, MT_BINARY_MUL, &part[3], &part[3], &part[0]);
      binary(step, MT_BINARY_ADD, third, third, &part[3]);
      elementwise(step, MT_OP_UNARY, MT_UNARY_TANH, &part[3], third, NULL);
      binary(step, MT_BINARY_MUL, &now, &part[3], &part[1]);
    } else {
      if (!after) {
        mt_view rest = columns(step->view[2], 2 * wide, wide);
        binary(step, MT_BINARY_MUL, &part[3], &part[1], &last);
        product(step, &part[2], &part[3], &rest);
      } else {
        if (third != NULL) {
          mt_view bias = part[2]; /* [H] spread over the rows */
          bias.place = third->place, bias.offset = third->offset;
          bias.strides[0] = 0, bias.strides[1] = third->strides[0];
          binary(step, MT_BINARY_ADD, &part[2], &part[2], &bias);
        }
        binary(step, MT_BINARY_MUL, &part[2], &part[2], &part[1]);
      }
      gate(step, MT_UNARY_TANH, &part[2], &candidate);
      binary(step, MT_BINARY_SUB, &part[3], &last, &part[2]); /* out = candidate + z ∘ (h - candidate) */
      binary(step, MT_BINARY_MUL, &part[3], &part[3], &part[0]);
      binary(step, MT_BINARY_ADD, &now, &part[2], &part[3]);
    }
    last = now;
  }
}

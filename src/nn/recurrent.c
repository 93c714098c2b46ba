/* GRU and LSTM. The inputs' share of the gates is computed by a product over all steps before; what is left is a step's
 * product of the last state and the gates' arithmetic. Letters: T steps, N rows, H width.
 */
#include "nn/matmul.h"
#include "nn/ops.h"

/* Columns of one row of a matrix. */
typedef struct lane {
  float *p;
  ptrdiff_t stride;
} lane;

static inline lane lane_of(float *base, const mt_view *view, uint32_t row_axis, size_t row) {
  return (lane){base + (ptrdiff_t)row * view->strides[row_axis], view->strides[row_axis + 1]};
}
/* m floats from column `from` on. */
static inline const float *read(lane l, size_t from, size_t m, float *room) {
  return mt_fetch(l.p + (ptrdiff_t)from * l.stride, l.stride, m, room);
}
static inline void write(lane l, size_t from, size_t m, const float *block) {
  mt_put(block, l.p + (ptrdiff_t)from * l.stride, l.stride, m);
}

/* sum = kind(read + read). */
static void gate(mt_unary kind, lane x, size_t x_from, lane y, size_t y_from, size_t m, float *sum) {
  float a[MT_NN_BLOCK], b[MT_NN_BLOCK];
  size_t whole = (m + 3) & ~(size_t)3;
  mt_binary_block(MT_BINARY_ADD, read(x, x_from, m, a), read(y, y_from, m, b), sum, whole);
  mt_unary_block(kind, 0, 0, sum, sum, whole);
}

typedef struct cell {
  lane g, t, h, out, extra; /* extra: GRU's bias, LSTM's cell state */
  size_t width;
} cell;

/* r ∘ h into the last quarter of t. */
static void gru_reset(const cell *c) {
  float r[MT_NN_BLOCK], room[MT_NN_BLOCK];
  for (size_t i = 0, m; i < c->width; i += m) {
    m = c->width - i < MT_NN_BLOCK ? c->width - i : MT_NN_BLOCK;
    gate(MT_UNARY_SIGMOID, c->g, c->width + i, c->t, c->width + i, m, r);
    mt_binary_block(MT_BINARY_MUL, r, read(c->h, i, m, room), r, (m + 3) & ~(size_t)3);
    write(c->t, 3 * c->width + i, m, r);
  }
}

/* z = σ(gz + tz); candidate = tanh(gh + th), or tanh(gh + r ∘ (th + bias)); out = candidate + z ∘ (h - candidate). */
static void gru_state(const cell *c, bool reset_after) {
  float z[MT_NN_BLOCK], r[MT_NN_BLOCK], n[MT_NN_BLOCK], room[MT_NN_BLOCK];
  for (size_t i = 0, m; i < c->width; i += m) {
    m = c->width - i < MT_NN_BLOCK ? c->width - i : MT_NN_BLOCK;
    size_t whole = (m + 3) & ~(size_t)3;
    gate(MT_UNARY_SIGMOID, c->g, i, c->t, i, m, z);
    if (!reset_after) gate(MT_UNARY_TANH, c->g, 2 * c->width + i, c->t, 2 * c->width + i, m, n);
    else {
      gate(MT_UNARY_SIGMOID, c->g, c->width + i, c->t, c->width + i, m, r);
      const float *state = read(c->t, 2 * c->width + i, m, room);
      if (c->extra.p != NULL) mt_binary_block(MT_BINARY_ADD, state, read(c->extra, i, m, n), n, whole), state = n;
      mt_binary_block(MT_BINARY_MUL, r, state, r, whole);
      gate(MT_UNARY_TANH, c->g, 2 * c->width + i, (lane){r, 1}, 0, m, n);
    }
    mt_binary_block(MT_BINARY_SUB, read(c->h, i, m, room), n, r, whole);
    mt_binary_block(MT_BINARY_MUL, z, r, r, whole);
    mt_binary_block(MT_BINARY_ADD, n, r, n, whole);
    write(c->out, i, m, n);
  }
}

/* c = σ(f) ∘ c + σ(i) ∘ tanh(candidate); out = σ(o) ∘ tanh(c). */
static void lstm_state(const cell *c) {
  float x[MT_NN_BLOCK], y[MT_NN_BLOCK], state[MT_NN_BLOCK];
  for (size_t i = 0, m; i < c->width; i += m) {
    m = c->width - i < MT_NN_BLOCK ? c->width - i : MT_NN_BLOCK;
    size_t w = c->width, whole = (m + 3) & ~(size_t)3;
    gate(MT_UNARY_SIGMOID, c->g, 2 * w + i, c->t, 2 * w + i, m, x);
    mt_binary_block(MT_BINARY_MUL, x, read(c->extra, i, m, y), state, whole);
    gate(MT_UNARY_SIGMOID, c->g, i, c->t, i, m, x);
    gate(MT_UNARY_TANH, c->g, 3 * w + i, c->t, 3 * w + i, m, y);
    mt_binary_block(MT_BINARY_MUL, x, y, x, whole);
    mt_binary_block(MT_BINARY_ADD, state, x, state, whole);
    write(c->extra, i, m, state);
    gate(MT_UNARY_SIGMOID, c->g, w + i, c->t, w + i, m, x);
    mt_unary_block(MT_UNARY_TANH, 0, 0, state, y, whole);
    mt_binary_block(MT_BINARY_MUL, x, y, x, whole);
    write(c->out, i, m, x);
  }
}

void mt_op_recurrent(const mt_step *step) {
  const mt_view *out = step->view[0], *g = step->view[1], *r = step->view[2], *third = step->view[3], *h0 = step->view[4],
                *t = step->view[5];
  const mt_run *run = step->run;
  bool lstm = step->op->code == MT_OP_LSTM, before = !lstm && step->op->kind == 0; /* r applied before the product */
  size_t width = out->dims[2], steps = out->dims[0], rows = mt_extent(out, 1, step->rows);
  float *states = mt_floats(run, out), *gates = mt_floats(run, g), *scratch = mt_floats(run, t), *first = mt_floats(run, h0);
  float *extra = third != NULL ? mt_floats(run, third) : NULL;
  mt_matmul product = {.m = rows, .k = width, .panel = run->panel, .b = mt_coded_of(run, r), .out_row = t->strides[0], .out_column = 1,
                       .b_depth = r->strides[0], .b_column = r->strides[1], .scale_by_column = r->scale_axis == 1, .scale = 1};
  for (size_t s = 0; s < steps; s++) {
    const float *last = s == 0 ? first : states + (ptrdiff_t)(s - 1) * out->strides[0];
    const mt_view *shape = s == 0 ? h0 : out;
    uint32_t axis = s == 0 ? 0 : 1;
    product.a = last;
    product.a_row = shape->strides[axis];
    product.a_depth = shape->strides[axis + 1];
    product.out = scratch;
    product.n = width * (lstm ? 4 : before ? 2 : 3);
    mt_matmul_f32(&product);
    for (uint32_t pass = before ? 0 : 1; pass < 2; pass++) {
      for (size_t n = 0; n < rows; n++) {
        cell c = {.g = lane_of(gates + (ptrdiff_t)s * g->strides[0], g, 1, n),
                  .t = lane_of(scratch, t, 0, n),
                  .h = lane_of((float *)(uintptr_t)last, shape, axis, n),
                  .out = lane_of(states + (ptrdiff_t)s * out->strides[0], out, 1, n),
                  .width = width};
        if (lstm) c.extra = lane_of(extra, third, 0, n);
        else if (extra != NULL) c.extra = (lane){extra, third->strides[0]};
        if (lstm) lstm_state(&c);
        else if (pass == 0) gru_reset(&c);
        else gru_state(&c, !before);
      }
      if (pass == 1) continue;
      mt_matmul candidate = product;
      candidate.a = scratch + 3 * width;
      candidate.a_row = t->strides[0];
      candidate.a_depth = 1;
      candidate.n = width;
      candidate.out = scratch + 2 * width;
      size_t size = r->type == MT_TYPE_F32 ? 4 : r->type == MT_TYPE_F16 ? 2 : 1;
      candidate.b.bytes += (ptrdiff_t)size * 2 * (ptrdiff_t)width * r->strides[1];
      if (candidate.scale_by_column) candidate.b.scales += 2 * width;
      mt_matmul_f32(&candidate);
    }
  }
}

/* GRU and LSTM, backwards through time.
 *
 * Letters as in nn/recurrent.c: T steps, N rows, H width. Forward leaves the states of all steps and the gates of the last alone. So
 * all gates are reckoned again, by one product of all states at once, into room[T][N][6][H]; from the last step to the first what a
 * gate let through is then replaced by the gradient of what it was made of; and one product more gives that of the weights.
 *
 *   GRU    z, r, candidate, what the reset is multiplied with (kind 1) or makes (kind 0); the gradient of that
 *   LSTM   i, o, f, candidate, cells c, tanh c
 */
#include "learn/backward.h"

enum { Z, R, CANDIDATE, PRODUCT, BY_PRODUCT };
enum { I, O, F, G, C, TANH_C };

typedef struct through {
  const mt_back *back;
  const mt_step *step;
  const mt_view *out;
  bool lstm, after; /* after: a GRU's reset after the product */
  uint32_t wide;
  size_t steps, rows;
  mt_view room;
} through;

/* -- views: all of [steps, rows, columns] -- */

static mt_view steps_of(const mt_view *view, size_t from, size_t steps) {
  mt_view some = *view;
  some.offset = (uint32_t)((int64_t)view->offset + (int64_t)from * view->strides[0]);
  some.dims[0] = (uint32_t)steps;
  return some;
}
/* `parts` parts of width H from part `from` on. */
static mt_view parts_of(const through *t, const mt_view *view, uint32_t from, uint32_t parts) {
  mt_view some = *view;
  some.offset = (uint32_t)((int64_t)view->offset + (int64_t)from * t->wide * view->strides[2]);
  some.dims[2] = parts * t->wide;
  if (view->type == MT_TYPE_I8 && view->scale_axis == 2) some.scales += from * t->wide;
  return some;
}
/* A matrix, or a vector as each row of one, seen in each of so many steps. */
static mt_view each_step(const mt_view *view, size_t steps) {
  uint32_t more = 3u - view->rank;
  mt_view all = *view;
  all.rank = 3, all.rows = (uint8_t)(view->rows << more), all.scale_axis += more;
  for (uint32_t i = 0; i < 3; i++) all.dims[i] = i < more ? 1 : view->dims[i - more], all.strides[i] = i < more ? 0 : view->strides[i - more];
  all.dims[0] = (uint32_t)steps;
  return all;
}
static mt_view part_at(const through *t, uint32_t part, size_t step) {
  mt_view now = steps_of(&t->room, step, 1);
  return parts_of(t, &now, part, 1);
}
/* The states that steps from `from` on begin with: h0, or those of the steps before. */
static mt_view states(const mt_view *out, const mt_view *h0, size_t from, size_t steps) {
  return from == 0 ? each_step(h0, 1) : steps_of(out, from - 1, steps);
}

/* -- ops of nn/ on them -- */

static void run(const through *t, mt_op_code code, uint32_t kind, const mt_view *out, const mt_view *a, const mt_view *b) {
  const mt_op op = {.code = (uint8_t)code, .kind = (uint8_t)kind};
  mt_step part = {.run = t->step->run, .op = &op, .view = {out, a, b}, .rows = t->step->rows};
  mt_op_elementwise(&part);
}
static void product(const through *t, const mt_view *out, const mt_view *a, const mt_view *b, const mt_view *bias) {
  const mt_op op = {.code = MT_OP_MATMUL, .scale = 1};
  mt_step part = {.run = t->step->run, .op = &op, .view = {out, a, b, bias}, .rows = t->step->rows};
  mt_op_matmul(&part);
}
/* Adds to the gradients of a (back_a) and b (back_b, where there is one) those of the product a b, `up`. */
static void product_back(const through *t, const mt_view *up, const mt_view *a, const mt_view *back_a, const mt_view *b, const mt_view *back_b) {
  const mt_op op = {.code = MT_OP_MATMUL, .scale = 1};
  mt_back part = {.step = {.run = t->step->run, .op = &op, .view = {NULL, a, b}, .rows = t->step->rows}, .slope = {up, back_a, back_b}};
  mt_back_matmul(&part);
}
static void add(const through *t, const mt_view *from, const mt_view *to) {
  const mt_op op = {.code = MT_OP_COPY};
  mt_back part = {.step = {.run = t->step->run, .op = &op, .rows = t->step->rows}, .slope = {from, to}};
  mt_back_elementwise(&part);
}

/* -- forward again -- */

/* Gates of steps that begin with `last`. */
static void reckon_gates(const through *t, size_t from, size_t steps) {
  if (steps == 0) return;
  const mt_view *const *view = t->step->view;
  mt_view last = states(t->out, view[4], from, steps), weights = each_step(view[2], steps);
  mt_view room = steps_of(&t->room, from, steps), given = steps_of(view[1], from, steps);
  uint32_t gates = t->lstm ? 4 : 2, sigmoids = t->lstm ? 3 : 2;
  mt_view sums = parts_of(t, &room, 0, gates), their = parts_of(t, &weights, 0, gates), theirs = parts_of(t, &given, 0, gates);
  product(t, &sums, &last, &their, &theirs);
  mt_view open = parts_of(t, &room, 0, sigmoids), candidate = parts_of(t, &room, sigmoids, 1), its = parts_of(t, &given, sigmoids, 1);
  run(t, MT_OP_UNARY, MT_UNARY_SIGMOID, &open, &open, NULL);
  if (!t->lstm) {
    mt_view reset = parts_of(t, &room, R, 1), part = parts_of(t, &room, PRODUCT, 1), rest = parts_of(t, &weights, 2, 1);
    if (t->after) {
      mt_view bias = {0};
      if (view[3] != NULL) bias = each_step(view[3], steps), bias.dims[1] = last.dims[1], bias.rows = last.rows;
      product(t, &part, &last, &rest, view[3] != NULL ? &bias : NULL);
      run(t, MT_OP_BINARY, MT_BINARY_MUL, &candidate, &reset, &part);
      run(t, MT_OP_BINARY, MT_BINARY_ADD, &candidate, &candidate, &its);
    } else {
      run(t, MT_OP_BINARY, MT_BINARY_MUL, &part, &reset, &last);
      product(t, &candidate, &part, &rest, &its);
    }
  }
  run(t, MT_OP_UNARY, MT_UNARY_TANH, &candidate, &candidate, NULL);
}

/* Whether two views of scratch may share a float. */
static bool meets(const mt_view *a, const mt_view *b, uint32_t rows) {
  int64_t low[2], high[2];
  for (int v = 0; v < 2; v++) {
    const mt_view *view = v == 0 ? a : b;
    low[v] = high[v] = view->offset;
    for (uint32_t i = 0; i < view->rank; i++) {
      int64_t span = ((int64_t)mt_extent(view, i, rows) - 1) * view->strides[i];
      *(span < 0 ? &low[v] : &high[v]) += span;
    }
  }
  return low[0] <= high[1] && low[1] <= high[0];
}

/* Cells as they were at the start: by the ops that wrote them, once more. */
static void reset_cells(const through *t) {
  const mt_step *step = t->step;
  const mt_program *program = step->run->program;
  for (const mt_op *op = program->ops; op < step->op; op++) {
    const mt_view *out = op->views[0] == MT_NO_VIEW ? NULL : &program->views[op->views[0]];
    uint32_t index = (uint32_t)(op - program->ops);
    if (out != NULL && meets(out, step->view[3], step->rows)) (void)mt_run_ops(step->run, index, index + 1, step->rows, NULL);
  }
}

static void reckon_cells(const through *t) {
  mt_view before = each_step(t->step->view[3], 1);
  for (size_t s = 0; s < t->steps; s++) {
    mt_view now = part_at(t, C, s), more = part_at(t, TANH_C, s), i = part_at(t, I, s), f = part_at(t, F, s), g = part_at(t, G, s);
    run(t, MT_OP_BINARY, MT_BINARY_MUL, &now, &f, &before);
    run(t, MT_OP_BINARY, MT_BINARY_MUL, &more, &g, &i);
    run(t, MT_OP_BINARY, MT_BINARY_ADD, &now, &now, &more);
    before = now;
  }
  mt_view cells = parts_of(t, &t->room, C, 1), curved = parts_of(t, &t->room, TANH_C, 1);
  run(t, MT_OP_UNARY, MT_UNARY_TANH, &curved, &cells, NULL);
}

/* -- one step back: from the gradient of its states to that of its gates' sums -- */

typedef struct line { /* a row's numbers, `stride` apart */
  float *p;
  ptrdiff_t stride;
} line;

static inline line line_of(const through *t, const mt_view *view, size_t n) {
  if (view == NULL) return (line){0};
  return (line){mt_floats(t->step->run, view) + (ptrdiff_t)n * view->strides[1], view->strides[2]};
}
static inline float *at(const line *l, size_t h) { return l->p + (ptrdiff_t)h * l->stride; }
/* The parts of a row, each of width H. */
static inline float *parts_at(const through *t, size_t s, size_t n) {
  return mt_floats(t->step->run, &t->room) + ((s * t->rows + n) * MT_BACK_ROOM) * t->wide;
}

/* d: the gradient of the cells, of those after the step, then of those before. */
static void lstm_back(const through *t, size_t s, const mt_view *up, const mt_view *d) {
  mt_view before = s == 0 ? each_step(t->step->view[3], 1) : part_at(t, C, s - 1);
  size_t w = t->wide;
  for (size_t n = 0; n < t->rows; n++) {
    const line of_c = line_of(t, d, n), us = line_of(t, up, n), cells = line_of(t, &before, n);
    float *p = parts_at(t, s, n);
    for (size_t h = 0; h < w; h++, p++) {
      float u = *at(&us, h), i = p[I * w], o = p[O * w], f = p[F * w], g = p[G * w], curved = p[TANH_C * w];
      float c = *at(&of_c, h) + u * o * (1 - curved * curved);
      p[I * w] = c * g * i * (1 - i);
      p[O * w] = u * curved * o * (1 - o);
      p[F * w] = c * *at(&cells, h) * f * (1 - f);
      p[G * w] = c * i * (1 - g * g);
      *at(&of_c, h) = c * f;
    }
  }
}

/* out = candidate + z · (last - candidate). by_last may be NULL. */
static void gru_back(const through *t, size_t s, const mt_view *up, const mt_view *last, const mt_view *by_last, const mt_view *rest) {
  size_t w = t->wide;
  for (size_t n = 0; n < t->rows; n++) {
    const line us = line_of(t, up, n), state = line_of(t, last, n), by = line_of(t, by_last, n);
    float *p = parts_at(t, s, n);
    for (size_t h = 0; h < w; h++, p++) {
      float u = *at(&us, h), z = p[Z * w], g = p[CANDIDATE * w];
      p[CANDIDATE * w] = u * (1 - z) * (1 - g * g);
      p[Z * w] = u * (*at(&state, h) - g) * z * (1 - z);
      if (by.p != NULL) *at(&by, h) += u * z;
      p[BY_PRODUCT * w] = 0;
    }
  }
  if (!t->after) { /* candidate = tanh(given + (r · last) R) */
    mt_view candidate = part_at(t, CANDIDATE, s), by = part_at(t, BY_PRODUCT, s);
    product_back(t, &candidate, &by, &by, rest, NULL);
  }
  for (size_t n = 0; n < t->rows; n++) {
    const line state = line_of(t, last, n), by = line_of(t, by_last, n);
    float *p = parts_at(t, s, n);
    for (size_t h = 0; h < w; h++, p++) {
      float r = p[R * w], of = t->after ? p[CANDIDATE * w] : p[BY_PRODUCT * w];
      p[R * w] = of * (t->after ? p[PRODUCT * w] : *at(&state, h)) * r * (1 - r);
      if (t->after) p[PRODUCT * w] = of * r;
      else if (by.p != NULL) *at(&by, h) += of * r;
    }
  }
}

/* -- all steps -- */

static void back_steps(const through *t) {
  const mt_view *const *view = t->step->view, *const *slope = t->back->slope;
  mt_view weights = each_step(view[2], 1), gates = parts_of(t, &weights, 0, t->lstm ? 4 : 2), rest = parts_of(t, &weights, 2, 1), cells = {0};
  if (t->lstm) cells = each_step(slope[3], 1);
  for (size_t s = t->steps; s-- > 0;) {
    mt_view up = steps_of(slope[0], s, 1), last = states(t->out, view[4], s, 1), by_last = {0};
    bool has = s > 0 || slope[4] != NULL;
    if (has) by_last = states(slope[0], slope[4], s, 1);
    if (t->lstm) lstm_back(t, s, &up, &cells);
    else gru_back(t, s, &up, &last, has ? &by_last : NULL, &rest);
    mt_view now = steps_of(&t->room, s, 1), sums = parts_of(t, &now, 0, t->lstm ? 4 : 2), part = part_at(t, PRODUCT, s);
    if (has) product_back(t, &sums, &last, &by_last, &gates, NULL);
    if (has && t->after) product_back(t, &part, &last, &by_last, &rest, NULL);
  }
}

/* What steps that begin with `last` say of the weights. */
static void back_weights(const through *t, size_t from, size_t steps) {
  if (steps == 0 || t->back->slope[2] == NULL) return;
  mt_view last = states(t->out, t->step->view[4], from, steps), room = steps_of(&t->room, from, steps);
  mt_view by = each_step(t->back->slope[2], steps), by_gates = parts_of(t, &by, 0, t->lstm ? 4 : 2), by_rest = parts_of(t, &by, 2, 1);
  mt_view sums = parts_of(t, &room, 0, t->lstm ? 4 : 2), candidate = parts_of(t, &room, CANDIDATE, 1), part = parts_of(t, &room, PRODUCT, 1);
  product_back(t, &sums, &last, NULL, NULL, &by_gates);
  if (t->after) product_back(t, &part, &last, NULL, NULL, &by_rest);
  else if (!t->lstm) product_back(t, &candidate, &part, NULL, NULL, &by_rest);
}

void mt_back_recurrent(mt_back *back) {
  const mt_step *step = &back->step;
  const mt_view *out = step->view[0];
  bool lstm = step->op->code == MT_OP_LSTM;
  through t = {back, step, out, lstm, !lstm && step->op->kind == 1, out->dims[2], out->dims[0], mt_extent(out, 1, step->rows), {0}};
  t.room = *out;
  t.room.offset = 2 * step->run->program->scratch;
  t.room.dims[2] = MT_BACK_ROOM * t.wide;
  t.room.strides[2] = 1, t.room.strides[1] = (int32_t)t.room.dims[2], t.room.strides[0] = (int32_t)t.rows * t.room.strides[1];
  reckon_gates(&t, 0, 1);
  reckon_gates(&t, 1, t.steps - 1);
  if (lstm) {
    reset_cells(&t);
    reckon_cells(&t);
  }
  back_steps(&t);
  back_weights(&t, 0, 1);
  back_weights(&t, 1, t.steps - 1);
  mt_view sums = parts_of(&t, &t.room, 0, lstm ? 4 : 3), part = parts_of(&t, &t.room, PRODUCT, 1);
  if (back->slope[1] != NULL) add(&t, &sums, back->slope[1]);
  if (!lstm && back->slope[3] != NULL) {
    mt_view bias = each_step(back->slope[3], t.steps);
    bias.dims[1] = out->dims[1], bias.rows = out->rows;
    add(&t, &part, &bias);
  }
  if (lstm) { /* cells as forward left them */
    mt_view cells = each_step(step->view[3], 1), last = part_at(&t, C, t.steps - 1);
    run(&t, MT_OP_COPY, 0, &cells, &last, NULL);
  }
}

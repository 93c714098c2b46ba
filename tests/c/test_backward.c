/* Gradients of every op of a tensor program against central differences of its plain reference in double, over random shapes,
 * strides and row counts; nothing but the gradients of what an op reads may change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "definition.h"
#include "draws.h"
#include "learn/backward.h"

#define TRIALS 200
#define ELEMENTS 8   /* of which the gradient is looked at one by one */
#define STEP 1e-6    /* of a difference */
#define MOST 1e-3    /* relative error */
#define LEAST 0.05   /* that a gradient is taken for, for each time that a float is read: what cancels out leaves rounding */

static double worst[MT_OP_COUNT];

/* -- what an op's loss is -- */

/* Σ weight · element over what the op puts out, and for an LSTM over its last cells. `up`: a weight for each float of scratch. */
static double loss_of(const asked *q, const double *up) {
  double sum = 0;
  size_t at[MT_RANK] = {0};
  if (q->op->code != MT_OP_GRU && q->op->code != MT_OP_LSTM) {
    do sum += up[place_at(q->v[0], at)] * expect(q, at);
    while (step_index(q->v[0], q->rows, at));
    return sum;
  }
  size_t steps = extent(q->v[0], 0, q->rows), rows = extent(q->v[0], 1, q->rows), wide = q->v[0]->dims[2], i = 0;
  double *states = malloc((steps + 1) * rows * wide * sizeof *states), *cells = states + steps * rows * wide;
  expect_states(q, states, cells);
  do sum += up[place_at(q->v[0], at)] * states[i++];
  while (step_index(q->v[0], q->rows, at));
  i = 0;
  if (q->op->code == MT_OP_LSTM) {
    do sum += up[place_at(q->v[3], at)] * cells[i++];
    while (step_index(q->v[3], q->rows, at));
  }
  free(states);
  return sum;
}

/* Whether the op's gradient in what it reads is asked for. */
static bool is_smooth(const asked *q, uint32_t view) {
  mt_op_code code = (mt_op_code)q->op->code;
  if (q->v[view] == NULL || q->v[view]->place != MT_PLACE_SCRATCH || view == 0 || code == MT_OP_WHOLE) return false;
  return !(code == MT_OP_WHERE && view == 1) && !(code == MT_OP_GATHER && view == 2) && !(code == MT_OP_TOPK && view == 2) && view != 5;
}

enum { APART = 0, CHANGED = UINT32_MAX }; /* CHANGED: gradients that go on through the op's own steps; others are read so many times */

static void mark(const mt_view *view, uint32_t rows, uint32_t *marks, bool changed) {
  size_t at[MT_RANK] = {0};
  do marks[place_at(view, at)] = changed ? CHANGED : marks[place_at(view, at)] + 1;
  while (step_index(view, rows, at));
}

/* -- comparing -- */

typedef struct trial {
  asked q;
  double *values, *up;
  float *slopes; /* as they came out, less what was there */
  uint32_t *marks, floats;
} trial;

/* The loss's slope along `direction`, or in one float. */
static double difference(trial *c, const double *direction, uint32_t one) {
  double side[2];
  for (int s = 0; s < 2; s++) {
    double by = s == 0 ? STEP : -STEP;
    for (uint32_t i = 0; i < c->floats; i++) c->values[i] += direction != NULL ? by * direction[i] : i == one ? by : 0;
    side[s] = loss_of(&c->q, c->up);
    for (uint32_t i = 0; i < c->floats; i++) c->values[i] -= direction != NULL ? by * direction[i] : i == one ? by : 0;
  }
  return (side[0] - side[1]) / (2 * STEP);
}

static void compare(trial *c, double found, double wanted, double scale) {
  const mt_op *op = c->q.op;
  double error = fabs(found - wanted) / fmax(scale, fabs(wanted));
  if (!(error <= MOST)) fail_msg("op %u kind %u: found a gradient of %.9g, expected %.9g", op->code, op->kind, found, wanted);
  if (error > worst[op->code]) worst[op->code] = error;
}

static void compare_gradients(trial *c, mt_rng *rng) {
  uint32_t *places = malloc(c->floats * sizeof *places + 4), count = 0, most = 1;
  double *direction = calloc(c->floats + 1, sizeof *direction), along = 0, squares = 0, wanted[ELEMENTS], scale = 0;
  for (uint32_t i = 0; i < c->floats; i++) {
    if (c->marks[i] == APART || c->marks[i] == CHANGED) continue;
    if (c->marks[i] > most) most = c->marks[i];
    places[count++] = i;
    direction[i] = 2 * (double)mt_rng_unit(rng) - 1;
    double term = (double)c->slopes[i] * direction[i];
    along += term, squares += term * term;
  }
  if (count > 0) compare(c, along, difference(c, direction, 0), fmax(sqrt(squares), LEAST * most));
  for (uint32_t e = 0; e < ELEMENTS && e < count; e++) {
    uint32_t other = e + mt_rng_below(rng, count - e), keep = places[e];
    places[e] = places[other], places[other] = keep;
    wanted[e] = difference(c, NULL, places[e]);
    scale = fmax(scale, fabs(wanted[e]));
  }
  for (uint32_t e = 0; e < ELEMENTS && e < count; e++) compare(c, (double)c->slopes[places[e]], wanted[e], fmax(scale, LEAST * c->marks[places[e]]));
  free(places), free(direction);
}

/* Values between `low` and `high`, either side of 0 where `signs`, and no corner of a function near: those are at whole 64ths. */
static float draw_value(mt_rng *rng, double low, double high, bool signs) {
  double x = low + (high - low) * (double)mt_rng_unit(rng);
  x = (floor(x * 64) + 0.25 + 0.5 * (double)mt_rng_unit(rng)) / 64;
  return (float)(signs && mt_rng_below(rng, 2) == 0 ? -x : x);
}

/* Runs the tape forward and back on some rows, and compares the gradients of its last op. */
static void check(tape *t, mt_rng *rng, double low, double high, bool signs) {
  const float behind[4] = {1, 2, 3, 4};
  mt_error error = {0};
  size_t length;
  working w = {.bytes = tape_write(t, &length)};
  if (mt_program_open(w.bytes, length, &w.program, &error) != MT_OK || mt_back_start(&w.program, 4, 0, &w.run, &error) != MT_OK) fail_msg("%s", error.message);
  memcpy(mt_back_extra(&w.run), behind, sizeof behind);
  uint32_t rows = 1 + mt_rng_below(rng, t->capacity), n = t->scratch;
  float *scratch = w.run.scratch, *slopes = scratch + n, *before = malloc(2 * sizeof *before * n + 4);
  trial c = {.values = malloc(n * sizeof(double) + 8), .up = malloc(n * sizeof(double) + 8), .slopes = malloc(4 * (size_t)n + 4), .marks = calloc(n + 1, sizeof(uint32_t)), .floats = n};
  c.q = ask(&w, c.values, t->ops - 1, rows);
  for (uint32_t i = 0; i < n; i++) scratch[i] = draw_value(rng, low, high, signs);
  if (c.q.op->code == MT_OP_GATHER) fill_indices(c.q.op, c.q.v[1], c.q.v[2], rows, t->capacity, rng, scratch);
  bool recurrent = c.q.op->code == MT_OP_GRU || c.q.op->code == MT_OP_LSTM;
  for (uint32_t v = 0; v < MT_OP_VIEWS; v++)
    if (is_smooth(&c.q, v)) mark(c.q.v[v], rows, c.marks, false);
  if (recurrent) mark(c.q.v[0], rows, c.marks, true);
  if (t->ops == 2) { /* cells that are copied first */
    const mt_view *start = &t->view[t->op[0].views[1]];
    size_t at[MT_RANK] = {0};
    do scratch[place_at(c.q.v[3], at)] = scratch[place_at(start, at)];
    while (step_index(c.q.v[3], rows, at));
  }
  for (uint32_t i = 0; i < n; i++) c.values[i] = (double)scratch[i];
  if (mt_run_rows(&w.run, rows, &error) != MT_OK) fail_msg("%s", error.message);
  for (uint32_t i = 0; i < n; i++) slopes[i] = (2 * mt_rng_unit(rng) - 1) / 64;
  size_t at[MT_RANK] = {0};
  if (c.q.v[0] != NULL) {
    do slopes[place_at(c.q.v[0], at)] *= 64;
    while (step_index(c.q.v[0], rows, at));
  }
  memcpy(before, scratch, 2 * sizeof *before * n);
  for (uint32_t i = 0; i < n; i++) c.up[i] = (double)slopes[i];
  if (t->ops == 1) assert_int_equal(mt_back_rows(&w.run, rows, &error), MT_OK);
  else { /* the gradient of the cells at the start, before it is handed on */
    mt_program last = w.program;
    last.request_ops = 1;
    w.run.program = &last;
    assert_int_equal(mt_back_rows(&w.run, rows, &error), MT_OK);
    w.run.program = &w.program;
  }
  assert_memory_equal(scratch, before, sizeof *before * n);
  assert_memory_equal(mt_back_extra(&w.run), behind, sizeof behind);
  for (uint32_t i = 0; i < n; i++) {
    if (c.marks[i] == APART) assert_true(slopes[i] == before[n + i]);
    c.slopes[i] = slopes[i] - before[n + i];
  }
  if (c.q.op->code == MT_OP_LSTM) { /* that of the last cells became that of the first */
    memset(at, 0, sizeof at);
    do c.slopes[place_at(c.q.v[3], at)] = slopes[place_at(c.q.v[3], at)];
    while (step_index(c.q.v[3], rows, at));
  }
  if (c.q.v[0] != NULL) compare_gradients(&c, rng);
  free(before), free(c.values), free(c.up), free(c.slopes), free(c.marks);
  mt_back_stop(&w.run);
  free(w.bytes);
  tape_drop(t);
}

/* -- the ops -- */

static void elementwise_ops(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(31);
  for (int trial = 0; trial < TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    draw_elementwise(t, &rng, trial % 2 == 0 ? MT_OP_COPY : MT_OP_WHERE, 0, true);
    check(t, &rng, -3, 3, false);
  }
}

static void unary_functions(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(32);
  for (uint32_t trial = 0; trial < 8 * MT_UNARY_COUNT; trial++) {
    tape *t = tape_start(CAPACITY);
    uint32_t kind = trial % MT_UNARY_COUNT;
    draw_elementwise(t, &rng, MT_OP_UNARY, kind, true);
    bool positive = kind == MT_UNARY_SQRT || kind == MT_UNARY_LOG, away = kind == MT_UNARY_RECIPROCAL;
    check(t, &rng, positive || away ? 0.2 : -3, 4, away);
  }
}

static void binary_functions(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(33);
  for (uint32_t trial = 0; trial < 12 * MT_BINARY_COUNT; trial++) {
    tape *t = tape_start(CAPACITY);
    uint32_t kind = trial % MT_BINARY_COUNT;
    draw_elementwise(t, &rng, MT_OP_BINARY, kind, true);
    bool away = kind == MT_BINARY_DIV || (kind >= MT_BINARY_DIV_TRUNC && kind <= MT_BINARY_FMOD);
    check(t, &rng, away || kind == MT_BINARY_POW ? 0.2 : -3, 4, away);
  }
}

static void matrix_products(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(34);
  for (int trial = 0; trial < 2 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    draw_product(t, &rng, true);
    check(t, &rng, -1, 1, false);
  }
}

static void reductions(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(35);
  for (int trial = 0; trial < 2 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    draw_reduction(t, &rng, (uint32_t)trial % MT_REDUCE_COUNT, true);
    check(t, &rng, -1.2, 1.3, false);
  }
}

static void along_the_last_dimension(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(36);
  static const mt_op_code CODES[] = {MT_OP_SOFTMAX, MT_OP_NORM, MT_OP_CUMSUM};
  for (uint32_t trial = 0; trial < 3 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    draw_along_the_last(t, &rng, CODES[trial % 3], trial / 3 % 2, true);
    check(t, &rng, -3, 3, false);
  }
}

static void gathers(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(37);
  for (int trial = 0; trial < 2 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    if (draw_gather(t, &rng) != NULL) check(t, &rng, -1, 1, false);
    else tape_drop(t);
  }
}

static void the_best_of_a_row(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(38);
  for (int trial = 0; trial < TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    uint32_t dims[MT_RANK], rank = random_dims(&rng, 1, 3, dims), rows = random_rows(&rng, rank), best[MT_RANK];
    memcpy(best, dims, sizeof best);
    best[rank - 1] = 1 + mt_rng_below(&rng, dims[rank - 1]);
    uint32_t out = random_view(t, &rng, rank, best, rows, false), a = drawn_view(t, &rng, rank, dims, rows, true);
    uint32_t places = random_view(t, &rng, rank, best, rows, false);
    tape_op(t, MT_OP_TOPK, mt_rng_below(&rng, 2), trial % 5 == 0 ? MT_NO_VIEW : out, a, places, MT_NO_VIEW);
    check(t, &rng, -3, 3, false);
  }
}

static void recurrent_ops(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(39);
  for (uint32_t trial = 0; trial < TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    draw_recurrent(t, &rng, trial % 3 == 2 ? MT_OP_LSTM : MT_OP_GRU, trial % 3 == 1, 12, true);
    check(t, &rng, -1, 1, false);
  }
}

static void whole_numbers(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(40);
  tape *t = tape_start(CAPACITY);
  uint32_t v[3];
  for (int i = 0; i < 3; i++) v[i] = random_view(t, &rng, 2, (uint32_t[]){4, 5}, 1, false);
  tape_op(t, MT_OP_WHOLE, MT_WHOLE_MUL, v[0], v[1], MT_NO_VIEW, v[2]);
  check(t, &rng, -9, 9, false);
}

/* Where a difference would stand on a corner: what ties shares the gradient, and a product's only zero has that of the others. */
static void ties_and_zeros(void **state) {
  (void)state;
  static const struct {
    uint32_t kind;
    float a[4], wanted[4];
  } KNOWN[] = {{MT_REDUCE_MAX, {2, 1, 2, 2}, {1.f / 3, 0, 1.f / 3, 1.f / 3}},
               {MT_REDUCE_MIN, {2, 1, 1, 2}, {0, 0.5f, 0.5f, 0}},
               {MT_REDUCE_PROD, {2, 0, -3, 4}, {0, -24, 0, 0}},
               {MT_REDUCE_PROD, {0, 5, 0, 4}, {0, 0, 0, 0}},
               {MT_REDUCE_L1, {0, -2, 3, 0}, {0, -1, 1, 0}},
               {MT_REDUCE_L2, {0, 0, 0, 0}, {0, 0, 0, 0}}};
  for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
    tape *t = tape_start(1);
    uint32_t a = tape_scratch(t, UINT32_MAX, 1, (uint32_t[]){4}, MT_NO_ROWS), out = tape_scratch(t, UINT32_MAX, 0, NULL, MT_NO_ROWS);
    tape_op(t, MT_OP_REDUCE, KNOWN[i].kind, out, a, MT_NO_VIEW, MT_NO_VIEW)->m = 1;
    mt_error error = {0};
    size_t length;
    working w = {.bytes = tape_write(t, &length)};
    assert_int_equal(mt_program_open(w.bytes, length, &w.program, &error), MT_OK);
    assert_int_equal(mt_back_start(&w.program, 0, 0, &w.run, &error), MT_OK);
    memcpy(w.run.scratch, KNOWN[i].a, sizeof KNOWN[i].a);
    assert_int_equal(mt_run_rows(&w.run, 1, &error), MT_OK);
    w.run.scratch[t->scratch + t->view[out].offset] = 1;
    assert_int_equal(mt_back_rows(&w.run, 1, &error), MT_OK);
    assert_memory_equal(w.run.scratch + t->scratch, KNOWN[i].wanted, sizeof KNOWN[i].wanted);
    mt_back_stop(&w.run);
    free(w.bytes);
    tape_drop(t);
  }
}

/* -- refusals -- */

/* Tapes of which some numbers were changed: whatever the gate lets through and training takes stays within its memory. */
static void hostile_tapes(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(42);
  uint32_t ran = 0;
  for (uint32_t trial = 0; trial < 40 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    switch (trial % 8) {
      case 0: draw_elementwise(t, &rng, MT_OP_BINARY, MT_BINARY_MUL, true); break;
      case 1: draw_product(t, &rng, true); break;
      case 2: draw_reduction(t, &rng, MT_REDUCE_PROD, true); break;
      case 3: draw_along_the_last(t, &rng, MT_OP_NORM, 0, true); break;
      case 4: draw_gather(t, &rng); break;
      case 5: draw_recurrent(t, &rng, MT_OP_GRU, trial / 8 % 2, 8, true); break;
      case 6: draw_recurrent(t, &rng, MT_OP_LSTM, 0, 8, true); break;
      default: draw_product(t, &rng, true), draw_along_the_last(t, &rng, MT_OP_SOFTMAX, 0, true); break;
    }
    if (t->ops == 2 && trial % 8 == 7) /* of one that reads what the other makes, or makes it again */
      t->op[1].views[mt_rng_below(&rng, 2)] = t->op[0].views[mt_rng_below(&rng, 2)];
    for (uint32_t n = mt_rng_below(&rng, 4); n > 0; n--) {
      mt_view *view = &t->view[mt_rng_below(&rng, t->views)];
      uint32_t axis = mt_rng_below(&rng, MT_RANK), what = mt_rng_below(&rng, 5);
      if (what == 0) view->offset = mt_rng_below(&rng, t->scratch + 1);
      if (what == 1) view->strides[axis] = (int32_t)mt_rng_below(&rng, 9) - 4;
      if (what == 2) view->dims[axis] = 1 + mt_rng_below(&rng, 6);
      if (what == 3) view->rows ^= (uint8_t)(1u << axis);
      if (what == 4 && t->ops > 0) t->op[0].views[mt_rng_below(&rng, MT_OP_VIEWS)] = mt_rng_below(&rng, t->views);
    }
    mt_error error = {0};
    size_t length;
    working w = {.bytes = tape_write(t, &length)};
    if (mt_program_open(w.bytes, length, &w.program, &error) == MT_OK && mt_back_start(&w.program, 0, 0, &w.run, &error) == MT_OK) {
      uint32_t rows = 1 + mt_rng_below(&rng, CAPACITY);
      for (uint32_t i = 0; i < 2 * t->scratch; i++) w.run.scratch[i] = (float)mt_rng_below(&rng, 3) - 1;
      if (mt_run_rows(&w.run, rows, &error) == MT_OK) assert_int_equal(mt_back_rows(&w.run, rows, &error), MT_OK), ran++;
      mt_back_stop(&w.run);
    }
    free(w.bytes);
    tape_drop(t);
  }
  assert_true(ran > TRIALS);
}

static void refused(tape *t, const char *why) {
  mt_error error = {0};
  mt_program program;
  mt_run run;
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  assert_int_equal(mt_program_open(bytes, length, &program, &error), MT_OK);
  assert_int_equal(mt_back_start(&program, 0, 0, &run, &error), MT_INVALID);
  if (strstr(error.message, why) == NULL) fail_msg("found \"%s\", expected \"%s\"", error.message, why);
  free(bytes);
  tape_drop(t);
}

static void what_training_needs(void **state) {
  (void)state;
  const uint32_t dims[] = {4, 4}, fresh = UINT32_MAX, none = MT_NO_VIEW;
  for (int which = 0; which < 6; which++) {
    tape *t = tape_start(2);
    uint32_t a = tape_scratch(t, fresh, 2, dims, 0), b = tape_scratch(t, fresh, 2, dims, MT_NO_ROWS), c = tape_scratch(t, fresh, 2, dims, 0);
    uint32_t states = tape_scratch(t, fresh, 3, (uint32_t[]){2, 1, 1}, MT_NO_ROWS), gates = tape_scratch(t, fresh, 3, (uint32_t[]){2, 1, 4}, MT_NO_ROWS);
    uint32_t r = tape_scratch(t, fresh, 2, (uint32_t[]){1, 4}, MT_NO_ROWS), cell = tape_scratch(t, fresh, 2, (uint32_t[]){1, 1}, MT_NO_ROWS);
    tape_port(t, a, true);
    if (which == 0) tape_op(t, MT_OP_MATMUL, MT_UNARY_GELU, c, a, b, none);
    if (which == 1) tape_op(t, MT_OP_TOPK, 0, c, a, none, none);
    if (which == 2) tape_op(t, MT_OP_UNARY, MT_UNARY_EXP, a, a, none, none); /* over an input */
    if (which == 3) tape_op(t, MT_OP_UNARY, MT_UNARY_EXP, c, a, none, none), tape_op(t, MT_OP_UNARY, MT_UNARY_EXP, c, c, none, none);
    if (which == 4) {
      mt_op *op = tape_op(t, MT_OP_LSTM, 0, states, gates, r, cell); /* cells that start as an earlier run left them */
      op->views[4] = tape_scratch(t, fresh, 2, (uint32_t[]){1, 1}, MT_NO_ROWS), op->views[5] = tape_scratch(t, fresh, 2, (uint32_t[]){1, 4}, MT_NO_ROWS);
    }
    if (which == 5) tape_op(t, MT_OP_MATMUL, 0, c, a, b, none), tape_op(t, MT_OP_COPY, 0, b, tape_scratch(t, fresh, 2, dims, MT_NO_ROWS), none, none); /* after it was read */
    refused(t, which == 2 || which == 3 || which == 5 ? "overwrites what was there" : "has no gradient");
  }
}

static void rows_beyond_capacity_are_refused(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(41);
  tape *t = tape_start(CAPACITY);
  draw_elementwise(t, &rng, MT_OP_COPY, 0, true);
  mt_error error = {0};
  size_t length;
  working w = {.bytes = tape_write(t, &length)};
  assert_int_equal(mt_program_open(w.bytes, length, &w.program, &error), MT_OK);
  assert_int_equal(mt_back_start(&w.program, 0, 0, &w.run, &error), MT_OK);
  assert_int_equal(mt_back_rows(&w.run, 0, &error), MT_INVALID);
  assert_int_equal(mt_back_rows(&w.run, CAPACITY + 1, &error), MT_INVALID);
  mt_back_stop(&w.run);
  free(w.bytes);
  tape_drop(t);
}

static int tell_worst(void **state) {
  (void)state;
#define TELL(name, number, ...) \
  if (worst[number] > 0) print_message("%-8s worst relative error %.1e\n", #name, worst[number]);
  MT_OPS(TELL)
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(elementwise_ops), cmocka_unit_test(unary_functions),  cmocka_unit_test(binary_functions),
      cmocka_unit_test(matrix_products), cmocka_unit_test(reductions),       cmocka_unit_test(along_the_last_dimension),
      cmocka_unit_test(gathers),         cmocka_unit_test(the_best_of_a_row), cmocka_unit_test(recurrent_ops),
      cmocka_unit_test(whole_numbers),   cmocka_unit_test(ties_and_zeros), cmocka_unit_test(hostile_tapes), cmocka_unit_test(what_training_needs), cmocka_unit_test(rows_beyond_capacity_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, tell_worst);
}

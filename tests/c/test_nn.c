/* Every op of a tensor program against a plain reference in double, over random shapes, strides and row counts; nothing
 * but the views that an op writes may change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "definition.h"
#include "draws.h"

#define TRIALS 400

/* Runs the tape's one op on `rows` random rows and compares: what the op writes, and that nothing else changed. */
static void check(tape *t, mt_rng *rng, double low, double high, double tolerance) {
  working w;
  work_start(&w, t);
  uint32_t rows = 1 + mt_rng_below(rng, t->capacity);
  float *before = malloc(4 * (size_t)t->scratch + 4);
  double *values = malloc(8 * (size_t)t->scratch + 8);
  for (uint32_t i = 0; i < t->scratch; i++) w.run.scratch[i] = (float)(low + (high - low) * (double)mt_rng_unit(rng));
  asked q = ask(&w, values, 0, rows);
  if (q.op->code == MT_OP_GATHER) fill_indices(q.op, q.v[1], q.v[2], rows, t->capacity, rng, w.run.scratch);
  memcpy(before, w.run.scratch, 4 * (size_t)t->scratch);
  for (uint32_t i = 0; i < t->scratch; i++) values[i] = (double)before[i];
  mt_error error = {0};
  mt_status status = mt_run_rows(&w.run, rows, &error);
  if (status != MT_OK) fail_msg("%s", error.message);
  size_t at[MT_RANK] = {0};
  do {
    int64_t place = place_at(q.v[0], at);
    double found = (double)w.run.scratch[place], wanted = expect(&q, at);
    if (!(fabs(found - wanted) <= tolerance * (1 + fabs(wanted))) && !(isnan(found) && isnan(wanted)) && found != wanted)
      fail_msg("op %u kind %u: found %.9g, expected %.9g", q.op->code, q.op->kind, found, wanted);
    w.run.scratch[place] = before[place];
  } while (step_index(q.v[0], rows, at));
  assert_memory_equal(before, w.run.scratch, 4 * (size_t)t->scratch);
  free(before), free(values);
  work_end(&w);
  tape_drop(t);
}

/* -- the ops -- */

static void elementwise_ops(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(11);
  static const mt_op_code CODES[] = {MT_OP_COPY, MT_OP_UNARY, MT_OP_BINARY, MT_OP_WHERE};
  for (int trial = 0; trial < TRIALS; trial++)
    for (uint32_t which = 0; which < 4; which++) {
      tape *t = tape_start(CAPACITY);
      uint32_t kind = which == 1 ? (uint32_t)trial % MT_UNARY_COUNT : which == 2 ? (uint32_t)trial % MT_BINARY_COUNT : 0;
      draw_elementwise(t, &rng, CODES[which], kind, false);
      bool positive = (which == 1 && (kind == MT_UNARY_SQRT || kind == MT_UNARY_LOG)) || (which == 2 && kind == MT_BINARY_POW);
      bool whole = which == 2 && ((kind >= MT_BINARY_DIV_TRUNC && kind <= MT_BINARY_FMOD) || kind == MT_BINARY_DIV);
      check(t, &rng, positive || whole ? 0.2 : -3, positive || whole ? 4 : 3, whole ? 1e-4 : 1e-6);
    }
}

static void matrix_products(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(12);
  for (int trial = 0; trial < 2 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    draw_product(t, &rng, false);
    check(t, &rng, -1, 1, 1e-5);
  }
}

static void reductions(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(13);
  for (int trial = 0; trial < 2 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    draw_reduction(t, &rng, (uint32_t)trial % MT_REDUCE_COUNT, false);
    check(t, &rng, -1.2, 1.3, 1e-5);
  }
}

static void along_the_last_dimension(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(14);
  static const mt_op_code CODES[] = {MT_OP_SOFTMAX, MT_OP_NORM, MT_OP_CUMSUM};
  for (int trial = 0; trial < 3 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    draw_along_the_last(t, &rng, CODES[trial % 3], mt_rng_below(&rng, 2), false);
    check(t, &rng, -3, 3, 2e-5);
  }
}

static void gathers(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(15);
  for (int trial = 0; trial < 3 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    if (draw_gather(t, &rng) != NULL) check(t, &rng, -1, 1, 1e-6);
    else tape_drop(t);
  }
}

static void wrong_indices_are_refused(void **state) {
  (void)state;
  static const float WRONG[] = {4, -5, 1e30f, -1e30f, NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
    tape *t = tape_start(1);
    uint32_t out = tape_scratch(t, UINT32_MAX, 1, (uint32_t[]){2}, MT_NO_ROWS), index = tape_scratch(t, UINT32_MAX, 1, (uint32_t[]){1}, MT_NO_ROWS);
    uint32_t data = tape_scratch(t, UINT32_MAX, 2, (uint32_t[]){4, 2}, MT_NO_ROWS);
    tape_op(t, MT_OP_GATHER, 0, out, data, index, MT_NO_VIEW)->n = 1;
    working w;
    work_start(&w, t);
    w.run.scratch[t->view[index].offset] = WRONG[i];
    mt_error error;
    assert_int_equal(mt_run_rows(&w.run, 1, &error), MT_INVALID);
    work_end(&w);
    tape_drop(t);
  }
}

/* A compiler's mistake that no gate looks for: whatever it gives, nothing else is touched. */
static void what_is_gathered_may_lie_upon_itself(void **state) {
  (void)state;
  tape *t = tape_start(1);
  uint32_t data = tape_scratch(t, UINT32_MAX, 2, (uint32_t[]){2, 6}, MT_NO_ROWS), index = tape_scratch(t, UINT32_MAX, 1, (uint32_t[]){1}, MT_NO_ROWS);
  uint32_t out = tape_scratch(t, t->view[data].offset + 1, 1, (uint32_t[]){6}, MT_NO_ROWS);
  tape_op(t, MT_OP_GATHER, 0, out, data, index, MT_NO_VIEW)->n = 1;
  working w;
  work_start(&w, t);
  float *scratch = w.run.scratch + t->view[data].offset;
  for (uint32_t i = 0; i < 6; i++) scratch[i] = (float)i;
  mt_error error;
  assert_int_equal(mt_run_rows(&w.run, 1, &error), MT_OK);
  for (uint32_t i = 0; i < 6; i++) assert_float_equal(scratch[i + 1], (float)i, 0);
  work_end(&w);
  tape_drop(t);
}

static void the_best_of_a_row(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(16);
  for (int trial = 0; trial < TRIALS; trial++) {
    tape *t = tape_start(1);
    uint32_t n = 1 + mt_rng_below(&rng, 20), k = 1 + mt_rng_below(&rng, n), kind = mt_rng_below(&rng, 2);
    uint32_t values = tape_scratch(t, UINT32_MAX, 1, &k, MT_NO_ROWS), places = tape_scratch(t, UINT32_MAX, 1, &k, MT_NO_ROWS);
    uint32_t a = tape_scratch(t, UINT32_MAX, 1, &n, MT_NO_ROWS);
    bool alone = mt_rng_below(&rng, 3) == 0;
    tape_op(t, MT_OP_TOPK, kind, alone ? MT_NO_VIEW : values, a, places, MT_NO_VIEW);
    working w;
    work_start(&w, t);
    float *x = w.run.scratch + t->view[a].offset, *best = w.run.scratch + t->view[values].offset, *at = w.run.scratch + t->view[places].offset;
    for (uint32_t i = 0; i < n; i++) x[i] = mt_rng_below(&rng, 9) == 0 ? -INFINITY : (float)mt_rng_below(&rng, 6);
    assert_int_equal(mt_run_rows(&w.run, 1, NULL), MT_OK);
    bool taken[32] = {false};
    for (uint32_t j = 0; j < k; j++) {
      uint32_t expected = n;
      for (uint32_t i = 0; i < n; i++)
        if (!taken[i] && (expected == n || (kind == 0 ? x[i] > x[expected] : x[i] < x[expected]))) expected = i;
      taken[expected] = true;
      assert_int_equal((uint32_t)at[j], expected);
      if (!alone) assert_true(best[j] == x[expected]);
    }
    work_end(&w);
    tape_drop(t);
  }
}

/* -- recurrent -- */

static void recurrent_ops(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(17);
  for (int trial = 0; trial < TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    const mt_op *op = draw_recurrent(t, &rng, trial % 3 == 2 ? MT_OP_LSTM : MT_OP_GRU, trial % 3 == 1, trial % 10 == 0 ? 80 : 12, false);
    bool lstm = op->code == MT_OP_LSTM;
    const mt_view *out = &t->view[op->views[0]], *third = &t->view[lstm ? op->views[3] : 0];
    working w;
    work_start(&w, t);
    for (uint32_t i = 0; i < t->scratch; i++) w.run.scratch[i] = 2 * mt_rng_unit(&rng) - 1;
    uint32_t rows = 1 + mt_rng_below(&rng, CAPACITY);
    size_t steps = out->dims[0], real = extent(out, 1, rows), wide = out->dims[2];
    double *before = malloc((t->scratch + (steps + 1) * real * wide) * sizeof *before), *states = before + t->scratch;
    double *cells = states + steps * real * wide;
    for (uint32_t i = 0; i < t->scratch; i++) before[i] = (double)w.run.scratch[i];
    asked q = ask(&w, before, 0, rows);
    expect_states(&q, states, cells);
    assert_int_equal(mt_run_rows(&w.run, rows, NULL), MT_OK);
    for (size_t s = 0; s < steps; s++)
      for (size_t n = 0; n < real; n++)
        for (size_t i = 0; i < wide; i++) {
          double found = (double)w.run.scratch[place_at(out, (size_t[]){s, n, i})], wanted = states[(s * real + n) * wide + i];
          if (!(fabs(found - wanted) < 2e-5)) fail_msg("trial %d step %zu: found %g, expected %g", trial, s, found, wanted);
        }
    for (size_t n = 0; lstm && n < real; n++)
      for (size_t i = 0; i < wide; i++)
        assert_true(fabs(cells[n * wide + i] - (double)w.run.scratch[place_at(third, (size_t[]){n, i})]) < 2e-5);
    free(before);
    work_end(&w);
    tape_drop(t);
  }
}

/* What runs once a request stays, and rows see it: out[row] = row input + (request input)², three rows in two runs. */
static void requests_and_rows(void **state) {
  (void)state;
  tape *t = tape_start(2);
  uint32_t one = 1, user = tape_scratch(t, UINT32_MAX, 1, &one, MT_NO_ROWS), square = tape_scratch(t, UINT32_MAX, 1, &one, MT_NO_ROWS);
  uint32_t item = tape_scratch(t, UINT32_MAX, 1, &one, 0), out = tape_scratch(t, UINT32_MAX, 1, &one, 0), spread;
  mt_view over = t->view[square];
  over.rows = 1, over.strides[0] = 0;
  spread = tape_add(t, over);
  tape_port(t, user, true), tape_port(t, item, true), tape_port(t, out, false);
  tape_op(t, MT_OP_UNARY, MT_UNARY_SQUARE, square, user, MT_NO_VIEW, MT_NO_VIEW);
  tape_op(t, MT_OP_BINARY, MT_BINARY_ADD, out, item, spread, MT_NO_VIEW);
  t->request_ops = 1;
  working w;
  work_start(&w, t);
  *mt_run_port(&w.run, 0) = 3;
  assert_int_equal(mt_run_request(&w.run, NULL), MT_OK);
  for (uint32_t from = 0; from < 3; from += 2) {
    uint32_t rows = from == 0 ? 2 : 1;
    for (uint32_t i = 0; i < rows; i++) mt_run_port(&w.run, 1)[i] = (float)(from + i);
    assert_int_equal(mt_run_rows(&w.run, rows, NULL), MT_OK);
    for (uint32_t i = 0; i < rows; i++) assert_true(mt_run_port(&w.run, 2)[i] == 9 + (float)(from + i));
  }
  assert_int_equal(mt_run_rows(&w.run, 3, NULL), MT_INVALID);
  assert_int_equal(mt_run_rows(&w.run, 0, NULL), MT_INVALID);
  work_end(&w);
  tape_drop(t);
}

/* Softmax over a list, [rows]: one number for each of however many there are; the largest of it, and its place. */
static void lists(void **state) {
  (void)state;
  tape *t = tape_start(5);
  uint32_t one = 1, x = tape_scratch(t, UINT32_MAX, 1, &one, 0), out = tape_scratch(t, UINT32_MAX, 1, &one, 0);
  uint32_t best = tape_scratch(t, UINT32_MAX, 1, &one, MT_NO_ROWS), place = tape_scratch(t, UINT32_MAX, 1, &one, MT_NO_ROWS);
  tape_port(t, x, true), tape_port(t, out, false);
  tape_op(t, MT_OP_SOFTMAX, 0, out, x, MT_NO_VIEW, MT_NO_VIEW);
  tape_op(t, MT_OP_TOPK, 0, best, x, place, MT_NO_VIEW);
  working w;
  work_start(&w, t);
  assert_true(w.program.is_list);
  for (uint32_t rows = 5; rows > 0; rows--) { /* longer lists first: what they left must not count */
    double sum = 0;
    for (uint32_t i = 0; i < 5; i++) mt_run_port(&w.run, 0)[i] = i < rows ? (float)i / 4 : 9;
    for (uint32_t i = 0; i < rows; i++) sum += exp(i / 4.0);
    assert_int_equal(mt_run_rows(&w.run, rows, NULL), MT_OK);
    for (uint32_t i = 0; i < rows; i++) assert_true(fabs((double)mt_run_port(&w.run, 1)[i] - exp(i / 4.0) / sum) < 1e-6);
    assert_true(w.run.scratch[t->view[best].offset] == (float)(rows - 1) / 4 && w.run.scratch[t->view[place].offset] == (float)(rows - 1));
  }
  work_end(&w);
  tape_drop(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(elementwise_ops), cmocka_unit_test(matrix_products),          cmocka_unit_test(reductions),
      cmocka_unit_test(along_the_last_dimension), cmocka_unit_test(gathers),         cmocka_unit_test(wrong_indices_are_refused), cmocka_unit_test(what_is_gathered_may_lie_upon_itself),
      cmocka_unit_test(the_best_of_a_row),        cmocka_unit_test(recurrent_ops),   cmocka_unit_test(requests_and_rows),
      cmocka_unit_test(lists),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

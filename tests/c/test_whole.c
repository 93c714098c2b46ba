/* Whole numbers as two floats against C's own integers, and sines against the library's, far from 0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "nn/block.h"
#include "tape.h"

#define TRIALS 8000

static void sines(void **state) {
  (void)state;
  for (float x = -3e6f; x < 3e6f; x += 977.3f) {
    float in[4] = {x, x / 1000, x / 1e6f, -0.0f}, out[4];
    for (mt_unary kind = MT_UNARY_SIN; kind <= MT_UNARY_COS; kind++) {
      mt_unary_block(kind, 0, 0, in, out, 4);
      for (int i = 0; i < 4; i++)
        assert_true(fabs((double)out[i] - (kind == MT_UNARY_SIN ? sin((double)in[i]) : cos((double)in[i]))) < 2e-7);
    }
  }
  float in[4] = {INFINITY, -INFINITY, NAN, 1e30f}, out[4];
  mt_unary_block(MT_UNARY_SIN, 0, 0, in, out, 4);
  assert_true(isnan(out[0]) && isnan(out[1]) && isnan(out[2]));
}

/* What C's own integers say; the divisor is not 0. */
static int64_t reckoned(mt_whole kind, int64_t a, int64_t b) {
  switch (kind) {
    case MT_WHOLE_ADD: return a + b;
    case MT_WHOLE_SUB: return a - b;
    case MT_WHOLE_MUL: return a * b;
    case MT_WHOLE_DIV: return a / b;
    case MT_WHOLE_MOD: return (a % b + b) % b;
    case MT_WHOLE_FMOD: return a % b;
    case MT_WHOLE_MIN: return a < b ? a : b;
    case MT_WHOLE_MAX: return a > b ? a : b;
    case MT_WHOLE_EQUAL: return a == b;
    case MT_WHOLE_LESS: return a < b;
    case MT_WHOLE_LESS_EQUAL: return a <= b;
  }
  return 0;
}

static int64_t random_whole(mt_rng *rng, uint32_t bits) {
  uint64_t drawn = (uint64_t)mt_rng_below(rng, UINT32_MAX) << 20 ^ mt_rng_below(rng, UINT32_MAX);
  int64_t magnitude = (int64_t)(drawn >> (64 - 12 - bits + mt_rng_below(rng, bits)) | 1);
  return mt_rng_below(rng, 2) == 0 ? magnitude : -magnitude;
}

static void whole_numbers(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(17);
  for (int trial = 0; trial < TRIALS; trial++) {
    mt_whole kind = (mt_whole)((uint32_t)trial % MT_WHOLE_COUNT);
    bool wraps = kind <= MT_WHOLE_MUL && mt_rng_below(&rng, 2) == 0, alone = mt_rng_below(&rng, 4) == 0;
    uint32_t bits = wraps ? 31 : kind == MT_WHOLE_MUL ? 24 : 47, n = 1 + mt_rng_below(&rng, 9);
    tape *t = tape_start(1);
    uint32_t v[6];
    for (int i = 0; i < 6; i++) v[i] = tape_scratch(t, UINT32_MAX, 1, &n, MT_NO_ROWS);
    mt_op *op = tape_op(t, MT_OP_WHOLE, kind, v[0], v[1], alone ? MT_NO_VIEW : v[2], v[3]);
    op->views[4] = alone ? MT_NO_VIEW : v[4], op->views[5] = v[5], op->alpha = wraps ? 1 : 0;
    working w;
    work_start(&w, t);
    int64_t a[9], b[9];
    float *of[6];
    for (int i = 0; i < 6; i++) of[i] = w.run.scratch + t->view[v[i]].offset;
    for (uint32_t i = 0; i < n; i++) {
      a[i] = random_whole(&rng, alone ? 23 : bits), b[i] = random_whole(&rng, alone ? 23 : bits);
      if (mt_rng_below(&rng, 4) == 0) b[i] = a[i];
      of[1][i] = (float)a[i], of[2][i] = (float)(a[i] - (int64_t)of[1][i]);
      of[3][i] = (float)b[i], of[4][i] = (float)(b[i] - (int64_t)of[3][i]);
    }
    mt_error error;
    assert_int_equal(mt_run_rows(&w.run, 1, &error), MT_OK);
    for (uint32_t i = 0; i < n; i++) {
      int64_t wanted = reckoned(kind, a[i], b[i]);
      if (wraps) wanted = (int32_t)(uint32_t)(uint64_t)wanted;
      assert_int_equal((int64_t)of[0][i] + (int64_t)of[5][i], wanted);
      assert_true(of[0][i] == (float)wanted);
    }
    work_end(&w);
    tape_drop(t);
  }
}

/* Products beyond all that is kept are some number or other, in every build. */
static void products_too_large(void **state) {
  (void)state;
  const uint32_t n = 1;
  for (int64_t factor = INT64_C(0x7fffffff); factor < INT64_C(1) << 49; factor = 2 * factor + 1) {
    tape *t = tape_start(1);
    uint32_t v[6];
    for (int i = 0; i < 6; i++) v[i] = tape_scratch(t, UINT32_MAX, 1, &n, MT_NO_ROWS);
    mt_op *op = tape_op(t, MT_OP_WHOLE, MT_WHOLE_MUL, v[0], v[1], v[2], v[3]);
    op->views[4] = v[4], op->views[5] = v[5];
    working w;
    work_start(&w, t);
    for (int i = 1; i < 4; i += 2) {
      w.run.scratch[t->view[v[i]].offset] = (float)factor;
      w.run.scratch[t->view[v[i + 1]].offset] = (float)(factor - (int64_t)(float)factor);
    }
    mt_error error;
    assert_int_equal(mt_run_rows(&w.run, 1, &error), MT_OK);
    assert_true(isfinite(w.run.scratch[t->view[v[0]].offset]) && isfinite(w.run.scratch[t->view[v[5]].offset]));
    work_end(&w);
    tape_drop(t);
  }
}

/* What is no whole number, or too large for one, counts as 0, and so does what is divided by 0. */
static void no_whole_numbers(void **state) {
  (void)state;
  static const float ODD[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f, 0};
  uint32_t n = sizeof ODD / sizeof *ODD;
  for (uint32_t kind = 0; kind < MT_WHOLE_COUNT; kind++) {
    tape *t = tape_start(1);
    uint32_t out = tape_scratch(t, UINT32_MAX, 1, &n, MT_NO_ROWS), a = tape_scratch(t, UINT32_MAX, 1, &n, MT_NO_ROWS);
    tape_op(t, MT_OP_WHOLE, kind, out, a, MT_NO_VIEW, a);
    working w;
    work_start(&w, t);
    memcpy(w.run.scratch + t->view[a].offset, ODD, sizeof ODD);
    mt_error error;
    assert_int_equal(mt_run_rows(&w.run, 1, &error), MT_OK);
    for (uint32_t i = 0; i < n; i++)
      assert_true(w.run.scratch[t->view[out].offset + i] == (kind == MT_WHOLE_EQUAL || kind == MT_WHOLE_LESS_EQUAL ? 1.0f : 0.0f));
    work_end(&w);
    tape_drop(t);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sines), cmocka_unit_test(whole_numbers), cmocka_unit_test(no_whole_numbers),
                                     cmocka_unit_test(products_too_large)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

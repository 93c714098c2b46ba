/* The gate of tensor programs: what it refuses, and that whatever it lets through runs inside its memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "bundle/binding.h"
#include "bundle/golden.h"
#include "tape.h"

static void the_sample_runs(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 20; seed++) {
    tape *t = tape_sample(seed);
    working w;
    work_start(&w, t);
    mt_error error;
    mt_run_port(&w.run, 0)[1] = 7;
    mt_run_port(&w.run, 0)[2] = -8; /* from the end */
    assert_int_equal(mt_run_request(&w.run, &error), MT_OK);
    assert_int_equal(mt_run_rows(&w.run, 2, &error), MT_OK);
    mt_run_port(&w.run, 0)[0] = 8;
    assert_int_equal(mt_run_request(&w.run, &error), MT_INVALID);
    assert_string_equal(error.message, "program: an id of 8, expected one from 0 to 7");
    work_end(&w);
    tape_drop(t);
  }
}

/* -- tapes that are wrong in one place -- */

static mt_status open_tape(const tape *t) {
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  mt_program program;
  mt_error error;
  mt_status status = mt_program_open(bytes, length, &program, &error);
  free(bytes);
  return status;
}

#define REFUSED_IN(made, change)                  \
  do {                                            \
    tape *t = made;                               \
    assert_int_equal(open_tape(t), MT_OK);        \
    change;                                       \
    assert_int_equal(open_tape(t), MT_CORRUPT);   \
    tape_drop(t);                                 \
  } while (0)
#define REFUSED(change) REFUSED_IN(tape_sample(1), change)

static void broken_tapes_are_refused(void **state) {
  (void)state;
  REFUSED(t->capacity = 0);
  REFUSED(t->capacity = MT_PROGRAM_ROWS + 1);
  REFUSED(t->capacity = 3); /* memory was laid out for 2 */
  REFUSED(t->scratch -= 1);
  REFUSED(t->scratch = MT_PROGRAM_SCRATCH + 1);
  REFUSED(t->request_ops = t->ops + 1);
  REFUSED(t->request_ops = t->ops); /* ops on rows */
  REFUSED(t->constants -= 128);
  REFUSED(t->port[0].name_length = 11);
  REFUSED(t->port[1].rank = 7);
  REFUSED(t->port[1].dims[1] = 0);
  REFUSED(t->port[1].rows_axis = 1);
  REFUSED(t->port[2].offset = t->scratch);
  REFUSED(t->port[2].role = MT_PORT_TABLE);
  REFUSED((t->port[1].role = MT_PORT_TABLE, t->port[1].ids = 9));
  REFUSED((t->port[1].role = MT_PORT_TABLE, t->port[1].ids = 0));
  REFUSED(t->view[0].place = 2);
  REFUSED(t->view[0].type = MT_TYPE_F16); /* in scratch */
  REFUSED(t->view[0].rank = 7);
  REFUSED(t->view[0].rows = 2);
  REFUSED(t->view[0].offset = t->scratch);
  REFUSED(t->view[0].dims[0] = 0);
  REFUSED(t->view[0].dims[0] = UINT32_MAX);
  REFUSED(t->view[0].strides[0] = INT32_MAX);
  REFUSED(t->view[0].strides[0] = INT32_MIN);
  REFUSED(t->view[0].strides[0] = -1); /* before the first */
  REFUSED(t->view[6].dims[0] = 2); /* shapes no longer fit */
  REFUSED(t->view[2].scales = t->constants);
  REFUSED(t->view[2].scale_axis = 2);
  REFUSED(t->view[2].scale_axis = 1); /* a gather's scales go with its ids */
  for (uint32_t i = 0; i < 13; i++) {
    REFUSED(t->op[i].code = MT_OP_COUNT);
    REFUSED(t->op[i].kind = 250);
    REFUSED(t->op[i].views[1] = MT_NO_VIEW);
    REFUSED(t->op[i].views[1] = t->views);
    REFUSED(t->op[i].views[6] = 0);
    if (i != 6) REFUSED(t->op[i].views[0] = 3); /* constants */
  }
  REFUSED(t->op[0].n = 2);
  REFUSED(t->op[0].m = 1);
  REFUSED(t->op[11].views[1] = 2); /* coded floats where plain ones are read */
}

static void work_is_bounded(void **state) {
  (void)state;
  tape *t = tape_start(1);
  uint32_t one = tape_scratch(t, UINT32_MAX, 0, NULL, MT_NO_ROWS);
  mt_view endless = {.rank = 6, .dims = {1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20}};
  uint32_t all = tape_add(t, endless);
  tape_op(t, MT_OP_REDUCE, MT_REDUCE_SUM, one, all, MT_NO_VIEW, MT_NO_VIEW)->m = 6;
  assert_int_equal(open_tape(t), MT_CORRUPT);
  t->view[all].dims[0] = 64, t->view[all].rank = 1, t->op[0].m = 1;
  assert_int_equal(open_tape(t), MT_OK);
  tape_drop(t);
}

/* Axes of rows are as long as the longest list, and each with each other: [rows, rows] is memory, and work. */
static void lists_are_bounded(void **state) {
  (void)state;
  tape *t = tape_list(9);
  working w;
  work_start(&w, t);
  assert_true(w.program.is_list && w.program.widest == 9);
  for (uint32_t rows = 9; rows > 0; rows--) {
    for (uint32_t i = 0; i < 2 * rows; i++) mt_run_port(&w.run, 0)[i] = (float)(i * i % 7) / 4;
    assert_int_equal(mt_run_rows(&w.run, rows, NULL), MT_OK);
    double seen[18], mean[2] = {0};
    const float *in = mt_run_port(&w.run, 0);
    for (uint32_t i = 0; i < rows; i++) {
      double sum = 0, of[2] = {0};
      for (uint32_t j = 0; j < rows; j++) {
        double e = exp((double)in[2 * i] * (double)in[2 * j] + (double)in[2 * i + 1] * (double)in[2 * j + 1]);
        sum += e, of[0] += e * (double)in[2 * j], of[1] += e * (double)in[2 * j + 1];
      }
      for (uint32_t d = 0; d < 2; d++) seen[2 * i + d] = of[d] / sum, mean[d] += of[d] / sum / rows;
    }
    for (uint32_t i = 0; i < rows; i++)
      assert_true(fabs((double)mt_run_port(&w.run, 1)[i] - (seen[2 * i] + seen[2 * i + 1] - mean[0] - mean[1])) < 1e-5);
  }
  work_end(&w);
  tape_drop(t);
  REFUSED_IN(tape_list(9), t->scratch--); /* the last of the pairs is outside */
  REFUSED_IN(tape_list(9), t->capacity = 10);
  REFUSED_IN(tape_list(9), t->view[4].rows = 1); /* pairs that are none */
  REFUSED_IN(tape_list(9), t->view[4].rows = 7); /* more axes than there are */
  REFUSED_IN(tape_list(9), t->view[4].strides[0] = 10);
  REFUSED_IN(tape_list(9), t->view[2].rows = 1); /* what was summed over does not stay */
  REFUSED_IN(tape_list(9), t->request_ops = 1);  /* rows before there are any */
  t = tape_start(1000);
  uint32_t one = tape_scratch(t, UINT32_MAX, 0, NULL, MT_NO_ROWS), cube = tape_add(t, (mt_view){.rank = 3, .rows = 7, .dims = {1, 1, 1}});
  tape_op(t, MT_OP_REDUCE, MT_REDUCE_SUM, one, cube, MT_NO_VIEW, MT_NO_VIEW)->m = 3;
  assert_int_equal(open_tape(t), MT_OK);
  t->view[cube].dims[0] = 2; /* 2 · 1000³ */
  assert_int_equal(open_tape(t), MT_CORRUPT);
  tape_drop(t);
  for (int32_t stride = 0; stride < 2; stride++) { /* one number for all rows, and one for each place */
    t = tape_start(4);
    uint32_t each = 1, out = tape_scratch(t, UINT32_MAX, 1, &each, 0), places = tape_constant(t, 1, (uint32_t[]){4}, (float[]){3, 1, 4, 1});
    t->view[places].dims[0] = 1, t->view[places].rows = 1, t->view[places].strides[0] = stride;
    tape_op(t, MT_OP_COPY, 0, out, places, MT_NO_VIEW, MT_NO_VIEW);
    work_start(&w, t);
    assert_int_equal(w.program.is_list, stride);
    work_end(&w);
    t->constants -= 4; /* the last place */
    assert_int_equal(open_tape(t), stride == 1 ? MT_CORRUPT : MT_OK);
    tape_drop(t);
  }
}

/* Random bytes of a good tape are changed; what the gate lets through runs, and a sanitizer watches. */
static void mutate(tape *t) {
  mt_rng rng = mt_rng_seed(5);
  size_t length;
  unsigned char *good = tape_write(t, &length), *bytes = exact_memory(length);
  uint32_t opened = 0;
  for (int trial = 0; trial < 60000; trial++) {
    memcpy(bytes, good, length);
    for (uint32_t changes = 1 + mt_rng_below(&rng, 3); changes > 0; changes--) {
      size_t at = mt_rng_below(&rng, (uint32_t)length);
      if (mt_rng_below(&rng, 2) == 0) bytes[at] = (unsigned char)mt_rng_below(&rng, 9);
      else bytes[at] ^= (unsigned char)(1u << mt_rng_below(&rng, 8));
    }
    mt_program program;
    if (mt_program_open(bytes, length, &program, NULL) != MT_OK || program.work > 1u << 16 || program.scratch > 1u << 16) continue;
    opened++;
    mt_run run = {&program, exact_memory(4 * (size_t)program.scratch), exact_memory(32 * (size_t)program.widest)};
    (void)mt_run_request(&run, NULL);
    (void)mt_run_rows(&run, program.capacity, NULL);
    free(run.scratch), free(run.panel);
  }
  assert_true(opened > 5000);
  free(good), free(bytes);
  tape_drop(t);
}
static void mutated_tapes_stay_inside(void **state) {
  (void)state;
  mutate(tape_sample(3));
  mutate(tape_list(5));
}

/* -- golden pairs, numbers -- */

static void golden_sections(void **state) {
  (void)state;
  tape *t = tape_sample(1);
  working w;
  work_start(&w, t);
  size_t length = MT_GOLDEN_HEAD + 4 * 2 * (5 + 4);
  unsigned char *bytes = exact_memory(length);
  mt_golden golden;
  mt_store_u32(bytes, 2), mt_store_u32(bytes + 4, 5), mt_store_u32(bytes + 8, 4);
  assert_int_equal(mt_golden_open(bytes, length, &w.program, &golden, NULL), MT_OK);
  assert_ptr_equal(golden.output, golden.input + 10);
  assert_int_equal(mt_golden_open(bytes, length - 4, &w.program, &golden, NULL), MT_CORRUPT);
  mt_store_u32(bytes, UINT32_MAX);
  assert_int_equal(mt_golden_open(bytes, length, &w.program, &golden, NULL), MT_CORRUPT);
  mt_store_u32(bytes, 2), mt_store_u32(bytes + 4, 6);
  assert_int_equal(mt_golden_open(bytes, length, &w.program, &golden, NULL), MT_CORRUPT);
  free(bytes);
  work_end(&w);
  tape_drop(t);
}

static void numbers_by_table(void **state) {
  (void)state;
  for (uint32_t width = 1; width <= 4; width++) {
    size_t length = MT_NUMBERS_HEAD + 3 * width + 4;
    unsigned char *bytes = exact_memory(length);
    mt_numbers numbers;
    mt_store_u32(bytes + 4, 3), mt_store_u32(bytes + 8, width), mt_store_u32(bytes + 16, 200);
    for (uint32_t i = 0; i < 3; i++) bytes[MT_NUMBERS_HEAD + i * width] = (unsigned char)(100 + 50 * i);
    assert_int_equal(mt_numbers_open(bytes, length, 3, &numbers, NULL), MT_OK);
    assert_int_equal(mt_number_of(&numbers, NULL, 0, NULL), 100);
    assert_int_equal(mt_number_of(&numbers, NULL, 1, NULL), 150);
    assert_int_equal(mt_number_of(&numbers, NULL, 2, NULL), MT_UNBOUND); /* 200: not known */
    assert_int_equal(mt_numbers_open(bytes, length, 4, &numbers, NULL), MT_CORRUPT);
    mt_store_u32(bytes + 16, (1u << 24) + 1);
    assert_int_equal(mt_numbers_open(bytes, length, 3, &numbers, NULL), MT_CORRUPT);
    free(bytes);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_sample_runs),           cmocka_unit_test(broken_tapes_are_refused), cmocka_unit_test(work_is_bounded),
      cmocka_unit_test(lists_are_bounded),
      cmocka_unit_test(mutated_tapes_stay_inside), cmocka_unit_test(golden_sections),          cmocka_unit_test(numbers_by_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

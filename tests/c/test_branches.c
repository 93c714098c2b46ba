/* Training a scorer of a tree's nodes: the loss and all gradients of a share against differences of a plain reference in double, and
 * the same sums whatever parts rows are gathered in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "learn/branches.h"
#include "tape.h"

#define LENGTH 3u
#define WIDTH 4u
#define NODES 7u /* three of the items, four of the level above */
#define ROWS 2u
#define ITEMS 6u
#define ALL 10u /* with the level above */
#define STEP 1e-5

static const uint32_t PARENTS[ALL] = {6, 6, 7, 7, 8, 9, MT_NO_ITEM, MT_NO_ITEM, MT_NO_ITEM, MT_NO_ITEM};
static const uint32_t ENDS[2] = {3, NODES};
static const uint32_t HISTORY[ROWS * LENGTH] = {MT_NO_ITEM, 0, 3, 5, 5, 1};
static const uint32_t ASKED[ROWS * NODES] = {2, 4, 1, 7, 8, 6, 9, 0, 3, MT_NO_ITEM, 6, 7, 9, MT_NO_ITEM};
static const float WANTED[ROWS * NODES] = {1, 0, 0, 0.5f, 0.5f, 0, 0, 0, 0, 0, 0, 1, 0, 0};

/* score[node] = <its vector, parameter · sum of the history's>. */
static tape *scorer(void) {
  tape *t = tape_start(ROWS);
  const uint32_t none = MT_NO_VIEW, fresh = UINT32_MAX;
  uint32_t history = tape_scratch(t, fresh, 3, (uint32_t[]){1, LENGTH, WIDTH}, 0), mask = tape_scratch(t, fresh, 2, (uint32_t[]){1, LENGTH}, 0);
  uint32_t asked = tape_scratch(t, fresh, 3, (uint32_t[]){1, NODES, WIDTH}, 0), by = tape_scratch(t, fresh, 1, (uint32_t[]){WIDTH}, MT_NO_ROWS);
  uint32_t sum = tape_scratch(t, fresh, 2, (uint32_t[]){1, WIDTH}, 0), person = tape_scratch(t, fresh, 3, (uint32_t[]){1, WIDTH, 1}, 0);
  uint32_t score = tape_scratch(t, fresh, 3, (uint32_t[]){1, NODES, 1}, 0);
  mt_view across = t->view[history], spread = t->view[by], flat = t->view[person];
  across.dims[1] = WIDTH, across.dims[2] = LENGTH, across.strides[1] = 1, across.strides[2] = WIDTH;
  spread.rank = 2, spread.rows = 1, spread.dims[0] = 1, spread.dims[1] = WIDTH, spread.strides[0] = 0, spread.strides[1] = 1;
  flat.rank = 2, flat.dims[2] = 0, flat.strides[2] = 0;
  tape_op(t, MT_OP_REDUCE, MT_REDUCE_SUM, sum, tape_add(t, across), none, none)->m = 1;
  tape_op(t, MT_OP_BINARY, MT_BINARY_MUL, tape_add(t, flat), sum, tape_add(t, spread), none);
  tape_op(t, MT_OP_MATMUL, MT_UNARY_NONE, score, asked, person, none);
  tape_port(t, history, true), tape_port(t, mask, true), tape_port(t, asked, true), tape_port(t, by, true), tape_port(t, score, false);
  return t;
}

static double number_of(const double *rows, uint32_t node, uint32_t d) {
  double sum = 0;
  for (; node != MT_NO_ITEM; node = PARENTS[node]) sum += rows[node * WIDTH + d];
  return sum;
}

static double plain_loss(const double *rows, const double *by, double weight) {
  double loss = 0;
  for (uint32_t r = 0; r < ROWS; r++) {
    double score[NODES] = {0};
    for (uint32_t n = 0; n < NODES; n++)
      for (uint32_t d = 0; d < WIDTH && ASKED[r * NODES + n] != MT_NO_ITEM; d++) {
        double person = 0;
        for (uint32_t h = 0; h < LENGTH; h++) person += number_of(rows, HISTORY[r * LENGTH + h], d);
        score[n] += person * by[d] * number_of(rows, ASKED[r * NODES + n], d);
      }
    for (uint32_t level = 0, from = 0; level < 2; from = ENDS[level++]) {
      double sum = 0, counts = 0;
      for (uint32_t n = from; n < ENDS[level]; n++) {
        counts += (double)WANTED[r * NODES + n];
        if (ASKED[r * NODES + n] != MT_NO_ITEM) sum += exp(score[n]);
      }
      for (uint32_t n = from; n < ENDS[level]; n++)
        if (counts > 0) loss += weight * (double)WANTED[r * NODES + n] * (log(sum) - score[n]);
    }
  }
  return loss;
}

static void gradients_are_differences(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(4);
  tape *t = scorer();
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  tape_drop(t);
  mt_error error = {0};
  mt_branches_shape shape = {LENGTH, WIDTH, NODES, 0, 1, 2, 4, 4, 0, 3, 1, 0};
  mt_branches *slot = mt_make_branches(bytes, length, &shape, &error);
  if (slot == NULL) fail_msg("%s", error.message);
  float rows[ALL * WIDTH], by[WIDTH], sum[ALL * WIDTH] = {0}, dense[WIDTH];
  double plain[ALL * WIDTH], plain_by[WIDTH];
  for (uint32_t i = 0; i < ALL * WIDTH; i++) plain[i] = (double)(rows[i] = mt_rng_normal(&rng) / 2);
  for (uint32_t i = 0; i < WIDTH; i++) plain_by[i] = (double)(by[i] = mt_rng_normal(&rng));
  const mt_branches_table table = {rows, PARENTS};
  const mt_branches_share share = {by, ROWS, HISTORY, ASKED, WANTED, 2, ENDS, 0.5f, 0};
  double loss;
  assert_int_equal(mt_branches_slot(slot, &table, &share, &loss, &error), MT_OK);
  assert_true(fabs(loss - plain_loss(plain, plain_by, 0.5)) < 1e-5);
  const mt_branches *const slots[] = {slot};
  uint8_t seen[ALL] = {0};
  uint32_t touched[ALL];
  double squares = 0, own = 0, met = 0, of[2];
  for (uint32_t part = 0; part < 3; part++) {
    assert_int_equal(mt_branches_gather(slots, 1, &table, part, 3, sum, seen, touched, of, NULL), MT_OK);
    met += of[0], squares += of[1];
  }
  assert_true(met == ALL);
  for (uint32_t i = 0; i < ALL * WIDTH; i++) {
    double was = plain[i];
    plain[i] = was + STEP;
    double above = plain_loss(plain, plain_by, 0.5);
    plain[i] = was - STEP;
    double slope = (above - plain_loss(plain, plain_by, 0.5)) / (2 * STEP);
    plain[i] = was;
    if (!(fabs(slope - (double)sum[i]) < 1e-4)) fail_msg("row %u: found %g, expected %g", i / WIDTH, (double)sum[i], slope);
    own += (double)sum[i] * (double)sum[i];
  }
  assert_true(fabs(own - squares) < 1e-6 * own);
  assert_int_equal(mt_branches_dense(slots, 1, dense, &squares, NULL), MT_OK);
  for (uint32_t d = 0; d < WIDTH; d++) {
    double was = plain_by[d];
    plain_by[d] = was + STEP;
    double above = plain_loss(plain, plain_by, 0.5);
    plain_by[d] = was - STEP;
    double slope = (above - plain_loss(plain, plain_by, 0.5)) / (2 * STEP);
    plain_by[d] = was;
    if (!(fabs(slope - (double)dense[d]) < 1e-4)) fail_msg("parameter %u: found %g, expected %g", d, (double)dense[d], slope);
  }
  mt_drop_branches(slot);
  free(bytes);
}

static void what_does_not_fit_is_refused(void **state) {
  (void)state;
  tape *t = scorer();
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  tape_drop(t);
  mt_error error;
  mt_branches_shape shape = {LENGTH, WIDTH, NODES + 1, 0, 1, 2, 4, 4, 0, 3, 1, 0};
  assert_null(mt_make_branches(bytes, length, &shape, &error));
  assert_string_equal(error.message, "training: a program whose inputs or output are not those of 8 nodes of 4 numbers");
  shape.nodes = NODES, shape.parameters = 9;
  assert_null(mt_make_branches(bytes, length, &shape, &error));
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gradients_are_differences),
      cmocka_unit_test(what_does_not_fit_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

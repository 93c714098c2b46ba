/* Procrustes: a rotation that is known is found, what nothing tells of stays, and where some direction could turn either way nothing does. */
#include "learn_help.h"

#include "base/rng.h"
#include "learn/procrustes.h"

#define ROWS 300u
#define DIM 16u

/* Turns two coordinates after the other, of those below `dims`. */
static void spin(float *rows, uint32_t dims) {
  for (uint32_t r = 0; r < ROWS; r++)
    for (uint32_t d = 0; d + 1 < dims; d++) {
      float *x = rows + r * DIM + d, a = x[0], b = x[1];
      x[0] = cosf(2.0f) * a - sinf(2.0f) * b;
      x[1] = sinf(2.0f) * a + cosf(2.0f) * b;
    }
}

static double apart_after(const float *x, const float *rotation, const float *y) {
  double sum = 0, all = 0;
  for (uint32_t r = 0; r < ROWS; r++)
    for (uint32_t d = 0; d < DIM; d++) {
      double turned = 0, at = (double)y[r * DIM + d];
      for (uint32_t k = 0; k < DIM; k++) turned += (double)x[r * DIM + k] * (double)rotation[k * DIM + d];
      sum += (turned - at) * (turned - at), all += at * at;
    }
  return sqrt(sum / all);
}

static void a_known_rotation_is_found(void **state) {
  (void)state;
  mt_error error = {0};
  for (uint32_t dims = DIM - 3; dims <= DIM; dims++) { /* the last dimensions may be empty */
    float x[ROWS * DIM], y[ROWS * DIM], rotation[DIM * DIM];
    mt_rng rng = mt_rng_seed(dims);
    for (uint32_t i = 0; i < ROWS * DIM; i++) x[i] = y[i] = i % DIM < dims ? mt_rng_normal(&rng) * (float)(1 + i % DIM) : 0;
    spin(y, dims);
    for (uint32_t i = 0; i < ROWS * DIM; i++) y[i] += i % DIM < dims ? 0.01f * mt_rng_normal(&rng) : 0;
    for (uint32_t d = 0; d < DIM; d++) y[5 * DIM + d] = 0, x[7 * DIM + d] = 0, y[7 * DIM + d] = 0;
    ok(mt_procrustes(x, y, ROWS, DIM, rotation, &error), &error);
    for (uint32_t d = 0; d < DIM; d++) x[5 * DIM + d] = 0; /* which has said nothing */
    assert_true(apart_after(x, rotation, y) < 0.01);
    for (uint32_t i = 0; i < DIM; i++)
      for (uint32_t j = 0; j < DIM; j++) {
        double product = 0;
        for (uint32_t k = 0; k < DIM; k++) product += (double)(rotation[i * DIM + k] * rotation[j * DIM + k]);
        near(product, i == j, 1e-5);
        if (i >= dims || j >= dims) near((double)rotation[i * DIM + j], i == j, 1e-5);
      }
  }
}

static void what_nothing_tells_stays(void **state) {
  (void)state;
  mt_error error = {0};
  float x[ROWS * DIM] = {0}, y[ROWS * DIM] = {0}, rotation[DIM * DIM];
  ok(mt_procrustes(x, y, ROWS, DIM, rotation, &error), &error);
  for (uint32_t i = 0; i < DIM * DIM; i++) assert_true(rotation[i] == 0);
  x[0] = 1, y[1] = 2; /* the first axis goes to the second, but where does that one go? */
  ok(mt_procrustes(x, y, ROWS, DIM, rotation, &error), &error);
  for (uint32_t i = 0; i < DIM * DIM; i++) assert_true(rotation[i] == 0);
  x[DIM + 1] = 1, y[DIM] = -3; /* there; and of all others nothing is said */
  ok(mt_procrustes(x, y, ROWS, DIM, rotation, &error), &error);
  near((double)rotation[1], 1, 1e-3);
  near((double)rotation[DIM], -1, 1e-3);
  for (uint32_t d = 2; d < DIM; d++) near((double)rotation[d * (DIM + 1)], 1, 1e-5);
  x[3] = INFINITY;
  assert_int_equal(mt_procrustes(x, y, ROWS, DIM, rotation, &error), MT_INVALID);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_known_rotation_is_found), cmocka_unit_test(what_nothing_tells_stays)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

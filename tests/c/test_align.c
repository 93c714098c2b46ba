/* Alignment of items that are met with any items: its loss by the definition, and its gradients against differences of that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/rng.h"
#include "exact.h"
#include "learn/align.h"

enum { ITEMS = 15, WIDTH = 8, MOST = 12 };
#define STEP 1e-5

static double covariance(const double *table, const uint32_t *item, uint32_t n, uint32_t a, uint32_t b) {
  double means[2] = {0}, sum = 0;
  for (uint32_t i = 0; i < n; i++) means[0] += table[item[i] * WIDTH + a] / n, means[1] += table[item[i] * WIDTH + b] / n;
  for (uint32_t i = 0; i < n; i++) sum += (table[item[i] * WIDTH + a] - means[0]) * (table[item[i] * WIDTH + b] - means[1]);
  return sum / (n - 1);
}

static double plain(const mt_alignment *of, const double *table) {
  double sum = 0;
  for (uint32_t a = 0; a < WIDTH; a++)
    for (uint32_t b = 0; b < WIDTH; b++) {
      double off = covariance(table, of->shown, of->shown_count, a, b) - covariance(table, of->other, of->other_count, a, b);
      sum += off * off;
    }
  return (double)of->strength * sum / (WIDTH * WIDTH);
}

static void the_loss_and_its_gradients(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(61);
  for (uint32_t trial = 0; trial < 40; trial++) {
    uint32_t shown[MOST], other[MOST];
    float *table = exact_memory(ITEMS * WIDTH * sizeof *table), sum[ITEMS * WIDTH] = {0};
    double exact[ITEMS * WIDTH], loss;
    for (uint32_t i = 0; i < ITEMS * WIDTH; i++) table[i] = mt_rng_normal(&rng), exact[i] = (double)table[i];
    for (uint32_t i = 0; i < MOST; i++) shown[i] = mt_rng_below(&rng, ITEMS), other[i] = mt_rng_below(&rng, ITEMS);
    const mt_alignment of = {WIDTH, 0.5f + mt_rng_unit(&rng), 2 + mt_rng_below(&rng, MOST - 1), 2 + mt_rng_below(&rng, MOST - 1), shown, other};
    mt_error error = {0};
    assert_int_equal(mt_align(&of, table, sum, &loss, &error), MT_OK);
    double wanted = plain(&of, exact);
    assert_true(fabs(loss - wanted) <= 1e-5 * fmax(1, wanted));
    for (uint32_t i = 0; i < ITEMS * WIDTH; i++) {
      double keep = exact[i], side[2];
      for (int s = 0; s < 2; s++) exact[i] = keep + (s == 0 ? STEP : -STEP), side[s] = plain(&of, exact);
      exact[i] = keep;
      double slope = (side[0] - side[1]) / (2 * STEP);
      if (!(fabs((double)sum[i] - slope) <= 1e-4 * fmax(0.1, fabs(slope)))) fail_msg("found %.9g, expected %.9g", (double)sum[i], slope);
    }
    free(table);
  }
}

static void of_one_item_nothing_is_said(void **state) {
  (void)state;
  const uint32_t one[] = {0}, two[] = {0, 1};
  float table[2 * WIDTH] = {1}, sum[2 * WIDTH] = {0};
  const mt_alignment of[] = {{WIDTH, 1, 1, 2, one, two}, {WIDTH, 1, 2, 1, two, one}, {WIDTH, 1, 0, 0, NULL, NULL}};
  for (int i = 0; i < 3; i++) {
    mt_error error = {0};
    double loss = 1;
    assert_int_equal(mt_align(&of[i], table, sum, &loss, &error), MT_OK);
    assert_true(loss == 0);
    for (uint32_t d = 0; d < 2 * WIDTH; d++) assert_true(sum[d] == 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_loss_and_its_gradients), cmocka_unit_test(of_one_item_nothing_is_said)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

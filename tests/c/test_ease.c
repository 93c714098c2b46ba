/* EASE against its formula, worked out in double. */
#include "learn_help.h"

#include "base/rng.h"
#include "learn/ease.h"

#define USERS 40u
#define MOST_ITEMS 64u

/* r: who met what, and how strongly; nobody met item 1. */
static void make_log(uint32_t items, uint64_t seed, double r[USERS][MOST_ITEMS], mt_lists *by_user) {
  mt_rng rng = mt_rng_seed(seed);
  mt_error error = {0};
  ok(mt_lists_alloc(USERS, items, (size_t)USERS * items, by_user, &error), &error);
  uint32_t used = 0;
  for (uint32_t u = 0; u < USERS; u++) {
    for (uint32_t i = 0; i < items; i++) {
      r[u][i] = 0;
      if (i == 1 || mt_rng_below(&rng, 3) != 0) continue;
      by_user->items[used] = i;
      by_user->weights[used] = 0.5f + mt_rng_unit(&rng);
      r[u][i] = (double)by_user->weights[used++];
    }
    by_user->start[u + 1] = used;
  }
}

/* In place by Gauss and Jordan, in double. */
static void invert_plainly(size_t n, double *a) {
  for (size_t p = 0; p < n; p++) {
    double pivot = a[p * n + p];
    a[p * n + p] = 1;
    for (size_t j = 0; j < n; j++) a[p * n + j] /= pivot;
    for (size_t i = 0; i < n; i++) {
      double factor = a[i * n + p];
      if (i == p) continue;
      a[i * n + p] = 0;
      for (size_t j = 0; j < n; j++) a[i * n + j] -= factor * a[p * n + j];
    }
  }
}

static void ease_by_definition(void **state) {
  (void)state;
  static const uint32_t sides[] = {3, 8, 30, 61};
  for (size_t s = 0; s < sizeof sides / sizeof *sides; s++) {
    uint32_t n = sides[s];
    double r[USERS][MOST_ITEMS];
    mt_error error = {0};
    mt_lists by_user, lists;
    make_log(n, s, r, &by_user);
    double *p = calloc((size_t)n * n, sizeof *p), diagonal = 0, met = 0;
    for (uint32_t i = 0; i < n; i++) {
      for (uint32_t j = 0; j < n; j++)
        for (uint32_t u = 0; u < USERS; u++) p[i * n + j] += r[u][i] * r[u][j];
      diagonal += p[i * n + i];
      met += p[i * n + i] > 0;
    }
    for (uint32_t i = 0; i < n; i++) p[i * n + i] += 1.5 * diagonal / met;
    invert_plainly(n, p);
    ok(mt_ease_train(&by_user, 1.5f, n, &lists, &error), &error);
    ok(mt_lists_check(&lists, &error), &error);
    uint32_t below = 0;
    for (uint32_t i = 0; i < n; i++) {
      double last = INFINITY;
      assert_int_equal(lists.start[i + 1] - lists.start[i], i == 1 ? 0 : met - 1); /* nobody met item 1 */
      for (uint32_t e = lists.start[i]; e < lists.start[i + 1]; e++) {
        uint32_t j = lists.items[e];
        assert_true(j != i && fabs((double)lists.weights[e]) <= last);
        near((double)lists.weights[e], -p[i * n + j] / p[j * n + j], 2e-5);
        last = fabs((double)lists.weights[e]);
        below += lists.weights[e] < 0;
      }
    }
    assert_true(n < 30 || below > 0);
    mt_lists_free(&lists);
    ok(mt_ease_train(&by_user, 1.5f, 2, &lists, &error), &error);
    assert_int_equal(lists.start[1], 2 < met - 1 ? 2 : (uint32_t)met - 1);
    mt_lists_free(&lists);
    free(p);
    mt_lists_free(&by_user);
  }
}

/* Every step of every person, as the formula has it; items 0 .. n - 2 are met, some of them again. */
static void order_by_definition(void **state) {
  (void)state;
  enum { PERSONS = 12, EVENTS = 9 };
  static const double fading = 0.9, ahead = 0.7;
  static const uint32_t sides[] = {4, 9, 30};
  for (size_t s = 0; s < sizeof sides / sizeof *sides; s++) {
    uint32_t n = sides[s], user[PERSONS * EVENTS], item[PERSONS * EVENTS];
    mt_rng rng = mt_rng_seed(s);
    mt_error error = {0};
    mt_log log;
    mt_lists lists;
    for (uint32_t e = 0; e < PERSONS * EVENTS; e++) {
      user[e] = e / EVENTS;
      item[e] = e < n - 1 ? e : mt_rng_below(&rng, n - 1);
    }
    double *p = calloc((size_t)n * n, sizeof *p), *c = calloc((size_t)n * n, sizeof *c), diagonal = 0;
    for (uint32_t u = 0; u < PERSONS; u++)
      for (uint32_t t = 0; t + 1 < EVENTS; t++) {
        double before[MOST_ITEMS] = {0}, after[MOST_ITEMS] = {0};
        for (uint32_t e = 0; e <= t; e++) before[item[u * EVENTS + e]] += pow(fading, t - e);
        for (uint32_t e = t + 1; e < EVENTS; e++) after[item[u * EVENTS + e]] += pow(ahead, e - t - 1);
        for (uint32_t i = 0; i < n; i++)
          for (uint32_t j = 0; j < n; j++) {
            p[i * n + j] += before[i] * before[j];
            c[i * n + j] += before[i] * after[j];
          }
      }
    for (uint32_t i = 0; i < n; i++) diagonal += p[i * n + i];
    for (uint32_t i = 0; i < n; i++) p[i * n + i] += 0.5 * diagonal / (n - 1);
    invert_plainly(n, p);
    ok(mt_log_build(PERSONS, n, PERSONS * EVENTS, user, item, NULL, NULL, &log, &error), &error);
    ok(mt_ease_train_order(&log, (float)fading, 0.5f, n, &lists, &error), &error);
    ok(mt_lists_check(&lists, &error), &error);
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t e = lists.start[i]; e < lists.start[i + 1]; e++) {
        uint32_t j = lists.items[e];
        double expected = 0;
        for (uint32_t k = 0; k < n; k++) expected += p[i * n + k] * c[k * n + j];
        assert_true(j != i);
        near((double)lists.weights[e], expected, 2e-5);
      }
    assert_true(lists.start[1] > 0);
    assert_int_equal(lists.start[n], lists.start[n - 1]); /* nobody met the last item */
    mt_lists_free(&lists);
    assert_int_equal(mt_ease_train_order(&log, 1, 0.5f, n, &lists, &error), MT_INVALID);
    assert_string_equal(error.message, "ease: expected a fading from 0 to below 1");
    mt_log_free(&log);
    free(p);
    free(c);
  }
}

static void ease_refuses(void **state) {
  (void)state;
  double r[USERS][MOST_ITEMS];
  mt_error error = {0};
  mt_lists by_user, lists;
  make_log(8, 1, r, &by_user);
  assert_int_equal(mt_ease_train(&by_user, 0, 2, &lists, &error), MT_INVALID);
  assert_string_equal(error.message, "ease: expected a ridge above 0");
  mt_lists_free(&by_user);
  float singular[16] = {0}, work[16];
  assert_int_equal(mt_invert_f32(singular, 4, work, &error), MT_INVALID);
  mt_lists none;
  ok(mt_lists_alloc(2, 5, 0, &none, &error), &error); /* nobody met anything */
  ok(mt_ease_train(&none, 1, 2, &lists, &error), &error);
  assert_int_equal(lists.start[5], 0);
  mt_lists_free(&lists);
  mt_lists_free(&none);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(ease_by_definition), cmocka_unit_test(order_by_definition),
                                     cmocka_unit_test(ease_refuses)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

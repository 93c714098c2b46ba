/* Factors: alternating least squares and what it stands on, against plain references on small random data. */
#include "world.h"

#include "learn/als.h"
#include "learn/eigen.h"
#include "tower/solve.h"

static world w;

static void cholesky_solves(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(3);
  for (size_t d = 4; d <= 40; d += 4)
    for (size_t n = 0; n < 9; n += 4) {
      float x[8 * 40], a[40 * 40] = {0}, whole[40 * 40], b[40], right[40];
      for (size_t i = 0; i < n * d; i++) x[i] = mt_rng_normal(&rng);
      for (size_t i = 0; i < d; i++) {
        a[i * d + i] = 0.5f;
        b[i] = right[i] = mt_rng_normal(&rng);
      }
      mt_syrk_f32(x, n, d, a);
      for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j <= i; j++) {
          double sum = i == j ? 0.5 : 0;
          for (size_t r = 0; r < n; r++) sum += (double)x[r * d + i] * (double)x[r * d + j];
          near((double)a[i * d + j], sum, 1e-4);
          whole[i * d + j] = whole[j * d + i] = a[i * d + j];
        }
      assert_true(mt_cholesky_f32(a, d));
      mt_cholesky_apply_f32(a, b, d);
      for (size_t i = 0; i < d; i++) {
        double sum = 0;
        for (size_t j = 0; j < d; j++) sum += (double)whole[i * d + j] * (double)b[j];
        near(sum, (double)right[i], 1e-3);
      }
    }
  float zero[16] = {0};
  assert_false(mt_cholesky_f32(zero, 4));
}

/* One row in double, by Gaussian elimination on the whole system. */
static void als_row_reference(const mt_als *als, const mt_lists *lists, uint32_t row, const float *other, double *x) {
  size_t d = als->dims, stride = mt_als_stride(als);
  double a[32][33] = {{0}};
  uint32_t events = lists->start[row + 1] - lists->start[row];
  double ridge = (double)als->reg * pow(events + (double)als->unobserved * lists->width, (double)als->nu);
  for (uint32_t i = 0; i < lists->width; i++) {
    double r = 0;
    for (uint32_t e = lists->start[row]; e < lists->start[row + 1]; e++)
      if (lists->items[e] == i) r = (double)lists->weights[e];
    for (size_t p = 0; p < d; p++) {
      for (size_t q = 0; q < d; q++)
        a[p][q] += ((double)als->unobserved + r) * (double)other[i * stride + p] * (double)other[i * stride + q];
      a[p][d] += r * (double)other[i * stride + p];
    }
  }
  for (size_t p = 0; p < d; p++) a[p][p] += ridge;
  for (size_t p = 0; p < d; p++)
    for (size_t r = 0; r < d; r++)
      if (r != p) {
        double factor = a[r][p] / a[p][p];
        for (size_t q = p; q <= d; q++) a[r][q] -= factor * a[p][q];
      }
  for (size_t p = 0; p < d; p++) x[p] = a[p][d] / a[p][p];
}

/* Values, vectors, and what they make again; of matrices of full and of small rank, diagonal ones, and 0. */
static void eigen_takes_apart(void **state) {
  (void)state;
  mt_error error = {0};
  mt_rng rng = mt_rng_seed(5);
  for (size_t n = 1; n <= 40; n += 3)
    for (size_t rank = 0; rank <= n; rank += 1 + n / 3) {
      double a[40 * 40] = {0}, v[40 * 40], value[40];
      for (size_t r = 0; r < rank; r++) {
        double x[40];
        for (size_t i = 0; i < n; i++) x[i] = n % 2 ? (double)mt_rng_normal(&rng) : i == r;
        for (size_t i = 0; i < n; i++)
          for (size_t j = 0; j < n; j++) a[i * n + j] += x[i] * x[j] * (r % 2 ? -1 : 1);
      }
      memcpy(v, a, n * n * sizeof *v);
      ok(mt_eigen(v, n, value, &error), &error);
      for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
          double product = 0, again = 0;
          for (size_t k = 0; k < n; k++) {
            product += v[k * n + i] * v[k * n + j];
            again += v[i * n + k] * value[k] * v[j * n + k];
          }
          near(product, i == j, 1e-9);
          near(again, a[i * n + j], 1e-9);
        }
    }
  double wrong[9] = {(double)NAN, 1, 2, 1, 1, 1, 2, 1, 1}, value[3];
  assert_int_equal(mt_eigen(wrong, 3, value, &error), MT_INVALID); /* it ends */
}

/* Turns the rows that are kept, and solves; what comes out is turned as well. */
static void solve(const mt_als *als, const mt_lists *lists, float *other, uint32_t pieces, float *axes, float *out) {
  static float gram[32 * 32], values[32];
  mt_error error = {0};
  ok(mt_als_gram(als, other, lists->width, gram, &error), &error);
  ok(mt_als_axes(als, gram, axes, values, &error), &error);
  ok(mt_als_turn(als, axes, other, lists->width, &error), &error);
  for (uint32_t piece = pieces; piece-- > 0;) { /* in any order */
    uint32_t first = lists->keys * piece / pieces, last = lists->keys * (piece + 1) / pieces;
    ok(mt_als_solve(als, lists, other, axes, values, first, last, out + first * mt_als_stride(als), &error), &error);
  }
}

static void als_solves_rows_and_ranges_agree(void **state) {
  (void)state;
  mt_error error = {0};
  static float items[MAX_SIDE * 32], kept[MAX_SIDE * 32], whole[MAX_SIDE * 32], parts[MAX_SIDE * 32], again[MAX_SIDE * 32];
  float axes[32 * 32];
  for (uint32_t turn = 0; turn < 10; turn++) {
    uint32_t dims = 1 + turn / 2 * 7;
    mt_als als = {dims, 0.2f, turn % 2 ? 0.5f : 0.01f, turn % 2 ? 0.0f : dims % 2 ? 1.0f : 0.5f, 3 * dims};
    size_t stride = mt_als_stride(&als), bytes = MAX_SIDE * stride * sizeof *items;
    make_world(&w, 30, 40, 900, true, MT_REPEATS_SUM, dims);
    ok(mt_als_init(&als, 5, 0, w.items, items, &error), &error);
    ok(mt_als_init(&als, 5, 0, 7, parts, &error), &error);
    ok(mt_als_init(&als, 5, 7, w.items, parts + 7 * stride, &error), &error);
    assert_memory_equal(items, parts, w.items * stride * sizeof *items);
    memset(whole, 0, sizeof whole);
    memset(parts, 0, sizeof parts);
    solve(&als, &w.by_user, memcpy(kept, items, bytes), 1, axes, whole);
    solve(&als, &w.by_user, memcpy(kept, items, bytes), 3, axes, parts);
    assert_memory_equal(whole, parts, w.users * stride * sizeof *whole);
    ok(mt_als_init(&als, 7, 0, w.users, again, &error), &error); /* wherever it starts */
    solve(&als, &w.by_user, memcpy(kept, items, bytes), 1, axes, again);
    for (uint32_t u = 0; u < w.users; u++) {
      double x[32] = {0};
      als_row_reference(&als, &w.by_user, u, items, x);
      for (size_t j = 0; j < stride; j++) {
        double along = 0; /* the reference, turned */
        for (size_t k = 0; k < dims; k++) along += x[k] * (double)axes[k * stride + j];
        near((double)whole[u * stride + j], j < dims ? along : 0, 2e-3);
        near((double)again[u * stride + j], j < dims ? along : 0, 2e-3);
      }
    }
    free_world(&w);
  }
}

/* The objective as its definition reads. */
static double objective(const mt_als *als, const float *users, const float *items) {
  size_t stride = mt_als_stride(als);
  double sum = 0;
  for (uint32_t u = 0; u < w.users; u++)
    for (uint32_t i = 0; i < w.items; i++) {
      double dot = 0;
      for (size_t j = 0; j < als->dims; j++) dot += (double)users[u * stride + j] * (double)items[i * stride + j];
      sum += w.r[u][i] * (dot - 1) * (dot - 1) + (double)als->unobserved * dot * dot;
    }
  for (uint32_t u = 0; u < w.users; u++)
    for (size_t j = 0; j < als->dims; j++)
      sum += (double)als->reg * (double)(users[u * stride + j] * users[u * stride + j]) *
             (w.by_user.start[u + 1] - w.by_user.start[u] + (double)als->unobserved * w.items);
  for (uint32_t i = 0; i < w.items; i++)
    for (size_t j = 0; j < als->dims; j++)
      sum += (double)als->reg * (double)(items[i * stride + j] * items[i * stride + j]) *
             (w.by_item.start[i + 1] - w.by_item.start[i] + (double)als->unobserved * w.users);
  return sum;
}

static void als_objective_falls(void **state) {
  (void)state;
  mt_error error = {0};
  static float users[MAX_SIDE * 12], items[MAX_SIDE * 12], axes[12 * 12];
  mt_als als = {10, 0.1f, 0.02f, 1, 2};
  size_t stride = mt_als_stride(&als);
  make_world(&w, 40, 30, 400, true, MT_REPEATS_MAX, 1);
  memset(users, 0, sizeof users);
  ok(mt_als_init(&als, 1, 0, w.items, items, &error), &error);
  double before = INFINITY;
  for (uint32_t iteration = 1; iteration < 8; iteration++) {
    solve(&als, &w.by_user, items, 2, axes, users);
    solve(&als, &w.by_item, users, 2, axes, items);
    double value = objective(&als, users, items);
    assert_true(value < before * (1 + 1e-6));
    before = value;
  }
  for (size_t j = 0; j < stride; j++) assert_true(items[1 * stride + j] == 0); /* item 1 has no events */
  free_world(&w);
}

static void als_refuses(void **state) {
  (void)state;
  mt_error error = {0};
  float x[4];
  mt_als none = {0, 1, 1, 1, 1}, wild = {4, 0, 1, 1, 1};
  assert_int_equal(mt_als_init(&none, 1, 0, 1, x, &error), MT_INVALID);
  assert_string_equal(error.message, "als: found 0 dimensions, expected 1 to 1024");
  assert_int_equal(mt_als_init(&wild, 1, 0, 1, x, &error), MT_INVALID);
}

static void als_weights_by_hand(void **state) {
  (void)state;
  mt_error error = {0};
  mt_log log;
  mt_lists by_user, by_item;
  uint32_t user[] = {0, 1, 2, 3, 0}, item[] = {0, 0, 0, 0, 2};
  ok(mt_log_build(4, 3, 5, user, item, NULL, NULL, &log, &error), &error);
  ok(mt_log_matrix(&log, MT_REPEATS_MAX, &by_user, &by_item, &error), &error);
  ok(mt_als_weigh(0.5f, &by_user, &by_item, &error), &error); /* 1/2 for item 0, 1 for item 2; mean 3/5 */
  for (uint32_t e = 0; e < 5; e++) near((double)by_item.weights[e], e < 4 ? 5.0 / 6 : 5.0 / 3, 1e-6);
  near((double)by_user.weights[0], 5.0 / 6, 1e-6);
  near((double)by_user.weights[1], 5.0 / 3, 1e-6);
  mt_lists_free(&by_user);
  mt_lists_free(&by_item);
  mt_log_free(&log);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cholesky_solves),
      cmocka_unit_test(eigen_takes_apart),
      cmocka_unit_test(als_solves_rows_and_ranges_agree),
      cmocka_unit_test(als_objective_falls),
      cmocka_unit_test(als_refuses),
      cmocka_unit_test(als_weights_by_hand),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

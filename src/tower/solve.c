#include "tower/solve.h"

#include <math.h>

#include "base/simd.h"

/* One tile: rows i .. i + 3, columns j .. j + 3, kept in registers while all rows of x go by. */
static void syrk_tile(const float *x, size_t n, size_t d, float *a, size_t i, size_t j) {
  float *r0 = a + i * d + j, *r1 = r0 + d, *r2 = r1 + d, *r3 = r2 + d;
  mt_f4 s0 = mt_f4_load(r0), s1 = mt_f4_load(r1), s2 = mt_f4_load(r2), s3 = mt_f4_load(r3);
  for (size_t k = 0; k < n; k++, x += d) {
    mt_f4 y = mt_f4_load(x + j);
    s0 = mt_f4_muladd(mt_f4_splat(x[i]), y, s0);
    s1 = mt_f4_muladd(mt_f4_splat(x[i + 1]), y, s1);
    s2 = mt_f4_muladd(mt_f4_splat(x[i + 2]), y, s2);
    s3 = mt_f4_muladd(mt_f4_splat(x[i + 3]), y, s3);
  }
  mt_f4_store(r0, s0);
  mt_f4_store(r1, s1);
  mt_f4_store(r2, s2);
  mt_f4_store(r3, s3);
}

void mt_syrk_f32(const float *x, size_t n, size_t d, float *a) {
  for (size_t i = 0; i < d; i += 4)
    for (size_t j = 0; j <= i; j += 4) syrk_tile(x, n, d, a, i, j);
}

/* Row by row (Cholesky-Banachiewicz): L[i][j] needs the dot of two row prefixes, and rows are contiguous. Four lanes sum
 * the whole fours of a prefix, the rest is added singly. */
static float prefix_dot(const float *a, const float *b, size_t n) {
  size_t whole = n & ~(size_t)3;
  float sum = mt_dot_f32(a, b, whole);
  for (size_t i = whole; i < n; i++) sum += a[i] * b[i];
  return sum;
}

bool mt_cholesky_f32(float *a, size_t d) {
  for (size_t i = 0; i < d; i++) {
    float *row = a + i * d;
    for (size_t j = 0; j < i; j++) row[j] = (row[j] - prefix_dot(row, a + j * d, j)) * a[j * d + j];
    float pivot = row[i] - prefix_dot(row, row, i);
    if (!(pivot > 0) || !isfinite(pivot)) return false;
    row[i] = 1.0f / sqrtf(pivot);
  }
  return true;
}

void mt_cholesky_apply_f32(const float *a, float *b, size_t d) {
  for (size_t i = 0; i < d; i++) b[i] = (b[i] - prefix_dot(a + i * d, b, i)) * a[i * d + i];
  /* Lᵀ x = y, by columns of Lᵀ, which are rows of L. */
  for (size_t i = d; i-- > 0;) {
    b[i] *= a[i * d + i];
    for (size_t j = 0; j < i; j++) b[j] -= a[i * d + j] * b[i];
  }
}

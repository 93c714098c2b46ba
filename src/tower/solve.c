#include "tower/solve.h"

#include <math.h>

#include "base/simd.h"

/* One tile of a: rows i .. i + 3, columns j .. j + 7 (or j + 3), kept in registers while all rows of x go by. */
static void tile8(const float *x, size_t n, size_t d, float *a, size_t i, size_t j) {
  mt_f4 s[4][2];
  for (size_t r = 0; r < 4; r++) {
    s[r][0] = mt_f4_load(a + (i + r) * d + j);
    s[r][1] = mt_f4_load(a + (i + r) * d + j + 4);
  }
  for (size_t k = 0; k < n; k++, x += d) {
    mt_f4 y0 = mt_f4_load(x + j), y1 = mt_f4_load(x + j + 4);
    for (size_t r = 0; r < 4; r++) {
      mt_f4 xi = mt_f4_splat(x[i + r]);
      s[r][0] = mt_f4_muladd(xi, y0, s[r][0]);
      s[r][1] = mt_f4_muladd(xi, y1, s[r][1]);
    }
  }
  for (size_t r = 0; r < 4; r++) {
    mt_f4_store(a + (i + r) * d + j, s[r][0]);
    mt_f4_store(a + (i + r) * d + j + 4, s[r][1]);
  }
}

static void tile4(const float *x, size_t n, size_t d, float *a, size_t i, size_t j) {
  mt_f4 s[4];
  for (size_t r = 0; r < 4; r++) s[r] = mt_f4_load(a + (i + r) * d + j);
  for (size_t k = 0; k < n; k++, x += d) {
    mt_f4 y = mt_f4_load(x + j);
    for (size_t r = 0; r < 4; r++) s[r] = mt_f4_muladd(mt_f4_splat(x[i + r]), y, s[r]);
  }
  for (size_t r = 0; r < 4; r++) mt_f4_store(a + (i + r) * d + j, s[r]);
}

void mt_syrk_f32(const float *x, size_t n, size_t d, float *a) {
  if (n == 0) return;
  for (size_t i = 0; i < d; i += 4) {
    size_t j = 0;
    for (; j + 8 <= i + 4; j += 8) tile8(x, n, d, a, i, j);
    if (j < i + 4) tile4(x, n, d, a, i, j);
  }
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

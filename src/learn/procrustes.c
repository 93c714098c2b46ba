#include "learn/procrustes.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/simd.h"
#include "learn/eigen.h"
#include "learn/lists.h"

#define MOST 20000    /* rows that tell it; of more, so many evenly spread */
#define BLOCK 1024    /* rows that are summed in float before the double takes them */
#define STAYS 1e-4    /* how much speaks for staying, beside the mean of what speaks for turning */
#define UNKNOWN 1e-13 /* an eigenvalue so far below the largest is none */

/* cross[dim][dim] = XᵀY. sums[dim][dim]: scratch. */
static void cross_of(const float *x, const float *y, uint32_t rows, size_t dim, float *sums, double *cross) {
  uint32_t apart = rows / MOST + 1, count = rows / apart;
  memset(cross, 0, dim * dim * sizeof *cross);
  for (uint32_t first = 0; first < count; first += BLOCK) {
    memset(sums, 0, dim * dim * sizeof *sums);
    for (uint32_t i = first; i < count && i < first + BLOCK; i++) {
      const float *a = x + (size_t)i * apart * dim, *b = y + (size_t)i * apart * dim;
      float square = mt_dot_f32(a, a, dim) * mt_dot_f32(b, b, dim);
      if (!(square > 0)) continue;
      for (size_t d = 0; d < dim; d++) mt_axpy_f32(a[d] / sqrtf(square), b, sums + d * dim, dim);
    }
    for (size_t cell = 0; cell < dim * dim; cell++) cross[cell] += (double)sums[cell];
  }
}

/* out[n][n] = a · b. */
static void multiply(const double *a, const double *b, size_t n, double *out) {
  memset(out, 0, n * n * sizeof *out);
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++)
      for (size_t j = 0; j < n; j++) out[i * n + j] += a[i * n + k] * b[k * n + j];
}

/* out[n][n] = aᵀ a. */
static void square_of(const double *a, size_t n, double *out) {
  memset(out, 0, n * n * sizeof *out);
  for (size_t k = 0; k < n; k++)
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++) out[i * n + j] += a[k * n + i] * a[k * n + j];
}

/* axes[n][n], eigenvectors as columns, becomes V diag(value^-½) Vᵀ: with w = V diag(value^-¼), w wᵀ. */
static void inverse_root(const double *values, size_t n, double *axes, double *out) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) axes[i * n + j] /= sqrt(sqrt(values[j]));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      double sum = 0;
      for (size_t k = 0; k < n; k++) sum += axes[i * n + k] * axes[j * n + k];
      out[i * n + j] = sum;
    }
}

/* cross, square, root: [dim][dim] scratch; values[dim]. */
static mt_status solve(const float *x, const float *y, uint32_t rows, size_t dim, double *cross, double *square, double *root,
                       double *values, float *rotation, mt_error *error) {
  cross_of(x, y, rows, dim, rotation, cross);
  double size = 0, largest = 0, least = INFINITY;
  for (size_t cell = 0; cell < dim * dim; cell++) size += cross[cell] * cross[cell];
  for (size_t i = 0; i < dim; i++) cross[i * (dim + 1)] += STAYS * sqrt(size / (double)dim);
  memset(rotation, 0, dim * dim * sizeof *rotation);
  square_of(cross, dim, square);
  MT_TRY(mt_eigen(square, dim, values, error));
  for (size_t i = 0; i < dim; i++) {
    largest = values[i] > largest ? values[i] : largest;
    least = values[i] < least ? values[i] : least;
  }
  if (!(least > UNKNOWN * largest)) return MT_OK;
  inverse_root(values, dim, square, root);
  multiply(cross, root, dim, square);
  for (size_t cell = 0; cell < dim * dim; cell++) rotation[cell] = (float)square[cell];
  return MT_OK;
}

mt_status mt_procrustes(const float *x, const float *y, uint32_t rows, uint32_t dim, float *rotation, mt_error *error) {
  size_t cells = (size_t)dim * dim;
  double *room = mt_learn_alloc(3 * cells + dim, sizeof *room);
  if (room == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for a rotation of %u dimensions", dim);
  mt_status status = solve(x, y, rows, dim, room, room + cells, room + 2 * cells, room + 3 * cells, rotation, error);
  free(room);
  return status;
}

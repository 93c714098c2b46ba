#include "learn/eigen.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define MOST_STEPS 60 /* for each value; two or three are usual */
#define EPSILON 0x1p-52 /* of double */

/* v becomes the turn Z for which Zᵀ A Z has the diagonal d[n] and beside it e[1 .. n - 1]. */
static void reduce(double *v, size_t n, double *d, double *e) {
  for (size_t j = 0; j < n; j++) d[j] = v[(n - 1) * n + j];
  for (size_t i = n - 1; i > 0; i--) {
    double scale = 0, h = 0;
    for (size_t k = 0; k < i; k++) scale += fabs(d[k]);
    if (scale == 0) {
      e[i] = d[i - 1];
      for (size_t j = 0; j < i; j++) {
        d[j] = v[(i - 1) * n + j];
        v[i * n + j] = v[j * n + i] = 0;
      }
      d[i] = 0;
      continue;
    }
    for (size_t k = 0; k < i; k++) {
      d[k] /= scale;
      h += d[k] * d[k];
    }
    double f = d[i - 1], g = f > 0 ? -sqrt(h) : sqrt(h), both = 0;
    e[i] = scale * g;
    h -= f * g;
    d[i - 1] = f - g;
    for (size_t j = 0; j < i; j++) e[j] = 0;
    for (size_t j = 0; j < i; j++) {
      f = v[j * n + i] = d[j];
      g = e[j] + v[j * n + j] * f;
      for (size_t k = j + 1; k < i; k++) {
        g += v[k * n + j] * d[k];
        e[k] += v[k * n + j] * f;
      }
      e[j] = g;
    }
    for (size_t j = 0; j < i; j++) {
      e[j] /= h;
      both += e[j] * d[j];
    }
    for (size_t j = 0; j < i; j++) e[j] -= both / (h + h) * d[j];
    for (size_t j = 0; j < i; j++) {
      for (size_t k = j; k < i; k++) v[k * n + j] -= d[j] * e[k] + e[j] * d[k];
      d[j] = v[(i - 1) * n + j];
      v[i * n + j] = 0;
    }
    d[i] = h;
  }
}

/* The reflections that reduce has left in v, multiplied together. */
static void accumulate(double *v, size_t n, double *d, double *e) {
  for (size_t i = 0; i + 1 < n; i++) {
    v[(n - 1) * n + i] = v[i * n + i];
    v[i * n + i] = 1;
    double h = d[i + 1];
    if (h != 0) {
      for (size_t k = 0; k <= i; k++) d[k] = v[k * n + i + 1] / h;
      for (size_t j = 0; j <= i; j++) {
        double g = 0;
        for (size_t k = 0; k <= i; k++) g += v[k * n + i + 1] * v[k * n + j];
        for (size_t k = 0; k <= i; k++) v[k * n + j] -= g * d[k];
      }
    }
    for (size_t k = 0; k <= i; k++) v[k * n + i + 1] = 0;
  }
  for (size_t j = 0; j < n; j++) {
    d[j] = v[(n - 1) * n + j];
    v[(n - 1) * n + j] = 0;
  }
  v[n * n - 1] = 1;
  e[0] = 0;
}

/* One QL step on the block l .. m, from which a shift has been taken. */
static void step(double *v, size_t n, double *d, double *e, size_t l, size_t m) {
  double p = d[m], c = 1, c2 = 1, c3 = 1, s = 0, s2 = 0, next = d[l + 1], below = e[l + 1];
  for (size_t i = m; i-- > l;) {
    c3 = c2;
    c2 = c;
    s2 = s;
    double g = c * e[i], h = c * p, r = sqrt(p * p + e[i] * e[i]);
    e[i + 1] = s * r;
    s = e[i] / r;
    c = p / r;
    p = c * d[i] - s * g;
    d[i + 1] = h + s * (c * g + s * d[i]);
    for (double *row = v + i, *end = row + n * n; row < end; row += n) { /* columns i and i + 1 */
      double right = row[1];
      row[1] = s * row[0] + c * right;
      row[0] = c * row[0] - s * right;
    }
  }
  p = -s * s2 * c3 * below * e[l] / next;
  e[l] = s * p;
  d[l] = c * p;
}

/* Beside the largest number of all this is 0: what is smaller could vanish in products of it. */
static bool is_small(double x, double largest) { return fabs(x) <= EPSILON * largest; }

mt_status mt_eigen(double *v, size_t n, double *values, mt_error *error) {
  if (n == 0) return MT_OK;
  double *e = calloc(n + 1, sizeof *e), *d = values, shifted = 0, largest = 0;
  bool converged = true;
  if (e == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u eigenvalues", (uint32_t)n);
  reduce(v, n, d, e);
  accumulate(v, n, d, e);
  for (size_t i = 1; i < n; i++) e[i - 1] = e[i];
  e[n - 1] = 0;
  for (size_t l = 0; l < n; l++) largest = fabs(d[l]) + fabs(e[l]) > largest ? fabs(d[l]) + fabs(e[l]) : largest;
  for (size_t l = 0; l < n; l++) {
    size_t m = l;
    while (m + 1 < n && !is_small(e[m], largest)) m++;
    for (int turn = 0; m > l && turn < MOST_STEPS && !is_small(e[l], largest); turn++) {
      double p = (d[l + 1] - d[l]) / (2 * e[l]), r = p < 0 ? -sqrt(p * p + 1) : sqrt(p * p + 1), shift = d[l] - e[l] / (p + r);
      d[l + 1] = e[l] * (p + r);
      d[l] = e[l] / (p + r);
      for (size_t i = l + 2; i < n; i++) d[i] -= shift;
      shifted += shift;
      step(v, n, d, e, l, m);
    }
    d[l] += shifted;
    converged = converged && (m == l || is_small(e[l], largest)) && isfinite(d[l]);
    e[l] = 0;
  }
  free(e);
  return converged ? MT_OK
                   : mt_fail(error, MT_INVALID, "learn: eigenvalues of %u dimensions do not converge: a number of the matrix is not "
                                                "finite, or too large",
                             (uint32_t)n);
}

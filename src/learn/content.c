#include "learn/content.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/simd.h"

#define LITTLE 1e-3f /* of everything, beside the space that a training begins from */
#define ENOUGH 0.005 /* a step that explains so small a share more is the last */

mt_status mt_content_tfidf(mt_lists *terms, uint32_t at_least, mt_error *error) {
  uint32_t *with = calloc((size_t)terms->width + 1, sizeof *with);
  if (with == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u terms", terms->width);
  for (uint32_t e = 0; e < terms->start[terms->keys]; e++) with[terms->items[e]]++;
  if (at_least < 2) at_least = 2;
  for (uint32_t i = 0; i < terms->keys; i++) {
    double squares = 0;
    for (uint32_t e = terms->start[i]; e < terms->start[i + 1]; e++) {
      uint32_t n = with[terms->items[e]];
      double idf = log((1.0 + terms->keys) / (1.0 + n)) + 1.0;
      double cell = n < at_least ? 0 : log1p((double)terms->weights[e]) * idf;
      terms->weights[e] = (float)cell;
      squares += cell * cell;
    }
    float scale = squares > 0 ? (float)(1.0 / sqrt(squares)) : 0;
    for (uint32_t e = terms->start[i]; e < terms->start[i + 1]; e++) terms->weights[e] *= scale;
  }
  free(with);
  return MT_OK;
}

/* What follows is called for each row, and never inlined: an engine that compiles a function well once it is called often has
 * no other chance with loops that run for seconds. */
#define OFTEN __attribute__((noinline)) static

/* out[4 · vectors] = the sum of n rows of y[][k], each with its weight; rows of `items`, or NULL: the first n. */
static inline __attribute__((always_inline)) void sum_rows(const float *weights, const uint32_t *items, uint32_t n, const float *y,
                                                           size_t k, size_t vectors, float *out) {
  mt_f4 sum[4];
  for (size_t v = 0; v < vectors; v++) sum[v] = mt_f4_splat(0);
  for (uint32_t e = 0; e < n; e++) {
    const mt_f4 weight = mt_f4_splat(weights[e]);
    const float *row = y + (items == NULL ? e : items[e]) * k;
    for (size_t v = 0; v < vectors; v++) sum[v] = mt_f4_muladd(weight, mt_f4_load(row + 4 * v), sum[v]);
  }
  for (size_t v = 0; v < vectors; v++) mt_f4_store(out + 4 * v, sum[v]);
}

/* The same of whole rows: out[k], k a multiple of 4. */
OFTEN void mix(const float *weights, const uint32_t *items, uint32_t n, const float *y, size_t k, float *out) {
  size_t c = 0;
  for (; c + 16 <= k; c += 16) sum_rows(weights, items, n, y + c, k, 4, out + c);
  for (; c < k; c += 4) sum_rows(weights, items, n, y + c, k, 1, out + c);
}

/* The other way round: adds y[k], with each weight, to n rows of out[][k]. */
OFTEN void spread(const float *weights, const uint32_t *items, uint32_t n, const float *y, size_t k, float *out) {
  for (uint32_t e = 0; e < n; e++) mt_axpy_f32(weights[e], y, out + items[e] * k, k);
}

/* out[row] = X y: y[width][k], out[keys][k]. */
static void multiply(const mt_lists *x, const float *y, size_t k, float *out) {
  for (uint32_t row = 0; row < x->keys; row++) {
    uint32_t first = x->start[row];
    mix(x->weights + first, x->items + first, x->start[row + 1] - first, y, k, out + row * k);
  }
}

/* out[column] = Xᵀ y: y[keys][k], out[width][k]. */
static void multiply_transposed(const mt_lists *x, const float *y, size_t k, float *out) {
  memset(out, 0, (size_t)x->width * k * sizeof *out);
  for (uint32_t row = 0; row < x->keys; row++) {
    uint32_t first = x->start[row];
    spread(x->weights + first, x->items + first, x->start[row + 1] - first, y + row * k, k, out);
  }
}

OFTEN double long_dot(const float *a, const float *b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i += 4096) sum += mt_dot_f32(a + i, b + i, n - i < 4096 ? n - i : 4096);
  return sum;
}

/* column -= its part along an earlier one. */
OFTEN void take_off(const float *earlier, float *column, size_t padded) {
  mt_axpy_f32((float)-long_dot(earlier, column, padded), earlier, column, padded);
}

/* Columns of q[n][k] made orthonormal: modified Gram-Schmidt, once where they need but stay apart, else twice. A column that
 * depends on those before it becomes 0. columns[k][n rounded up to 4]: scratch, in which a column is contiguous. */
static void orthonormalise(float *q, size_t n, size_t k, int passes, float *columns) {
  size_t padded = mt_round_up(n, 4);
  memset(columns, 0, k * padded * sizeof *columns);
  for (size_t r = 0; r < n; r++)
    for (size_t j = 0; j < k; j++) columns[j * padded + r] = q[r * k + j];
  for (size_t j = 0; j < k; j++) {
    float *column = columns + j * padded;
    double before = long_dot(column, column, padded);
    for (int pass = 0; pass < passes; pass++)
      for (size_t i = 0; i < j; i++) take_off(columns + i * padded, column, padded);
    double after = long_dot(column, column, padded);
    float scale = after > 1e-10 * before && after > 0 ? (float)(1.0 / sqrt(after)) : 0;
    for (size_t r = 0; r < n; r++) column[r] *= scale;
  }
  for (size_t r = 0; r < n; r++)
    for (size_t j = 0; j < k; j++) q[r * k + j] = columns[j * padded + r];
}

/* Eigenvalues (diagonal of a) and eigenvectors (columns of v) of the symmetric a[k][k], by cyclic Jacobi rotations. */
static void jacobi(double *a, double *v, size_t k) {
  for (size_t i = 0; i < k * k; i++) v[i] = i % (k + 1) == 0;
  for (int sweep = 0; sweep < 30; sweep++) {
    double off = 0, all = 0;
    for (size_t i = 0; i < k * k; i++) {
      all += a[i] * a[i];
      if (i % (k + 1) != 0) off += a[i] * a[i];
    }
    if (off <= 1e-22 * all) return;
    for (size_t p = 0; p + 1 < k; p++)
      for (size_t q = p + 1; q < k; q++) {
        if (a[p * k + q] == 0) continue;
        double theta = (a[q * k + q] - a[p * k + p]) / (2 * a[p * k + q]);
        double t = (theta < 0 ? -1.0 : 1.0) / (fabs(theta) + sqrt(theta * theta + 1)), c = 1 / sqrt(t * t + 1), s = t * c;
        for (size_t r = 0; r < k; r++) { /* columns p and q */
          double x = a[r * k + p], y = a[r * k + q];
          a[r * k + p] = c * x - s * y;
          a[r * k + q] = s * x + c * y;
          x = v[r * k + p];
          y = v[r * k + q];
          v[r * k + p] = c * x - s * y;
          v[r * k + q] = s * x + c * y;
        }
        for (size_t r = 0; r < k; r++) { /* rows p and q */
          double x = a[p * k + r], y = a[q * k + r];
          a[p * k + r] = c * x - s * y;
          a[q * k + r] = s * x + c * y;
        }
      }
  }
}

/* square[k][k] += row rowᵀ, on and above the diagonal. */
OFTEN void add_square(const float *row, size_t k, double *square) {
  for (size_t i = 0; i < k; i++)
    for (size_t j = i; j < k; j++) square[i * k + j] += (double)row[i] * (double)row[j];
}

/* peak[stride] = the number of the largest magnitude in each column of basis[width][k] · axes[k][stride]. room[stride]. */
static void find_peaks(const float *basis, size_t width, size_t k, const float *axes, size_t stride, float *room, float *peak) {
  memset(peak, 0, stride * sizeof *peak);
  for (size_t r = 0; r < width; r++) {
    mix(basis + r * k, NULL, (uint32_t)k, axes, stride, room);
    for (size_t j = 0; j < stride; j++) peak[j] = fabsf(room[j]) > fabsf(peak[j]) ? room[j] : peak[j];
  }
}

/* basis[width][k] spans XᵀX's leading eigenvectors: turn it so that its columns are them, falling, and project X.
 * axes[k + 2][stride]: scratch. */
static void finish(const mt_svd *svd, const mt_lists *rows, const float *basis, float *image, size_t k, double *small,
                   double *turn, uint32_t *order, float *axes, float *vectors, float *values) {
  size_t stride = mt_round_up(svd->dims, 4);
  float *room = axes + k * stride, *peak = room + stride;
  multiply(rows, basis, k, image);
  memset(small, 0, k * k * sizeof *small);
  for (size_t r = 0; r < rows->keys; r++) add_square(image + r * k, k, small);
  for (size_t i = 0; i < k; i++)
    for (size_t j = 0; j < i; j++) small[i * k + j] = small[j * k + i];
  jacobi(small, turn, k);
  for (size_t i = 0; i < k; i++) { /* insertion sort by falling eigenvalue */
    size_t at = i;
    for (; at > 0 && small[order[at - 1] * (k + 1)] < small[i * (k + 1)]; at--) order[at] = order[at - 1];
    order[at] = (uint32_t)i;
  }
  double largest = small[order[0] * (k + 1)];
  memset(axes, 0, k * stride * sizeof *axes);
  for (size_t j = 0; j < svd->dims; j++) {
    double value = j < k ? small[order[j] * (k + 1)] : 0;
    bool real = value > 1e-9 * largest && value > 0;
    if (values != NULL) values[j] = real ? (float)sqrt(value) : 0;
    for (size_t i = 0; i < k && real; i++) axes[i * stride + j] = (float)turn[i * k + order[j]];
  }
  if (vectors == NULL) return;
  find_peaks(basis, rows->width, k, axes, stride, room, peak);
  for (size_t i = 0; i < k; i++)
    for (size_t j = 0; j < stride; j++) axes[i * stride + j] *= peak[j] < 0 ? -1.0f : 1.0f;
  for (size_t r = 0; r < rows->keys; r++) mix(image + r * k, NULL, (uint32_t)k, axes, stride, vectors + r * stride);
}

/* basis[width][k] = what the vectors of an earlier day lie in, k of their dimensions; a little of everything besides, for dimensions that
 * they do not have. image[keys][k]: scratch. */
static void begin_from(const mt_svd *svd, const mt_lists *rows, size_t k, mt_rng *rng, float *image, float *basis) {
  size_t stride = mt_round_up(svd->dims, 4), both = k < stride ? k : stride, cells = (size_t)rows->width * k;
  memset(image, 0, (size_t)rows->keys * k * sizeof *image);
  for (uint32_t row = 0; row < rows->keys; row++) memcpy(image + row * k, svd->start + row * stride, both * sizeof *image);
  multiply_transposed(rows, image, k, basis);
  double squares = 0;
  for (size_t i = 0; i < cells; i++) squares += (double)basis[i] * (double)basis[i];
  float little = squares > 0 ? LITTLE * (float)sqrt(squares / (double)cells) : 1;
  for (size_t i = 0; i < cells; i++) basis[i] += little * mt_rng_normal(rng);
}

/* Steps from an orthonormal basis, which is so again in the end. */
static void iterate(const mt_svd *svd, const mt_lists *rows, size_t k, float *image, float *columns, float *basis) {
  double before = 0;
  for (uint32_t step = 0; step < svd->steps; step++) {
    multiply(rows, basis, k, image);
    if (svd->start != NULL) {
      double now = 0;
      for (size_t i = 0; i < rows->keys * k; i++) now += (double)image[i] * (double)image[i];
      if (step > 0 && now - before <= ENOUGH * now) return;
      before = now;
    }
    multiply_transposed(rows, image, k, basis);
    orthonormalise(basis, rows->width, k, step + 1 == svd->steps || svd->start != NULL ? 2 : 1, columns);
  }
}

mt_status mt_svd_train(const mt_svd *svd, const mt_lists *rows, float *vectors, float *values, mt_error *error) {
  if (svd->dims == 0 || svd->dims > 512 || svd->oversample > 512)
    return mt_fail(error, MT_INVALID, "svd: found %u dimensions, expected 1 to 512", svd->dims);
  size_t least = rows->keys < rows->width ? rows->keys : rows->width, k = svd->dims + (svd->start == NULL ? svd->oversample : 0);
  if (k > least) k = least;
  k = mt_round_up(k, 4); /* columns past the rank turn to 0 by themselves */
  size_t stride = mt_round_up(svd->dims, 4), basis_floats, image_floats, column_floats, axis_floats;
  if (!mt_mul_size(rows->width, k, &basis_floats) || !mt_mul_size(rows->keys, k, &image_floats) ||
      !mt_mul_size(mt_round_up(rows->width, 4), k, &column_floats) || !mt_mul_size(k + 2, stride, &axis_floats))
    return mt_fail(error, MT_NO_MEMORY, "svd: no memory for %u x %u cells", rows->keys, rows->width);
  if (least == 0) {
    if (vectors != NULL) memset(vectors, 0, rows->keys * stride * sizeof *vectors);
    if (values != NULL) memset(values, 0, svd->dims * sizeof *values);
    return MT_OK;
  }
  float *basis = mt_learn_alloc(basis_floats, sizeof *basis), *image = mt_learn_alloc(image_floats, sizeof *image);
  float *columns = mt_learn_alloc(column_floats, sizeof *columns), *axes = mt_learn_alloc(axis_floats, sizeof *axes);
  double *small = mt_learn_alloc(k * k, sizeof *small), *turn = mt_learn_alloc(k * k, sizeof *turn);
  uint32_t *order = mt_learn_alloc(k, sizeof *order);
  bool fits = basis != NULL && image != NULL && columns != NULL && axes != NULL && small != NULL && turn != NULL && order != NULL;
  if (fits) {
    mt_rng rng = mt_rng_seed(svd->seed);
    if (svd->start != NULL) begin_from(svd, rows, k, &rng, image, basis);
    for (size_t i = 0; i < basis_floats && svd->start == NULL; i++) basis[i] = mt_rng_normal(&rng);
    orthonormalise(basis, rows->width, k, svd->steps == 0 ? 2 : 1, columns);
    iterate(svd, rows, k, image, columns, basis);
    finish(svd, rows, basis, image, k, small, turn, order, axes, vectors, values);
  }
  free(basis);
  free(image);
  free(columns);
  free(axes);
  free(small);
  free(turn);
  free(order);
  return fits ? MT_OK : mt_fail(error, MT_NO_MEMORY, "svd: no memory for %u x %u cells", rows->keys, rows->width);
}

#include "learn/als.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/simd.h"
#include "learn/eigen.h"
#include "tower/solve.h"

#define TILE 4  /* rows whose products with the axes go through registers together */
#define ROWS 32 /* rows that are turned side by side: while columns of the axes are in the cache, all take them */
#define SOLVED 1e-30f /* a squared residual that is as good as none, and far from where products of it would vanish */

static mt_status check(const mt_als *als, mt_error *error) {
  if (als->dims == 0 || als->dims > MT_ALS_MAX_DIMS)
    return mt_fail(error, MT_INVALID, "als: found %u dimensions, expected 1 to %u", als->dims, MT_ALS_MAX_DIMS);
  if (!(als->unobserved > 0) || !(als->reg > 0) || !isfinite(als->unobserved) || !isfinite(als->reg) ||
      !isfinite(als->nu))
    return mt_fail(error, MT_INVALID, "als: expected `unobserved` and `reg` above 0 and a finite `nu`");
  return MT_OK;
}

mt_status mt_als_weigh(float exponent, mt_lists *by_user, mt_lists *by_item, mt_error *error) {
  float *factor = mt_learn_alloc(by_item->keys, sizeof *factor);
  if (factor == NULL) return mt_fail(error, MT_NO_MEMORY, "als: no memory for %u items", by_item->keys);
  double before = 0, after = 0;
  for (uint32_t i = 0; i < by_item->keys; i++) {
    uint32_t begin = by_item->start[i], end = by_item->start[i + 1];
    factor[i] = begin == end ? 0 : powf((float)(end - begin), -exponent);
    for (uint32_t e = begin; e < end; e++) {
      before += by_item->weights[e];
      after += (double)by_item->weights[e] * factor[i];
    }
  }
  float scale = after > 0 ? (float)(before / after) : 1;
  for (uint32_t i = 0; i < by_item->keys; i++) {
    factor[i] *= scale;
    for (uint32_t e = by_item->start[i]; e < by_item->start[i + 1]; e++) by_item->weights[e] *= factor[i];
  }
  for (uint32_t e = 0; e < by_user->start[by_user->keys]; e++) by_user->weights[e] *= factor[by_user->items[e]];
  free(factor);
  return MT_OK;
}

mt_status mt_als_init(const mt_als *als, uint64_t seed, uint32_t first, uint32_t last, float *out, mt_error *error) {
  MT_TRY(check(als, error));
  size_t d = als->dims, stride = mt_als_stride(als);
  float scale = 0.1f / sqrtf((float)d);
  for (uint32_t row = first; row < last; row++) {
    float *x = out + (size_t)(row - first) * stride;
    mt_rng rng = mt_rng_seed(seed + 0x9e3779b97f4a7c15ULL * (row + 1ULL));
    for (size_t j = 0; j < d; j++) x[j] = scale * mt_rng_normal(&rng);
    for (size_t j = d; j < stride; j++) x[j] = 0;
  }
  return MT_OK;
}

mt_status mt_als_gram(const mt_als *als, const float *factors, uint32_t rows, float *gram, mt_error *error) {
  MT_TRY(check(als, error));
  size_t stride = mt_als_stride(als), cells = stride * stride;
  double *total = calloc(cells, sizeof *total);
  if (total == NULL) return mt_fail(error, MT_NO_MEMORY, "als: no memory for a Gram matrix of %u", als->dims);
  const uint32_t block = 1024; /* as many rows are summed in float before the double takes them */
  for (uint32_t row = 0; row < rows; row += block) {
    uint32_t n = rows - row < block ? rows - row : block;
    memset(gram, 0, cells * sizeof *gram);
    mt_syrk_f32(factors + (size_t)row * stride, n, stride, gram);
    for (size_t c = 0; c < cells; c++) total[c] += gram[c];
  }
  for (size_t i = 0; i < stride; i++)
    for (size_t j = 0; j <= i; j++) gram[i * stride + j] = gram[j * stride + i] = (float)total[i * stride + j];
  free(total);
  return MT_OK;
}

static float scale_of(const mt_als *als, uint32_t events, uint32_t others) {
  return powf((float)events + als->unobserved * (float)others, als->nu);
}

/* out[TILE][d] = x[TILE][d] · axes, in the `vectors` x 4 columns from j on. Sums over k in its order, whatever the tile. */
MT_VECTOR_OP void product_tile(const float *x, const float *axes, size_t d, size_t j, size_t vectors, float *out) {
  mt_f4 sum[TILE][2];
  for (size_t r = 0; r < TILE; r++)
    for (size_t c = 0; c < vectors; c++) sum[r][c] = mt_f4_splat(0);
  for (size_t k = 0; k < d; k++)
    for (size_t r = 0; r < TILE; r++)
      for (size_t c = 0; c < vectors; c++)
        sum[r][c] = mt_f4_muladd(mt_f4_splat(x[r * d + k]), mt_f4_load(axes + k * d + j + 4 * c), sum[r][c]);
  for (size_t r = 0; r < TILE; r++)
    for (size_t c = 0; c < vectors; c++) mt_f4_store(out + r * d + j + 4 * c, sum[r][c]);
}

/* out[n][d] = x[n][d] · axes, n a multiple of TILE. */
static void product(const float *x, size_t n, const float *axes, size_t d, float *out) {
  size_t j = 0;
  for (; j + 8 <= d; j += 8)
    for (size_t r = 0; r < n; r += TILE) product_tile(x + r * d, axes, d, j, 2, out + r * d);
  if (j < d)
    for (size_t r = 0; r < n; r += TILE) product_tile(x + r * d, axes, d, j, 1, out + r * d);
}

mt_status mt_als_axes(const mt_als *als, const float *gram, float *axes, float *values, mt_error *error) {
  MT_TRY(check(als, error));
  size_t d = als->dims, stride = mt_als_stride(als);
  double *turn = mt_learn_alloc(d * d + d, sizeof *turn), *value = turn + d * d;
  if (turn == NULL) return mt_fail(error, MT_NO_MEMORY, "als: no memory for the axes of %u dimensions", als->dims);
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j < d; j++) turn[i * d + j] = (double)gram[i * stride + j];
  mt_status status = mt_eigen(turn, d, value, error);
  for (size_t i = 0; i < stride; i++) {
    values[i] = i < d && value[i] > 0 ? (float)value[i] : 0; /* rounding may leave a 0 below 0 */
    for (size_t j = 0; j < stride; j++) axes[i * stride + j] = i < d && j < d ? (float)turn[i * d + j] : (float)(i == j);
  }
  free(turn);
  return status;
}

mt_status mt_als_turn(const mt_als *als, const float *axes, float *factors, uint32_t rows, mt_error *error) {
  MT_TRY(check(als, error));
  size_t stride = mt_als_stride(als), floats = ROWS * stride;
  float *scratch = calloc(2 * floats, sizeof *scratch);
  if (scratch == NULL) return mt_fail(error, MT_NO_MEMORY, "als: no memory to turn %u dimensions", als->dims);
  for (uint32_t row = 0; row < rows; row += ROWS) {
    size_t n = rows - row < ROWS ? rows - row : ROWS;
    memcpy(scratch, factors + row * stride, n * stride * sizeof *scratch);
    product(scratch, mt_round_up(n, TILE), axes, stride, scratch + floats);
    memcpy(factors + row * stride, scratch + floats, n * stride * sizeof *scratch);
  }
  free(scratch);
  return MT_OK;
}

/* The rows of H that a row's events meet, four at a time: what they share is loaded once. out += sum of how · h, where how =
 * weight · (target - <h, x>). */
static void add_events(const mt_lists *lists, uint32_t row, const float *other, size_t d, float target, const float *x, float *out) {
  uint32_t e = lists->start[row], end = lists->start[row + 1];
  for (; e + 4 <= end; e += 4) {
    const float *h[4];
    mt_f4 sum[4], how[4];
    for (size_t i = 0; i < 4; i++) {
      h[i] = other + lists->items[e + i] * d;
      sum[i] = mt_f4_splat(0);
    }
    for (size_t j = 0; j < d; j += 4) {
      mt_f4 at = mt_f4_load(x + j);
      for (size_t i = 0; i < 4; i++) sum[i] = mt_f4_muladd(mt_f4_load(h[i] + j), at, sum[i]);
    }
    for (size_t i = 0; i < 4; i++) how[i] = mt_f4_splat(lists->weights[e + i] * (target - mt_f4_sum(sum[i])));
    for (size_t j = 0; j < d; j += 4) {
      mt_f4 to = mt_f4_load(out + j);
      for (size_t i = 0; i < 4; i++) to = mt_f4_muladd(how[i], mt_f4_load(h[i] + j), to);
      mt_f4_store(out + j, to);
    }
  }
  for (; e < end; e++) {
    const float *h = other + lists->items[e] * d;
    mt_axpy_f32(lists->weights[e] * (target - mt_dot_f32(h, x, d)), h, out, d);
  }
}

/* What a row's steps need, each [stride]. */
typedef struct steps {
  float *residual, *direction, *image, *diagonal;
} steps;

/* Of A the diagonal; what a row starts with: residual = b - A x. */
static void start_row(const mt_als *als, const mt_lists *lists, uint32_t row, const float *other, const float *values,
                      const float *x, const steps *s) {
  size_t stride = mt_als_stride(als);
  float ridge = als->reg * scale_of(als, lists->start[row + 1] - lists->start[row], lists->width);
  for (size_t j = 0; j < stride; j++) {
    s->diagonal[j] = als->unobserved * values[j] + ridge;
    s->residual[j] = -s->diagonal[j] * x[j];
  }
  add_events(lists, row, other, stride, 1, x, s->residual);
}

/* <r, r / diagonal>, with r / diagonal in `out`. */
static float precondition(const steps *s, size_t d, float *out) {
  for (size_t j = 0; j < d; j += 4) mt_f4_store(out + j, mt_f4_div(mt_f4_load(s->residual + j), mt_f4_load(s->diagonal + j)));
  return mt_dot_f32(s->residual, out, d);
}

/* Conjugate gradients (Hestenes & Stiefel 1952) from where x stands. */
static bool solve_row(const mt_als *als, const mt_lists *lists, uint32_t row, const float *other, const float *values,
                      const steps *s, float *x) {
  size_t stride = mt_als_stride(als);
  start_row(als, lists, row, other, values, x, s);
  float square = precondition(s, stride, s->direction);
  for (uint32_t step = 0; step < als->steps && square > SOLVED; step++) {
    for (size_t j = 0; j < stride; j++) s->image[j] = -s->diagonal[j] * s->direction[j];
    add_events(lists, row, other, stride, 0, s->direction, s->image); /* -A · direction */
    float along = -mt_dot_f32(s->direction, s->image, stride);
    if (!(along > 0)) return false;
    mt_axpy_f32(square / along, s->direction, x, stride);
    mt_axpy_f32(square / along, s->image, s->residual, stride);
    if (step + 1 == als->steps) break;
    float next = precondition(s, stride, s->image), beta = next / square;
    for (size_t j = 0; j < stride; j++) s->direction[j] = s->image[j] + beta * s->direction[j];
    square = next;
  }
  return true;
}

mt_status mt_als_solve(const mt_als *als, const mt_lists *lists, const float *other, const float *axes, const float *values,
                       uint32_t first, uint32_t last, float *out, mt_error *error) {
  MT_TRY(check(als, error));
  if (first > last || last > lists->keys)
    return mt_fail(error, MT_INVALID, "als: found rows %u to %u, expected a range within %u", first, last, lists->keys);
  size_t stride = mt_als_stride(als);
  MT_TRY(mt_als_turn(als, axes, out, last - first, error));
  float *scratch = calloc(4 * stride, sizeof *scratch);
  if (scratch == NULL) return mt_fail(error, MT_NO_MEMORY, "als: no memory to solve for %u dimensions", als->dims);
  steps s = {scratch, scratch + stride, scratch + 2 * stride, scratch + 3 * stride};
  mt_status status = MT_OK;
  for (uint32_t row = first; row < last && status == MT_OK; row++) {
    float *x = out + (size_t)(row - first) * stride;
    if (lists->start[row] == lists->start[row + 1]) /* nothing is known of it, and 0 is what solves it */
      memset(x, 0, stride * sizeof *x);
    else if (!solve_row(als, lists, row, other, values, &s, x))
      status = mt_fail(error, MT_INVALID, "als: row %u: a system is not positive definite; raise `reg`", row);
  }
  free(scratch);
  return status;
}

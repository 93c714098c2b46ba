#include "learn/als.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/simd.h"
#include "tower/solve.h"

#define TILE 4  /* rows whose products with the Gram matrix go through registers together */
#define ROWS 32 /* rows that are solved side by side: while columns of the Gram matrix are in the cache, all take them */
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

/* out[TILE][d] = x[TILE][d] · gram, in the `vectors` x 4 columns from j on. Sums over k in its order, whatever the tile. */
MT_VECTOR_OP void product_tile(const float *x, const float *gram, size_t d, size_t j, size_t vectors, float *out) {
  mt_f4 sum[TILE][2];
  for (size_t r = 0; r < TILE; r++)
    for (size_t c = 0; c < vectors; c++) sum[r][c] = mt_f4_splat(0);
  for (size_t k = 0; k < d; k++)
    for (size_t r = 0; r < TILE; r++)
      for (size_t c = 0; c < vectors; c++)
        sum[r][c] = mt_f4_muladd(mt_f4_splat(x[r * d + k]), mt_f4_load(gram + k * d + j + 4 * c), sum[r][c]);
  for (size_t r = 0; r < TILE; r++)
    for (size_t c = 0; c < vectors; c++) mt_f4_store(out + r * d + j + 4 * c, sum[r][c]);
}

/* out[n][d] = x[n][d] · gram, n a multiple of TILE. */
static void product(const float *x, size_t n, const float *gram, size_t d, float *out) {
  size_t j = 0;
  for (; j + 8 <= d; j += 8)
    for (size_t r = 0; r < n; r += TILE) product_tile(x + r * d, gram, d, j, 2, out + r * d);
  if (j < d)
    for (size_t r = 0; r < n; r += TILE) product_tile(x + r * d, gram, d, j, 1, out + r * d);
}

/* What is known of rows that are solved side by side, each [ROWS][stride], 0 after the last row. */
typedef struct block {
  float *x, *residual, *direction, *image; /* image: direction · gram, then A · direction */
} block;

/* residual = b - A x, where image = x · gram. */
static void start_row(const mt_als *als, const mt_lists *lists, uint32_t row, float ridge, const float *other, const float *x,
                      const float *image, float *residual) {
  size_t stride = mt_als_stride(als);
  for (size_t j = 0; j < stride; j++) residual[j] = -(als->unobserved * image[j] + ridge * x[j]);
  for (uint32_t e = lists->start[row]; e < lists->start[row + 1]; e++) {
    const float *h = other + (size_t)lists->items[e] * stride;
    mt_axpy_f32(lists->weights[e] * (1 - mt_dot_f32(h, x, stride)), h, residual, stride);
  }
}

/* image = A p, where image = p · gram. */
static void apply_row(const mt_als *als, const mt_lists *lists, uint32_t row, float ridge, const float *other,
                      const float *direction, float *image) {
  size_t stride = mt_als_stride(als);
  for (size_t j = 0; j < stride; j++) image[j] = als->unobserved * image[j] + ridge * direction[j];
  for (uint32_t e = lists->start[row]; e < lists->start[row + 1]; e++) {
    const float *h = other + (size_t)lists->items[e] * stride;
    mt_axpy_f32(lists->weights[e] * mt_dot_f32(h, direction, stride), h, image, stride);
  }
}

/* Rows first .. first + n - 1, from where b->x stands: conjugate gradients (Hestenes & Stiefel 1952), each row its own, whose
 * products with the Gram matrix are taken together. */
static bool solve_block(const mt_als *als, const mt_lists *lists, uint32_t first, uint32_t n, const float *other,
                        const float *gram, block *b) {
  size_t stride = mt_als_stride(als), whole = mt_round_up(n, TILE);
  float ridge[ROWS], square[ROWS];
  bool good = true;
  product(b->x, whole, gram, stride, b->image);
  for (uint32_t r = 0; r < n; r++) {
    size_t at = r * stride;
    uint32_t row = first + r;
    ridge[r] = als->reg * scale_of(als, lists->start[row + 1] - lists->start[row], lists->width);
    start_row(als, lists, row, ridge[r], other, b->x + at, b->image + at, b->residual + at);
    square[r] = mt_dot_f32(b->residual + at, b->residual + at, stride);
  }
  memcpy(b->direction, b->residual, whole * stride * sizeof *b->direction);
  for (uint32_t step = 0; step < als->steps; step++) {
    product(b->direction, whole, gram, stride, b->image);
    for (uint32_t r = 0; r < n; r++) {
      float *residual = b->residual + r * stride, *direction = b->direction + r * stride, *image = b->image + r * stride;
      if (!(square[r] > SOLVED)) continue;
      apply_row(als, lists, first + r, ridge[r], other, direction, image);
      float along = mt_dot_f32(direction, image, stride);
      good &= along > 0;
      float alpha = square[r] / along;
      mt_axpy_f32(alpha, direction, b->x + r * stride, stride);
      mt_axpy_f32(-alpha, image, residual, stride);
      float next = mt_dot_f32(residual, residual, stride), beta = next / square[r];
      for (size_t j = 0; j < stride; j++) direction[j] = residual[j] + beta * direction[j];
      square[r] = next;
    }
  }
  return good;
}

mt_status mt_als_solve(const mt_als *als, const mt_lists *lists, const float *other, const float *gram, uint32_t first,
                       uint32_t last, float *out, mt_error *error) {
  MT_TRY(check(als, error));
  if (first > last || last > lists->keys)
    return mt_fail(error, MT_INVALID, "als: found rows %u to %u, expected a range within %u", first, last, lists->keys);
  size_t stride = mt_als_stride(als), floats = ROWS * stride;
  float *scratch = calloc(4 * floats, sizeof *scratch);
  if (scratch == NULL) return mt_fail(error, MT_NO_MEMORY, "als: no memory to solve for %u dimensions", als->dims);
  block b = {scratch, scratch + floats, scratch + 2 * floats, scratch + 3 * floats};
  mt_status status = MT_OK;
  for (uint32_t row = first; row < last && status == MT_OK; row += ROWS) {
    uint32_t n = last - row < ROWS ? last - row : ROWS;
    float *x = out + (size_t)(row - first) * stride;
    memset(scratch, 0, 4 * floats * sizeof *scratch);
    memcpy(b.x, x, n * stride * sizeof *x);
    if (!solve_block(als, lists, row, n, other, gram, &b))
      status = mt_fail(error, MT_INVALID, "als: rows from %u: a system is not positive definite; raise `reg`", row);
    memcpy(x, b.x, n * stride * sizeof *x);
    for (uint32_t r = 0; r < n; r++) /* nothing is known of a row without events, and 0 is what solves it */
      if (lists->start[row + r] == lists->start[row + r + 1]) memset(x + r * stride, 0, stride * sizeof *x);
  }
  free(scratch);
  return status;
}

#include "learn/als.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/simd.h"
#include "tower/solve.h"

#define BLOCK 64 /* rows gathered before they go through the tiles: 64 x 64 floats stay in the first-level cache */

/* Two tiles of mt_syrk_f32 side by side: what training does all the time is worth their size, where no device loads it. */
static void two_tiles(const float *x, size_t n, size_t d, float *a, size_t i, size_t j) {
  mt_f4 s[4][2];
  for (size_t r = 0; r < 4; r++)
    for (size_t c = 0; c < 2; c++) s[r][c] = mt_f4_load(a + (i + r) * d + j + 4 * c);
  for (size_t k = 0; k < n; k++, x += d)
    for (size_t r = 0; r < 4; r++)
      for (size_t c = 0; c < 2; c++) s[r][c] = mt_f4_muladd(mt_f4_splat(x[i + r]), mt_f4_load(x + j + 4 * c), s[r][c]);
  for (size_t r = 0; r < 4; r++)
    for (size_t c = 0; c < 2; c++) mt_f4_store(a + (i + r) * d + j + 4 * c, s[r][c]);
}

/* mt_syrk_f32, bit for bit. */
static void syrk(const float *x, size_t n, size_t d, float *a) {
  for (size_t i = 0; i < d; i += 4) {
    size_t j = 0;
    for (; j + 8 <= i + 4; j += 8) two_tiles(x, n, d, a, i, j);
    if (j < i + 4) mt_syrk_tile_f32(x, n, d, a, i, j);
  }
}

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
    syrk(factors + (size_t)row * stride, n, stride, gram);
    for (size_t c = 0; c < cells; c++) total[c] += gram[c];
  }
  for (size_t c = 0; c < cells; c++) gram[c] = (float)total[c];
  free(total);
  return MT_OK;
}

static float scale_of(const mt_als *als, uint32_t events, uint32_t others) {
  return powf((float)events + als->unobserved * (float)others, als->nu);
}

static void scaled_copy(float factor, const float *x, float *out, size_t n) {
  mt_f4 f = mt_f4_splat(factor);
  for (size_t j = 0; j < n; j += 4) mt_f4_store(out + j, mt_f4_mul(f, mt_f4_load(x + j)));
}

/* system[stride][stride], gathered[BLOCK][stride]: scratch. */
static bool solve_row(const mt_als *als, const mt_lists *lists, uint32_t row, const float *other, const float *gram,
                      float *system, float *gathered, float *x) {
  size_t d = als->dims, stride = mt_als_stride(als);
  uint32_t begin = lists->start[row], end = lists->start[row + 1];
  memset(x, 0, stride * sizeof *x);
  if (begin == end) return true;
  for (size_t c = 0; c < stride * stride; c++) system[c] = als->unobserved * gram[c];
  float ridge = als->reg * scale_of(als, end - begin, lists->width);
  for (size_t j = 0; j < stride; j++) system[j * stride + j] = j < d ? system[j * stride + j] + ridge : 1.0f;
  for (uint32_t e = begin; e < end; e += BLOCK) {
    uint32_t n = end - e < BLOCK ? end - e : BLOCK;
    for (uint32_t k = 0; k < n; k++) {
      const float *h = other + (size_t)lists->items[e + k] * stride;
      float weight = lists->weights[e + k];
      mt_axpy_f32(weight, h, x, stride);
      scaled_copy(sqrtf(weight), h, gathered + k * stride, stride); /* r · h hᵀ = (√r h)(√r h)ᵀ */
    }
    syrk(gathered, n, stride, system);
  }
  if (!mt_cholesky_f32(system, stride)) return false;
  mt_cholesky_apply_f32(system, x, stride);
  return true;
}

/* -- the same rows where nu is 0 ----------------------------------------------------------------------------------------
 * All rows then share A = unobserved · HᵀH + reg · I = L Lᵀ. With h~ = L^-1 h, and F the n x d matrix of a row's √r · h~,
 *     w = L^-ᵀ Fᵀ (I + F Fᵀ)^-1 √r
 * is a system of n unknowns, not d: most rows have far fewer events than there are dimensions. */

/* x = L^-1 b, L with 1 / L[i][i] on its diagonal. x[d] is written from the left, and what stands right of i is 0. */
static void forward(const float *l, const float *b, size_t d, float *x) {
  memset(x, 0, d * sizeof *x);
  for (size_t i = 0; i < d; i++) x[i] = (b[i] - mt_dot_f32(l + i * d, x, mt_round_up(i, 4))) * l[i * d + i];
}

/* x = L^-ᵀ x in place. */
static void backward(const float *l, size_t d, float *x) {
  for (size_t i = d; i-- > 0;) {
    const float *row = l + i * d;
    size_t whole = i & ~(size_t)3;
    x[i] *= row[i];
    mt_axpy_f32(-x[i], row, x, whole);
    for (size_t j = whole; j < i; j++) x[j] -= x[i] * row[j];
  }
}

/* turned[width][stride] = the rows h~; columns[stride][n rounded up to 4], system and right side: scratch. */
static bool solve_short_row(const mt_lists *lists, uint32_t row, const float *l, const float *turned, size_t stride,
                            float *columns, float *system, float *right, float *x) {
  uint32_t begin = lists->start[row], n = lists->start[row + 1] - begin;
  size_t side = mt_round_up(n, 4);
  memset(x, 0, stride * sizeof *x);
  memset(system, 0, side * side * sizeof *system);
  for (size_t k = 0; k < side; k++) {
    const float *h = k < n ? turned + (size_t)lists->items[begin + k] * stride : NULL;
    right[k] = k < n ? sqrtf(lists->weights[begin + k]) : 0;
    system[k * side + k] = 1;
    for (size_t j = 0; j < stride; j++) columns[j * side + k] = h != NULL ? right[k] * h[j] : 0;
  }
  syrk(columns, stride, side, system);
  if (!mt_cholesky_f32(system, side)) return false;
  for (size_t k = 0; k < n; k++) columns[k] = right[k]; /* √r, while `right` becomes the solution */
  mt_cholesky_apply_f32(system, right, side);
  for (size_t k = 0; k < n; k++)
    mt_axpy_f32(columns[k] * right[k], turned + (size_t)lists->items[begin + k] * stride, x, stride);
  backward(l, stride, x);
  return true;
}

typedef struct work {
  float *system, *gathered;                  /* [stride][stride], [BLOCK][stride] */
  float *shared, *turned, *columns, *right; /* nu = 0 alone: L, all h~, [stride][stride], [stride] */
} work;

static void free_work(work *w) {
  free(w->system);
  free(w->gathered);
  free(w->shared);
  free(w->turned);
  free(w->columns);
  free(w->right);
}

static mt_status start_work(const mt_als *als, const float *other, uint32_t width, const float *gram, work *w,
                            mt_error *error) {
  size_t d = als->dims, stride = mt_als_stride(als), cells = stride * stride, floats = 0;
  bool share = als->nu == 0, fits = mt_mul_size(width, stride, &floats);
  *w = (work){mt_learn_alloc(cells, sizeof(float)), mt_learn_alloc(BLOCK * stride, sizeof(float)), NULL, NULL, NULL, NULL};
  if (share && fits) {
    w->shared = mt_learn_alloc(cells, sizeof(float));
    w->turned = mt_learn_alloc(floats, sizeof(float));
    w->columns = mt_learn_alloc(cells, sizeof(float));
    w->right = mt_learn_alloc(stride, sizeof(float));
  }
  if (!fits || w->system == NULL || w->gathered == NULL ||
      (share && (w->shared == NULL || w->turned == NULL || w->columns == NULL || w->right == NULL)))
    return mt_fail(error, MT_NO_MEMORY, "als: no memory to solve for %u dimensions", als->dims);
  if (!share) return MT_OK;
  for (size_t c = 0; c < cells; c++) w->shared[c] = als->unobserved * gram[c];
  for (size_t j = 0; j < stride; j++) w->shared[j * stride + j] = j < d ? w->shared[j * stride + j] + als->reg : 1.0f;
  if (!mt_cholesky_f32(w->shared, stride))
    return mt_fail(error, MT_INVALID, "als: the shared system is not positive definite; raise `reg`");
  for (size_t i = 0; i < width; i++) forward(w->shared, other + i * stride, stride, w->turned + i * stride);
  return MT_OK;
}

mt_status mt_als_solve(const mt_als *als, const mt_lists *lists, const float *other, const float *gram, uint32_t first,
                       uint32_t last, float *out, mt_error *error) {
  MT_TRY(check(als, error));
  if (first > last || last > lists->keys)
    return mt_fail(error, MT_INVALID, "als: found rows %u to %u, expected a range within %u", first, last, lists->keys);
  size_t stride = mt_als_stride(als);
  work w;
  mt_status status = start_work(als, other, lists->width, gram, &w, error);
  for (uint32_t row = first; row < last && status == MT_OK; row++) {
    float *x = out + (size_t)(row - first) * stride;
    uint32_t events = lists->start[row + 1] - lists->start[row];
    bool solved = w.shared != NULL && events <= als->dims
                      ? solve_short_row(lists, row, w.shared, w.turned, stride, w.columns, w.system, w.right, x)
                      : solve_row(als, lists, row, other, gram, w.system, w.gathered, x);
    if (!solved) status = mt_fail(error, MT_INVALID, "als: row %u: the system is not positive definite; raise `reg`", row);
  }
  free_work(&w);
  return status;
}

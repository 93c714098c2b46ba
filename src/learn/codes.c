#include "learn/codes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/rng.h"
#include "base/simd.h"
#include "base/topk.h"
#include "learn/candidates.h"
#include "vector/query.h"

#define SAMPLE 32768 /* rows that training looks at, fewer of long ones: */
#define SAMPLE_FLOATS (1u << 22)
#define KMEANS_POINTS 4096 /* of the sample, for each sub-space: 256 to a centroid, as faiss has found enough */
#define KMEANS_ROUNDS 16
#define LEVEL_ROUNDS 40
#define NEARLY 0.5f  /* what a code may lose more than the nearest and stay, of what a sub-space of its item loses in the mean: no more than new tables would */
#define FIT_ROUNDS 2 /* an item's scale and its levels are fitted in turns */
#define BINS 2048    /* histogram on which a layer's levels are learned, over ± BIN_REACH standard deviations */
#define BIN_REACH 4.0f

/* -- rows ---------------------------------------------------------------------------------------------------------- */

const float *mt_rows_at(const mt_rows *rows, uint32_t dim, uint32_t item) {
  uint32_t row = rows->row_of == NULL ? item : rows->row_of[item];
  return row == MT_NO_ROW ? NULL : rows->rows + (size_t)row * dim;
}

float mt_norm_of(const float *x, uint32_t dim) {
  double sum = 0;
  if (x == NULL) return 0;
  for (uint32_t i = 0; i < dim; i++) sum += (double)x[i] * (double)x[i];
  float norm = (float)sqrt(sum);
  return norm < MT_NORM_MIN ? 0 : norm;
}

mt_status mt_rows_check(const mt_rows *rows, uint32_t item, float norm, mt_error *error) {
  if (norm <= MT_NORM_MAX) return MT_OK;
  uint32_t row = rows->row_of == NULL ? item : rows->row_of[item];
  return mt_fail(error, MT_INVALID, "vectors: row %u has a number that is NaN, infinite or too large", row);
}

/* Direction of x into u[padded], zeros beyond dim. */
static void direction_of(const float *x, float norm, uint32_t dim, uint32_t padded, float *u) {
  for (uint32_t i = 0; i < dim; i++) u[i] = x[i] / norm;
  for (uint32_t i = dim; i < padded; i++) u[i] = 0;
}

/* -- the base code ------------------------------------------------------------------------------------------------- */

/* |c|² / 2 of the 16 centroids of a sub-space: the nearest centroid is that of the largest <u, c> - |c|²/2. */
static void half_squares(const float *centroids, uint32_t width, float half[16]) {
  for (uint32_t c = 0; c < 16; c++) {
    half[c] = 0;
    for (uint32_t d = 0; d < width; d++) half[c] += 0.5f * centroids[d * 16 + c] * centroids[d * 16 + c];
  }
}

/* The smaller number of two as near. Four centroids side by side, then the best of each of the four lanes. */
static uint32_t nearest_centroid(const float *u, const float *centroids, const float half[16], uint32_t width) {
  static const float lanes[4] = {0, 1, 2, 3};
  mt_f4 best = mt_f4_splat(-INFINITY), place = mt_f4_load(lanes), of_best = place;
  for (uint32_t c = 0; c < 16; c += 4) {
    mt_f4 sum = mt_f4_sub(mt_f4_splat(0), mt_f4_load(half + c));
    for (uint32_t d = 0; d < width; d++) sum = mt_f4_muladd(mt_f4_splat(u[d]), mt_f4_load(centroids + d * 16 + c), sum);
    mt_f4 better = mt_f4_less(best, sum);
    best = mt_f4_select(better, sum, best);
    of_best = mt_f4_select(better, place, of_best);
    place = mt_f4_add(place, mt_f4_splat(4));
  }
  float score[4], number[4];
  mt_f4_store(score, best);
  mt_f4_store(number, of_best);
  uint32_t first = 0;
  for (uint32_t i = 1; i < 4; i++)
    if (score[i] > score[first] || (score[i] == score[first] && number[i] < number[first])) first = i;
  return (uint32_t)number[first];
}

/* k-means of points[count][width] into centroids[width][16]: k-means++ seeds, Lloyd's rounds, empty clusters reseeded.
 */
static void train_centroids(const float *points, uint32_t count, uint32_t width, mt_rng *rng, float *weights,
                            float *centroids) {
  for (uint32_t c = 0; c < 16; c++) {
    double total = 0;
    for (uint32_t i = 0; i < count; i++) {
      const float *p = points + (size_t)i * width;
      float square = 0;
      for (uint32_t d = 0; d < width && c > 0; d++)
        square += (p[d] - centroids[d * 16 + c - 1]) * (p[d] - centroids[d * 16 + c - 1]);
      weights[i] = c == 0 ? 1 : (c == 1 || square < weights[i] ? square : weights[i]);
      total += (double)weights[i];
    }
    double target = (double)mt_rng_unit(rng) * total;
    uint32_t chosen = 0;
    for (; chosen + 1 < count && target >= (double)weights[chosen]; chosen++) target -= (double)weights[chosen];
    for (uint32_t d = 0; d < width; d++) centroids[d * 16 + c] = points[(size_t)chosen * width + d];
  }
  for (int round = 0; round < KMEANS_ROUNDS; round++) {
    double sums[16][MT_WIDTH_MAX] = {{0}};
    uint32_t sizes[16] = {0};
    float half[16];
    half_squares(centroids, width, half);
    for (uint32_t i = 0; i < count; i++) {
      const float *p = points + (size_t)i * width;
      uint32_t c = nearest_centroid(p, centroids, half, width);
      sizes[c]++;
      for (uint32_t d = 0; d < width; d++) sums[c][d] += (double)p[d];
    }
    for (uint32_t c = 0; c < 16; c++) {
      const float *seed = points + (size_t)mt_rng_below(rng, count) * width;
      for (uint32_t d = 0; d < width; d++)
        centroids[d * 16 + c] = sizes[c] > 0 ? (float)(sums[c][d] / sizes[c]) : seed[d];
    }
  }
}

/* What a gain is to make up for: <x̂, u>, so that products with a query are right on average, or in an L2 space |x̂|, so that the decoded
 * norm is right. */
static float made_up_for(const mt_codes *codes, const float *u, const float *decoded) {
  if (codes->config.metric == MT_L2) return sqrtf(mt_dot_f32(decoded, decoded, codes->padded));
  return mt_dot_f32(decoded, u, codes->padded);
}

/* Codes u; writes the codes and the decoded direction, and returns what a gain is to make up for. */
static float code_direction(const mt_codes *codes, const float *half, const float *u, uint8_t *code, float *decoded) {
  uint32_t width = codes->width;
  memset(decoded, 0, codes->padded * sizeof *decoded);
  for (uint32_t m = 0; m < codes->subspaces; m++) {
    const float *centroids = codes->codebooks + (size_t)m * width * 16;
    code[m] = (uint8_t)nearest_centroid(u + m * width, centroids, half + m * 16, width);
    for (uint32_t d = 0; d < width; d++) decoded[m * width + d] = centroids[d * 16 + code[m]];
  }
  return made_up_for(codes, u, decoded);
}

/* |u - c|² in one sub-space. */
static float apart(const float *u, const float *centroids, uint8_t code, uint32_t width) {
  float sum = 0;
  for (uint32_t d = 0; d < width; d++) {
    float by = u[d] - centroids[d * 16 + code];
    sum += by * by;
  }
  return sum;
}

/* After code_direction: sub-spaces keep the codes that the item had where each loses at most NEARLY of what the nearest lose in the mean. */
static float keep_near(const mt_codes *codes, const mt_space *old, uint32_t item, const float *u, uint8_t *code, float *decoded) {
  uint32_t width = codes->width;
  float lost[MT_PADDED_MAX], all = 0;
  for (uint32_t m = 0; m < codes->subspaces; m++)
    all += lost[m] = apart(u + m * width, codes->codebooks + (size_t)m * width * 16, code[m], width);
  for (uint32_t m = 0; m < codes->subspaces; m++) {
    const float *centroids = codes->codebooks + (size_t)m * width * 16;
    uint8_t before = (uint8_t)mt_space_code(old, item, m);
    if (apart(u + m * width, centroids, before, width) > lost[m] + NEARLY * all / (float)codes->subspaces) continue;
    code[m] = before;
    for (uint32_t d = 0; d < width; d++) decoded[m * width + d] = centroids[d * 16 + before];
  }
  return made_up_for(codes, u, decoded);
}

/* -- numbers in geometric steps: codes 1 to 255 of [low, high], code 0 is the number 0 ----------------------------- */

static void geometric_table(float low, float high, float table[256], float *start, float *per_code) {
  double step = log((double)high / (double)low) / 254;
  if (!(step > 1e-9)) step = 1e-9;
  *start = (float)log((double)low);
  *per_code = (float)(1 / step);
  table[0] = 0;
  for (int c = 1; c < 256; c++) table[c] = (float)((double)low * exp(step * (c - 1)));
}

static uint8_t geometric_code(float value, float start, float per_code) {
  float code = (logf(value) - start) * per_code + 1.5f;
  return code < 1 ? 1 : code > 255 ? 255 : (uint8_t)code;
}

/* -- residual layers ----------------------------------------------------------------------------------------------- */

static float rms_of(const float *r, uint32_t n) { return sqrtf(mt_dot_f32(r, r, n) / (float)n); }

/* Code of each number of r[n] at `scale`. */
static void code_levels(const mt_codes *codes, uint32_t l, const float *r, float scale, uint8_t *code) {
  float inverse = 1 / scale;
  for (uint32_t i = 0; i < codes->padded; i++) {
    float v = r[i] * inverse;
    int level = v < -127 ? -127 : v > 127 ? 127 : (int)(v + 128.5f) - 128;
    code[i] = codes->level_of[l][level + 128];
  }
}

static float level_at(const mt_codes *codes, uint32_t l, uint8_t code) {
  return (float)(codes->config.layer_bits[l] == 8 ? (int8_t)code : codes->levels[l][code]);
}

/* The scale with which r is coded best, and its codes: from the spread, then least squares in turns with the codes. */
static float fit_scale(const mt_codes *codes, uint32_t l, const float *r, uint8_t *code) {
  uint32_t n = codes->padded;
  float largest = 0, scale;
  for (uint32_t i = 0; i < n; i++) largest = fabsf(r[i]) > largest ? fabsf(r[i]) : largest;
  if (largest < 1e-9f) return 0; /* beside a direction of norm 1 */
  if (codes->config.layer_bits[l] == 8) {
    scale = largest / 127;
    code_levels(codes, l, r, scale, code);
    return scale;
  }
  float spread = rms_of(r, n) * sqrtf((float)n / (float)codes->config.dim);
  scale = spread * BIN_REACH / 127;
  for (int round = 0; round < FIT_ROUNDS; round++) {
    float along = 0, square = 0;
    code_levels(codes, l, r, scale, code);
    for (uint32_t i = 0; i < n; i++) {
      float level = level_at(codes, l, code[i]);
      along += r[i] * level;
      square += level * level;
    }
    if (!(along > 0 && square > 0)) break;
    scale = along / square;
  }
  return scale;
}

/* Subtracts what a layer decodes to from r, dimensions beyond dim excepted: decoding clears those. */
static void subtract_layer(const mt_codes *codes, uint32_t l, const uint8_t *code, float scale, float *r) {
  for (uint32_t i = 0; i < codes->config.dim; i++) r[i] -= scale * level_at(codes, l, code[i]);
}

void mt_codes_nearest_levels(uint32_t bits, const int8_t levels[16], uint8_t level_of[256]) {
  for (int v = -128; v < 128; v++) {
    uint32_t best = 0;
    for (uint32_t c = 1; c < 1u << bits && bits < 8; c++) best = abs(v - levels[c]) < abs(v - levels[best]) ? c : best;
    level_of[v + 128] = bits == 8 ? (uint8_t)(int8_t)v : (uint8_t)best;
  }
}

/* Lloyd's levels for the histogram of residuals in standard deviations, as signed bytes of BIN_REACH / 127 deviations.
 */
static void train_levels(const double histogram[BINS], uint32_t bits, int8_t levels[16], uint8_t level_of[256]) {
  uint32_t count = 1u << bits;
  double at[16];
  for (uint32_t c = 0; c < count; c++) at[c] = (2.0 * c + 1 - count) / count * 2.5;
  for (int round = 0; round < LEVEL_ROUNDS; round++) {
    double sum[16] = {0}, weight[16] = {0};
    uint32_t c = 0;
    for (uint32_t b = 0; b < BINS; b++) {
      double v = ((b + 0.5) / BINS * 2 - 1) * (double)BIN_REACH;
      while (c + 1 < count && v > (at[c] + at[c + 1]) / 2) c++;
      sum[c] += histogram[b] * v;
      weight[c] += histogram[b];
    }
    for (c = 0; c < count; c++)
      if (weight[c] > 0) at[c] = sum[c] / weight[c];
  }
  memset(levels, 0, 16);
  for (uint32_t c = 0; c < count; c++) levels[c] = (int8_t)lrint(at[c] * 127 / (double)BIN_REACH);
  mt_codes_nearest_levels(bits, levels, level_of);
}

/* Learns layer l from residuals[count][padded], in units of the gain, and takes it off them. */
static void train_layer(mt_codes *codes, uint32_t l, float *residuals, uint32_t count) {
  uint32_t bits = codes->config.layer_bits[l], padded = codes->padded, dim = codes->config.dim;
  if (bits == 8) {
    mt_codes_nearest_levels(bits, codes->levels[l], codes->level_of[l]);
  } else {
    double histogram[BINS] = {0};
    for (uint32_t i = 0; i < count; i++) {
      const float *r = residuals + (size_t)i * padded;
      float spread = rms_of(r, padded) * sqrtf((float)padded / (float)dim);
      for (uint32_t d = 0; d < dim && spread > 1e-9f; d++) {
        float bin = (r[d] / spread / BIN_REACH + 1) * (BINS * 0.5f);
        histogram[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : (int)bin]++;
      }
    }
    train_levels(histogram, bits, codes->levels[l], codes->level_of[l]);
  }
  float low = INFINITY, high = 0;
  uint8_t code[MT_PADDED_MAX];
  for (uint32_t i = 0; i < count; i++) {
    float *r = residuals + (size_t)i * padded, scale = fit_scale(codes, l, r, code);
    if (scale == 0) continue;
    low = scale < low ? scale : low;
    high = scale > high ? scale : high;
    subtract_layer(codes, l, code, scale, r);
  }
  if (high == 0) low = high = 1; /* nothing is left over: every item will have code 0 */
  geometric_table(low * 0.8f, high * 1.25f, codes->scales[l], &codes->scale_start[l], &codes->scale_per_code[l]);
}

/* -- training ------------------------------------------------------------------------------------------------------ */

static mt_status check_config(const mt_codes_config *config, mt_error *error) {
  if (config->dim < MT_DIM_MIN || config->dim > MT_DIM_MAX)
    return mt_fail(error, MT_INVALID, "vectors: found %u dimensions, expected %u to %u", config->dim, MT_DIM_MIN,
                   MT_DIM_MAX);
  if (config->subspaces > MT_SUBSPACES_MAX)
    return mt_fail(error, MT_INVALID, "vectors: found %u sub-spaces, expected at most %u", config->subspaces,
                   MT_SUBSPACES_MAX);
  if (config->layer_count > MT_LAYERS_MAX)
    return mt_fail(error, MT_INVALID, "vectors: found %u layers, expected at most %u", config->layer_count,
                   MT_LAYERS_MAX);
  for (uint32_t l = 0; l < config->layer_count; l++) {
    uint32_t bits = config->layer_bits[l];
    if ((bits != 2 && bits != 4 && bits != 8 && bits != MT_FLOAT_BITS) ||
        (bits == MT_FLOAT_BITS && l + 1 < config->layer_count))
      return mt_fail(error, MT_INVALID, "vectors: layer %u has %u bits, expected 2, 4, 8 or, as the last, %u", l, bits,
                     MT_FLOAT_BITS);
  }
  return MT_OK;
}

/* Two dimensions share four bits; where vectors are long (text, images) four do, and the layers carry more. */
static void choose_shape(mt_codes *codes) {
  uint32_t dim = codes->config.dim, width = dim <= 8 ? 1 : dim <= 128 ? 2 : 4;
  if (codes->config.subspaces > 0) width = (dim + codes->config.subspaces - 1) / codes->config.subspaces;
  width = width > MT_WIDTH_MAX ? MT_WIDTH_MAX : width;
  codes->width = width;
  codes->subspaces = (uint32_t)mt_round_up((dim + width - 1) / width, 4);
  codes->padded = (uint32_t)mt_round_up(codes->subspaces * width, 16);
}

/* Up to `limit` items with a vector, drawn without preference in one pass over the items (reservoir sampling), and the
 * range of the norms. Every row is checked here. */
static mt_status draw_sample(const mt_codes *codes, const mt_rows *rows, mt_rng *rng, uint32_t limit, uint32_t *sample,
                             uint32_t *count, float *low, float *high, mt_error *error) {
  uint32_t seen = 0;
  *low = INFINITY, *high = 0;
  if (rows->row_of == NULL && rows->items > rows->row_count)
    return mt_fail(error, MT_INVALID, "vectors: found %u rows, expected one for each of %u items", rows->row_count,
                   rows->items);
  for (uint32_t i = 0; i < rows->items; i++) {
    if (rows->row_of != NULL && rows->row_of[i] != MT_NO_ROW && rows->row_of[i] >= rows->row_count)
      return mt_fail(error, MT_INVALID, "vectors: item %u names row %u of %u", i, rows->row_of[i], rows->row_count);
    float norm = mt_norm_of(mt_rows_at(rows, codes->config.dim, i), codes->config.dim);
    MT_TRY(mt_rows_check(rows, i, norm, error));
    if (norm == 0) continue;
    *low = norm < *low ? norm : *low;
    *high = norm > *high ? norm : *high;
    uint32_t place = seen < limit ? seen : mt_rng_below(rng, seen + 1);
    if (place < limit) sample[place] = i;
    seen++;
  }
  *count = seen < limit ? seen : limit;
  return MT_OK;
}

mt_status mt_codes_train(const mt_codes_config *config, const mt_rows *rows, mt_codes *codes, mt_error *error) {
  memset(codes, 0, sizeof *codes);
  MT_TRY(check_config(config, error));
  codes->config = *config;
  choose_shape(codes);
  uint32_t dim = config->dim, padded = codes->padded, width = codes->width, count = 0;
  uint32_t most = SAMPLE < SAMPLE_FLOATS / padded ? SAMPLE : SAMPLE_FLOATS / padded;
  uint32_t limit = rows->items < most ? rows->items : most, few = limit < KMEANS_POINTS ? limit : KMEANS_POINTS;
  uint32_t *sample = malloc(((size_t)limit + 1) * sizeof *sample);
  float *units = malloc(((size_t)limit + 1) * padded * sizeof *units),
        *points = malloc(((size_t)few + 1) * (width + 1) * sizeof *points);
  float *half = malloc((size_t)codes->subspaces * 16 * sizeof *half), low, high;
  codes->codebooks = calloc((size_t)codes->subspaces * width * 16, sizeof *codes->codebooks);
  mt_rng rng = mt_rng_seed(config->seed);
  mt_status status = MT_OK;
  if (sample == NULL || units == NULL || points == NULL || half == NULL || codes->codebooks == NULL)
    status = mt_fail(error, MT_NO_MEMORY, "vectors: no memory to train %u items", rows->items);
  if (status == MT_OK) status = draw_sample(codes, rows, &rng, limit, sample, &count, &low, &high, error);
  if (status == MT_OK && count > 0) {
    for (uint32_t i = 0; i < count; i++) {
      const float *x = mt_rows_at(rows, dim, sample[i]);
      direction_of(x, mt_norm_of(x, dim), dim, padded, units + (size_t)i * padded);
    }
    few = count < few ? count : few;
    for (uint32_t m = 0; m < codes->subspaces; m++) {
      float *centroids = codes->codebooks + (size_t)m * width * 16;
      if (m * width < dim) {
        for (uint32_t i = 0; i < few; i++)
          memcpy(points + (size_t)i * width, units + (size_t)i * count / few * padded + m * width, width * sizeof *points);
        train_centroids(points, few, width, &rng, points + (size_t)few * width, centroids);
      }
      half_squares(centroids, width, half + m * 16);
    }
    /* the range of gains, and what the base leaves over in units of the gain; in a cosine space |x| is 1 */
    float longest = 1;
    for (uint32_t i = 0; i < count; i++) {
      uint8_t code[MT_PADDED_MAX];
      float decoded[MT_PADDED_MAX], *u = units + (size_t)i * padded;
      float along = code_direction(codes, half, u, code, decoded);
      longest = along > 0.1f && 1 / along > longest ? 1 / along : longest;
      for (uint32_t d = 0; d < dim && along > 0.1f; d++) u[d] = u[d] * along - decoded[d];
    }
    if (config->metric == MT_COSINE) low = high = 1;
    geometric_table(low * 0.9f, high * longest * 1.05f, codes->gains, &codes->gain_start, &codes->gain_per_code);
    for (uint32_t l = 0; l < config->layer_count && config->layer_bits[l] != MT_FLOAT_BITS; l++)
      train_layer(codes, l, units, count);
  }
  free(sample), free(units), free(points), free(half);
  if (status != MT_OK) mt_codes_free(codes);
  return status;
}

void mt_codes_free(mt_codes *codes) {
  free(codes->codebooks);
  codes->codebooks = NULL;
}

/* -- writing ------------------------------------------------------------------------------------------------------- */

mt_status mt_codes_sizes_of(const mt_codes *codes, uint32_t items, mt_codes_sizes *sizes, mt_error *error) {
  uint64_t space = mt_space_layout_of(codes->subspaces, codes->width).end,
           base = mt_base_layout_of(items, codes->subspaces).end;
  *sizes = (mt_codes_sizes){(size_t)space, (size_t)base, {0}};
  bool fits = space <= SIZE_MAX && base <= SIZE_MAX;
  for (uint32_t l = 0; l < codes->config.layer_count; l++) {
    uint64_t layer = mt_layer_layout_of(items, codes->padded, codes->config.layer_bits[l]).end;
    sizes->layers[l] = (size_t)layer;
    fits = fits && layer <= SIZE_MAX;
  }
  return fits
             ? MT_OK
             : mt_fail(error, MT_INVALID, "vectors: %u items of %u dimensions are too large", items, codes->config.dim);
}

mt_status mt_codes_sizes_for(const mt_codes_config *config, uint32_t items, mt_codes_sizes *sizes, mt_error *error) {
  MT_TRY(check_config(config, error));
  mt_codes codes = {.config = *config};
  choose_shape(&codes);
  return mt_codes_sizes_of(&codes, items, sizes, error);
}

/* Writes code[padded] as a row of 2, 4 or 8 bits. The row was cleared. */
static void pack_row(const uint8_t *code, uint32_t padded, uint32_t bits, uint8_t *row) {
  for (uint32_t i = 0; i < padded; i++) row[i * bits / 8] |= (uint8_t)(code[i] << (i * bits % 8));
}

/* Codes one item, a vector of norm > 0, into every section. `half` is that of half_squares. */
static void encode_item(const mt_codes *codes, const float *half, const float *x, float norm, uint32_t item,
                        uint32_t items, const mt_space *old, const mt_codes_out *out) {
  const mt_codes_config *config = &codes->config;
  uint32_t dim = config->dim, padded = codes->padded;
  float unit[MT_PADDED_MAX], decoded[MT_PADDED_MAX], residual[MT_PADDED_MAX];
  uint8_t code[MT_PADDED_MAX];
  direction_of(x, norm, dim, padded, unit);
  float along = code_direction(codes, half, unit, code, decoded);
  if (old != NULL) along = keep_near(codes, old, item, unit, code, decoded);
  float size = config->metric == MT_COSINE ? 1 : norm;
  mt_base_layout base = mt_base_layout_of(items, codes->subspaces);
  uint8_t gain_code = geometric_code(size / (along > 0.1f ? along : 1), codes->gain_start, codes->gain_per_code);
  out->base[base.gains + item] = gain_code;
  unsigned char *block = out->base + base.codes + (uint64_t)(item / MT_BLOCK) * codes->subspaces * 16 + item % 16;
  for (uint32_t m = 0; m < codes->subspaces; m++) block[m * 16] |= (uint8_t)(code[m] << (item % MT_BLOCK / 16 * 4));

  float in_gains = size / codes->gains[gain_code];
  for (uint32_t d = 0; d < padded; d++) residual[d] = unit[d] * in_gains - (d < dim ? decoded[d] : 0);
  for (uint32_t l = 0; l < config->layer_count; l++) {
    uint32_t bits = config->layer_bits[l];
    mt_layer_layout at = mt_layer_layout_of(items, padded, bits);
    unsigned char *row = out->layers[l] + at.rows + item * at.stride;
    if (bits == MT_FLOAT_BITS) {
      if (config->metric == MT_COSINE)
        memcpy(row, unit, padded * sizeof *unit);
      else
        memcpy(row, x, dim * sizeof *x);
      return;
    }
    float scale = fit_scale(codes, l, residual, code);
    if (scale == 0) continue; /* scale code 0: nothing is added */
    uint8_t scale_code = geometric_code(scale, codes->scale_start[l], codes->scale_per_code[l]);
    scale = codes->scales[l][scale_code];
    code_levels(codes, l, residual, scale, code);
    out->layers[l][at.scale_codes + item] = scale_code;
    pack_row(code, padded, bits, row);
    subtract_layer(codes, l, code, scale, residual);
  }
}

/* Items first … first + count - 1, or those of a list. */
static mt_status encode(const mt_codes *codes, const mt_rows *rows, const uint32_t *items, uint32_t first, uint32_t count,
                        const mt_space *old, const mt_codes_out *out, mt_error *error) {
  float *half = malloc((size_t)codes->subspaces * 16 * sizeof *half);
  if (half == NULL) return mt_fail(error, MT_NO_MEMORY, "vectors: no memory to code %u items", count);
  for (uint32_t m = 0; m < codes->subspaces; m++)
    half_squares(codes->codebooks + (size_t)m * codes->width * 16, codes->width, half + m * 16);
  mt_status status = MT_OK;
  for (uint32_t at = 0; at < count && status == MT_OK; at++) {
    uint32_t i = items == NULL ? first + at : items[at];
    const float *x = mt_rows_at(rows, codes->config.dim, i);
    float norm = mt_norm_of(x, codes->config.dim);
    status = mt_rows_check(rows, i, norm, error);
    if (status == MT_OK && norm > 0) encode_item(codes, half, x, norm, i, rows->items, old, out);
  }
  free(half);
  return status;
}

mt_status mt_codes_encode(const mt_codes *codes, const mt_rows *rows, uint32_t first, uint32_t count,
                          const mt_codes_out *out, mt_error *error) {
  return encode(codes, rows, NULL, first, count, NULL, out, error);
}

mt_status mt_codes_encode_items(const mt_codes *codes, const mt_rows *rows, const uint32_t *items, uint32_t count,
                                const mt_space *old, const mt_codes_out *out, mt_error *error) {
  return encode(codes, rows, items, 0, count, old, out, error);
}

/* Fills in every block's reach and range, and what the header says of all items. */
static void write_bounds(const mt_space *space, float *reach, uint8_t *ranges, mt_space_header *header) {
  float x[MT_PADDED_MAX], thinnest = 2, least = INFINITY;
  for (uint32_t i = 0; i < space->items; i++) {
    uint8_t gain = space->gain_codes[i], *range = ranges + (size_t)(i / MT_BLOCK) * 2;
    float *largest = reach + i / MT_BLOCK;
    for (uint32_t layers = 0; layers <= space->layer_count && gain != 0; layers++) {
      mt_space_decode(space, i, layers, x);
      float norm = sqrtf(mt_dot_f32(x, x, space->padded)), length = norm / space->gains[gain];
      if (layers == 0 && length < thinnest) thinnest = length;
      *largest = norm > *largest ? norm : *largest;
    }
    if (gain != 0) {
      range[0] = range[0] == 0 || gain < range[0] ? gain : range[0];
      range[1] = gain > range[1] ? gain : range[1];
      header->vectors++;
    }
    if ((i % MT_BLOCK == MT_BLOCK - 1 || i + 1 == space->items) && range[1] != 0)
      least = *largest < least ? *largest : least;
  }
  header->thinnest = header->vectors == 0 ? 1 : thinnest < 2e-3f ? 2e-3f : thinnest;
  header->least_reach = header->vectors == 0 ? 0 : least;
}

mt_status mt_codes_finish(const mt_codes *codes, uint32_t items, uint32_t candidates, const mt_codes_out *out, mt_error *error) {
  mt_codes_sizes sizes;
  MT_TRY(mt_codes_sizes_of(codes, items, &sizes, error));
  const mt_codes_config *config = &codes->config;
  for (uint32_t l = 0; l < config->layer_count; l++) {
    mt_layer_header h = {.items = items, .padded = codes->padded, .bits = config->layer_bits[l], .layer = l};
    memcpy(h.levels, codes->levels[l], sizeof h.levels);
    memcpy(out->layers[l], &h, sizeof h);
    if (h.bits != MT_FLOAT_BITS) memcpy(out->layers[l] + sizeof h, codes->scales[l], sizeof codes->scales[l]);
  }
  mt_base_header base = {.items = items, .subspaces = codes->subspaces};
  memcpy(out->base, &base, sizeof base);
  mt_space_header h = {.dim = config->dim,
                       .metric = config->metric,
                       .subspaces = codes->subspaces,
                       .width = codes->width,
                       .items = items,
                       .thinnest = 1};
  mt_space_layout at = mt_space_layout_of(codes->subspaces, codes->width);
  memcpy(out->space + at.gains, codes->gains, sizeof codes->gains);
  memcpy(out->space + at.codebooks, codes->codebooks, (size_t)(at.end - at.codebooks));
  memcpy(out->space, &h, sizeof h);

  mt_space space; /* the bounds are computed from what a device will read */
  MT_TRY(mt_space_open(out->space, sizes.space, items, &space, error));
  MT_TRY(mt_space_open_base(&space, out->base, sizes.base, error));
  for (uint32_t l = 0; l < config->layer_count; l++)
    MT_TRY(mt_space_open_layer(&space, out->layers[l], sizes.layers[l], error));
  mt_base_layout in = mt_base_layout_of(items, codes->subspaces);
  write_bounds(&space, (float *)(void *)(out->base + in.reach), out->base + in.ranges, &h);
  space.vectors = h.vectors, space.thinnest = h.thinnest;
  h.candidates = candidates;
  if (candidates == 0) MT_TRY(mt_candidates_measure(&space, config->seed, &h.candidates, error));
  memcpy(out->space, &h, sizeof h);
  return MT_OK;
}

/* -- the exact answer ---------------------------------------------------------------------------------------------- */

static float dot_of(const float *a, const float *b, uint32_t dim) {
  uint32_t whole = dim & ~3u;
  float sum = mt_dot_f32(a, b, whole);
  for (uint32_t i = whole; i < dim; i++) sum += a[i] * b[i];
  return sum;
}

mt_status mt_exact_nearest(const mt_rows *rows, uint32_t dim, mt_metric metric, const float *query, uint32_t k,
                           uint32_t *items, float *scores, uint32_t *found, mt_error *error) {
  *found = 0;
  k = k < rows->items ? k : rows->items;
  uint64_t *keys = malloc(mt_topk_capacity(k) * sizeof *keys);
  if (keys == NULL) return mt_fail(error, MT_NO_MEMORY, "vectors: no memory for %u results", k);
  mt_topk top = mt_topk_start(keys, k);
  float query_norm = mt_norm_of(query, dim);
  for (uint32_t i = 0; i < rows->items && k > 0; i++) {
    const float *x = mt_rows_at(rows, dim, i);
    float square = x == NULL ? 0 : dot_of(x, x, dim);
    if (!(square >= MT_NORM_MIN * MT_NORM_MIN)) continue;
    float score = dot_of(query, x, dim);
    if (metric == MT_L2) score = 2 * score - square;
    if (metric == MT_COSINE) score = query_norm > 0 ? score / (query_norm * sqrtf(square)) : 0;
    mt_topk_push(&top, mt_topk_key(score, i));
  }
  *found = (uint32_t)mt_topk_finish(&top);
  for (uint32_t i = 0; i < *found; i++) items[i] = mt_topk_item(keys[i]), scores[i] = mt_topk_score(keys[i]);
  free(keys);
  return MT_OK;
}

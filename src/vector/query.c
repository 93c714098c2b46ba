#include "vector/query.h"

#include <math.h>
#include <string.h>

#include "base/simd.h"

/* The first float layer among the first `layers`: it replaces everything that came before. */
MT_SMALL static const mt_layer *float_layer(const mt_space *space, uint32_t layers) {
  for (uint32_t l = 0; l < layers; l++)
    if (space->layers[l].bits == MT_FLOAT_BITS) return &space->layers[l];
  return NULL;
}

static uint32_t layers_open(const mt_space *space, uint32_t layers) {
  return layers < space->layer_count ? layers : space->layer_count;
}

static const float *float_row(const mt_layer *layer, uint32_t item) {
  return (const float *)(const void *)(layer->rows + item * layer->stride);
}

MT_SMALL size_t mt_query_scratch(const mt_space *space) {
  return (space->padded + (size_t)space->subspaces * 16) * sizeof(float) + 3 * MT_ALIGN;
}

MT_SMALL mt_status mt_query_prepare(const mt_space *space, const float *vector, uint32_t layers, mt_arena *arena,
                           mt_query *query, mt_error *error) {
  uint32_t width = space->width, subspaces = space->subspaces;
  float *q = mt_arena_take(arena, space->padded, sizeof *q);
  float *table = mt_arena_take(arena, (size_t)subspaces * 16, sizeof *table);
  if (q == NULL || table == NULL) return mt_fail(error, MT_NO_MEMORY, "query: its scratch memory is too small");
  memcpy(q, vector, space->dim * sizeof *q);
  memset(q + space->dim, 0, (space->padded - space->dim) * sizeof *q);
  float norm = sqrtf(mt_dot_f32(q, q, space->padded));
  if (!(norm <= MT_NORM_MAX)) return mt_fail(error, MT_INVALID, "query: a number is NaN, infinite or too large");
  if (space->metric == MT_COSINE && norm > 0) {
    for (uint32_t i = 0; i < space->dim; i++) q[i] /= norm;
    norm = 1;
  }

  const float *centroids = space->codebooks; /* [width][16] at sub-space m */
  for (uint32_t m = 0; m < subspaces; m++, centroids += width * 16)
    for (uint32_t c = 0; c < 16; c += 4) {
      mt_f4 sum = mt_f4_splat(0);
      for (uint32_t d = 0; d < width; d++)
        sum = mt_f4_muladd(mt_f4_splat(q[m * width + d]), mt_f4_load(centroids + d * 16 + c), sum);
      mt_f4_store(table + m * 16 + c, sum);
    }

  layers = layers_open(space, layers);
  *query = (mt_query){
      .space = space, .layers = layers, .exact = float_layer(space, layers), .vector = q, .table = table, .norm = norm};
  return MT_OK;
}

/* Once in the file, not at every call. */
__attribute__((noinline)) static float dot_of(const float *a, const float *b, uint32_t padded) { return mt_dot_f32(a, b, padded); }

/* 16 levels of a coded row: those of dimensions 16 · group …, as signed bytes. */
static v128_t layer_levels(const mt_layer *layer, const uint8_t *row, uint32_t group, v128_t levels) {
  if (layer->bits == 8) return wasm_v128_load(row + group * 16);
  if (layer->bits == 4) {
    v128_t bytes = wasm_v128_load64_zero(row + group * 8);
    v128_t low = wasm_v128_and(bytes, wasm_i8x16_splat(15)), high = wasm_u8x16_shr(bytes, 4);
    v128_t codes = wasm_i8x16_shuffle(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return wasm_i8x16_swizzle(levels, codes);
  }
  v128_t bytes = wasm_v128_load32_zero(row + group * 4);
  bytes = wasm_i8x16_shuffle(bytes, bytes, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  v128_t pairs = wasm_v128_bitselect(wasm_u8x16_shr(bytes, 4), bytes, wasm_i32x4_splat((int32_t)0xffff0000));
  v128_t codes = wasm_v128_bitselect(wasm_u8x16_shr(pairs, 2), pairs, wasm_i16x8_splat((int16_t)0xff00));
  return wasm_i8x16_swizzle(levels, wasm_v128_and(codes, wasm_i8x16_splat(3)));
}

/* The four groups of four of 16 signed bytes, as floats 2^24 times as large: each byte becomes the upper one of an
 * integer, for widening it in steps is taken apart into scalars by the compiler. Powers of two cost no rounding. */
#define WIDENED 0x1p-24f
static inline void widen(v128_t bytes, mt_f4 out[4]) {
  const char z = (char)0x80; /* this index gives 0 */
  out[0] = wasm_f32x4_convert_i32x4(
      wasm_i8x16_swizzle(bytes, wasm_i8x16_const(z, z, z, 0, z, z, z, 1, z, z, z, 2, z, z, z, 3)));
  out[1] = wasm_f32x4_convert_i32x4(
      wasm_i8x16_swizzle(bytes, wasm_i8x16_const(z, z, z, 4, z, z, z, 5, z, z, z, 6, z, z, z, 7)));
  out[2] = wasm_f32x4_convert_i32x4(
      wasm_i8x16_swizzle(bytes, wasm_i8x16_const(z, z, z, 8, z, z, z, 9, z, z, z, 10, z, z, z, 11)));
  out[3] = wasm_f32x4_convert_i32x4(
      wasm_i8x16_swizzle(bytes, wasm_i8x16_const(z, z, z, 12, z, z, z, 13, z, z, z, 14, z, z, z, 15)));
}

/* s_l · <q, e_l> of one item. */
static float layer_dot(const mt_layer *layer, const float *q, uint32_t padded, uint32_t item) {
  const uint8_t *row = layer->rows + item * layer->stride;
  v128_t levels = wasm_v128_load(layer->levels);
  mt_f4 s0 = mt_f4_splat(0), s1 = s0;
  for (uint32_t g = 0; g < padded / 16; g++) {
    mt_f4 e[4];
    widen(layer_levels(layer, row, g, levels), e);
    s0 = mt_f4_muladd(mt_f4_load(q + g * 16), e[0], s0);
    s1 = mt_f4_muladd(mt_f4_load(q + g * 16 + 4), e[1], s1);
    s0 = mt_f4_muladd(mt_f4_load(q + g * 16 + 8), e[2], s0);
    s1 = mt_f4_muladd(mt_f4_load(q + g * 16 + 12), e[3], s1);
  }
  return layer->scales[layer->scale_codes[item]] * WIDENED * mt_f4_sum(mt_f4_add(s0, s1));
}

MT_SMALL void mt_space_decode(const mt_space *space, uint32_t item, uint32_t layers, float *vector) {
  uint32_t width = space->width;
  memset(vector, 0, space->padded * sizeof *vector);
  if (!mt_space_has(space, item)) return;
  layers = layers_open(space, layers);
  const mt_layer *exact = float_layer(space, layers);
  if (exact != NULL) {
    memcpy(vector, float_row(exact, item), space->dim * sizeof *vector);
    return;
  }
  for (uint32_t m = 0; m < space->subspaces; m++) {
    const float *centroid = space->codebooks + (size_t)m * width * 16 + mt_space_code(space, item, m);
    for (uint32_t d = 0; d < width; d++) vector[m * width + d] = centroid[d * 16];
  }
  for (uint32_t l = 0; l < layers; l++) {
    const mt_layer *layer = &space->layers[l];
    mt_f4 scale = mt_f4_splat(layer->scales[layer->scale_codes[item]] * WIDENED);
    v128_t levels = wasm_v128_load(layer->levels);
    for (uint32_t g = 0; g < space->padded / 16; g++) {
      mt_f4 e[4];
      widen(layer_levels(layer, layer->rows + item * layer->stride, g, levels), e);
      for (uint32_t i = 0; i < 4; i++) {
        float *at = vector + g * 16 + i * 4;
        mt_f4_store(at, mt_f4_muladd(scale, e[i], mt_f4_load(at)));
      }
    }
  }
  float gain = space->gains[space->gain_codes[item]];
  for (uint32_t i = 0; i < space->dim; i++) vector[i] *= gain;
  memset(vector + space->dim, 0, (space->padded - space->dim) * sizeof *vector);
}

/* Hostile numbers may overflow, and a float layer may hold anything: NaN ranks last. */
static float number_or_worst(float score) { return score == score ? score : -INFINITY; }

static float l2_score(float dot, float square) { return number_or_worst(2 * dot - square); }

/* Σ_m table[m][code_m]: `codes` at the item's byte of sub-space 0, its nibble `shift` bits up; a constant shift is
 * faster. */
static inline float base_dot(const uint8_t *codes, const float *table, uint32_t subspaces, uint32_t shift) {
  float s[4] = {0};
  for (uint32_t m = 0; m < subspaces; m += 4, codes += 64, table += 64)
    for (uint32_t i = 0; i < 4; i++) s[i] += table[i * 16 + (((uint32_t)codes[i * 16] >> shift) & 15)];
  return (s[0] + s[2]) + (s[1] + s[3]);
}

float mt_query_score(const mt_query *query, uint32_t item) {
  const mt_space *space = query->space;
  uint32_t padded = space->padded;
  if (query->exact != NULL) {
    const float *row = float_row(query->exact, item);
    float dot = dot_of(query->vector, row, padded);
    return space->metric == MT_L2 ? l2_score(dot, dot_of(row, row, padded)) : number_or_worst(dot);
  }
  if (space->metric == MT_L2) { /* the norm needs the decoded vector anyway */
    float x[MT_PADDED_MAX];
    mt_space_decode(space, item, query->layers, x);
    return l2_score(dot_of(query->vector, x, padded), dot_of(x, x, padded));
  }
  const uint8_t *codes = space->codes + (size_t)(item / MT_BLOCK) * space->subspaces * 16 + item % 16;
  bool upper = item % MT_BLOCK >= 16;
  float dot =
      upper ? base_dot(codes, query->table, space->subspaces, 4) : base_dot(codes, query->table, space->subspaces, 0);
  for (uint32_t l = 0; l < query->layers; l++) dot += layer_dot(&space->layers[l], query->vector, padded, item);
  return number_or_worst(space->gains[space->gain_codes[item]] * dot);
}

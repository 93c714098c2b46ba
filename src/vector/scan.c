#include "vector/scan.h"

#include <math.h>

#include "base/simd.h"

#define GROUP 4           /* sub-spaces that are added as bytes */
#define GROUP_LARGEST 251 /* of 255: each of the four may round up by half */
#define TINY 1e-30f       /* tables whose entries differ by less are flat */
#define SLACK 1e-4f       /* relative; far above what rounding in f32 adds up to in the 520 terms of a lane */

MT_SMALL size_t mt_scan_scratch(const mt_space *space) {
  /* two byte tables; the float table of norms lives only while it is rounded, but the arena does not go back */
  return (size_t)space->subspaces * 16 * (2 + sizeof(float)) + 4 * MT_ALIGN;
}

/* Rounds exact[M][16] into out->bytes. */
MT_SMALL static void round_table(const float *exact, uint32_t subspaces, mt_scan_table *out) {
  float widest = 0, bias = 0, group = 0, magnitude = 0;
  for (uint32_t m = 0; m < subspaces; m++) {
    float low = exact[m * 16], high = low;
    for (uint32_t c = 1; c < 16; c++) {
      float t = exact[m * 16 + c];
      low = t < low ? t : low;
      high = t > high ? t : high;
    }
    bias += low;
    magnitude += fabsf(low) + (high - low);
    group = (m % GROUP == 0 ? 0 : group) + (high - low);
    widest = group > widest ? group : widest;
    for (uint32_t c = 0; c < 16; c++) out->bytes[m * 16 + c] = 0;
  }
  out->bias = bias;
  out->step = widest / GROUP_LARGEST;
  out->error = (float)subspaces * out->step * 0.5f + magnitude * SLACK * 0.01f;
  if (widest < TINY) return;
  float scale = GROUP_LARGEST / widest;
  for (uint32_t m = 0; m < subspaces; m++) {
    float low = exact[m * 16];
    for (uint32_t c = 1; c < 16; c++) low = exact[m * 16 + c] < low ? exact[m * 16 + c] : low;
    for (uint32_t c = 0; c < 16; c++) out->bytes[m * 16 + c] = (uint8_t)((exact[m * 16 + c] - low) * scale + 0.5f);
  }
}

MT_SMALL mt_status mt_scan_prepare(const mt_query *query, mt_arena *arena, mt_scan *scan, mt_error *error) {
  const mt_space *space = query->space;
  size_t entries = (size_t)space->subspaces * 16;
  *scan = (mt_scan){.query = query};
  scan->dots.bytes = mt_arena_take(arena, entries, 1);
  if (scan->dots.bytes == NULL) return mt_fail(error, MT_NO_MEMORY, "scan: its scratch memory is too small");
  round_table(query->table, space->subspaces, &scan->dots);
  if (space->metric != MT_L2) return MT_OK;

  scan->norms.bytes = mt_arena_take(arena, entries, 1);
  float *squares = mt_arena_take(arena, entries, sizeof *squares);
  if (squares == NULL) return mt_fail(error, MT_NO_MEMORY, "scan: its scratch memory is too small");
  for (size_t i = 0; i < entries; i++) {
    const float *centroid = space->codebooks + i / 16 * space->width * 16 + i % 16;
    squares[i] = 0;
    for (uint32_t d = 0; d < space->width; d++) squares[i] += centroid[d * 16] * centroid[d * 16];
  }
  round_table(squares, space->subspaces, &scan->norms);
  return MT_OK;
}

/* -- sums of a block ----------------------------------------------------------------------------------------------- */

/* 16-bit lanes: items 0, 2, … 14 in even[0], 1, 3, … 15 in odd[0], and 16 + those in even[1], odd[1]. */
typedef struct block_sums {
  v128_t even[2], odd[2];
} block_sums;

/* Adds the bytes that sub-space i of a group looks up: for items 0 to 15 into *low, for 16 to 31 into *high. */
static inline void look_up(const uint8_t *codes, const uint8_t *bytes, int i, v128_t *low, v128_t *high) {
  v128_t nibble = wasm_i8x16_splat(15), code = wasm_v128_load(codes + i * 16), table = wasm_v128_load(bytes + i * 16);
  *low = wasm_i8x16_add(*low, wasm_i8x16_swizzle(table, wasm_v128_and(code, nibble)));
  *high = wasm_i8x16_add(*high, wasm_i8x16_swizzle(table, wasm_v128_and(wasm_u16x8_shr(code, 4), nibble)));
}

/* Never inlined: alone it has all registers to itself, and it is called from three places. */
__attribute__((noinline)) static block_sums sum_block(const uint8_t *codes, const uint8_t *bytes, uint32_t subspaces) {
  v128_t zero = wasm_i64x2_splat(0);
  /* A 16-bit lane of byte sums is even + 256 · odd. `both` adds the lanes as they are, `odd` their upper halves, and
   * even = both - 256 · odd, all modulo 2^16: a true sum is at most 253 · M / 4 < 2^16, so it comes out whole. */
  v128_t both0 = zero, both1 = zero, odd0 = zero, odd1 = zero;
  for (const uint8_t *end = bytes + subspaces * 16; bytes < end; codes += GROUP * 16, bytes += GROUP * 16) {
    v128_t low = zero, high = zero;
    look_up(codes, bytes, 0, &low, &high);
    look_up(codes, bytes, 1, &low, &high);
    look_up(codes, bytes, 2, &low, &high);
    look_up(codes, bytes, 3, &low, &high);
    both0 = wasm_i16x8_add(both0, low);
    odd0 = wasm_i16x8_add(odd0, wasm_u16x8_shr(low, 8));
    both1 = wasm_i16x8_add(both1, high);
    odd1 = wasm_i16x8_add(odd1, wasm_u16x8_shr(high, 8));
  }
  return (block_sums){{wasm_i16x8_sub(both0, wasm_i16x8_shl(odd0, 8)), wasm_i16x8_sub(both1, wasm_i16x8_shl(odd1, 8))},
                      {odd0, odd1}};
}

/* Lanes as they lie in memory after store_sums: item j at lane_of(j). */
static inline uint32_t lane_of(uint32_t j) { return (j & 16u) | (j & 1u) << 3 | (j & 15u) >> 1; }

static inline void store_sums(const block_sums *sums, uint16_t lanes[MT_BLOCK]) {
  for (int half = 0; half < 2; half++) {
    wasm_v128_store(lanes + half * 16, sums->even[half]);
    wasm_v128_store(lanes + half * 16 + 8, sums->odd[half]);
  }
}

/* Bit j: the sum of item j is at least `least`. */
static inline uint32_t lanes_at_least(const block_sums *sums, uint16_t least) {
  v128_t floor = wasm_i16x8_splat((int16_t)least), zero = wasm_i64x2_splat(0), lower = wasm_i16x8_splat(0xff);
  uint32_t mask = 0;
  for (int half = 0; half < 2; half++) {
    v128_t even = wasm_i16x8_eq(wasm_u16x8_sub_sat(floor, sums->even[half]), zero);
    v128_t odd = wasm_i16x8_eq(wasm_u16x8_sub_sat(floor, sums->odd[half]), zero);
    mask |= (uint32_t)wasm_i8x16_bitmask(wasm_v128_bitselect(even, odd, lower)) << (half * 16);
  }
  return mask;
}

MT_SMALL void mt_scan_sums(const uint8_t *codes, const uint8_t *bytes, uint32_t subspaces, uint16_t sums[MT_BLOCK]) {
  uint16_t lanes[MT_BLOCK];
  block_sums block = sum_block(codes, bytes, subspaces);
  store_sums(&block, lanes);
  for (uint32_t j = 0; j < MT_BLOCK; j++) sums[j] = lanes[lane_of(j)];
}

MT_SMALL void mt_scan_sums_scalar(const uint8_t *codes, const uint8_t *bytes, uint32_t subspaces, uint16_t sums[MT_BLOCK]) {
  for (uint32_t j = 0; j < MT_BLOCK; j++) {
    uint32_t sum = 0;
    for (uint32_t m = 0; m < subspaces; m++) sum += bytes[m * 16 + ((codes[m * 16 + j % 16] >> (j / 16 * 4)) & 15)];
    sums[j] = (uint16_t)sum;
  }
}

/* -- scores -------------------------------------------------------------------------------------------------------- */

static inline float score_ip(const mt_scan *scan, float gain, uint16_t sum) {
  return gain * (scan->dots.step * (float)sum + scan->dots.bias);
}
static inline float score_l2(const mt_scan *scan, float gain, uint16_t sum, uint16_t norm_sum) {
  float square = scan->norms.step * (float)norm_sum + scan->norms.bias;
  return 2 * score_ip(scan, gain, sum) - gain * gain * square;
}

MT_SMALL float mt_scan_score(const mt_scan *scan, uint32_t item) {
  const mt_space *space = scan->query->space;
  const uint8_t *codes = space->codes + (size_t)(item / MT_BLOCK) * space->subspaces * 16;
  float gain = space->gains[space->gain_codes[item]];
  uint16_t sums[MT_BLOCK], norm_sums[MT_BLOCK];
  mt_scan_sums_scalar(codes, scan->dots.bytes, space->subspaces, sums);
  if (space->metric != MT_L2) return score_ip(scan, gain, sums[item % MT_BLOCK]);
  mt_scan_sums_scalar(codes, scan->norms.bytes, space->subspaces, norm_sums);
  return score_l2(scan, gain, sums[item % MT_BLOCK], norm_sums[item % MT_BLOCK]);
}

/* -- what a threshold means for blocks and sums -------------------------------------------------------------------- */

/* The largest reach at which no item can score above `cut`, from score <= 2rA - r²B (L2) or rA, where r is the norm. */
MT_SMALL static float reach_below(bool l2, float a, float b, float cut) {
  if (!(cut > 0 && a > 0)) return -1;
  if (!l2) return cut / a * (1 - SLACK);
  float rest = a * a - b * cut * (1 - SLACK);
  return !(b > 0.01f) ? -1 : rest > 0 ? (a - sqrtf(rest)) / b * (1 - SLACK) : INFINITY;
}

/* The largest reach at which no item has a scan score above `cut`, or none may become a result, where candidates for
 * `results` places are wanted.
 *
 * For scan scores A and B hold the tables' errors: the gain that multiplies them is r / |x̂| <= r / thinnest. Decoded scores
 * have none, and must come up to the last of the results only. What that will score is not known yet; the candidate at its
 * place stands for it, for layers turn the order of close ones but hardly move the score at a place, and only an item that
 * lies along the query would come up to the bound. */
MT_SMALL static float skipped_reach(const mt_scan *scan, const mt_topk *top, float cut, size_t results) {
  const mt_query *query = scan->query;
  float thinnest = query->space->thinnest, a = query->norm * (1 + SLACK), b = 1 - SLACK;
  if (results > 0) {
    cut = mt_topk_score(mt_topk_edge(top->keys, top->count, results, results + results / 32));
  } else {
    a += scan->dots.error / thinnest;
    b -= scan->norms.error / (thinnest * thinnest);
  }
  return reach_below(query->space->metric == MT_L2, a, b, cut);
}

/* The first block from b on, b a multiple of 4, that has one of its four which may reach above the limit. */
static uint32_t skip_blocks(const mt_space *space, uint32_t b, float limit) {
  mt_f4 most = mt_f4_splat(limit); /* zeros follow the last block */
  while (b < space->blocks && !wasm_v128_any_true(mt_f4_less(most, mt_f4_load(space->reach + b)))) b += 4;
  return b;
}

/* The least sum with which an item of gain in [low, high] can score above `cut`; 65,536 and more: none can. Where `cut` is
 * infinitely low, so is it.
 * g · dot > cut needs dot > cut / g, which is least at the largest gain, or at the smallest where cut < 0.
 * In an L2 space g · (2 dot - g · square) > cut needs dot > (cut / g + g · square) / 2. */
static float sum_limit(const mt_scan *scan, float cut, float low, float high) {
  float dot = cut / (cut > 0 ? high : low);
  if (scan->norms.bytes != NULL) {
    float thinnest = scan->query->space->thinnest, square = thinnest * thinnest * (1 - SLACK) - scan->norms.error;
    dot = 0.5f * (dot + (square > 0 ? low * square : 0));
  }
  float slack = 1e-6f * (fabsf(dot) + fabsf(scan->dots.bias));
  return (dot - slack - scan->dots.bias) / scan->dots.step - 1;
}

void mt_scan_run(mt_scan *scan, const uint32_t *allowed, size_t results, mt_topk *top) {
  const mt_space *space = scan->query->space;
  uint32_t subspaces = space->subspaces;
  size_t block_bytes = (size_t)subspaces * 16;
  float cut = -INFINITY, limit = -1;
  if (top->k == 0) return;
  for (uint32_t b = 0; b < space->blocks; b++) {
    if (b % 4 == 0 && (b = skip_blocks(space, b, limit)) >= space->blocks) break;
    if (!(space->reach[b] > limit) || (allowed != NULL && allowed[b] == 0)) continue;
    const uint8_t *range = space->ranges + (size_t)b * 2, *codes = space->codes + b * block_bytes;
    float least = sum_limit(scan, cut, space->gains[range[0]], space->gains[range[1]]);
    if (least > 65535) continue;
    scan->visited++;
    block_sums sums = sum_block(codes, scan->dots.bytes, subspaces);
    uint32_t mask = lanes_at_least(&sums, (uint16_t)(least > 0 ? least : 0)); /* NaN: every lane */
    if (allowed != NULL) mask &= allowed[b];
    if (space->items - b * MT_BLOCK < MT_BLOCK) mask &= (1u << space->items % MT_BLOCK) - 1;
    if (mask == 0) continue;

    uint16_t lanes[MT_BLOCK], norm_lanes[MT_BLOCK];
    store_sums(&sums, lanes);
    if (scan->norms.bytes != NULL) {
      block_sums norm_sums = sum_block(codes, scan->norms.bytes, subspaces);
      store_sums(&norm_sums, norm_lanes);
    }
    const uint8_t *gain_codes = space->gain_codes + (size_t)b * MT_BLOCK;
    for (; mask != 0; mask &= mask - 1) {
      uint32_t j = (uint32_t)__builtin_ctz(mask), lane = lane_of(j);
      float gain = space->gains[gain_codes[j]];
      float score = scan->norms.bytes == NULL ? score_ip(scan, gain, lanes[lane])
                                              : score_l2(scan, gain, lanes[lane], norm_lanes[lane]);
      /* a tie with the cut loses: the item that set it came before */
      mt_topk_put(top, mt_topk_key(score, b * MT_BLOCK + j), (score > cut) & (gain_codes[j] != 0));
    }
    if (top->count + MT_BLOCK <= top->capacity) continue;
    mt_topk_make_room(top, MT_BLOCK);
    cut = mt_topk_score(top->threshold);
    limit = skipped_reach(scan, top, cut, results);
  }
}

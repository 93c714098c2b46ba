/* The vector index alone as a wasm module, for benchmarks: build from float rows, then nearest. */
#include <stdlib.h>
#include <string.h>

#include "learn/codes.h"
#include "vector/nearest.h"

static mt_space space;
static mt_rows rows;
static uint32_t dim;
static mt_metric metric;
static mt_arena arena;
static size_t bytes;
static mt_error error;

void *bench_alloc(size_t size) { return aligned_alloc(64, (size + 63) & ~(size_t)63); }
void bench_free(void *memory) { free(memory); }
const char *bench_message(void) { return error.message; }
size_t bench_bytes(void) { return bytes; } /* of all sections */

/* Builds base + one layer of `bits` (0: none) from [count][dim] rows. */
int bench_build(const float *data, uint32_t count, uint32_t row_dim, uint32_t space_metric, uint32_t bits) {
  dim = row_dim;
  metric = (mt_metric)space_metric;
  rows = (mt_rows){data, count, count, NULL};
  mt_codes_config config = {.dim = dim, .metric = metric, .layer_count = bits > 0, .layer_bits = {bits}, .seed = 1};
  mt_codes codes;
  mt_codes_sizes sizes;
  MT_TRY(mt_codes_train(&config, &rows, &codes, &error));
  MT_TRY(mt_codes_sizes_of(&codes, count, &sizes, &error));
  mt_codes_out out = {bench_alloc(sizes.space), bench_alloc(sizes.base), {bench_alloc(sizes.layers[0])}};
  memset(out.space, 0, sizes.space), memset(out.base, 0, sizes.base), memset(out.layers[0], 0, sizes.layers[0]);
  MT_TRY(mt_codes_encode(&codes, &rows, 0, count, &out, &error));
  MT_TRY(mt_codes_finish(&codes, count, &out, &error));
  mt_codes_free(&codes);
  bytes = sizes.space + sizes.base + sizes.layers[0];
  MT_TRY(mt_space_open(out.space, sizes.space, count, &space, &error));
  MT_TRY(mt_space_open_base(&space, out.base, sizes.base, &error));
  if (bits > 0) MT_TRY(mt_space_open_layer(&space, out.layers[0], sizes.layers[0], &error));
  size_t scratch = mt_nearest_scratch(&space, 2000, 2000);
  arena = mt_arena_over(bench_alloc(scratch), scratch);
  return MT_OK;
}

uint32_t bench_nearest(const float *query, uint32_t k, uint32_t candidates, uint32_t layers, uint32_t *items, float *scores) {
  uint32_t found = 0;
  mt_nearest_ask ask = {.k = k, .candidates = candidates, .layers = layers};
  mt_nearest(&space, query, &ask, &arena, items, scores, &found, &error);
  return found;
}

/* The float answer; needs the rows that were given to bench_build. */
uint32_t bench_exact(const float *query, uint32_t k, uint32_t *items, float *scores) {
  uint32_t found = 0;
  mt_exact_nearest(&rows, dim, metric, query, k, items, scores, &found, &error);
  return found;
}

/* The kernel alone: the sums of every block of `blocks`, each of 32 sub-spaces. Returns a sink. */
uint32_t bench_sums(const uint8_t *codes, const uint8_t *table, uint32_t blocks, uint32_t subspaces) {
  uint32_t sink = 0;
  uint16_t sums[MT_BLOCK];
  for (uint32_t b = 0; b < blocks; b++) {
    mt_scan_sums(codes + (size_t)b * subspaces * 16, table, subspaces, sums);
    sink += sums[b % MT_BLOCK];
  }
  return sink;
}

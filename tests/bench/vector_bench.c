/* The vector index alone as a wasm module, for benchmarks: build from float rows, then nearest. */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
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

/* Builds base + one layer of `bits` (0: none) from [count][dim] rows; item i is row row_of[i]. */
int bench_build(const float *data, uint32_t count, const uint32_t *row_of, uint32_t row_dim, uint32_t space_metric,
                uint32_t bits) {
  dim = row_dim;
  metric = (mt_metric)space_metric;
  rows = (mt_rows){data, count, count, row_of};
  mt_codes_config config = {.dim = dim, .metric = metric, .layer_count = bits > 0, .layer_bits = {bits}, .seed = 1};
  mt_codes codes;
  mt_codes_sizes sizes;
  MT_TRY(mt_codes_train(&config, &rows, &codes, &error));
  MT_TRY(mt_codes_sizes_of(&codes, count, &sizes, &error));
  mt_codes_out out = {bench_alloc(sizes.space), bench_alloc(sizes.base), {bench_alloc(sizes.layers[0])}};
  memset(out.space, 0, sizes.space), memset(out.base, 0, sizes.base), memset(out.layers[0], 0, sizes.layers[0]);
  MT_TRY(mt_codes_encode(&codes, &rows, 0, count, &out, &error));
  MT_TRY(mt_codes_finish(&codes, count, 0, &out, &error));
  mt_codes_free(&codes);
  bytes = sizes.space + sizes.base + sizes.layers[0];
  MT_TRY(mt_space_open(out.space, sizes.space, count, &space, &error));
  MT_TRY(mt_space_open_base(&space, out.base, sizes.base, &error));
  if (bits > 0) MT_TRY(mt_space_open_layer(&space, out.layers[0], sizes.layers[0], &error));
  size_t scratch = mt_nearest_scratch(&space, 2000, 2000);
  arena = mt_arena_over(bench_alloc(scratch), scratch);
  return MT_OK;
}

uint32_t bench_nearest(const float *query, uint32_t k, uint32_t candidates, uint32_t layers, uint32_t *items,
                       float *scores) {
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

/* -- the base scan alone, every block visited: the same source in wasm and natively -------------------------------- */

static mt_query query;
static mt_scan scan;

/* Prepares a scan of `count` random directions; returns a status. */
int bench_scan_prepare(uint32_t count) {
  mt_rng rng = mt_rng_seed(1);
  float *data = bench_alloc(sizeof(float) * 64 * count), vector[64];
  uint32_t *row_of = bench_alloc(sizeof *row_of * count);
  for (uint32_t i = 0; i < count; i++) row_of[i] = i;
  for (uint32_t i = 0; i < 64 * count; i++) data[i] = mt_rng_normal(&rng);
  for (uint32_t i = 0; i < 64; i++) vector[i] = mt_rng_normal(&rng);
  MT_TRY((mt_status)bench_build(data, count, row_of, 64, MT_COSINE, 4));
  size_t size = mt_query_scratch(&space) + mt_scan_scratch(&space);
  mt_arena kept = mt_arena_over(bench_alloc(size), size);
  MT_TRY(mt_query_prepare(&space, vector, 0, &kept, &query, &error));
  return mt_scan_prepare(&query, &kept, &scan, &error);
}

/* One scan for 300 candidates; returns how many blocks it summed. */
uint32_t bench_scan_run(void) {
  static uint64_t keys[4 * 300];
  mt_topk top = mt_topk_start(keys, 300);
  scan.visited = 0;
  mt_scan_run(&scan, NULL, 0, &top);
  return scan.visited;
}

#ifndef __wasm__
#include <stdio.h>
#include <time.h>

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* Prints the least of 200 times in ms. */
int main(void) {
  double least = 1e9;
  if (bench_scan_prepare(100000) != MT_OK) return 1;
  for (int i = 0; i < 200; i++) {
    double started = now_ms();
    bench_scan_run();
    double took = now_ms() - started;
    least = took < least ? took : least;
  }
  printf("%.4f\n", least);
  return 0;
}
#endif

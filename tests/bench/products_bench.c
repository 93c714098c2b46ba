/* What a step of training spends its time with: products and ops along rows, forward and back, over arrays of noise. */
#include <stdlib.h>

#include "base/rng.h"
#include "learn/backward.h"

#define FLOATS (1u << 22)

enum { FORWARD, BACK_A, BACK_B }; /* what is run */

static mt_program program = {.scratch = FLOATS, .capacity = 1};
static mt_run run;
static mt_view view[MT_OP_VIEWS];
static mt_op op;
static uint32_t taken;

static void set(uint32_t v, uint32_t rank, const uint32_t *dims, const int32_t *strides) {
  uint32_t floats = 1;
  view[v] = (mt_view){.rank = (uint8_t)rank, .offset = taken};
  for (uint32_t i = 0; i < rank; i++) view[v].dims[i] = dims[i], view[v].strides[i] = strides[i], floats *= dims[i];
  taken += (floats + 15) / 16 * 16;
}

static void start(mt_op_code code, uint32_t kind) {
  mt_rng rng = mt_rng_seed(1);
  if (run.scratch == NULL) {
    run = (mt_run){&program, malloc(2 * FLOATS * sizeof(float)), malloc(65536 * MT_PANEL * sizeof(float))};
    for (uint32_t i = 0; i < 2 * FLOATS; i++) run.scratch[i] = mt_rng_unit(&rng);
  }
  for (uint32_t v = 0; v < MT_OP_VIEWS; v++) view[v].rank = 0;
  taken = 0;
  op = (mt_op){.code = (uint8_t)code, .kind = (uint8_t)kind, .alpha = 1e-6f, .scale = 1};
}

/* out[b][m][n] = a[b][m][k] · w[k][n] (shared) or · keys[b][n][k], turned. */
void bench_product(uint32_t b, uint32_t m, uint32_t n, uint32_t k, uint32_t shared) {
  int32_t rows = (int32_t)m, columns = (int32_t)n, depth = (int32_t)k;
  start(MT_OP_MATMUL, MT_UNARY_NONE);
  set(0, 3, (uint32_t[]){b, m, n}, (int32_t[]){rows * columns, columns, 1});
  set(1, 3, (uint32_t[]){b, m, k}, (int32_t[]){rows * depth, depth, 1});
  if (shared != 0) set(2, 3, (uint32_t[]){b, k, n}, (int32_t[]){0, columns, 1});
  else set(2, 3, (uint32_t[]){b, k, n}, (int32_t[]){depth * columns, 1, depth});
}

/* A norm or a softmax of [rows][wide]. */
void bench_rows(uint32_t rows, uint32_t wide, uint32_t norm) {
  const int32_t along[] = {(int32_t)wide, 1}, shared[] = {0, 1};
  start(norm != 0 ? MT_OP_NORM : MT_OP_SOFTMAX, 0);
  set(0, 2, (uint32_t[]){rows, wide}, along), set(1, 2, (uint32_t[]){rows, wide}, along);
  if (norm != 0) set(2, 2, (uint32_t[]){rows, wide}, shared), set(3, 2, (uint32_t[]){rows, wide}, shared);
}

/* GELU of [rows][wide]. */
void bench_gelu(uint32_t rows, uint32_t wide) {
  const int32_t along[] = {(int32_t)wide, 1};
  start(MT_OP_UNARY, MT_UNARY_GELU);
  set(0, 2, (uint32_t[]){rows, wide}, along), set(1, 2, (uint32_t[]){rows, wide}, along);
}

void bench_run(uint32_t what) {
  mt_back back = {.step = {.run = &run, .op = &op, .rows = 1}};
  for (uint32_t v = 0; v < MT_OP_VIEWS; v++) {
    if (view[v].rank == 0) continue;
    back.step.view[v] = &view[v];
    back.moved[v] = view[v];
    back.moved[v].offset += FLOATS;
    if (v == 0 || what == BACK_A ? v != 2 || op.code != MT_OP_MATMUL : v == 2) back.slope[v] = &back.moved[v];
  }
  switch (op.code) {
    case MT_OP_MATMUL: what == FORWARD ? mt_op_matmul(&back.step) : mt_back_matmul(&back); break;
    case MT_OP_UNARY: what == FORWARD ? mt_op_elementwise(&back.step) : mt_back_elementwise(&back); break;
    default: what == FORWARD ? mt_op_normalise(&back.step) : mt_back_normalise(&back); break;
  }
}

#ifndef __wasm__
#include <stdio.h>
#include <string.h>
#include <time.h>

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* Arguments: what is prepared, its numbers, what is run. Prints the least time in ms. */
int main(int count, char **given) {
  uint32_t number[6] = {0};
  for (int i = 2; i < count && i < 8; i++) number[i - 2] = (uint32_t)atoi(given[i]);
  if (strcmp(given[1], "product") == 0) bench_product(number[0], number[1], number[2], number[3], number[4]);
  if (strcmp(given[1], "rows") == 0) bench_rows(number[0], number[1], number[2]);
  if (strcmp(given[1], "gelu") == 0) bench_gelu(number[0], number[1]);
  uint32_t what = (uint32_t)atoi(given[count - 1]);
  double least = 1e9;
  for (int i = 0; i < 100; i++) {
    double started = now_ms();
    bench_run(what);
    double took = now_ms() - started;
    least = took < least ? took : least;
  }
  printf("%.4f\n", least);
  return 0;
}
#endif

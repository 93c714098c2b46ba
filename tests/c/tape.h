/* A small assembler of tensor programs, for tests: ports, views and ops are added, then written as a section. */
#ifndef TAPE_H
#define TAPE_H

#include <stdlib.h>

#include "base/checked.h"
#include "base/rng.h"
#include "bundle/format.h"
#include "exact.h"
#include "nn/run.h"

#define TAPE_VIEWS 64u
#define TAPE_OPS 32u
#define TAPE_PORTS 10u
#define TAPE_CONSTANTS (1u << 18)

typedef struct tape {
  uint32_t capacity, scratch, inputs, outputs, views, ops, request_ops, constants;
  mt_port port[TAPE_PORTS];
  mt_view view[TAPE_VIEWS];
  mt_op op[TAPE_OPS];
  const char *names;
  uint32_t name_bytes;
  unsigned char *constant; /* [TAPE_CONSTANTS] */
} tape;

static inline tape *tape_start(uint32_t capacity) {
  tape *t = calloc(1, sizeof *t);
  t->capacity = capacity;
  t->names = "abcdefghij";
  t->name_bytes = 10;
  t->constant = calloc(1, TAPE_CONSTANTS);
  return t;
}
static inline void tape_drop(tape *t) { free(t->constant), free(t); }

static inline uint32_t tape_add(tape *t, mt_view view) {
  t->view[t->views] = view;
  return t->views++;
}

/* A view's bits of rows: on one axis, or on none (MT_NO_ROWS). */
static inline uint8_t rows_on(uint32_t axis) { return (uint8_t)(axis == MT_NO_ROWS ? 0 : 1u << axis); }

/* A contiguous view of floats in scratch at `offset`, or in new scratch (UINT32_MAX). */
static inline uint32_t tape_scratch(tape *t, uint32_t offset, uint32_t rank, const uint32_t *dims, uint32_t rows_axis) {
  mt_view v = {.place = MT_PLACE_SCRATCH, .rank = (uint8_t)rank, .rows = rows_on(rows_axis)};
  int32_t stride = 1;
  for (uint32_t i = rank; i-- > 0; stride *= (int32_t)(dims[i] * (i == rows_axis ? t->capacity : 1))) v.dims[i] = dims[i], v.strides[i] = stride;
  v.offset = offset == UINT32_MAX ? t->scratch : offset;
  if (offset == UINT32_MAX) t->scratch += (uint32_t)stride;
  return tape_add(t, v);
}

/* A contiguous view of constant floats. */
static inline uint32_t tape_constant(tape *t, uint32_t rank, const uint32_t *dims, const float *values) {
  mt_view v = {.place = MT_PLACE_CONSTANTS, .rank = (uint8_t)rank, .offset = t->constants / 4};
  int32_t stride = 1;
  for (uint32_t i = rank; i-- > 0; stride *= (int32_t)dims[i]) v.dims[i] = dims[i], v.strides[i] = stride;
  memcpy(t->constant + t->constants, values, 4 * (size_t)stride);
  t->constants += 4 * (uint32_t)stride;
  return tape_add(t, v);
}

static inline mt_op *tape_op(tape *t, mt_op_code code, uint32_t kind, uint32_t v0, uint32_t v1, uint32_t v2, uint32_t v3) {
  mt_op *op = &t->op[t->ops++];
  *op = (mt_op){.code = (uint8_t)code, .kind = (uint8_t)kind, .scale = code == MT_OP_MATMUL ? 1.0f : 0.0f};
  for (uint32_t i = 0; i < MT_OP_VIEWS; i++) op->views[i] = MT_NO_VIEW;
  op->views[0] = v0, op->views[1] = v1, op->views[2] = v2, op->views[3] = v3;
  return op;
}

/* A port over a contiguous view, named by one letter: 'a' + its number. */
static inline void tape_port(tape *t, uint32_t view, bool input) {
  const mt_view *v = &t->view[view];
  uint32_t number = t->inputs + t->outputs;
  mt_port port = {.name = number, .name_length = 1, .rank = v->rank, .rows_axis = v->rows == 1 ? 0 : MT_NO_ROWS, .offset = v->offset};
  memcpy(port.dims, v->dims, sizeof port.dims);
  t->port[number] = port;
  *(input ? &t->inputs : &t->outputs) += 1;
}

/* The section's bytes, 64-byte aligned, with exactly its length behind them; the caller frees them. */
static inline unsigned char *tape_write(const tape *t, size_t *length_ret) {
  size_t views = MT_PROGRAM_HEAD + (size_t)(t->inputs + t->outputs) * sizeof(mt_port), ops = views + t->views * sizeof(mt_view),
         names = ops + t->ops * sizeof(mt_op), constants = (names + t->name_bytes + 63) / 64 * 64;
  const uint32_t head[] = {t->capacity, t->scratch, t->inputs, t->outputs, t->views, t->ops, t->request_ops, t->name_bytes, t->constants};
  *length_ret = constants + t->constants;
  unsigned char *out = exact_memory(*length_ret);
  memset(out, 0, *length_ret);
  memcpy(out, head, sizeof head);
  memcpy(out + MT_PROGRAM_HEAD, t->port, (size_t)(t->inputs + t->outputs) * sizeof(mt_port));
  memcpy(out + views, t->view, t->views * sizeof(mt_view));
  memcpy(out + ops, t->op, t->ops * sizeof(mt_op));
  memcpy(out + names, t->names, t->name_bytes);
  memcpy(out + constants, t->constant, t->constants);
  return out;
}

/* A program at work, in memory of exactly its size. */
typedef struct working {
  unsigned char *bytes;
  mt_program program;
  mt_run run;
} working;

static inline void work_start(working *w, const tape *t) {
  mt_error error = {0};
  size_t length;
  w->bytes = tape_write(t, &length);
  if (mt_program_open(w->bytes, length, &w->program, &error) != MT_OK) {
    fprintf(stderr, "%s\n", error.message);
    abort();
  }
  w->run = (mt_run){&w->program, exact_memory(4 * (size_t)w->program.scratch), exact_memory(32 * (size_t)w->program.widest)};
  mt_run_clear(&w->run);
}
static inline void work_end(working *w) { free(w->run.scratch), free(w->run.panel), free(w->bytes); }

/* A small model that uses every op: ids [3] of the request and a feature [2] of each row; a vector [4] for each row. */
static inline tape *tape_sample(uint64_t seed) {
  mt_rng rng = mt_rng_seed(seed);
  tape *t = tape_start(2);
  const uint32_t none = MT_NO_VIEW, fresh = UINT32_MAX, plain = MT_NO_ROWS;
  float values[64];
  for (uint32_t i = 0; i < 64; i++) values[i] = mt_rng_normal(&rng);
  uint32_t ids = tape_scratch(t, fresh, 1, (uint32_t[]){3}, plain), row = tape_scratch(t, fresh, 2, (uint32_t[]){1, 2}, 0);
  uint32_t table = tape_constant(t, 2, (uint32_t[]){8, 4}, values), weights = tape_constant(t, 2, (uint32_t[]){4, 4}, values + 32);
  uint32_t recurrent = tape_constant(t, 2, (uint32_t[]){4, 16}, values), narrow = tape_constant(t, 2, (uint32_t[]){4, 12}, values);
  t->view[table].type = MT_TYPE_I8, t->view[table].offset *= 4, t->view[table].scales = 8, t->view[table].scale_axis = 0;
  t->view[narrow].type = MT_TYPE_F16, t->view[narrow].offset *= 2;
  uint32_t rows = tape_scratch(t, fresh, 2, (uint32_t[]){3, 4}, plain), other = tape_scratch(t, fresh, 2, (uint32_t[]){3, 4}, plain);
  mt_view turned = t->view[rows]; /* as [4, 3], and as [3, 1] for the gather's indices */
  turned.dims[0] = 4, turned.dims[1] = 3, turned.strides[0] = 1, turned.strides[1] = 4;
  mt_view listed = t->view[ids];
  listed.rank = 2, listed.dims[1] = 1, listed.strides[1] = 1;
  uint32_t across = tape_add(t, turned), index = tape_add(t, listed), scores = tape_scratch(t, fresh, 2, (uint32_t[]){3, 3}, plain);
  tape_op(t, MT_OP_GATHER, 0, rows, table, index, none)->n = 1;
  tape_op(t, MT_OP_NORM, 0, rows, rows, none, none)->alpha = 1e-5f;
  tape_op(t, MT_OP_MATMUL, MT_UNARY_NONE, scores, rows, across, none)->scale = 0.5f;
  tape_op(t, MT_OP_SOFTMAX, 0, scores, scores, none, none);
  tape_op(t, MT_OP_MATMUL, MT_UNARY_GELU, other, scores, rows, none);
  tape_op(t, MT_OP_CUMSUM, 1, other, other, none, none);
  uint32_t best = tape_scratch(t, fresh, 2, (uint32_t[]){3, 2}, plain), places = tape_scratch(t, fresh, 2, (uint32_t[]){3, 2}, plain);
  tape_op(t, MT_OP_TOPK, 0, best, other, places, none);
  uint32_t gates = tape_scratch(t, fresh, 3, (uint32_t[]){3, 1, 12}, plain), more = tape_scratch(t, fresh, 3, (uint32_t[]){3, 1, 16}, plain);
  uint32_t states = tape_scratch(t, fresh, 3, (uint32_t[]){3, 1, 4}, plain), state = tape_scratch(t, fresh, 2, (uint32_t[]){1, 4}, plain);
  uint32_t room = tape_scratch(t, fresh, 2, (uint32_t[]){1, 16}, plain), cell = tape_scratch(t, fresh, 2, (uint32_t[]){1, 4}, plain);
  mt_op *op = tape_op(t, MT_OP_GRU, 1, states, gates, narrow, none);
  op->views[4] = state, op->views[5] = room;
  op = tape_op(t, MT_OP_LSTM, 0, states, more, recurrent, cell);
  op->views[4] = state, op->views[5] = room;
  mt_view pooled = t->view[across];
  pooled.offset = t->view[other].offset;
  uint32_t user = tape_scratch(t, fresh, 1, (uint32_t[]){4}, plain);
  tape_op(t, MT_OP_REDUCE, MT_REDUCE_MEAN, user, tape_add(t, pooled), none, none)->m = 1;
  t->request_ops = t->ops;
  mt_view spread = t->view[user]; /* broadcast over the rows */
  spread.rank = 2, spread.rows = 1, spread.dims[0] = 1, spread.dims[1] = 4, spread.strides[0] = 0, spread.strides[1] = 1;
  uint32_t wide = tape_scratch(t, fresh, 2, (uint32_t[]){1, 4}, 0), out = tape_scratch(t, fresh, 2, (uint32_t[]){1, 4}, 0);
  mt_view left = t->view[wide], right = left;
  left.dims[1] = right.dims[1] = 2, right.offset += 2;
  tape_op(t, MT_OP_COPY, 0, tape_add(t, left), row, none, none);
  tape_op(t, MT_OP_UNARY, MT_UNARY_TANH, tape_add(t, right), row, none, none);
  tape_op(t, MT_OP_BINARY, MT_BINARY_MUL, wide, wide, tape_add(t, spread), none);
  tape_op(t, MT_OP_MATMUL, MT_UNARY_RELU, out, wide, weights, none);
  tape_op(t, MT_OP_WHERE, 0, out, wide, out, wide);
  tape_op(t, MT_OP_WHOLE, MT_WHOLE_MOD, wide, wide, none, out)->views[4] = wide;
  tape_port(t, ids, true), tape_port(t, row, true), tape_port(t, out, false);
  t->port[0].element = MT_ELEMENT_INT;
  return t;
}

/* Rows that know of each other: out[row] = what attention over all makes of in[row][2], less the mean of the list. */
static inline tape *tape_list(uint32_t capacity) {
  tape *t = tape_start(capacity);
  const uint32_t none = MT_NO_VIEW, fresh = UINT32_MAX;
  uint32_t in = tape_scratch(t, fresh, 2, (uint32_t[]){1, 2}, 0), seen = tape_scratch(t, fresh, 2, (uint32_t[]){1, 2}, 0);
  uint32_t mean = tape_scratch(t, fresh, 1, (uint32_t[]){2}, MT_NO_ROWS), out = tape_scratch(t, fresh, 1, (uint32_t[]){1}, 0);
  mt_view pairs = {.rank = 2, .rows = 3, .dims = {1, 1}, .strides = {(int32_t)capacity, 1}, .offset = t->scratch};
  t->scratch += capacity * capacity;
  mt_view keys = t->view[in], columns = t->view[seen], spread = t->view[mean];
  keys.dims[0] = 2, keys.dims[1] = 1, keys.strides[0] = 1, keys.strides[1] = 2, keys.rows = 2;
  columns.dims[0] = 2, columns.dims[1] = 1, columns.strides[0] = 1, columns.strides[1] = 2, columns.rows = 2;
  spread.rank = 2, spread.rows = 1, spread.dims[0] = 1, spread.dims[1] = 2, spread.strides[0] = 0, spread.strides[1] = 1;
  uint32_t all = tape_add(t, pairs), across = tape_add(t, keys), lines = tape_add(t, columns), of_all = tape_add(t, spread);
  tape_op(t, MT_OP_MATMUL, MT_UNARY_NONE, all, in, across, none);
  tape_op(t, MT_OP_SOFTMAX, 0, all, all, none, none);
  tape_op(t, MT_OP_MATMUL, MT_UNARY_NONE, seen, all, in, none);
  tape_op(t, MT_OP_REDUCE, MT_REDUCE_MEAN, mean, lines, none, none)->m = 1;
  tape_op(t, MT_OP_BINARY, MT_BINARY_SUB, seen, seen, of_all, none);
  tape_op(t, MT_OP_REDUCE, MT_REDUCE_SUM, out, seen, none, none)->m = 1;
  tape_port(t, in, true), tape_port(t, out, false);
  return t;
}

#endif

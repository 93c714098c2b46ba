/* A random tree over items, as a section, for tests: a node scores the product of its vector with the sum of the history's. */
#ifndef NODES_H
#define NODES_H

#include "bundle/nodes.h"
#include "tape.h"

#define NODES_LENGTH 3u
#define NODES_WIDTH 8u

static inline tape *nodes_tape(uint32_t capacity) {
  tape *t = tape_start(capacity);
  const uint32_t none = MT_NO_VIEW, fresh = UINT32_MAX, plain = MT_NO_ROWS;
  uint32_t history = tape_scratch(t, fresh, 2, (uint32_t[]){NODES_LENGTH, NODES_WIDTH}, plain);
  uint32_t mask = tape_scratch(t, fresh, 1, (uint32_t[]){NODES_LENGTH}, plain), person = tape_scratch(t, fresh, 1, (uint32_t[]){NODES_WIDTH}, plain);
  uint32_t node = tape_scratch(t, fresh, 2, (uint32_t[]){1, NODES_WIDTH}, 0), product = tape_scratch(t, fresh, 2, (uint32_t[]){1, NODES_WIDTH}, 0);
  uint32_t score = tape_scratch(t, fresh, 1, (uint32_t[]){1}, 0);
  mt_view across = t->view[history], spread = t->view[person];
  across.dims[0] = NODES_WIDTH, across.dims[1] = NODES_LENGTH, across.strides[0] = 1, across.strides[1] = NODES_WIDTH;
  spread.rank = 2, spread.rows = 1, spread.dims[0] = 1, spread.dims[1] = NODES_WIDTH, spread.strides[0] = 0, spread.strides[1] = 1;
  tape_op(t, MT_OP_REDUCE, MT_REDUCE_SUM, person, tape_add(t, across), none, none)->m = 1;
  t->request_ops = t->ops;
  tape_op(t, MT_OP_BINARY, MT_BINARY_MUL, product, node, tape_add(t, spread), none);
  tape_op(t, MT_OP_REDUCE, MT_REDUCE_SUM, score, product, none, none)->m = 1;
  tape_port(t, history, true), tape_port(t, mask, true), tape_port(t, node, true), tape_port(t, score, false);
  return t;
}

/* Levels are added until one fits into the beam. In memory of exactly its length, which the caller frees. */
static inline unsigned char *nodes_section(uint64_t seed, uint32_t items, uint32_t leaves, uint32_t arity, uint32_t beam, size_t *length_ret) {
  mt_rng rng = mt_rng_seed(seed);
  mt_nodes head = {.items = items, .leaves = leaves, .arity = arity, .width = NODES_WIDTH, .beam = beam};
  size_t program, rows = items;
  for (uint32_t count = leaves; count > beam; head.levels++) rows += count = (count - 1) / arity + 1;
  tape *t = nodes_tape(5);
  unsigned char *bytes = tape_write(t, &program);
  tape_drop(t);
  head.program_bytes = (uint32_t)program;
  uint32_t *order = calloc(items, sizeof *order);
  for (uint32_t i = 0; i < items; i++) { /* shuffled as it grows */
    uint32_t at = mt_rng_below(&rng, i + 1);
    order[i] = order[at], order[at] = i;
  }
  float *vectors = calloc(rows * NODES_WIDTH, sizeof *vectors);
  for (size_t i = 0; i < rows * NODES_WIDTH; i++) vectors[i] = mt_rng_normal(&rng);
  *length_ret = (size_t)mt_nodes_bytes(&head);
  unsigned char *out = exact_memory(*length_ret);
  memset(out, 0, *length_ret);
  mt_nodes_encode(&head, bytes, order, vectors, out);
  free(vectors), free(order), free(bytes);
  return out;
}

#endif

/* Blocks: elementwise arithmetic on up to MT_NN_BLOCK floats at once, the unit in which every op works.
 *
 * An op fetches a block of each operand (in place where it is contiguous), computes, and puts the block back. Kernels
 * therefore see contiguous floats in multiples of four, whatever the strides, and need no tails.
 */
#ifndef MT_NN_BLOCK_H
#define MT_NN_BLOCK_H

#include "base/simd.h"
#include "bundle/program.h"

#define MT_NN_BLOCK 64u

/* out = kind(x), n a multiple of 4; out may be x. */
void mt_unary_block(mt_unary kind, float a, float b, const float *x, float *out, size_t n);

/* out = kind(x, y), n a multiple of 4; out may be x or y. */
void mt_binary_block(mt_binary kind, const float *x, const float *y, float *out, size_t n);

/* out = c != 0 ? x : y. */
void mt_where_block(const float *c, const float *x, const float *y, float *out, size_t n);

/* m <= MT_NN_BLOCK floats, `stride` apart, as a contiguous block of whole vectors: p itself, or copied into `room` and
 * filled up with zeros. */
static inline const float *mt_fetch(const float *p, ptrdiff_t stride, size_t m, float *room) {
  if (stride == 1 && m % 4 == 0) return p;
  for (size_t i = 0; i < m; i++) room[i] = p[(ptrdiff_t)i * stride];
  for (size_t i = m; i % 4 != 0; i++) room[i] = 0;
  return room;
}

/* Where to compute a block that belongs to p: there, or in `room` if mt_put has to take it apart. */
static inline float *mt_target(float *p, ptrdiff_t stride, size_t m, float *room) {
  return stride == 1 && m % 4 == 0 ? p : room;
}
static inline void mt_put(const float *block, float *p, ptrdiff_t stride, size_t m) {
  if (block != p)
    for (size_t i = 0; i < m; i++) p[(ptrdiff_t)i * stride] = block[i];
}

#endif

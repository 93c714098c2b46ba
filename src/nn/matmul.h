/* Matrix products: out[M, N] = kind(scale · a[M, K] b[K, N] + bias[M, N]), every operand by strides.
 *
 * Eight columns of b at a time are unpacked into a contiguous panel [K][8], from any stride or code; then rows of a pass over
 * it in fours: 4 × 8 sums stay in registers, and each is one chain over K.
 */
#ifndef MT_NN_MATMUL_H
#define MT_NN_MATMUL_H

#include "nn/coded.h"

#define MT_PANEL 8u

typedef struct mt_matmul {
  size_t m, n, k;
  const float *a, *bias; /* bias may be NULL */
  float *out, *panel;    /* panel[k][MT_PANEL] */
  mt_coded b;
  ptrdiff_t a_row, a_depth, b_depth, b_column, bias_row, bias_column, out_row, out_column;
  bool scale_by_column; /* of coded b: a scale for each column, else for each k */
  float scale, alpha, beta;
  mt_unary kind;
} mt_matmul;

void mt_matmul_f32(const mt_matmul *product);

#endif

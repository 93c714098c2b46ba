/* Slopes: derivatives of elementwise functions, a block at a time (nn/block.h). n is a multiple of 4; where a function jumps or
 * has a corner, the slope is that of the side it belongs to, and functions that are flat nearly everywhere pass nothing back. */
#ifndef MT_LEARN_SLOPES_H
#define MT_LEARN_SLOPES_H

#include "nn/block.h"

/* back = up · kind'(x), where y = kind(x). n <= MT_NN_BLOCK. */
void mt_unary_slope(mt_unary kind, float alpha, float beta, const float *x, const float *y, const float *up, float *back, size_t n);

/* For z = kind(x, y): back_x = up · dz/dx, back_y = up · dz/dy. n <= MT_NN_BLOCK. */
void mt_binary_slope(mt_binary kind, const float *x, const float *y, const float *up, float *back_x, float *back_y, size_t n);

#endif

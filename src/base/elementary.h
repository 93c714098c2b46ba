/* Exponential and logarithm, the two that others are made of: the same bits on every host, good to about 2 ulp, and small.
 * Coefficients from Cephes (Moshier).
 */
#ifndef MT_BASE_ELEMENTARY_H
#define MT_BASE_ELEMENTARY_H

#include "base/simd.h"

/* c[0] x^n + … + c[n], by Horner. */
static inline mt_f4 mt_polynomial4(mt_f4 x, const float *c, int n) {
  mt_f4 sum = mt_f4_splat(c[0]);
  for (int i = 1; i <= n; i++) sum = mt_f4_muladd(sum, x, mt_f4_splat(c[i]));
  return sum;
}

mt_f4 mt_exp4(mt_f4 x);
mt_f4 mt_log4(mt_f4 x);

float mt_logf(float x);
float mt_exp2f(float x); /* 2^x, to 1e-6 · (1 + |x|) of itself */

#endif

#include "base/elementary.h"

#include <math.h>

#define V(x) mt_f4_splat(x)

static inline mt_f4 bits(int32_t x) { return wasm_i32x4_splat(x); }

/* 2^n · e^r with |r| <= ln 2 / 2; the power in two factors, so that results may be denormal or infinite. */
mt_f4 mt_exp4(mt_f4 x) {
  static const float C[] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0e-1f};
  x = mt_f4_min(mt_f4_max(x, V(-104.0f)), V(89.0f));
  mt_f4 n = wasm_f32x4_nearest(mt_f4_mul(x, V(1.44269504088896341f)));
  mt_f4 r = mt_f4_muladd(n, V(-0.693359375f), x);
  r = mt_f4_muladd(n, V(2.12194440e-4f), r);
  mt_f4 e = mt_f4_add(mt_f4_muladd(mt_polynomial4(r, C, 5), mt_f4_mul(r, r), r), V(1));
  v128_t power = wasm_i32x4_trunc_sat_f32x4(n), half = wasm_i32x4_shr(power, 1);
  mt_f4 p = wasm_i32x4_shl(wasm_i32x4_add(half, bits(127)), 23);
  mt_f4 q = wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_sub(power, half), bits(127)), 23);
  return mt_f4_mul(mt_f4_mul(e, p), q);
}

/* x = 2^n · m with m in [sqrt ½, sqrt 2). */
mt_f4 mt_log4(mt_f4 x) {
  static const float C[] = {7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,  -1.2420140846e-1f, 1.4249322787e-1f,
                            -1.6668057665e-1f, 2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f};
  mt_f4 tiny = mt_f4_less(x, V(0x1p-126f));
  mt_f4 y = mt_f4_select(tiny, mt_f4_mul(x, V(0x1p24f)), x);
  v128_t power = wasm_i32x4_shr(wasm_i32x4_sub(y, bits(0x3f3504f3)), 23);
  mt_f4 m = wasm_i32x4_sub(y, wasm_i32x4_shl(power, 23));
  mt_f4 n = mt_f4_sub(wasm_f32x4_convert_i32x4(power), wasm_v128_and(tiny, V(24)));
  m = mt_f4_sub(m, V(1));
  mt_f4 z = mt_f4_mul(m, m);
  mt_f4 r = mt_f4_mul(mt_f4_mul(mt_polynomial4(m, C, 8), m), z);
  r = mt_f4_muladd(n, V(-2.12194440e-4f), r);
  r = mt_f4_muladd(z, V(-0.5f), r);
  r = mt_f4_muladd(n, V(0.693359375f), mt_f4_add(m, r));
  r = mt_f4_select(mt_f4_less(x, V(INFINITY)), r, x);                   /* infinite, or not a number */
  r = mt_f4_select(wasm_f32x4_eq(x, V(0)), V(-INFINITY), r);
  return mt_f4_select(mt_f4_less(x, V(0)), V(NAN), r);
}

float mt_logf(float x) { return wasm_f32x4_extract_lane(mt_log4(V(x)), 0); }
float mt_exp2f(float x) { return wasm_f32x4_extract_lane(mt_exp4(V(x * 0.693147180559945f)), 0); }

#include "nn/block.h"

#include <math.h>
#include <string.h>

#define V(x) mt_f4_splat(x)

static inline mt_f4 bits(int32_t x) { return wasm_i32x4_splat(x); }

/* c[0] x^n + … + c[n], by Horner. */
static inline mt_f4 polynomial(mt_f4 x, const float *c, int n) {
  mt_f4 sum = V(c[0]);
  for (int i = 1; i <= n; i++) sum = mt_f4_muladd(sum, x, V(c[i]));
  return sum;
}

/* -- the four functions that the others are made of; coefficients of exp, log and tanh from Cephes (Moshier) -- */

/* 2^n · e^r with |r| <= ln 2 / 2; the power in two factors, so that results may be denormal or infinite. */
static mt_f4 exp4(mt_f4 x) {
  static const float C[] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0e-1f};
  x = mt_f4_min(mt_f4_max(x, V(-104.0f)), V(89.0f));
  mt_f4 n = wasm_f32x4_nearest(mt_f4_mul(x, V(1.44269504088896341f)));
  mt_f4 r = mt_f4_muladd(n, V(-0.693359375f), x);
  r = mt_f4_muladd(n, V(2.12194440e-4f), r);
  mt_f4 e = mt_f4_add(mt_f4_muladd(polynomial(r, C, 5), mt_f4_mul(r, r), r), V(1));
  v128_t power = wasm_i32x4_trunc_sat_f32x4(n), half = wasm_i32x4_shr(power, 1);
  mt_f4 p = wasm_i32x4_shl(wasm_i32x4_add(half, bits(127)), 23);
  mt_f4 q = wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_sub(power, half), bits(127)), 23);
  return mt_f4_mul(mt_f4_mul(e, p), q);
}

/* x = 2^n · m with m in [sqrt ½, sqrt 2). */
static mt_f4 log4(mt_f4 x) {
  static const float C[] = {7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,  -1.2420140846e-1f, 1.4249322787e-1f,
                            -1.6668057665e-1f, 2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f};
  mt_f4 tiny = mt_f4_less(x, V(0x1p-126f));
  mt_f4 y = mt_f4_select(tiny, mt_f4_mul(x, V(0x1p24f)), x);
  v128_t power = wasm_i32x4_shr(wasm_i32x4_sub(y, bits(0x3f3504f3)), 23);
  mt_f4 m = wasm_i32x4_sub(y, wasm_i32x4_shl(power, 23));
  mt_f4 n = mt_f4_sub(wasm_f32x4_convert_i32x4(power), wasm_v128_and(tiny, V(24)));
  m = mt_f4_sub(m, V(1));
  mt_f4 z = mt_f4_mul(m, m);
  mt_f4 r = mt_f4_mul(mt_f4_mul(polynomial(m, C, 8), m), z);
  r = mt_f4_muladd(n, V(-2.12194440e-4f), r);
  r = mt_f4_muladd(z, V(-0.5f), r);
  r = mt_f4_muladd(n, V(0.693359375f), mt_f4_add(m, r));
  r = mt_f4_select(mt_f4_less(x, V(INFINITY)), r, x);                   /* infinite, or not a number */
  r = mt_f4_select(wasm_f32x4_eq(x, V(0)), V(-INFINITY), r);
  return mt_f4_select(mt_f4_less(x, V(0)), V(NAN), r);
}

/* |x| < 0.9277: x · P(x²); beyond: 1 - e^-Q(|x|), with the sign of x (N. Juffa's two fits). */
static mt_f4 erf4(mt_f4 x) {
  static const float P[] = {-5.96761703e-4f, 4.99119423e-3f,  -2.67681349e-2f,
                            1.12819925e-1f,  -3.76125336e-1f, 1.28379166e-1f};
  static const float Q[] = {-1.72853470e-5f, 3.83197126e-4f,  -3.88396438e-3f, 2.42546219e-2f,
                            -1.06777877e-1f, -6.34846687e-1f, -1.28717512e-1f};
  mt_f4 t = mt_f4_min(mt_f4_abs(x), V(4)), tail = polynomial(t, Q, 6);
  mt_f4 far = mt_f4_sub(V(1), exp4(mt_f4_sub(mt_f4_mul(tail, t), t)));
  mt_f4 near = mt_f4_muladd(polynomial(mt_f4_mul(t, t), P, 5), t, t);
  mt_f4 magnitude = mt_f4_select(mt_f4_less(t, V(0.927734375f)), near, far);
  return mt_f4_select(bits(INT32_MIN), x, magnitude);
}

/* |x| < 0.625: x + x³ · P(x²); beyond: 1 - 2 / (e^2|x| + 1), with the sign of x. */
static mt_f4 tanh4(mt_f4 x) {
  static const float P[] = {-5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f};
  mt_f4 t = mt_f4_abs(x), z = mt_f4_mul(x, x);
  mt_f4 near = mt_f4_muladd(mt_f4_mul(polynomial(z, P, 4), z), t, t);
  mt_f4 far = mt_f4_sub(V(1), mt_f4_div(V(2), mt_f4_add(exp4(mt_f4_add(t, t)), V(1))));
  return mt_f4_select(bits(INT32_MIN), x, mt_f4_select(mt_f4_less(t, V(0.625f)), near, far));
}

static inline mt_f4 sigmoid4(mt_f4 x) { return mt_f4_div(V(1), mt_f4_add(V(1), exp4(wasm_f32x4_neg(x)))); }
static inline mt_f4 clip4(mt_f4 x, mt_f4 low, mt_f4 high) { return mt_f4_min(mt_f4_max(x, low), high); }
static inline mt_f4 elu4(mt_f4 x, mt_f4 a) {
  return mt_f4_select(mt_f4_less(x, V(0)), mt_f4_mul(a, mt_f4_sub(exp4(x), V(1))), x);
}
static inline mt_f4 one_if(mt_f4 mask) { return wasm_v128_and(mask, V(1)); }

#define MAP(y)                                                    \
  do {                                                            \
    for (size_t i = 0; i < n; i += 4) {                           \
      mt_f4 v = mt_f4_load(x + i);                                \
      mt_f4_store(out + i, y);                                    \
    }                                                             \
    return;                                                       \
  } while (0)

void mt_unary_block(mt_unary kind, float alpha, float beta, const float *x, float *out, size_t n) {
  mt_f4 a = V(alpha), b = V(beta);
  switch (kind) {
    case MT_UNARY_NONE: MAP(v);
    case MT_UNARY_AFFINE: MAP(mt_f4_muladd(a, v, b));
    case MT_UNARY_CLIP: MAP(clip4(v, a, b));
    case MT_UNARY_ABS: MAP(mt_f4_abs(v));
    case MT_UNARY_SQUARE: MAP(mt_f4_mul(v, v));
    case MT_UNARY_SQRT: MAP(mt_f4_sqrt(v));
    case MT_UNARY_RECIPROCAL: MAP(mt_f4_div(V(1), v));
    case MT_UNARY_EXP: MAP(exp4(v));
    case MT_UNARY_LOG: MAP(log4(v));
    case MT_UNARY_RELU: MAP(mt_f4_max(v, V(0)));
    case MT_UNARY_LEAKY: MAP(mt_f4_select(mt_f4_less(v, V(0)), mt_f4_mul(a, v), v));
    case MT_UNARY_ELU: MAP(elu4(v, a));
    case MT_UNARY_SELU: MAP(mt_f4_mul(b, elu4(v, a)));
    case MT_UNARY_GELU:
      MAP(mt_f4_mul(mt_f4_mul(v, V(0.5f)), mt_f4_add(V(1), erf4(mt_f4_mul(v, V(0.70710678118654752f))))));
    case MT_UNARY_GELU_TANH:
      MAP(mt_f4_mul(mt_f4_mul(v, V(0.5f)),
                    mt_f4_add(V(1), tanh4(mt_f4_mul(mt_f4_mul(v, V(0.79788456080286536f)),
                                                    mt_f4_muladd(mt_f4_mul(v, v), V(0.044715f), V(1)))))));
    case MT_UNARY_ERF: MAP(erf4(v));
    case MT_UNARY_SIGMOID: MAP(sigmoid4(v));
    case MT_UNARY_SILU: MAP(mt_f4_mul(v, sigmoid4(v)));
    case MT_UNARY_HARDSIGMOID: MAP(clip4(mt_f4_muladd(a, v, b), V(0), V(1)));
    case MT_UNARY_HARDSWISH: MAP(mt_f4_mul(v, clip4(mt_f4_muladd(a, v, b), V(0), V(1))));
    case MT_UNARY_TANH: MAP(tanh4(v));
    case MT_UNARY_SOFTPLUS:
      MAP(mt_f4_add(mt_f4_max(v, V(0)), log4(mt_f4_add(V(1), exp4(wasm_f32x4_neg(mt_f4_abs(v)))))));
    case MT_UNARY_SOFTSIGN: MAP(mt_f4_div(v, mt_f4_add(V(1), mt_f4_abs(v))));
    case MT_UNARY_FLOOR: MAP(wasm_f32x4_floor(v));
    case MT_UNARY_CEIL: MAP(wasm_f32x4_ceil(v));
    case MT_UNARY_ROUND: MAP(wasm_f32x4_nearest(v));
    case MT_UNARY_TRUNC: MAP(wasm_f32x4_trunc(v));
    case MT_UNARY_SIGN: MAP(mt_f4_sub(one_if(mt_f4_less(V(0), v)), one_if(mt_f4_less(v, V(0)))));
    case MT_UNARY_NOT: MAP(one_if(wasm_f32x4_eq(v, V(0))));
    case MT_UNARY_BOOL: MAP(one_if(wasm_f32x4_ne(v, V(0))));
    case MT_UNARY_ISNAN: MAP(one_if(wasm_f32x4_ne(v, v)));
  }
}

/* -- pow, in double: 2^(y · log2 |x|), with what C says of signs and of zero -- */

/* log2 of a finite x > 0: m in [sqrt ½, sqrt 2), the series of atanh. */
static double log2_of(double x) {
  uint64_t u;
  memcpy(&u, &x, sizeof u);
  int64_t power = (int64_t)(u - 0x3fe6a09e667f3bcdULL) >> 52;
  u -= (uint64_t)power << 52;
  memcpy(&x, &u, sizeof x);
  double s = (x - 1) / (x + 1), z = s * s, sum = 0;
  for (int i = 17; i >= 1; i -= 2) sum = sum * z + 1.0 / i;
  return (double)power + sum * s * 2.8853900817779268; /* 2 / ln 2 */
}

/* 2^x, 0 and infinity beyond what a float holds. */
static double exp2_of(double x) {
  if (!(x > -200)) return x != x ? x : 0;
  if (x > 200) return (double)INFINITY;
  int64_t power = (int64_t)(x + (x < 0 ? -0.5 : 0.5));
  double r = (x - (double)power) * 0.69314718055994531, sum = 1, scale;
  for (int i = 12; i >= 1; i--) sum = 1 + sum * r / i;
  uint64_t u = (uint64_t)(power + 1023) << 52;
  memcpy(&scale, &u, sizeof scale);
  return sum * scale;
}

static float power_of(float x, float y) {
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y) return NAN;
  float whole = floorf(y), half = floorf(y * 0.5f) * 2;
  bool odd = whole == y && half != y;
  float magnitude = fabsf(x), result;
  if (magnitude == 0 || magnitude == INFINITY) result = (magnitude == 0) == (y > 0) ? 0 : INFINITY;
  else if (y - y != 0) result = magnitude == 1 ? 1 : (magnitude > 1) == (y > 0) ? INFINITY : 0;
  else result = (float)exp2_of((double)y * log2_of((double)magnitude));
  if (!signbit(x)) return result;
  if (whole != y && magnitude != 0 && magnitude != INFINITY) return NAN;
  return odd ? -result : result;
}

/* Integers in floats: quotients below 2^24 are exact in double. */
static float scalar_binary(mt_binary kind, float x, float y) {
  if (kind == MT_BINARY_POW) return power_of(x, y);
  double quotient = (double)x / (double)y;
  if (!(quotient < 0x1p62 && quotient > -0x1p62)) return kind == MT_BINARY_DIV_TRUNC ? (float)quotient : NAN;
  double whole = (double)(int64_t)quotient;
  if (kind == MT_BINARY_DIV_TRUNC) return (float)whole;
  double rest = (double)x - whole * (double)y;
  if (kind == MT_BINARY_MOD && rest != 0 && (rest < 0) != (y < 0)) rest += (double)y;
  return (float)rest;
}

#define MAP2(z)                                                   \
  do {                                                            \
    for (size_t i = 0; i < n; i += 4) {                           \
      mt_f4 a = mt_f4_load(x + i), b = mt_f4_load(y + i);         \
      mt_f4_store(out + i, z);                                    \
    }                                                             \
    return;                                                       \
  } while (0)

void mt_binary_block(mt_binary kind, const float *x, const float *y, float *out, size_t n) {
  const mt_f4 zero = V(0);
  switch (kind) {
    case MT_BINARY_ADD: MAP2(mt_f4_add(a, b));
    case MT_BINARY_SUB: MAP2(mt_f4_sub(a, b));
    case MT_BINARY_MUL: MAP2(mt_f4_mul(a, b));
    case MT_BINARY_DIV: MAP2(mt_f4_div(a, b));
    case MT_BINARY_MIN: MAP2(mt_f4_min(a, b));
    case MT_BINARY_MAX: MAP2(mt_f4_max(a, b));
    case MT_BINARY_EQUAL: MAP2(one_if(wasm_f32x4_eq(a, b)));
    case MT_BINARY_LESS: MAP2(one_if(mt_f4_less(a, b)));
    case MT_BINARY_LESS_EQUAL: MAP2(one_if(wasm_f32x4_le(a, b)));
    case MT_BINARY_AND: MAP2(one_if(wasm_v128_and(wasm_f32x4_ne(a, zero), wasm_f32x4_ne(b, zero))));
    case MT_BINARY_OR: MAP2(one_if(wasm_v128_or(wasm_f32x4_ne(a, zero), wasm_f32x4_ne(b, zero))));
    case MT_BINARY_XOR: MAP2(one_if(wasm_v128_xor(wasm_f32x4_ne(a, zero), wasm_f32x4_ne(b, zero))));
    case MT_BINARY_PRELU: MAP2(mt_f4_select(mt_f4_less(a, zero), mt_f4_mul(a, b), a));
    case MT_BINARY_POW:
    case MT_BINARY_DIV_TRUNC:
    case MT_BINARY_MOD:
    case MT_BINARY_FMOD:
      for (size_t i = 0; i < n; i++) out[i] = scalar_binary(kind, x[i], y[i]);
      return;
  }
}

void mt_where_block(const float *c, const float *x, const float *y, float *out, size_t n) {
  for (size_t i = 0; i < n; i += 4)
    mt_f4_store(out + i, mt_f4_select(wasm_f32x4_ne(mt_f4_load(c + i), V(0)), mt_f4_load(x + i), mt_f4_load(y + i)));
}

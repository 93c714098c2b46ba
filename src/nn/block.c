#include "nn/block.h"

#include <math.h>

#include "base/elementary.h"

#define V(x) mt_f4_splat(x)
#define ONCE __attribute__((noinline)) /* once in the module is enough */

static inline mt_f4 bits(int32_t x) { return wasm_i32x4_splat(x); }

/* -- what other functions are made of; the coefficients of tanh from Cephes (Moshier) -- */

/* |x| < 0.9277: x · P(x²); beyond: 1 - e^-Q(|x|), with the sign of x (N. Juffa's two fits). */
static ONCE mt_f4 erf4(mt_f4 x) {
  static const float P[] = {-5.96761703e-4f, 4.99119423e-3f,  -2.67681349e-2f,
                            1.12819925e-1f,  -3.76125336e-1f, 1.28379166e-1f};
  static const float Q[] = {-1.72853470e-5f, 3.83197126e-4f,  -3.88396438e-3f, 2.42546219e-2f,
                            -1.06777877e-1f, -6.34846687e-1f, -1.28717512e-1f};
  mt_f4 t = mt_f4_min(mt_f4_abs(x), V(4)), tail = mt_polynomial4(t, Q, 6);
  mt_f4 far = mt_f4_sub(V(1), mt_exp4(mt_f4_sub(mt_f4_mul(tail, t), t)));
  mt_f4 near = mt_f4_muladd(mt_polynomial4(mt_f4_mul(t, t), P, 5), t, t);
  mt_f4 magnitude = mt_f4_select(mt_f4_less(t, V(0.927734375f)), near, far);
  return mt_f4_select(bits(INT32_MIN), x, magnitude);
}

/* |x| < 0.625: x + x³ · P(x²); beyond: 1 - 2 / (e^2|x| + 1), with the sign of x. */
static ONCE mt_f4 tanh4(mt_f4 x) {
  static const float P[] = {-5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f};
  mt_f4 t = mt_f4_abs(x), z = mt_f4_mul(x, x);
  mt_f4 near = mt_f4_muladd(mt_f4_mul(mt_polynomial4(z, P, 4), z), t, t);
  mt_f4 far = mt_f4_sub(V(1), mt_f4_div(V(2), mt_f4_add(mt_exp4(mt_f4_add(t, t)), V(1))));
  return mt_f4_select(bits(INT32_MIN), x, mt_f4_select(mt_f4_less(t, V(0.625f)), near, far));
}

/* sin(x + shift): what is left of it after the nearest multiple of π, in double, and x + x³ · P(x²) of that (the minimax
 * polynomial of DirectXMath); every other multiple turns the sign. */
static ONCE mt_f4 sin4(mt_f4 x, double shift) {
  static const float P[] = {-2.3889859e-8f, 2.7525562e-6f, -1.9840874e-4f, 8.3333310e-3f, -1.6666667e-1f};
  float rest[4];
  mt_f4_store(rest, x);
  for (int i = 0; i < 4; i++) {
    double angle = (double)rest[i] + shift, turns = floor(angle * 0.31830988618379067 + 0.5);
    double left = angle - turns * 3.14159265358979324;
    rest[i] = (float)(turns == 2 * floor(turns * 0.5) ? left : -left);
  }
  mt_f4 r = mt_f4_load(rest), z = mt_f4_mul(r, r);
  return mt_f4_muladd(mt_f4_mul(mt_polynomial4(z, P, 4), z), r, r);
}

static inline mt_f4 clip4(mt_f4 x, mt_f4 low, mt_f4 high) { return mt_f4_min(mt_f4_max(x, low), high); }
static inline mt_f4 one_if(mt_f4 mask) { return wasm_v128_and(mask, V(1)); }

/* One loop and a switch in it: the branch is foreseen, and the whole is half as large as a loop for each kind. */
void mt_unary_block(mt_unary kind, float alpha, float beta, const float *x, float *out, size_t n) {
  const mt_f4 a = V(alpha), b = V(beta), zero = V(0), one = V(1), half = V(0.5f);
  for (size_t i = 0; i < n; i += 4) {
    mt_f4 v = mt_f4_load(x + i), y = v;
    switch (kind) {
      case MT_UNARY_NONE: break;
      case MT_UNARY_AFFINE: y = mt_f4_muladd(a, v, b); break;
      case MT_UNARY_CLIP: y = clip4(v, a, b); break;
      case MT_UNARY_ABS: y = mt_f4_abs(v); break;
      case MT_UNARY_SQUARE: y = mt_f4_mul(v, v); break;
      case MT_UNARY_SQRT: y = mt_f4_sqrt(v); break;
      case MT_UNARY_RECIPROCAL: y = mt_f4_div(one, v); break;
      case MT_UNARY_EXP: y = mt_exp4(v); break;
      case MT_UNARY_LOG: y = mt_log4(v); break;
      case MT_UNARY_RELU: y = mt_f4_max(v, zero); break;
      case MT_UNARY_LEAKY: y = mt_f4_select(mt_f4_less(v, zero), mt_f4_mul(a, v), v); break;
      case MT_UNARY_ELU:
      case MT_UNARY_SELU:
        y = mt_f4_select(mt_f4_less(v, zero), mt_f4_mul(a, mt_f4_sub(mt_exp4(v), one)), v);
        if (kind == MT_UNARY_SELU) y = mt_f4_mul(b, y);
        break;
      case MT_UNARY_GELU: y = mt_f4_mul(mt_f4_mul(v, half), mt_f4_add(one, erf4(mt_f4_mul(v, V(0.70710678118654752f))))); break;
      case MT_UNARY_GELU_TANH:
        y = mt_f4_mul(mt_f4_mul(v, V(0.79788456080286536f)), mt_f4_muladd(mt_f4_mul(v, v), V(0.044715f), one));
        y = mt_f4_mul(mt_f4_mul(v, half), mt_f4_add(one, tanh4(y)));
        break;
      case MT_UNARY_ERF: y = erf4(v); break;
      case MT_UNARY_SIGMOID:
      case MT_UNARY_SILU:
        y = mt_f4_div(kind == MT_UNARY_SILU ? v : one, mt_f4_add(one, mt_exp4(wasm_f32x4_neg(v))));
        break;
      case MT_UNARY_HARDSIGMOID:
      case MT_UNARY_HARDSWISH:
        y = clip4(mt_f4_muladd(a, v, b), zero, one);
        if (kind == MT_UNARY_HARDSWISH) y = mt_f4_mul(v, y);
        break;
      case MT_UNARY_TANH: y = tanh4(v); break;
      case MT_UNARY_SOFTPLUS:
        y = mt_f4_add(mt_f4_max(v, zero), mt_log4(mt_f4_add(one, mt_exp4(wasm_f32x4_neg(mt_f4_abs(v))))));
        break;
      case MT_UNARY_SOFTSIGN: y = mt_f4_div(v, mt_f4_add(one, mt_f4_abs(v))); break;
      case MT_UNARY_FLOOR: y = wasm_f32x4_floor(v); break;
      case MT_UNARY_CEIL: y = wasm_f32x4_ceil(v); break;
      case MT_UNARY_ROUND: y = wasm_f32x4_nearest(v); break;
      case MT_UNARY_TRUNC: y = wasm_f32x4_trunc(v); break;
      case MT_UNARY_SIGN: y = mt_f4_sub(one_if(mt_f4_less(zero, v)), one_if(mt_f4_less(v, zero))); break;
      case MT_UNARY_NOT: y = one_if(wasm_f32x4_eq(v, zero)); break;
      case MT_UNARY_BOOL: y = one_if(wasm_f32x4_ne(v, zero)); break;
      case MT_UNARY_SIN:
      case MT_UNARY_COS: y = sin4(v, kind == MT_UNARY_COS ? 1.57079632679489662 : 0); break;
      case MT_UNARY_ISNAN: y = one_if(wasm_f32x4_ne(v, v)); break;
    }
    mt_f4_store(out + i, y);
  }
}

/* |x|^y = e^(y · log |x|), with what C says of signs; of zero and infinity exp and log say it. */
static mt_f4 power4(mt_f4 x, mt_f4 y) {
  mt_f4 zero = V(0), result = mt_exp4(mt_f4_mul(y, mt_log4(mt_f4_abs(x)))), half = mt_f4_mul(y, V(0.5f));
  v128_t whole = wasm_f32x4_eq(wasm_f32x4_floor(y), y), even = wasm_f32x4_eq(wasm_f32x4_floor(half), half);
  v128_t negative = mt_f4_less(x, zero);
  result = mt_f4_select(wasm_v128_andnot(wasm_v128_and(negative, whole), even), wasm_f32x4_neg(result), result);
  result = mt_f4_select(wasm_v128_andnot(negative, whole), V(NAN), result);
  return mt_f4_select(wasm_v128_or(wasm_f32x4_eq(y, zero), wasm_f32x4_eq(x, V(1))), V(1), result);
}

/* Integers in floats, below 2^24: their quotient never rounds up to the next integer. */
static mt_f4 rest4(mt_f4 a, mt_f4 b) { return mt_f4_sub(a, mt_f4_mul(b, wasm_f32x4_trunc(mt_f4_div(a, b)))); }

void mt_binary_block(mt_binary kind, const float *x, const float *y, float *out, size_t n) {
  const mt_f4 zero = V(0);
  for (size_t i = 0; i < n; i += 4) {
    mt_f4 a = mt_f4_load(x + i), b = mt_f4_load(y + i), z = a;
    v128_t p = wasm_f32x4_ne(a, zero), q = wasm_f32x4_ne(b, zero);
    switch (kind) {
      case MT_BINARY_ADD: z = mt_f4_add(a, b); break;
      case MT_BINARY_SUB: z = mt_f4_sub(a, b); break;
      case MT_BINARY_MUL: z = mt_f4_mul(a, b); break;
      case MT_BINARY_DIV: z = mt_f4_div(a, b); break;
      case MT_BINARY_MIN: z = mt_f4_min(a, b); break;
      case MT_BINARY_MAX: z = mt_f4_max(a, b); break;
      case MT_BINARY_POW: z = power4(a, b); break;
      case MT_BINARY_DIV_TRUNC: z = wasm_f32x4_trunc(mt_f4_div(a, b)); break;
      case MT_BINARY_MOD:
      case MT_BINARY_FMOD:
        z = rest4(a, b);
        if (kind == MT_BINARY_MOD) /* a rest of the other sign than the divisor */
          z = mt_f4_add(z, wasm_v128_and(b, mt_f4_less(mt_f4_mul(z, b), zero)));
        break;
      case MT_BINARY_EQUAL: z = one_if(wasm_f32x4_eq(a, b)); break;
      case MT_BINARY_LESS: z = one_if(mt_f4_less(a, b)); break;
      case MT_BINARY_LESS_EQUAL: z = one_if(wasm_f32x4_le(a, b)); break;
      case MT_BINARY_AND: z = one_if(wasm_v128_and(p, q)); break;
      case MT_BINARY_OR: z = one_if(wasm_v128_or(p, q)); break;
      case MT_BINARY_XOR: z = one_if(wasm_v128_xor(p, q)); break;
      case MT_BINARY_PRELU: z = mt_f4_select(mt_f4_less(a, zero), mt_f4_mul(a, b), a); break;
    }
    mt_f4_store(out + i, z);
  }
}

void mt_where_block(const float *c, const float *x, const float *y, float *out, size_t n) {
  for (size_t i = 0; i < n; i += 4)
    mt_f4_store(out + i, mt_f4_select(wasm_f32x4_ne(mt_f4_load(c + i), V(0)), mt_f4_load(x + i), mt_f4_load(y + i)));
}

#include "learn/slopes.h"

#define V(x) mt_f4_splat(x)

static inline mt_f4 where_less(mt_f4 a, mt_f4 b, mt_f4 then, mt_f4 otherwise) { return mt_f4_select(mt_f4_less(a, b), then, otherwise); }

/* What the slopes of some kinds are made of, beside x and y: another function of x. */
static mt_unary helper_of(mt_unary kind) {
  switch (kind) {
    case MT_UNARY_SILU:
    case MT_UNARY_SOFTPLUS: return MT_UNARY_SIGMOID;
    case MT_UNARY_SIN: return MT_UNARY_COS;
    case MT_UNARY_COS: return MT_UNARY_SIN;
    default: return MT_UNARY_NONE;
  }
}

/* e^(-x² / 2) or e^(-x²), of a block. */
static void bell(const float *x, float share, float *out, size_t n) {
  mt_unary_block(MT_UNARY_SQUARE, 0, 0, x, out, n);
  mt_unary_block(MT_UNARY_AFFINE, -share, 0, out, out, n);
  mt_unary_block(MT_UNARY_EXP, 0, 0, out, out, n);
}

/* d/dx of x / 2 · (1 + tanh u), u = c · (x + 0.044715 x³): (1 + t) / 2 + x / 2 · (1 - t²) · u'. `t` = tanh u. */
static mt_f4 gelu_tanh_slope(mt_f4 x, mt_f4 t) {
  mt_f4 inner = mt_f4_mul(V(0.79788456080286536f), mt_f4_muladd(V(3 * 0.044715f), mt_f4_mul(x, x), V(1)));
  mt_f4 curve = mt_f4_mul(mt_f4_mul(x, inner), mt_f4_sub(V(1), mt_f4_mul(t, t)));
  return mt_f4_mul(V(0.5f), mt_f4_add(mt_f4_add(V(1), t), curve));
}

void mt_unary_slope(mt_unary kind, float alpha, float beta, const float *x, const float *y, const float *up, float *back, size_t n) {
  const mt_f4 a = V(alpha), b = V(beta), zero = V(0), one = V(1);
  float help[MT_NN_BLOCK], power[MT_NN_BLOCK];
  mt_unary helper = helper_of(kind);
  if (helper != MT_UNARY_NONE) mt_unary_block(helper, 0, 0, x, help, n);
  if (kind == MT_UNARY_GELU) bell(x, 0.5f, power, n);
  if (kind == MT_UNARY_ERF) bell(x, 1, power, n);
  if (kind == MT_UNARY_GELU_TANH) {
    mt_unary_block(MT_UNARY_SQUARE, 0, 0, x, help, n);
    mt_unary_block(MT_UNARY_AFFINE, 0.79788456080286536f * 0.044715f, 0.79788456080286536f, help, help, n);
    mt_binary_block(MT_BINARY_MUL, x, help, help, n);
    mt_unary_block(MT_UNARY_TANH, 0, 0, help, help, n);
  }
  for (size_t i = 0; i < n; i += 4) {
    mt_f4 v = mt_f4_load(x + i), w = mt_f4_load(y + i), u = mt_f4_load(up + i), s = zero;
    switch (kind) {
      case MT_UNARY_NONE: s = one; break;
      case MT_UNARY_AFFINE: s = a; break;
      case MT_UNARY_CLIP: s = where_less(v, a, zero, where_less(b, v, zero, one)); break;
      case MT_UNARY_ABS: s = where_less(v, zero, V(-1), where_less(zero, v, one, zero)); break;
      case MT_UNARY_SQUARE: s = mt_f4_add(v, v); break;
      case MT_UNARY_SQRT: s = mt_f4_div(V(0.5f), w); break;
      case MT_UNARY_RECIPROCAL: s = mt_f4_sub(zero, mt_f4_mul(w, w)); break;
      case MT_UNARY_EXP: s = w; break;
      case MT_UNARY_LOG: s = mt_f4_div(one, v); break;
      case MT_UNARY_RELU: s = where_less(zero, v, one, zero); break;
      case MT_UNARY_LEAKY: s = where_less(v, zero, a, one); break;
      case MT_UNARY_ELU: s = where_less(v, zero, mt_f4_add(w, a), one); break;
      case MT_UNARY_SELU: s = where_less(v, zero, mt_f4_muladd(a, b, w), b); break;
      case MT_UNARY_GELU: { /* Φ(x) + x · φ(x), where y = x · Φ(x): near 0 by φ(0) */
        mt_f4 density = mt_f4_mul(v, V(0.39894228040143268f)), near = mt_f4_add(V(0.5f), density);
        s = where_less(mt_f4_abs(v), V(1e-3f), near, mt_f4_div(w, v));
        s = mt_f4_muladd(density, mt_f4_load(power + i), s);
        break;
      }
      case MT_UNARY_GELU_TANH: s = gelu_tanh_slope(v, mt_f4_load(help + i)); break;
      case MT_UNARY_ERF: s = mt_f4_mul(V(1.1283791670955126f), mt_f4_load(power + i)); break;
      case MT_UNARY_SIGMOID: s = mt_f4_mul(w, mt_f4_sub(one, w)); break;
      case MT_UNARY_SILU: /* σ + y · (1 - σ) */
        s = mt_f4_load(help + i);
        s = mt_f4_muladd(w, mt_f4_sub(one, s), s);
        break;
      case MT_UNARY_HARDSIGMOID:
      case MT_UNARY_HARDSWISH: {
        mt_f4 line = mt_f4_muladd(a, v, b), inside = a, above = zero;
        if (kind == MT_UNARY_HARDSWISH) inside = mt_f4_muladd(a, v, line), above = one;
        s = where_less(line, zero, zero, where_less(one, line, above, inside));
        break;
      }
      case MT_UNARY_TANH: s = mt_f4_sub(one, mt_f4_mul(w, w)); break;
      case MT_UNARY_SOFTPLUS:
      case MT_UNARY_SIN: s = mt_f4_load(help + i); break;
      case MT_UNARY_COS: s = mt_f4_sub(zero, mt_f4_load(help + i)); break;
      case MT_UNARY_SOFTSIGN:
        s = mt_f4_div(one, mt_f4_add(one, mt_f4_abs(v)));
        s = mt_f4_mul(s, s);
        break;
      case MT_UNARY_FLOOR:
      case MT_UNARY_CEIL:
      case MT_UNARY_ROUND:
      case MT_UNARY_TRUNC:
      case MT_UNARY_SIGN:
      case MT_UNARY_NOT:
      case MT_UNARY_BOOL:
      case MT_UNARY_ISNAN: break;
    }
    mt_f4_store(back + i, mt_f4_mul(u, s));
  }
}

/* x^y: y · x^(y - 1), and x^y · log x, which is 0 where x is. */
static void power_slope(const float *x, const float *y, float *by_x, float *by_y, size_t n) {
  float less[MT_NN_BLOCK], log[MT_NN_BLOCK];
  mt_unary_block(MT_UNARY_AFFINE, 1, -1, y, less, n);
  mt_binary_block(MT_BINARY_POW, x, less, by_x, n);
  mt_binary_block(MT_BINARY_MUL, by_x, y, by_x, n);
  mt_unary_block(MT_UNARY_LOG, 0, 0, x, log, n);
  mt_binary_block(MT_BINARY_POW, x, y, by_y, n);
  mt_binary_block(MT_BINARY_MUL, by_y, log, by_y, n);
  for (size_t i = 0; i < n; i++)
    if (!(x[i] > 0)) by_y[i] = 0;
}

void mt_binary_slope(mt_binary kind, const float *x, const float *y, const float *up, float *back_x, float *back_y, size_t n) {
  const mt_f4 zero = V(0), one = V(1);
  float by_x[MT_NN_BLOCK], by_y[MT_NN_BLOCK];
  if (kind == MT_BINARY_POW) power_slope(x, y, by_x, by_y, n);
  for (size_t i = 0; i < n; i += 4) {
    mt_f4 a = mt_f4_load(x + i), b = mt_f4_load(y + i), u = mt_f4_load(up + i), s = zero, t = zero;
    switch (kind) {
      case MT_BINARY_ADD: s = t = one; break;
      case MT_BINARY_SUB: s = one, t = V(-1); break;
      case MT_BINARY_MUL: s = b, t = a; break;
      case MT_BINARY_DIV:
        s = mt_f4_div(one, b);
        t = mt_f4_sub(zero, mt_f4_mul(mt_f4_mul(a, s), s));
        break;
      case MT_BINARY_MIN: s = where_less(b, a, zero, one), t = mt_f4_sub(one, s); break;
      case MT_BINARY_MAX: s = where_less(a, b, zero, one), t = mt_f4_sub(one, s); break;
      case MT_BINARY_POW: s = mt_f4_load(by_x + i), t = mt_f4_load(by_y + i); break;
      case MT_BINARY_PRELU: s = where_less(a, zero, b, one), t = where_less(a, zero, a, zero); break;
      case MT_BINARY_FMOD: s = one, t = mt_f4_sub(zero, wasm_f32x4_trunc(mt_f4_div(a, b))); break;
      case MT_BINARY_MOD: s = one, t = mt_f4_sub(zero, wasm_f32x4_floor(mt_f4_div(a, b))); break;
      case MT_BINARY_DIV_TRUNC:
      case MT_BINARY_EQUAL:
      case MT_BINARY_LESS:
      case MT_BINARY_LESS_EQUAL:
      case MT_BINARY_AND:
      case MT_BINARY_OR:
      case MT_BINARY_XOR: break;
    }
    mt_f4_store(back_x + i, mt_f4_mul(u, s));
    mt_f4_store(back_y + i, mt_f4_mul(u, t));
  }
}

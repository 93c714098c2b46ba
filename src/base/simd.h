/* The SIMD vocabulary: the few 128-bit operations that kernels are written in.
 *
 * In wasm these are SIMD128 instructions; natively the same source compiles through SIMDe, so that sanitizers, fuzzers
 * and native hosts run the very kernels that ship. Relaxed SIMD is not used: every runtime must give the same bits.
 * A kernel sums in four lanes and folds them as (0 + 2) + (1 + 3), and that order is part of its definition.
 */
#ifndef MT_BASE_SIMD_H
#define MT_BASE_SIMD_H

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#else
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/wasm/simd128.h>
#endif

#include <stddef.h>

typedef v128_t mt_f4; /* four float */

/* One instruction each: a call would cost more, in bytes too. */
#define MT_VECTOR_OP static inline __attribute__((always_inline))

/* Compiled small in a file that is compiled for speed: what runs once a query there. */
#if defined(__clang__)
#define MT_SMALL __attribute__((minsize))
#else
#define MT_SMALL
#endif

MT_VECTOR_OP mt_f4 mt_f4_load(const float *p) { return wasm_v128_load(p); }
MT_VECTOR_OP void mt_f4_store(float *p, mt_f4 a) { wasm_v128_store(p, a); }
MT_VECTOR_OP mt_f4 mt_f4_splat(float x) { return wasm_f32x4_splat(x); }
MT_VECTOR_OP mt_f4 mt_f4_add(mt_f4 a, mt_f4 b) { return wasm_f32x4_add(a, b); }
MT_VECTOR_OP mt_f4 mt_f4_sub(mt_f4 a, mt_f4 b) { return wasm_f32x4_sub(a, b); }
MT_VECTOR_OP mt_f4 mt_f4_mul(mt_f4 a, mt_f4 b) { return wasm_f32x4_mul(a, b); }
MT_VECTOR_OP mt_f4 mt_f4_div(mt_f4 a, mt_f4 b) { return wasm_f32x4_div(a, b); }
MT_VECTOR_OP mt_f4 mt_f4_min(mt_f4 a, mt_f4 b) { return wasm_f32x4_min(a, b); } /* NaN where one is */
MT_VECTOR_OP mt_f4 mt_f4_max(mt_f4 a, mt_f4 b) { return wasm_f32x4_max(a, b); }
MT_VECTOR_OP mt_f4 mt_f4_sqrt(mt_f4 a) { return wasm_f32x4_sqrt(a); }
MT_VECTOR_OP mt_f4 mt_f4_abs(mt_f4 a) { return wasm_f32x4_abs(a); }
/* Comparisons give lanes of all ones or all zeros; select takes a where the mask is set, else b. */
MT_VECTOR_OP mt_f4 mt_f4_less(mt_f4 a, mt_f4 b) { return wasm_f32x4_lt(a, b); }
MT_VECTOR_OP mt_f4 mt_f4_select(mt_f4 mask, mt_f4 a, mt_f4 b) { return wasm_v128_bitselect(a, b, mask); }
MT_VECTOR_OP mt_f4 mt_f4_where(mt_f4 mask, mt_f4 a) { return wasm_v128_and(mask, a); } /* 0 elsewhere */
/* a · b + c, rounded twice: no fused multiply-add, in any build. */
MT_VECTOR_OP mt_f4 mt_f4_muladd(mt_f4 a, mt_f4 b, mt_f4 c) { return wasm_f32x4_add(wasm_f32x4_mul(a, b), c); }

MT_VECTOR_OP float mt_f4_sum(mt_f4 a) {
  return (wasm_f32x4_extract_lane(a, 0) + wasm_f32x4_extract_lane(a, 2)) +
         (wasm_f32x4_extract_lane(a, 1) + wasm_f32x4_extract_lane(a, 3));
}

/* <a, b> over n floats, n a multiple of 4 (rows are padded with zeros, so kernels need no tails). */
static inline float mt_dot_f32(const float *a, const float *b, size_t n) {
  mt_f4 s0 = mt_f4_splat(0), s1 = mt_f4_splat(0);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    s0 = mt_f4_muladd(mt_f4_load(a + i), mt_f4_load(b + i), s0);
    s1 = mt_f4_muladd(mt_f4_load(a + i + 4), mt_f4_load(b + i + 4), s1);
  }
  if (i < n) s0 = mt_f4_muladd(mt_f4_load(a + i), mt_f4_load(b + i), s0);
  return mt_f4_sum(mt_f4_add(s0, s1));
}

/* y += alpha · x over n floats, n a multiple of 4. */
static inline void mt_axpy_f32(float alpha, const float *x, float *y, size_t n) {
  mt_f4 a = mt_f4_splat(alpha);
  for (size_t i = 0; i < n; i += 4) mt_f4_store(y + i, mt_f4_muladd(a, mt_f4_load(x + i), mt_f4_load(y + i)));
}

#endif

/* Bits and varints: the small codes that sections are made of, read by total decoders.
 *
 * A reader is bounded by its byte length. Past the end it yields zeros and says so; it never reads outside.
 * Packed arrays hold `bits`-wide unsigned numbers, lowest bit first, and end in 8 spare bytes so that any element is one
 * unaligned load.
 */
#ifndef MT_BUNDLE_BITS_H
#define MT_BUNDLE_BITS_H

#include <stdbool.h>

#include "base/checked.h"
#include "bundle/format.h"

/* Bits needed to write every number in 0..max. */
static inline unsigned mt_bit_width(uint32_t max) { return max == 0 ? 0 : 32u - (unsigned)__builtin_clz(max); }

static inline uint64_t mt_packed_bytes(uint64_t count, unsigned bits) { return (count * bits + 7) / 8 + 8; }

static inline uint32_t mt_packed_get(const unsigned char *packed, uint32_t index, unsigned bits) {
  uint64_t bit = (uint64_t)index * bits;
  return (uint32_t)((mt_load_u64(packed + (size_t)(bit >> 3)) >> (bit & 7)) & ((1ULL << bits) - 1));
}

/* The array was zeroed, and each element is written once. */
static inline void mt_packed_put(unsigned char *packed, uint32_t index, unsigned bits, uint32_t value) {
  uint64_t bit = (uint64_t)index * bits;
  unsigned char *at = packed + (size_t)(bit >> 3);
  mt_store_u64(at, mt_load_u64(at) | (uint64_t)value << (bit & 7));
}

/* LEB128: seven bits a byte, low bits first. Reads from *at, never at or past `end`; false where it is cut or over 32 bits. */
static inline bool mt_varint_read(const unsigned char **at, const unsigned char *end, uint32_t *value) {
  uint64_t v = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (*at >= end) return false;
    unsigned char byte = *(*at)++;
    v |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *value = (uint32_t)v;
      return v <= UINT32_MAX;
    }
  }
  return false;
}
static inline unsigned mt_varint_bytes(uint32_t value) { return value == 0 ? 1 : (mt_bit_width(value) + 6) / 7; }
static inline unsigned char *mt_varint_write(unsigned char *at, uint32_t value) {
  for (; value >= 0x80; value >>= 7) *at++ = (unsigned char)(value | 0x80);
  *at++ = (unsigned char)value;
  return at;
}

typedef struct mt_bit_reader {
  const unsigned char *at, *end;
  uint64_t window; /* the next `held` bits, lowest first; zeros above */
  unsigned held;
  bool overrun; /* more was asked for than there is */
} mt_bit_reader;

static inline mt_bit_reader mt_bits_over(const unsigned char *bytes, size_t length) {
  return (mt_bit_reader){bytes, bytes + length, 0, 0, false};
}

/* Afterwards 56 bits are held, or all that is left. One copy: inlined it would be a kilobyte in each of its callers, and no
 * faster. */
__attribute__((noinline, unused)) static void mt_bits_refill(mt_bit_reader *r) {
  if (r->end - r->at >= 8) {
    r->window |= mt_load_u64(r->at) << r->held;
    unsigned bytes = (63 - r->held) >> 3;
    r->at += bytes;
    r->held += bytes * 8;
    r->window &= r->held >= 64 ? ~0ULL : (1ULL << r->held) - 1;
    return;
  }
#ifdef __clang__
#pragma clang loop unroll(disable)
#endif
  while (r->held <= 56 && r->at < r->end) {
    r->window |= (uint64_t)*r->at++ << r->held;
    r->held += 8;
  }
}

/* Up to 32 bits. */
static inline uint32_t mt_bits_take(mt_bit_reader *r, unsigned bits) {
  if (r->held < bits) mt_bits_refill(r);
  if (r->held < bits) {
    r->overrun = true;
    return 0;
  }
  uint32_t value = (uint32_t)(r->window & ((1ULL << bits) - 1));
  r->window >>= bits;
  r->held -= bits;
  return value;
}

/* A Rice code: the quotient in unary (zeros, then a one), then `k` low bits. */
static inline uint32_t mt_bits_rice(mt_bit_reader *r, unsigned k) {
  uint64_t quotient = 0;
  while (r->window == 0) {
    quotient += r->held;
    r->held = 0;
    mt_bits_refill(r);
    if (r->held == 0 || quotient > UINT32_MAX) {
      r->overrun = true;
      return 0;
    }
  }
  unsigned zeros = (unsigned)__builtin_ctzll(r->window);
  quotient += zeros;
  r->window = zeros == 63 ? 0 : r->window >> (zeros + 1);
  r->held -= zeros + 1;
  uint64_t value = quotient << k | mt_bits_take(r, k);
  if (value > UINT32_MAX) r->overrun = true;
  return (uint32_t)value;
}

typedef struct mt_bit_writer {
  unsigned char *at; /* the caller's buffer is large enough: the encoder sized it with the same formulas */
  uint64_t window;
  unsigned held;
} mt_bit_writer;

static inline void mt_bits_put(mt_bit_writer *w, uint32_t value, unsigned bits) {
  w->window |= (uint64_t)value << w->held;
  for (w->held += bits; w->held >= 8; w->held -= 8, w->window >>= 8) *w->at++ = (unsigned char)w->window;
}
static inline void mt_bits_put_rice(mt_bit_writer *w, uint32_t value, unsigned k) {
  uint32_t quotient = value >> k;
  for (; quotient >= 24; quotient -= 24) mt_bits_put(w, 0, 24);
  mt_bits_put(w, 1u << quotient, quotient + 1);
  mt_bits_put(w, value & (uint32_t)((1ULL << k) - 1), k);
}
static inline unsigned char *mt_bits_flush(mt_bit_writer *w) {
  if (w->held > 0) *w->at++ = (unsigned char)w->window;
  w->held = 0;
  w->window = 0;
  return w->at;
}

#endif

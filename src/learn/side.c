#include "learn/side.h"

#include <stdbool.h>
#include <string.h>

#include "base/rng.h"
#include "base/simd.h"

/* By item, so that any thread knows. */
static bool is_left_out(const mt_side *side, uint32_t seed, uint32_t item) {
  if (seed == 0) return false;
  mt_rng rng = mt_rng_seed(((uint64_t)seed << 32) | item);
  return mt_rng_unit(&rng) < side->drop;
}

void mt_side_whole(const mt_side *side, uint32_t seed, const float *own, const float *content, const float *projection, uint32_t first,
                   uint32_t last, float *whole) {
  uint32_t width = side->width;
  for (uint32_t item = first; item < last; item++) {
    float *row = whole + (size_t)item * width;
    if (is_left_out(side, seed, item)) memset(row, 0, width * sizeof *row);
    else memcpy(row, own + (size_t)item * width, width * sizeof *row);
    const float *fact = content + (size_t)item * side->facts;
    for (uint32_t f = 0; f < side->facts; f++)
      if (fact[f] != 0) mt_axpy_f32(fact[f], projection + (size_t)f * width, row, width);
  }
}

void mt_side_back(const mt_side *side, uint32_t seed, const uint32_t *met, uint32_t count, const float *content, float *sum, float *by) {
  uint32_t width = side->width;
  for (uint32_t i = 0; i < count; i++) {
    float *row = sum + (size_t)met[i] * width;
    const float *fact = content + (size_t)met[i] * side->facts;
    for (uint32_t f = 0; f < side->facts; f++)
      if (fact[f] != 0) mt_axpy_f32(fact[f], row, by + (size_t)f * width, width);
    if (is_left_out(side, seed, met[i])) memset(row, 0, width * sizeof *row);
  }
}

#include "learn/side.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/rng.h"
#include "base/simd.h"

/* By item, so that any thread knows. */
static bool is_left_out(const mt_side *side, uint32_t seed, uint32_t item, const float *fact) {
  if (seed == 0 || mt_dot_f32(fact, fact, side->width) == 0) return false;
  mt_rng rng = mt_rng_seed(((uint64_t)seed << 32) | item);
  return mt_rng_unit(&rng) < side->drop;
}

void mt_side_whole(const mt_side *side, uint32_t seed, const float *own, const float *content, const float *projection, uint32_t first,
                   uint32_t last, float *whole, float *length) {
  uint32_t width = side->width;
  for (uint32_t item = first; item < last; item++) {
    float *row = whole + (size_t)item * width;
    const float *fact = content + (size_t)item * width;
    if (is_left_out(side, seed, item, fact)) memset(row, 0, width * sizeof *row);
    else memcpy(row, own + (size_t)item * width, width * sizeof *row);
    for (uint32_t f = 0; f < width; f++)
      if (fact[f] != 0) mt_axpy_f32(fact[f], projection + (size_t)f * width, row, width);
    length[item] = side->unit ? sqrtf(mt_dot_f32(row, row, width)) : 1;
    for (uint32_t d = 0; side->unit && length[item] > 0 && d < width; d++) row[d] /= length[item];
  }
}

void mt_side_back(const mt_side *side, uint32_t seed, const uint32_t *met, uint32_t count, const float *content, const float *whole,
                  const float *length, float *sum, float *by) {
  uint32_t width = side->width;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t item = met[i];
    float *row = sum + (size_t)item * width;
    const float *fact = content + (size_t)item * width, *scaled = whole + (size_t)item * width;
    if (side->unit) mt_axpy_f32(-mt_dot_f32(row, scaled, width), scaled, row, width);
    for (uint32_t d = 0; side->unit && d < width; d++) row[d] = length[item] > 0 ? row[d] / length[item] : 0;
    for (uint32_t f = 0; f < width; f++)
      if (fact[f] != 0) mt_axpy_f32(fact[f], row, by + (size_t)f * width, width);
    if (is_left_out(side, seed, item, fact)) memset(row, 0, width * sizeof *row);
  }
}

#include "rerank/diversity.h"

#include <math.h>

#include "base/elementary.h"
#include "rerank/match.h"

#define LEAST_LEFT 1e-6f /* below it an item lies in the span of the picks, as far as floats can tell */
#define FLAT 1e-4f       /* a pick with less left would only add noise to the rows */

void mt_diversity_reserve(mt_arena *arena, size_t widest, mt_diversity *d) {
  size_t floats = MT_ROWS * widest < MT_ROW_FLOATS ? MT_ROWS * widest : MT_ROW_FLOATS;
  d->items = mt_arena_take(arena, MT_ROWS, sizeof *d->items);
  d->vectors = mt_arena_take(arena, floats, sizeof *d->vectors);
  d->likeness = mt_arena_take(arena, MT_ROWS * (3 + MT_SPAN), sizeof *d->likeness);
  d->guest = mt_arena_take(arena, 2 * widest, sizeof *d->guest);
  if (d->likeness == NULL) return; /* the arena only counts */
  d->penalty = d->likeness + MT_ROWS;
  d->left = d->penalty + MT_ROWS;
  d->span = d->left + MT_ROWS;
}

/* The decoded vector of an item at norm 1, or zeros. */
static const float *direction(const mt_space *space, uint32_t item, float *out) {
  mt_space_decode(space, item, MT_ALL_LAYERS, out);
  float square = mt_dot_f32(out, out, space->padded), scale = 1 / sqrtf(square);
  bool known = square > MT_NORM_MIN && square < 1e30f; /* NaN is not */
  for (uint32_t i = 0; i < space->padded; i++) out[i] = known ? out[i] * scale : 0;
  return out;
}

void mt_diversity_start(mt_diversity *d, const mt_rule *rule, const mt_space *spaces, const mt_attribute *attributes,
                        uint32_t rows) {
  d->rows = rows;
  d->strength = rule == NULL ? 0 : rule->diversity.strength;
  d->volume = rule != NULL && rule->kind == MT_RULE_DPP;
  d->space = d->strength == 0 || rule->diversity.space == MT_NOT_FOUND ? NULL : &spaces[rule->diversity.space];
  d->attribute = d->strength == 0 || d->space != NULL ? NULL : &attributes[rule->attribute];
  d->spanned = MT_SPAN; /* the first pick begins a span */
  memset(d->likeness, 0, 2 * MT_ROWS * sizeof *d->likeness); /* penalties too */
  if (d->space == NULL) return;
  for (uint32_t r = 0; r < rows; r++) direction(d->space, d->items[r], d->vectors + (size_t)r * d->space->padded);
}

static float shared_values(const mt_attribute *a, uint32_t one, uint32_t other) {
  uint32_t first, last, at, end, shared = 0;
  mt_values_of(a, one, &first, &last);
  mt_values_of(a, other, &at, &end);
  if (last > first + MT_LIKENESS_VALUES) last = first + MT_LIKENESS_VALUES;
  if (end > at + MT_LIKENESS_VALUES) end = at + MT_LIKENESS_VALUES;
  for (uint32_t v = first; v < last; v++)
    for (uint32_t w = at; w < end; w++) shared += mt_attribute_value(a, v) == mt_attribute_value(a, w);
  return shared == 0 ? 0 : (float)shared / sqrtf((float)(last - first) * (float)(end - at));
}

/* One step of the Cholesky factor, for all rows at once: see the header. */
static void take_volume(mt_diversity *d, uint32_t row) {
  if (d->spanned == MT_SPAN) {
    d->spanned = 0;
    for (uint32_t r = 0; r < MT_ROWS; r++) d->left[r] = 1;
  }
  if (d->left[row] >= FLAT) {
    float depth = sqrtf(d->left[row]), *step = d->span + (size_t)d->spanned * MT_ROWS;
    for (uint32_t j = 0; j < d->spanned; j++) {
      const float *before = d->span + (size_t)j * MT_ROWS;
      mt_axpy_f32(-before[row], before, d->likeness, MT_ROWS);
    }
    for (uint32_t r = 0; r < MT_ROWS; r++) {
      step[r] = d->likeness[r] / depth;
      d->left[r] -= step[r] * step[r];
    }
    d->spanned++;
  }
  for (uint32_t r = 0; r < d->rows; r += 4) {
    mt_f4 least = mt_f4_splat(LEAST_LEFT), left = mt_f4_load(d->left + r);
    mt_f4_store(d->penalty + r, wasm_f32x4_neg(mt_log4(mt_f4_select(mt_f4_less(least, left), left, least))));
  }
}

void mt_diversity_pick(mt_diversity *d, uint32_t row, uint32_t item) {
  if ((d->space == NULL && d->attribute == NULL) || (d->volume && row >= d->rows)) return;
  if (d->space != NULL) {
    size_t stride = d->space->padded;
    const float *x = row < d->rows ? d->vectors + row * stride : direction(d->space, item, d->guest);
    for (uint32_t r = 0; r < d->rows; r++) d->likeness[r] = mt_dot_f32(x, d->vectors + r * stride, stride);
  } else {
    for (uint32_t r = 0; r < d->rows; r++) d->likeness[r] = shared_values(d->attribute, item, d->items[r]);
  }
  if (d->volume) {
    take_volume(d, row);
    return;
  }
  for (uint32_t r = 0; r < d->rows; r++) d->penalty[r] = d->likeness[r] > d->penalty[r] ? d->likeness[r] : d->penalty[r];
}

bool mt_diversity_is_double(mt_diversity *d, const mt_space *space, float most, const uint32_t *placed, uint32_t k,
                            uint32_t item) {
  const float *x = direction(space, item, d->guest);
  for (uint32_t slot = 0; slot < k; slot++)
    if (placed[slot] != MT_NOT_FOUND &&
        mt_dot_f32(x, direction(space, placed[slot], d->guest + space->padded), space->padded) >= most)
      return true;
  return false;
}

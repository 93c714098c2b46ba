#include "learn/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/simd.h"

mt_status mt_spread_start(mt_factors *factors, const mt_lists *by_item, float strength, mt_spread *out, mt_error *error) {
  const mt_lists *by_user = factors->lists;
  size_t stride = mt_factors_stride(&factors->plan), items = by_user->width, numbers = items * stride, of_people;
  if (by_item->keys != by_user->width || by_item->width != by_user->keys)
    return mt_fail(error, MT_INVALID, "spread: found lists of %u items for %u, expected a transpose", by_item->keys, by_user->width);
  if (!(strength >= 0 && strength <= 100)) return mt_fail(error, MT_INVALID, "spread: expected a strength from 0 to 100");
  if (!mt_mul_size(by_user->keys, stride, &of_people))
    return mt_fail(error, MT_NO_MEMORY, "spread: no memory for %u people", by_user->keys);
  *out = (mt_spread){.factors = factors, .by_user = by_user, .by_item = by_item, .strength = strength};
  out->own = mt_learn_alloc(numbers, sizeof *out->own);
  out->slopes = calloc(numbers + 1, sizeof *out->slopes);
  out->people = mt_learn_alloc(of_people, sizeof *out->people);
  out->root = mt_learn_alloc(items, sizeof *out->root);
  out->length = mt_learn_alloc(items, sizeof *out->length);
  if (!out->own || !out->slopes || !out->people || !out->root || !out->length) {
    mt_spread_free(out);
    return mt_fail(error, MT_NO_MEMORY, "spread: no memory for %u items and %u people", by_user->width, by_user->keys);
  }
  memcpy(out->own, factors->vectors, numbers * sizeof *out->own);
  for (uint32_t i = 0; i < items; i++) {
    uint32_t met = by_item->start[i + 1] - by_item->start[i];
    out->root[i] = met == 0 ? 0 : 1 / sqrtf((float)met);
  }
  factors->gathered = out->slopes;
  return MT_OK;
}

void mt_spread_free(mt_spread *s) {
  if (s->factors != NULL) s->factors->gathered = NULL;
  void *all[] = {s->own, s->slopes, s->people, s->root, s->length};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
  *s = (mt_spread){0};
}

static mt_status check(uint32_t first, uint32_t last, uint32_t rows, mt_error *error) {
  if (first <= last && last <= rows) return MT_OK;
  return mt_fail(error, MT_INVALID, "spread: found rows %u to %u, expected a range within %u", first, last, rows);
}

mt_status mt_spread_to_people(mt_spread *s, mt_spread_way way, uint32_t first, uint32_t last, mt_error *error) {
  MT_TRY(check(first, last, s->by_user->keys, error));
  size_t stride = mt_factors_stride(&s->factors->plan);
  const float *from = way == MT_FORWARDS ? s->own : s->slopes;
  for (uint32_t u = first; u < last; u++) {
    float *row = s->people + u * stride;
    uint32_t begin = s->by_user->start[u], end = s->by_user->start[u + 1];
    memset(row, 0, stride * sizeof *row);
    for (uint32_t e = begin; e < end; e++) {
      uint32_t item = s->by_user->items[e];
      mt_axpy_f32(s->root[item] / (float)(end - begin), from + item * stride, row, stride);
    }
  }
  return MT_OK;
}

mt_status mt_spread_to_items(mt_spread *s, mt_spread_way way, uint32_t first, uint32_t last, mt_error *error) {
  MT_TRY(check(first, last, s->by_item->keys, error));
  mt_factors *f = s->factors;
  size_t stride = mt_factors_stride(&f->plan);
  float sum[MT_FACTORS_MAX_DIMS];
  for (uint32_t i = first; i < last; i++) {
    float *from = (way == MT_FORWARDS ? s->own : s->slopes) + i * stride;
    memcpy(sum, from, stride * sizeof *sum);
    for (uint32_t e = s->by_item->start[i]; e < s->by_item->start[i + 1]; e++)
      mt_axpy_f32(s->strength * s->root[i], s->people + s->by_item->items[e] * stride, sum, stride);
    if (way == MT_BACKWARDS) {
      mt_factors_descend(f, s->own, i, sum);
      memset(from, 0, stride * sizeof *from);
      continue;
    }
    s->length[i] = sqrtf(mt_dot_f32(sum, sum, stride)) + 1e-12f;
    for (size_t d = 0; d < stride; d++) f->vectors[i * stride + d] = sum[d] / s->length[i];
  }
  return MT_OK;
}

void mt_spread_turn(mt_spread *s) {
  mt_factors *f = s->factors;
  size_t stride = mt_factors_stride(&f->plan);
  for (uint32_t i = 0; i < s->by_item->keys; i++) {
    float *slope = s->slopes + i * stride;
    const float *h = f->vectors + i * stride;
    float along = mt_dot_f32(slope, h, stride);
    for (size_t d = 0; d < stride; d++) slope[d] = (slope[d] - along * h[d]) / s->length[i];
  }
}

/* Random views of tensors, for tests, and their elements by the definition of a view. */
#ifndef VIEWS_H
#define VIEWS_H

#include <math.h>

#include "tape.h"

/* A view in new scratch: axes in random memory order, gaps, now and then backwards; `broadcast` allows strides of 0. `rows`: a bit
 * for each axis that has them. */
static inline uint32_t random_view(tape *t, mt_rng *rng, uint32_t rank, const uint32_t *dims, uint32_t rows, bool broadcast) {
  mt_view v = {.rank = (uint8_t)rank, .rows = (uint8_t)rows};
  uint32_t order[MT_RANK];
  bool plain = mt_rng_below(rng, 3) == 0; /* contiguous, as most are */
  for (uint32_t i = 0; i < rank; i++) order[i] = rank - 1 - i, v.dims[i] = dims[i];
  for (uint32_t i = rank; !plain && i > 1; i--) {
    uint32_t j = mt_rng_below(rng, i), keep = order[i - 1];
    order[i - 1] = order[j], order[j] = keep;
  }
  int32_t step = plain || mt_rng_below(rng, 3) != 0 ? 1 : 2, low = 0;
  for (uint32_t i = 0; i < rank; i++) {
    uint32_t axis = order[i];
    int32_t extent = (int32_t)(dims[axis] * (mt_has_rows(&v, axis) ? t->capacity : 1));
    if (broadcast && mt_rng_below(rng, 5) == 0) continue;
    v.strides[axis] = step;
    if (!plain && !mt_has_rows(&v, axis) && mt_rng_below(rng, 6) == 0) v.strides[axis] = -step, low += (extent - 1) * step;
    step = step * extent + (plain ? 0 : (int32_t)mt_rng_below(rng, 3));
  }
  v.offset = t->scratch + (uint32_t)low;
  t->scratch += (uint32_t)step + mt_rng_below(rng, 3);
  return tape_add(t, v);
}

/* A view of constants in any code: contiguous in a random memory order of its axes. */
static inline uint32_t random_coded(tape *t, mt_rng *rng, uint32_t rank, const uint32_t *dims, uint32_t scale_axis) {
  mt_view v = {.place = MT_PLACE_CONSTANTS, .rank = (uint8_t)rank, .type = (uint8_t)mt_rng_below(rng, 3)};
  bool turned = mt_rng_below(rng, 2) == 0;
  int32_t step = 1;
  for (uint32_t i = 0; i < rank; i++) {
    uint32_t axis = turned ? i : rank - 1 - i;
    v.dims[axis] = dims[axis], v.strides[axis] = step, step *= (int32_t)dims[axis];
  }
  uint32_t bytes = v.type == MT_TYPE_F32 ? 4 : v.type == MT_TYPE_F16 ? 2 : 1;
  v.offset = t->constants / bytes;
  for (uint32_t i = 0; i < (uint32_t)step; i++, t->constants += bytes) {
    float f = mt_rng_normal(rng);
    uint16_t half = (uint16_t)(mt_rng_below(rng, 2) << 15 | mt_rng_below(rng, 17 << 10)); /* up to 4, denormals too */
    if (v.type == MT_TYPE_F32) memcpy(t->constant + t->constants, &f, 4);
    else if (v.type == MT_TYPE_F16) memcpy(t->constant + t->constants, &half, 2);
    else t->constant[t->constants] = (unsigned char)mt_rng_u32(rng);
  }
  t->constants = (t->constants + 3) & ~3u;
  if (v.type == MT_TYPE_I8) {
    v.scale_axis = scale_axis, v.scales = t->constants / 4;
    for (uint32_t i = 0; i < dims[scale_axis]; i++, t->constants += 4) {
      float scale = 0.001f + 0.02f * mt_rng_unit(rng);
      memcpy(t->constant + t->constants, &scale, 4);
    }
  }
  return tape_add(t, v);
}

static inline uint32_t random_dims(mt_rng *rng, uint32_t least, uint32_t most, uint32_t *dims) {
  uint32_t rank = least + mt_rng_below(rng, most - least + 1);
  for (uint32_t i = 0; i < rank; i++) dims[i] = mt_rng_below(rng, 4) == 0 ? 1 + mt_rng_below(rng, 140 / (rank * rank)) : 1 + mt_rng_below(rng, 5);
  return rank;
}
/* Half of the time none; else one of the axes, or two: rows that know of each other. */
static inline uint32_t random_rows(mt_rng *rng, uint32_t axes) {
  if (mt_rng_below(rng, 2) == 0 || axes == 0) return 0;
  return 1u << mt_rng_below(rng, axes) | (mt_rng_below(rng, 3) == 0 ? 1u << mt_rng_below(rng, axes) : 0);
}

/* -- reading a view by its definition -- */

static inline int64_t place_at(const mt_view *v, const size_t *at) {
  int64_t place = v->offset;
  for (uint32_t i = 0; i < v->rank; i++) place += (int64_t)at[i] * v->strides[i];
  return place;
}

/* Scratch is read as doubles, so that a reference may differ from it by less than a float does. */
static inline double value_at(const working *w, const double *scratch, const mt_view *v, const size_t *at) {
  int64_t place = place_at(v, at);
  if (v->place == MT_PLACE_SCRATCH) return scratch[place];
  const unsigned char *bytes = w->program.constants;
  if (v->type == MT_TYPE_F32) return (double)mt_load_f32(bytes + 4 * place);
  if (v->type == MT_TYPE_I8) return (double)(int8_t)bytes[place] * (double)mt_load_f32(bytes + 4 * (v->scales + at[v->scale_axis]));
  uint16_t half = mt_load_u16(bytes + 2 * place);
  int power = half >> 10 & 31;
  double magnitude = power == 0 ? ldexp(half & 1023, -24) : ldexp((half & 1023) + 1024, power - 25);
  return (half >> 15) != 0 ? -magnitude : magnitude;
}

static inline size_t extent(const mt_view *v, uint32_t axis, uint32_t rows) { return v->dims[axis] * (size_t)(mt_has_rows(v, axis) ? rows : 1); }

static inline bool step_index(const mt_view *v, uint32_t rows, size_t *at) {
  for (uint32_t i = v->rank; i-- > 0;) {
    if (++at[i] < extent(v, i, rows)) return true;
    at[i] = 0;
  }
  return false;
}

/* Indices of a gather in range, some from the end, for all rows that there may be. */
static inline void fill_indices(const mt_op *op, const mt_view *data, const mt_view *index, uint32_t rows, uint32_t capacity, mt_rng *rng, float *scratch) {
  size_t at[MT_RANK] = {0};
  do {
    bool for_all = index->strides[index->rank - 1] == 0;
    size_t n = extent(data, op->m + (uint32_t)(for_all ? 0 : at[index->rank - 1]), rows);
    for (uint32_t c = 0; for_all && c < op->n; c++)
      if (extent(data, op->m + c, rows) < n) n = extent(data, op->m + c, rows);
    scratch[place_at(index, at)] = (float)mt_rng_below(rng, (uint32_t)n) - (mt_rng_below(rng, 4) == 0 ? (float)n : 0);
  } while (step_index(index, capacity, at));
}

#endif

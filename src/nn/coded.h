/* Coded constants: weights and tables as float32, float16 or bytes with a scale. */
#ifndef MT_NN_CODED_H
#define MT_NN_CODED_H

#include <string.h>

#include "nn/run.h"

typedef struct mt_coded {
  mt_type type;
  const unsigned char *bytes; /* of element [0, 0, …] */
  const float *scales;        /* MT_TYPE_I8, by the index on the scale axis */
} mt_coded;

static inline mt_coded mt_coded_of(const mt_run *run, const mt_view *view) {
  const unsigned char *constants = run->program->constants;
  const unsigned char *base = view->place == MT_PLACE_SCRATCH ? (const unsigned char *)run->scratch : constants;
  size_t bytes = 4u >> view->type; /* 4, 2, 1 */
  return (mt_coded){(mt_type)view->type, base + bytes * view->offset,
                    (const float *)(const void *)(constants + 4 * (size_t)view->scales)};
}

/* A float16 that is neither infinite nor NaN; denormals come out right by the product. */
static inline float mt_half(uint16_t half) {
  uint32_t bits = (uint32_t)(half & 0x7fff) << 13;
  float value;
  memcpy(&value, &bits, sizeof value);
  value *= 0x1p112f;
  return (half & 0x8000) != 0 ? -value : value;
}

/* Element `at` of the array, without its scale. */
static inline float mt_coded_get(const mt_coded *coded, ptrdiff_t at) {
  if (coded->type == MT_TYPE_F32) return ((const float *)(const void *)coded->bytes)[at];
  if (coded->type == MT_TYPE_F16) return mt_half(((const uint16_t *)(const void *)coded->bytes)[at]);
  return (float)(int8_t)coded->bytes[at];
}

#endif

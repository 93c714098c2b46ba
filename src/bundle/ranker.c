#include "bundle/ranker.h"

static int in_range(float value) { return value >= -1e6f && value <= 1e6f; } /* NaN is not */

mt_status mt_ranker_open(const unsigned char *bytes, size_t length, uint32_t features, mt_ranker *ranker, mt_error *error) {
  if (length < MT_RANKER_HEAD)
    return mt_fail(error, MT_CORRUPT, "ranker: found %u bytes, expected at least %u", (unsigned)length, MT_RANKER_HEAD);
  *ranker = (mt_ranker){.model = (mt_ranker_model)mt_load_u32(bytes),
                        .ordinal = mt_load_u32(bytes + 4),
                        .output = mt_load_u32(bytes + 8),
                        .candidates = mt_load_u32(bytes + 12),
                        .blend = mt_load_f32(bytes + 16),
                        .weights = mt_load_u32(bytes + 20),
                        .element = mt_load_u32(bytes + 24),
                        .weight = bytes + MT_RANKER_HEAD};
  if (ranker->model != MT_RANKER_TREES && ranker->model != MT_RANKER_PROGRAM)
    return mt_fail(error, MT_CORRUPT, "ranker: found model %u, expected 1 or 2", mt_load_u32(bytes));
  if (ranker->candidates == 0 || ranker->candidates > MT_MAX_RANKED)
    return mt_fail(error, MT_CORRUPT, "ranker: found %u candidates, expected 1 to %u", ranker->candidates, MT_MAX_RANKED);
  if (ranker->weights > features || length != MT_RANKER_HEAD + ranker->weights * MT_RANKER_WEIGHT)
    return mt_fail(error, MT_CORRUPT, "ranker: found %u weights in %u bytes, expected one for each of %u features at most",
                   ranker->weights, (unsigned)length, features);
  if (!in_range(ranker->blend)) return mt_fail(error, MT_CORRUPT, "ranker: its blend is out of range");
  for (uint32_t w = 0; w < ranker->weights; w++) {
    const unsigned char *weight = ranker->weight + w * MT_RANKER_WEIGHT;
    if (mt_load_u32(weight) >= features || !in_range(mt_load_f32(weight + 4)) || !in_range(mt_load_f32(weight + 8)))
      return mt_fail(error, MT_CORRUPT, "ranker: weight %u is for feature %u or out of range, expected one of %u", w,
                     mt_load_u32(weight), features);
  }
  return MT_OK;
}

float mt_ranker_before(const mt_ranker *ranker, const float *row) {
  float sum = 0;
  for (uint32_t w = 0; w < ranker->weights; w++) {
    const unsigned char *weight = ranker->weight + w * MT_RANKER_WEIGHT;
    float value = row[mt_load_u32(weight)];
    sum += mt_load_f32(weight + 4) * (value == value ? value : mt_load_f32(weight + 8));
  }
  return sum == sum ? sum : -3e38f; /* infinities that cancel */
}

void mt_ranker_encode(uint32_t model, uint32_t ordinal, uint32_t output, uint32_t element, uint32_t candidates, float blend,
                      uint32_t weights, const uint32_t *feature, const float *weight, const float *missing, unsigned char *out) {
  mt_store_u32(out, model);
  mt_store_u32(out + 4, ordinal);
  mt_store_u32(out + 8, output);
  mt_store_u32(out + 12, candidates);
  mt_store_f32(out + 16, blend);
  mt_store_u32(out + 20, weights);
  mt_store_u32(out + 24, element);
  for (uint32_t w = 0; w < weights; w++) {
    unsigned char *at = out + MT_RANKER_HEAD + w * MT_RANKER_WEIGHT;
    mt_store_u32(at, feature[w]);
    mt_store_f32(at + 4, weight[w]);
    mt_store_f32(at + 8, missing[w]);
  }
}

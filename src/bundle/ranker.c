#include "bundle/ranker.h"

#include "bundle/check.h"

mt_status mt_ranker_open(const unsigned char *bytes, size_t length, uint32_t features, mt_ranker *ranker, mt_error *error) {
  MT_TRY(mt_check_head("ranker", length, MT_RANKER_HEAD, error));
  memcpy(ranker, bytes, offsetof(mt_ranker, element) + sizeof ranker->element);
  ranker->weight = bytes + MT_RANKER_HEAD;
  MT_TRY(mt_check_count("ranker", "model", mt_load_u32(bytes), MT_RANKER_TREES, MT_RANKER_END - 1, error));
  MT_TRY(mt_check_count("ranker", "candidates", ranker->candidates, 1, MT_MAX_RANKED, error));
  MT_TRY(mt_check_count("ranker", "weights", ranker->weights, 0, features, error));
  MT_TRY(mt_check_bytes("ranker", length, MT_RANKER_HEAD + ranker->weights * MT_RANKER_WEIGHT, error));
  MT_TRY(mt_check_number("ranker", "blend", ranker->blend, -1e6, 1e6, error));
  for (uint32_t w = 0; w < ranker->weights; w++) {
    const unsigned char *weight = ranker->weight + w * MT_RANKER_WEIGHT;
    MT_TRY(mt_check_index("ranker", "feature", mt_load_u32(weight), features, error));
    MT_TRY(mt_check_number("ranker", "weight", mt_load_f32(weight + 4), -1e6, 1e6, error));
    MT_TRY(mt_check_number("ranker", "stand-in", mt_load_f32(weight + 8), -1e6, 1e6, error));
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

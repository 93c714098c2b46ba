#include "bundle/tower.h"

#include "bundle/check.h"
#include "bundle/format.h"

mt_status mt_tower_open(const unsigned char *bytes, size_t length, mt_tower *tower, mt_error *error) {
  MT_TRY(mt_check_head("tower", length, MT_TOWER_HEAD, error));
  uint32_t kind = mt_load_u32(bytes);
  memcpy(tower, bytes, offsetof(mt_tower, output) + sizeof tower->output);
  tower->gram = (const float *)(const void *)(bytes + MT_TOWER_HEAD);
  MT_TRY(mt_check_count("tower", "kind", kind, MT_TOWER_POOLED, MT_TOWER_END - 1, error));
  MT_TRY(mt_check_count("tower", "exponent in quarters", tower->nu_quarters, 0, 8, error));
  MT_TRY(mt_check_count("tower", "stride", tower->stride, MT_DIM_MIN, MT_TOWER_MAX_STRIDE, error));
  return mt_check_bytes("tower", length, mt_tower_bytes(tower->kind, tower->stride), error);
}

void mt_tower_encode(const mt_tower *tower, unsigned char *out) {
  memset(out, 0, MT_TOWER_HEAD);
  mt_store_u32(out, tower->kind);
  mt_store_u32(out + 4, tower->stride);
  mt_store_u32(out + 8, tower->nu_quarters);
  mt_store_f32(out + 12, tower->unobserved);
  mt_store_f32(out + 16, tower->reg);
  mt_store_f32(out + 20, tower->population);
  mt_store_u32(out + 24, tower->program);
  mt_store_u32(out + 28, tower->output);
  if (tower->kind != MT_TOWER_ALS) return;
  for (size_t row = 0; row < tower->stride; row++)
    for (size_t column = 0; column < tower->stride; column++) {
      size_t cell = column <= row ? row * tower->stride + column : column * tower->stride + row;
      mt_store_f32(out + MT_TOWER_HEAD + 4 * (row * tower->stride + column), tower->unobserved * tower->gram[cell]);
    }
}

#include "tower/tower.h"

#include <math.h>
#include <string.h>

#include "base/simd.h"
#include "tower/solve.h"

void mt_fold_reserve(mt_arena *arena, const mt_tower *tower, const mt_space *space, mt_fold *fold) {
  size_t stride = tower->stride;
  *fold = (mt_fold){.tower = tower, .space = space};
  fold->query = mt_arena_take(arena, stride, sizeof(float));
  fold->vectors = mt_arena_take(arena, MT_FOLD_BLOCK * stride, sizeof(float));
  if (tower->kind == MT_TOWER_ALS) fold->matrix = mt_arena_take(arena, stride * stride, sizeof(float));
}

/* x^(quarters / 4): roots and products only, so the same bits everywhere. */
static float power_quarters(float x, uint32_t quarters) {
  float result = 1, root = sqrtf(sqrtf(x));
  for (uint32_t q = 0; q < quarters % 4; q++) result *= root;
  for (uint32_t q = 0; q < quarters / 4; q++) result *= x;
  return result;
}

static void scale_row(float *row, float factor, size_t stride) {
  mt_f4 f = mt_f4_splat(factor);
  for (size_t i = 0; i < stride; i += 4) mt_f4_store(row + i, mt_f4_mul(f, mt_f4_load(row + i)));
}

bool mt_fold_history(mt_fold *fold, uint32_t layers, const mt_weighted *events, uint32_t count) {
  const mt_tower *tower = fold->tower;
  size_t stride = tower->stride;
  bool als = tower->kind == MT_TOWER_ALS, any = false;
  fold->layers = layers;
  fold->total = 0;
  memset(fold->query, 0, stride * sizeof(float));
  if (als) memcpy(fold->matrix, tower->gram, stride * stride * sizeof(float));
  for (uint32_t e = 0; e < count;) {
    uint32_t held = 0;
    for (; e < count && held < MT_FOLD_BLOCK; e++) {
      if (!mt_space_has(fold->space, events[e].item) || events[e].weight == 0) continue;
      float *row = fold->vectors + held++ * stride, weight = events[e].weight;
      mt_space_decode(fold->space, events[e].item, layers, row);
      if (!als || weight > 0) mt_axpy_f32(weight, row, fold->query, stride);
      fold->total += fabsf(weight);
      if (als) scale_row(row, sqrtf(fabsf(weight)), stride);
    }
    if (als) mt_syrk_f32(fold->vectors, held, stride, fold->matrix);
    any |= held > 0;
  }
  if (!any) return false;
  if (!als) {
    scale_row(fold->query, 1.0f / fold->total, stride);
    return true;
  }
  float ridge = tower->reg * power_quarters(fold->total + tower->population, tower->nu_quarters);
  for (size_t i = 0; i < stride; i++) fold->matrix[i * stride + i] += ridge;
  if (!mt_cholesky_f32(fold->matrix, stride)) return false;
  mt_cholesky_apply_f32(fold->matrix, fold->query, stride);
  for (size_t i = 0; i < stride; i++)
    if (!isfinite(fold->query[i])) return false;
  return true;
}

/* Whether scores are no sum over events. */
static bool by_nearness(const mt_fold *fold) { return fold->space->metric == MT_L2 || fold->tower->kind == MT_TOWER_PROGRAM; }

void mt_fold_explain(const mt_fold *fold, uint32_t item, float *z) {
  mt_space_decode(fold->space, item, fold->layers, z);
  if (by_nearness(fold)) return;
  if (fold->tower->kind == MT_TOWER_ALS) mt_cholesky_apply_f32(fold->matrix, z, fold->tower->stride);
  else scale_row(z, 1.0f / fold->total, fold->tower->stride);
}

float mt_fold_share(const mt_fold *fold, const float *z, const float *event_vector, float weight) {
  size_t stride = fold->tower->stride;
  float product = mt_dot_f32(event_vector, z, stride);
  if (!by_nearness(fold)) return weight * product;
  float square = mt_dot_f32(z, z, stride), apart = square - 2 * product + mt_dot_f32(event_vector, event_vector, stride);
  return weight / (1 + (apart > 0 ? apart : 0) / (square + 1e-30f));
}

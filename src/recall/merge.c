#include "recall/merge.h"

#include <math.h>

void mt_candidates_reserve(mt_arena *arena, uint32_t capacity, uint32_t sources, mt_candidates *candidates) {
  uint32_t slots = mt_index_slots(capacity);
  *candidates = (mt_candidates){.capacity = capacity, .sources = sources};
  candidates->items = mt_arena_take(arena, capacity, sizeof(uint32_t));
  candidates->scores = mt_arena_take(arena, (size_t)capacity * sources, sizeof(float));
  candidates->ranks = mt_arena_take(arena, (size_t)capacity * sources, sizeof(uint16_t));
  candidates->fused = mt_arena_take(arena, capacity, sizeof(float));
  candidates->index = (mt_index){mt_arena_take(arena, slots, sizeof(mt_index_slot)), slots - 1};
}

void mt_candidates_reset(mt_candidates *candidates) {
  candidates->count = 0;
  memset(candidates->weight, 0, sizeof candidates->weight);
  mt_index_reset(&candidates->index);
}

/* Of few candidates the worst may be next to nothing, and would make the source a hundred times louder than it is. */
#define LEAST_NORM 0.1f

mt_scale mt_scale_of(float best, float worst, float norm) {
  if (isnan(norm)) norm = worst > 0 && worst < LEAST_NORM * best ? LEAST_NORM * best : worst;
  float span = norm > 0 ? norm : best - worst;
  return (mt_scale){norm > 0 ? 0 : worst, span > 1e-30f ? span : 1.0f};
}

void mt_candidates_scale(mt_candidates *candidates, uint32_t source, const uint64_t *keys, size_t count, uint32_t norm_rank) {
  if (count == 0) return;
  float norm = count < norm_rank ? NAN : mt_topk_score(keys[norm_rank - 1]);
  mt_scale scale = mt_scale_of(mt_topk_score(keys[0]), mt_topk_score(keys[count - 1]), norm);
  candidates->zero[source] = scale.zero;
  candidates->unit[source] = 1.0f / scale.span;
}

uint32_t mt_candidates_put(mt_candidates *candidates, uint32_t item) {
  uint32_t place = mt_index_get(&candidates->index, item);
  if (place != MT_NOT_FOUND || candidates->count == candidates->capacity) return place;
  place = candidates->count++;
  candidates->items[place] = item;
  memset(candidates->scores + (size_t)place * candidates->sources, 0, candidates->sources * sizeof(float));
  memset(candidates->ranks + (size_t)place * candidates->sources, 0, candidates->sources * sizeof(uint16_t));
  mt_index_put(&candidates->index, item, place);
  return place;
}

void mt_candidates_add(mt_candidates *candidates, uint32_t source, float weight, const uint64_t *keys, size_t count) {
  if (count == 0) return;
  candidates->weight[source] = weight;
  for (size_t i = 0; i < count; i++) {
    uint32_t place = mt_candidates_put(candidates, mt_topk_item(keys[i]));
    if (place == MT_NOT_FOUND) return;
    candidates->scores[(size_t)place * candidates->sources + source] = mt_topk_score(keys[i]);
    candidates->ranks[(size_t)place * candidates->sources + source] = (uint16_t)(i + 1);
  }
}

void mt_candidates_fuse(mt_candidates *candidates, const mt_policy *policy) {
  for (uint32_t c = 0; c < candidates->count; c++) {
    const float *scores = candidates->scores + (size_t)c * candidates->sources;
    const uint16_t *ranks = candidates->ranks + (size_t)c * candidates->sources;
    float fused = 0;
    for (uint32_t s = 0; s < candidates->sources; s++) {
      if (candidates->weight[s] == 0) continue;
      if (policy->fusion == MT_FUSE_SCORES)
        fused += candidates->weight[s] * mt_scaled(scores[s], candidates->zero[s], candidates->unit[s]);
      else if (ranks[s] != 0) fused += candidates->weight[s] / (policy->rrf_constant + (float)ranks[s]);
    }
    candidates->fused[c] = fused;
  }
}

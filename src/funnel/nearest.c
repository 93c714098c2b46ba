#include "funnel/nearest.h"

#include "recall/bitmap.h"

void mt_nearest_reserve(mt_arena *arena, mt_nearest_stage *stage) {
  stage->hits.items = mt_arena_take(arena, MT_MAX_K, sizeof *stage->hits.items);
  stage->hits.scores = mt_arena_take(arena, MT_MAX_K, sizeof *stage->hits.scores);
}

mt_status mt_nearest_run(mt_nearest_stage *stage, const mt_space *space, const float *vector, uint32_t layers, uint32_t k,
                         const uint8_t *allowed, mt_arena *scratch, mt_error *error) {
  mt_hits *hits = &stage->hits;
  mt_nearest_ask ask = {k, 0, layers, mt_bitmap_words(allowed), layers != 0 && mt_space_is_reference(space)};
  return mt_nearest(space, vector, &ask, scratch, hits->items, hits->scores, &hits->count, error);
}

#include "recall/near.h"

#include "recall/bitmap.h"
#include "vector/nearest.h"

void mt_near_reserve(mt_arena *arena, const mt_tower *tower, const mt_space *space, mt_near *near) {
  size_t room = mt_query_scratch(space);
  mt_fold_reserve(arena, tower, space, &near->fold);
  near->room = mt_arena_over(mt_arena_take(arena, room, 1), room);
}

size_t mt_near_scratch(const mt_space *space, uint32_t most) { return mt_nearest_scratch(space, most, most); }

mt_status mt_near_prepare(mt_near *near, mt_error *error) {
  near->room.used = 0;
  return mt_query_prepare(near->fold.space, near->fold.query, MT_ALL_LAYERS, &near->room, &near->query, error);
}

mt_status mt_near_best(const mt_near *near, uint32_t k, const uint8_t *bitmap, mt_best *best, mt_error *error) {
  const mt_space *space = near->fold.space;
  mt_nearest_ask ask = {k, k, MT_ALL_LAYERS, mt_bitmap_words(bitmap), mt_space_is_reference(space)};
  uint32_t found;
  MT_TRY(mt_nearest(space, near->fold.query, &ask, best->scratch, best->items, best->scores, &found, error));
  for (uint32_t i = 0; i < found; i++) best->keys[i] = mt_topk_key(best->scores[i], best->items[i]);
  best->count = found;
  return MT_OK;
}

float mt_near_score(const mt_near *near, uint32_t item, float unknown) {
  return mt_space_has(near->query.space, item) ? mt_query_score(&near->query, item) : unknown;
}

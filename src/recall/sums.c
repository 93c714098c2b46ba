#include "recall/sums.h"

#include "recall/lists.h"

void mt_sums_reserve(mt_arena *arena, uint64_t entries, uint32_t items, mt_sparse *sums) {
  sums->span = items;
  sums->capacity = mt_sparse_slots(entries);
  sums->slots = mt_arena_take(arena, sums->capacity, sizeof *sums->slots);
}

mt_status mt_sums_best(const mt_source_work *work, uint32_t k, const uint8_t *bitmap, mt_best *best, mt_error *error) {
  (void)error;
  best->count = mt_recall_select(&work->sums, bitmap, best->keys, k);
  return MT_OK;
}

float mt_sums_score(const mt_source_work *work, uint32_t item, float unknown) {
  (void)unknown;
  return mt_sparse_get(&work->sums, item);
}

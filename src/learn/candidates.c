#include "learn/candidates.h"

#include <stdlib.h>

#include "base/rng.h"
#include "vector/scan.h"

#define RESULTS 100 /* of a query */
#define QUERIES 128
/* Of the results, on average: what is left out is then less than what the codes themselves mistake, of one layer or of more. */
static const double ENOUGH[] = {0.994, 0.9985};
#define STEP 10      /* rounded up to these, so that the next day's bundle says the same */

/* Adds up at which place of its scan each of the best of a query stands. */
static size_t count_places(mt_scan *scan, uint64_t *keys, uint64_t *best, uint32_t places[MT_CANDIDATES_MOST]) {
  mt_topk top = mt_topk_start(keys, MT_CANDIDATES_MOST);
  mt_scan_run(scan, NULL, 0, &top);
  size_t found = mt_topk_finish(&top), results = found < RESULTS ? found : RESULTS;
  for (size_t i = 0; i < found; i++) best[i] = mt_topk_key(mt_query_score(scan->query, mt_topk_item(keys[i])), (uint32_t)i);
  mt_sort_descending(best, found);
  for (size_t i = 0; i < results; i++) places[mt_topk_item(best[i])]++;
  return results;
}

mt_status mt_candidates_measure(const mt_space *space, uint64_t seed, uint32_t *candidates, mt_error *error) {
  *candidates = 0;
  if (space->vectors <= RESULTS || mt_space_is_reference(space)) return MT_OK;
  size_t keys = mt_topk_capacity(MT_CANDIDATES_MOST) + MT_CANDIDATES_MOST;
  size_t room = mt_query_scratch(space) + mt_scan_scratch(space) + keys * sizeof(uint64_t) + MT_ALIGN;
  mt_arena arena = mt_arena_over(malloc(room), room);
  if (arena.base == NULL) return mt_fail(error, MT_NO_MEMORY, "vectors: no memory to measure candidates");
  uint64_t *top = mt_arena_take(&arena, keys, sizeof *top);
  uint32_t places[MT_CANDIDATES_MOST] = {0};
  size_t mark = arena.used, results = 0;
  mt_rng rng = mt_rng_seed(seed);
  mt_status status = MT_OK;
  for (uint32_t taken = 0; taken < QUERIES && status == MT_OK; taken++, arena.used = mark) {
    uint32_t item = mt_rng_below(&rng, space->items);
    while (!mt_space_has(space, item)) item = item + 1 < space->items ? item + 1 : 0;
    float vector[MT_PADDED_MAX];
    mt_query query;
    mt_scan scan;
    mt_space_decode(space, item, MT_ALL_LAYERS, vector);
    status = mt_query_prepare(space, vector, MT_ALL_LAYERS, &arena, &query, error);
    if (status == MT_OK) status = mt_scan_prepare(&query, &arena, &scan, error);
    if (status == MT_OK) results += count_places(&scan, top, top + mt_topk_capacity(MT_CANDIDATES_MOST), places);
  }
  free(arena.base);
  size_t within = 0;
  for (uint32_t place = 0; place < MT_CANDIDATES_MOST && (double)within < ENOUGH[space->layer_count > 1] * (double)results; place++) {
    within += places[place];
    *candidates = place + 1;
  }
  *candidates = (*candidates + STEP - 1) / STEP * STEP;
  return status;
}

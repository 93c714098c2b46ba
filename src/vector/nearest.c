#include "vector/nearest.h"

uint32_t mt_nearest_candidates(const mt_space *space, uint32_t k, uint32_t layers) {
  uint64_t hundred = space->candidates > 0 ? space->candidates : layers >= 2 && space->layer_count >= 2 ? 500 : 300;
  uint64_t wanted = k > 100 ? (hundred * k + 99) / 100 : hundred;
  return wanted < space->items ? (uint32_t)wanted : space->items; /* no result is longer than the catalogue */
}

/* Candidates the scan keeps: never fewer than k, if there are that many items. */
static uint32_t kept(const mt_space *space, uint32_t k, uint32_t candidates, uint32_t layers) {
  if (candidates == 0) candidates = mt_nearest_candidates(space, k, layers);
  candidates = candidates > k ? candidates : k;
  return candidates < space->items ? candidates : space->items;
}

size_t mt_nearest_scratch(const mt_space *space, uint32_t k, uint32_t candidates) {
  return mt_query_scratch(space) + mt_scan_scratch(space) + MT_ALIGN +
         mt_topk_capacity(kept(space, k, candidates, MT_ALL_LAYERS)) * sizeof(uint64_t);
}

static void scan_exhaustively(const mt_query *query, const uint32_t *allowed, mt_topk *top) {
  for (uint32_t item = 0; item < query->space->items; item++)
    if (mt_space_has(query->space, item) && (allowed == NULL || (allowed[item / 32] >> (item % 32) & 1) != 0))
      mt_topk_push(top, mt_topk_key(mt_query_score(query, item), item));
}

/* Reads a byte of what the layers keep of each candidate. Scored one after the other, each would wait for memory by itself;
 * here the waits overlap, and what is scored is at hand. */
static void fetch_layers(const mt_query *query, const uint64_t *keys, size_t count) {
  uint32_t sum = 0;
  for (uint32_t l = 0; l < query->layers && query->exact == NULL; l++) {
    const mt_layer *layer = &query->space->layers[l];
    for (size_t i = 0; i < count; i++) {
      uint32_t item = mt_topk_item(keys[i]);
      sum += (uint32_t)layer->rows[item * layer->stride] + layer->scale_codes[item];
    }
  }
  volatile uint32_t wanted = sum; /* by nobody; but what is wanted is read */
  (void)wanted;
}

mt_status mt_nearest(const mt_space *space, const float *vector, const mt_nearest_ask *ask, mt_arena *arena,
                     uint32_t *items, float *scores, uint32_t *found, mt_error *error) {
  *found = 0;
  if (space->codes == NULL) return mt_fail(error, MT_NOT_READY, "nearest: the vectors have not arrived yet");
  size_t mark = arena->used;
  mt_query query;
  mt_scan scan;
  uint32_t k = ask->k < space->items ? ask->k : space->items;
  uint32_t count = ask->exhaustive ? k : kept(space, k, ask->candidates, ask->layers);
  uint64_t *keys = mt_arena_take(arena, mt_topk_capacity(count), sizeof *keys);
  mt_status status = keys == NULL ? mt_fail(error, MT_NO_MEMORY, "nearest: its scratch memory is too small") : MT_OK;
  if (status == MT_OK) status = mt_query_prepare(space, vector, ask->layers, arena, &query, error);
  if (status == MT_OK && !ask->exhaustive) status = mt_scan_prepare(&query, arena, &scan, error);
  arena->used = mark; /* nothing below takes from it */
  if (status != MT_OK) return status;

  mt_topk top = mt_topk_start(keys, count);
  if (ask->exhaustive) {
    scan_exhaustively(&query, ask->allowed, &top);
  } else {
    mt_scan_run(&scan, ask->allowed, k < count ? k : 0, &top);
    mt_topk_shrink(&top);
    fetch_layers(&query, keys, top.count);
    for (size_t i = 0; i < top.count; i++) {
      uint32_t item = mt_topk_item(keys[i]);
      keys[i] = mt_topk_key(mt_query_score(&query, item), item);
    }
    /* the refined keys are a new stream in the same memory */
    top = (mt_topk){.keys = keys, .capacity = top.capacity, .k = k, .count = top.count};
  }
  *found = (uint32_t)mt_topk_finish(&top);
  for (uint32_t i = 0; i < *found; i++) {
    items[i] = mt_topk_item(keys[i]);
    scores[i] = mt_topk_score(keys[i]);
  }
  return MT_OK;
}

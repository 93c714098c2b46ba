#include "base/topk.h"

static void sift(uint64_t *heap, size_t root, size_t n) {
  uint64_t key = heap[root];
  for (size_t child; (child = 2 * root + 1) < n; root = child) {
    if (child + 1 < n && heap[child + 1] < heap[child]) child++;
    if (heap[child] >= key) break;
    heap[root] = heap[child];
  }
  heap[root] = key;
}

void mt_sort_descending(uint64_t *keys, size_t n) {
  for (size_t i = n / 2; i-- > 0;) sift(keys, i, n);
  for (size_t i = n; i-- > 1;) {
    uint64_t least = keys[0];
    keys[0] = keys[i];
    keys[i] = least;
    sift(keys, 0, i);
  }
}

uint64_t mt_topk_edge(const uint64_t *keys, size_t count, size_t k, size_t most) {
  uint64_t edge = UINT64_MAX, largest = 0; /* of what is divided into buckets: at first all keys */
  for (size_t i = 0; i < count; i++) {
    edge = keys[i] < edge ? keys[i] : edge;
    largest = keys[i] > largest ? keys[i] : largest;
  }
  uint32_t wide = 64 - (uint32_t)__builtin_clzll((largest - edge) | 255), shift = wide - 8, buckets = 256;
  for (size_t above = 0;;) {
    uint32_t counts[257] = {0}, bucket = buckets; /* two, for neighbours often share a bucket */
    for (size_t i = 0; i < count; i++) {
      uint64_t rest = (keys[i] - edge) >> shift;
      counts[rest < buckets ? rest : 256]++; /* 256: another bucket of the step before */
    }
    while (above + counts[--bucket] < k) above += counts[bucket];
    edge += (uint64_t)bucket << shift;
    if (shift == 0 || above + counts[bucket] <= most) return edge;
    buckets = shift < 8 ? 1u << shift : 256;
    shift = shift < 8 ? 0 : shift - 8;
  }
}

/* Keeps the best k keys and at most `most` in all. */
static void keep_best(mt_topk *top, size_t most) {
  uint64_t edge = top->k == 0 ? UINT64_MAX : mt_topk_edge(top->keys, top->count, top->k, most);
  size_t kept = 0;
  for (size_t i = 0; i < top->count; i++) {
    uint64_t key = top->keys[i];
    top->keys[kept] = key;
    kept += key >= edge;
  }
  top->count = kept;
  top->threshold = edge > 0 ? edge - 1 : 0;
}

void mt_topk_shrink(mt_topk *top) {
  if (top->count > top->k) keep_best(top, top->k);
}

void mt_topk_make_room(mt_topk *top, size_t n) {
  keep_best(top, top->k + (top->capacity - n - top->k) / 8);
}

size_t mt_topk_finish(mt_topk *top) {
  mt_topk_shrink(top);
  mt_sort_descending(top->keys, top->count);
  return top->count;
}

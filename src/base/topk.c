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
  uint64_t edge = 0; /* the upper bytes known so far */
  size_t above = 0;
  for (uint32_t shift = 56;; shift -= 8) {
    uint32_t counts[257] = {0}, odd[257] = {0}, bucket = 256; /* two, for neighbours often share a bucket */
    for (size_t i = 0; i < count; i += 2) {
      uint64_t rest = (keys[i] - edge) >> shift, next = i + 1 < count ? (keys[i + 1] - edge) >> shift : 256;
      counts[rest < 256 ? rest : 256]++; /* 256: another bucket of an earlier byte */
      odd[next < 256 ? next : 256]++;
    }
    for (size_t i = 0; i < 256; i++) counts[i] += odd[i];
    while (above + counts[--bucket] < k) above += counts[bucket];
    edge |= (uint64_t)bucket << shift;
    if (shift == 0 || above + counts[bucket] <= most) return edge;
  }
}

/* Keeps the best k keys and at most `most` in all. */
static void keep_best(mt_topk *top, size_t most) {
  uint64_t edge = mt_topk_edge(top->keys, top->count, top->k, most);
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
  if (top->k == 0) {
    top->count = 0;
    top->threshold = UINT64_MAX;
  } else if (top->count > top->k) {
    keep_best(top, top->k);
  }
}

void mt_topk_make_room(mt_topk *top, size_t n) {
  if (top->count + n <= top->capacity) return;
  if (top->k == 0)
    mt_topk_shrink(top);
  else
    keep_best(top, top->k + (top->capacity - n - top->k) / 8);
}

size_t mt_topk_finish(mt_topk *top) {
  mt_topk_shrink(top);
  mt_sort_descending(top->keys, top->count);
  return top->count;
}

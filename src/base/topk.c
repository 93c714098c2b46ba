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

/* Puts the k largest keys in front, 0 < k < n: Hoare's select with a median of three. */
static void select_largest(uint64_t *keys, size_t n, size_t k) {
  ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, last = (ptrdiff_t)k - 1;
  while (low < high) {
    uint64_t a = keys[low], b = keys[low + (high - low) / 2], c = keys[high];
    uint64_t pivot = a > b ? (b > c ? b : (a > c ? c : a)) : (a > c ? a : (b > c ? c : b));
    ptrdiff_t i = low, j = high;
    while (i <= j) {
      while (keys[i] > pivot) i++;
      while (keys[j] < pivot) j--;
      if (i > j) break;
      uint64_t swap = keys[i];
      keys[i++] = keys[j];
      keys[j--] = swap;
    }
    /* keys[low..j] >= pivot >= keys[i..high], and between j and i only the pivot itself */
    if (last <= j) high = j;
    else if (last >= i) low = i;
    else return;
  }
}

void mt_topk_shrink(mt_topk *top) {
  if (top->k == 0) {
    top->count = 0;
    top->threshold = UINT64_MAX;
    return;
  }
  if (top->count <= top->k) return;
  select_largest(top->keys, top->count, top->k);
  top->count = top->k;
  uint64_t least = top->keys[0];
  for (size_t i = 1; i < top->k; i++) least = top->keys[i] < least ? top->keys[i] : least;
  top->threshold = least;
}

#define BUCKETS 256

/* Keeps the keys from the bucket of the k-th best on, of equally wide ones between the worst and the best score. */
static void thin(mt_topk *top) {
  uint64_t best = 0, worst = UINT64_MAX;
  for (size_t i = 0; i < top->count; i++) {
    uint64_t key = top->keys[i];
    best = key > best ? key : best;
    worst = key < worst ? key : worst;
  }
  float low = mt_topk_score(worst), scale = (BUCKETS - 1) / (mt_topk_score(best) - low);
  if (!(scale > 0 && scale < 1e30f)) return; /* all one score, or not finite */
  uint32_t counts[BUCKETS] = {0}, bucket = BUCKETS;
  for (size_t i = 0; i < top->count; i++) counts[(uint32_t)((mt_topk_score(top->keys[i]) - low) * scale)]++;
  for (size_t above = 0; above < top->k;) above += counts[--bucket];
  size_t kept = 0;
  uint64_t dropped = top->threshold;
  for (size_t i = 0; i < top->count; i++) {
    uint64_t key = top->keys[i];
    bool keep = (uint32_t)((mt_topk_score(key) - low) * scale) >= bucket;
    top->keys[kept] = key;
    kept += keep;
    key &= (uint64_t)keep - 1; /* 0 where it was kept */
    dropped = key > dropped ? key : dropped;
  }
  top->count = kept;
  top->threshold = dropped;
}

void mt_topk_make_room(mt_topk *top, size_t n) {
  if (top->count + n <= top->capacity) return;
  if (top->count > top->k && top->k > 0) thin(top);
  if (top->count > top->capacity / 2) mt_topk_shrink(top); /* ties, or one score far from all others */
}

size_t mt_topk_finish(mt_topk *top) {
  mt_topk_shrink(top);
  mt_sort_descending(top->keys, top->count);
  return top->count;
}

/* Bounded top-k: the k best of a stream of (score, item), best first, ties to the smaller item number.
 *
 * Score and item are one 64-bit key whose order is the order of the result, so a tie is no special case. Keys gather in
 * a reservoir of more than k; when it is full, a radix select drops those that can no longer be among the best.
 * On a short catalogue that costs a third of a heap's sifting.
 */
#ifndef MT_BASE_TOPK_H
#define MT_BASE_TOPK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct mt_topk {
  uint64_t *keys;     /* [capacity], caller's memory */
  size_t capacity;    /* mt_topk_capacity(k) */
  size_t k, count;    /* count <= capacity */
  uint64_t threshold; /* keys at or below it cannot enter; 0 until k keys were seen */
} mt_topk;

static inline size_t mt_topk_capacity(size_t k) { return k < 64 ? k + 192 : 2 * k + 128; }

/* Larger scores give larger keys, equal scores larger keys to smaller items. `score` is not NaN. */
static inline uint64_t mt_topk_key(float score, uint32_t item) {
  uint32_t bits;
  score += 0.0f; /* -0 and 0 are one score */
  memcpy(&bits, &score, sizeof bits);
  bits ^= (uint32_t)((int32_t)bits >> 31) | 0x80000000u;
  return ((uint64_t)bits << 32) | (uint32_t)~item;
}
static inline uint32_t mt_topk_item(uint64_t key) { return ~(uint32_t)key; }
static inline float mt_topk_score(uint64_t key) {
  uint32_t bits = (uint32_t)(key >> 32);
  float score;
  bits ^= ~(uint32_t)((int32_t)bits >> 31) | 0x80000000u;
  memcpy(&score, &bits, sizeof score);
  return score;
}

/* `keys` holds mt_topk_capacity(k) elements. */
static inline mt_topk mt_topk_start(uint64_t *keys, size_t k) { return (mt_topk){keys, mt_topk_capacity(k), k, 0, 0}; }

/* A number that at least k and at most `most` of the keys reach, 0 < k <= most, k <= count; the keys differ. Radix
 * select: 256 buckets from the least to the largest, again of the one with the k-th key, until it may be taken whole. */
uint64_t mt_topk_edge(const uint64_t *keys, size_t count, size_t k, size_t most);

void mt_topk_shrink(mt_topk *top); /* keep the best k and raise the threshold */

/* Cheaper than shrinking, and as sound: drops keys that are not among the best k, perhaps not all of them, until there
 * is room for `n` more; n <= capacity - k, and there is none yet. */
void mt_topk_make_room(mt_topk *top, size_t n);

/* Adds the key if `enters`, without a branch. The caller has made room and looked at the threshold. */
static inline void mt_topk_put(mt_topk *top, uint64_t key, bool enters) {
  top->keys[top->count] = key;
  top->count += enters;
}

static inline void mt_topk_push(mt_topk *top, uint64_t key) {
  if (key <= top->threshold) return;
  top->keys[top->count++] = key;
  if (top->count == top->capacity) mt_topk_make_room(top, 1);
}

/* Sorts the result, best first, and returns how many there are (min(k, pushed)). */
size_t mt_topk_finish(mt_topk *top);

/* Sorts keys in descending order: heapsort, so the worst case is bounded whatever the bytes say. */
void mt_sort_descending(uint64_t *keys, size_t n);

#endif

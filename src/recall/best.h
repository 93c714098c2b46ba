/* Best: where the best of a source are gathered, best first. One serves all sources that are asked one after the other. */
#ifndef MT_RECALL_BEST_H
#define MT_RECALL_BEST_H

#include "base/arena.h"
#include "base/topk.h"

typedef struct mt_best {
  uint32_t most;     /* that are asked for at once */
  size_t count;
  uint64_t *keys;    /* [mt_topk_capacity(most)], mt_topk_key */
  uint32_t *items;   /* [most] … and what a vector space finds, before it is keys */
  float *scores;     /* [most] */
  mt_arena *scratch; /* of a search in a space, which leaves it as it was */
} mt_best;

static inline void mt_best_reserve(mt_arena *arena, uint32_t most, mt_arena *scratch, mt_best *best) {
  *best = (mt_best){.most = most, .scratch = scratch};
  best->keys = mt_arena_take(arena, mt_topk_capacity(most), sizeof *best->keys);
  best->items = mt_arena_take(arena, most, sizeof *best->items);
  best->scores = mt_arena_take(arena, most, sizeof *best->scores);
}

#endif

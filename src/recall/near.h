/* Near: a history folded into a vector space, and what lies near it there. Asked by the source of vectors and by search. */
#ifndef MT_RECALL_NEAR_H
#define MT_RECALL_NEAR_H

#include "recall/best.h"
#include "tower/tower.h"

typedef struct mt_near {
  mt_fold fold;
  mt_query query;
  mt_arena room; /* for what the query prepares */
} mt_near;

void mt_near_reserve(mt_arena *arena, const mt_tower *tower, const mt_space *space, mt_near *near);

/* Bytes of best->scratch that mt_near_best needs for up to `most`. */
size_t mt_near_scratch(const mt_space *space, uint32_t most);

/* Makes near->fold.query, which is filled, the query of what follows. */
mt_status mt_near_prepare(mt_near *near, mt_error *error);

/* The k nearest items of `bitmap`, k <= best->most. */
mt_status mt_near_best(const mt_near *near, uint32_t k, const uint8_t *bitmap, mt_best *best, mt_error *error);

/* The score of an item, `unknown` where it has no vector. */
float mt_near_score(const mt_near *near, uint32_t item, float unknown);

#endif

/* Nearest: the items whose vectors lie nearest to one that the caller gives. */
#ifndef MT_FUNNEL_NEAREST_H
#define MT_FUNNEL_NEAREST_H

#include "martello.h"
#include "vector/nearest.h"

typedef struct mt_nearest_stage {
  mt_hits hits; /* [MT_MAX_K] */
} mt_nearest_stage;

void mt_nearest_reserve(mt_arena *arena, mt_nearest_stage *stage);

/* Fills stage->hits, up to k of the items in `allowed`; `scratch`: mt_nearest_scratch(space, MT_MAX_K, 0). */
mt_status mt_nearest_run(mt_nearest_stage *stage, const mt_space *space, const float *vector, uint32_t layers, uint32_t k,
                         const uint8_t *allowed, mt_arena *scratch, mt_error *error);

#endif

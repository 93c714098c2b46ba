/* History -> query vector, on the device.
 *
 * Pooled: the weighted mean of the decoded vectors of the history. ALS: the user's own least squares
 *     (unobserved · HᵀH + Σ |w| h hᵀ + reg · scale · I) x = Σ max(w, 0) h,   scale = (Σ |w| + unobserved · items)^nu
 * over the decoded vectors h of the history, w each event's weight; a dislike (w < 0) is an event whose target is 0.
 * Both are linear in the right-hand side, so each event's share of a score is exact: w · <h, z> with z = A⁻¹ y for the
 * item's vector y.
 */
#ifndef MT_TOWER_TOWER_H
#define MT_TOWER_TOWER_H

#include "base/arena.h"
#include "bundle/tower.h"
#include "vector/query.h"

/* One event of a history as a tower sees it. */
typedef struct mt_weighted {
  uint32_t item;
  float weight;
} mt_weighted;

#define MT_FOLD_BLOCK 32u /* vectors that are decoded together */

typedef struct mt_fold {
  const mt_tower *tower;
  const mt_space *space;
  uint32_t layers;  /* of the space, with which vectors are decoded */
  float *query;     /* [stride] */
  float *vectors;   /* [MT_FOLD_BLOCK][stride] */
  float *matrix;    /* [stride][stride], the factor of A; ALS alone */
  float total;      /* pooled: sum of |w| */
} mt_fold;

/* Takes the scratch memory. The tower's stride is the space's. */
void mt_fold_reserve(mt_arena *arena, const mt_tower *tower, const mt_space *space, mt_fold *fold);

/* The query of a history; false where no event has a vector, or the system has no solution. */
bool mt_fold_history(mt_fold *fold, uint32_t layers, const mt_weighted *events, uint32_t count);

/* Explaining: z[stride] of an item's vector, then an event's share w · <h, z> of that item's score. `event_vector` is
 * the event's decoded vector, by mt_space_decode with fold->layers; weight > 0. In an L2 space and of a program, whose scores
 * are no sum over events, the share is w / (1 + |h - x|² / |x|²): the nearer the event, the more. */
void mt_fold_explain(const mt_fold *fold, uint32_t item, float *z);
float mt_fold_share(const mt_fold *fold, const float *z, const float *event_vector, float weight);

#endif

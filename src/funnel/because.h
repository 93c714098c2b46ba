/* Because: which events of the history brought each pick, by what they really added to its fused score.
 *
 * Every personal source is a sum over the events (towers are linear in their right-hand side), so an event's share of a
 * pick is the sum, over sources, of weight · unit · what it contributed. In an L2 space and of an imported tower, whose
 * scores are no sum, nearness to the event stands for it. Dislikes never are a reason.
 */
#ifndef MT_FUNNEL_BECAUSE_H
#define MT_FUNNEL_BECAUSE_H

#include "funnel/recall.h"
#include "martello.h"

typedef struct mt_because {
  mt_explained picks;
  float *shares; /* [MT_MAX_HISTORY][MT_MAX_EXPLAINED]: of each event, newest first, in each pick */
} mt_because;

/* `widest`: the longest padded vector of any space. */
void mt_because_reserve(mt_arena *arena, size_t widest, mt_because *because);

/* Fills `because` of picks[count]. `source`: as the request has changed them, with which recall ran. */
void mt_because_run(mt_because *because, const mt_recall_stage *recall, const mt_source *source, const mt_history *history,
                    mt_pick *picks, uint32_t count);

#endif

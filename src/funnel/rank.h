/* Ranking: what the sources said together orders the candidates. With a ranker, the best of them by the pre-rank are scored
 * by it and come first, best first; the rest follows as it was, so that short slates can still be filled.
 */
#ifndef MT_FUNNEL_RANK_H
#define MT_FUNNEL_RANK_H

#include "bundle/ranker.h"
#include "funnel/features.h"
#include "funnel/order.h"
#include "martello.h"
#include "rank/trees.h"
#include "tower/program.h"

typedef struct mt_rank_stage {
  mt_ranker ranker; /* none: a model of 0 */
  mt_trees trees;   /* … what scores: these, or */
  mt_model *model;  /* a tensor program */
  float *relevance; /* [candidates] what ranking says of each, by place */
  uint32_t ranked;  /* candidates that the ranker scored: the first of the order */

  /* with a ranker */
  uint32_t *fused_rank; /* [candidates] from 1, of what the ranker scored; else 0 */
  uint64_t *keys;       /* [mt_topk_capacity(MT_MAX_ORDERED)] */
  float *room, *odds;   /* of trees: [mt_trees_room], [outputs] in fours */
  double *margins;      /* [MT_FEATURE_ROWS][outputs] */
  double *contribution; /* [features] */
} mt_rank_stage;

/* What ranking is given of a request. */
typedef struct mt_rank_ask {
  const mt_candidates *candidates; /* complete and fused */
  const mt_inputs *inputs;
  uint32_t most; /* candidates that the ranker is to score */
} mt_rank_ask;

/* The ranker, if there is one, over `features` features and a number of tensor programs, which are open. */
mt_status mt_rank_open(const mt_bundle *bundle, uint32_t features, mt_model *models, uint32_t model_count, mt_rank_stage *stage,
                       mt_error *error);
void mt_rank_reserve(mt_arena *arena, uint32_t candidates, uint32_t features, mt_rank_stage *stage);

/* Candidates -> relevance, order. */
mt_status mt_rank_run(mt_rank_stage *stage, const mt_rank_ask *ask, mt_feature_stage *features, mt_order *order, mt_error *error);

/* Fills `reasons` of picks[count]: those that trees scored get the largest contributions. */
void mt_rank_explain(mt_rank_stage *stage, const mt_candidates *candidates, mt_feature_stage *features, mt_pick *picks,
                     uint32_t count);

#endif

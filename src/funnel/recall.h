/* Recall: every source brings the candidates that it knows best, and says what it knows of all the others. */
#ifndef MT_FUNNEL_RECALL_H
#define MT_FUNNEL_RECALL_H

#include "recall/merge.h"
#include "recall/source.h"

typedef struct mt_recall_stage {
  uint32_t sources;
  uint32_t waiting; /* bit s: source s has not arrived */
  uint32_t everybody; /* bit s: source s says the same to everybody */
  mt_source_work source[MT_MAX_SOURCES];
  mt_best best; /* of one source */
  mt_candidates candidates;
  uint32_t recalled[MT_MAX_SOURCES]; /* by source */
  uint32_t truncated; /* bit s: source s could not hold all it found */
} mt_recall_stage;

/* What recall is given of a request. */
typedef struct mt_recall_ask {
  const mt_policy *policy;
  const mt_source *source; /* [sources] the policy's, as the request has changed them */
  const mt_inputs *inputs;
  const uint8_t *allowed;    /* bitmap */
  const uint8_t *unfiltered; /* bitmap: what would be allowed without filters; the same where there are none */
  uint32_t forced; /* an item that is to be a candidate if it is allowed; MT_NOT_FOUND: none */
} mt_recall_ask;

/* A source that does not open waits while `partial`, when bytes are missing; else it is an error. */
mt_status mt_recall_open(const mt_policy *policy, const mt_source_view *view, bool partial, mt_recall_stage *stage,
                         mt_error *error);

/* Whether there is enough to recommend from: a source that looks at histories, or all. Spaces and models are open by now, and
 * a source that misses something of them waits. */
bool mt_recall_is_ready(const mt_policy *policy, const mt_source_view *view, mt_recall_stage *stage);

/* `scratch`: of searches in a space, mt_near_scratch(space, MT_MAX_QUOTA) of any. */
void mt_recall_reserve(mt_arena *arena, const mt_policy *policy, const mt_source_view *view, mt_arena *scratch,
                       mt_recall_stage *stage);

/* Request -> candidates, complete and fused. */
mt_status mt_recall_run(mt_recall_stage *stage, const mt_recall_ask *ask, mt_error *error);

/* What the sources that look at histories said in this run of any item: the mean of their scores by their weights, 1 as a
 * candidate of rank norm_rank. 0 where none spoke. */
float mt_recall_liking(const mt_recall_stage *stage, uint32_t item);

#endif

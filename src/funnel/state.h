/* The recommender's state: what the bundle holds, then the stages of the funnel, each with its own scratch. Included by the
 * files that open it and that implement martello.h; a stage knows only what it is given.
 */
#ifndef MT_FUNNEL_STATE_H
#define MT_FUNNEL_STATE_H

#include "bundle/ids.h"
#include "bundle/popularity.h"
#include "bundle/withdrawn.h"
#include "funnel/because.h"
#include "funnel/features.h"
#include "funnel/nearest.h"
#include "funnel/order.h"
#include "funnel/rank.h"
#include "funnel/recall.h"
#include "funnel/request.h"
#include "funnel/rules.h"
#include "funnel/search.h"
#include "funnel/slate.h"
#include "martello.h"

#define MT_MAX_SPACES 12u
#define MT_MAX_MODELS 8u

struct mt_recommender {
  /* what the bundle holds */
  mt_bundle bundle;
  uint32_t spaces, attributes, models; /* that the directory lists; what has not arrived of them is all zeros */
  mt_ids ids;
  mt_withdrawn withdrawn;
  mt_policy policy;
  mt_popularity popularity; /* for features; none: no codes */
  mt_space space[MT_MAX_SPACES];
  mt_tower tower[MT_MAX_SPACES];
  char space_name[MT_MAX_SPACES][MT_NAME_BYTES + 1];
  mt_attribute attribute[MT_MAX_ATTRIBUTES];
  mt_model model[MT_MAX_MODELS]; /* tensor programs, by ordinal */

  /* the stages, in their order */
  mt_request request;
  mt_rules_stage rules;
  mt_recall_stage recall;
  mt_order order;
  mt_feature_stage features;
  mt_rank_stage rank;
  mt_slate_stage slate;
  mt_because because;
  mt_search_index search;
  mt_nearest_stage nearest;

  /* scratch of one call, whichever it is: nothing is kept in it from one to the next */
  char *text;       /* [MT_STRING_BYTES] for looking names up */
  float *vector;    /* [widest stride] one that is decoded for somebody else */
  mt_arena scratch; /* of a search in a space, which leaves it as it was */
};

/* How many spaces have arrived before the first that has not. */
static inline uint32_t mt_spaces_here(const mt_recommender *rec) {
  uint32_t spaces = 0;
  while (spaces < rec->spaces && rec->space[spaces].dim != 0) spaces++;
  return spaces;
}

/* What sources, rules, features and imported models may look at. */
static inline mt_source_view mt_source_view_of(mt_recommender *rec) {
  return (mt_source_view){&rec->bundle, rec->attribute, rec->space, rec->tower, rec->model, rec->attributes, rec->spaces};
}
static inline mt_rule_world mt_rule_world_of(const mt_recommender *rec) {
  return (mt_rule_world){rec->attribute, rec->attributes, rec->bundle.items, mt_spaces_here(rec), rec->policy.sources};
}
static inline mt_feature_scope mt_feature_scope_of(const mt_recommender *rec) {
  return (mt_feature_scope){rec->policy.sources, rec->spaces, rec->attributes, rec->attribute, rec->popularity.codes != NULL};
}
static inline mt_inputs mt_inputs_of(const mt_recommender *rec) {
  return (mt_inputs){&rec->request.history, rec->request.context, &rec->ids, rec->space, rec->text, rec->vector};
}

#endif

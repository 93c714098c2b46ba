/* The funnel's state: one open bundle, one request at a time. The public face is martello.h. */
#ifndef MT_FUNNEL_H
#define MT_FUNNEL_H

#include "bundle/bundle.h"
#include "bundle/ids.h"
#include "bundle/popularity.h"
#include "bundle/ranker.h"
#include "martello.h"
#include "rank/features.h"
#include "rank/trees.h"
#include "recall/bitmap.h"
#include "recall/campaign.h"
#include "recall/clusters.h"
#include "recall/merge.h"
#include "recall/postings.h"
#include "rerank/slate.h"
#include "funnel/search.h"
#include "tower/program.h"
#include "tower/tower.h"
#include "vector/nearest.h"

#define MT_MAX_SPACES 4u
#define MT_MAX_ATTRIBUTES 64u
#define MT_MAX_MODELS 8u
#define MT_MAX_ORDERED 2000u  /* candidates that ranking hands on, best first */
#define MT_MAX_EXPLAINED 100u /* picks of a slate that get a `because` */

/* A source at work in one request. */
typedef struct mt_recall {
  mt_recall_lists lists; /* postings */
  mt_campaign campaign;
  mt_recall_clusters clusters;
  mt_sparse sums;
  mt_fold fold; /* vectors */
  mt_query query;
  mt_weighted *weighted; /* [MT_MAX_HISTORY] the history as this source weighs it */
  uint32_t weighted_count;
} mt_recall;

/* What is read all the time stands first, the large arrays last: in wasm a field's distance from the start is written out at
 * every access, in 7 bits a byte. */
struct mt_recommender {
  uint32_t spaces, attributes, models; /* that the directory lists; what has not arrived of them is all zeros */
  uint32_t waiting; /* bit s: source s has not arrived */

  /* the request */
  uint32_t dropped;
  mt_event *event_room; /* [2 MT_MAX_HISTORY]: the history is a window that slides over it */
  uint8_t *allowed; /* bitmap */
  uint8_t *unfiltered; /* … as it would be without filters, exclusions and allow lists */
  uint8_t *marks; /* values, then sets, of the attribute that a filter is on */
  uint32_t rank_most; /* candidates that the ranker scores */
  uint32_t wanted; /* an item that is to be a candidate whatever recall brings; MT_NOT_FOUND: none */
  bool narrowed; /* there are filters, exclusions or allow lists */

  /* scratch, reserved once */
  uint64_t *keys; /* [mt_topk_capacity(MT_MAX_ORDERED)] */
  float *relevance; /* [candidates.capacity] what ranking says of each candidate */
  uint32_t *order; /* [MT_MAX_ORDERED] places of candidates, best first */
  uint32_t ordered;
  float *feature_rows; /* [MT_FEATURE_ROWS][features.count] */
  uint32_t *fused_rank; /* [candidates.capacity] from 1, of what the ranker scored; else 0 */
  float *tree_room, *odds; /* [mt_trees_room], [outputs], in fours */
  double *margins; /* [MT_FEATURE_ROWS][outputs] */
  double *contribution; /* [features.count] */
  mt_index picks;
  float *shares; /* [MT_MAX_HISTORY][MT_MAX_EXPLAINED]: of each event, newest first, in each pick */
  float *explained; /* [MT_MAX_EXPLAINED][widest stride]: z of each pick */
  float *event_vector; /* [widest stride] */
  char *text; /* [MT_STRING_BYTES] */
  mt_arena scratch; /* for what a vector query prepares */

  /* what the policy's rules permit, kept from request to request: a bitmap */
  uint8_t *permitted;
  uint64_t permitted_by; /* the rules that `permitted` is of; 0: none yet */

  mt_bundle bundle;
  mt_history history;
  mt_candidates candidates; /* what recall found */
  mt_ids ids;
  mt_popularity popularity;
  mt_ranker ranker; /* none: a model of 0 */
  mt_hits hits;
  mt_impressions impressions;
  mt_feature_work feature_work;
  mt_feature_block feature_block;
  mt_trees trees; /* of the ranker */
  mt_slate slate;
  mt_search_index search;
  mt_policy policy;
  mt_space space[MT_MAX_SPACES];
  mt_tower tower[MT_MAX_SPACES];
  char space_name[MT_MAX_SPACES][MT_NAME_BYTES + 1];
  float context[MT_MAX_FIELDS]; /* [features.fields] a number, or the number of a value; NaN: not said */
  mt_source source[MT_MAX_SOURCES]; /* the policy's, as this request has changed them */
  mt_recall recall[MT_MAX_SOURCES];
  mt_greedy greedy;
  mt_rules rules; /* the policy's, as this request has changed them */
  mt_rules policy_rules;
  mt_features features; /* none: a count of 0 */
  mt_attribute attribute[MT_MAX_ATTRIBUTES];
  mt_model model[MT_MAX_MODELS]; /* tensor programs, by ordinal */
};

static inline mt_source_kind mt_kind_of(const mt_recommender *rec, uint32_t source) { return (mt_source_kind)rec->policy.source[source].kind; }

static inline bool mt_waits(const mt_recommender *rec, uint32_t source) { return (rec->waiting >> source & 1) != 0; }

/* What a request tells an imported model. */
static inline mt_told mt_tell(const mt_recommender *rec) {
  return (mt_told){&rec->history, rec->context, &rec->ids, rec->space, rec->text, rec->event_vector};
}

/* Whether all that answers need has arrived: then whatever does not open is an error. */
static inline bool mt_is_whole(const mt_recommender *rec) { return rec->bundle.arrived >= rec->bundle.needed; }

/* How many spaces have arrived before the first that has not. */
static inline uint32_t mt_spaces_here(const mt_recommender *rec) {
  uint32_t spaces = 0;
  while (spaces < rec->spaces && rec->space[spaces].dim != 0) spaces++;
  return spaces;
}

/* The stages, each in its file. A stage reads what the one before it left in the recommender. */
mt_status mt_stage_recall(mt_recommender *rec, mt_error *error);  /* request -> candidates, fused */
mt_status mt_stage_rank(mt_recommender *rec, mt_error *error);    /* candidates -> relevance, order */
void mt_stage_slate(mt_recommender *rec, uint32_t k);             /* order -> slate, filled */

/* recall.c: what recall and search ask a space that a history was folded into. Prepares the query; the best k
 * among the items of `bitmap`, into rec->keys; the score of an item, `unknown` where it has no vector. */
mt_status mt_prepare_fold(mt_recommender *rec, const mt_fold *fold, mt_query *query, mt_error *error);
mt_status mt_near_fold(mt_recommender *rec, const mt_fold *fold, uint32_t k, const uint8_t *bitmap, size_t *count_ret,
                       mt_error *error);
float mt_score_or(const mt_query *query, uint32_t item, float unknown);

/* Orders candidates by their fused score, the best `most`: rec->order, rec->ordered. */
void mt_order_fused(mt_recommender *rec, const mt_candidates *candidates, uint32_t most);

/* Picks the first k of rec->order. */
void mt_pick_best(mt_recommender *rec, const mt_candidates *candidates, const float *relevance, uint32_t k);

/* features.c: once after recall; then rows[count][features.count] of the candidates at `places`, the first of which
 * is of rank `rank` (from 1) by fused score. */
void mt_prepare_features(mt_recommender *rec);
void mt_fill_features(const mt_recommender *rec, const uint32_t *places, uint32_t rank, uint32_t count, float *rows);

/* Whether k is a number of results that a request may ask for. */
mt_status mt_check_shelf(uint32_t k, mt_error *error);

/* rank.c: fills `reasons` of the slate's first picks. */
void mt_explain_rank(mt_recommender *rec);

/* rules.c: opening, binding the slate to what it works on, beginning a request, and clearing from rec->allowed what rules do
 * not permit. */
mt_status mt_open_rules(mt_recommender *rec, mt_error *error);
void mt_bind_rules(mt_recommender *rec);
void mt_begin_rules(mt_recommender *rec);
void mt_narrow_by_rules(mt_recommender *rec);

/* because.c: fills `because` of the slate's first picks. */
void mt_explain(mt_recommender *rec);

#endif

/* Feature rows: what bundle/features.h declares, computed for candidates of a request.
 *
 *     mt_features_prepare(&work, &view);                              once a request: tables over the history
 *     mt_features_rows(&work, &view, places, 1, count, rows);         rows[count][features->count], as often as wanted
 *
 * The history is walked once per attribute and request, newest event first, into small tables by value; a candidate then
 * costs a look-up per value and feature, and one decoded vector per space. Training rows come from this very code, so
 * they are what serving computes, bit for bit. Unknown is NaN.
 */
#ifndef MT_RANK_FEATURES_H
#define MT_RANK_FEATURES_H

#include "base/arena.h"
#include "bundle/features.h"
#include "bundle/popularity.h"
#include "recall/merge.h"
#include "tower/history.h"
#include "vector/query.h"

/* What features are computed from: the funnel's own state after recall. */
typedef struct mt_feature_view {
  const mt_candidates *candidates; /* completed and fused */
  const mt_history *history;
  const mt_attribute *attribute;   /* [attributes] */
  const mt_popularity *popularity;
  const mt_space *space;           /* [spaces] */
  const float *const *query;       /* [spaces] what the history became, [padded]; NULL where nothing */
  const double *context;           /* [fields] NaN where the request does not say */
} mt_feature_view;

/* What the history says of one value of a category attribute. */
typedef struct mt_value_slot {
  uint32_t key;          /* value + 1; 0 is free */
  uint32_t count, newest; /* events that have it; how many events are newer than the newest of them */
  float weight, faded;    /* sum of their weights, plain and faded */
} mt_value_slot;

typedef struct mt_value_table {
  mt_value_slot *slots;
  uint32_t mask, count;
} mt_value_table;

/* The newest liked events that have a vector in a space, newest first, each of norm 1. */
typedef struct mt_recent {
  float *vectors; /* [most][padded] */
  float *query;   /* [padded], of norm 1 */
  uint32_t most, held;
  bool queried; /* there is a query */
} mt_recent;

/* A feature at work. Those of one attribute's values, or of one space's vectors, are computed together: the first of them
 * leads, and has their tables. */
typedef struct mt_feature_cell {
  mt_feature feature;
  mt_feature_class class;
  uint32_t next;   /* of those that hang together; 0: the last */
  bool follows;    /* it is not the first of them */
  float constant;  /* of a feature that is the same for all candidates, or relates to such a number */
  mt_value_table table;
  mt_recent recent;
} mt_feature_cell;

typedef struct mt_feature_work {
  const mt_features *features;
  mt_feature_cell *cell; /* [features->count] */
  float *vector;         /* [widest stride] of a candidate */
  float total, faded_total; /* sum of |weight| over the history */
  double now;
} mt_feature_work;

/* Takes all memory that requests will use. */
void mt_features_reserve(mt_arena *arena, const mt_features *features, const mt_feature_scope *scope, const mt_space *space,
                         mt_feature_work *work);

void mt_features_prepare(mt_feature_work *work, const mt_feature_view *view);

/* Rows of the candidates at `places`, the first of which is of rank `rank` by fused score. rows[count][features->count]. */
void mt_features_rows(const mt_feature_work *work, const mt_feature_view *view, const uint32_t *places, uint32_t rank,
                      uint32_t count, float *rows);

#endif

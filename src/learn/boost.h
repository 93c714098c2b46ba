/* Gradient-boosted trees that order: LambdaMART, round by round.
 *
 *     mt_boost_start(&how, x, rows, features, category, &groups …)      values become bins, once
 *     mt_boost_hold(&boost, x, &held …)                                rows that are not learned from: when to stop
 *     mt_boost_round(&boost, &held_ndcg) …                             one tree more, as often as wanted
 *
 * Each round takes the gradients of what the trees so far say (lambdas.h), of a share of the groups and with a share of the
 * features, both drawn, and grows a tree (grow.h). Which round was best, and when to stop, is for the caller, who looks at the held
 * rows' NDCG. The same rows and seed give the same trees, bit for bit.
 */
#ifndef MT_LEARN_BOOST_H
#define MT_LEARN_BOOST_H

#include "learn/grow.h"
#include "learn/lambdas.h"

typedef struct mt_boosting {
  mt_growth growth;
  uint32_t top;    /* places that pairs are counted of */
  uint32_t ndcg;   /* places that held rows are judged by */
  float groups;    /* the share of groups that a round learns from, above 0, to 1 */
  float features;  /* … of features that its tree may split by */
  uint64_t seed;
} mt_boosting;

/* Rows as the trees see them. */
typedef struct mt_boost_rows {
  mt_binned binned;
  mt_groups groups;
  double *score; /* [rows] what the trees say so far */
} mt_boost_rows;

typedef struct mt_boost {
  mt_boosting how;
  mt_rng rng;
  mt_bins bins;
  mt_boost_rows train, held; /* held: of no rows where nothing is held out */
  mt_grower grower;
  float *gradient, *second; /* [rows] of train */
  uint8_t *uses;            /* [features] */
  double *each;             /* [groups of held] their NDCG as of the last round; before the first, in the order given */
  mt_branch *nodes;         /* of all trees */
  uint32_t *tree;           /* [trees + 1] where each begins */
  uint32_t trees, node_room, tree_room;
} mt_boost;

/* x[rows][features], which is not needed any more afterwards; start[groups + 1] and label[rows] stay where they are, and so does
 * *out, which points into itself. */
mt_status mt_boost_start(const mt_boosting *how, const float *x, uint32_t features, const uint8_t *category, uint32_t groups,
                         const uint32_t *start, const float *label, mt_boost *out, mt_error *error);
mt_status mt_boost_hold(mt_boost *boost, const float *x, uint32_t groups, const uint32_t *start, const float *label, mt_error *error);
void mt_boost_free(mt_boost *boost);

/* One tree more. *held_ret: NDCG of the held rows with it; 0 where there are none. */
mt_status mt_boost_round(mt_boost *boost, double *held_ret, mt_error *error);

#endif

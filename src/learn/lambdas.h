/* LambdaMART's gradients (Burges 2010), as LightGBM takes them.
 *
 * Rows of one moment are a group. Of two rows of a group, i worth more than j, i is to stand before j; they push each other apart
 * by what swapping them would change in NDCG:
 *   lambda = D / (1 + e^(s_i - s_j)),  D = |delta NDCG|       gradient_i -= lambda,  gradient_j += lambda
 * and both second derivatives grow by D · p · (1 - p), p = 1 / (1 + e^(s_i - s_j)). A pair counts where the better placed of the
 * two stands among the first `top`. D is divided by 0.01 + |s_i - s_j|, and a group's sums are scaled by log2(1 + L) / L, L being
 * all that pushes in it: so no group, and no pair that is told apart already, outweighs the others.
 *
 * What an item is worth to NDCG is its label as it is: 1 where it was met, or what meeting it was worth.
 */
#ifndef MT_LEARN_LAMBDAS_H
#define MT_LEARN_LAMBDAS_H

#include "base/rng.h"
#include "base/status.h"

#define MT_LONGEST_GROUP 4096u

typedef struct mt_groups {
  uint32_t groups, longest;
  const uint32_t *start; /* [groups + 1] */
  const float *label;    /* [start[groups]] 0 or above */
  uint32_t *order;       /* [start[groups]] of each group its rows, best first, as the last scores had them */
  double *ideal;         /* [groups] what the best order of its first `top` places is worth */
  float *discount;       /* [longest, in fours] of place p from 0: 1 / log2(p + 2) */
  float *room;           /* [4][longest, in fours] */
} mt_groups;

/* `start` and `label` stay where they are. Rows of equal scores keep the order that they have here, or were
 * shuffled to. */
mt_status mt_groups_start(uint32_t groups, const uint32_t *start, const float *label, uint32_t top, mt_groups *out, mt_error *error);
void mt_groups_free(mt_groups *groups);

/* Draws the order of rows that nothing tells apart yet. Rows that come best first by another ranking would else teach, in the first
 * rounds, that what it puts first is bad: those of them that are worth nothing have the longest way down. */
void mt_groups_shuffle(mt_groups *groups, mt_rng *rng);

/* gradient and second of the rows of one group, by row, from score[rows]. */
void mt_lambdas(mt_groups *groups, uint32_t group, uint32_t top, const double *score, float *gradient, float *second);

/* NDCG of each group at `top` into ndcg[groups], NaN where nothing of it is worth anything; returns the mean of the others, 0
 * where there are none. `top` as at the start. */
double mt_groups_ndcg(mt_groups *groups, uint32_t top, const double *score, double *ndcg);

#endif

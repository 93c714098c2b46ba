/* Losses: what a vector's scores say, of the item that came next and of those that were drawn against it. */
#ifndef MT_LEARN_LOSSES_H
#define MT_LEARN_LOSSES_H

#include "learn/fit.h"

/* The loss of one pair, times `weight`. `own`: the item's score; score[n], n a multiple of 4: those of the negatives, -INFINITY
 * for what is none, which become the loss's gradients in them. *by_own: that in `own`. first, second: as mt_fit_shape says. */
double mt_loss_of(mt_fit_loss loss, float first, float second, float weight, float own, float *score, size_t n, float *by_own);

/* Softmax over scores that come in parts: start from the pair's own score, add all, then turn each part's scores into gradients. */
typedef struct mt_softmax {
  float most, sum; /* the largest score, and the sum of e^(score - most) */
} mt_softmax;
static inline mt_softmax mt_softmax_start(float own) { return (mt_softmax){own, 1}; }
void mt_softmax_add(mt_softmax *sums, const float *score, size_t n);
void mt_softmax_gradients(const mt_softmax *sums, float weight, float *score, size_t n);
/* The loss, and its gradient in the pair's own score. */
double mt_softmax_loss(const mt_softmax *sums, float weight, float own, float *by_own);

#endif

/* Losses: what a vector's scores say, of the item that came next and of those that were drawn against it. */
#ifndef MT_LEARN_LOSSES_H
#define MT_LEARN_LOSSES_H

#include "learn/fit.h"

/* The loss of one pair, times `weight`. `own`: the item's score; score[n], n a multiple of 4: those of the negatives, -INFINITY
 * for what is none, which become the loss's gradients in them. *by_own: that in `own`. first, second: as mt_fit_shape says. */
double mt_loss_of(mt_fit_loss loss, float first, float second, float weight, float own, float *score, size_t n, float *by_own);

#endif

/* EASE: weights between items that a person's whole history shares out among them (Steck 2019), for catalogues so small that
 * the matrix of all pairs is no matter.
 *
 *   min over B of |X - X B|² + ridge · |B|²  where no item says anything of itself
 *   P = (XᵀX + ridge · I)⁻¹,   B_ij = -P_ij / P_jj
 *
 * X is the log by user. Where neighbours count how often two items meet, these weights say what one adds to all the others of
 * a history; so some are below 0: who takes the one is less likely to take the other than the rest of the history says.
 *
 * The ridge is given as a multiple of the mean of the diagonal of XᵀX, so that one number suits logs of any size. Its matrix
 * has a condition of at most items / ridge + 1 then, which floats bear.
 *
 * In order (SLIT of SLIST: Choi et al. 2021) the same is asked of what came next: with a row for each step of each person, S what
 * came up to it, each event back weighing `fading` of the one after it, and A what came after it, each event on weighing 0.7 of the
 * one before it,
 *
 *   min over B of |A - S B|² + ridge · |B|²:   B = (SᵀS + ridge · I)⁻¹ SᵀA, but for its diagonal
 *
 * Time n³ / 2 multiplications, memory 2 · n² floats, for the n items that somebody met; in order 3 n³ / 2, and 3 · n².
 */
#ifndef MT_LEARN_EASE_H
#define MT_LEARN_EASE_H

#include "learn/log.h"

#define MT_EASE_MOST_ITEMS 8192u /* two matrices of 256 MB; in order three */

/* For each item of by_user->width the `top` weights that are largest by magnitude, positive or negative, heaviest first, ties
 * to the smaller item. ridge > 0. MT_INVALID where more than MT_EASE_MOST_ITEMS items were met. */
mt_status mt_ease_train(const mt_lists *by_user, float ridge, uint32_t top, mt_lists *out, mt_error *error);

/* The same of a log in the order of time: what came next. 0 <= fading < 1. Events more than
 * 64 apart count as unrelated, which up to a fading of 0.75 is below rounding; near 1 the SᵀS that was cut so need not be positive
 * definite, and with a small ridge is refused then. */
mt_status mt_ease_train_order(const mt_log *log, float fading, float ridge, uint32_t top, mt_lists *out, mt_error *error);

/* In place, the inverse of a symmetric positive definite matrix[n][n] with an n that is a multiple of 4, by Cholesky; `work` is
 * as large. MT_INVALID where it is not positive definite. */
mt_status mt_invert_f32(float *matrix, size_t n, float *work, mt_error *error);

#endif

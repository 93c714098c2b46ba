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
 * Time n³ / 2 multiplications, memory 2 · n² floats, for the n items that somebody met.
 */
#ifndef MT_LEARN_EASE_H
#define MT_LEARN_EASE_H

#include "learn/lists.h"

#define MT_EASE_MOST_ITEMS 8192u /* two matrices of 256 MB */

/* For each item of by_user->width the `top` weights that are largest by magnitude, positive or negative, heaviest first, ties
 * to the smaller item. ridge > 0. MT_INVALID where more than MT_EASE_MOST_ITEMS items were met. */
mt_status mt_ease_train(const mt_lists *by_user, float ridge, uint32_t top, mt_lists *out, mt_error *error);

/* In place, the inverse of a symmetric positive definite matrix[n][n] with an n that is a multiple of 4, by Cholesky; `work` is
 * as large. MT_INVALID where it is not positive definite. */
mt_status mt_invert_f32(float *matrix, size_t n, float *work, mt_error *error);

#endif

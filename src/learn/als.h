/* Implicit ALS: user and item vectors from what people met, without ratings.
 *
 * Minimises, over users W and items H (Hu et al. 2008; regularisation of Rendle et al. 2021, "Revisiting the performance
 * of iALS"):
 *
 *     sum over events (u,i) of r_ui · (<w_u,h_i> - 1)²  +  unobserved · sum over all (u,i) of <w_u,h_i>²
 *   + reg · ( sum over u of scale_u · |w_u|²  +  sum over i of scale_i · |h_i|² )
 *     scale_u = (events of u + unobserved · items)^nu,   scale_i = (events of i + unobserved · users)^nu
 *
 * With one side fixed every row of the other is a small linear system of its own:
 *     (unobserved · HᵀH + sum of r · h hᵀ + reg · scale · I) w = sum of r · h
 * so rows can be solved in any order and by any number of workers: the numbers do not depend on it.
 *
 * In the axes of HᵀH, its eigenvectors, all but the events of a row is a diagonal. Products only matter up to a turn, so each
 * half turns H into its axes and solves there: a row goes a few steps of conjugate gradients, with that diagonal as
 * preconditioner, towards its solution, from where the last iteration left it (Takács et al. 2011). That costs
 * 4 · d · events a step and d² once, where solving it would cost d² · events + d³ / 6. One iteration is
 *     axes(H), turn H -> solve all users;  axes(W), turn W -> solve all items.
 * A device folds a history in by solving the same system exactly.
 *
 * Shapes: d dimensions in rows of stride = d rounded up to 4, the padding 0. factors[rows][stride],
 * gram[stride][stride].
 */
#ifndef MT_LEARN_ALS_H
#define MT_LEARN_ALS_H

#include "learn/lists.h"

#define MT_ALS_MAX_DIMS 1024

typedef struct mt_als {
  uint32_t dims;
  float unobserved; /* > 0: the weight of each pair that nobody met */
  float reg;        /* > 0 */
  float nu;         /* 0: the same regularisation for everybody; 1: by how much there is of a row */
  uint32_t steps;   /* of conjugate gradients, for each row and call */
} mt_als;

static inline size_t mt_als_stride(const mt_als *als) { return mt_round_up(als->dims, 4); }

/* Training weights r of event weight · (events of the item)^-exponent, scaled so that their mean over all events is that of
 * the event weights: with an exponent of about .3 popular items leave room for the others. Overwrites the weights of both
 * views, which must be turns of each other (log.h makes them so). */
mt_status mt_als_weigh(float exponent, mt_lists *by_user, mt_lists *by_item, mt_error *error);

/* Random start for rows first .. last - 1, normal with deviation 0.1 / sqrt(dims). out[last - first][stride]; a row's
 * numbers depend on the seed and the row only. */
mt_status mt_als_init(const mt_als *als, uint64_t seed, uint32_t first, uint32_t last, float *out, mt_error *error);

/* gram = factorsᵀ · factors, summed in double over blocks of rows. */
mt_status mt_als_gram(const mt_als *als, const float *factors, uint32_t rows, float *gram, mt_error *error);

/* axes[stride][stride]: eigenvectors of the Gram matrix as columns, so that x · axes are a row's coordinates along them;
 * values[stride], 0 in the padding. */
mt_status mt_als_axes(const mt_als *als, const float *gram, float *axes, float *values, mt_error *error);

/* factors[rows][stride] · axes, in place. */
mt_status mt_als_turn(const mt_als *als, const float *axes, float *factors, uint32_t rows, mt_error *error);

/* Takes rows first .. last - 1 of `lists` (their entries index `other`, other[lists->width][stride], turned into the axes of
 * its Gram matrix, whose eigenvalues are `values`) `steps` steps towards their solutions, in out[last - first][stride], which
 * says where they start, not yet turned by `axes`. A row without events becomes 0. */
mt_status mt_als_solve(const mt_als *als, const mt_lists *lists, const float *other, const float *axes, const float *values,
                       uint32_t first, uint32_t last, float *out, mt_error *error);

#endif

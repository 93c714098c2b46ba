/* Dense least squares for many small systems: the kernels under ALS, in training and on the device.
 *
 * A symmetric d x d matrix lives in rows of d floats, d a multiple of 4; only its lower triangle means anything.
 * Vectors are padded with zeros to d, and a padded row of a system gets 1 on its diagonal, so padding solves to 0.
 */
#ifndef MT_TOWER_SOLVE_H
#define MT_TOWER_SOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* a += sum over the n rows x[r] of x[r]ᵀ x[r]: a[d][d], x[n][d]. Whole 4 x 4 tiles on and left of the diagonal are
 * written, so some cells right of it are too. Each cell is summed in the order of the rows. */
void mt_syrk_f32(const float *x, size_t n, size_t d, float *a);

/* a[d][d], positive definite, becomes its Cholesky factor L in place, with 1 / L[i][i] on the diagonal.
 * False (and a spoilt) where a pivot is not a number above 0. */
bool mt_cholesky_f32(float *a, size_t d);

/* Solves L Lᵀ x = b in place, L as mt_cholesky_f32 leaves it: b[d] becomes x. */
void mt_cholesky_apply_f32(const float *a, float *b, size_t d);

#endif

/* Eigenvalues and eigenvectors of a small symmetric matrix: Householder's reduction to three diagonals, then QL steps with
 * implicit shifts (EISPACK's tred2 and tql2; Wilkinson & Reinsch 1971). About 9 n³ operations, in double.
 */
#ifndef MT_LEARN_EIGEN_H
#define MT_LEARN_EIGEN_H

#include <stddef.h>

#include "base/status.h"

/* v[n][n]: the matrix on entry; on return its eigenvectors as columns, of length 1, values[n] beside them in no order.
 * MT_INVALID: they do not converge, as where a number of the matrix is not finite. */
mt_status mt_eigen(double *v, size_t n, double *values, mt_error *error);

#endif

/* Orthogonal Procrustes: the rotation that brings vectors nearest to others of the same items (Schönemann 1966). It is the orthogonal factor
 * of M = XᵀY, M (MᵀM)^-½ (Higham 2008, ch. 8), by the eigenvalues of MᵀM: about 12 dim³ operations, however near to singular M is.
 */
#ifndef MT_LEARN_PROCRUSTES_H
#define MT_LEARN_PROCRUSTES_H

#include <stdint.h>

#include "base/status.h"

/* x, y: [rows][dim], dim a multiple of 4; of very many rows some are looked at. rotation[dim][dim] such that x · rotation is nearest to y,
 * each row of both taken at norm 1, so that none counts for many; a row that is 0 in one of them says nothing. A direction of which nothing
 * is known stays. All 0 where even so some direction could turn one way or another. */
mt_status mt_procrustes(const float *x, const float *y, uint32_t rows, uint32_t dim, float *rotation, mt_error *error);

#endif

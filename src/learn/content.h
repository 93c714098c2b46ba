/* Content: item vectors from what items say of themselves, for catalogues without events and items nobody met yet.
 *
 * Terms are attribute values and title words, numbered by the caller. A cell is tf-idf, ln(1 + weight) ·
 * (1 + ln((1 + items) / (1 + items with the term))), and each row is scaled to length 1. The vectors are its truncated SVD
 * (latent semantic analysis), X ≈ U S Vᵀ, item vector = row of U S: inner products approach those of X's rows.
 *
 * The SVD is subspace iteration on XᵀX from a seeded random start (Halko et al. 2011) with a few extra dimensions, a QR
 * after each step, and a Jacobi eigen-decomposition of the small projected matrix at the end.
 *
 * With the vectors of an earlier day it starts from the space that those lie in, Xᵀ times them, and goes on only as long as a step
 * still explains more of X. Vectors of what did not change then hardly move, but for a turn: of two dimensions that explain about as much
 * none takes the other's place for a few items more or less. As the catalogue changes, each day's steps follow it.
 */
#ifndef MT_LEARN_CONTENT_H
#define MT_LEARN_CONTENT_H

#include "learn/lists.h"

/* Turns weights (key: item, entry: term, weight > 0: count times what the field is worth) to tf-idf with rows of length 1, in place. Terms that
 * only one item has say nothing about other items and get weight 0, as do terms under the caller's `at_least`. */
mt_status mt_content_tfidf(mt_lists *terms, uint32_t at_least, mt_error *error);

typedef struct mt_svd {
  uint32_t dims;       /* 1 .. 512 */
  uint32_t oversample; /* up to 512 further dimensions carried along; 8 to 16 usual */
  uint32_t steps;      /* applications of XᵀX, 4 to 10 usual; with a start at most so many */
  uint64_t seed;
  const float *start; /* [rows->keys][stride] vectors to begin from, zeros for a row without; or NULL */
} mt_svd;

/* vectors[rows->keys][stride] = U S, stride = dims rounded up to 4, padding 0; values[dims] = the singular values,
 * falling; both may be asked for alone (the other NULL). Dimensions beyond the matrix's rank come out as 0. Each
 * dimension's sign is such that its largest component in V is positive. */
mt_status mt_svd_train(const mt_svd *svd, const mt_lists *rows, float *vectors, float *values, mt_error *error);

#endif

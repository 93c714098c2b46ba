/* Positive pointwise mutual information: how much more often two items meet than chance has it.
 *
 *   weight(i, j) = max(0, log of  n_ij / n_i  over  n_j^SMOOTH / sum of n^SMOOTH)
 *
 * n_ij is how much i and j met, n_i and n_j their sums; SMOOTH keeps what is seldom met from looking like more than it is.
 * The truncated SVD of this matrix (content.h) is what word2vec, and item2vec of sequences of items, approach by steps (Levy,
 * Goldberg & Dagan 2015).
 */
#ifndef MT_LEARN_PPMI_H
#define MT_LEARN_PPMI_H

#include "learn/lists.h"

#define MT_PPMI_SMOOTH 0.75

/* Turns counts (key and entry: items, weight >= 0) to weights, in place, each row scaled to length 1; a row without anything
 * above chance becomes 0. */
mt_status mt_ppmi(mt_lists *counts, mt_error *error);

#endif

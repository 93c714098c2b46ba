/* Neighbours: which items are met by the same people, as lists item -> (item, weight).
 *
 *   w(i -> j) = D_i^-key · D_j^-target · sum over users u of D_u^-user · r_ui · r_uj   [· n_ij / (n_ij + shrinkage)]
 *
 * r is the matrix of the log, n_ij the number of common users, D_u the sum of u's r, and D_i the sum of i's r: with all
 * exponents at 1/2 (user: 1) this is GF-CF's normalised adjacency, squared (Shen et al. 2021). Where `cosine` is set D_i
 * is the sum of squares, so that exponents 1/2, 1/2 and user 0 give the cosine. key > target favours popular items.
 */
#ifndef MT_LEARN_NEIGHBOURS_H
#define MT_LEARN_NEIGHBOURS_H

#include "learn/lists.h"

typedef struct mt_neighbours {
  float user_exponent, key_exponent, target_exponent;
  float shrinkage;  /* >= 0, in common users */
  bool cosine;
  uint32_t longest; /* users with more items than this are passed over: work is bounded by events · longest */
  uint32_t top;     /* entries kept per item */
  uint32_t people;  /* what fewer than these have in common is left out */
} mt_neighbours;

#define MT_NEIGHBOURS_ADJACENCY(n) ((mt_neighbours){1.0f, 0.5f, 0.5f, 0.0f, false, 5000, (n), 1})
#define MT_NEIGHBOURS_COSINE(n, shrink) ((mt_neighbours){0.0f, 0.5f, 0.5f, (shrink), true, 5000, (n), 1})

#define MT_NEIGHBOURS_WAYS 4

/* Lists of the items first .. last - 1 (list 0 of the result is item `first`), heaviest first, ties to the smaller item;
 * an item is not its own neighbour. Takes memory for (last - first) · top entries at most. The same numbers come out
 * however the items are divided into ranges, and however many ways are trained at once: out[ways] by how[ways], which pass
 * over the same users and leave out what equally few have in common; the pairs of the log, which are most of the work, are gone through
 * once. shared: of these items, or NULL. */
mt_status mt_neighbours_train(const mt_neighbours *how, uint32_t ways, const mt_lists *by_user, const mt_lists *by_item,
                              uint32_t first, uint32_t last, mt_lists *out, mt_shared *shared, mt_error *error);

#endif

/* LightGCN (He et al. 2020) over what people met: an item's vector is its own and what came to it through the graph.
 *
 * With d_i people of item i and d_u items of person u,
 *
 *     e = x + strength · P x,    P = D_i^-½ Rᵀ D_u^-1 R D_i^-½,    h_i = e_i / |e_i|
 *
 * are the layers 0 and 2 of LightGCN's items, where people have no vectors of their own; a person's layers 1 and 3 are then sums
 * of such e over what they met, which is what a device makes of a history. The vectors h are trained by factors.h; here slopes of
 * several batches come together, go back through the graph, which is symmetric, and move x by Adagrad; then h is made anew.
 *
 * A round trip is four passes over the log: people from items, then items from people, backwards and forwards. Rows of a pass are
 * divided among threads as one likes: each row is a sum in its own order.
 */
#ifndef MT_LEARN_SPREAD_H
#define MT_LEARN_SPREAD_H

#include "learn/factors.h"

typedef struct mt_spread {
  mt_factors *factors;
  const mt_lists *by_user, *by_item;
  float strength;
  float *own;    /* x [items][stride] */
  float *slopes; /* of the losses by h, then by e [items][stride] */
  float *people; /* R D_i^-½ x, or of the slopes, by person [people][stride] */
  float *root;   /* d_i^-½ [items], 0 where nobody met it */
  float *length; /* |e_i| [items] */
} mt_spread;

typedef enum mt_spread_way { MT_FORWARDS = 0, MT_BACKWARDS = 1 } mt_spread_way;

/* From here on steps of `factors`, which stay until mt_spread_free, gather slopes; x begins as their vectors, and a trip forwards
 * makes the first h. `by_item` is the transpose of their lists. */
mt_status mt_spread_start(mt_factors *factors, const mt_lists *by_item, float strength, mt_spread *out, mt_error *error);
void mt_spread_free(mt_spread *spread);

/* Rows first .. last - 1 of the two passes of a trip; the second begins when the first is whole. Backwards x moves, and slopes are 0
 * again. */
mt_status mt_spread_to_people(mt_spread *spread, mt_spread_way way, uint32_t first, uint32_t last, mt_error *error);
mt_status mt_spread_to_items(mt_spread *spread, mt_spread_way way, uint32_t first, uint32_t last, mt_error *error);

/* Before a trip backwards: slopes by h become slopes by e. */
void mt_spread_turn(mt_spread *spread);

#endif

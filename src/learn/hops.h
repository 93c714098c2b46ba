/* Two hops: what follows what follows an item, as well as what follows it.
 *
 *     w2(i -> j) = w(i -> j) + onward · sum over k of w(i -> k) · w(k -> j) / w(k),   w(k) = sum over j of w(k -> j)
 *
 * Where an item has few events, its list is short and noisy, and what its neighbours lead to says the rest (transitive
 * neighbours: Nikolakopoulos & Karypis 2016; two steps are enough for most next items: Temporal Graph Hops, 2026). A hop
 * shares out what reached it, so that `onward` means the same on a log of any density.
 *
 * What few people did is merged: w(i -> j) that rests on fewer people than is asked adds nothing to its own pair, but takes part in
 * hops, and a sum stays where its steps are of people enough.
 */
#ifndef MT_LEARN_HOPS_H
#define MT_LEARN_HOPS_H

#include "learn/transitions.h"

/* share[items of `one`]: onward / w(k), 0 for lists without entries; onward >= 0. Once for all ranges. */
mt_status mt_hops_share(const mt_lists *one, float onward, float *share, mt_error *error);

/* Who made each step (mt_transitions_who), and how many people a sum must rest on. who NULL: nobody asks. */
typedef struct mt_walked {
  const uint32_t *who; /* [entries of `one`][people] */
  uint32_t people;     /* >= 1 */
} mt_walked;

/* Of items first .. last - 1 (list 0 of the result is item `first`) the `top` heaviest, heaviest first, ties to the smaller
 * item; nothing follows itself. `one` has as many keys as items, and weights above 0, heaviest first: a hop goes on from the
 * first `fan` of a list, to the first `fan` of the next. The same numbers come out however the items are divided into ranges. */
mt_status mt_hops_train(const mt_lists *one, const float *share, mt_walked walked, uint32_t fan, uint32_t top, uint32_t first,
                        uint32_t last, mt_lists *out, mt_error *error);

#endif

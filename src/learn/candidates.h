/* How many of a scan's candidates are worth scoring, measured: items' own vectors ask, a thousand candidates of each scan
 * are scored by all layers, and the places at which the hundred best of those stood say how many would have done.
 *
 * It is a property of the codes and of how close the best are to each other, and differs twofold between catalogues. People's
 * histories need as many as items do, or fewer.
 */
#ifndef MT_LEARN_CANDIDATES_H
#define MT_LEARN_CANDIDATES_H

#include "bundle/vectors.h"

/* The number for 100 results, up to MT_CANDIDATES_MOST; 0 where the space has no more vectors or is a reference. */
mt_status mt_candidates_measure(const mt_space *space, uint64_t seed, uint32_t *candidates, mt_error *error);

#endif

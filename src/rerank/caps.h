/* Caps: at most n items with the same value in any m slots next to each other.
 *
 * Whether an item may stand at a slot is looked up among what stands around it: less than m slots before it, or after it
 * where a pin already holds its place. No window with the slot in it may have n of one of the item's values.
 */
#ifndef MT_RERANK_CAPS_H
#define MT_RERANK_CAPS_H

#include "rerank/match.h"

typedef enum mt_fit {
  MT_FITS,
  MT_FITS_LATER, /* not here, but perhaps at a later slot */
  MT_FITS_NEVER, /* at no later slot */
} mt_fit;

/* placed[k]: the item at each slot, MT_NOT_FOUND where there is none yet. *rule_ret: the rule that keeps the item out. */
mt_fit mt_caps_fit(const mt_matcher *matcher, const uint32_t *placed, uint32_t k, uint32_t slot, uint32_t item,
                   uint32_t *rule_ret);

#endif

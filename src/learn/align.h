/* Alignment: items that few met are to vary as those do that are met often, so that what tells these apart tells those apart too
 * (attribute correlation alignment: ESAM, Chen et al. 2020; CORAL, Sun & Saenko 2016).
 *
 *   strength / width² · ‖C(shown) - C(other)‖²,   C the covariance of the items' vectors
 *
 * is added to a step's loss; `shown` are what its pairs should be near, `other` what is drawn of all items.
 */
#ifndef MT_LEARN_ALIGN_H
#define MT_LEARN_ALIGN_H

#include <stdint.h>

#include "base/status.h"

typedef struct mt_alignment {
  uint32_t width; /* a multiple of 4 */
  float strength;
  uint32_t shown_count, other_count;
  const uint32_t *shown, *other; /* items, any as often as it is there */
} mt_alignment;

/* Adds the gradients in the items to sum[items][width], which must have met them (mt_fit_gather). */
mt_status mt_align(const mt_alignment *of, const float *table, float *sum, double *loss_ret, mt_error *error);

#endif

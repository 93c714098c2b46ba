/* Filters over attributes, as bitmaps: `{ genre: 'Drama', year: { gte: 1990 } }` is one call per condition, each
 * clearing the bits of the items that fail it. An item without the attribute fails every condition on it but "not".
 */
#ifndef MT_RECALL_FILTER_H
#define MT_RECALL_FILTER_H

#include "bundle/attributes.h"
#include "recall/bitmap.h"

/* Keeps items that have one of the marked values (or, with `not`, none of them). marks[values]: 1 where a value counts.
 * set_marks[sets] is scratch: whether each set of values passes is decided once, not per item. */
void mt_filter_values(const mt_attribute *attribute, const uint8_t *marks, bool negated, uint8_t *set_marks,
                      uint8_t *bitmap);

/* Keeps items whose number lies in [low, high], or in the open interval where `open_low`, `open_high` say so. */
void mt_filter_range(const mt_attribute *attribute, double low, bool open_low, double high, bool open_high, bool negated,
                     uint8_t *bitmap);

#endif

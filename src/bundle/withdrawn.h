/* Withdrawn: item numbers that have become holes. A withdrawn item keeps its number and its id, so that nothing else moves,
 * and counts in a history; nothing recommends it.
 *
 *    0  u8[ceil(items / 8)]   bit i % 8 of byte i / 8: item i is withdrawn; bits past the last item are 0
 */
#ifndef MT_BUNDLE_WITHDRAWN_H
#define MT_BUNDLE_WITHDRAWN_H

#include <stdbool.h>

#include "base/status.h"
#include "bundle/format.h"

typedef struct mt_withdrawn {
  const unsigned char *bits; /* NULL: no item is */
} mt_withdrawn;

mt_status mt_withdrawn_open(const unsigned char *bytes, size_t length, uint32_t items, mt_withdrawn *withdrawn, mt_error *error);

static inline bool mt_is_withdrawn(const mt_withdrawn *withdrawn, uint32_t item) {
  return withdrawn->bits != NULL && (withdrawn->bits[item / 8] >> item % 8 & 1) != 0;
}

/* Clears the bits of withdrawn items in a bitmap of the same order. */
void mt_withdrawn_clear(const mt_withdrawn *withdrawn, uint32_t items, uint8_t *bitmap);

#endif

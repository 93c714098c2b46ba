/* Repeats: how readily an item is taken again, and how long that takes, two bytes an item.
 *
 *    u8[items][2]   rate code r: 2^(-r / 16) of those who took the item take it again; 255: nobody
 *                   gap code g:  2^(g / 8) seconds lie between one taking and the next; 0: that is not known, or says nothing
 */
#ifndef MT_BUNDLE_REPEATS_H
#define MT_BUNDLE_REPEATS_H

#include "base/status.h"
#include "bundle/format.h"

#define MT_REPEATS_BYTES 2u /* of an item */
#define MT_NEVER 255u

typedef struct mt_repeats {
  const unsigned char *codes;
} mt_repeats;

mt_status mt_repeats_open(const unsigned char *bytes, size_t length, uint32_t items, mt_repeats *repeats, mt_error *error);

/* Between 0 and 1. */
float mt_repeats_rate(const mt_repeats *repeats, uint32_t item);
/* Seconds; 0 where it is not known. */
float mt_repeats_gap(const mt_repeats *repeats, uint32_t item);

/* rate[items] between 0 and 1, gap[items] >= 0 in seconds, into `out` of MT_REPEATS_BYTES * items bytes. */
void mt_repeats_encode(const float *rate, const float *gap, uint32_t items, unsigned char *out);

#endif

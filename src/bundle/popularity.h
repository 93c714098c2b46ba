/* Popularity: how much everybody met an item, one byte an item. Items are numbered by falling popularity, so the most
 * popular of any allowed set are the first of it.
 *
 *    0  f32  value[256]   what each code stands for, finite and >= 0; code 0 is 0: nobody met it
 * 1024  u8   code[items]
 */
#ifndef MT_BUNDLE_POPULARITY_H
#define MT_BUNDLE_POPULARITY_H

#include "base/status.h"
#include "bundle/format.h"

#define MT_POPULARITY_TABLE 1024u

typedef struct mt_popularity {
  uint32_t items;
  const unsigned char *values, *codes;
} mt_popularity;

mt_status mt_popularity_open(const unsigned char *bytes, size_t length, uint32_t items, mt_popularity *popularity,
                             mt_error *error);

static inline float mt_popularity_of(const mt_popularity *popularity, uint32_t item) {
  return mt_load_f32(popularity->values + 4 * (size_t)popularity->codes[item]);
}

/* counts[items] >= 0 into `out` of MT_POPULARITY_TABLE + items bytes: codes are even steps of the logarithm. */
void mt_popularity_encode(const float *counts, uint32_t items, unsigned char *out);

#endif

#include "bundle/popularity.h"

#include <math.h>

#include "bundle/check.h"

mt_status mt_popularity_open(const unsigned char *bytes, size_t length, uint32_t items, mt_popularity *popularity,
                             mt_error *error) {
  MT_TRY(mt_check_bytes("popularity", length, MT_POPULARITY_TABLE + (uint64_t)items, error));
  *popularity = (mt_popularity){items, bytes, bytes + MT_POPULARITY_TABLE};
  return mt_check_numbers("popularity", "value of a code", (const float *)(const void *)bytes, 256, 0, 1e30f, error);
}

void mt_popularity_encode(const float *counts, uint32_t items, unsigned char *out) {
  float least = INFINITY, most = 0;
  for (uint32_t i = 0; i < items; i++) {
    if (counts[i] > 0 && counts[i] < least) least = counts[i];
    if (counts[i] > most) most = counts[i];
  }
  float span = most > least ? logf(most / least) : 1;
  memset(out, 0, MT_POPULARITY_TABLE);
  for (uint32_t code = 1; most > 0 && code < 256; code++)
    mt_store_f32(out + 4 * (size_t)code, least * expf(span * (float)(code - 1) / 254));
  for (uint32_t i = 0; i < items; i++)
    out[MT_POPULARITY_TABLE + i] =
        counts[i] > 0 ? (unsigned char)(1 + (unsigned)floorf(254 * logf(counts[i] / least) / span + 0.5f)) : 0;
}

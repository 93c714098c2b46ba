#include "bundle/repeats.h"

#include <math.h>

#include "base/elementary.h"
#include "bundle/check.h"

#define RATE_STEPS 16.0f /* codes an octave */
#define GAP_STEPS 8.0f

mt_status mt_repeats_open(const unsigned char *bytes, size_t length, uint32_t items, mt_repeats *repeats, mt_error *error) {
  MT_TRY(mt_check_bytes("repeats", length, MT_REPEATS_BYTES * (uint64_t)items, error));
  repeats->codes = bytes;
  return MT_OK;
}

float mt_repeats_rate(const mt_repeats *repeats, uint32_t item) {
  unsigned code = repeats->codes[MT_REPEATS_BYTES * (size_t)item];
  return code == MT_NEVER ? 0 : mt_exp2f(-(float)code / RATE_STEPS);
}

float mt_repeats_gap(const mt_repeats *repeats, uint32_t item) {
  unsigned code = repeats->codes[MT_REPEATS_BYTES * (size_t)item + 1];
  return code == 0 ? 0 : mt_exp2f((float)code / GAP_STEPS);
}

static float octaves(float ratio) { return logf(ratio) * 1.44269504f; } /* 1 / ln 2 */

static unsigned char code_of(float steps, float least, float most) {
  float code = floorf(steps + 0.5f);
  return (unsigned char)(code < least ? least : code > most ? most : code);
}

void mt_repeats_encode(const float *rate, const float *gap, uint32_t items, unsigned char *out) {
  for (uint32_t i = 0; i < items; i++, out += MT_REPEATS_BYTES) {
    out[0] = rate[i] > 0 ? code_of(-RATE_STEPS * octaves(rate[i]), 0, MT_NEVER - 1) : MT_NEVER;
    out[1] = gap[i] > 0 ? code_of(GAP_STEPS * octaves(gap[i]), 1, 255) : 0;
  }
}

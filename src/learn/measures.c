#include "learn/measures.h"

#include <math.h>

mt_status mt_gains_start(uint32_t k, mt_gains *out, mt_error *error) {
  if (k == 0 || k > MT_MEASURES_MAX_K)
    return mt_fail(error, MT_INVALID, "measures: found k = %u, expected 1 to %u", k, MT_MEASURES_MAX_K);
  out->k = k;
  out->ideal[0] = 0;
  for (uint32_t p = 0; p < k; p++) {
    out->gain[p] = 1.0 / log2(p + 2.0);
    out->ideal[p + 1] = out->ideal[p] + out->gain[p];
  }
  return MT_OK;
}

void mt_measures_add(mt_measures *sums, const mt_gains *gains, const uint8_t *hit, uint32_t found, uint32_t held) {
  uint32_t k = gains->k, hits = 0, first = 0;
  double gain = 0;
  for (uint32_t p = 0; p < found && p < k; p++) {
    if (!hit[p]) continue;
    if (hits++ == 0) first = p + 1;
    gain += gains->gain[p];
  }
  sums->recall += hits / (double)held;
  sums->ndcg += gain / gains->ideal[held < k ? held : k];
  sums->hit_rate += hits > 0;
  sums->mrr += hits > 0 ? 1.0 / first : 0;
}

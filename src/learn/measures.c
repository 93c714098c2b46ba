#include "learn/measures.h"

#include <math.h>

static bool contains(const uint32_t *sorted, uint32_t n, uint32_t value) {
  uint32_t low = 0;
  while (n > 0) {
    uint32_t half = n / 2;
    if (sorted[low + half] < value) {
      low += half + 1;
      n -= half + 1;
    } else if (sorted[low + half] == value) {
      return true;
    } else {
      n = half;
    }
  }
  return false;
}

mt_status mt_measures_add(mt_measures *measures, uint32_t k, const uint32_t *recommended, uint32_t found,
                          const uint32_t *held, uint32_t held_count, uint32_t outside, uint8_t *seen, uint32_t items,
                          mt_error *error) {
  if (k == 0 || k > MT_MEASURES_MAX_K)
    return mt_fail(error, MT_INVALID, "measures: found k = %u, expected 1 to %u", k, MT_MEASURES_MAX_K);
  if (found > k) found = k;
  for (uint32_t i = 0; i < found; i++)
    if (recommended[i] >= items)
      return mt_fail(error, MT_INVALID, "measures: found item %u, expected less than %u", recommended[i], items);
  for (uint32_t i = 1; i < held_count; i++)
    if (held[i] <= held[i - 1]) return mt_fail(error, MT_INVALID, "measures: held-out items do not ascend at %u", i);
  for (uint32_t i = 0; i < found; i++) seen[recommended[i]] = 1;
  uint64_t all = (uint64_t)held_count + outside;
  if (all == 0) return MT_OK;
  double gain = 0, ideal = 0;
  uint32_t hits = 0, first = 0;
  for (uint32_t place = 1; place <= found; place++)
    if (contains(held, held_count, recommended[place - 1])) {
      gain += 1.0 / log2(place + 1.0);
      if (hits++ == 0) first = place;
    }
  for (uint32_t place = 1; place <= k && place <= all; place++) ideal += 1.0 / log2(place + 1.0);
  measures->users++;
  measures->recall += hits / (double)all;
  measures->ndcg += gain / ideal;
  measures->hit_rate += hits > 0;
  measures->mrr += hits > 0 ? 1.0 / first : 0;
  return MT_OK;
}

void mt_measures_finish(mt_measures *measures, const uint8_t *seen, uint32_t items) {
  double users = measures->users > 0 ? measures->users : 1;
  uint32_t distinct = 0;
  measures->recall /= users;
  measures->ndcg /= users;
  measures->hit_rate /= users;
  measures->mrr /= users;
  for (uint32_t i = 0; i < items; i++) distinct += seen[i] != 0;
  measures->coverage = items > 0 ? distinct / (double)items : 0;
}

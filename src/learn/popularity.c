#include "learn/popularity.h"

#include <math.h>
#include <stdlib.h>

/* Sums are kept in double and rounded once: out[i] does not depend on how many events came before. */
mt_status mt_popularity_trending(const mt_log *log, double share, float *out, mt_error *error) {
  if (log->time == NULL) return mt_fail(error, MT_INVALID, "trending: expected a log with times");
  if (!(share > 0)) return mt_fail(error, MT_INVALID, "trending: expected a half-life above 0");
  double first = INFINITY, last = -INFINITY;
  for (uint32_t e = 0; e < log->events; e++) {
    if (log->time[e] < first) first = log->time[e];
    if (log->time[e] > last) last = log->time[e];
  }
  double half_life = last > first ? share * (last - first) : INFINITY; /* one moment: all events are as new as they get */
  double *sum = calloc((size_t)log->items + 1, sizeof *sum);
  if (sum == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u items", log->items);
  for (uint32_t e = 0; e < log->events; e++)
    sum[log->item[e]] += log->weight[e] * exp2(-(last - log->time[e]) / half_life);
  for (uint32_t i = 0; i < log->items; i++) out[i] = (float)sum[i];
  free(sum);
  return MT_OK;
}

mt_status mt_popularity_first_seen(const mt_log *log, double *out, mt_error *error) {
  if (log->time == NULL) return mt_fail(error, MT_INVALID, "new items: expected a log with times");
  for (uint32_t i = 0; i < log->items; i++) out[i] = -INFINITY;
  for (uint32_t e = 0; e < log->events; e++) {
    double *seen = out + log->item[e];
    if (*seen == -INFINITY || log->time[e] < *seen) *seen = log->time[e];
  }
  return MT_OK;
}

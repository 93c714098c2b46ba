#include "learn/popularity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/topk.h"

/* Of so many people one at either end does not say how far a log reaches, and one of fewer. */
#define EDGE 1000

/* A time as a key that is larger for a later one. */
static uint64_t key_of(double time) {
  uint64_t bits;
  memcpy(&bits, &time, sizeof bits);
  return bits >> 63 ? ~bits : bits | 1ULL << 63;
}

static double time_of(uint64_t key) {
  uint64_t bits = key >> 63 ? key & ~(1ULL << 63) : ~key;
  double time;
  memcpy(&time, &bits, sizeof time);
  return time;
}

/* From the first events of people to their last, without the people at either end: keys[users]. */
static void span_of(const mt_log *log, uint64_t *keys, double *first_ret, double *last_ret) {
  *first_ret = *last_ret = 0;
  for (uint32_t end = 0; end < 2; end++) {
    uint32_t people = 0;
    for (uint32_t u = 0; u < log->users; u++) {
      uint32_t begin = log->start[u], after = log->start[u + 1];
      if (begin < after) keys[people++] = key_of(log->time[end == 0 ? begin : after - 1]);
    }
    if (people == 0) return;
    uint32_t edge = people / EDGE + 1 < (people + 1) / 2 ? people / EDGE + 1 : (people - 1) / 2;
    mt_sort_descending(keys, people);
    if (end == 0) *first_ret = time_of(keys[people - 1 - edge]);
    else *last_ret = time_of(keys[edge]);
  }
}

/* What one person says of each item, at its most: best[i] for the items that are met, 0 before and after. */
static void add_person(const mt_log *log, uint32_t user, double last, double half_life, double *best, double *sum) {
  for (uint32_t e = log->start[user]; e < log->start[user + 1]; e++) {
    double age = last - log->time[e], says = mt_log_weight(log, e) * exp2(-(age > 0 ? age : 0) / half_life);
    if (says > best[log->item[e]]) best[log->item[e]] = says;
  }
  for (uint32_t e = log->start[user]; e < log->start[user + 1]; e++) {
    sum[log->item[e]] += best[log->item[e]];
    best[log->item[e]] = 0;
  }
}

/* Sums are kept in double and rounded once: out[i] does not depend on how many events came before. */
mt_status mt_popularity_trending(const mt_log *log, double share, float *out, mt_error *error) {
  if (log->time == NULL) return mt_fail(error, MT_INVALID, "trending: expected a log with times");
  if (!(share > 0)) return mt_fail(error, MT_INVALID, "trending: expected a half-life above 0");
  double *sum = calloc((size_t)log->items + 1, 2 * sizeof *sum), *best = sum == NULL ? NULL : sum + log->items + 1;
  uint64_t *keys = mt_learn_alloc(log->users, sizeof *keys);
  if (sum == NULL || keys == NULL) {
    free(sum), free(keys);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u items and %u people", log->items, log->users);
  }
  double first, last;
  span_of(log, keys, &first, &last);
  double half_life = last > first ? share * (last - first) : INFINITY; /* one moment: all events are as new as they get */
  for (uint32_t u = 0; u < log->users; u++) add_person(log, u, last, half_life, best, sum);
  for (uint32_t i = 0; i < log->items; i++) out[i] = (float)sum[i];
  free(sum), free(keys);
  return MT_OK;
}

/* Puts one more time among the `people` earliest, which ascend; INFINITY: nobody yet. */
static void add_earliest(double *earliest, uint32_t people, double time) {
  uint32_t at = people;
  for (; at > 0 && time < earliest[at - 1]; at--)
    if (at < people) earliest[at] = earliest[at - 1];
  if (at < people) earliest[at] = time;
}

mt_status mt_popularity_first_seen(const mt_log *log, uint32_t people, double *out, mt_error *error) {
  if (log->time == NULL) return mt_fail(error, MT_INVALID, "new items: expected a log with times");
  if (people == 0) return mt_fail(error, MT_INVALID, "new items: expected a person at least");
  size_t cells;
  if (!mt_mul_size((size_t)log->items + 1, people, &cells)) cells = SIZE_MAX;
  double *earliest = mt_learn_alloc(cells, sizeof *earliest);
  uint32_t *latest = calloc((size_t)log->items + 1, sizeof *latest); /* one more than the last user who met it */
  if (earliest == NULL || latest == NULL) {
    free(earliest), free(latest);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u items and %u people of each", log->items, people);
  }
  for (size_t cell = 0; cell < cells; cell++) earliest[cell] = INFINITY;
  for (uint32_t u = 0; u < log->users; u++)
    for (uint32_t e = log->start[u]; e < log->start[u + 1]; e++) { /* oldest first: the first of an item is that of the user */
      uint32_t item = log->item[e];
      if (latest[item] != u + 1) add_earliest(earliest + (size_t)item * people, people, log->time[e]);
      latest[item] = u + 1;
    }
  for (uint32_t i = 0; i < log->items; i++) {
    double reached = earliest[(size_t)i * people + people - 1];
    out[i] = reached < INFINITY ? reached : -INFINITY;
  }
  free(earliest), free(latest);
  return MT_OK;
}

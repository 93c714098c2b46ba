#include "learn/log.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static mt_status check_events(uint32_t users, uint32_t items, uint32_t events, const uint32_t *user,
                              const uint32_t *item, const double *time, const float *weight, mt_error *error) {
  for (uint32_t e = 0; e < events; e++) {
    if (user[e] >= users)
      return mt_fail(error, MT_INVALID, "log: event %u: found user %u, expected less than %u", e, user[e], users);
    if (item[e] >= items)
      return mt_fail(error, MT_INVALID, "log: event %u: found item %u, expected less than %u", e, item[e], items);
    if (time != NULL && !isfinite(time[e])) return mt_fail(error, MT_INVALID, "log: event %u: time is not finite", e);
    if (weight != NULL && !(isfinite(weight[e]) && weight[e] > 0))
      return mt_fail(error, MT_INVALID, "log: event %u: weight is not a number above 0", e);
  }
  return MT_OK;
}

/* Sorts order[n] (rows of the input) by time, stably: merge sort, bottom up, between the two buffers. */
static void sort_by_time(uint32_t *order, uint32_t *other, uint32_t n, const double *time) {
  bool sorted = true;
  for (uint32_t i = 1; sorted && i < n; i++) sorted = time[order[i - 1]] <= time[order[i]];
  if (sorted) return;
  uint32_t *from = order, *to = other;
  for (size_t run = 1; run < n; run *= 2) {
    for (size_t begin = 0; begin < n; begin += 2 * run) {
      size_t middle = begin + run < n ? begin + run : n, end = begin + 2 * run < n ? begin + 2 * run : n;
      size_t a = begin, b = middle;
      for (size_t at = begin; at < end; at++)
        to[at] = a < middle && (b == end || time[from[a]] <= time[from[b]]) ? from[a++] : from[b++];
    }
    uint32_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != order) memcpy(order, from, n * sizeof *order);
}

mt_status mt_log_build(uint32_t users, uint32_t items, uint32_t events, const uint32_t *user, const uint32_t *item,
                       const double *time, const float *weight, mt_log *out, mt_error *error) {
  *out = (mt_log){users, items, events, NULL, NULL, NULL, NULL};
  MT_TRY(check_events(users, items, events, user, item, time, weight, error));
  size_t starts;
  out->start = mt_add_size(users, 1, &starts) ? mt_learn_alloc(starts, sizeof *out->start) : NULL;
  out->item = mt_learn_alloc(events, sizeof *out->item);
  out->weight = mt_learn_alloc(events, sizeof *out->weight);
  out->time = time == NULL ? NULL : mt_learn_alloc(events, sizeof *out->time);
  uint32_t *order = mt_learn_alloc(events, 2 * sizeof *order);
  if (out->start == NULL || out->item == NULL || out->weight == NULL || (time != NULL && out->time == NULL) ||
      order == NULL) {
    free(order);
    mt_log_free(out);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for a log of %u events", events);
  }
  /* Counting sort by user; filling moves each start to its end, shifting by one puts that right. */
  uint32_t *start = out->start;
  memset(start, 0, starts * sizeof *start);
  for (uint32_t e = 0; e < events; e++) start[user[e] + 1]++;
  for (uint32_t u = 0; u < users; u++) start[u + 1] += start[u];
  for (uint32_t e = 0; e < events; e++) order[start[user[e]]++] = e;
  memmove(start + 1, start, users * sizeof *start);
  start[0] = 0;
  if (time != NULL)
    for (uint32_t u = 0; u < users; u++) sort_by_time(order + start[u], order + events, start[u + 1] - start[u], time);
  for (uint32_t e = 0; e < events; e++) {
    out->item[e] = item[order[e]];
    out->weight[e] = weight == NULL ? 1.0f : weight[order[e]];
    if (time != NULL) out->time[e] = time[order[e]];
  }
  free(order);
  return MT_OK;
}

void mt_log_free(mt_log *log) {
  free(log->start);
  free(log->item);
  free(log->weight);
  free(log->time);
  log->start = log->item = NULL;
  log->weight = NULL;
  log->time = NULL;
}

/* Each (user, item) once, in order of first meeting. place[i] - 1 is where item i stands, if that is in this list. */
static void collapse(const mt_log *log, mt_repeat_weight repeats, uint32_t *place, mt_lists *out) {
  uint32_t used = 0;
  for (uint32_t u = 0; u < log->users; u++) {
    uint32_t begin = used;
    for (uint32_t e = log->start[u]; e < log->start[u + 1]; e++) {
      uint32_t item = log->item[e], at = place[item];
      if (at <= begin) {
        out->items[used] = item;
        out->weights[used++] = log->weight[e];
        place[item] = used;
      } else if (repeats == MT_REPEATS_SUM) {
        out->weights[at - 1] += log->weight[e];
      } else if (log->weight[e] > out->weights[at - 1]) {
        out->weights[at - 1] = log->weight[e];
      }
    }
    out->start[u + 1] = used;
  }
}

mt_status mt_log_matrix(const mt_log *log, mt_repeat_weight repeats, mt_lists *by_user, mt_lists *by_item, mt_error *error) {
  mt_lists unsorted;
  *by_user = *by_item = (mt_lists){0};
  MT_TRY(mt_lists_alloc(log->users, log->items, log->events, &unsorted, error));
  uint32_t *place = calloc((size_t)log->items + 1, sizeof *place);
  mt_status status = MT_OK;
  if (place == NULL) status = mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u items", log->items);
  if (status == MT_OK) {
    collapse(log, repeats, place, &unsorted);
    status = mt_lists_transpose(&unsorted, by_item, error);
  }
  free(place);
  mt_lists_free(&unsorted);
  if (status == MT_OK) status = mt_lists_transpose(by_item, by_user, error);
  if (status != MT_OK) mt_lists_free(by_item);
  return status;
}

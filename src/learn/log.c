#include "learn/log.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Event n of a part, which is row n of the file. */
static mt_status check_event(const mt_log *log, uint32_t row, uint32_t user, uint32_t item, const double *time,
                             const float *weight, mt_error *error) {
  if (user >= log->users)
    return mt_fail(error, MT_INVALID, "log: event %u: found user %u, expected less than %u", row, user, log->users);
  if (item >= log->items)
    return mt_fail(error, MT_INVALID, "log: event %u: found item %u, expected less than %u", row, item, log->items);
  if (time != NULL && !isfinite(*time)) return mt_fail(error, MT_INVALID, "log: event %u: time is not finite", row);
  if (weight != NULL && !(isfinite(*weight) && *weight > 0))
    return mt_fail(error, MT_INVALID, "log: event %u: weight is not a number above 0", row);
  return MT_OK;
}

mt_status mt_log_start(uint32_t users, uint32_t items, const uint32_t *counts, bool timed, bool weighted, mt_log *out,
                       mt_error *error) {
  uint64_t events = 0;
  for (uint32_t u = 0; u < users; u++) events += counts[u];
  *out = (mt_log){users, items, (uint32_t)events, NULL, NULL, NULL, NULL};
  size_t starts;
  if (events >= UINT32_MAX) return mt_fail(error, MT_NO_MEMORY, "learn: found a log of more than 2^32 events");
  out->start = mt_add_size(users, 1, &starts) ? mt_learn_alloc(starts, sizeof *out->start) : NULL;
  out->item = mt_learn_alloc(out->events, sizeof *out->item);
  out->weight = weighted ? mt_learn_alloc(out->events, sizeof *out->weight) : NULL;
  out->time = timed ? mt_learn_alloc(out->events, sizeof *out->time) : NULL;
  if (out->start == NULL || out->item == NULL || (weighted && out->weight == NULL) || (timed && out->time == NULL)) {
    mt_log_free(out);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for a log of %u events", (uint32_t)events);
  }
  out->start[0] = 0;
  for (uint32_t u = 0; u < users; u++) out->start[u + 1] = out->start[u] + counts[u];
  return MT_OK;
}

/* Filling moves each start to its end; mt_log_finish puts that right. */
mt_status mt_log_add(mt_log *log, uint32_t row, uint32_t n, const uint32_t *user, const uint32_t *item, const double *time,
                     const float *weight, mt_error *error) {
  for (uint32_t e = 0; e < n; e++) {
    const double *when = time == NULL ? NULL : time + e;
    const float *much = weight == NULL ? NULL : weight + e;
    MT_TRY(check_event(log, row + e, user[e], item[e], when, much, error));
    uint32_t at = log->start[user[e]];
    if (at >= log->events || (log->time == NULL) != (time == NULL) || (log->weight == NULL) != (weight == NULL))
      return mt_fail(error, MT_INVALID, "log: event %u: expected the events that were counted", row + e);
    log->start[user[e]]++;
    log->item[at] = item[e];
    if (weight != NULL) log->weight[at] = weight[e];
    if (time != NULL) log->time[at] = time[e];
  }
  return MT_OK;
}

mt_status mt_log_finish(mt_log *log, uint32_t events, mt_error *error) {
  if (events != log->events)
    return mt_fail(error, MT_INVALID, "log: found %u events, expected the %u that were counted", events, log->events);
  memmove(log->start + 1, log->start, log->users * sizeof *log->start);
  log->start[0] = 0;
  return MT_OK;
}

/* Room to put one user's events into their order. */
typedef struct shuffle {
  uint32_t *order, *other, *item; /* [longest] */
  float *weight;
  double *time;
} shuffle;

/* Sorts order[n] by time, stably: merge sort, bottom up, between the two buffers. Which of them holds the result. */
static const uint32_t *sort_by_time(const shuffle *s, uint32_t n, const double *time) {
  for (uint32_t i = 0; i < n; i++) s->order[i] = i;
  uint32_t *from = s->order, *to = s->other;
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
  return from;
}

static void sort_user(const mt_log *log, uint32_t begin, uint32_t n, const shuffle *s) {
  uint32_t *item = log->item + begin;
  double *time = log->time + begin;
  bool sorted = true;
  for (uint32_t i = 1; sorted && i < n; i++) sorted = time[i - 1] <= time[i];
  if (sorted) return;
  const uint32_t *order = sort_by_time(s, n, time);
  for (uint32_t i = 0; i < n; i++) {
    s->item[i] = item[order[i]];
    if (log->weight != NULL) s->weight[i] = log->weight[begin + order[i]];
    s->time[i] = time[order[i]];
  }
  memcpy(item, s->item, n * sizeof *item);
  if (log->weight != NULL) memcpy(log->weight + begin, s->weight, n * sizeof *s->weight);
  memcpy(time, s->time, n * sizeof *time);
}

mt_status mt_log_sort(const mt_log *log, uint32_t first, uint32_t last, mt_error *error) {
  if (first > last || last > log->users)
    return mt_fail(error, MT_INVALID, "log: found users %u to %u, expected a range within %u", first, last, log->users);
  if (log->time == NULL) return MT_OK;
  uint32_t longest = 0;
  for (uint32_t u = first; u < last; u++)
    if (log->start[u + 1] - log->start[u] > longest) longest = log->start[u + 1] - log->start[u];
  shuffle s = {.order = mt_learn_alloc(longest, 3 * sizeof *s.order),
               .weight = mt_learn_alloc(longest, sizeof *s.weight),
               .time = mt_learn_alloc(longest, sizeof *s.time)};
  mt_status status = MT_OK;
  if (s.order == NULL || s.weight == NULL || s.time == NULL) {
    status = mt_fail(error, MT_NO_MEMORY, "learn: no memory to sort %u events", longest);
  } else {
    s.other = s.order + longest;
    s.item = s.other + longest;
    for (uint32_t u = first; u < last; u++) sort_user(log, log->start[u], log->start[u + 1] - log->start[u], &s);
  }
  free(s.order), free(s.weight), free(s.time);
  return status;
}

mt_status mt_log_build(uint32_t users, uint32_t items, uint32_t events, const uint32_t *user, const uint32_t *item,
                       const double *time, const float *weight, mt_log *out, mt_error *error) {
  *out = (mt_log){users, items, events, NULL, NULL, NULL, NULL};
  uint32_t *counts = calloc((size_t)users + 1, sizeof *counts);
  if (counts == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u users", users);
  for (uint32_t e = 0; e < events; e++)
    if (user[e] < users) counts[user[e]]++; /* another is named when it is added */
  mt_status status = mt_log_start(users, items, counts, time != NULL, weight != NULL, out, error);
  free(counts);
  if (status != MT_OK) return status;
  status = mt_log_add(out, 0, events, user, item, time, weight, error);
  if (status == MT_OK) status = mt_log_finish(out, events, error);
  if (status == MT_OK) status = mt_log_sort(out, 0, users, error);
  if (status != MT_OK) mt_log_free(out);
  return status;
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
        out->weights[used++] = mt_log_weight(log, e);
        place[item] = used;
      } else if (repeats == MT_REPEATS_SUM) {
        out->weights[at - 1] += mt_log_weight(log, e);
      } else if (mt_log_weight(log, e) > out->weights[at - 1]) {
        out->weights[at - 1] = mt_log_weight(log, e);
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

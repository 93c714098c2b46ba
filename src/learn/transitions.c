#include "learn/transitions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WINDOW 64

/* Every pair goes under its earlier item; the same pair may come many times. */
static void scatter(const mt_log *log, uint32_t window, const float *by_distance, mt_lists *pairs) {
  uint32_t *start = pairs->start;
  for (int filling = 0; filling < 2; filling++) {
    for (uint32_t u = 0; u < log->users; u++)
      for (uint32_t e = log->start[u]; e < log->start[u + 1]; e++)
        for (uint32_t k = 1; k <= window && e + k < log->start[u + 1]; k++) {
          if (log->item[e] == log->item[e + k]) continue;
          if (filling == 0) {
            start[log->item[e] + 1]++;
            continue;
          }
          uint32_t at = start[log->item[e]]++;
          pairs->items[at] = log->item[e + k];
          pairs->weights[at] = by_distance[k];
        }
    if (filling == 0)
      for (uint32_t i = 0; i < log->items; i++) start[i + 1] += start[i];
  }
  memmove(start + 1, start, log->items * sizeof *start);
  start[0] = 0;
}

/* Sums equal pairs, in place; in[j] gets what reaches j. place[j] - 1 is where j stands, if that is in this list. */
static void add_up(mt_lists *pairs, uint32_t *place, double *in) {
  uint32_t used = 0, begin = 0;
  for (uint32_t i = 0; i < pairs->keys; i++) {
    uint32_t end = pairs->start[i + 1], first = used;
    for (uint32_t e = begin; e < end; e++) {
      uint32_t j = pairs->items[e];
      float weight = pairs->weights[e];
      in[j] += weight;
      if (place[j] > first) {
        pairs->weights[place[j] - 1] += weight;
      } else {
        pairs->items[used] = j;
        pairs->weights[used++] = weight;
        place[j] = used;
      }
    }
    pairs->start[i + 1] = used;
    begin = end;
  }
}

static void normalise(mt_lists *pairs, const mt_transitions *how, const double *in) {
  for (uint32_t i = 0; i < pairs->keys; i++) {
    double out = 0;
    for (uint32_t e = pairs->start[i]; e < pairs->start[i + 1]; e++) out += pairs->weights[e];
    for (uint32_t e = pairs->start[i]; e < pairs->start[i + 1]; e++)
      pairs->weights[e] *= powf((float)out, -how->key_exponent) * powf((float)in[pairs->items[e]], -how->target_exponent);
  }
}

mt_status mt_transitions_train(const mt_transitions *how, const mt_log *log, mt_lists *out, mt_error *error) {
  *out = (mt_lists){0};
  if (how->window == 0 || how->window > MAX_WINDOW)
    return mt_fail(error, MT_INVALID, "transitions: found a window of %u, expected 1 to %u", how->window, MAX_WINDOW);
  float by_distance[MAX_WINDOW + 1] = {0};
  size_t room = 0;
  for (uint32_t k = 1; k <= how->window; k++) by_distance[k] = powf((float)k, -how->decay);
  if (!mt_mul_size(log->events, how->window, &room)) room = SIZE_MAX;
  MT_TRY(mt_lists_alloc(log->items, log->items, room, out, error));
  uint32_t *place = calloc((size_t)log->items + 1, sizeof *place);
  double *in = calloc((size_t)log->items + 1, sizeof *in);
  mt_status status = MT_OK;
  if (place == NULL || in == NULL) {
    status = mt_fail(error, MT_NO_MEMORY, "learn: no memory for transitions of %u items", log->items);
  } else {
    scatter(log, how->window, by_distance, out);
    add_up(out, place, in);
    normalise(out, how, in);
    status = mt_lists_truncate(out, how->top, error);
  }
  free(place);
  free(in);
  if (status != MT_OK) mt_lists_free(out);
  return status;
}

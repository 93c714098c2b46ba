#include "learn/repeats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Scratch of one walk over the log: the last event of each item, and whose it was. */
typedef struct repeats {
  const mt_log *log;
  uint32_t *user;   /* [items] one more than the last user who took it; 0: nobody yet */
  uint32_t *event;  /* [items] … at this event */
  bool *again;      /* [items] … and whether that user took it twice */
  uint32_t *people, *returned; /* [items] */
  size_t *start;    /* [items + 1] gaps of each item: begin as counts */
  double *gaps;
} repeats;

static bool same_moment(const mt_log *log, uint32_t one, uint32_t other) {
  return log->time != NULL && log->time[one] == log->time[other];
}

/* Calls `gap` with every gap in the log, and counts people. */
static void walk(repeats *r, void (*gap)(repeats *r, uint32_t item, double seconds)) {
  const mt_log *log = r->log;
  memset(r->user, 0, log->items * sizeof *r->user);
  memset(r->people, 0, log->items * sizeof *r->people);
  memset(r->returned, 0, log->items * sizeof *r->returned);
  for (uint32_t u = 0; u < log->users; u++)
    for (uint32_t e = log->start[u]; e < log->start[u + 1]; e++) {
      uint32_t item = log->item[e];
      if (r->user[item] != u + 1) {
        r->people[item]++;
        r->again[item] = false;
      } else if (!same_moment(log, r->event[item], e)) {
        r->returned[item] += !r->again[item];
        r->again[item] = true;
        if (log->time != NULL) gap(r, item, log->time[e] - log->time[r->event[item]]);
      }
      r->user[item] = u + 1;
      r->event[item] = e;
    }
}

static void count_gap(repeats *r, uint32_t item, double seconds) {
  (void)seconds;
  r->start[item + 1]++;
}
static void keep_gap(repeats *r, uint32_t item, double seconds) { r->gaps[r->start[item]++] = seconds; }

static int by_size(const void *a, const void *b) {
  double one = *(const double *)a, other = *(const double *)b;
  return (one > other) - (one < other);
}

static float median(double *gaps, size_t count) {
  if (count == 0) return 0;
  qsort(gaps, count, sizeof *gaps, by_size);
  return (float)gaps[count / 2];
}

static void rates(const repeats *r, float prior, uint32_t least, float *rate) {
  double people = 0, returned = 0;
  for (uint32_t i = 0; i < r->log->items; i++) {
    people += r->people[i];
    returned += r->returned[i];
  }
  double mean = people > 0 ? returned / people : 0;
  for (uint32_t i = 0; i < r->log->items; i++)
    rate[i] = (float)(r->people[i] < least ? mean : (r->returned[i] + prior * mean) / (r->people[i] + (double)prior));
}

/* Each item's median; then, when its gaps are no longer needed in their place, that of all. */
static void medians(repeats *r, size_t count, uint32_t least, float *gap) {
  for (uint32_t i = 0; i < r->log->items; i++) { /* keep_gap has moved each start to where the next one's gaps begin */
    size_t first = i == 0 ? 0 : r->start[i - 1], own = r->start[i] - first;
    gap[i] = own < MT_FEW_GAPS || r->returned[i] < least ? NAN : median(r->gaps + first, own);
  }
  float all = median(r->gaps, count);
  for (uint32_t i = 0; i < r->log->items; i++)
    if (isnan(gap[i])) gap[i] = all;
}

mt_status mt_train_repeats(const mt_log *log, float prior, uint32_t people, float *rate, float *gap, mt_error *error) {
  if (!(prior > 0)) return mt_fail(error, MT_INVALID, "repeats: expected a prior above 0");
  size_t items = log->items + (size_t)1;
  repeats r = {.log = log};
  r.user = calloc(3 * items, sizeof *r.user);
  r.event = calloc(items, sizeof *r.event);
  r.again = calloc(items, sizeof *r.again);
  r.start = calloc(items, sizeof *r.start);
  r.gaps = calloc((size_t)log->events + 1, sizeof *r.gaps);
  mt_status status = MT_OK;
  if (r.user == NULL || r.event == NULL || r.again == NULL || r.start == NULL || r.gaps == NULL)
    status = mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u items", log->items);
  else {
    r.people = r.user + items;
    r.returned = r.people + items;
    walk(&r, count_gap);
    for (uint32_t i = 0; i < log->items; i++) r.start[i + 1] += r.start[i];
    size_t count = r.start[log->items];
    walk(&r, keep_gap);
    rates(&r, prior, people, rate);
    medians(&r, count, people, gap);
  }
  free(r.user), free(r.event), free(r.again), free(r.start), free(r.gaps);
  return status;
}

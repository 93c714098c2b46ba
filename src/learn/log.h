/* The interaction log: who met what, when, and how strongly.
 *
 * Two views. The sequence keeps every event, user by user, in time order (ties and logs without time: file order);
 * transitions and evaluation read it. The matrix keeps each (user, item) once; co-occurrence and factorisation read it.
 */
#ifndef MT_LEARN_LOG_H
#define MT_LEARN_LOG_H

#include "learn/lists.h"

typedef struct mt_log {
  uint32_t users, items, events;
  uint32_t *start; /* [users + 1]: user u's events are start[u] .. start[u + 1] - 1, oldest first */
  uint32_t *item;  /* [events] */
  float *weight;   /* [events] > 0, or NULL: 1 each */
  double *time;    /* [events], or NULL */
} mt_log;

typedef enum mt_repeat_weight {
  MT_REPEATS_MAX = 0, /* the strongest event of a (user, item) counts */
  MT_REPEATS_SUM = 1,
} mt_repeat_weight;

static inline float mt_log_weight(const mt_log *log, uint32_t event) {
  return log->weight == NULL ? 1.0f : log->weight[event];
}

/* A log in parts, so that what it is made of need not stand beside it: room for counts[users] events of each user, then events
 * in file order, n at a time (times and weights as below, where they were announced; row: how many came before), as many of
 * each user as were counted; then users first .. last - 1 in the order of time, which several threads may do at once. */
mt_status mt_log_start(uint32_t users, uint32_t items, const uint32_t *counts, bool timed, bool weighted, mt_log *out,
                       mt_error *error);
mt_status mt_log_add(mt_log *log, uint32_t row, uint32_t n, const uint32_t *user, const uint32_t *item, const double *time,
                     const float *weight, mt_error *error);
mt_status mt_log_finish(mt_log *log, uint32_t events, mt_error *error);
mt_status mt_log_sort(const mt_log *log, uint32_t first, uint32_t last, mt_error *error);

/* All of that at once. Copies the events into a log. user[events] < users, item[events] < items; time[events] finite or NULL;
 * weight[events] finite and > 0, or NULL for all 1 (dislikes are not for training: leave them out). A wrong event is named by
 * its row. */
mt_status mt_log_build(uint32_t users, uint32_t items, uint32_t events, const uint32_t *user, const uint32_t *item,
                       const double *time, const float *weight, mt_log *out, mt_error *error);
void mt_log_free(mt_log *log);

/* The matrix by user (items ascend) and by item (users ascend). */
mt_status mt_log_matrix(const mt_log *log, mt_repeat_weight repeats, mt_lists *by_user, mt_lists *by_item, mt_error *error);

#endif

/* A random log of few people and items, and the matrix that it makes. */
#ifndef MT_TESTS_WORLD_H
#define MT_TESTS_WORLD_H

#include "learn_help.h"

#include "base/rng.h"
#include "learn/log.h"

#define MAX_EVENTS 2000
#define MAX_SIDE 64

/* A random log: repeats, ties of time, users and items without events all occur. */
typedef struct world {
  uint32_t users, items, events;
  uint32_t user[MAX_EVENTS], item[MAX_EVENTS];
  double time[MAX_EVENTS];
  float weight[MAX_EVENTS];
  mt_log log;
  mt_lists by_user, by_item;
  double r[MAX_SIDE][MAX_SIDE]; /* the matrix, repeats summed or the strongest */
} world;

static inline void make_world(world *w, uint32_t users, uint32_t items, uint32_t events, bool weighted, mt_repeat_weight repeats,
                       uint64_t seed) {
  mt_rng rng = mt_rng_seed(seed);
  mt_error error = {0};
  memset(w, 0, sizeof *w);
  w->users = users;
  w->items = items;
  w->events = events;
  for (uint32_t e = 0; e < events; e++) {
    uint32_t u = w->user[e] = mt_rng_below(&rng, users > 3 ? users - 2 : users); /* the last two users stay empty */
    uint32_t i = mt_rng_below(&rng, items);
    w->item[e] = i = i == 1 && items > 2 ? 0 : i; /* so does item 1 */
    w->time[e] = mt_rng_below(&rng, 20);
    w->weight[e] = weighted ? 0.5f + mt_rng_unit(&rng) : 1.0f;
    double x = (double)w->weight[e];
    if (repeats == MT_REPEATS_SUM) w->r[u][i] += x;
    else if (x > w->r[u][i]) w->r[u][i] = x;
  }
  ok(mt_log_build(users, items, events, w->user, w->item, w->time, w->weight, &w->log, &error), &error);
  ok(mt_log_matrix(&w->log, repeats, &w->by_user, &w->by_item, &error), &error);
}
static inline void free_world(world *w) {
  mt_log_free(&w->log);
  mt_lists_free(&w->by_user);
  mt_lists_free(&w->by_item);
}

#endif

#include "learn/transitions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/topk.h"

static mt_status check(const mt_transitions *how, mt_error *error) {
  if (how->window == 0 || how->window > MT_MAX_WINDOW)
    return mt_fail(error, MT_INVALID, "transitions: found a window of %u, expected 1 to %u", how->window, MT_MAX_WINDOW);
  if (!(how->back >= 0) || !isfinite(how->back))
    return mt_fail(error, MT_INVALID, "transitions: expected `back` to be 0 or above");
  return MT_OK;
}

static void fill_distances(const mt_transitions *how, float by_distance[MT_MAX_WINDOW + 1]) {
  by_distance[0] = 0;
  for (uint32_t k = 1; k <= how->window; k++) by_distance[k] = powf((float)k, -how->decay);
}

/* -- steps --------------------------------------------------------------------------------------------------------- */

void mt_steps_free(mt_steps *steps) {
  free(steps->start);
  free(steps->event);
  free(steps->gone);
  free(steps->left);
  free(steps->in);
  free(steps->user);
  *steps = (mt_steps){0};
}

static unsigned char at_most(uint32_t count) { return (unsigned char)(count < MT_MAX_WINDOW ? count : MT_MAX_WINDOW); }

/* What the events up to `most` places away, in one direction, weigh together; an item does not reach itself. */
static float reach_of(const uint32_t *item, ptrdiff_t direction, uint32_t most, const float *by_distance) {
  float sum = 0;
  for (ptrdiff_t k = 1; k <= (ptrdiff_t)most; k++) sum += item[direction * k] == item[0] ? 0 : by_distance[k];
  return sum;
}

static void find_events(const mt_log *log, mt_steps *out) {
  uint32_t *start = out->start;
  memset(start, 0, ((size_t)log->items + 1) * sizeof *start);
  for (uint32_t e = 0; e < log->events; e++) start[log->item[e] + 1]++;
  for (uint32_t i = 0; i < log->items; i++) start[i + 1] += start[i];
  for (uint32_t e = 0; e < log->events; e++) out->event[start[log->item[e]]++] = e;
  memmove(start + 1, start, log->items * sizeof *start); /* filling has moved every start to its end */
  start[0] = 0;
}

mt_status mt_steps_build(const mt_transitions *how, const mt_log *log, mt_steps *out, mt_error *error) {
  MT_TRY(check(how, error));
  size_t items = (size_t)log->items + 1;
  *out = (mt_steps){mt_learn_alloc(items, sizeof *out->start), mt_learn_alloc(log->events, sizeof *out->event),
                    mt_learn_alloc(log->events, 1), mt_learn_alloc(log->events, 1), calloc(items, sizeof *out->in),
                    mt_learn_alloc(log->events, sizeof *out->user)};
  if (out->start == NULL || out->event == NULL || out->gone == NULL || out->left == NULL || out->in == NULL ||
      out->user == NULL) {
    mt_steps_free(out);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for the steps of %u events", log->events);
  }
  find_events(log, out);
  float by_distance[MT_MAX_WINDOW + 1];
  fill_distances(how, by_distance);
  for (uint32_t u = 0; u < log->users; u++)
    for (uint32_t begin = log->start[u], end = log->start[u + 1], e = begin; e < end; e++) {
      out->user[e] = u;
      out->gone[e] = at_most(e - begin);
      out->left[e] = at_most(end - 1 - e);
      uint32_t before = out->gone[e] < how->window ? out->gone[e] : how->window;
      uint32_t after = out->left[e] < how->window ? out->left[e] : how->window;
      double *in = &out->in[log->item[e]];
      *in += reach_of(&log->item[e], -1, before, by_distance);
      if (how->back > 0) *in += how->back * reach_of(&log->item[e], 1, after, by_distance);
    }
  return MT_OK;
}

/* -- lists --------------------------------------------------------------------------------------------------------- */

typedef struct scratch {
  float *reached;    /* [items] in^-target; 0 for what nothing reaches */
  float *sum;        /* [items] all 0 between two items */
  uint32_t *touched; /* [items] */
  uint32_t *people;  /* [items] who has touched it: how many, where it is touched */
  uint32_t *latest;  /* [items] … and the last of them */
  uint64_t *top;
} scratch;

static void free_scratch(scratch *s) {
  free(s->reached);
  free(s->sum);
  free(s->touched);
  free(s->people);
  free(s->latest);
  free(s->top);
}

/* Adds what follows an event of item i, or comes before it, for a user; users come in their order. Returns how many items are touched by now. */
static uint32_t add_near(const uint32_t *item, ptrdiff_t direction, uint32_t most, const float *by_distance, float share,
                         uint32_t user, scratch *s, uint32_t touched) {
  for (ptrdiff_t k = 1; k <= (ptrdiff_t)most; k++) {
    uint32_t j = item[direction * k];
    float add = share * by_distance[k];
    if (j == item[0] || !(add > 0)) continue; /* what is too little for a float must not be touched twice */
    if (s->sum[j] == 0) {
      s->touched[touched++] = j;
      s->people[j] = 0;
    }
    if (s->people[j] == 0 || s->latest[j] != user) s->people[j]++;
    s->latest[j] = user;
    s->sum[j] += add;
  }
  return touched;
}

static void train_item(const mt_transitions *how, const mt_log *log, const mt_steps *steps, const float *by_distance,
                       uint32_t i, scratch *s, mt_lists *out, uint32_t *used, mt_shared *shared) {
  uint32_t touched = 0;
  for (uint32_t at = steps->start[i]; at < steps->start[i + 1]; at++) {
    uint32_t e = steps->event[at], after = steps->left[e] < how->window ? steps->left[e] : how->window;
    uint32_t before = steps->gone[e] < how->window ? steps->gone[e] : how->window;
    touched = add_near(&log->item[e], 1, after, by_distance, 1, steps->user[e], s, touched);
    if (how->back > 0) touched = add_near(&log->item[e], -1, before, by_distance, how->back, steps->user[e], s, touched);
  }
  double leaving = 0;
  for (uint32_t t = 0; t < touched; t++) leaving += s->sum[s->touched[t]];
  float own = powf((float)leaving, -how->key_exponent);
  mt_topk top = mt_topk_start(s->top, how->top);
  for (uint32_t t = 0; t < touched; t++) {
    uint32_t j = s->touched[t];
    float weight = s->sum[j] * (own * s->reached[j]);
    s->sum[j] = 0;
    bool few = s->people[j] < how->people;
    if (shared != NULL) shared->pairs++, shared->few += few;
    if (weight > 0 && (!few || how->keeps_few)) mt_topk_push(&top, mt_topk_key(weight, j));
  }
  size_t kept = mt_topk_finish(&top);
  for (size_t t = 0; t < kept; t++, (*used)++) {
    out->items[*used] = mt_topk_item(s->top[t]);
    out->weights[*used] = mt_topk_score(s->top[t]);
  }
}

mt_status mt_transitions_train(const mt_transitions *how, const mt_log *log, const mt_steps *steps, uint32_t first,
                               uint32_t last, mt_lists *out, mt_shared *shared, mt_error *error) {
  uint32_t items = log->items;
  mt_transitions bounded = *how;
  size_t room;
  *out = (mt_lists){0};
  MT_TRY(check(how, error));
  if (first > last || last > items)
    return mt_fail(error, MT_INVALID, "transitions: found items %u to %u, expected a range within %u", first, last, items);
  if (bounded.top > items) bounded.top = items;
  if (!mt_mul_size(last - first, bounded.top, &room)) room = SIZE_MAX;
  MT_TRY(mt_lists_alloc(last - first, items, room, out, error));
  scratch s = {mt_learn_alloc(items, sizeof(float)), calloc((size_t)items + 1, sizeof(float)),
               mt_learn_alloc(items, sizeof(uint32_t)), mt_learn_alloc(items, sizeof(uint32_t)), mt_learn_alloc(items, sizeof(uint32_t)),
               mt_learn_alloc(mt_topk_capacity(bounded.top), sizeof(uint64_t))};
  if (s.reached == NULL || s.sum == NULL || s.touched == NULL || s.people == NULL || s.latest == NULL || s.top == NULL) {
    free_scratch(&s);
    mt_lists_free(out);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for transitions of %u items", items);
  }
  float by_distance[MT_MAX_WINDOW + 1];
  fill_distances(how, by_distance);
  for (uint32_t j = 0; j < items; j++) s.reached[j] = steps->in[j] > 0 ? powf((float)steps->in[j], -how->target_exponent) : 0;
  uint32_t used = 0;
  for (uint32_t i = first; i < last; i++) {
    train_item(&bounded, log, steps, by_distance, i, &s, out, &used, shared);
    out->start[i - first + 1] = used;
  }
  free_scratch(&s);
  return MT_OK;
}

/* -- who ----------------------------------------------------------------------------------------------------------- */

/* Writes down a user of what follows an event, or comes before it, where it is marked: place[j] is 1 + its entry. Users come in their order. */
static void write_near(const uint32_t *item, ptrdiff_t direction, uint32_t most, const float *by_distance, float share,
                       uint32_t user, const uint32_t *place, uint32_t people, uint32_t *who) {
  for (ptrdiff_t k = 1; k <= (ptrdiff_t)most; k++) {
    uint32_t entry = place[item[direction * k]];
    if (entry == 0 || !(share * by_distance[k] > 0)) continue;
    uint32_t *own = who + (size_t)(entry - 1) * people, n = 0;
    while (n < people && own[n] != MT_NOBODY && own[n] != user) n++;
    if (n < people) own[n] = user;
  }
}

mt_status mt_transitions_who(const mt_transitions *how, const mt_log *log, const mt_steps *steps, const mt_lists *lists,
                             uint32_t first, uint32_t last, uint32_t *who, mt_error *error) {
  MT_TRY(check(how, error));
  if (first > last || last > log->items || lists->keys != log->items || lists->width != log->items)
    return mt_fail(error, MT_INVALID, "transitions: found items %u to %u and lists of %u, expected a range within %u", first,
                   last, lists->keys, log->items);
  uint32_t *place = calloc((size_t)log->items + 1, sizeof *place);
  if (place == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for steps of %u items", log->items);
  float by_distance[MT_MAX_WINDOW + 1];
  fill_distances(how, by_distance);
  for (uint32_t i = first; i < last; i++) {
    uint32_t begin = lists->start[i], end = lists->start[i + 1];
    for (uint32_t e = begin; e < end; e++) place[lists->items[e]] = e + 1;
    for (size_t n = (size_t)begin * how->people; n < (size_t)end * how->people; n++) who[n] = MT_NOBODY;
    for (uint32_t at = steps->start[i]; begin < end && at < steps->start[i + 1]; at++) {
      uint32_t e = steps->event[at], user = steps->user[e];
      uint32_t after = steps->left[e] < how->window ? steps->left[e] : how->window;
      uint32_t before = steps->gone[e] < how->window ? steps->gone[e] : how->window;
      write_near(&log->item[e], 1, after, by_distance, 1, user, place, how->people, who);
      if (how->back > 0) write_near(&log->item[e], -1, before, by_distance, how->back, user, place, how->people, who);
    }
    for (uint32_t e = begin; e < end; e++) place[lists->items[e]] = 0;
  }
  free(place);
  return MT_OK;
}

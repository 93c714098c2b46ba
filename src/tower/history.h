/* The history of a request: what the person met, oldest first, and what each source makes of an event's age. */
#ifndef MT_TOWER_HISTORY_H
#define MT_TOWER_HISTORY_H

#include <math.h>
#include <stdbool.h>

#include "base/elementary.h"
#include "bundle/policy.h"

#define MT_MAX_HISTORY 1024u
#define MT_UNNAMED 0xffffffffu
#define MT_FADED 1e-20f       /* an event that weighs less has faded away: sums stay clear of the smallest floats */
#define MT_MOST_WEIGHT 1e12f  /* … and one that weighs more is a mistake: sums stay finite */

typedef struct mt_event {
  uint32_t item;
  float weight; /* 1 for a plain event, below 0 for a dislike */
  double at;   /* seconds; NaN where it is not known */
  uint32_t name; /* its number among the policy's event names; MT_UNNAMED: another, or none */
} mt_event;

typedef struct mt_history {
  mt_event *events; /* [MT_MAX_HISTORY], oldest first */
  uint32_t count;
  double now;   /* seconds, as the request says; NaN where it does not */
  double clock; /* … as the host's clock says; NaN where there is none */
} mt_history;

/* What ages are counted from: what the request says, else the time of the newest event that has one, so that a log is
 * replayed as it was, else the host's clock. NaN where nobody knows. */
static inline double mt_history_now(const mt_history *history) {
  double now = history->now;
  for (uint32_t i = history->count; i-- > 0 && isnan(now);) now = history->events[i].at;
  return isnan(now) ? history->clock : now;
}

/* A walk from the newest event to the oldest with the weight that `source` gives each. */
typedef struct mt_history_walk {
  const mt_history *history;
  const mt_source *source;
  uint32_t age; /* events already passed */
  float fading; /* decay^age */
  double now;
} mt_history_walk;

static inline mt_history_walk mt_history_from(const mt_history *history, const mt_source *source) {
  return (mt_history_walk){history, source, 0, 1.0f, mt_history_now(history)};
}

/* The next older event and its weight, 0 where it has faded away or is not a number; false at the end. */
static inline bool mt_history_older(mt_history_walk *walk, const mt_event **event, float *weight) {
  uint32_t count = walk->history->count, last = walk->source->last;
  if (walk->age >= count || (last != 0 && walk->age >= last) || walk->fading < 1e-6f) return false;
  *event = &walk->history->events[count - 1 - walk->age++];
  *weight = (*event)->weight * walk->fading;
  double elapsed = walk->now - (*event)->at;
  if (walk->source->half_life > 0 && elapsed > 0) *weight *= mt_exp2f((float)-elapsed / walk->source->half_life);
  float magnitude = fabsf(*weight);
  if (!(magnitude >= MT_FADED && magnitude <= MT_MOST_WEIGHT)) *weight = 0;
  walk->fading *= walk->source->decay;
  return true;
}

/* Whether an event that is newer than the one just passed is of the same item. */
static inline bool mt_history_again(const mt_history_walk *walk) {
  const mt_event *newest = &walk->history->events[walk->history->count - 1], *passed = newest + 1 - walk->age;
  for (const mt_event *event = newest; event > passed; event--)
    if (event->item == passed->item) return true;
  return false;
}

#endif

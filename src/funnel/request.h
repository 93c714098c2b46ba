/* A request: what it says of the person and the moment, what it may be given, and what it wants otherwise than the policy. */
#ifndef MT_FUNNEL_REQUEST_H
#define MT_FUNNEL_REQUEST_H

#include "base/arena.h"
#include "bundle/features.h"
#include "recall/bitmap.h"
#include "tower/history.h"

typedef struct mt_request {
  mt_history history;
  mt_event *events; /* [2 MT_MAX_HISTORY]: the history is a window that slides over it */
  bool repeats;     /* what the history holds may be recommended, unless an event of it weighs less than 0 */
  uint32_t dropped; /* oldest events beyond MT_MAX_HISTORY */

  uint8_t *allowed;    /* bitmap: what may be recommended */
  uint8_t *unfiltered; /* … as it would be without filters, exclusions and allow lists */
  bool narrowed;       /* there are such: the two differ */
  uint8_t *marks;      /* scratch of filters: values, then sets, of one attribute */

  uint32_t forced;     /* an item that is to be a candidate whatever recall brings; MT_NOT_FOUND: none */
  uint32_t ranked;     /* candidates that the ranker is to score */
  double context[MT_MAX_FIELDS];    /* by field: a number, or the number of a value; NaN: not said */
  mt_source source[MT_MAX_SOURCES]; /* the policy's, as the request has changed them */
} mt_request;

/* `marks`: bytes that a filter on any attribute needs. */
void mt_request_reserve(mt_arena *arena, uint32_t items, size_t marks, mt_request *request);

#endif

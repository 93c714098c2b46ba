/* Transitions: what comes next, as directed lists item -> (item, weight).
 *
 * Every pair of events of one user at most `window` apart, earlier i and later j, adds distance^-decay to n(i -> j), and `back`
 * times that to n(j -> i): what was met just before is near as well, which tells more the fewer events an item has. Then
 *     w(i -> j) = n(i -> j) · out_i^-key · in_j^-target, out and in being the totals that leave and reach an item.
 */
#ifndef MT_LEARN_TRANSITIONS_H
#define MT_LEARN_TRANSITIONS_H

#include "learn/log.h"

typedef struct mt_transitions {
  uint32_t window; /* >= 1; 1 is the next event alone */
  float decay;     /* 1: by 1 / distance */
  float key_exponent, target_exponent;
  uint32_t top;    /* entries kept per item */
  float back;      /* >= 0 */
  uint32_t people; /* what fewer than these did is left out … */
  bool keeps_few;  /* … or only counted, and stays for hops to merge (learn/hops.h) */
} mt_transitions;

#define MT_TRANSITIONS_DEFAULT(n) ((mt_transitions){3, 1.0f, 0.5f, 0.5f, (n), 0, 1, false})

/* Where each item stands in a log, and what reaches it: made once, read by the threads that train. */
typedef struct mt_steps {
  uint32_t *start;     /* [items + 1] */
  uint32_t *event;     /* [events]: item i is event[start[i]] .. event[start[i + 1] - 1], ascending */
  unsigned char *gone; /* [events]: how many events of its user come before an event, at most MT_MAX_WINDOW */
  unsigned char *left; /* [events]: and after it */
  double *in;          /* [items] */
  uint32_t *user;      /* [events]: whose each is */
} mt_steps;

#define MT_MAX_WINDOW 64u

mt_status mt_steps_build(const mt_transitions *how, const mt_log *log, mt_steps *out, mt_error *error);
void mt_steps_free(mt_steps *steps);

/* Lists of the items first .. last - 1 (list 0 of the result is item `first`), heaviest first, ties to the smaller item; nothing
 * follows itself. Takes memory for (last - first) · top entries at most. The same numbers come out however the items are
 * divided into ranges. shared: of these items, or NULL. */
mt_status mt_transitions_train(const mt_transitions *how, const mt_log *log, const mt_steps *steps, uint32_t first,
                               uint32_t last, mt_lists *out, mt_shared *shared, mt_error *error);

/* No user: their numbers end before it. */
#define MT_NOBODY UINT32_MAX

/* Who made the steps of lists that were trained so: who[entry of `lists`][how->people], users in their order, MT_NOBODY behind the
 * last where there are fewer. Writes those of the items first .. last - 1. */
mt_status mt_transitions_who(const mt_transitions *how, const mt_log *log, const mt_steps *steps, const mt_lists *lists,
                             uint32_t first, uint32_t last, uint32_t *who, mt_error *error);

#endif

/* Transitions: what comes next, as directed lists item -> (item, weight).
 *
 * Every pair of events of one user at most `window` apart, earlier i and later j, adds distance^-decay to n(i -> j);
 * then w(i -> j) = n(i -> j) · out_i^-key · in_j^-target, out and in being the totals that leave and reach an item.
 */
#ifndef MT_LEARN_TRANSITIONS_H
#define MT_LEARN_TRANSITIONS_H

#include "learn/log.h"

typedef struct mt_transitions {
  uint32_t window; /* >= 1; 1 is the next event alone */
  float decay;     /* 1: by 1 / distance */
  float key_exponent, target_exponent;
  uint32_t top;    /* entries kept per item */
} mt_transitions;

#define MT_TRANSITIONS_DEFAULT(n) ((mt_transitions){3, 1.0f, 0.5f, 0.5f, (n)})

/* One list per item, heaviest first, ties to the smaller item; nothing follows itself. Takes memory for
 * events · window pairs. */
mt_status mt_transitions_train(const mt_transitions *how, const mt_log *log, mt_lists *out, mt_error *error);

#endif

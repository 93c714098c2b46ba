/* Calibration (Steck 2018): the slate's mix of an attribute's values should follow the history's.
 *
 * p(g) is the share of value g in what the person liked, each event giving its weight in equal parts to its item's values;
 * q(g) is the same of the picks. The slate minds KL(p, q~), q~ = (1 - α) q + α p, which is 0 where the mixes agree and at
 * most -log α. A candidate is asked what KL would be with it: for the values that it has, the rest is one number a slot.
 */
#ifndef MT_RERANK_CALIBRATION_H
#define MT_RERANK_CALIBRATION_H

#include "base/arena.h"
#include "bundle/rules.h"
#include "recall/index.h"
#include "tower/history.h"

#define MT_MIX 256u /* values of the history that count: those of the newest events */

typedef struct mt_calibration {
  const mt_attribute *attribute;
  float strength; /* 0: there is no such rule, or no history to follow */
  uint32_t values, picks;
  mt_index places;        /* value -> place in what follows */
  float *wanted, *shown;  /* [MT_MIX] p; what the picks gave */
  float *next;            /* [MT_MIX] q~ with one more pick, of other values */
  float rest;             /* KL with that pick */
} mt_calibration;

void mt_calibration_reserve(mt_arena *arena, mt_calibration *calibration);

/* `rule` may be NULL. */
void mt_calibration_start(mt_calibration *calibration, const mt_rule *rule, const mt_attribute *attributes,
                          const mt_history *history);

/* KL of the picks with this item. */
float mt_calibration_with(const mt_calibration *calibration, uint32_t item);
void mt_calibration_pick(mt_calibration *calibration, uint32_t item);

#endif

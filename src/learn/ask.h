/* Asking a bundle: what each of its sources says of what it would recommend to people whose next events are known, for the
 * search of weights (fusion.h). The stage that answers is the device's own, so the numbers are too; what comes after it, a ranker
 * and rules, a bundle gets when its weights are known.
 *
 * A recommender is asked by one thread at a time; several of one bundle answer at once, each for a part of the people.
 */
#ifndef MT_LEARN_ASK_H
#define MT_LEARN_ASK_H

#include "learn/fusion.h"
#include "martello.h"

/* Histories one after the other: the events of person p are start[p] .. start[p + 1], oldest first; what was held out of them
 * is held[held_start[p]] .. held[held_start[p + 1]], in any order, perhaps more than once. */
typedef struct mt_people {
  const uint32_t *start, *item;
  const float *weight; /* NULL: 1 each */
  const double *time;  /* in seconds; NULL: not known */
  const double *now;   /* [people] when each is asked; NULL: at the newest event */
  const uint32_t *held_start, *held;
} mt_people;

typedef struct mt_question {
  uint32_t k;                     /* candidates of each person, the best by `weight` */
  const float *weight, *decay;    /* [sources], instead of the policy's */
  uint32_t norm_rank;             /* the policy's */
} mt_question;

/* Adds the persons who[count], in their order, but for those of whom nothing was held out. */
mt_status mt_ask(mt_recommender *rec, const mt_people *people, const uint32_t *who, uint32_t count, const mt_question *question,
                 mt_fusion *fusion, mt_error *error);

#endif

/* Replay: a bundle's imported models on their golden pairs, so that one can see on any machine that they give what training
 * gave. Not among what a page downloads: `martello verify` asks the builder's module.
 */
#ifndef MT_REPLAY_H
#define MT_REPLAY_H

#include "martello.h"

typedef struct mt_replay {
  uint32_t rows;   /* pairs; 0: the model has none */
  float error;     /* the largest of any output, relative to the largest absolute value that was expected */
  float tolerance; /* … that the build accepted */
} mt_replay;

uint32_t mt_models(const mt_recommender *rec);

/* Replays the pairs of tensor program `model` < mt_models. The rows of a tied table are decoded. */
mt_status mt_replay_golden(mt_recommender *rec, uint32_t model, mt_replay *replay_ret, mt_error *error);

#endif

/* GRU and LSTM, backwards through time: not trained yet. */
#include "learn/backward.h"

void mt_back_recurrent(mt_back *back) {
  back->step.status = mt_fail(back->step.error, MT_INVALID, "training: a recurrent op has no gradient yet");
}

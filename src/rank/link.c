/* Links: what an objective makes of margins. Only `predict` shows them; a device orders by margins, which are cheaper. */
#include <math.h>

#include "rank/trees.h"

/* e^x to the last bits of a float, though x has more of them than a float holds. */
static double exponential(double x) {
  x = x > 700 ? 700 : x < -700 ? -700 : x;
  float near = (float)x;
  return (double)expf(near) * (1 + (x - (double)near));
}

/* log(1 + e^x); for small e^x by Kahan's correction of the rounded sum. */
static double log1p_exp(double x) {
  if (x > 40) return x;
  double y = exponential(x);
  float sum = (float)(1 + y);
  return sum == 1 ? y : (double)logf(sum) * y / ((double)sum - 1);
}

static double link_one(mt_link link, double x) {
  if (link == MT_LINK_SIGMOID) return 1 / (1 + exponential(-x));
  if (link == MT_LINK_EXP) return exponential(x);
  if (link == MT_LINK_LOG1P_EXP) return log1p_exp(x);
  if (link == MT_LINK_SQUARE) return x < 0 ? -x * x : x * x;
  if (link == MT_LINK_STEP) return x > 0;
  return x;
}

void mt_trees_link(const mt_trees *trees, const double *margins, float *predictions) {
  uint32_t best = 0;
  double sum = 0;
  for (uint32_t o = 1; o < trees->outputs; o++)
    if (margins[o] > margins[best]) best = o;
  if (trees->link == MT_LINK_ARGMAX) {
    predictions[0] = (float)best;
    return;
  }
  bool softmax = trees->link == MT_LINK_SOFTMAX;
  for (uint32_t o = 0; softmax && o < trees->outputs; o++) sum += exponential(margins[o] - margins[best]);
  for (uint32_t o = 0; o < trees->outputs; o++)
    predictions[o] = (float)(softmax ? exponential(margins[o] - margins[best]) / sum
                                     : link_one(trees->link, trees->scale * margins[o]));
}

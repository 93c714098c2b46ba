#include "learn/losses.h"

#include <math.h>

#include "base/elementary.h"

static double softmax(float weight, float own, float *score, size_t n, float *by_own) {
  mt_f4 four = mt_f4_splat(own), sums = mt_f4_splat(0);
  float lanes[4], most = own;
  for (size_t i = 0; i < n; i += 4) four = mt_f4_max(four, mt_f4_load(score + i));
  mt_f4_store(lanes, four);
  for (int l = 0; l < 4; l++) most = lanes[l] > most ? lanes[l] : most;
  for (size_t i = 0; i < n; i += 4) {
    mt_f4 power = mt_exp4(mt_f4_sub(mt_f4_load(score + i), mt_f4_splat(most)));
    mt_f4_store(score + i, power);
    sums = mt_f4_add(sums, power);
  }
  float its = expf(own - most), sum = its + mt_f4_sum(sums);
  mt_f4 share = mt_f4_splat(weight / sum);
  for (size_t i = 0; i < n; i += 4) mt_f4_store(score + i, mt_f4_mul(mt_f4_load(score + i), share));
  *by_own = weight * (its / sum - 1);
  return weight * (double)(logf(sum) + most - own);
}

static inline float sigmoid(float x) { return 1 / (1 + expf(-x)); }
static inline float softplus(float x) { return (x > 0 ? x : 0) + log1pf(expf(-fabsf(x))); }

static size_t there(const float *score, size_t n) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++) count += score[i] > -INFINITY;
  return count > 0 ? count : 1;
}

static double bpr(float weight, float own, float *score, size_t n, float *by_own) {
  float share = weight / (float)there(score, n);
  double loss = 0;
  *by_own = 0;
  for (size_t i = 0; i < n; i++) {
    if (!(score[i] > -INFINITY)) {
      score[i] = 0;
      continue;
    }
    float behind = score[i] - own, slope = share * sigmoid(behind);
    loss += share * softplus(behind);
    score[i] = slope;
    *by_own -= slope;
  }
  return loss;
}

/* Of cosines, which scores are where vectors have length 1. */
static double ccl(float margin, float mu, float weight, float own, float *score, size_t n, float *by_own) {
  float share = weight * mu / (float)there(score, n);
  double loss = weight * (1 - own);
  for (size_t i = 0; i < n; i++) {
    float over = score[i] - margin;
    loss += over > 0 ? share * over : 0;
    score[i] = over > 0 ? share : 0;
  }
  *by_own = -weight;
  return loss;
}

static double gbce(float beta, float weight, float own, float *score, size_t n, float *by_own) {
  double loss = weight * beta * softplus(-own);
  *by_own = -weight * beta * sigmoid(-own);
  for (size_t i = 0; i < n; i++) {
    bool is_there = score[i] > -INFINITY;
    loss += is_there ? weight * softplus(score[i]) : 0;
    score[i] = is_there ? weight * sigmoid(score[i]) : 0;
  }
  return loss;
}

double mt_loss_of(mt_fit_loss loss, float first, float second, float weight, float own, float *score, size_t n, float *by_own) {
  switch (loss) {
    case MT_FIT_BPR: return bpr(weight, own, score, n, by_own);
    case MT_FIT_CCL: return ccl(first, second, weight, own, score, n, by_own);
    case MT_FIT_GBCE: return gbce(first, weight, own, score, n, by_own);
    default: return softmax(weight, own, score, n, by_own);
  }
}

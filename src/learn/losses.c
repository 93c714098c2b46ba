#include "learn/losses.h"

#include <math.h>

#include "base/elementary.h"

void mt_softmax_add(mt_softmax *sums, const float *score, size_t n) {
  mt_f4 four = mt_f4_splat(sums->most), sum = mt_f4_splat(0);
  float lanes[4], most = sums->most;
  for (size_t i = 0; i < n; i += 4) four = mt_f4_max(four, mt_f4_load(score + i));
  mt_f4_store(lanes, four);
  for (int l = 0; l < 4; l++) most = lanes[l] > most ? lanes[l] : most;
  for (size_t i = 0; i < n; i += 4) sum = mt_f4_add(sum, mt_exp4(mt_f4_sub(mt_f4_load(score + i), mt_f4_splat(most))));
  sums->sum = sums->sum * expf(sums->most - most) + mt_f4_sum(sum);
  sums->most = most;
}

void mt_softmax_gradients(const mt_softmax *sums, float weight, float *score, size_t n) {
  mt_f4 most = mt_f4_splat(sums->most), share = mt_f4_splat(weight / sums->sum);
  for (size_t i = 0; i < n; i += 4) mt_f4_store(score + i, mt_f4_mul(share, mt_exp4(mt_f4_sub(mt_f4_load(score + i), most))));
}

double mt_softmax_loss(const mt_softmax *sums, float weight, float own, float *by_own) {
  *by_own = weight * (expf(own - sums->most) / sums->sum - 1);
  return weight * (double)(logf(sums->sum) + sums->most - own);
}

static double softmax(float weight, float own, float *score, size_t n, float *by_own) {
  mt_softmax sums = mt_softmax_start(own);
  mt_softmax_add(&sums, score, n);
  mt_softmax_gradients(&sums, weight, score, n);
  return mt_softmax_loss(&sums, weight, own, by_own);
}

/* log(1 + e^x), and its slope σ(x): 0 and 0 of what is none. */
static mt_f4 softplus4(mt_f4 x, mt_f4 *slope) {
  mt_f4 one = mt_f4_splat(1), zero = mt_f4_splat(0), small = mt_exp4(mt_f4_sub(zero, mt_f4_abs(x))), sum = mt_f4_add(one, small);
  *slope = mt_f4_div(mt_f4_select(mt_f4_less(zero, x), one, small), sum);
  return mt_f4_add(mt_f4_max(x, zero), mt_log4(sum));
}

/* Of so many scores each weighs alike. */
static float share_of(float weight, const float *score, size_t n) {
  mt_f4 count = mt_f4_splat(0);
  for (size_t i = 0; i < n; i += 4) {
    mt_f4 there = mt_f4_less(mt_f4_splat(-INFINITY), mt_f4_load(score + i));
    count = mt_f4_add(count, mt_f4_select(there, mt_f4_splat(1), mt_f4_splat(0)));
  }
  float all = mt_f4_sum(count);
  return all > 0 ? weight / all : 0;
}

static double bpr(float weight, float own, float *score, size_t n, float *by_own) {
  mt_f4 share = mt_f4_splat(share_of(weight, score, n)), losses = mt_f4_splat(0), slopes = losses, slope;
  for (size_t i = 0; i < n; i += 4) {
    losses = mt_f4_muladd(share, softplus4(mt_f4_sub(mt_f4_load(score + i), mt_f4_splat(own)), &slope), losses);
    slope = mt_f4_mul(share, slope);
    mt_f4_store(score + i, slope);
    slopes = mt_f4_add(slopes, slope);
  }
  *by_own = -mt_f4_sum(slopes);
  return (double)mt_f4_sum(losses);
}

/* Of cosines, which scores are where vectors have length 1. */
static double ccl(float margin, float mu, float weight, float own, float *score, size_t n, float *by_own) {
  mt_f4 share = mt_f4_splat(share_of(weight * mu, score, n)), zero = mt_f4_splat(0), losses = zero;
  for (size_t i = 0; i < n; i += 4) {
    mt_f4 over = mt_f4_sub(mt_f4_load(score + i), mt_f4_splat(margin));
    losses = mt_f4_muladd(share, mt_f4_max(over, zero), losses);
    mt_f4_store(score + i, mt_f4_select(mt_f4_less(zero, over), share, zero));
  }
  *by_own = -weight;
  return (double)(weight * (1 - own) + mt_f4_sum(losses));
}

static double gbce(float beta, float start, float weight, float own, float *score, size_t n, float *by_own) {
  mt_f4 each = mt_f4_splat(weight), losses = mt_f4_splat(0), none = mt_f4_splat(start), slope;
  for (size_t i = 0; i < n; i += 4) {
    losses = mt_f4_muladd(each, softplus4(mt_f4_sub(mt_f4_load(score + i), none), &slope), losses);
    mt_f4_store(score + i, mt_f4_mul(each, slope));
  }
  float its[4], by[4];
  mt_f4_store(its, softplus4(mt_f4_splat(start - own), &slope));
  mt_f4_store(by, slope);
  *by_own = -weight * beta * by[0];
  return (double)(weight * beta * its[0] + mt_f4_sum(losses));
}

double mt_loss_of(mt_fit_loss loss, float first, float second, float weight, float own, float *score, size_t n, float *by_own) {
  switch (loss) {
    case MT_FIT_BPR: return bpr(weight, own, score, n, by_own);
    case MT_FIT_CCL: return ccl(first, second, weight, own, score, n, by_own);
    case MT_FIT_GBCE: return gbce(first, second, weight, own, score, n, by_own);
    default: return softmax(weight, own, score, n, by_own);
  }
}

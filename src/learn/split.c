#include "learn/split.h"

#include <string.h>

#include "base/topk.h"

/* What is the same for all splits of a leaf. */
typedef struct leaf {
  const mt_growth *how;
  mt_units units;
  double gradient, second; /* of all its rows */
  double least;            /* second derivatives that each side needs */
  double per_row;          /* … of a row, in the mean */
  int64_t both;
} leaf;

/* What a side adds to the gain. */
static double worth(double gradient, double second, double lambda) { return gradient * gradient / (second + lambda); }

/* The gain of sending `both` left, before the parent's own is taken off; 0 where a side would be too small. */
static double gain_of(const leaf *l, int64_t both, double lambda) {
  double gradient = mt_gradient_of(both) * l->units.gradient, second = mt_second_of(both) * l->units.second;
  if (second < l->least || l->second - second < l->least) return 0;
  return worth(gradient, second, lambda) + worth(l->gradient - gradient, l->second - second, lambda);
}

static void take_up_to(uint32_t bin, bool unknown, uint64_t left[MT_BINS / 64]) {
  for (uint32_t w = 0; w < MT_BINS / 64; w++)
    left[w] = bin >= 64 * w + 63 ? ~0ULL : bin < 64 * w ? 0 : (2ULL << (bin - 64 * w)) - 1;
  if (!unknown) left[0] &= ~1ULL;
}

/* Bins 1 … b left, with bin 0 or without. Where the leaf knows all, what is not known would go with the larger side. */
static void split_number(const leaf *l, const int64_t *bin, uint32_t feature, uint32_t count, mt_split *best) {
  double own = worth(l->gradient, l->second, l->how->lambda);
  int64_t sum = 0, unknown = bin[0];
  uint32_t found = MT_BINS;
  bool with_unknown = false;
  for (uint32_t b = 0; b < count; b++) {
    if (b > 0 && bin[b] == 0) continue; /* the same rows as the bin before */
    if (b > 0) sum += bin[b];
    double without = b > 0 ? gain_of(l, sum, l->how->lambda) - own : 0;
    double with = unknown != 0 ? gain_of(l, sum + unknown, l->how->lambda) - own : 0;
    if (without > best->gain) {
      best->gain = without, best->both = sum;
      found = b, with_unknown = false;
    }
    if (with > best->gain) {
      best->gain = with, best->both = sum + unknown;
      found = b, with_unknown = true;
    }
  }
  if (found == MT_BINS) return;
  best->feature = feature;
  if (unknown == 0) with_unknown = mt_second_of(best->both) * 2ULL > mt_second_of(l->both);
  take_up_to(found, with_unknown, best->left);
}

/* A run of categories from either end of their order; what is rare or not known goes right, as any other that is not taken. */
static void split_set(const leaf *l, const int64_t *bin, uint32_t feature, uint32_t count, mt_split *best) {
  const mt_growth *how = l->how;
  uint64_t order[MT_BINS];
  uint32_t used = 0;
  for (uint32_t b = 1; b <= count; b++) {
    double second = mt_second_of(bin[b]) * l->units.second, gradient = mt_gradient_of(bin[b]) * l->units.gradient;
    if (second >= how->smooth * l->per_row && second > 0) order[used++] = mt_topk_key((float)(gradient / (second + how->smooth)), b);
  }
  mt_sort_descending(order, used);
  double lambda = how->lambda + how->set_lambda, own = worth(l->gradient, l->second, how->lambda);
  double step = how->set_least * l->per_row;
  uint32_t most = (used + 1) / 2 < how->set_most ? (used + 1) / 2 : how->set_most, found = 0;
  bool from_end = false;
  for (uint32_t end = 0; end < 2; end++) {
    int64_t sum = 0;
    double taken = 0;
    for (uint32_t i = 0; i < most; i++) {
      uint32_t b = mt_topk_item(order[end == 0 ? i : used - 1 - i]);
      sum += bin[b];
      taken += mt_second_of(bin[b]) * l->units.second;
      if (taken < step) continue;
      taken = 0;
      double gain = gain_of(l, sum, lambda) - own;
      if (gain <= best->gain) continue;
      best->gain = gain, best->both = sum;
      found = i + 1, from_end = end == 1;
    }
  }
  if (found == 0) return;
  best->feature = feature;
  memset(best->left, 0, sizeof best->left);
  for (uint32_t i = 0; i < found; i++) {
    uint32_t b = mt_topk_item(order[from_end ? used - 1 - i : i]);
    best->left[b / 64] |= 1ULL << (b % 64);
  }
}

mt_split mt_split_find(const mt_growth *how, const mt_bins *bins, const mt_units *units, const int64_t *histogram,
                       const uint8_t *uses, uint32_t rows, int64_t both) {
  double second = mt_second_of(both) * units->second, per_row = second / rows;
  leaf l = {how, *units, mt_gradient_of(both) * units->gradient, second, how->least * per_row, per_row, both};
  mt_split best = {.gain = 0, .feature = MT_NO_FEATURE};
  if (rows < 2 * how->least || !(second > 0)) return best;
  for (uint32_t f = 0; f < bins->features; f++) {
    if (uses != NULL && uses[f] == 0) continue;
    const int64_t *bin = histogram + (size_t)f * MT_BINS;
    if (bins->category[f] != 0) split_set(&l, bin, f, bins->count[f], &best);
    else split_number(&l, bin, f, bins->count[f], &best);
  }
  return best;
}

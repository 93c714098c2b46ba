/* Trees that order, against plain definitions: bins, the best split of all there are, gradients as what they are gradients of. */
#include "learn_help.h"

#include "learn/boost.h"
#include "learn/split.h"

enum { ROWS = 300, FEATURES = 10 };

/* Numbers with gaps, ties and infinities; feature 3 holds categories, feature 9 nothing at all. */
static void make_rows(mt_rng *rng, float *x, float *gradient, float *second) {
  for (uint32_t row = 0; row < ROWS; row++) {
    for (uint32_t f = 0; f < FEATURES; f++) x[row * FEATURES + f] = (float)mt_rng_below(rng, 4 + 20 * f) / 4 - 3;
    if (mt_rng_below(rng, 3) == 0) x[row * FEATURES + 1] = NAN;
    if (mt_rng_below(rng, 9) == 0) x[row * FEATURES + 2] = INFINITY;
    x[row * FEATURES + 3] = mt_rng_below(rng, 12) == 0 ? NAN : (float)mt_rng_below(rng, 7);
    x[row * FEATURES + 9] = NAN;
    gradient[row] = mt_rng_normal(rng) + (x[row * FEATURES + 4] > 2 ? 1.0f : 0) + (x[row * FEATURES + 3] == 5 ? 2.0f : 0);
    second[row] = 0.1f + mt_rng_unit(rng);
  }
}

static const uint8_t CATEGORY[FEATURES] = {[3] = 1};
static const mt_growth HOW = {.leaves = 8, .least = 5, .lambda = 2, .rate = 0.5, .smooth = 1, .set_lambda = 0, .set_least = 1, .set_most = 32};

static void bins_keep_the_order(void **state) {
  (void)state;
  mt_error error = {0};
  mt_rng rng = mt_rng_seed(3);
  enum { MANY = 5000 };
  float *x = malloc(sizeof(float) * MANY * 2), values[] = {-INFINITY, -1, 0, 0.5f, 1, 2, INFINITY};
  for (uint32_t row = 0; row < MANY; row++) {
    x[2 * row] = mt_rng_below(&rng, 2) == 0 ? values[mt_rng_below(&rng, 7)] : mt_rng_normal(&rng);
    x[2 * row + 1] = row % 50 == 0 ? NAN : row % 50 < 40 ? 7 : (float)(row % 1000); /* one frequent category, 200 others */
  }
  mt_bins bins;
  mt_binned binned;
  ok(mt_bins_choose(x, MANY, 2, (uint8_t[]){0, 1}, &rng, &bins, &error), &error);
  ok(mt_bins_fill(&bins, x, MANY, &binned, &error), &error);
  assert_true(bins.count[0] > 100 && bins.count[0] < MT_BINS);
  uint32_t held[MT_BINS] = {0};
  for (uint32_t row = 0; row < MANY; row++) {
    uint32_t bin = mt_binned_get(&binned, row, 0);
    held[bin]++;
    assert_true(bin >= 1 && bin <= bins.count[0]);
    assert_true(x[2 * row] <= bins.edge[bin - 1] && (bin == 1 || x[2 * row] > bins.edge[bin - 2]));
    uint32_t set = mt_binned_get(&binned, row, 1);
    assert_true(row % 50 == 0 ? set == 0 : bins.edge[MT_BINS + set - 1] == x[2 * row + 1]);
  }
  for (uint32_t b = 1; b <= bins.count[0]; b++) assert_true(held[b] > 0 && held[b] < MANY / 8);
  assert_int_equal(mt_bin_of(&bins, 1, 5000), 0); /* a category that nobody had */
  assert_int_equal(mt_bin_of(&bins, 0, NAN), 0);
  mt_bins_free(&bins);
  mt_binned_free(&binned);
  free(x);
}

/* The gain of sending the rows for which goes[row] to the left, from the rows themselves. */
static double plain_gain(const uint8_t *goes, const float *gradient, const float *second, double least) {
  double g[2] = {0}, h[2] = {0};
  for (uint32_t row = 0; row < ROWS; row++) {
    g[goes[row]] += (double)gradient[row];
    h[goes[row]] += (double)second[row];
  }
  if (h[0] < least || h[1] < least) return 0;
  double all = g[0] + g[1];
  return g[0] * g[0] / (h[0] + HOW.lambda) + g[1] * g[1] / (h[1] + HOW.lambda) - all * all / (h[0] + h[1] + HOW.lambda);
}

/* Every threshold of every feature with what is not known on either side, and every set of the seven categories. */
static double best_of_all(const float *x, const float *gradient, const float *second) {
  uint8_t goes[ROWS];
  double best = 0, least = 0;
  for (uint32_t row = 0; row < ROWS; row++) least += (double)second[row] * HOW.least / ROWS;
  for (uint32_t f = 0; f < FEATURES; f++)
    for (uint32_t at = 0; at < (f == 3 ? 128 : ROWS); at++)
      for (uint32_t unknown = 0; unknown < (f == 3 ? 1u : 2u); unknown++) {
        for (uint32_t row = 0; row < ROWS; row++) {
          float one = x[row * FEATURES + f];
          if (one != one) goes[row] = (uint8_t)unknown;
          else goes[row] = (uint8_t)(f == 3 ? (at >> (uint32_t)one & 1) : one <= x[at * FEATURES + f]);
        }
        double gain = plain_gain(goes, gradient, second, least);
        if (gain > best) best = gain;
      }
  return best;
}

static void the_best_split_is_found(void **state) {
  (void)state;
  mt_error error = {0};
  for (uint64_t seed = 1; seed <= 20; seed++) {
    mt_rng rng = mt_rng_seed(seed);
    float x[ROWS * FEATURES], gradient[ROWS], second[ROWS];
    make_rows(&rng, x, gradient, second);
    mt_bins bins;
    mt_binned binned;
    mt_grower grower;
    ok(mt_bins_choose(x, ROWS, FEATURES, CATEGORY, &rng, &bins, &error), &error);
    ok(mt_bins_fill(&bins, x, ROWS, &binned, &error), &error);
    ok(mt_grower_start(&HOW, &bins, &binned, &grower, &error), &error);
    mt_branch nodes[15];
    double score[ROWS] = {0};
    uint32_t count = mt_grow(&grower, gradient, second, NULL, nodes, score);
    assert_int_equal(count, 15);
    /* of the categories the ratio's order has the best set only where lambda does not count: near enough */
    double best = best_of_all(x, gradient, second);
    assert_true(nodes[0].gain <= best * (1 + 1e-6));
    if (nodes[0].feature != 3) near(nodes[0].gain, best, 1e-5 * best);
    else assert_true(nodes[0].gain > 0.97 * best);
    /* what is added to a row is what the tree says of it, and a leaf says -rate · G / (H + lambda) */
    for (uint32_t n = 0; n < count; n++) {
      double g = 0, h = 0;
      if (nodes[n].feature != MT_NO_FEATURE) continue;
      for (uint32_t row = 0; row < ROWS; row++) {
        near(score[row], mt_branch_value(nodes, &binned, row), 0);
        if (score[row] == nodes[n].value) g += (double)gradient[row], h += (double)second[row];
      }
      near(nodes[n].value, -HOW.rate * g / (h + HOW.lambda), 1e-5);
      near(nodes[n].cover, h, 1e-4);
    }
    mt_grower_free(&grower);
    mt_binned_free(&binned);
    mt_bins_free(&bins);
  }
}

/* -- gradients ------------------------------------------------------------------------------------------------------ */

enum { GROUP = 23, TOP = 8 };

/* What the lambdas of a group are the gradient of, D being what it is at `score`: the sum of D · log(1 + e^(s_j - s_i)). */
static double surrogate(const double *at, const float *label, const double *score) {
  uint32_t order[GROUP];
  double ideal = 0, sum = 0;
  for (uint32_t i = 0; i < GROUP; i++) {
    order[i] = 0;
    uint32_t before = 0;
    for (uint32_t j = 0; j < GROUP; j++) {
      order[i] += score[j] > score[i] || (score[j] == score[i] && j < i);
      before += label[j] > label[i] || (label[j] == label[i] && j < i);
    }
    if (before < TOP) ideal += (double)label[i] / log2(before + 2.0);
  }
  for (uint32_t i = 0; i < GROUP; i++)
    for (uint32_t j = 0; j < GROUP; j++) {
      if (label[i] <= label[j] || (order[i] >= TOP && order[j] >= TOP)) continue;
      double swap = fabs(1 / log2(order[i] + 2.0) - 1 / log2(order[j] + 2.0));
      double delta = (double)(label[i] - label[j]) * swap / ideal / (0.01 + fabs(score[i] - score[j]));
      sum += delta * log1p(exp(at[j] - at[i]));
    }
  return sum;
}

static void lambdas_are_gradients(void **state) {
  (void)state;
  mt_error error = {0};
  mt_rng rng = mt_rng_seed(9);
  float label[GROUP], gradient[GROUP], second[GROUP];
  double score[GROUP], at[GROUP];
  for (uint32_t i = 0; i < GROUP; i++) {
    label[i] = i % 4 == 1 ? (float)(1 + i % 3) : 0; /* some are worth more than others */
    score[i] = (double)mt_rng_normal(&rng);
  }
  uint32_t start[] = {0, GROUP};
  mt_groups groups;
  ok(mt_groups_start(1, start, label, TOP, &groups, &error), &error);
  mt_lambdas(&groups, 0, TOP, score, gradient, second);
  double scale = 0, epsilon = 1e-5, sum = 0;
  for (uint32_t i = 0; i < GROUP; i++) sum += (double)gradient[i];
  near(sum, 0, 1e-5);
  for (uint32_t i = 0; i < GROUP; i++) {
    memcpy(at, score, sizeof at);
    at[i] += epsilon;
    double up = surrogate(at, label, score);
    at[i] -= 2 * epsilon;
    double down = surrogate(at, label, score), slope = (up - down) / (2 * epsilon);
    at[i] = score[i];
    double curve = (up + down - 2 * surrogate(at, label, score)) / (epsilon * epsilon);
    if (i == 0) scale = (double)gradient[0] / slope;
    near((double)gradient[i], scale * slope, 1e-4 * scale * (1 + fabs(slope)));
    near((double)second[i], scale * curve, 1e-2 * scale * (1 + fabs(curve)));
  }
  mt_groups_free(&groups);
}

/* A group where nothing was met, one where all was, one of one row, one of none: no push, no number that is none. */
static void groups_that_tell_nothing(void **state) {
  (void)state;
  mt_error error = {0};
  uint32_t start[] = {0, 3, 5, 6, 6};
  float label[] = {0, 0, 0, 1, 1, 1}, gradient[6], second[6];
  double score[] = {3, 2, 1, 0, 5, 1}, ndcg[4];
  mt_groups groups;
  ok(mt_groups_start(4, start, label, 4, &groups, &error), &error);
  for (uint32_t g = 0; g < 4; g++) mt_lambdas(&groups, g, 4, score, gradient, second);
  for (uint32_t row = 0; row < 6; row++) assert_true(gradient[row] == 0 && second[row] == 0);
  near(mt_groups_ndcg(&groups, 4, score, ndcg), 1, 0);
  assert_true(isnan(ndcg[0]) && ndcg[1] == 1 && ndcg[2] == 1 && isnan(ndcg[3]));
  mt_groups_free(&groups);
  label[2] = -1;
  assert_int_equal(mt_groups_start(4, start, label, 4, &groups, &error), MT_INVALID);
}

/* -- the whole ------------------------------------------------------------------------------------------------------ */

enum { GROUPS = 120, EACH = 20 };

/* What is met is what feature 0 says, backwards; the order that the rows have says nothing. */
static void make_moments(uint64_t seed, float *x, float *label, uint32_t *start) {
  mt_rng rng = mt_rng_seed(seed);
  for (uint32_t g = 0; g < GROUPS; g++) {
    start[g] = g * EACH;
    uint32_t best = 0;
    for (uint32_t i = 0; i < EACH; i++) {
      float *row = x + (size_t)(g * EACH + i) * 3;
      for (uint32_t f = 0; f < 3; f++) row[f] = mt_rng_normal(&rng);
      if (row[0] < x[(size_t)(g * EACH + best) * 3]) best = i;
      label[g * EACH + i] = 0;
    }
    label[g * EACH + best] = 1;
  }
  start[GROUPS] = GROUPS * EACH;
}

static void boosting_learns_what_decides(void **state) {
  (void)state;
  mt_error error = {0};
  mt_boosting how = {.growth = {7, 5, 1, 0.2, 10, 10, 100, 32}, .top = 8, .ndcg = 5, .groups = 0.7f, .features = 0.7f, .seed = 5};
  static float x[GROUPS * EACH * 3], label[GROUPS * EACH], held_x[GROUPS * EACH * 3], held_label[GROUPS * EACH];
  static uint32_t start[GROUPS + 1], held_start[GROUPS + 1];
  make_moments(1, x, label, start);
  make_moments(2, held_x, held_label, held_start);
  mt_boost boost, again;
  double first = 0, ndcg = 0, other = 0;
  ok(mt_boost_start(&how, x, 3, (uint8_t[3]){0}, GROUPS, start, label, &boost, &error), &error);
  ok(mt_boost_hold(&boost, held_x, GROUPS, held_start, held_label, &error), &error);
  ok(mt_boost_start(&how, x, 3, (uint8_t[3]){0}, GROUPS, start, label, &again, &error), &error);
  for (uint32_t round = 0; round < 40; round++) {
    ok(mt_boost_round(&boost, &ndcg, &error), &error);
    ok(mt_boost_round(&again, &other, &error), &error);
    if (round == 0) first = ndcg;
  }
  if (!(first < ndcg && ndcg > 0.9 && other == 0)) fail_msg("found %g, then %g", first, ndcg);
  assert_int_equal(boost.trees, 40);
  /* held rows change nothing, and the same seed gives the same trees */
  assert_int_equal(boost.tree[40], again.tree[40]);
  assert_memory_equal(boost.nodes, again.nodes, boost.tree[40] * sizeof *boost.nodes);
  mt_boost_free(&again);
  mt_boost_free(&boost);
  how.groups = 0;
  assert_int_equal(mt_boost_start(&how, x, 3, (uint8_t[3]){0}, GROUPS, start, label, &boost, &error), MT_INVALID);
}

/* Rows lie as another ranking put them, which is right more often than not: the first tree says so. In that order, what is worth
 * nothing among its first would have the longest way down, and what is worth something among its last the longest way up. */
static void rows_in_a_good_order_teach_that_it_is_good(void **state) {
  (void)state;
  mt_error error = {0};
  mt_boosting how = {.growth = {2, 5, 1, 0.2, 10, 10, 100, 32}, .top = 4, .ndcg = 5, .groups = 1, .features = 1, .seed = 5};
  static float x[GROUPS * EACH], label[GROUPS * EACH];
  static uint32_t start[GROUPS + 1];
  mt_rng rng = mt_rng_seed(8);
  for (uint32_t row = 0; row < GROUPS * EACH; row++) {
    x[row] = -(float)(row % EACH); /* by it they are in order */
    label[row] = mt_rng_unit(&rng) < (2 * (row % EACH) < EACH ? 0.33f : 0.3f);
  }
  for (uint32_t g = 0; g <= GROUPS; g++) start[g] = EACH * g;
  mt_boost boost;
  double ndcg;
  ok(mt_boost_start(&how, x, 1, (uint8_t[1]){0}, GROUPS, start, label, &boost, &error), &error);
  ok(mt_boost_round(&boost, &ndcg, &error), &error);
  if (!(boost.train.score[0] > boost.train.score[EACH - 1]))
    fail_msg("the first row is said %g, the last %g", boost.train.score[0], boost.train.score[EACH - 1]);
  mt_boost_free(&boost);
}

/* Where every label is the same nothing pushes, and every round is a tree that says nothing. */
static void boosting_of_nothing(void **state) {
  (void)state;
  mt_error error = {0};
  mt_boosting how = {.growth = {7, 5, 1, 0.2, 10, 10, 100, 32}, .top = 8, .ndcg = 5, .groups = 1, .features = 1, .seed = 5};
  static float x[GROUPS * EACH * 3], label[GROUPS * EACH];
  static uint32_t start[GROUPS + 1];
  make_moments(1, x, label, start);
  for (uint32_t one = 0; one < 2; one++) {
    for (uint32_t row = 0; row < GROUPS * EACH; row++) label[row] = (float)one;
    mt_boost boost;
    double ndcg;
    ok(mt_boost_start(&how, x, 3, (uint8_t[3]){0}, GROUPS, start, label, &boost, &error), &error);
    for (uint32_t round = 0; round < 3; round++) ok(mt_boost_round(&boost, &ndcg, &error), &error);
    for (uint32_t n = 0; n < boost.tree[3]; n++) assert_true(boost.nodes[n].feature == MT_NO_FEATURE && boost.nodes[n].value == 0);
    mt_boost_free(&boost);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bins_keep_the_order),     cmocka_unit_test(the_best_split_is_found),
      cmocka_unit_test(lambdas_are_gradients),   cmocka_unit_test(groups_that_tell_nothing),
      cmocka_unit_test(boosting_learns_what_decides), cmocka_unit_test(rows_in_a_good_order_teach_that_it_is_good),
      cmocka_unit_test(boosting_of_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

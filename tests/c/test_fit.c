/* Training a program by steps: losses and all gradients of a slot against differences of a plain reference in double, and the same
 * bits whoever takes which slot and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <threads.h>

#include <cmocka.h>

#include <math.h>

#include "learn/fit.h"
#include "learn/losses.h"
#include "base/simd.h"
#include "tape.h"

#define STEP 1e-6 /* of a difference */

/* -- losses -- */

static double log_sigmoid(double x) { return x < 0 ? x - log1p(exp(x)) : -log1p(exp(-x)); }

/* As fit.h says; scores of -INFINITY are none. */
static double plain_loss(mt_fit_loss loss, double first, double second, double own, const double *score, uint32_t n) {
  double sum = 0, count = 0;
  for (uint32_t i = 0; i < n; i++) count += score[i] > -INFINITY;
  if (loss == MT_FIT_SOFTMAX) {
    for (uint32_t i = 0; i < n; i++) sum += exp(score[i] - own);
    return log1p(sum);
  }
  for (uint32_t i = 0; i < n; i++) {
    if (!(score[i] > -INFINITY)) continue;
    if (loss == MT_FIT_BPR) sum -= log_sigmoid(own - score[i]) / count;
    if (loss == MT_FIT_CCL) sum += second / count * fmax(0, score[i] - first);
    if (loss == MT_FIT_GBCE) sum -= log_sigmoid(second - score[i]);
  }
  return loss == MT_FIT_CCL ? 1 - own + sum : loss == MT_FIT_GBCE ? sum - first * log_sigmoid(own - second) : sum;
}

static void near_to(double found, double wanted, double scale, double most, const char *what) {
  if (!(fabs(found - wanted) <= most * fmax(scale, fabs(wanted)))) fail_msg("%s: found %.9g, expected %.9g", what, found, wanted);
}

static void losses_and_their_slopes(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(51);
  for (uint32_t trial = 0; trial < 800; trial++) {
    mt_fit_loss loss = (mt_fit_loss)(trial % MT_FIT_LOSSES_END);
    uint32_t n = 4 * (1 + mt_rng_below(&rng, 40));
    float wide = trial % 3 == 0 ? 30 : 1, first = 0.125f + mt_rng_unit(&rng) / 4, second = 1 + 9 * mt_rng_unit(&rng), weight = mt_rng_unit(&rng);
    float own = wide * mt_rng_normal(&rng), score[160], slope[160], by_own = 0;
    double plain[160];
    for (uint32_t i = 0; i < n; i++) {
      score[i] = mt_rng_below(&rng, 9) == 0 || trial % 50 == 7 ? -INFINITY : wide * mt_rng_normal(&rng);
      slope[i] = score[i], plain[i] = (double)score[i];
    }
    double found = mt_loss_of(loss, first, second, weight, own, slope, n, &by_own), w = (double)weight;
    near_to(found, w * plain_loss(loss, (double)first, (double)second, (double)own, plain, n), w, 1e-5, "loss");
    double sides[2];
    for (int s = 0; s < 2; s++) sides[s] = plain_loss(loss, (double)first, (double)second, (double)own + (s == 0 ? STEP : -STEP), plain, n);
    near_to((double)by_own, w * (sides[0] - sides[1]) / (2 * STEP), w, 1e-5, "slope of its own score");
    for (uint32_t i = 0; i < n; i += 3) {
      double keep = plain[i];
      for (int s = 0; s < 2; s++) plain[i] = keep + (s == 0 ? STEP : -STEP), sides[s] = plain_loss(loss, (double)first, (double)second, (double)own, plain, n);
      plain[i] = keep;
      near_to((double)slope[i], w * (sides[0] - sides[1]) / (2 * STEP), w / n, 1e-4, "slope of a score");
    }
  }
}

/* -- a program to train: vectors[i] = drop · tanh(item[i] P + tanh(b)) · mask[i], of each place of a history -- */

enum { ITEMS, MASK, DROPPED, MATRIX, BIAS, VECTORS };
enum { LENGTH = 3, WIDTH = 8, CATALOGUE = 20, MOST_ROWS = 4, PAIRS = 6, NEGATIVES = 8, VALUES = WIDTH * WIDTH + WIDTH };

static tape *program_to_train(void) {
  tape *t = tape_start(MOST_ROWS);
  const uint32_t all[] = {1, LENGTH, WIDTH}, square[] = {WIDTH, WIDTH}, wide[] = {WIDTH}, none = MT_NO_VIEW, fresh = UINT32_MAX;
  uint32_t items = tape_scratch(t, fresh, 3, all, 0), mask = tape_scratch(t, fresh, 2, all, 0), dropped = tape_scratch(t, fresh, 3, all, 0);
  uint32_t matrix = tape_scratch(t, fresh, 2, square, MT_NO_ROWS), bias = tape_scratch(t, fresh, 1, wide, MT_NO_ROWS);
  uint32_t curved = tape_scratch(t, fresh, 1, wide, MT_NO_ROWS), part[3];
  for (int i = 0; i < 3; i++) part[i] = tape_scratch(t, fresh, 3, all, 0);
  uint32_t out = tape_scratch(t, fresh, 3, all, 0);
  mt_view weights = {.rank = 3, .rows = 1, .offset = t->view[matrix].offset, .dims = {1, WIDTH, WIDTH}, .strides = {0, WIDTH, 1}};
  mt_view added = {.rank = 3, .rows = 1, .offset = t->view[curved].offset, .dims = {1, LENGTH, WIDTH}, .strides = {0, 0, 1}};
  mt_view present = {.rank = 3, .rows = 1, .offset = t->view[mask].offset, .dims = {1, LENGTH, WIDTH}, .strides = {LENGTH, 1, 0}};
  tape_op(t, MT_OP_UNARY, MT_UNARY_TANH, curved, bias, none, none);
  t->request_ops = 1;
  tape_op(t, MT_OP_MATMUL, MT_UNARY_NONE, part[0], items, tape_add(t, weights), tape_add(t, added));
  tape_op(t, MT_OP_UNARY, MT_UNARY_TANH, part[1], part[0], none, none);
  tape_op(t, MT_OP_BINARY, MT_BINARY_MUL, part[2], part[1], dropped, none);
  tape_op(t, MT_OP_BINARY, MT_BINARY_MUL, out, part[2], tape_add(t, present), none);
  tape_port(t, items, true), tape_port(t, mask, true), tape_port(t, dropped, true), tape_port(t, matrix, true), tape_port(t, bias, true);
  tape_port(t, out, false);
  return t;
}

static mt_fit_shape shape_of(mt_fit_loss loss) {
  return (mt_fit_shape){.length = LENGTH, .width = WIDTH, .vectors = LENGTH, .items = ITEMS, .mask = MASK, .ids = MT_NO_PORT, .count = MT_NO_PORT, .output = VECTORS, .dropout = DROPPED,
                        .dropouts = 1, .drop = 0.3f, .parameter = MATRIX, .parameters = 2, .pairs = PAIRS, .negatives = NEGATIVES, .block = NEGATIVES, .loss = loss, .first = 0.2f, .second = 3};
}

/* A share of a batch, and all that it points at. */
typedef struct batch {
  mt_fit_share share;
  uint32_t history[MOST_ROWS * LENGTH], vector[PAIRS], target[PAIRS], negative[NEGATIVES];
  float weight[PAIRS], likely[NEGATIVES], target_likely[PAIRS];
  float values[VALUES];
} batch;

static void draw_values(float *values, mt_rng rng) {
  for (uint32_t i = 0; i < VALUES; i++) values[i] = mt_rng_normal(&rng) / (i < WIDTH * WIDTH ? 3 : 1);
}

static void draw_batch(batch *b, mt_rng *rng, uint32_t seed) {
  uint32_t rows = 1 + mt_rng_below(rng, MOST_ROWS), pairs = 1 + mt_rng_below(rng, PAIRS), negatives = 4 * mt_rng_below(rng, NEGATIVES / 4 + 1);
  bool corrected = mt_rng_below(rng, 2) == 0;
  for (uint32_t i = 0; i < rows * LENGTH; i++) b->history[i] = mt_rng_below(rng, 4) == 0 ? MT_NO_ITEM : mt_rng_below(rng, CATALOGUE);
  for (uint32_t p = 0; p < PAIRS; p++) {
    b->vector[p] = mt_rng_below(rng, rows * LENGTH), b->target[p] = mt_rng_below(rng, CATALOGUE);
    b->weight[p] = mt_rng_below(rng, 5) == 0 ? 0 : mt_rng_unit(rng), b->target_likely[p] = -3 * mt_rng_unit(rng);
  }
  for (uint32_t n = 0; n < NEGATIVES; n++) {
    b->negative[n] = mt_rng_below(rng, 3) == 0 ? b->target[mt_rng_below(rng, PAIRS)] : mt_rng_below(rng, CATALOGUE);
    if (mt_rng_below(rng, 8) == 0) b->negative[n] = MT_NO_ITEM;
    b->likely[n] = -3 * mt_rng_unit(rng);
  }
  draw_values(b->values, *rng);
  b->share = (mt_fit_share){b->values, rows, b->history, pairs, b->vector, b->target, b->weight, negatives, b->negative, corrected ? b->likely : NULL,
                            corrected ? b->target_likely : NULL, seed, NULL, NULL, NULL};
}

static void start(const unsigned char *bytes, size_t length, mt_fit_loss loss, uint32_t block, mt_fit *fit) {
  mt_error error = {0};
  mt_fit_shape shape = shape_of(loss);
  shape.block = block;
  if (mt_fit_start(bytes, length, &shape, fit, &error) != MT_OK) fail_msg("%s", error.message);
}

/* -- the same by its definition -- */

typedef struct known {
  double table[CATALOGUE * WIDTH], matrix[WIDTH * WIDTH], bias[WIDTH];
} known;
#define KNOWN (sizeof(known) / sizeof(double))

static double plain_vector(const known *k, const batch *b, const float *dropped, uint32_t place, uint32_t column) {
  uint32_t item = b->history[place];
  if (item == MT_NO_ITEM) return 0;
  double sum = tanh(k->bias[column]);
  for (uint32_t d = 0; d < WIDTH; d++) sum += k->table[item * WIDTH + d] * k->matrix[d * WIDTH + column];
  return tanh(sum) * (double)dropped[place * WIDTH + column];
}

static double plain_slot(const known *k, const batch *b, const float *dropped, const mt_fit_shape *shape) {
  const mt_fit_share *share = &b->share;
  double loss = 0;
  for (uint32_t p = 0; p < share->pairs; p++) {
    double h[WIDTH], score[NEGATIVES], own = share->target_likely != NULL ? -(double)b->target_likely[p] : 0;
    for (uint32_t d = 0; d < WIDTH; d++) h[d] = plain_vector(k, b, dropped, b->vector[p], d), own += h[d] * k->table[b->target[p] * WIDTH + d];
    for (uint32_t n = 0; n < share->negatives; n++) {
      score[n] = share->likely != NULL ? -(double)b->likely[n] : 0;
      bool is_none = b->negative[n] == MT_NO_ITEM || b->negative[n] == b->target[p];
      for (uint32_t d = 0; d < WIDTH; d++) score[n] += is_none ? 0 : h[d] * k->table[b->negative[n] * WIDTH + d];
      if (is_none) score[n] = -INFINITY;
    }
    loss += (double)b->weight[p] * plain_loss((mt_fit_loss)shape->loss, (double)shape->first, (double)shape->second, own, score, share->negatives);
  }
  return loss;
}

static void all_gradients_of_a_slot(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(52);
  tape *t = program_to_train();
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  float *table = exact_memory(CATALOGUE * WIDTH * sizeof *table), found[KNOWN];
  double worst = 0;
  for (uint32_t trial = 0; trial < 60; trial++) {
    mt_fit fit;
    const mt_fit *slots[] = {&fit};
    mt_error error = {0};
    batch b;
    known k;
    double loss = 0, wanted[KNOWN], most = 0;
    mt_fit_loss of = (mt_fit_loss)(trial % MT_FIT_LOSSES_END);
    start(bytes, length, of, of == MT_FIT_SOFTMAX && trial % 8 == 0 ? 4 : NEGATIVES, &fit);
    draw_batch(&b, &rng, trial % 2 == 0 ? 0 : trial);
    for (uint32_t i = 0; i < CATALOGUE * WIDTH; i++) table[i] = mt_rng_normal(&rng), k.table[i] = (double)table[i];
    for (uint32_t i = 0; i < WIDTH * WIDTH; i++) k.matrix[i] = (double)b.values[i];
    for (uint32_t i = 0; i < WIDTH; i++) k.bias[i] = (double)b.values[WIDTH * WIDTH + i];
    for (int again = 0; again < 2; again++) /* what an earlier batch left does not count */
      if (mt_fit_slot(&fit, table, &b.share, &loss, &error) != MT_OK) fail_msg("%s", error.message);
    const float *dropped = mt_run_port(&fit.run, DROPPED);
    near_to(loss, plain_slot(&k, &b, dropped, &fit.shape), 1, 1e-5, "loss");
    memset(found, 0, sizeof found);
    uint8_t seen[CATALOGUE] = {0};
    uint32_t touched[CATALOGUE], count = 0;
    double squares = mt_fit_gather(slots, 1, 0, 1, found, seen, touched, &count), sum = 0;
    for (uint32_t i = 0; i < CATALOGUE * WIDTH; i++) sum += (double)found[i] * (double)found[i];
    near_to(squares, sum, 1e-6, 1e-5, "sum of squares");
    mt_fit_dense_gradient(slots, 1, found + CATALOGUE * WIDTH);
    for (uint32_t i = 0; i < KNOWN; i++) {
      double *x = (double *)&k + i, keep = *x, side[2];
      for (int s = 0; s < 2; s++) *x = keep + (s == 0 ? STEP : -STEP), side[s] = plain_slot(&k, &b, dropped, &fit.shape);
      *x = keep;
      wanted[i] = (side[0] - side[1]) / (2 * STEP);
      most = fmax(most, fabs(wanted[i]));
    }
    for (uint32_t i = 0; i < KNOWN; i++) {
      double off = fabs((double)found[i] - wanted[i]) / fmax(most, 0.01);
      if (!(off <= 1e-4)) fail_msg("trial %u, number %u: found %.9g, expected %.9g", trial, i, (double)found[i], wanted[i]);
      worst = fmax(worst, off);
    }
    mt_fit_stop(&fit);
  }
  print_message("slots    worst relative error %.1e\n", worst);
  free(table), free(bytes);
  tape_drop(t);
}

/* -- the same bits whoever does what -- */

enum { SLOTS = 5, PARTS = 3, STEPS = 4 };

typedef struct training {
  mt_fit fit[SLOTS];
  batch b[SLOTS];
  double loss[SLOTS], squares[PARTS];
  float *table, sum[CATALOGUE * WIDTH], moments[2][CATALOGUE * WIDTH], values[VALUES], gradient[VALUES], of_values[2][VALUES];
  uint8_t seen[CATALOGUE];
  uint32_t touched[PARTS][CATALOGUE], counts[PARTS];
  mt_adam adam;
} training;

typedef struct task {
  training *all;
  uint32_t stage, first, stride; /* slots or parts first, first + stride, … */
  bool backwards;
} task;

static int work(void *given) {
  const task *task = given;
  training *all = task->all;
  uint32_t count = task->stage == 0 ? SLOTS : PARTS;
  const mt_fit *slots[SLOTS];
  for (uint32_t s = 0; s < SLOTS; s++) slots[s] = &all->fit[s];
  for (uint32_t i = task->first; i < count; i += task->stride) {
    uint32_t n = task->backwards ? count - 1 - i : i;
    mt_error error;
    if (task->stage == 0) CHECK(mt_fit_slot(&all->fit[n], all->table, &all->b[n].share, &all->loss[n], &error) == MT_OK);
    if (task->stage == 1) all->squares[n] = mt_fit_gather(slots, SLOTS, n, PARTS, all->sum, all->seen, all->touched[n], &all->counts[n]);
    if (task->stage == 2) mt_fit_table(&all->adam, WIDTH, false, all->touched[n], all->counts[n], all->sum, all->seen, all->table, all->moments[0], all->moments[1]);
  }
  return 0;
}

/* Some steps of training by so many threads. */
static void train(training *all, uint32_t threads, bool backwards) {
  mt_rng rng = mt_rng_seed(53);
  tape *t = program_to_train();
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  const mt_fit *slots[SLOTS];
  for (uint32_t s = 0; s < SLOTS; s++) start(bytes, length, MT_FIT_SOFTMAX, NEGATIVES, &all->fit[s]), slots[s] = &all->fit[s];
  all->table = exact_memory(CATALOGUE * WIDTH * sizeof *all->table);
  for (uint32_t i = 0; i < CATALOGUE * WIDTH; i++) all->table[i] = mt_rng_normal(&rng);
  draw_values(all->values, mt_rng_seed(54));
  for (uint32_t step = 1; step <= STEPS; step++) {
    double squares = 0;
    for (uint32_t s = 0; s < SLOTS; s++) draw_batch(&all->b[s], &rng, step * SLOTS + s), all->b[s].share.values = all->values;
    all->adam = (mt_adam){.rate = 0.01f, .beta1 = 0.9f, .beta2 = 0.999f, .epsilon = 1e-8f, .decay = 0.01f, .step = step};
    for (uint32_t stage = 0; stage < 3; stage++) {
      thrd_t thread[4];
      task tasks[4];
      for (uint32_t i = 0; i < threads; i++) {
        tasks[i] = (task){all, stage, i, threads, backwards};
        CHECK(thrd_create(&thread[i], work, &tasks[i]) == thrd_success);
      }
      for (uint32_t i = 0; i < threads; i++) thrd_join(thread[i], NULL);
      if (stage != 1) continue;
      for (uint32_t p = 0; p < PARTS; p++) squares += all->squares[p];
      squares += mt_fit_dense_gradient(slots, SLOTS, all->gradient);
      all->adam.scale = squares > 1 ? (float)(1 / sqrt(squares)) : 1;
    }
    mt_fit_dense(&all->adam, VALUES, all->gradient, all->values, all->of_values[0], all->of_values[1]);
    for (uint32_t i = 0; i < CATALOGUE; i++) assert_true(all->seen[i] == 0);
    for (uint32_t i = 0; i < CATALOGUE * WIDTH; i++) assert_true(all->sum[i] == 0);
  }
  for (uint32_t s = 0; s < SLOTS; s++) mt_fit_stop(&all->fit[s]);
  free(bytes);
  tape_drop(t);
}

static void the_same_bits_for_any_threads(void **state) {
  (void)state;
  training *one = calloc(1, sizeof *one);
  train(one, 1, false);
  for (uint32_t threads = 1; threads <= 4; threads++) {
    training *other = calloc(1, sizeof *other);
    train(other, threads, threads % 2 == 1);
    assert_memory_equal(one->table, other->table, CATALOGUE * WIDTH * sizeof *one->table);
    assert_memory_equal(one->values, other->values, sizeof one->values);
    assert_memory_equal(one->moments, other->moments, sizeof one->moments);
    assert_memory_equal(one->loss, other->loss, sizeof one->loss);
    free(other->table), free(other);
  }
  free(one->table), free(one);
}

/* -- steps and ranks -- */

static void steps_of_adam(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(55);
  float value = 0.5f, first = 0, second = 0;
  double x = 0.5, m = 0, v = 0;
  for (uint32_t step = 1; step <= 50; step++) {
    const mt_adam adam = {.rate = 0.01f, .beta1 = 0.9f, .beta2 = 0.98f, .epsilon = 1e-6f, .decay = 0.1f, .step = step, .scale = 0.5f};
    float gradient = 1 + mt_rng_normal(&rng);
    mt_fit_dense(&adam, 1, &gradient, &value, &first, &second);
    double g = 0.5 * (double)gradient;
    m = 0.9 * m + 0.1 * g, v = 0.98 * v + 0.02 * g * g;
    x -= 0.01 * (m / (1 - pow(0.9, step)) / (sqrt(v / (1 - pow(0.98, step))) + 1e-6) + 0.1 * x);
    near_to((double)value, x, 1, 1e-5, "a value after a step");
  }
}

/* Rows of length 1 stay so, and step the way that lowers <gradient, row>. */
static void rows_of_length_one(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(59);
  float row[WIDTH], gradient[WIDTH], first[WIDTH] = {0}, second[WIDTH] = {0};
  const uint32_t touched[] = {0};
  for (uint32_t d = 0; d < WIDTH; d++) row[d] = mt_rng_normal(&rng), gradient[d] = mt_rng_normal(&rng);
  float length = sqrtf(mt_dot_f32(row, row, WIDTH));
  for (uint32_t d = 0; d < WIDTH; d++) row[d] /= length;
  float before = mt_dot_f32(row, gradient, WIDTH);
  for (uint32_t step = 1; step <= 200; step++) {
    const mt_adam adam = {.rate = 0.05f, .beta1 = 0.9f, .beta2 = 0.98f, .epsilon = 1e-6f, .step = step, .scale = 1};
    float sum[WIDTH];
    uint8_t seen[] = {1};
    memcpy(sum, gradient, sizeof sum);
    mt_fit_table(&adam, WIDTH, true, touched, 1, sum, seen, row, first, second);
    near_to((double)mt_dot_f32(row, row, WIDTH), 1, 1, 1e-5, "length");
  }
  assert_true(mt_dot_f32(row, gradient, WIDTH) < before);
  assert_true(mt_dot_f32(row, gradient, WIDTH) < -0.95f * sqrtf(mt_dot_f32(gradient, gradient, WIDTH)));
}

static void ranks_among_all_items(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(56);
  tape *t = program_to_train();
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  float *table = exact_memory(CATALOGUE * WIDTH * sizeof *table);
  mt_fit fit;
  mt_error error = {0};
  start(bytes, length, MT_FIT_SOFTMAX, NEGATIVES, &fit);
  for (uint32_t trial = 0; trial < 50; trial++) {
    batch b;
    uint32_t ranks[PAIRS];
    uint8_t among[CATALOGUE];
    draw_batch(&b, &rng, 0);
    for (uint32_t i = 0; i < CATALOGUE; i++) among[i] = mt_rng_below(&rng, 2) == 0;
    if (trial % 2 == 1) b.share.among = among;
    for (uint32_t i = 0; i < CATALOGUE * WIDTH; i++) table[i] = mt_rng_normal(&rng);
    memcpy(table, table + WIDTH, WIDTH * sizeof *table); /* two that score alike */
    assert_int_equal(mt_fit_ranks(&fit, table, CATALOGUE, &b.share, ranks, &error), MT_OK);
    for (uint32_t p = 0; p < b.share.pairs; p++) {
      const float *h = mt_run_port(&fit.run, VECTORS) + b.vector[p] * WIDTH;
      uint32_t rank = 0, row = b.vector[p] / LENGTH;
      for (uint32_t item = 0; item < CATALOGUE; item++) {
        bool open = item != b.target[p] && (trial % 2 == 0 || among[item] == 1);
        for (uint32_t i = 0; i < LENGTH; i++) open &= b.history[row * LENGTH + i] != item;
        rank += open && mt_dot_f32(h, table + item * WIDTH, WIDTH) >= mt_dot_f32(h, table + b.target[p] * WIDTH, WIDTH);
      }
      assert_int_equal(ranks[p], rank);
    }
  }
  mt_fit_stop(&fit);
  free(table), free(bytes);
  tape_drop(t);
}

static bool stands_in(const uint32_t *list, uint32_t n, uint32_t item) {
  for (uint32_t i = 0; i < n; i++)
    if (list[i] == item) return true;
  return false;
}

static void nearest_of_what_a_row_does_not_hold(void **state) {
  (void)state;
  enum { NEAREST = 4 };
  mt_rng rng = mt_rng_seed(60);
  tape *t = program_to_train();
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  float *table = exact_memory(CATALOGUE * WIDTH * sizeof *table);
  mt_fit fit;
  mt_error error = {0};
  start(bytes, length, MT_FIT_SOFTMAX, NEGATIVES, &fit);
  for (uint32_t trial = 0; trial < 50; trial++) {
    batch b;
    uint32_t nearest[PAIRS * NEAREST], items = trial % 2 == 0 ? CATALOGUE : 5; /* of five, fewer may be left than are asked for */
    draw_batch(&b, &rng, 0);
    if (items == 5) {
      for (uint32_t i = 0; i < MOST_ROWS * LENGTH; i++) b.history[i] = b.history[i] == MT_NO_ITEM ? MT_NO_ITEM : b.history[i] % 5;
      for (uint32_t p = 0; p < PAIRS; p++) b.target[p] %= 5;
    }
    for (uint32_t i = 0; i < CATALOGUE * WIDTH; i++) table[i] = mt_rng_normal(&rng);
    uint8_t among[CATALOGUE];
    for (uint32_t i = 0; i < CATALOGUE; i++) among[i] = trial % 3 != 0 || mt_rng_below(&rng, 4) != 0;
    if (trial % 3 == 0) b.share.among = among;
    assert_int_equal(mt_fit_nearest(&fit, table, items, &b.share, NEAREST, nearest, &error), MT_OK);
    for (uint32_t p = 0; p < b.share.pairs; p++) {
      const uint32_t *found = nearest + p * NEAREST, row = b.vector[p] / LENGTH;
      const float *h = mt_run_port(&fit.run, VECTORS) + b.vector[p] * WIDTH;
      uint32_t open = 0, wanted[PAIRS + LENGTH + CATALOGUE], known = LENGTH;
      memcpy(wanted, b.history + row * LENGTH, LENGTH * sizeof *wanted);
      for (uint32_t q = 0; q < b.share.pairs; q++)
        if (b.vector[q] / LENGTH == row) wanted[known++] = b.target[q];
      for (uint32_t item = 0; item < items; item++)
        if (among[item] == 0) wanted[known++] = item;
      for (uint32_t item = 0; item < items; item++) open += !stands_in(wanted, known, item);
      for (uint32_t n = 0; n < NEAREST; n++) {
        assert_int_equal(found[n] == MT_NO_ITEM, n >= open);
        if (n >= open) continue;
        assert_false(stands_in(wanted, known, found[n]) || stands_in(found, n, found[n]));
        float own = mt_dot_f32(h, table + found[n] * WIDTH, WIDTH);
        for (uint32_t item = 0; item < items; item++) /* what is better is known, or stands before it */
          assert_true(mt_dot_f32(h, table + item * WIDTH, WIDTH) <= own || stands_in(wanted, known, item) || stands_in(found, n, item));
      }
    }
  }
  mt_fit_stop(&fit);
  free(table), free(bytes);
  tape_drop(t);
}

static void what_does_not_fit_is_refused(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(58);
  tape *t = program_to_train();
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  float table[CATALOGUE * WIDTH] = {0};
  mt_fit fit;
  mt_error error = {0};
  batch b;
  double loss;
  for (int which = 0; which < 11; which++) {
    mt_fit_shape shape = shape_of(which == 10 ? MT_FIT_BPR : MT_FIT_SOFTMAX);
    if (which == 0) shape.width = 6;
    if (which == 1) shape.length++;
    if (which == 2) shape.vectors++;
    if (which == 3) shape.mask = MATRIX;
    if (which == 4) shape.items = VECTORS + 1;
    if (which == 5) shape.dropouts = 4;
    if (which == 6) shape.parameters = 3;
    if (which == 7) shape.block = 0;
    if (which == 8) shape.block = 2;
    if (which == 9) shape.block = NEGATIVES + 4;
    if (which == 10) shape.block = 4;
    assert_int_equal(mt_fit_start(bytes, length, &shape, &fit, &error), MT_INVALID);
  }
  start(bytes, length, MT_FIT_SOFTMAX, NEGATIVES, &fit);
  for (int which = 0; which < 4; which++) {
    draw_batch(&b, &rng, 0);
    if (which == 0) b.share.rows = MOST_ROWS + 1;
    if (which == 1) b.share.pairs = PAIRS + 1;
    if (which == 2) b.share.negatives = NEGATIVES + 4;
    if (which == 3) b.share.negatives = 3;
    assert_int_equal(mt_fit_slot(&fit, table, &b.share, &loss, &error), MT_INVALID);
  }
  mt_fit_stop(&fit);
  free(bytes);
  tape_drop(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(losses_and_their_slopes), cmocka_unit_test(all_gradients_of_a_slot), cmocka_unit_test(the_same_bits_for_any_threads),
      cmocka_unit_test(rows_of_length_one), cmocka_unit_test(steps_of_adam),           cmocka_unit_test(ranks_among_all_items), cmocka_unit_test(nearest_of_what_a_row_does_not_hold),   cmocka_unit_test(what_does_not_fit_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

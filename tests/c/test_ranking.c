/* Training a ranker by steps: the loss and all gradients of a share against differences of a plain reference in double, scores of
 * moments of any length, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "learn/ranking.h"
#include "base/simd.h"
#include "tape.h"

#define STEP 1e-6 /* of a difference */

/* -- a program to train: score = drop · (x w + known w + fields v + item · tanh(sum of the history)) -- */

enum { FEATURE, KNOWN, FIELD, ITEM, HISTORY, MASK, DROPPED, WEIGHT, VECTOR, SCORE };
enum { FEATURES = 3, FIELDS = 2, WIDTH = 5, LENGTH = 4, MOST_ROWS = 6, TABLE = 12, MOMENTS = 3, LONGEST = 9 };
enum { WEIGHTS = FEATURES, VECTORS = FIELDS * WIDTH, VALUES = 4 + 12 }; /* each of a multiple of 4 floats */

static tape *program_to_train(void) {
  tape *t = tape_start(MOST_ROWS);
  const uint32_t fresh = UINT32_MAX, none = MT_NO_VIEW, features[] = {1, FEATURES}, fields[] = {1, VECTORS}, vector[] = {1, WIDTH};
  const uint32_t events[] = {LENGTH, WIDTH}, mask[] = {1, LENGTH}, one[] = {1, 1}, weight[] = {FEATURES, 1}, of_fields[] = {VECTORS, 1};
  uint32_t port[SCORE], part[7];
  port[FEATURE] = tape_scratch(t, fresh, 2, features, 0), port[KNOWN] = tape_scratch(t, fresh, 2, features, 0);
  port[FIELD] = tape_scratch(t, fresh, 2, fields, 0), port[ITEM] = tape_scratch(t, fresh, 2, vector, 0);
  port[HISTORY] = tape_scratch(t, fresh, 2, events, MT_NO_ROWS), port[MASK] = tape_scratch(t, fresh, 2, mask, MT_NO_ROWS);
  port[DROPPED] = tape_scratch(t, fresh, 2, one, 0), port[WEIGHT] = tape_scratch(t, fresh, 2, weight, MT_NO_ROWS);
  port[VECTOR] = tape_scratch(t, fresh, 2, of_fields, MT_NO_ROWS);
  uint32_t sum = tape_scratch(t, fresh, 2, vector, MT_NO_ROWS), curved = tape_scratch(t, fresh, 2, vector, MT_NO_ROWS);
  for (int i = 0; i < 7; i++) part[i] = tape_scratch(t, fresh, 2, one, 0);
  uint32_t out = tape_scratch(t, fresh, 2, one, 0);
  mt_view column = {.rank = 2, .offset = t->view[curved].offset, .dims = {WIDTH, 1}, .strides = {1, 1}};
  tape_op(t, MT_OP_MATMUL, MT_UNARY_NONE, sum, port[MASK], port[HISTORY], none);
  tape_op(t, MT_OP_UNARY, MT_UNARY_TANH, curved, sum, none, none);
  t->request_ops = 2;
  tape_op(t, MT_OP_MATMUL, MT_UNARY_NONE, part[0], port[FEATURE], port[WEIGHT], none);
  tape_op(t, MT_OP_MATMUL, MT_UNARY_NONE, part[1], port[KNOWN], port[WEIGHT], none);
  tape_op(t, MT_OP_MATMUL, MT_UNARY_NONE, part[2], port[FIELD], port[VECTOR], none);
  tape_op(t, MT_OP_MATMUL, MT_UNARY_NONE, part[3], port[ITEM], tape_add(t, column), none);
  tape_op(t, MT_OP_BINARY, MT_BINARY_ADD, part[4], part[0], part[1], none);
  tape_op(t, MT_OP_BINARY, MT_BINARY_ADD, part[5], part[2], part[3], none);
  tape_op(t, MT_OP_BINARY, MT_BINARY_ADD, part[6], part[4], part[5], none);
  tape_op(t, MT_OP_BINARY, MT_BINARY_MUL, out, part[6], port[DROPPED], none);
  for (int p = 0; p < SCORE; p++) tape_port(t, port[p], true);
  tape_port(t, out, false);
  return t;
}

static mt_ranking_shape shape_of(void) {
  return (mt_ranking_shape){.width = WIDTH, .feature_port = FEATURE, .known_port = KNOWN, .field_port = FIELD, .item_port = ITEM,
                            .history_port = HISTORY, .mask_port = MASK, .output = SCORE, .dropout = DROPPED, .dropouts = 1, .parameter = WEIGHT,
                            .parameters = 2, .drop = 0.3f, .frozen = MT_NO_ITEM, .features = FEATURES, .fields = FIELDS, .length = LENGTH, .moments = MOMENTS};
}

/* Moments, and all that they point at. */
typedef struct scenes {
  mt_moments all;
  uint32_t start[MOMENTS + 1], field[MOMENTS * LONGEST * FIELDS], item[MOMENTS * LONGEST], history[MOMENTS * LENGTH], order[MOMENTS];
  float x[MOMENTS * LONGEST * FEATURES], label[MOMENTS * LONGEST], values[VALUES], table[TABLE * WIDTH];
} scenes;

static void draw_scenes(scenes *s, mt_rng *rng, uint32_t longest) {
  for (uint32_t m = 0; m < MOMENTS; m++) s->start[m + 1] = s->start[m] + 1 + mt_rng_below(rng, longest), s->order[m] = (m + 1) % MOMENTS;
  for (uint32_t row = 0; row < s->start[MOMENTS]; row++) {
    for (uint32_t f = 0; f < FEATURES; f++) {
      float odd[] = {NAN, INFINITY, -INFINITY};
      s->x[row * FEATURES + f] = mt_rng_below(rng, 4) == 0 ? odd[mt_rng_below(rng, 3)] : mt_rng_normal(rng);
    }
    for (uint32_t f = 0; f < FIELDS; f++) s->field[row * FIELDS + f] = mt_rng_below(rng, TABLE);
    s->item[row] = mt_rng_below(rng, TABLE);
    s->label[row] = mt_rng_below(rng, 3) == 0 ? 3 * mt_rng_unit(rng) : 0;
  }
  for (uint32_t m = 0; m < MOMENTS; m++) s->label[s->start[m]] = 1; /* something is worth something */
  for (uint32_t i = 0; i < MOMENTS * LENGTH; i++) s->history[i] = mt_rng_below(rng, 3) == 0 ? MT_NO_ITEM : mt_rng_below(rng, TABLE);
  for (uint32_t i = 0; i < VALUES; i++) s->values[i] = mt_rng_normal(rng);
  for (uint32_t i = 0; i < TABLE * WIDTH; i++) s->table[i] = mt_rng_normal(rng) / 2;
  s->all = (mt_moments){MOMENTS, s->start, FEATURES, s->x, FIELDS, s->field, s->item, LENGTH, s->history, s->label};
}

/* -- the same by its definition -- */

typedef struct known {
  double table[TABLE * WIDTH], weight[WEIGHTS], vector[VECTORS];
} known;
#define ALL (sizeof(known) / sizeof(double))

static double plain_score(const known *k, const scenes *s, uint32_t moment, uint32_t row) {
  double score = 0;
  for (uint32_t f = 0; f < FEATURES; f++)
    if (isfinite(s->x[row * FEATURES + f])) score += ((double)s->x[row * FEATURES + f] + 1) * k->weight[f];
  for (uint32_t i = 0; i < VECTORS; i++) score += k->table[s->field[row * FIELDS + i / WIDTH] * WIDTH + i % WIDTH] * k->vector[i];
  for (uint32_t d = 0; d < WIDTH; d++) {
    double sum = 0;
    for (uint32_t e = 0; e < LENGTH; e++) {
      uint32_t met = s->history[moment * LENGTH + e];
      if (met != MT_NO_ITEM) sum += k->table[met * WIDTH + d];
    }
    score += k->table[s->item[row] * WIDTH + d] * tanh(sum);
  }
  return score;
}

static double plain_loss(const known *k, const scenes *s, uint32_t moment) {
  uint32_t first = s->start[moment], rows = s->start[moment + 1] - first;
  double power = 0, worth = 0, sum = 0;
  for (uint32_t i = 0; i < rows; i++) power += exp(plain_score(k, s, moment, first + i)), worth += (double)s->label[first + i];
  for (uint32_t i = 0; i < rows; i++) {
    double score = plain_score(k, s, moment, first + i), label = (double)s->label[first + i];
    sum += label / worth * (log(power) - score);
  }
  return sum;
}

static void start(const unsigned char *bytes, size_t length, mt_ranking *ranking) {
  mt_error error = {0};
  mt_ranking_shape shape = shape_of();
  if (mt_ranking_start(bytes, length, &shape, ranking, &error) != MT_OK) fail_msg("%s", error.message);
}

static void all_gradients_of_a_share(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(61);
  tape *t = program_to_train();
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  double worst = 0;
  for (uint32_t trial = 0; trial < 60; trial++) {
    mt_ranking ranking;
    const mt_ranking *slots[] = {&ranking};
    mt_error error = {0};
    scenes s = {0};
    known k;
    start(bytes, length, &ranking);
    draw_scenes(&s, &rng, MOST_ROWS);
    for (uint32_t i = 0; i < TABLE * WIDTH; i++) k.table[i] = (double)s.table[i];
    for (uint32_t i = 0; i < WEIGHTS; i++) k.weight[i] = (double)s.values[i];
    for (uint32_t i = 0; i < VECTORS; i++) k.vector[i] = (double)s.values[4 + i];
    mt_ranking_share share = {&s.all, MOMENTS, s.order, s.values, 0.5f, 0};
    double found_loss = 0, wanted = 0;
    for (int again = 0; again < 2; again++) /* what an earlier batch left does not count */
      if (mt_ranking_slot(&ranking, s.table, &share, &found_loss, &error) != MT_OK) fail_msg("%s", error.message);
    for (uint32_t m = 0; m < MOMENTS; m++) wanted += plain_loss(&k, &s, m) / 2;
    if (!(fabs(found_loss - wanted) <= 1e-5 * fmax(1, wanted))) fail_msg("loss: found %.9g, expected %.9g", found_loss, wanted);
    float sum[TABLE * WIDTH] = {0}, gradient[VALUES], found[ALL];
    uint8_t seen[TABLE] = {0};
    uint32_t touched[TABLE], count = 0;
    for (uint32_t part = 0; part < 3; part++) mt_ranking_gather(slots, 1, part, 3, sum, seen, touched, &count);
    mt_ranking_dense_gradient(slots, 1, gradient);
    memcpy(found, sum, sizeof sum);
    memcpy(found + TABLE * WIDTH, gradient, WEIGHTS * sizeof *gradient);
    memcpy(found + TABLE * WIDTH + WEIGHTS, gradient + 4, VECTORS * sizeof *gradient);
    double slope[ALL], most = 0.01;
    for (uint32_t i = 0; i < ALL; i++) {
      double *x = (double *)&k + i, keep = *x, side[2] = {0};
      for (int e = 0; e < 2; e++) {
        *x = keep + (e == 0 ? STEP : -STEP);
        for (uint32_t m = 0; m < MOMENTS; m++) side[e] += plain_loss(&k, &s, m) / 2;
      }
      *x = keep;
      slope[i] = (side[0] - side[1]) / (2 * STEP);
      most = fmax(most, fabs(slope[i]));
    }
    for (uint32_t i = 0; i < ALL; i++) {
      double off = fabs((double)found[i] - slope[i]) / most;
      if (!(off <= 1e-4)) fail_msg("trial %u, number %u: found %.9g, expected %.9g", trial, i, (double)found[i], slope[i]);
      worst = fmax(worst, off);
    }
    ranking.shape.frozen = TABLE / 2; /* the later rows learn nothing, whatever they are */
    mt_ranking_slot(&ranking, s.table, &share, &found_loss, &error);
    memset(seen, 0, sizeof seen), memset(sum, 0, sizeof sum);
    mt_ranking_gather(slots, 1, 0, 1, sum, seen, touched, &count);
    for (uint32_t i = 0; i < TABLE * WIDTH; i++) assert_true(sum[i] == (i < TABLE / 2 * WIDTH ? found[i] : 0));
    mt_ranking_stop(&ranking);
  }
  print_message("shares   worst relative error %.1e\n", worst);
  free(bytes);
  tape_drop(t);
}

static void scores_of_moments_of_any_length(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(62);
  tape *t = program_to_train();
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  mt_ranking ranking;
  mt_error error = {0};
  start(bytes, length, &ranking);
  for (uint32_t trial = 0; trial < 40; trial++) {
    scenes s = {0};
    known k;
    draw_scenes(&s, &rng, LONGEST);
    for (uint32_t i = 0; i < TABLE * WIDTH; i++) k.table[i] = (double)s.table[i];
    for (uint32_t i = 0; i < WEIGHTS; i++) k.weight[i] = (double)s.values[i];
    for (uint32_t i = 0; i < VECTORS; i++) k.vector[i] = (double)s.values[4 + i];
    mt_ranking_share share = {&s.all, MOMENTS, s.order, s.values, 1, 0};
    double scores[MOMENTS * LONGEST];
    assert_int_equal(mt_ranking_scores(&ranking, s.table, &share, scores, &error), MT_OK);
    const double *at = scores;
    for (uint32_t m = 0; m < MOMENTS; m++)
      for (uint32_t row = s.start[s.order[m]]; row < s.start[s.order[m] + 1]; row++, at++) {
        double wanted = plain_score(&k, &s, s.order[m], row);
        if (!(fabs(*at - wanted) <= 1e-5 * fmax(1, fabs(wanted)))) fail_msg("score: found %.9g, expected %.9g", *at, wanted);
      }
  }
  mt_ranking_stop(&ranking);
  free(bytes);
  tape_drop(t);
}

static void refused(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(63);
  tape *t = program_to_train();
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  mt_error error = {0};
  mt_ranking ranking;
  for (int which = 0; which < 4; which++) {
    mt_ranking_shape shape = shape_of();
    if (which == 0) shape.width = WIDTH + 1;
    if (which == 1) shape.output = SCORE + 1;
    if (which == 2) shape.parameters = 9;
    if (which == 3) shape.history_port = ITEM;
    assert_int_equal(mt_ranking_start(bytes, length, &shape, &ranking, &error), MT_INVALID);
    mt_ranking_stop(&ranking);
  }
  scenes s = {0};
  draw_scenes(&s, &rng, 1);
  start(bytes, length, &ranking);
  mt_ranking_share share = {&s.all, MOMENTS, s.order, s.values, 1, 0};
  double loss;
  s.start[1] = s.start[0] + LONGEST, s.order[0] = 0;
  assert_int_equal(mt_ranking_slot(&ranking, s.table, &share, &loss, &error), MT_INVALID);
  assert_string_equal(error.message, "training: found a moment of 9 rows, expected 1 to 6");
  s.all.features = FEATURES + 1;
  assert_int_equal(mt_ranking_slot(&ranking, s.table, &share, &loss, &error), MT_INVALID);
  mt_ranking_stop(&ranking);
  free(bytes);
  tape_drop(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_gradients_of_a_share), cmocka_unit_test(scores_of_moments_of_any_length),
                                     cmocka_unit_test(refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

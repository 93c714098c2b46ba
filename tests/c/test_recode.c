/* Coding as an earlier bundle was coded: what stayed keeps its codes, what changed gets good ones, hostile tables are refused; lists that
 * were read from a section are written as they stood there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "base/rng.h"
#include "learn/lists.h"
#include "learn/recode.h"
#include "vector/query.h"

#define ITEMS 500u
#define MORE 540u
#define DIM 24u

typedef struct coded {
  mt_codes_sizes sizes;
  mt_codes_out out;
  mt_space space;
} coded;

static unsigned char *section(size_t length) {
  unsigned char *bytes = aligned_alloc(64, mt_round_up(length, 64));
  assert_non_null(bytes);
  memset(bytes, 0, length);
  return bytes;
}

static void open_space(coded *c, uint32_t items, uint32_t layers) {
  mt_error error;
  assert_int_equal(mt_space_open(c->out.space, c->sizes.space, items, &c->space, &error), MT_OK);
  assert_int_equal(mt_space_open_base(&c->space, c->out.base, c->sizes.base, &error), MT_OK);
  for (uint32_t l = 0; l < layers; l++)
    assert_int_equal(mt_space_open_layer(&c->space, c->out.layers[l], c->sizes.layers[l], &error), MT_OK);
}

static coded code(const mt_codes *codes, const mt_rows *rows) {
  coded c;
  mt_error error;
  uint32_t layers = codes->config.layer_count;
  assert_int_equal(mt_codes_sizes_of(codes, rows->items, &c.sizes, &error), MT_OK);
  c.out.space = section(c.sizes.space), c.out.base = section(c.sizes.base);
  for (uint32_t l = 0; l < layers; l++) c.out.layers[l] = section(c.sizes.layers[l]);
  assert_int_equal(mt_codes_encode(codes, rows, 0, rows->items, &c.out, &error), MT_OK);
  assert_int_equal(mt_codes_finish(codes, rows->items, 0, &c.out, &error), MT_OK);
  open_space(&c, rows->items, layers);
  return c;
}

static void drop(coded *c) {
  free(c->out.space), free(c->out.base);
  for (uint32_t l = 0; l < c->space.layer_count; l++) free(c->out.layers[l]);
}

static bool same_codes(const mt_space *a, const mt_space *b, uint32_t item) {
  bool same = a->gain_codes[item] == b->gain_codes[item];
  for (uint32_t m = 0; m < a->subspaces; m++) same = same && mt_space_code(a, item, m) == mt_space_code(b, item, m);
  for (uint32_t l = 0; l < a->layer_count; l++) {
    const mt_layer *one = &a->layers[l], *other = &b->layers[l];
    same = same && memcmp(one->rows + item * one->stride, other->rows + item * other->stride, one->stride) == 0;
    if (one->bits != MT_FLOAT_BITS) same = same && one->scale_codes[item] == other->scale_codes[item];
  }
  return same;
}

/* Rows around ten centres; from ITEMS on further ones; every tenth of the first has no vector. */
static float *rows_of(uint32_t count) {
  mt_rng rng = mt_rng_seed(3);
  float centre[10][DIM], *rows = malloc((size_t)count * DIM * sizeof *rows);
  for (uint32_t c = 0; c < 10; c++)
    for (uint32_t d = 0; d < DIM; d++) centre[c][d] = mt_rng_normal(&rng);
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t d = 0; d < DIM; d++)
      rows[i * DIM + d] = i % 10 == 9 && i < ITEMS ? 0 : centre[i % 10][d] + 0.4f * mt_rng_normal(&rng);
  return rows;
}

static const uint32_t SHAPES[][MT_LAYERS_MAX] = {{0}, {4}, {2, 8}, {4, MT_FLOAT_BITS}};

static mt_codes_config config_of(uint32_t metric, uint32_t shape) {
  mt_codes_config config = {.dim = DIM, .metric = (mt_metric)metric, .seed = 7};
  for (; config.layer_count < 2 && SHAPES[shape][config.layer_count] != 0; config.layer_count++)
    config.layer_bits[config.layer_count] = SHAPES[shape][config.layer_count];
  return config;
}

static coded recode(const mt_codes *codes, const mt_codes_config *config, const coded *old, const mt_rows *rows,
                    const unsigned char *fate, const float *met) {
  coded c = {0};
  mt_error error;
  assert_int_equal(mt_codes_sizes_of(codes, rows->items, &c.sizes, &error), MT_OK);
  c.out.space = section(c.sizes.space), c.out.base = section(c.sizes.base);
  for (uint32_t l = 0; l < config->layer_count; l++) c.out.layers[l] = section(c.sizes.layers[l]);
  mt_recode how = {.old = &old->space, .fate = fate, .met = met};
  assert_int_equal(mt_codes_serve(config, codes, rows, &how.usual, &error), MT_OK);
  assert_true(isfinite(how.usual));
  assert_int_equal(mt_codes_recode(codes, &how, rows, &c.out, &error), MT_OK);
  assert_int_equal(mt_codes_finish(codes, rows->items, 0, &c.out, &error), MT_OK);
  open_space(&c, rows->items, config->layer_count);
  return c;
}

/* Of a cosine space |x - x̂|² / |x|² of x at norm 1. */
static double lost(const mt_space *space, const float *x, uint32_t item) {
  float decoded[MT_PADDED_MAX];
  mt_space_decode(space, item, space->layer_count, decoded);
  double sum = 0, norm = (double)mt_norm_of(x, DIM), size = space->metric == MT_COSINE ? norm : 1;
  for (uint32_t d = 0; d < DIM; d++) {
    double apart = (double)x[d] / size - (double)decoded[d];
    sum += apart * apart;
  }
  return space->metric == MT_COSINE ? sum : sum / (norm * norm);
}

static void what_stayed_keeps_its_codes(void **state) {
  (void)state;
  for (uint32_t metric = 0; metric < MT_METRICS_END; metric++)
    for (uint32_t shape = 0; shape < 4; shape++) {
      mt_codes_config config = config_of(metric, shape);
      mt_error error;
      float *rows = rows_of(MORE);
      mt_rows before = {rows, ITEMS, ITEMS, NULL}, after = {rows, MORE, MORE, NULL};
      mt_codes first, again;
      assert_int_equal(mt_codes_train(&config, &before, &first, &error), MT_OK);
      coded old = code(&first, &before);

      /* items 0 … 49 move a hair, 100 … 108 far away; 200 … 208 are others, 300 … 308 are gone, 310 … 318 have no vector any more */
      unsigned char fate[MORE];
      mt_rng rng = mt_rng_seed(4);
      for (uint32_t i = 0; i < MORE; i++) {
        fate[i] = i >= ITEMS || (i >= 200 && i < 209) ? MT_FATE_OTHER : i >= 300 && i < 309 ? MT_FATE_GONE : MT_FATE_SAME;
        for (uint32_t d = 0; d < DIM; d++) {
          float *x = &rows[i * DIM + d];
          if (i < 50) *x *= 1 + 1e-6f * mt_rng_normal(&rng);
          if (i >= 100 && i < 109) *x = mt_rng_normal(&rng);
          if (i >= 300 && i < 319) *x = 0;
        }
      }
      assert_int_equal(mt_codes_of(&old.space, &again, &error), MT_OK);
      coded made = recode(&again, &config, &old, &after, fate, NULL), anew = code(&again, &after);

      bool is_float = mt_space_is_reference(&made.space);
      for (uint32_t i = 0; i < MORE; i++) {
        if (fate[i] == MT_FATE_OTHER) assert_true(same_codes(&anew.space, &made.space, i));
        else if (fate[i] == MT_FATE_GONE) assert_true(same_codes(&old.space, &made.space, i));
        else if (i >= 309 && i < 319) assert_false(mt_space_has(&made.space, i));
        else if (i >= 100 && i < 109) assert_false(same_codes(&old.space, &made.space, i));
        else if (i >= 50 || !is_float) assert_true(same_codes(&old.space, &made.space, i));
      }
      mt_codes_free(&first), mt_codes_free(&again);
      drop(&old), drop(&made), drop(&anew);
      free(rows);
    }
}

static void what_is_gone_does_not_stay_in_another_space(void **state) {
  (void)state;
  mt_codes_config config = config_of(MT_COSINE, 0);
  mt_error error;
  float *rows = rows_of(ITEMS);
  mt_rows table = {rows, ITEMS, ITEMS, NULL};
  mt_codes codes;
  unsigned char fate[ITEMS];
  memset(fate, MT_FATE_SAME, sizeof fate);
  assert_int_equal(mt_codes_train(&config, &table, &codes, &error), MT_OK);
  coded old = code(&codes, &table);
  for (uint32_t i = 0; i < ITEMS; i++)
    for (uint32_t d = 0; d < DIM; d++) rows[i * DIM + d] *= i == 4 ? 0 : -1; /* centroids lie about the same on both sides */
  fate[4] = MT_FATE_GONE;
  mt_recode how = {.old = &old.space, .fate = fate, .usual = 0.1};
  coded made = code(&codes, &table);
  memset(made.out.base, 0, made.sizes.base);
  assert_int_equal(mt_codes_recode(&codes, &how, &table, &made.out, &error), MT_OK);
  for (uint32_t i = 0; i < ITEMS; i++) assert_int_equal(mt_space_has(&made.space, i), i != 4 && i % 10 != 9);
  mt_codes_free(&codes);
  drop(&old), drop(&made);
  free(rows);
}

/* All items drift as far: some of those that are met most get new codes, and no others; one that went far does though nobody meets it. */
static void a_day_changes_few_codes_that_still_do(void **state) {
  (void)state;
  mt_codes_config config = config_of(MT_COSINE, 0);
  mt_error error;
  float *rows = rows_of(MORE), met[ITEMS];
  mt_rows table = {rows, MORE, ITEMS, NULL};
  mt_codes first, again;
  assert_int_equal(mt_codes_train(&config, &table, &first, &error), MT_OK);
  coded old = code(&first, &table);
  mt_rng rng = mt_rng_seed(4);
  unsigned char fate[ITEMS];
  for (uint32_t i = 0; i < ITEMS; i++) {
    fate[i] = MT_FATE_SAME, met[i] = i < 50 ? 1000 : 1;
    float away = i == 480 ? 20 : 0.3f;
    for (uint32_t d = 0; d < DIM && i % 10 != 9; d++) rows[i * DIM + d] += away * mt_rng_normal(&rng);
  }
  met[480] = 0;
  assert_int_equal(mt_codes_of(&old.space, &again, &error), MT_OK);
  coded made = recode(&again, &config, &old, &table, fate, met);
  uint32_t changed = 0, of_met = 0;
  for (uint32_t i = 0; i < ITEMS; i++) {
    bool stays = same_codes(&old.space, &made.space, i);
    if (i == 480) assert_false(stays);
    else if (!stays) changed++, of_met += i < 50, assert_true(lost(&old.space, rows + i * DIM, i) > lost(&made.space, rows + i * DIM, i));
  }
  assert_int_equal(changed, (ITEMS + 199) / 200);
  assert_int_equal(of_met, changed);
  mt_codes_free(&first), mt_codes_free(&again);
  drop(&old), drop(&made);
  free(rows);
}

/* Items that moved get new codes, in whose sub-spaces the old ones stay where they are about as near: more do than are the nearest, and
 * what all of it loses is hardly more. */
static void what_moved_keeps_codes_that_are_nearly_as_near(void **state) {
  (void)state;
  for (uint32_t metric = 0; metric < MT_METRICS_END; metric++) {
    mt_codes_config config = config_of(metric, 1);
    mt_error error;
    float *rows = rows_of(ITEMS);
    mt_rows table = {rows, ITEMS, ITEMS, NULL};
    mt_codes codes;
    unsigned char fate[ITEMS];
    memset(fate, MT_FATE_SAME, sizeof fate);
    assert_int_equal(mt_codes_train(&config, &table, &codes, &error), MT_OK);
    coded old = code(&codes, &table);
    mt_rng rng = mt_rng_seed(4);
    for (uint32_t i = 0; i < 90; i++)
      for (uint32_t d = 0; d < DIM && i % 10 != 9; d++) rows[i * DIM + d] += 0.3f * mt_rng_normal(&rng);
    coded made = recode(&codes, &config, &old, &table, fate, NULL), nearest = code(&codes, &table);
    uint32_t stay = 0, are_nearest = 0;
    double kept = 0, least = 0;
    for (uint32_t i = 0; i < 90; i++) {
      if (!mt_space_has(&made.space, i) || same_codes(&old.space, &made.space, i)) continue;
      kept += lost(&made.space, rows + i * DIM, i), least += lost(&nearest.space, rows + i * DIM, i);
      for (uint32_t m = 0; m < made.space.subspaces; m++) {
        uint32_t own = mt_space_code(&made.space, i, m), best = mt_space_code(&nearest.space, i, m), before = mt_space_code(&old.space, i, m);
        assert_true(own == best || own == before);
        stay += own == before, are_nearest += best == before;
      }
    }
    assert_true(stay > are_nearest && are_nearest > 0);
    assert_true(kept < 1.2 * least);
    mt_codes_free(&codes);
    drop(&old), drop(&made), drop(&nearest);
    free(rows);
  }
}

static void tables_serve_until_vectors_are_others(void **state) {
  (void)state;
  for (uint32_t metric = 0; metric < MT_METRICS_END; metric++)
    for (uint32_t shape = 0; shape < 3; shape++) {
      mt_codes_config config = config_of(metric, shape), wider = config;
      mt_error error;
      float *rows = rows_of(ITEMS);
      mt_rows table = {rows, ITEMS, ITEMS, NULL}, none = {rows, ITEMS, 0, NULL};
      mt_codes codes;
      double usual = 0, at_best = 0;
      assert_int_equal(mt_codes_train(&config, &table, &codes, &error), MT_OK);
      assert_int_equal(mt_codes_serve(&config, &codes, &table, &usual, &error), MT_OK);
      coded made = code(&codes, &table);
      for (uint32_t i = 0; i < ITEMS; i++) at_best += mt_space_has(&made.space, i) ? lost(&made.space, rows + i * DIM, i) / (0.9 * ITEMS) : 0;
      assert_true(fabs(usual - at_best) <= 1e-6 + 1e-3 * at_best);
      assert_int_equal(mt_codes_serve(&config, &codes, &none, &usual, &error), MT_OK);
      assert_true(usual == 0);
      wider.subspaces = 24;
      assert_int_equal(mt_codes_serve(&wider, &codes, &table, &usual, &error), MT_OK);
      assert_true(isinf(usual));
      if (metric != MT_COSINE) {
        for (uint32_t d = 0; d < DIM; d++) rows[d] *= 100; /* one that no gain reaches */
        assert_int_equal(mt_codes_serve(&config, &codes, &table, &usual, &error), MT_OK);
        assert_true(isinf(usual));
        for (uint32_t d = 0; d < DIM; d++) rows[d] /= 100;
      }
      for (uint32_t i = 0; i < ITEMS; i++) /* all beside one axis */
        for (uint32_t d = 1; d < DIM; d++) rows[i * DIM + d] *= 0.05f;
      assert_int_equal(mt_codes_serve(&config, &codes, &table, &usual, &error), MT_OK);
      assert_true(isinf(usual));
      rows[3 * DIM] = NAN;
      unsigned char fate[ITEMS] = {MT_FATE_SAME};
      mt_recode how = {.old = &made.space, .fate = fate, .usual = 1};
      assert_int_equal(mt_codes_recode(&codes, &how, &table, &made.out, &error), MT_INVALID);
      assert_non_null(strstr(error.message, "row 3 "));
      mt_codes_free(&codes);
      drop(&made);
      free(rows);
    }
}

static void tables_that_do_not_rise_are_refused(void **state) {
  (void)state;
  mt_codes_config config = {.dim = DIM, .metric = MT_COSINE, .layer_count = 1, .layer_bits = {4}, .seed = 7};
  mt_error error;
  float *rows = rows_of(ITEMS);
  mt_rows table = {rows, ITEMS, ITEMS, NULL};
  mt_codes codes, again;
  assert_int_equal(mt_codes_train(&config, &table, &codes, &error), MT_OK);
  coded old = code(&codes, &table);
  const float bad[] = {NAN, 0, -1, INFINITY};
  for (uint32_t place = 1; place < 256; place += 254)
    for (uint32_t b = 0; b < 4; b++) {
      for (uint32_t which = 0; which < 2; which++) {
        mt_space broken = old.space;
        float numbers[256];
        memcpy(numbers, which == 0 ? old.space.gains : old.space.layers[0].scales, sizeof numbers);
        numbers[place] = bad[b];
        if (which == 0) broken.gains = numbers;
        else broken.layers[0].scales = numbers;
        assert_int_equal(mt_codes_of(&broken, &again, &error), MT_INVALID);
        assert_non_null(strstr(error.message, "do not rise"));
      }
    }
  mt_codes_free(&codes);
  drop(&old);
  free(rows);
}

/* Lists of 0 to 29 items, the weights from a hundredth to one; every third entry marked. */
static mt_lists lists_of(uint32_t keys, uint32_t width, unsigned char *marks) {
  mt_rng rng = mt_rng_seed(5);
  mt_lists lists;
  mt_error error;
  assert_int_equal(mt_lists_alloc(keys, width, (size_t)keys * 30, &lists, &error), MT_OK);
  uint32_t at = 0;
  for (uint32_t key = 0; key < keys; key++) {
    lists.start[key] = at;
    for (uint32_t item = mt_rng_below(&rng, 9), count = mt_rng_below(&rng, 30); item < width && count > 0; count--) {
      marks[at] = at % 3 == 0;
      lists.items[at] = item;
      lists.weights[at++] = 0.01f + 0.99f * mt_rng_unit(&rng);
      item += 1 + mt_rng_below(&rng, 9);
    }
  }
  lists.start[keys] = at;
  return lists;
}

static void lists_that_were_read_are_written_as_they_stood(void **state) {
  (void)state;
  enum { KEYS = 100 };
  static const uint32_t bits[] = {4, 8, 32};
  for (uint32_t b = 0; b < 3; b++)
    for (uint32_t marked = 0; marked < 2; marked++) {
      unsigned char marks[KEYS * 30];
      mt_lists lists = lists_of(KEYS, KEYS, marks), read;
      size_t room = mt_postings_bound(KEYS, lists.start[KEYS]);
      unsigned char *first = section(room), *again = section(room);
      size_t length = mt_postings_encode_marked(KEYS, lists.start, lists.items, lists.weights, marks, MT_KEY_ITEM, 0, bits[b],
                                                marked, 0, first);
      mt_postings postings;
      mt_error error;
      assert_int_equal(mt_postings_open(first, length, KEYS, &postings, &error), MT_OK);
      assert_int_equal(mt_lists_of(&postings, &read, &error), MT_OK);
      assert_int_equal(read.start[KEYS], lists.start[KEYS]);
      for (uint32_t e = 0; e < read.start[KEYS]; e++) {
        assert_int_equal(read.items[e], lists.items[e]);
        assert_int_equal(read.weights[e] < 0, marked != 0 && marks[e] != 0);
        assert_true(fabsf(fabsf(read.weights[e]) - lists.weights[e]) < 0.07f);
        read.weights[e] = fabsf(read.weights[e]);
      }
      assert_int_equal(mt_postings_encode_marked(KEYS, read.start, read.items, read.weights, marks, MT_KEY_ITEM, 0, bits[b],
                                                 marked, postings.scale, again),
                       length);
      assert_memory_equal(first, again, length);

      /* a section that says more than it holds */
      if (lists.start[KEYS] > 0) {
        mt_postings cut = postings;
        cut.data_bytes = 1;
        mt_lists none;
        assert_int_equal(mt_lists_of(&cut, &none, &error), MT_INVALID);
        cut = postings;
        cut.items = 5; /* items beyond it end a list */
        assert_int_equal(mt_lists_of(&cut, &none, &error), MT_INVALID);
      }
      mt_lists_free(&lists), mt_lists_free(&read);
      free(first), free(again);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_stayed_keeps_its_codes),
      cmocka_unit_test(what_is_gone_does_not_stay_in_another_space),
      cmocka_unit_test(a_day_changes_few_codes_that_still_do),
      cmocka_unit_test(what_moved_keeps_codes_that_are_nearly_as_near),
      cmocka_unit_test(tables_serve_until_vectors_are_others),
      cmocka_unit_test(tables_that_do_not_rise_are_refused),
      cmocka_unit_test(lists_that_were_read_are_written_as_they_stood),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

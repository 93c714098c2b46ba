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
  assert_int_equal(mt_codes_finish(codes, rows->items, &c.out, &error), MT_OK);
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

static void what_stayed_keeps_its_codes(void **state) {
  (void)state;
  static const uint32_t layers[][MT_LAYERS_MAX] = {{0}, {4}, {2, 8}, {4, MT_FLOAT_BITS}};
  for (uint32_t metric = 0; metric < MT_METRICS_END; metric++)
    for (uint32_t shape = 0; shape < 4; shape++) {
      mt_codes_config config = {.dim = DIM, .metric = (mt_metric)metric, .seed = 7};
      for (; config.layer_count < 2 && layers[shape][config.layer_count] != 0; config.layer_count++)
        config.layer_bits[config.layer_count] = layers[shape][config.layer_count];
      mt_error error;
      float *rows = rows_of(MORE);
      mt_rows before = {rows, ITEMS, ITEMS, NULL}, after = {rows, MORE, MORE, NULL};
      mt_codes first, again;
      assert_int_equal(mt_codes_train(&config, &before, &first, &error), MT_OK);
      coded old = code(&first, &before);

      /* items 0 … 49 move a hair, 100 … 109 far away, and others come */
      mt_rng rng = mt_rng_seed(4);
      for (uint32_t i = 0; i < 50; i++)
        for (uint32_t d = 0; d < DIM; d++) rows[i * DIM + d] *= 1 + 1e-6f * mt_rng_normal(&rng);
      for (uint32_t i = 100; i < 109; i++)
        for (uint32_t d = 0; d < DIM; d++) rows[i * DIM + d] = mt_rng_normal(&rng);
      assert_int_equal(mt_codes_of(&old.space, &again, &error), MT_OK);
      coded made = code(&again, &after);
      mt_codes_keep(&old.space, &after, 1.25f, &made.space, &made.out);
      assert_int_equal(mt_codes_finish(&again, MORE, &made.out, &error), MT_OK);
      open_space(&made, MORE, config.layer_count);

      bool is_float = mt_space_is_reference(&made.space);
      for (uint32_t i = 0; i < ITEMS; i++) {
        assert_int_equal(mt_space_has(&made.space, i), mt_space_has(&old.space, i));
        if (i >= 100 && i < 109) assert_false(same_codes(&old.space, &made.space, i));
        else if (i >= 50 || !is_float) assert_true(same_codes(&old.space, &made.space, i));
      }
      for (uint32_t i = ITEMS; i < MORE; i++) assert_true(mt_space_has(&made.space, i));

      mt_codes anew;
      assert_int_equal(mt_codes_train(&config, &after, &anew, &error), MT_OK);
      coded fresh = code(&anew, &after);
      double lost = mt_space_error(&made.space, &after), at_best = mt_space_error(&fresh.space, &after);
      assert_true(lost <= 1.2 * at_best);
      assert_true(at_best < 0.3);
      mt_codes_free(&first), mt_codes_free(&again), mt_codes_free(&anew);
      drop(&old), drop(&made), drop(&fresh);
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
      cmocka_unit_test(tables_that_do_not_rise_are_refused),
      cmocka_unit_test(lists_that_were_read_are_written_as_they_stood),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

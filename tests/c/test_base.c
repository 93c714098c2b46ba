/* base/: messages, arena, numbers, top-k. */
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/elementary.h"
#include "base/rng.h"
#include "base/simd.h"
#include "base/status.h"
#include "base/topk.h"

/* -- status -- */

static void messages_know_their_directives(void **state) {
  (void)state;
  mt_error error;
  assert_int_equal(mt_fail(&error, MT_INVALID, "%s|%u|%d|%d|%u.", mt_text("text"), UINT_MAX, mt_signed(-7), mt_signed(INT64_MIN),
                           UINT64_MAX),
                   MT_INVALID);
  assert_int_equal(error.status, MT_INVALID);
  assert_string_equal(error.message, "text|4294967295|-7|-9223372036854775808|18446744073709551615.");
  assert_int_equal(mt_fail(&error, MT_CORRUPT, "|%s|%d|%s", mt_text(""), 0, mt_text("ends")), MT_CORRUPT);
  assert_string_equal(error.message, "||0|ends");
  assert_int_equal(mt_fail(&error, MT_CORRUPT, "plain"), MT_CORRUPT);
  assert_string_equal(error.message, "plain");
  assert_int_equal(mt_fail(NULL, MT_NO_MEMORY, "%s", mt_text("nobody listens")), MT_NO_MEMORY);
}

static void messages_are_cut(void **state) {
  (void)state;
  char text[600];
  struct {
    mt_error error;
    char beyond[16];
  } guarded;
  for (size_t length = 240; length < 300; length++) {
    memset(text, 'a', sizeof text);
    text[length] = '\0';
    memset(&guarded, 0x5a, sizeof guarded);
    mt_fail(&guarded.error, MT_INVALID, "%s", mt_text(text));
    size_t expected = length < MT_MESSAGE_BYTES ? length : MT_MESSAGE_BYTES - 1;
    assert_int_equal(strlen(guarded.error.message), expected);
    for (size_t i = 0; i < sizeof guarded.beyond; i++) assert_int_equal(guarded.beyond[i], 0x5a);
  }
  mt_fail(&guarded.error, MT_INVALID, "%s%s%u", mt_text(text), mt_text(text), 7u);
  assert_int_equal(strlen(guarded.error.message), MT_MESSAGE_BYTES - 1);
}

static void messages_hold_no_control_bytes(void **state) {
  (void)state;
  mt_error error;
  char text[256];
  for (int i = 0; i < 255; i++) text[i] = (char)(i + 1);
  text[255] = '\0';
  mt_fail(&error, MT_INVALID, "%s", mt_text(text));
  assert_int_equal(strlen(error.message), 255);
  for (int i = 0; i < 255; i++) {
    unsigned char c = (unsigned char)(i + 1);
    assert_int_equal((unsigned char)error.message[i], c < 0x20 || c == 0x7f ? '?' : c);
  }
}

/* -- arena -- */

static void arena_aligns_and_ends(void **state) {
  (void)state;
  unsigned char *memory = malloc(1000);
  for (size_t shift = 0; shift < 64; shift += 7) {
    mt_arena arena = mt_arena_over(memory + shift, 1000 - shift);
    unsigned char *end = memory + shift;
    for (size_t bytes = 1;; bytes = bytes * 2 + 1) {
      unsigned char *taken = mt_arena_take(&arena, bytes, 1);
      if (taken == NULL) break;
      assert_false(arena.full);
      assert_int_equal((uintptr_t)taken % MT_ALIGN, 0);
      assert_true(taken >= end && taken + bytes <= memory + 1000);
      memset(taken, 1, bytes); /* the sanitizer watches */
      end = taken + bytes;
    }
    size_t used = arena.used;
    assert_true(arena.full);
    assert_null(mt_arena_take(&arena, 1000, 1));
    assert_null(mt_arena_take(&arena, SIZE_MAX, 1));
    assert_null(mt_arena_take(&arena, SIZE_MAX / 2, 3));
    assert_null(mt_arena_take(&arena, SIZE_MAX, SIZE_MAX));
    assert_int_equal(arena.used, used); /* a refusal takes nothing */
  }
  free(memory);
}

static void arena_gives_its_last_byte(void **state) {
  (void)state;
  unsigned char *memory = aligned_alloc(64, 256);
  mt_arena arena = mt_arena_over(memory, 256);
  assert_non_null(mt_arena_take(&arena, 4, 64));
  assert_int_equal(arena.used, 256);
  assert_non_null(mt_arena_take(&arena, 0, 64));
  assert_null(mt_arena_take(&arena, 1, 1));
  free(memory);
}

/* What a measuring arena counts is enough for the same takes, wherever the memory begins. */
static void measuring_is_enough(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(1);
  for (int round = 0; round < 200; round++) {
    size_t takes[20], count = 1 + mt_rng_below(&rng, 20);
    mt_arena measure = mt_arena_measure();
    for (size_t i = 0; i < count; i++) {
      takes[i] = mt_rng_below(&rng, 300);
      assert_non_null(mt_arena_take(&measure, takes[i], 1));
    }
    size_t needed = measure.used + MT_ALIGN, shift = mt_rng_below(&rng, 64);
    unsigned char *memory = malloc(needed + shift);
    mt_arena arena = mt_arena_over(memory + shift, needed);
    for (size_t i = 0; i < count; i++) assert_non_null(mt_arena_take(&arena, takes[i], 1));
    free(memory);
  }
  mt_arena measure = mt_arena_measure();
  assert_null(mt_arena_take(&measure, SIZE_MAX, 2));
  assert_null(mt_arena_take(&measure, SIZE_MAX - 3, 1));
}

/* -- rng -- */

static void rng_is_seeded(void **state) {
  (void)state;
  mt_rng a = mt_rng_seed(42), b = mt_rng_seed(42), other = mt_rng_seed(43);
  int same = 0;
  for (int i = 0; i < 1000; i++) {
    uint32_t x = mt_rng_u32(&a);
    assert_int_equal(x, mt_rng_u32(&b));
    same += x == mt_rng_u32(&other);
  }
  assert_true(same < 3);
  /* what the generator's authors print for seed 42 of pcg32_oneseq */
  const uint32_t expected[] = {0xc2f57bd6, 0x6b07c4a9, 0x72b7b29b, 0x44215383};
  mt_rng reference = mt_rng_seed(42);
  for (int i = 0; i < 4; i++) assert_int_equal(mt_rng_u32(&reference), expected[i]);
}

static void rng_stays_in_range(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(7);
  uint32_t seen[7] = {0};
  double sum = 0, squares = 0;
  for (int i = 0; i < 70000; i++) {
    uint32_t below = mt_rng_below(&rng, 7);
    assert_true(below < 7);
    seen[below]++;
    assert_int_equal(mt_rng_below(&rng, 1), 0);
    float unit = mt_rng_unit(&rng), normal = mt_rng_normal(&rng);
    assert_true(unit >= 0 && unit < 1);
    sum += (double)normal;
    squares += (double)normal * (double)normal;
  }
  for (int i = 0; i < 7; i++) assert_true(seen[i] > 9500 && seen[i] < 10500);
  assert_true(sum / 70000 > -0.02 && sum / 70000 < 0.02);
  assert_true(squares / 70000 > 0.97 && squares / 70000 < 1.03);
}

/* -- top-k -- */

static int descending(const void *a, const void *b) {
  uint64_t x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return (x < y) - (x > y);
}

static void keys_order_scores_and_items(void **state) {
  (void)state;
  const float scores[] = {3e38f, 1, 0x1p-149f, 0, -0x1p-149f, -1, -3e38f};
  for (size_t i = 0; i < 7; i++) {
    assert_true(mt_topk_score(mt_topk_key(scores[i], 5)) == scores[i]);
    assert_int_equal(mt_topk_item(mt_topk_key(scores[i], 5)), 5);
    assert_true(mt_topk_key(scores[i], 5) > mt_topk_key(scores[i], 6));
    if (i > 0) assert_true(mt_topk_key(scores[i - 1], 0x7fffffff) > mt_topk_key(scores[i], 0));
  }
  assert_true(mt_topk_key(0.0f, 3) == mt_topk_key(-0.0f, 3));
}

static void topk_is_sort(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(3);
  const size_t ks[] = {0, 1, 2, 3, 10, 63, 64, 100, 1000}, ns[] = {0, 1, 2, 63, 64, 65, 255, 256, 257, 3000};
  for (size_t round = 0; round < 9 * 10 * 4; round++) {
    size_t k = ks[round % 9], n = ns[round / 9 % 10], kind = round / 90;
    uint64_t *all = malloc((n + 1) * sizeof *all), *memory = malloc(mt_topk_capacity(k) * sizeof *memory);
    mt_topk top = mt_topk_start(memory, k);
    for (size_t i = 0; i < n; i++) {
      /* spread, few values with many ties, rising, falling */
      float score = kind == 0   ? mt_rng_normal(&rng)
                    : kind == 1 ? (float)mt_rng_below(&rng, 4) - 1
                    : kind == 2 ? (float)i
                                : -(float)i;
      all[i] = mt_topk_key(score, kind == 1 ? (uint32_t)(n - i) : (uint32_t)i);
      mt_topk_push(&top, all[i]);
    }
    qsort(all, n, sizeof *all, descending);
    size_t found = mt_topk_finish(&top), expected = k < n ? k : n;
    assert_int_equal(found, expected);
    for (size_t i = 0; i < expected; i++) assert_true(memory[i] == all[i]);
    free(all), free(memory);
  }
}

static void sort_descends(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(4);
  for (size_t n = 0; n < 200; n++) {
    uint64_t keys[200], expected[200];
    for (size_t i = 0; i < n; i++) expected[i] = keys[i] = mt_rng_below(&rng, n % 2 == 0 ? 8 : UINT32_MAX);
    mt_sort_descending(keys, n);
    qsort(expected, n, sizeof *expected, descending);
    for (size_t i = 0; i < n; i++) assert_true(keys[i] == expected[i]);
  }
}

/* -- the SIMD vocabulary against plain loops -- */

static void kernels_are_their_loops(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(5);
  for (size_t n = 0; n <= 64; n += 4) {
    float a[64], b[64], y[64], lanes[8] = {0};
    for (size_t i = 0; i < n; i++) a[i] = mt_rng_normal(&rng), b[i] = mt_rng_normal(&rng), y[i] = b[i];
    for (size_t i = 0; i < n; i++) lanes[i % 8] += a[i] * b[i];
    for (size_t i = 0; i < 4; i++) lanes[i] += lanes[i + 4];
    assert_true(mt_dot_f32(a, b, n) == (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]));
    mt_axpy_f32(0.3f, a, y, n);
    for (size_t i = 0; i < n; i++) assert_true(y[i] == 0.3f * a[i] + b[i]);
  }
}

static void elementary_functions_are_those_of_the_library(void **state) {
  (void)state;
  for (float x = 1e-6f; x < 1e6f; x *= 1.37f) {
    assert_true(fabs((double)mt_logf(x) - log((double)x)) <= 3e-7 * fmax(1, fabs(log((double)x))));
    for (float y = -x; y <= x; y += 2 * x) {
      double expected = exp2((double)y);
      if (expected > 1e-37 && expected < 1e38)
        assert_true(fabs((double)mt_exp2f(y) - expected) <= 1e-6 * (1 + (double)x) * expected);
    }
  }
  assert_true(mt_exp2f(0) == 1 && mt_logf(1) == 0 && mt_exp2f(-INFINITY) < 1e-37f && isnan(mt_exp2f(NAN)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(messages_know_their_directives),
      cmocka_unit_test(messages_are_cut),
      cmocka_unit_test(messages_hold_no_control_bytes),
      cmocka_unit_test(arena_aligns_and_ends),
      cmocka_unit_test(arena_gives_its_last_byte),
      cmocka_unit_test(measuring_is_enough),
      cmocka_unit_test(rng_is_seeded),
      cmocka_unit_test(rng_stays_in_range),
      cmocka_unit_test(keys_order_scores_and_items),
      cmocka_unit_test(topk_is_sort),
      cmocka_unit_test(sort_descends),
      cmocka_unit_test(kernels_are_their_loops),
      cmocka_unit_test(elementary_functions_are_those_of_the_library),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

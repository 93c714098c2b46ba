/* String tables and ids: in one run or in several, what was written comes back and is found, and a broken header is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue.h"



static int by_text(const void *a, const void *b) { return strcmp(a, b); }

/* Random UTF-8, many with a long common front; distinct and ascending. */
static uint32_t random_texts(mt_rng *rng, uint32_t count, char (*texts)[64]) {
  static const char *const letters[] = {"a", "b", "é", "ß", "漢", "😀", "-", "0"};
  for (uint32_t i = 0; i < count; i++) {
    strcpy(texts[i], mt_rng_below(rng, 2) == 0 ? "a-common-front-" : "");
    for (uint32_t n = mt_rng_below(rng, 9); n > 0; n--) strcat(texts[i], letters[mt_rng_below(rng, 8)]);
  }
  qsort(texts, count, sizeof *texts, by_text);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; i++)
    if (i == 0 || strcmp(texts[i], texts[kept - 1]) != 0) memmove(texts[kept++], texts[i], sizeof *texts);
  return kept;
}

static uint32_t concatenate(char (*texts)[64], uint32_t count, char *text, uint32_t *start) {
  for (uint32_t i = 0; i < count; i++) {
    memcpy(text + start[i], texts[i], strlen(texts[i]));
    start[i + 1] = start[i] + (uint32_t)strlen(texts[i]);
  }
  return start[count];
}

static void strings_round_trip(void **state) {
  (void)state;
  const uint32_t counts[] = {0, 1, 2, 15, 16, 17, 31, 32, 33, 200};
  mt_rng rng = mt_rng_seed(4);
  for (uint32_t c = 0; c < 10; c++) {
    char texts[200][64] = {{0}}, all[200 * 64], scratch[64];
    uint32_t start[201] = {0}, count = random_texts(&rng, counts[c], texts);
    concatenate(texts, count, all, start);
    size_t length = mt_strings_encode(all, start, count, &count, 1, NULL), taken;
    unsigned char *bytes = exact_memory(length);
    assert_int_equal(mt_strings_encode(all, start, count, &count, 1, bytes), length);
    mt_strings strings;
    assert_int_equal(mt_strings_open(bytes, length, &strings, &taken, "test", NULL), MT_OK);
    assert_int_equal(taken, length);
    assert_int_equal(strings.count, count);
    char *exact = exact_memory(strings.longest); /* no byte more than the header says */
    for (uint32_t i = 0; i < count; i++) {
      assert_int_equal(mt_strings_get(&strings, i, exact), strlen(texts[i]));
      assert_memory_equal(exact, texts[i], strlen(texts[i]));
      assert_int_equal(mt_strings_find(&strings, texts[i], strlen(texts[i]), exact), i);
      /* something longer, something shorter, something between */
      snprintf(scratch, sizeof scratch, "%s!", texts[i]);
      uint32_t found = mt_strings_find(&strings, scratch, strlen(scratch), exact);
      assert_true(found == MT_NOT_FOUND || strcmp(texts[found], scratch) == 0);
      size_t shorter = strlen(texts[i]) / 2;
      found = mt_strings_find(&strings, texts[i], shorter, exact);
      assert_true(found == MT_NOT_FOUND || (strlen(texts[found]) == shorter && memcmp(texts[found], texts[i], shorter) == 0));
    }
    assert_int_equal(mt_strings_find(&strings, "\x7f", 1, exact), MT_NOT_FOUND);
    assert_int_equal(mt_strings_find(&strings, "\xff\xff", 2, exact), MT_NOT_FOUND);
    free(exact), free(bytes);
  }
}

/* Unsorted tables keep order, repeats and the longest string there may be; find does not guess in them. */
static void long_and_unsorted_strings(void **state) {
  (void)state;
  char *all = malloc(3 * MT_STRING_BYTES), *back = exact_memory(MT_STRING_BYTES);
  memset(all, 'x', 3 * MT_STRING_BYTES);
  const uint32_t start[] = {0, MT_STRING_BYTES, MT_STRING_BYTES, 2 * MT_STRING_BYTES, 2 * MT_STRING_BYTES + 5};
  size_t length = mt_strings_encode(all, start, 4, NULL, 0, NULL), taken;
  unsigned char *bytes = exact_memory(length);
  mt_strings_encode(all, start, 4, NULL, 0, bytes);
  mt_strings strings;
  mt_error error;
  assert_int_equal(mt_strings_open(bytes, length, &strings, &taken, "test", NULL), MT_OK);
  for (uint32_t i = 0; i < 4; i++) assert_int_equal(mt_strings_get(&strings, i, back), start[i + 1] - start[i]);
  assert_int_equal(mt_strings_find(&strings, "xxxxx", 5, back), MT_NOT_FOUND);
  mt_store_u32(bytes + 4, MT_STRING_BYTES + 1);
  assert_int_equal(mt_strings_open(bytes, length, &strings, &taken, "item ids", &error), MT_CORRUPT);
  assert_string_equal(error.message, "item ids: longest string: found 4097, expected 0 to 4096");
  free(bytes), free(back), free(all);
}

/* Strings of a table that grew: three runs, of which one may be empty; each is found, and all that begin with a text are walked along. */
static void strings_in_runs(void **state) {
  (void)state;
  const uint32_t counts[] = {0, 1, 3, 16, 47, 48, 49, 200};
  mt_rng rng = mt_rng_seed(6);
  for (uint32_t c = 0; c < 8; c++)
    for (uint32_t second = 0; second < 2; second++) {
      char texts[200][64] = {{0}}, runs[200][64] = {{0}}, all[200 * 64], scratch[64];
      uint32_t start[201] = {0}, end[3], count = random_texts(&rng, counts[c], texts), at = 0;
      for (uint32_t run = 0; run < 3; run++) {
        for (uint32_t i = 0; i < count; i++)
          if ((i % 7 < 4 ? 0 : i % 7 < 6 ? second : 2) == run) memcpy(runs[at++], texts[i], sizeof *texts);
        end[run] = at;
      }
      concatenate(runs, count, all, start);
      size_t length = mt_strings_encode(all, start, count, end, 3, NULL), taken;
      unsigned char *bytes = exact_memory(length);
      assert_int_equal(mt_strings_encode(all, start, count, end, 3, bytes), length);
      mt_strings strings;
      assert_int_equal(mt_strings_open(bytes, length, &strings, &taken, "test", NULL), MT_OK);
      assert_int_equal(taken, length);
      for (uint32_t i = 0; i < count; i++) {
        size_t own = strlen(runs[i]), prefix = own == 0 ? 0 : 1 + i % own;
        assert_int_equal(mt_strings_get(&strings, i, scratch), own);
        assert_memory_equal(scratch, runs[i], own);
        assert_int_equal(mt_strings_find(&strings, runs[i], own, scratch), i);
        mt_strings_walk walk;
        bool more = mt_strings_seek(&strings, runs[i], prefix, true, scratch, &walk);
        for (uint32_t j = 0; j < count; j++) {
          if (strncmp(runs[j], runs[i], prefix) != 0) continue;
          assert_true(more);
          assert_int_equal(walk.index, j);
          assert_int_equal(walk.length, strlen(runs[j]));
          assert_memory_equal(scratch, runs[j], walk.length);
          more = mt_strings_next(&strings, scratch, &walk);
        }
        assert_false(more);
      }
      assert_int_equal(mt_strings_find(&strings, "\xff\xff", 2, scratch), MT_NOT_FOUND);
      free(bytes);
    }
}

/* What a header may say of runs. */
static void runs_are_checked(void **state) {
  (void)state;
  const uint32_t start[] = {0, 1, 2}, end[] = {1, 2};
  unsigned char bytes[64];
  size_t length = mt_strings_encode("ab", start, 2, end, 2, bytes), taken;
  mt_strings strings;
  mt_error error;
  assert_int_equal(mt_strings_open(bytes, length, &strings, &taken, "values", &error), MT_OK);
  mt_store_u32(bytes + 24, 3); /* the second would begin behind the table */
  assert_int_equal(mt_strings_open(bytes, length, &strings, &taken, "values", &error), MT_CORRUPT);
  assert_non_null(strstr(error.message, "values: "));
  mt_store_u32(bytes + 24, 1), mt_store_u32(bytes + 28, 1);
  assert_int_equal(mt_strings_open(bytes, length, &strings, &taken, "values", &error), MT_CORRUPT);
  const uint32_t runs[] = {0, 9, MT_STRINGS_RUNS + 1}; /* of 9 there are too few bytes */
  for (int i = 0; i < 3; i++) {
    mt_store_u32(bytes + 16, runs[i]);
    assert_int_equal(mt_strings_open(bytes, length, &strings, &taken, "values", &error), MT_CORRUPT);
  }
  assert_string_equal(error.message, "values: runs: found 1025, expected 1 to 1024");
}

static void ids_round_trip(void **state) {
  (void)state;
  const uint32_t counts[] = {0, 1, 2, 16, 17, 150};
  for (uint32_t c = 0; c < 6; c++) {
    uint32_t n = counts[c], start[151] = {0}, number[150];
    char texts[200][64] = {{0}}, all[200 * 64];
    mt_rng rng = mt_rng_seed(5 + c);
    n = random_texts(&rng, n, texts);
    concatenate(texts, n, all, start);
    for (uint32_t i = 0; i < n; i++) number[i] = n - 1 - i; /* a permutation */
    size_t length = mt_ids_encode(all, start, n, &n, 1, number, n, NULL);
    unsigned char *bytes = exact_memory(length);
    assert_int_equal(mt_ids_encode(all, start, n, &n, 1, number, n, bytes), length);
    mt_ids ids;
    assert_int_equal(mt_ids_open(bytes, length, n, &ids, NULL), MT_OK);
    mt_error error;
    char *text = exact_memory(ids.strings.longest);
    size_t places_length = mt_places_encode(number, n, NULL);
    unsigned char *places = exact_memory(places_length);
    assert_int_equal(mt_places_encode(number, n, places), places_length);
    uint32_t *turned = exact_memory(n * sizeof *turned);
    mt_ids_turn(&ids, turned);
    for (int both = 0; both < 2; both++) { /* without the places, then with them */
      for (uint32_t place = 0; place < n; place++) {
        assert_int_equal(mt_ids_find(&ids, texts[place], strlen(texts[place]), text), number[place]);
        assert_int_equal(mt_ids_get(&ids, number[place], text), strlen(texts[place]));
        assert_memory_equal(text, texts[place], strlen(texts[place]));
      }
      assert_int_equal(mt_ids_find(&ids, "absent", 6, text), MT_NOT_FOUND);
      assert_int_equal(mt_ids_open_places(places, places_length - 1, &ids, &error), MT_CORRUPT);
      assert_int_equal(mt_ids_open_places(places, places_length, &ids, &error), MT_OK);
    }
    free(places), free(turned);
    assert_int_equal(mt_ids_open(bytes, length, n + 1, &ids, &error), MT_CORRUPT);
    assert_non_null(strstr(error.message, "expected"));
    free(text), free(bytes);
  }
}

/* Of three items the last is new, and takes the number of one that is gone, whose id stays in the table. */
static void ids_of_items_that_are_gone(void **state) {
  (void)state;
  const uint32_t start[] = {0, 1, 2, 3, 4}, end[] = {3, 4}, number[] = {1, 4, 2, 0}; /* b was item 0 */
  unsigned char bytes[128] = {0}, places[64] = {0};
  char text[8];
  size_t length = mt_ids_encode("abcd", start, 4, end, 2, number, 3, bytes);
  uint32_t turned[4];
  mt_ids ids;
  assert_int_equal(mt_ids_open(bytes, length, 3, &ids, NULL), MT_OK);
  mt_ids_turn(&ids, turned);
  for (int both = 0; both < 2; both++) {
    for (uint32_t place = 0; place < 4; place++) {
      const char id[2] = {(char)('a' + place)};
      assert_int_equal(mt_ids_find(&ids, id, 1, text), place == 1 ? MT_NOT_FOUND : number[place]);
      if (place == 1) continue;
      assert_int_equal(mt_ids_get(&ids, number[place], text), 1);
      assert_int_equal(text[0], id[0]);
    }
    assert_int_equal(mt_ids_open_places(places, mt_places_encode(number, 4, places), &ids, NULL), MT_OK);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strings_round_trip),
      cmocka_unit_test(long_and_unsorted_strings),
      cmocka_unit_test(strings_in_runs),
      cmocka_unit_test(runs_are_checked),
      cmocka_unit_test(ids_round_trip),
      cmocka_unit_test(ids_of_items_that_are_gone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

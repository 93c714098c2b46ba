/* The text index: tables that are walked, words against terms, and what a search makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bundle/bundle.h"
#include "catalogue.h"
#include "martello.h"
#include "recall/words.h"
#include "session.h"

static int compare(const char *a, size_t a_length, const char *b, size_t b_length) {
  int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
  return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

/* Tables of every size around a block, and every text between two of their strings. */
static void a_sorted_table_is_walked_from_anywhere(void **state) {
  (void)state;
  for (uint32_t count = 0; count < 70; count++) {
    char text[70 * 4 + 1], scratch[8];
    uint32_t start[71] = {0};
    for (uint32_t i = 0; i < count; i++)
      start[i + 1] = start[i] + (uint32_t)snprintf(text + start[i], 5, "%03u%.*s", 2 * i + 1, (int)(i % 2), "x");
    size_t length = mt_strings_encode(text, start, count, true, NULL), taken;
    unsigned char *bytes = exact_memory(length);
    mt_strings_encode(text, start, count, true, bytes);
    mt_strings strings;
    assert_int_equal(mt_strings_open(bytes, length, &strings, &taken, "test", NULL), MT_OK);
    for (uint32_t n = 0; n < 2 * count + 2; n++) {
      char from[8];
      mt_strings_walk walk;
      size_t from_length = (size_t)snprintf(from, sizeof from, "%03u", n);
      uint32_t expected = 0;
      while (expected < count && compare(text + start[expected], start[expected + 1] - start[expected], from, from_length) < 0)
        expected++;
      bool more = mt_strings_seek(&strings, from, from_length, scratch, &walk);
      for (; expected < count; expected++, more = mt_strings_next(&strings, scratch, &walk)) {
        assert_true(more);
        assert_int_equal(walk.index, expected);
        assert_int_equal(compare(scratch, walk.length, text + start[expected], start[expected + 1] - start[expected]), 0);
      }
      assert_false(more);
    }
    free(bytes);
  }
}

typedef struct opened {
  catalogue c;
  mt_terms terms;
  mt_postings postings;
  mt_sparse sums;
  char scratch[MT_STRING_BYTES];
} opened;

static void open_index(opened *o, uint64_t seed) {
  shape shape = {.seed = seed, .items = 60, .weight_bits = 8, .longest = 9, .norm_rank = 5, .quota = 20, .decay = 1};
  o->c = make_catalogue(&shape);
  mt_bundle bundle;
  mt_section section;
  assert_int_equal(mt_bundle_open(o->c.bundle, o->c.length, o->c.length, &bundle, NULL), MT_OK);
  assert_true(mt_bundle_find(&bundle, MT_SECTION_TERMS, 0, 0, &section));
  assert_int_equal(mt_terms_open(section.bytes, section.length, &o->terms, NULL), MT_OK);
  assert_true(mt_bundle_find(&bundle, MT_SECTION_POSTINGS, o->terms.postings, 0, &section));
  assert_int_equal(mt_postings_open(section.bytes, section.length, o->c.items, &o->postings, NULL), MT_OK);
  o->sums.capacity = mt_sparse_slots(o->c.items);
  o->sums.slots = own(&o->c, o->sums.capacity * sizeof *o->sums.slots);
}

/* What a term counts for each of the catalogue's terms, in their order. */
static void expect_sums(opened *o, const char *text, bool unfinished, uint32_t unmatched, const float *term_weight) {
  uint32_t found;
  assert_true(mt_words_sum(&o->terms, &o->postings, text, strlen(text), unfinished, o->scratch, &o->sums, &found));
  assert_int_equal(found, unmatched);
  const plain_lists *lists = &o->c.lists[TERM_LISTS];
  float expected[64] = {0};
  for (uint32_t t = 0; t < TERMS; t++)
    for (uint32_t e = lists->start[t]; e < lists->start[t + 1]; e++) expected[lists->items[e]] += term_weight[t] * lists->weights[e];
  for (uint32_t i = 0; i < o->c.items; i++) {
    float sum = mt_sparse_get(&o->sums, i);
    if (fabsf(sum - expected[i]) > 1e-5f * (1 + expected[i])) fail_msg("%s: item %u: found %g, expected %g", text, i, (double)sum, (double)expected[i]);
  }
}

enum { A, AB, ABABY, ALIEN, BABY, FILMS, FILMX, STAR, STARSHIP, STARSKY, ZOO, STAR_CHARACTER };
#define SLIP 0.5f

static void words_count_terms(void **state) {
  (void)state;
  opened o;
  open_index(&o, 3);
  expect_sums(&o, "", true, 0, (float[TERMS]){0});
  expect_sums(&o, "star", false, 0, (float[TERMS]){[STAR] = 1});
  expect_sums(&o, "star", true, 0, (float[TERMS]){[STAR] = 1, [STARSHIP] = 0.5f * 4 / 8, [STARSKY] = 0.5f * 4 / 7});
  expect_sums(&o, "star alien star", false, 0, (float[TERMS]){[STAR] = 2, [ALIEN] = 1});
  expect_sums(&o, "sta alien", true, 1, (float[TERMS]){[ALIEN] = 1}); /* only the last word goes on */
  expect_sums(&o, "alien sta", true, 0, (float[TERMS]){[ALIEN] = 1, [STAR] = 1.5f / 4, [STARSHIP] = 1.5f / 8, [STARSKY] = 1.5f / 7});
  expect_sums(&o, "zzz \xe6\x98\x9f zz", true, 1 | 4, (float[TERMS]){[STAR_CHARACTER] = 1});
  expect_sums(&o, "zo", false, 1, (float[TERMS]){0});
  drop_catalogue(&o.c);
}

static void slips_are_forgiven(void **state) {
  (void)state;
  opened o;
  open_index(&o, 4);
  expect_sums(&o, "aliens", false, 0, (float[TERMS]){[ALIEN] = SLIP});
  expect_sums(&o, "alein", false, 0, (float[TERMS]){[ALIEN] = SLIP});
  expect_sums(&o, "alen", false, 0, (float[TERMS]){[ALIEN] = SLIP});
  expect_sums(&o, "al\xc3\xafl" "en", false, 1, (float[TERMS]){0});       /* two */
  expect_sums(&o, "al\xc3\xaf" "en", false, 0, (float[TERMS]){[ALIEN] = SLIP}); /* one character of two bytes */
  expect_sums(&o, "filmy", false, 0, (float[TERMS]){[FILMS] = SLIP, [FILMX] = SLIP});
  expect_sums(&o, "ailen", true, 0, (float[TERMS]){[ALIEN] = SLIP});
  expect_sums(&o, "blien", false, 1, (float[TERMS]){0}); /* the first letter is right */
  expect_sums(&o, "ababi", false, 0, (float[TERMS]){[ABABY] = SLIP});
  expect_sums(&o, "zop", false, 1, (float[TERMS]){0}); /* too short to tell */
  drop_catalogue(&o.c);
}

/* What a search finds: the items with a word, best first, within what is allowed; nothing for an unknown text. */
static void searches_find_what_is_allowed(void **state) {
  (void)state;
  for (uint32_t spaces = 0; spaces < 2; spaces++) {
    shape shape = {.seed = 21 + spaces, .items = 60, .weight_bits = 8, .longest = 9, .norm_rank = 5, .quota = 20, .decay = 1};
    if (spaces > 0) shape.space[0] = (shape_space){6, MT_COSINE, MT_TOWER_POOLED, 0, {0}};
    catalogue c = make_catalogue(&shape);
    session s = open_session(c.bundle, c.length, 0);
    const plain_lists *lists = &c.lists[TERM_LISTS];
    const mt_slate *slate;
    mt_error error;
    uint32_t unmatched;
    mt_begin(s.rec);
    assert_int_equal(mt_search_space(s.rec), spaces > 0 ? 0 : MT_NOT_FOUND);
    assert_int_equal(mt_search(s.rec, "zzz", 3, true, 10, &slate, &unmatched, &error), MT_OK);
    assert_int_equal(slate->count, 0);
    assert_int_equal(unmatched, 1);
    assert_int_equal(mt_search(s.rec, "alien", 5, false, 60, &slate, &unmatched, &error), MT_OK);
    uint32_t hits = lists->start[ALIEN + 1] - lists->start[ALIEN];
    assert_true(hits > 1);
    assert_int_equal(slate->recalled[0], hits);
    assert_true(spaces > 0 ? slate->count > hits : slate->count == hits);
    uint32_t best = slate->picks[0].item, met = 0;
    for (uint32_t i = 0; i < slate->count; i++) {
      const mt_pick *pick = &slate->picks[i];
      assert_true(pick->ranks[0] > 0 || pick->ranks[1] > 0);
      assert_true((pick->ranks[0] > 0) == (pick->scores[0] > 0));
      for (uint32_t e = lists->start[ALIEN]; e < lists->start[ALIEN + 1]; e++) met += lists->items[e] == pick->item;
    }
    assert_int_equal(met, hits);
    mt_exclude(s.rec, best);
    assert_int_equal(mt_search(s.rec, "alien", 5, false, 1, &slate, &unmatched, &error), MT_OK);
    assert_int_equal(slate->count, 1);
    assert_int_not_equal(slate->picks[0].item, best);
    assert_int_equal(mt_search(s.rec, "alien", 5, false, 0, &slate, &unmatched, &error), MT_INVALID);
    drop_session(&s);
    drop_catalogue(&c);
  }
}

static void wrong_tables_are_refused(void **state) {
  (void)state;
  mt_terms terms;
  mt_error error;
  unsigned char bytes[8 + 24] = {0};
  assert_int_equal(mt_terms_open(bytes, 7, &terms, &error), MT_CORRUPT);
  assert_string_equal(error.message, "terms: found 7 bytes, expected at least 8");
  mt_terms_encode(0, "", (uint32_t[]){0}, 0, bytes);
  assert_int_equal(mt_terms_open(bytes, sizeof bytes, &terms, &error), MT_OK);
  mt_store_u32(bytes + 8 + 12, 0); /* not sorted */
  assert_int_equal(mt_terms_open(bytes, sizeof bytes, &terms, &error), MT_CORRUPT);
  assert_string_equal(error.message, "terms: sorted: found 0, expected 1");
}

static void an_index_and_its_lists_must_agree(void **state) {
  (void)state;
  shape shape = {.seed = 9, .items = 20, .weight_bits = 8, .longest = 4, .norm_rank = 5, .quota = 20, .decay = 1};
  static const struct {
    uint32_t postings;
    const char *message;
  } wrong[] = {{7, "terms: found no postings section 7, expected one"},
               {0, "terms: found postings of 20 keys of kind 0, expected 12 terms"}};
  for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
    catalogue c = make_catalogue(&shape);
    mt_error error;
    size_t needed;
    for (uint32_t i = 0; i < c.sections; i++)
      if (c.drafts[i].kind == MT_SECTION_TERMS) mt_store_u32((unsigned char *)(uintptr_t)c.drafts[i].bytes, wrong[w].postings);
    mt_bundle_write(c.drafts, c.sections, c.items, c.bundle);
    assert_int_equal(mt_memory_needed(c.bundle, c.length, c.length, &needed, &error), MT_CORRUPT);
    assert_string_equal(error.message, wrong[w].message);
    drop_catalogue(&c);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_sorted_table_is_walked_from_anywhere), cmocka_unit_test(words_count_terms),
      cmocka_unit_test(slips_are_forgiven),                     cmocka_unit_test(searches_find_what_is_allowed),
      cmocka_unit_test(wrong_tables_are_refused),               cmocka_unit_test(an_index_and_its_lists_must_agree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

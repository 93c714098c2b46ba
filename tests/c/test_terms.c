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

/* Tables of every size around a block, and every text between two of their strings, and what they begin with. */
static void a_sorted_table_is_walked_from_anywhere(void **state) {
  (void)state;
  for (uint32_t count = 0; count < 70; count++) {
    char text[70 * 4 + 1], scratch[8];
    uint32_t start[71] = {0};
    for (uint32_t i = 0; i < count; i++)
      start[i + 1] = start[i] + (uint32_t)snprintf(text + start[i], 5, "%03u%.*s", 2 * i + 1, (int)(i % 2), "x");
    size_t length = mt_strings_encode(text, start, count, &count, 1, NULL), taken;
    unsigned char *bytes = exact_memory(length);
    mt_strings_encode(text, start, count, &count, 1, bytes);
    mt_strings strings;
    assert_int_equal(mt_strings_open(bytes, length, &strings, &taken, "test", NULL), MT_OK);
    for (uint32_t n = 0; n < 2 * count + 2; n++) {
      char from[8];
      for (uint32_t digits = 1; digits <= 3; digits++) {
        mt_strings_walk walk;
        snprintf(from, sizeof from, "%03u", n % 1000);
        for (int open = 0; open < 2; open++) {
          bool more = mt_strings_seek(&strings, from, digits, open, scratch, &walk);
          for (uint32_t i = 0; i < count; i++) {
            uint32_t own = start[i + 1] - start[i];
            if (memcmp(text + start[i], from, digits) != 0 || (!open && own != digits)) continue;
            assert_true(more);
            assert_int_equal(walk.index, i);
            assert_int_equal(walk.length, own);
            assert_memory_equal(scratch, text + start[i], own);
            more = mt_strings_next(&strings, scratch, &walk);
          }
          assert_false(more);
        }
      }
    }
    free(bytes);
  }
}

/* -- words against terms ------------------------------------------------------------------------------------------------ */

/* A shelf of titles: each word of a title is a term, and counts 1. */
enum { MOST_TITLES = 16, MOST_TERMS = 128, MOST_TITLE_WORDS = 20 };

typedef struct shelf {
  mt_terms terms;
  mt_postings postings;
  mt_words words;
  unsigned char *bytes[2];
  char scratch[MT_STRING_BYTES];
} shelf;

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Titles with one space between two words; no word comes twice in a title. What stands behind | is not of the title. */
static shelf make_shelf(const char *const *titles, uint32_t count) {
  shelf made = {0};
  static char texts[MOST_TITLES][128];
  const char *word[MOST_TITLES][MOST_TITLE_WORDS], *term[MOST_TERMS];
  uint32_t words[MOST_TITLES] = {0}, title[MOST_TITLES];
  unsigned char facts[MOST_TITLES], places[MOST_TERMS * MOST_TITLES];
  uint32_t terms = 0, start[MOST_TERMS + 1] = {0}, items[MOST_TERMS * MOST_TITLES], entries = 0;
  float weights[MOST_TERMS * MOST_TITLES];
  for (uint32_t i = 0; i < count; i++) {
    snprintf(texts[i], sizeof texts[i], "%s", titles[i]);
    title[i] = UINT32_MAX;
    for (char *w = strtok(texts[i], " "); w != NULL; w = strtok(NULL, " ")) {
      if (*w == '|') title[i] = words[i];
      else word[i][words[i]++] = term[terms++] = w;
    }
    if (title[i] > words[i]) title[i] = words[i];
    facts[i] = (unsigned char)(title[i] < MT_TITLE_LONG ? title[i] : MT_TITLE_LONG);
  }
  qsort(term, terms, sizeof *term, by_text);
  uint32_t different = 0;
  for (uint32_t t = 0; t < terms; t++)
    if (different == 0 || strcmp(term[different - 1], term[t]) != 0) term[different++] = term[t];
  char text[2048];
  uint32_t begins[MOST_TERMS + 1] = {0};
  for (uint32_t t = 0; t < different; t++) {
    memcpy(text + begins[t], term[t], strlen(term[t]));
    begins[t + 1] = begins[t] + (uint32_t)strlen(term[t]);
    for (uint32_t i = 0; i < count; i++)
      for (uint32_t w = 0; w < words[i]; w++)
        if (strcmp(word[i][w], term[t]) == 0) {
          uint32_t place = w >= title[i] ? MT_PLACE_NONE : w < MT_PLACE_LATE ? w : MT_PLACE_LATE;
          items[entries] = i, weights[entries] = 1, places[entries++] = (unsigned char)place;
        }
    start[t + 1] = entries;
  }
  size_t length = mt_terms_encode(0, 0, facts, count, text, begins, different, &different, 1, NULL);
  made.bytes[0] = exact_memory(length);
  mt_terms_encode(0, 0, facts, count, text, begins, different, &different, 1, made.bytes[0]);
  assert_int_equal(mt_terms_open(made.bytes[0], length, count, &made.terms, NULL), MT_OK);
  made.bytes[1] = exact_memory(mt_postings_bound(different, entries));
  length = mt_postings_encode_marked(different, start, items, weights, places, MT_KEY_TERM, 0, 4, MT_PLACE_BITS, 0, made.bytes[1]);
  assert_int_equal(mt_postings_open(made.bytes[1], length, count, &made.postings, NULL), MT_OK);
  made.words.capacity = 64;
  made.words.slots = exact_memory(made.words.capacity * sizeof *made.words.slots);
  return made;
}

static void drop_shelf(shelf *s) { free(s->bytes[0]), free(s->bytes[1]), free(s->words.slots); }

/* What an item is to be found as. */
typedef struct hit {
  uint32_t item;
  mt_grade grade;
  float sum;
} hit;

static void expect_found(shelf *s, const char *text, uint32_t unmatched, const hit *hits, uint32_t count) {
  mt_words_find(&s->terms, &s->postings, text, strlen(text), s->scratch, &s->words);
  assert_true(s->words.complete);
  if (s->words.unmatched != unmatched) fail_msg("%s: unmatched %u, expected %u", text, s->words.unmatched, unmatched);
  if (s->words.count != count) fail_msg("%s: %u items, expected %u", text, s->words.count, count);
  for (uint32_t h = 0; h < count; h++) {
    const mt_found *found = mt_words_get(&s->words, hits[h].item);
    if (found == NULL) fail_msg("%s: item %u is not found", text, hits[h].item);
    mt_grade grade = mt_words_grade(&s->words, &s->terms, found);
    if (grade != hits[h].grade) fail_msg("%s: item %u has grade %d, expected %d", text, hits[h].item, grade, hits[h].grade);
    float sum = mt_words_sum(found);
    if (fabsf(sum - hits[h].sum) > 1e-5f)
      fail_msg("%s: item %u counts %g, expected %g", text, hits[h].item, (double)sum, (double)hits[h].sum);
  }
}
#define EXPECT(text, unmatched, ...) \
  expect_found(&s, text, unmatched, (const hit[]){__VA_ARGS__}, sizeof((const hit[]){__VA_ARGS__}) / sizeof(hit))
#define NOTHING(text, unmatched) expect_found(&s, text, unmatched, NULL, 0)

static void words_find_terms(void **state) {
  (void)state;
  shelf s = make_shelf((const char *const[]){"star wars", "star", "a star is born", "starship", "alien"}, 5);
  NOTHING("", 0);
  NOTHING("zz", 1);
  EXPECT("alien", 0, {4, MT_GRADE_IS, 1});
  EXPECT("star", 0, {0, MT_GRADE_BEGINS, 1}, {1, MT_GRADE_IS, 1}, {2, MT_GRADE_TITLE, 1});
  EXPECT("star*", 0, {0, MT_GRADE_BEGINS, 1}, {1, MT_GRADE_IS, 1}, {2, MT_GRADE_TITLE, 1}, {3, MT_GRADE_BEGUN, 0.25f});
  EXPECT("star wa*", 0, {0, MT_GRADE_BEGUN, 1.25f}, {1, MT_GRADE_SOME, 1}, {2, MT_GRADE_SOME, 1});
  EXPECT("wars star", 0, {0, MT_GRADE_IS, 2}, {1, MT_GRADE_SOME, 1}, {2, MT_GRADE_SOME, 1});
  EXPECT("zz alien yy", 5, {4, MT_GRADE_SOME, 1});
  EXPECT("star alien", 0, {0, MT_GRADE_SOME, 1}, {1, MT_GRADE_SOME, 1}, {2, MT_GRADE_SOME, 1}, {4, MT_GRADE_SOME, 1});
  EXPECT("born is", 0, {2, MT_GRADE_TITLE, 2}); /* not the first of its title */
  assert_float_equal(s.words.most, 2, 1e-6f);
  drop_shelf(&s);
}

/* What all words do; a text of more words than a title has places makes no title of what is beside it. */
static void what_all_its_words_do_grades_an_item(void **state) {
  (void)state;
  shelf s = make_shelf((const char *const[]){"horror house | film", "house of horror | night", "horrors | house", "night | horror"}, 4);
  EXPECT("horror*", 0, {0, MT_GRADE_BEGINS, 1}, {1, MT_GRADE_TITLE, 1}, {2, MT_GRADE_BEGUN, 0.5f * 6 / 7}, {3, MT_GRADE_WHOLE, 1});
  EXPECT("house horror", 0, {0, MT_GRADE_IS, 2}, {1, MT_GRADE_TITLE, 2}, {2, MT_GRADE_SOME, 1}, {3, MT_GRADE_SOME, 1});
  EXPECT("house horror*", 0, {0, MT_GRADE_IS, 2}, {1, MT_GRADE_TITLE, 2}, {2, MT_GRADE_ALL, 1 + 0.5f * 6 / 7}, {3, MT_GRADE_SOME, 1});
  EXPECT("film hor*", 0, {0, MT_GRADE_ALL, 1.25f}, {1, MT_GRADE_SOME, 0.25f}, {2, MT_GRADE_SOME, 0.5f * 3 / 7}, {3, MT_GRADE_SOME, 0.25f});
  EXPECT("nigth", 0, {1, MT_GRADE_ALL, 0.5f}, {3, MT_GRADE_BEGUN, 0.5f});
  drop_shelf(&s);
  s = make_shelf((const char *const[]){"a | b c d e f g h i j k l m n o p"}, 1);
  EXPECT("a b c d e f g h i j k l m n o p", 0, {0, MT_GRADE_WHOLE, 16});
  drop_shelf(&s);
}

static void of_what_a_word_finds_an_item_by_the_best_counts(void **state) {
  (void)state;
  shelf s = make_shelf((const char *const[]){"star starship starlet", "starlet"}, 2);
  EXPECT("star*", 0, {0, MT_GRADE_BEGINS, 1}, {1, MT_GRADE_BEGUN, 0.5f * 4 / 7});
  drop_shelf(&s);
}

static void words_are_joined_and_split(void **state) {
  (void)state;
  shelf s = make_shelf((const char *const[]){"spiderman", "star wars", "wars of a star", "phone 15 pro", "phone15"}, 5);
  EXPECT("spider man", 0, {0, MT_GRADE_BEGINS, 2});
  EXPECT("spider ma*", 0, {0, MT_GRADE_BEGUN, 2 * 0.5f * 8 / 9});
  EXPECT("starwars", 0, {1, MT_GRADE_BEGINS, 2}); /* side by side in this order alone */
  EXPECT("starwa*", 0, {1, MT_GRADE_BEGUN, 2});
  EXPECT("phone15", 0, {3, MT_GRADE_BEGINS, 2}, {4, MT_GRADE_IS, 1}); /* letters meet digits */
  EXPECT("phone 15", 0, {3, MT_GRADE_BEGINS, 2}, {4, MT_GRADE_BEGINS, 2});
  NOTHING("phone16x", 1);
  drop_shelf(&s);
}

/* Where places end, nobody knows what stands beside what. */
static void what_is_late_stands_beside_nothing(void **state) {
  (void)state;
  shelf s = make_shelf((const char *const[]){"a b c d e f g h i j k l star wars", "a b c d e f g h i j k l m star wars",
                                             "a b c d e f g h i j k l m star n o p wars", "a b c d e f g h i j k l m n star o p wars"},
                       4);
  EXPECT("starwars", 0, {0, MT_GRADE_TITLE, 2});
  drop_shelf(&s);
}

static void slips_are_forgiven(void **state) {
  (void)state;
  shelf s = make_shelf((const char *const[]){"alien", "filmed", "films", "абвгд", "사람들은", "cat", "ababy"}, 7);
  EXPECT("aliens", 0, {0, MT_GRADE_BEGUN, 0.5f});
  EXPECT("alein", 0, {0, MT_GRADE_BEGUN, 0.5f});
  EXPECT("alen", 0, {0, MT_GRADE_BEGUN, 0.5f});
  EXPECT("al\xc3\xaf" "en", 0, {0, MT_GRADE_BEGUN, 0.5f}); /* one letter of two bytes */
  NOTHING("al\xc3\xafl" "en", 1);                           /* two slips */
  NOTHING("blien", 1);                                       /* the first letter is right */
  NOTHING("cot", 1);                                         /* too short to tell */
  EXPECT("ababi", 0, {6, MT_GRADE_BEGUN, 0.5f});
  drop_shelf(&s);
}

/* Letters are counted, not bytes, and a Korean syllable is one, though it is written as its parts. */
static void slips_are_of_letters_in_every_script(void **state) {
  (void)state;
  static const char man[] = "\xe1\x84\x89\xe1\x85\xa1\xe1\x84\x85\xe1\x85\xa1\xe1\x86\xb7";  /* 사람 */
  static const char love[] = "\xe1\x84\x89\xe1\x85\xa1\xe1\x84\x85\xe1\x85\xa1\xe1\x86\xbc"; /* 사랑 */
  shelf s = make_shelf((const char *const[]){"ад", "год", "город", "конец", man, "gerät"}, 6);
  NOTHING("ас", 1);
  NOTHING("код", 1);
  NOTHING("горы", 1); /* two */
  EXPECT("горад", 0, {2, MT_GRADE_BEGUN, 0.5f});
  EXPECT("гоорд", 0, {2, MT_GRADE_BEGUN, 0.5f});
  NOTHING("вород", 1);
  EXPECT("конц", 0, {3, MT_GRADE_BEGUN, 0.5f});
  NOTHING(love, 1);
  EXPECT(man, 0, {4, MT_GRADE_IS, 1});
  EXPECT("gerat", 0, {5, MT_GRADE_BEGUN, 0.5f});
  drop_shelf(&s);
}

static void numbers_are_no_slips(void **state) {
  (void)state;
  shelf s = make_shelf((const char *const[]){"1983", "s1234", "abcd5", "2012 2012x"}, 4);
  NOTHING("1985", 1);
  NOTHING("2013", 1);
  NOTHING("s1236", 1);
  NOTHING("abcde", 1); /* nor is a digit in the place of a letter */
  NOTHING("198", 1);
  EXPECT("198*", 0, {0, MT_GRADE_BEGUN, 0.5f * 3 / 4});
  drop_shelf(&s);
}

/* Titles longer than a place can say. */
static void long_titles_end_in_what_is_late(void **state) {
  (void)state;
  shelf s = make_shelf((const char *const[]){"a b c d e f g h i j k l m n o p", "a b c d e f g h i j k l m n"}, 2);
  EXPECT("a", 0, {0, MT_GRADE_BEGINS, 1}, {1, MT_GRADE_BEGINS, 1});
  EXPECT("a b c d e f g h i j k l m n", 0, {0, MT_GRADE_BEGINS, 14}, {1, MT_GRADE_IS, 14});
  drop_shelf(&s);
}

/* -- search -------------------------------------------------------------------------------------------------------------- */

enum { A, AB, ABABY, ALIEN, BABY, FILMS, FILMX, STAR, STARSHIP, STARSKY, ZOO, STAR_CHARACTER };

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
    assert_int_equal(mt_search(s.rec, "zzz*", 4, 10, &slate, &unmatched, &error), MT_OK);
    assert_int_equal(slate->count, 0);
    assert_int_equal(unmatched, 1);
    assert_int_equal(mt_search(s.rec, "alien", 5, 60, &slate, &unmatched, &error), MT_OK);
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
    assert_int_equal(mt_search(s.rec, "alien", 5, 1, &slate, &unmatched, &error), MT_OK);
    assert_int_equal(slate->count, 1);
    assert_int_not_equal(slate->picks[0].item, best);
    assert_int_equal(mt_search(s.rec, "alien", 5, 0, &slate, &unmatched, &error), MT_INVALID);
    drop_session(&s);
    drop_catalogue(&c);
  }
}

/* With a history what the person has met is found where it is allowed, and what the sources say moves within a grade. */
static void a_history_orders_what_is_found_alike(void **state) {
  (void)state;
  shape shape = {.seed = 23, .items = 60, .weight_bits = 8, .longest = 30, .norm_rank = 5, .quota = 20, .decay = 1};
  catalogue c = make_catalogue(&shape);
  session s = open_session(c.bundle, c.length, 0);
  const plain_lists *lists = &c.lists[TERM_LISTS];
  uint32_t unmatched, hits = lists->start[ALIEN + 1] - lists->start[ALIEN], met = lists->items[lists->start[ALIEN]];
  float score[60] = {0};
  const mt_slate *slate;
  mt_error error;
  assert_true(hits > 3);
  mt_begin(s.rec);
  assert_int_equal(mt_search(s.rec, "alien", 5, 60, &slate, &unmatched, &error), MT_OK);
  for (uint32_t i = 0; i < slate->count; i++) {
    score[slate->picks[i].item] = slate->picks[i].score;
    assert_true(slate->picks[i].scores[2] == 0 && slate->picks[i].ranks[2] == 0 && slate->history == 0);
  }
  mt_begin(s.rec);
  assert_true(mt_add_event(s.rec, met, 1, NAN));
  mt_allow(s.rec, met);
  assert_int_equal(mt_search(s.rec, "alien", 5, 60, &slate, &unmatched, &error), MT_OK);
  assert_int_equal(slate->history, 1);
  assert_int_equal(slate->count, hits);
  bool is_there = false, moved = false;
  for (uint32_t i = 0; i < slate->count; i++) {
    const mt_pick *pick = &slate->picks[i];
    is_there |= pick->item == met;
    moved |= pick->scores[2] > 0;
    assert_int_equal((int)pick->score, (int)score[pick->item]); /* its grade */
    if (pick->scores[2] > 0) assert_true(pick->score > score[pick->item]);
    if (pick->scores[2] == 0) assert_true(pick->score == score[pick->item]);
  }
  assert_true(is_there && moved);
  drop_session(&s);
  drop_catalogue(&c);
}

static void wrong_tables_are_refused(void **state) {
  (void)state;
  mt_terms terms;
  mt_error error;
  unsigned char bytes[8 + 2 + 32] = {0};
  assert_int_equal(mt_terms_open(bytes, 9, 2, &terms, &error), MT_CORRUPT);
  assert_string_equal(error.message, "terms: found 9 bytes, expected at least 10");
  assert_int_equal(mt_terms_encode(0, 2, (const unsigned char[]){0x31, 0xff}, 2, "", (uint32_t[]){0}, 0, (uint32_t[]){0}, 1, bytes), sizeof bytes);
  assert_int_equal(mt_terms_open(bytes, sizeof bytes, 2, &terms, &error), MT_OK);
  assert_int_equal(mt_terms_title(&terms, 0), 1);
  assert_float_equal(mt_terms_popularity(&terms, 0), 0.2f, 1e-6f);
  assert_int_equal(mt_terms_title(&terms, 1), MT_TITLE_LONG);
  mt_store_f32(bytes + 4, -1);
  assert_int_equal(mt_terms_open(bytes, sizeof bytes, 2, &terms, &error), MT_CORRUPT);
  assert_string_equal(error.message, "terms: its weight of popularity is out of range");
  mt_store_u32(bytes + 10 + 12, 0); /* not sorted */
  assert_int_equal(mt_terms_open(bytes, sizeof bytes, 2, &terms, &error), MT_CORRUPT);
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
      cmocka_unit_test(a_sorted_table_is_walked_from_anywhere),
      cmocka_unit_test(words_find_terms),
      cmocka_unit_test(what_all_its_words_do_grades_an_item),
      cmocka_unit_test(of_what_a_word_finds_an_item_by_the_best_counts),
      cmocka_unit_test(words_are_joined_and_split),
      cmocka_unit_test(what_is_late_stands_beside_nothing),
      cmocka_unit_test(slips_are_forgiven),
      cmocka_unit_test(slips_are_of_letters_in_every_script),
      cmocka_unit_test(numbers_are_no_slips),
      cmocka_unit_test(long_titles_end_in_what_is_late),
      cmocka_unit_test(searches_find_what_is_allowed),
      cmocka_unit_test(a_history_orders_what_is_found_alike),
      cmocka_unit_test(wrong_tables_are_refused),
      cmocka_unit_test(an_index_and_its_lists_must_agree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

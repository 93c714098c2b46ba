/* Section readers and writers: what was written comes back, and broken bytes end in an error or in nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue.h"
#include "bundle/dates.h"
#include "recall/bitmap.h"
#include "recall/filter.h"

/* -- bits -- */

static void packed_round_trips(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(1);
  for (unsigned bits = 0; bits <= 32; bits++) {
    uint32_t count = mt_rng_below(&rng, 70), values[70];
    unsigned char *packed = exact_memory((size_t)mt_packed_bytes(count, bits));
    for (uint32_t i = 0; i < count; i++) {
      values[i] = (uint32_t)(mt_rng_u32(&rng) & ((1ULL << bits) - 1));
      mt_packed_put(packed, i, bits, values[i]);
    }
    for (uint32_t i = 0; i < count; i++) assert_int_equal(mt_packed_get(packed, i, bits), values[i]);
    free(packed);
  }
  assert_int_equal(mt_bit_width(0), 0);
  assert_int_equal(mt_bit_width(1), 1);
  assert_int_equal(mt_bit_width(255), 8);
  assert_int_equal(mt_bit_width(256), 9);
  assert_int_equal(mt_bit_width(UINT32_MAX), 32);
}

static void varints_round_trip(void **state) {
  (void)state;
  unsigned char bytes[5];
  for (unsigned shift = 0; shift < 32; shift++)
    for (int near = -1; near <= 1; near++) {
      uint32_t value = (1u << shift) + (uint32_t)near, back = 0;
      const unsigned char *end = mt_varint_write(bytes, value), *at = bytes;
      assert_int_equal(end - bytes, mt_varint_bytes(value));
      assert_true(mt_varint_read(&at, end, &back));
      assert_int_equal(back, value);
      assert_ptr_equal(at, end);
      for (const unsigned char *cut = bytes; cut < end; cut++) { /* cut anywhere: false, and nothing read beyond */
        at = bytes;
        assert_false(mt_varint_read(&at, cut, &back));
        assert_true(at <= cut);
      }
    }
  const unsigned char over[] = {0xff, 0xff, 0xff, 0xff, 0x10}, endless[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80};
  const unsigned char *at = over;
  uint32_t value;
  assert_false(mt_varint_read(&at, over + 5, &value)); /* 33 bits */
  at = endless;
  assert_false(mt_varint_read(&at, endless + 6, &value));
}

static void rice_round_trips(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(2);
  for (unsigned k = 0; k < 32; k++) {
    uint32_t values[40], extra[40];
    size_t bits = 0;
    for (uint32_t i = 0; i < 40; i++) {
      uint64_t top = (uint64_t)mt_rng_below(&rng, i % 8 == 0 ? 300 : 4) << k; /* quotients past a whole window too */
      values[i] = (uint32_t)(top > UINT32_MAX ? 0 : top) | (uint32_t)(mt_rng_u32(&rng) & ((1ULL << k) - 1));
      extra[i] = mt_rng_below(&rng, 16);
      bits += (values[i] >> k) + 1 + k + 4;
    }
    unsigned char *bytes = exact_memory((bits + 7) / 8);
    mt_bit_writer w = {bytes, 0, 0};
    for (uint32_t i = 0; i < 40; i++) mt_bits_put_rice(&w, values[i], k), mt_bits_put(&w, extra[i], 4);
    assert_int_equal(mt_bits_flush(&w) - bytes, (bits + 7) / 8);
    mt_bit_reader r = mt_bits_over(bytes, (bits + 7) / 8);
    for (uint32_t i = 0; i < 40; i++) {
      assert_int_equal(mt_bits_rice(&r, k), values[i]);
      assert_int_equal(mt_bits_take(&r, 4), extra[i]);
    }
    assert_false(r.overrun);
    (void)mt_bits_take(&r, 8); /* fewer than eight are left */
    assert_true(r.overrun);
    free(bytes);
  }
}

static void bit_readers_are_total(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(3);
  for (int round = 0; round < 3000; round++) {
    size_t length = mt_rng_below(&rng, 40);
    unsigned char *bytes = exact_memory(length);
    for (size_t i = 0; i < length; i++) bytes[i] = (unsigned char)(round % 3 == 0 ? 0 : mt_rng_u32(&rng) & mt_rng_u32(&rng));
    mt_bit_reader r = mt_bits_over(bytes, length);
    for (int i = 0; i < 500; i++) {
      if (mt_rng_below(&rng, 2) == 0) (void)mt_bits_rice(&r, mt_rng_below(&rng, 32));
      else (void)mt_bits_take(&r, mt_rng_below(&rng, 33));
      assert_true(r.at <= r.end && r.held <= 64);
    }
    assert_true(r.overrun);
    free(bytes);
  }
}

/* -- postings -- */

static void check_postings(mt_rng *rng, uint32_t items, uint32_t keys, uint32_t longest, mt_key_kind kind, uint32_t bits) {
  uint32_t *start = calloc(keys + 1u, sizeof *start), *entry = calloc((size_t)keys * longest + 1, sizeof *entry);
  float *weight = calloc((size_t)keys * longest + 1, sizeof *weight);
  for (uint32_t key = 0, at = 0; key < keys; key++) {
    float level = powf(2, (float)mt_rng_below(rng, 12)); /* lists of very different weights */
    uint32_t wanted = mt_rng_below(rng, 3) == 0 ? 0 : mt_rng_below(rng, longest + 1), step = items / (wanted + 1);
    for (uint32_t i = 0, item = 0; i < wanted && item < items; i++) {
      item += i > 0 ? 1 + mt_rng_below(rng, step + 1) : mt_rng_below(rng, step + 1);
      if (item >= items) break;
      entry[at] = item;
      weight[at++] = (0.001f + mt_rng_unit(rng)) / level;
    }
    start[key + 1] = at;
  }
  size_t bound = mt_postings_bound(keys, start[keys]);
  unsigned char *out = exact_memory(bound);
  size_t length = mt_postings_encode(keys, start, entry, weight, kind, 3, bits, out);
  assert_true(length <= bound);
  unsigned char *bytes = exact_memory(length);
  memcpy(bytes, out, length);
  mt_postings postings;
  mt_error error;
  assert_int_equal(mt_postings_open(bytes, length, items, &postings, &error), MT_OK);
  mt_posting posting;
  for (uint32_t key = 0; key < keys; key++) {
    float largest = 0;
    for (uint32_t i = start[key]; i < start[key + 1]; i++) largest = fmaxf(largest, weight[i]);
    mt_posting_start(&postings, key, &posting);
    assert_int_equal(posting.left, start[key + 1] - start[key]);
    for (uint32_t i = start[key]; i < start[key + 1]; i++) {
      assert_true(mt_posting_next(&posting));
      assert_int_equal(posting.item, entry[i]);
      if (bits == 32) assert_true(posting.weight == weight[i]);
      /* a step is scale · 2^(-s/8) / 2^bits, and the scale of a list is at most an eighth of an octave too large;
       * weights round to the nearest step, but never to 0 */
      float step = largest * 1.0906f / (float)(1u << (bits == 32 ? 8 : bits));
      assert_true(posting.weight > 0);
      assert_true(fabsf(posting.weight - weight[i]) <= (weight[i] < step / 2 ? step : step * 0.5001f));
    }
    assert_false(mt_posting_next(&posting));
    assert_false(posting.bits.overrun);
  }
  mt_posting_start(&postings, keys, &posting); /* a key that does not exist has an empty list */
  assert_false(mt_posting_next(&posting));
  free(start), free(entry), free(weight), free(out), free(bytes);
}

static void postings_round_trip(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(6);
  const uint32_t bits[] = {4, 8, 32}, keys[] = {0, 1, 31, 32, 33, 100}, longest[] = {0, 1, 5, 40};
  for (uint32_t b = 0; b < 3; b++)
    for (uint32_t l = 0; l < 4; l++) {
      for (uint32_t k = 0; k < 6; k++) {
        check_postings(&rng, keys[k], keys[k], longest[l], MT_KEY_ITEM, bits[b]);
        check_postings(&rng, 3000, keys[k], longest[l], MT_KEY_VALUE, bits[b]);
      }
      check_postings(&rng, 50, 1, longest[l], MT_KEY_ONE, bits[b]);
      check_postings(&rng, 0x7fffffff, 20, longest[l], MT_KEY_VALUE, bits[b]);
    }
}

/* -- attributes and filters -- */

static const mt_draft *draft(const catalogue *c, mt_section_kind kind, uint32_t ordinal) {
  for (uint32_t i = 0; i < c->sections; i++)
    if (c->drafts[i].kind == kind && c->drafts[i].ordinal == ordinal) return &c->drafts[i];
  fail();
  return NULL;
}

static mt_attribute open_attribute(const catalogue *c, uint32_t which) {
  const mt_draft *section = draft(c, MT_SECTION_ATTRIBUTE, which);
  mt_attribute attribute;
  assert_int_equal(mt_attribute_open(section->bytes, section->length, c->items, &attribute, NULL), MT_OK);
  return attribute;
}

static bool has_genre(const catalogue *c, uint32_t item, uint32_t genre) {
  uint32_t set = c->genre_set[item];
  for (uint32_t v = c->set_start[set]; v < c->set_start[set + 1]; v++)
    if (c->set_values[v] == genre) return true;
  return false;
}

static void attributes_round_trip(void **state) {
  (void)state;
  for (uint32_t items = 0; items < 120; items += 17) {
    shape shape = {.seed = items, .items = items, .weight_bits = 32, .norm_rank = 1, .quota = 1};
    catalogue c = make_catalogue(&shape);
    mt_attribute genre = open_attribute(&c, GENRE), year = open_attribute(&c, YEAR), votes = open_attribute(&c, VOTES);
    mt_attribute title = open_attribute(&c, TITLE), country = open_attribute(&c, COUNTRY);
    assert_int_equal(genre.type, MT_ATTRIBUTE_MANY);
    assert_int_equal(country.type, MT_ATTRIBUTE_CATEGORY);
    assert_int_equal(year.type, MT_ATTRIBUTE_NUMBER32);
    assert_int_equal(votes.type, items == 0 ? MT_ATTRIBUTE_NUMBER32 : MT_ATTRIBUTE_NUMBER64);
    assert_int_equal(title.type, MT_ATTRIBUTE_TEXT);
    assert_memory_equal(genre.name, "genre", genre.name_length);
    for (uint32_t item = 0; item < items; item++) {
      char text[MT_STRING_BYTES], expected[64];
      uint32_t first, last;
      mt_attribute_values(&genre, mt_attribute_set(&genre, item), &first, &last);
      assert_int_equal(last - first, c.set_start[c.genre_set[item] + 1] - c.set_start[c.genre_set[item]]);
      for (uint32_t v = first; v < last; v++) assert_true(has_genre(&c, item, mt_attribute_value(&genre, v)));
      for (uint32_t v = 0; v < 2; v++)
        assert_true(isnan(v == 0 ? c.year[item] : c.votes[item])
                        ? isnan(mt_attribute_number(v == 0 ? &year : &votes, item))
                        : mt_attribute_number(v == 0 ? &year : &votes, item) == (v == 0 ? c.year[item] : c.votes[item]));
      snprintf(expected, sizeof expected, "%.*s %u", item % 5 == 4 ? 0 : 8, "Der Film", item);
      assert_int_equal(mt_strings_get(&title.strings, item, text), strlen(expected));
      assert_memory_equal(text, expected, strlen(expected));
    }
    drop_catalogue(&c);
  }
}

/* Dates are read as the seconds that they were written from: whole days as days, others to the microsecond. */
static void dates_round_trip(void **state) {
  (void)state;
  const double days[] = {0, -86400, 19723 * 86400.0, (double)NAN, 16777216 * 86400.0}, times[] = {0, 1704067200.123456, (double)NAN, -1, 86400};
  const double fractions[] = {43200, 21600, 0, 0, 0}; /* half a day is no day, though f32 has it */
  const struct {
    const double *seconds;
    mt_attribute_type type;
    size_t width;
  } columns[] = {{days, MT_ATTRIBUTE_DAY, 4}, {times, MT_ATTRIBUTE_MOMENT, 8}, {fractions, MT_ATTRIBUTE_MOMENT, 8}};
  for (uint32_t c = 0; c < 3; c++) {
    size_t length = mt_attribute_encode_numbers("released", 8, true, columns[c].seconds, 5, NULL);
    assert_int_equal(length, MT_ATTRIBUTE_HEAD + 5 * columns[c].width);
    unsigned char *bytes = exact_memory(length);
    memset(bytes, 0, length);
    mt_attribute_encode_numbers("released", 8, true, columns[c].seconds, 5, bytes);
    mt_attribute a;
    assert_int_equal(mt_attribute_open(bytes, length, 5, &a, NULL), MT_OK);
    assert_int_equal(a.type, columns[c].type);
    assert_true(mt_attribute_is_number(&a) && !mt_attribute_is_category(&a));
    for (uint32_t i = 0; i < 5; i++) {
      double expected = columns[c].seconds[i], found = mt_attribute_number(&a, i);
      assert_true(isnan(expected) ? isnan(found) : found == expected);
    }
    assert_int_equal(mt_attribute_open(bytes, length - 4, 5, &a, NULL), MT_CORRUPT);
    free(bytes);
  }
}

/* Every 37th day of 10,000 years is written and read as itself, in order; times of day, fractions and zones too; nothing else. */
static void dates_are_text(void **state) {
  (void)state;
  char text[MT_DATE_BYTES], before[MT_DATE_BYTES] = "";
  for (int32_t day = -719528; day < 2932897; day += 37) {
    assert_int_equal(mt_date_write(86400.0 * day, true, text), 10);
    assert_true(memcmp(before, text, 10) < 0 && mt_date_read(text, 10) == 86400.0 * day);
    memcpy(before, text, 10);
  }
  const struct {
    double seconds;
    const char *written, *also;
  } times[] = {{0, "1970-01-01T00:00:00Z", "1970-01-01"},
               {1704067199.5, "2023-12-31T23:59:59.500Z", "2024-01-01 01:59:59.5+02:00"},
               {-1, "1969-12-31T23:59:59Z", "1969-12-31T15:59:59-08:00"},
               {951782400, "2000-02-29T00:00:00Z", "2000-02-29T00:00"},
               {7.5, "1970-01-01T00:00:07.500Z", " 1970-01-01t02:00:07,5 +0200\n"},
               {7, "1970-01-01T00:00:07Z", "1970-01-01T02:00:07+02"},
               {60, "1970-01-01T00:01:00Z", "1970-01-01T00:01 utc"},
               {-60, "1969-12-31T23:59:00Z", "1969-12-31t23:59z"},
               {0, "1970-01-01T00:00:00Z", "1970-01-01 "}};
  for (uint32_t i = 0; i < sizeof times / sizeof *times; i++) {
    uint32_t length = mt_date_write(times[i].seconds, false, text);
    assert_int_equal(length, strlen(times[i].written));
    assert_memory_equal(text, times[i].written, length);
    assert_true(mt_date_read(text, length) == times[i].seconds);
    assert_true(mt_date_read(times[i].also, strlen(times[i].also)) == times[i].seconds);
  }
  const char *none[] = {"", "soon", "2023", "2023-02-29", "2023-13-01", "2023-00-01", "2023-1-1", "2023-01-01T",
                        "2023-01-01T25:00", "2023-01-01T10:60", "2023-01-01T10:00:00Zulu", "2023-01-01T10:00+2",
                        "2023-01-01x", "2023-01-01T10", "-023-01-01", "2023-01-01T10:00:", "2023-01-01T10:00+020",
                        "2023-01-01T10:00:07,", "2023-01-01T10:00+24", "2023-01-01T10:00 UT", "2023/03/04"};
  for (uint32_t i = 0; i < sizeof none / sizeof *none; i++) {
    size_t length = strlen(none[i]);
    char *exact = exact_memory(length + 1);
    memcpy(exact + 1, none[i], length); /* ends where its memory ends */
    assert_true(isnan(mt_date_read(exact + 1, length)));
    free(exact);
  }
  const double never[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, 1e300, 253402300800, -62167219201};
  for (uint32_t i = 0; i < 6; i++) assert_int_equal(mt_date_write(never[i], false, text), 0);
}

static void filters_are_brute_force(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(8);
  shape shape = {.seed = 8, .items = 131, .weight_bits = 4, .norm_rank = 1, .quota = 1};
  catalogue c = make_catalogue(&shape);
  mt_attribute genre = open_attribute(&c, GENRE), number[2] = {open_attribute(&c, YEAR), open_attribute(&c, VOTES)};
  uint8_t bitmap[24], *marks = exact_memory(genre.strings.count), *set_marks = exact_memory(genre.sets);
  for (int round = 0; round < 400; round++) {
    bool negated = mt_rng_below(&rng, 2) == 1, open_low = mt_rng_below(&rng, 2) == 1, open_high = mt_rng_below(&rng, 2) == 1;
    mt_bitmap_fill(bitmap, c.items);
    for (uint32_t v = 0; v < GENRES; v++) marks[v] = mt_rng_below(&rng, 4) == 0;
    mt_filter_values(&genre, marks, negated, set_marks, bitmap);
    for (uint32_t item = 0; item < c.items; item++) {
      bool any = false;
      for (uint32_t v = 0; v < GENRES; v++) any |= marks[v] != 0 && has_genre(&c, item, v);
      assert_int_equal(mt_bitmap_has(bitmap, item), any != negated);
    }
    uint32_t which = mt_rng_below(&rng, 2);
    const double *values = which == 0 ? c.year : c.votes;
    double low = which == 0 ? 1950 + mt_rng_below(&rng, 70) : 0.1 * mt_rng_below(&rng, 1000);
    double high = round % 5 == 0 ? low : round % 7 == 0 ? (double)INFINITY : low + mt_rng_below(&rng, 40);
    if (round % 11 == 0) low = -(double)INFINITY;
    mt_bitmap_fill(bitmap, c.items);
    mt_filter_range(&number[which], low, open_low, high, open_high, negated, bitmap);
    for (uint32_t item = 0; item < c.items; item++) {
      double x = values[item];
      bool inside = !isnan(x) && (open_low ? x > low : x >= low) && (open_high ? x < high : x <= high);
      assert_int_equal(mt_bitmap_has(bitmap, item), inside != negated);
    }
    for (uint32_t beyond = c.items; beyond < 8 * mt_bitmap_bytes(c.items); beyond++) assert_false(mt_bitmap_has(bitmap, beyond));
  }
  free(marks), free(set_marks);
  drop_catalogue(&c);
}

/* -- policy -- */

static void policy_round_trips(void **state) {
  (void)state;
  shape shape = {.seed = 1, .items = 3, .weight_bits = 4, .fusion = MT_FUSE_RANKS, .norm_rank = 20, .quota = 77, .last = 9,
                 .decay = 0.5f, .half_life = 86400};
  catalogue c = make_catalogue(&shape);
  const mt_draft *section = draft(&c, MT_SECTION_POLICY, 0);
  mt_policy policy;
  assert_int_equal(mt_policy_open(section->bytes, section->length, &policy, NULL), MT_OK);
  assert_int_equal(policy.sources, LISTS + 1);
  assert_int_equal(policy.fusion, MT_FUSE_RANKS);
  assert_int_equal(policy.norm_rank, 20);
  assert_int_equal(policy.k, 10);
  assert_string_equal(policy.source[1].name, "next");
  assert_int_equal(policy.source[1].last, 9);
  assert_int_equal(policy.source[1].quota, 77);
  assert_true(policy.source[0].half_life == 86400 && policy.source[1].half_life == 0 && policy.source[3].decay == 0.5f);
  assert_true(policy.source[3].weight[0] == 0.25f && policy.source[0].weight[0] == 0 && policy.source[1].weight[2] == 1);

  for (uint32_t e = 0; e < EVENTS; e++)
    assert_true(mt_policy_event(&policy, event_names[e], strlen(event_names[e])) == event_worths[e]);
  const char *const unknown[] = {"", "lik", "likes", "LIKE", "a name that is longer than the 56 bytes that a record has for it"};
  for (uint32_t i = 0; i < 5; i++) assert_true(mt_policy_event(&policy, unknown[i], strlen(unknown[i])) == 1);
  const float ratings[] = {5, 2.5f, 0, -100, 100, 3.75f}, worths[] = {1, 0, -1, -1, 1, 0.5f};
  for (uint32_t i = 0; i < 6; i++) assert_true(mt_policy_rating(&policy, ratings[i]) == worths[i]);
  assert_true(isnan(mt_policy_rating(&policy, NAN)) && isnan(mt_policy_rating(&policy, -1)) && isnan(mt_graded_rating(&(mt_grading){3, 3, NAN, -1}, 4)));
  assert_true(mt_graded_rating(&(mt_grading){2.5f, 4, NAN, 0}, 1) == 0);
  const uint32_t events[] = {0, 1, 4, 5, 19, 20, 1024}, lengths[] = {0, 1, 1, 2, 2, 3, 3};
  for (uint32_t i = 0; i < 7; i++) assert_int_equal(mt_policy_length(events[i]), lengths[i]);
  drop_catalogue(&c);
}

/* Each out-of-range field is refused, and the message names it. */
static void policy_refuses(void **state) {
  (void)state;
  shape shape = {.seed = 1, .items = 3, .weight_bits = 4, .norm_rank = 20, .quota = 77};
  catalogue c = make_catalogue(&shape);
  const mt_draft *section = draft(&c, MT_SECTION_POLICY, 0);
  unsigned char *bytes = exact_memory(section->length);
  const struct {
    size_t at;
    uint32_t value;
    const char *says;
  } wrong[] = {{0, 17, "sources: found 17"},        {4, 65, "events: found 65"},         {4, 2, "expected"},
               {8, 2, "fusion: found 2"},           {12, 0, "rank that norms: found 0"},            {12, 1001, "rank that norms: found 1001"},
               {16, 0x7fc00000, "constant"}, {20, 0x7f800000, "rating"},   {32, 0x3f800000, "lowest ratings"}, {36, 0, "shelf: found 0"},
               {36, 1001, "shelf: found 1001"},  {64 + 24, 9, "kind of a source: found 9"}, {64 + 32, 0, "quota of a source: found 0"},
               {64 + 32, 1001, "quota"},     {64 + 40, 0xbf800000, "i2i: its decay"}, {64 + 44, 0x7fc00000, "half-life"},
               {64 + 60, 0xff800000, "its weight"}};
  for (uint32_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    mt_policy policy;
    mt_error error = {MT_OK, ""};
    memcpy(bytes, section->bytes, section->length);
    mt_store_u32(bytes + wrong[i].at, wrong[i].value);
    assert_int_equal(mt_policy_open(bytes, section->length, &policy, &error), MT_CORRUPT);
    if (strstr(error.message, wrong[i].says) == NULL) fail_msg("\"%s\" does not say %s", error.message, wrong[i].says);
  }
  free(bytes);
  drop_catalogue(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(packed_round_trips),
      cmocka_unit_test(varints_round_trip),
      cmocka_unit_test(rice_round_trips),
      cmocka_unit_test(bit_readers_are_total),
      cmocka_unit_test(postings_round_trip),
      cmocka_unit_test(attributes_round_trip), cmocka_unit_test(dates_round_trip), cmocka_unit_test(dates_are_text),
      cmocka_unit_test(filters_are_brute_force),
      cmocka_unit_test(policy_round_trips),
      cmocka_unit_test(policy_refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

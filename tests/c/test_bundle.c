/* The gate: what the writer wrote opens, and any other bytes end in a clear error or a bounded answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bundle/bundle.h"
#include "drive.h"
#include "long.h"

/* -- small books of plain sections -- */

typedef struct book {
  mt_draft drafts[4];
  uint32_t count;
  unsigned char *bytes;
  size_t length;
} book;

static const unsigned char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789";

static book write_book(uint32_t count) {
  book b = {.count = count};
  const size_t lengths[] = {64, 1, 72, 0};
  for (uint32_t i = 0; i < count && i < 4; i++)
    b.drafts[i] = (mt_draft){MT_SECTION_RECORD, i, 7 * i, i % 2 == 0, i == 0 ? "a-name-of-24-characters-" : "n", letters, lengths[i]};
  assert_int_equal(mt_bundle_size(b.drafts, count, &b.length, NULL), MT_OK);
  b.bytes = exact_memory(b.length);
  mt_bundle_write(b.drafts, count, 9, b.bytes);
  return b;
}

static void books_round_trip(void **state) {
  (void)state;
  for (uint32_t count = 0; count <= 4; count++) {
    book b = write_book(count);
    mt_bundle bundle;
    size_t total;
    assert_int_equal(mt_bundle_length(b.bytes, 64, &total, NULL), MT_OK);
    assert_int_equal(total, b.length);
    assert_int_equal(mt_bundle_open(b.bytes, b.length, b.length, &bundle, NULL), MT_OK);
    assert_int_equal(bundle.sections, count);
    assert_int_equal(bundle.items, 9);
    assert_int_equal(mt_verify(b.bytes, b.length, 0, b.length, NULL), MT_OK);
    for (uint32_t i = 0; i < count; i++) {
      mt_section section, found;
      mt_bundle_section(&bundle, i, &section);
      assert_int_equal(section.kind, MT_SECTION_RECORD);
      assert_int_equal(section.flags, i % 2 == 0);
      assert_int_equal((size_t)(section.bytes - b.bytes) % 64, 0);
      assert_int_equal(section.length, b.drafts[i].length);
      assert_memory_equal(section.bytes, letters, section.length);
      assert_string_equal(section.name, b.drafts[i].name);
      assert_true(mt_bundle_find(&bundle, MT_SECTION_RECORD, i, 7 * i, &found));
      assert_ptr_equal(found.bytes, section.bytes);
      assert_false(mt_bundle_find(&bundle, MT_SECTION_RECORD, i, 7 * i + 1, &found));
    }
    free(b.bytes);
  }
}

static void oversized_books_are_refused(void **state) {
  (void)state;
  mt_draft draft = {MT_SECTION_RECORD, 0, 0, 0, "n", letters, 0x7fffffff};
  mt_error error;
  size_t size;
  assert_int_equal(mt_bundle_size(&draft, 1, &size, &error), MT_INVALID);
  assert_non_null(strstr(error.message, "expected at most 2147483647"));
  assert_int_equal(mt_bundle_size(&draft, 1025, &size, &error), MT_INVALID);
  assert_string_equal(error.message, "bundle: found 1025 sections, expected at most 1024");
}

/* Field `at` of the header or of entry 0 is set, checksums are renewed, and the message is read. */
static void gate_names_what_is_wrong(void **state) {
  (void)state;
  const struct {
    size_t at;
    uint64_t value;
    int bytes;
    mt_status status;
    const char *says;
  } wrong[] = {
      {0, 'M', 1, MT_CORRUPT, "this is not a martello bundle"},
      {8, 5, 4, MT_UNSUPPORTED, "found format version 5, expected 6: build it anew"},
      {8, 7, 4, MT_UNSUPPORTED, "found format version 7, expected 6: update martello"},
      {12, 1025, 4, MT_CORRUPT, "found 1025 sections"},
      {12, 40, 4, MT_CORRUPT, "found 40 sections"},
      {16, 0x80000000u, 8, MT_UNSUPPORTED, "found a length of 2147483648 bytes"},
      {16, 64, 8, MT_CORRUPT, "expected the 64 that its header names"},
      {24, 0x80000000u, 4, MT_CORRUPT, "found 2147483648 items"},
      {64 + 16, 264, 8, MT_CORRUPT, "section 0 lies at bytes 264"},            /* not a multiple of 64 */
      {64 + 16, 128, 8, MT_CORRUPT, "section 0 lies at bytes 128"},            /* in the directory */
      {64 + 16, 1u << 20, 8, MT_CORRUPT, "section 0 lies at bytes 1048576"},   /* past the end */
      {64 + 16, ~0ULL - 63, 8, MT_CORRUPT, "section 0 lies at bytes"},         /* end overflows */
      {64 + 24, 1000, 8, MT_CORRUPT, "section 0 lies at bytes 256 to 1256"},
      {64 + 24, ~0ULL, 8, MT_CORRUPT, "section 0 lies at bytes"},
      {64 + 24, 65, 8, MT_CORRUPT, "section 1 lies at bytes 320"},             /* overlaps the next */
      {128 + 16, 256, 8, MT_CORRUPT, "section 1 lies at bytes 256"},           /* the same place twice */
      {64, 99, 4, MT_UNSUPPORTED, "section 0 is of kind 99, version 1"},       /* required and unknown */
      {64 + 12, 2, 2, MT_UNSUPPORTED, "version 2"},
      {64 + 12, 2, 2, MT_UNSUPPORTED, "a newer martello wrote it"},
      {128, MT_SECTION_ROWS, 4, MT_UNSUPPORTED, "section 1 is of kind 23, drawn for a later version"},
      {128, 99, 4, MT_OK, ""},                                                 /* optional and unknown: skipped */
      {128 + 12, 2, 2, MT_OK, ""},
  };
  for (uint32_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    book b = write_book(3);
    mt_bundle bundle;
    mt_error error = {MT_OK, ""};
    memcpy(b.bytes + wrong[i].at, &wrong[i].value, (size_t)wrong[i].bytes);
    renew_checksums(b.bytes, b.length);
    assert_int_equal(mt_bundle_open(b.bytes, b.length, b.length, &bundle, &error), wrong[i].status);
    if (strstr(error.message, wrong[i].says) == NULL) fail_msg("\"%s\" does not say %s", error.message, wrong[i].says);
    mt_section found;
    if (wrong[i].status == MT_OK) assert_false(mt_bundle_find(&bundle, MT_SECTION_RECORD, 1, 7, &found));
    free(b.bytes);
  }
}

/* The values of the xxHash library. */
static void checksums_are_xxh64(void **state) {
  (void)state;
  const char *text = "Nobody inspects the spammish repetition";
  assert_true(mt_checksum((const unsigned char *)text, 0, 0) == 0xef46db3751d8e999);
  assert_true(mt_checksum((const unsigned char *)text, strlen(text), 0) == 0xfbcea83c8a378bf1);
  unsigned char bytes[100];
  uint64_t sum = 0;
  for (size_t i = 0; i < 100; i++) bytes[i] = (unsigned char)(i * 37);
  for (size_t length = 0; length <= 100; length++) sum = mt_checksum(bytes, length, sum); /* each length, chained */
  assert_true(sum == 0x9fdd1dea6d1487f0);
}

static void checksums_find_damage(void **state) {
  (void)state;
  mt_error error;
  book b = write_book(3);
  b.bytes[70] ^= 1;
  assert_int_equal(mt_verify(b.bytes, b.length, 0, b.length, &error), MT_CORRUPT);
  assert_non_null(strstr(error.message, "directory"));
  b.bytes[70] ^= 1;
  b.bytes[256 + 64] ^= 1;
  assert_int_equal(mt_verify(b.bytes, b.length, 0, b.length, &error), MT_CORRUPT);
  assert_string_equal(error.message, "bundle: section 1 (kind 10, \"n\"): its checksum does not match: the file is damaged");
  free(b.bytes);
}

/* -- a whole small bundle, damaged everywhere -- */

static const unsigned char requests[] = {
    /* steps, allow count */ 0x42, 0, /* filter */ 0, 3, 0, /* history: 6 events */ 6, 0, 3, 0, 5, 1, 7, 20, 1, 130, 1, 9, 17, 11, 4,
    /* now */ 200, 1, /* k, explain */ 1, 20, 0, /* names */ 1, 4,
    /* steps */ 0xc4, 0, /* filter by year */ 1, 1, 1, 1, 2, 0, 0, /* history */ 2, 0, 8, 4, 2, 0, 0, /* k */ 1, 30, 0, 2, 7,
    /* nearest */ 0, 1, 9, 0, 1, 0,
    /* steps */ 0x80, 0, /* no history */ 0, 0, 0, 1, 12, 1, /* nearest, base alone */ 1, 1, 5, 1, 0, 2, 0,
};

static catalogue small_catalogue(void) {
  shape shape = {.seed = 3, .items = 19, .weight_bits = 4, .longest = 6, .norm_rank = 5, .quota = 12, .features = true,
                 .ranked = true, .decay = 0.9f, .half_life = 1000000, .no_vector_every = 6};
  shape.space[0] = (shape_space){6, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {4}};
  shape.space[1] = (shape_space){4, MT_L2, MT_TOWER_POOLED, 2, {2, MT_FLOAT_BITS}};
  return make_catalogue(&shape);
}

static const script whole_script = {requests, requests + sizeof requests};

/* Without renewed checksums damage is either found by mt_verify or without consequence. */
static void check_damaged(const unsigned char *bytes, size_t length, uint64_t undamaged) {
  uint64_t digest;
  mt_error error = {MT_OK, ""};
  bool good = mt_verify(bytes, length, 0, length, &error) == MT_OK;
  if (!good) assert_true(strlen(error.message) > 8);
  bool opened = drive(bytes, length, whole_script, 3, &digest, &error); /* though nobody should, after that */
  if (good) assert_true(opened && digest == undamaged);
}

/* Of header and directory every byte is changed; of the sections' a sample, unless the run is long. */
static void every_corruption_is_survived(void **state) {
  (void)state;
  catalogue c = small_catalogue();
  uint64_t undamaged, digest;
  mt_error error;
  assert_true(drive(c.bundle, c.length, whole_script, 3, &undamaged, &error));
  mt_rng rng = mt_rng_seed(1);
  unsigned char *whole = exact_memory(c.length);
  memcpy(whole, c.bundle, c.length);
  const size_t directory = MT_HEADER_BYTES + mt_load_u32(c.bundle + 12) * (size_t)MT_ENTRY_BYTES, step = step_of(11);
  for (size_t at = 0; at < c.length; at += at < directory ? 1 : step) {
    unsigned char kept = c.bundle[at];
    c.bundle[at] ^= (unsigned char)(1u << mt_rng_below(&rng, 8));
    check_damaged(c.bundle, c.length, undamaged);
    c.bundle[at] = kept;

    c.bundle[at] = (unsigned char)(at % 3 == 0 ? 0xffu : at % 3 == 1 ? kept + 1u : mt_rng_below(&rng, 256));
    renew_checksums(c.bundle, c.length); /* writes wherever the damaged directory says */
    bool opened = drive(c.bundle, c.length, whole_script, 3, &digest, &error);
    if (!opened) assert_in_range(error.status, MT_INVALID, MT_NO_MEMORY);
    memcpy(c.bundle, whole, c.length);
  }
  assert_true(drive(c.bundle, c.length, whole_script, 3, &digest, &error));
  assert_true(digest == undamaged);
  free(whole);
  drop_catalogue(&c);
}

/* Cut anywhere (a sample of that, unless the run is long): refused as it is, and survived where the header is made to agree. */
static void every_truncation_is_refused(void **state) {
  (void)state;
  catalogue c = small_catalogue();
  uint64_t digest;
  mt_error error;
  const size_t step = step_of(11);
  for (size_t length = 0; length < c.length; length += length < MT_HEADER_BYTES ? 1 : step) {
    unsigned char *cut = exact_memory(length);
    memcpy(cut, c.bundle, length);
    assert_false(drive(cut, length, whole_script, 3, &digest, &error));
    assert_int_equal(error.status, MT_CORRUPT);
    assert_int_equal(mt_verify(cut, length, 0, length, &error), MT_CORRUPT);
    if (length >= MT_HEADER_BYTES) {
      mt_store_u64(cut + 16, length);
      renew_checksums(cut, length);
      assert_false(drive(cut, length, whole_script, 3, &digest, &error)); /* the last section does not fit */
    }
    free(cut);
  }
  drop_catalogue(&c);
}

/* A sentence of the gate: what was found there, or what is wrong with it. */
static bool says_what(const char *message) {
  static const char *const words[] = {"found", "expected", "cut", "do not fit", "does not have", "out of range", "starts at"};
  for (uint32_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strstr(message, words[i]) != NULL) return true;
  fprintf(stderr, "\"%s\"\n", message);
  return false;
}

/* Each section left out, each one emptied, each one in the place of another of its kind. */
static void missing_sections_are_named(void **state) {
  (void)state;
  catalogue c = small_catalogue();
  for (uint32_t out = 0; out < c.sections; out++)
    for (int how = 0; how < 3; how++) {
      mt_draft drafts[40];
      uint32_t count = 0;
      uint64_t digest;
      size_t length;
      mt_error error;
      for (uint32_t i = 0; i < c.sections; i++) {
        if (i == out && how == 0) continue;
        drafts[count] = c.drafts[i];
        if (i == out && how == 1) drafts[count].length = 0;
        if (i == out && how == 2) drafts[count].bytes = c.drafts[0].bytes, drafts[count].length = c.drafts[0].length;
        count++;
      }
      assert_int_equal(mt_bundle_size(drafts, count, &length, NULL), MT_OK);
      unsigned char *bytes = exact_memory(length);
      mt_bundle_write(drafts, count, c.items, bytes);
      bool opened = drive(bytes, length, whole_script, 3, &digest, &error);
      mt_section_kind kind = c.drafts[out].kind;
      if (kind == MT_SECTION_RECORD) assert_true(opened);
      if (kind == MT_SECTION_POLICY || kind == MT_SECTION_IDS || kind == MT_SECTION_POSTINGS || kind == MT_SECTION_BASE)
        assert_true(!opened || (how == 2 && out == 0));
      if (!opened) assert_true(says_what(error.message));
      free(bytes);
    }
  drop_catalogue(&c);
}

static void open_checks_its_memory(void **state) {
  (void)state;
  catalogue c = small_catalogue();
  size_t needed;
  mt_error error;
  mt_recommender *rec;
  assert_int_equal(mt_memory_needed(c.bundle, c.length, c.length, &needed, &error), MT_OK);
  for (size_t bytes = 0; bytes < needed - 64; bytes += 1 + bytes / 7) {
    void *memory = malloc(bytes + 1);
    assert_int_equal(mt_open(c.bundle, c.length, c.length, memory, bytes, &rec, &error), MT_NO_MEMORY);
    free(memory);
  }
  unsigned char *shifted = exact_memory(c.length + 8);
  memcpy(shifted + 8, c.bundle, c.length);
  void *memory = malloc(needed);
  assert_int_equal(mt_open(shifted + 8, c.length, c.length, memory, needed, &rec, &error), MT_INVALID);
  assert_non_null(strstr(error.message, "multiple of 64"));
  free(memory), free(shifted);
  drop_catalogue(&c);
}

/* A few kilobytes that would keep a device busy for hours: one item with many values, each with a list of all items, met
 * a thousand times. */
static void costly_lists_are_bounded(void **state) {
  (void)state;
  enum { N = 2000, VALUES = 3000 };
  catalogue c = {.items = N};
  add_ids(&c);
  uint32_t *set_values = own(&c, 4 * VALUES), *item_sets = own(&c, 4 * N), *items = own(&c, 4 * N);
  const uint32_t value_start[] = {0, 1}, set_start[] = {0, 0, VALUES}, list_start[] = {0, N};
  float *weights = own(&c, 4 * N);
  const float weight[MT_LENGTHS] = {1, 1, 1, 1};
  for (uint32_t i = 0; i < N; i++) item_sets[i] = 1, items[i] = i, weights[i] = 1;
  add_categories(&c, 0, "tags", true, "t", value_start, 1, set_start, set_values, 2, item_sets); /* one value, 3,000 times */
  unsigned char *lists = own(&c, mt_postings_bound(1, N)), *policy = own(&c, mt_policy_bytes(1, 0));
  add_section(&c, MT_SECTION_POSTINGS, 0, 0, "tags", lists,
              mt_postings_encode(1, list_start, items, weights, MT_KEY_VALUE, 0, 4, lists));
  mt_policy_write_head(policy, 1, 0, MT_FUSE_SCORES, 20, 60, &(mt_grading){0}, 10, 0);
  mt_policy_write_source(policy, 0, "tags", MT_SOURCE_POSTINGS, MT_ROLE_ALIKE, 0, 100, 0, 1, 0, weight);
  add_section(&c, MT_SECTION_POLICY, 0, 0, "policy", policy, mt_policy_bytes(1, 0));
  assert_int_equal(mt_bundle_size(c.drafts, c.sections, &c.length, NULL), MT_OK);
  c.bundle = own(&c, c.length);
  mt_bundle_write(c.drafts, c.sections, N, c.bundle);
  mt_error error;
  mt_recommender *rec;
  size_t needed;
  const mt_slate *slate;
  assert_int_equal(mt_memory_needed(c.bundle, c.length, c.length, &needed, &error), MT_OK);
  void *memory = malloc(needed);
  assert_int_equal(mt_open(c.bundle, c.length, c.length, memory, needed, &rec, &error), MT_OK);
  for (int e = 0; e < 1000; e++) assert_true(mt_add_event(rec, 5, 1, NAN));
  assert_int_equal(mt_recommend(rec, 20, true, &slate, &error), MT_OK); /* 6 · 10^9 entries, if all were read */
  assert_int_equal(slate->truncated, 1);
  assert_int_equal(slate->count, 20);
  free(memory);
  drop_catalogue(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(books_round_trip),
      cmocka_unit_test(oversized_books_are_refused),
      cmocka_unit_test(gate_names_what_is_wrong),
      cmocka_unit_test(checksums_are_xxh64),
      cmocka_unit_test(checksums_find_damage),
      cmocka_unit_test(every_corruption_is_survived),
      cmocka_unit_test(every_truncation_is_refused),
      cmocka_unit_test(missing_sections_are_named),
      cmocka_unit_test(open_checks_its_memory),
      cmocka_unit_test(costly_lists_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

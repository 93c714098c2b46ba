/* A bundle that is still arriving: whatever the order of its sections, each part of it from the front either opens or is
 * not ready, and what has not arrived is only missing, never wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bundle/bundle.h"
#include "drive.h"
#include "records.h"

static const uint32_t denied = 2; /* a genre */

static catalogue arriving(uint32_t seed, records *rules) {
  shape shape = {.seed = seed, .items = 23, .weight_bits = 4, .longest = 6, .norm_rank = 5, .quota = 12, .decay = 0.9f,
                 .half_life = 1000000, .no_vector_every = 6, .features = seed % 4 > 0, .ranked = seed % 4 > 1};
  if (seed % 5 > 0) shape.space[0] = (shape_space){6, MT_INNER_PRODUCT, MT_TOWER_ALS, seed % 3, {4, 4}};
  if (seed % 5 > 1) shape.space[1] = (shape_space){4, MT_L2, MT_TOWER_POOLED, 1, {MT_FLOAT_BITS}};
  catalogue c = make_catalogue(&shape);
  rules->length = 0;
  put_rule(rules, MT_RULE_DENY, MT_NOT_FOUND, 0, 0, 0, 0);
  put_condition(rules, MT_CONDITION_VALUES, GENRE, 0, 0, 0, &denied, 1);
  if (c.spaces > 0) put_rule(rules, MT_RULE_MMR, MT_NOT_FOUND, 0, c.spaces - 1, 0.3f, 0);
  add_section(&c, MT_SECTION_RULES, 0, 0, "rules", rules->bytes, rules->length);
  return c;
}

static void shuffle(catalogue *c, mt_rng *rng) {
  for (uint32_t i = c->sections; i > 1; i--) {
    uint32_t j = mt_rng_below(rng, i);
    mt_draft kept = c->drafts[i - 1];
    c->drafts[i - 1] = c->drafts[j];
    c->drafts[j] = kept;
  }
}

static size_t end_of(const mt_bundle *bundle, uint32_t index) {
  mt_section section;
  mt_bundle_section(bundle, index, &section);
  return section.end;
}

static bool is_denied(const catalogue *c, uint32_t item) {
  uint32_t set = c->genre_set[item];
  for (uint32_t i = c->set_start[set]; i < c->set_start[set + 1]; i++)
    if (c->set_values[i] == denied) return true;
  return false;
}

/* Recommends and searches; what is denied never comes, a source that waits brings nothing. Returns the sources that wait. */
static uint32_t check_answers(const catalogue *c, mt_recommender *rec) {
  mt_error error;
  const mt_slate *slate;
  uint32_t unmatched, waiting = mt_waiting(rec);
  mt_begin(rec);
  for (uint32_t item = 0; item < 4; item++) assert_true(mt_add_event(rec, item, 1, NAN));
  assert_int_equal(mt_recommend(rec, 20, true, &slate, &error), MT_OK);
  for (uint32_t i = 0; i < slate->count; i++) assert_false(is_denied(c, slate->picks[i].item));
  for (uint32_t s = 0; s < c->sources; s++)
    if ((waiting >> s & 1) != 0) assert_int_equal(slate->recalled[s], 0);
  if (waiting != 0) assert_int_equal(slate->ranked, 0);
  mt_begin(rec);
  if (mt_search(rec, "star", 4, 20, &slate, &unmatched, &error) == MT_OK)
    for (uint32_t i = 0; i < slate->count; i++) assert_false(is_denied(c, slate->picks[i].item));
  return waiting;
}

/* The bits of the sources whose sections end after `arrived`. */
static uint32_t expected_waiting(const catalogue *c, const mt_bundle *bundle) {
  uint32_t waiting = 0;
  for (uint32_t s = 0; s < c->sources; s++) {
    mt_section section;
    bool here = true;
    if (kind_of(c, s) == MT_SOURCE_POPULARITY) here = mt_bundle_find(bundle, MT_SECTION_POPULARITY, 0, 0, &section);
    else if (kind_of(c, s) == MT_SOURCE_VECTORS)
      for (uint32_t kind = MT_SECTION_TOWER; kind <= MT_SECTION_BASE; kind++)
        here &= mt_bundle_find(bundle, (mt_section_kind)kind, s - LISTS, 0, &section);
    else here = mt_bundle_find(bundle, MT_SECTION_POSTINGS, s, 0, &section) &&
                (s != 2 || mt_bundle_find(bundle, MT_SECTION_ATTRIBUTE, GENRE, 0, &section));
    waiting |= here ? 0 : 1u << s;
  }
  return waiting;
}

/* One length of what has arrived, in memory of that length. Returns whether it opened. */
static bool check_part(const catalogue *c, size_t arrived, uint64_t *digest_ret) {
  unsigned char *part = exact_memory(arrived);
  memcpy(part, c->bundle, arrived);
  mt_error error;
  mt_rng rng = mt_rng_seed(7);
  unsigned char steps[400];
  for (uint32_t i = 0; i < sizeof steps; i++) steps[i] = (unsigned char)mt_rng_below(&rng, 256);
  mt_extent extent;
  assert_int_equal(mt_measure(part, c->length, arrived, &extent, &error), MT_OK);
  assert_true(extent.arrived <= arrived && extent.needed <= c->length);
  bool opened = drive_arrived(part, c->length, arrived, (script){steps, steps + sizeof steps}, 6, digest_ret, &error);
  if (!opened) assert_int_equal(error.status, MT_NOT_READY);
  else {
    mt_bundle bundle;
    mt_recommender *rec;
    size_t needed;
    assert_int_equal(mt_memory_needed(part, c->length, arrived, &needed, &error), MT_OK);
    void *memory = malloc(needed);
    assert_int_equal(mt_open(part, c->length, arrived, memory, needed, &rec, &error), MT_OK);
    assert_int_equal(mt_bundle_open(part, c->length, arrived, &bundle, &error), MT_OK);
    assert_int_equal(check_answers(c, rec), expected_waiting(c, &bundle));
    if (arrived >= extent.needed) assert_int_equal(mt_waiting(rec), 0);
    assert_int_equal(mt_verify(part, c->length, 0, arrived, &error), MT_OK);
    free(memory);
  }
  free(part);
  return opened;
}

static void every_part_opens_or_is_not_ready(void **state) {
  (void)state;
  for (uint32_t seed = 0; seed < 12; seed++) {
    records rules;
    catalogue c = arriving(seed, &rules);
    mt_rng rng = mt_rng_seed(seed);
    for (int order = 0; order < 4; order++) {
      if (order > 0) shuffle(&c, &rng);
      write_catalogue(&c);
      mt_bundle bundle;
      assert_int_equal(mt_bundle_open(c.bundle, c.length, c.length, &bundle, NULL), MT_OK);
      uint64_t digest = 0, before = 0;
      bool opened = false;
      for (size_t arrived = 0; arrived < MT_HEADER_BYTES + 9; arrived += 8) assert_false(check_part(&c, arrived, &digest));
      for (uint32_t i = 0; i < bundle.sections; i++) {
        size_t end = end_of(&bundle, i);
        assert_int_equal(check_part(&c, end - 1, &digest), opened); /* a byte less: nothing of this section */
        if (opened) assert_true(digest == before);
        bool now = check_part(&c, end, &before);
        assert_true(now || !opened); /* what opens goes on opening */
        opened = now;
      }
      assert_true(opened);
      assert_true(check_part(&c, c.length, &digest) && digest == before);
    }
    drop_catalogue(&c);
  }
}

/* Opened again and again in one piece of memory, as a host does while bytes come in. */
static void opening_again_takes_in_what_arrived(void **state) {
  (void)state;
  records rules;
  catalogue c = arriving(7, &rules);
  write_catalogue(&c);
  unsigned char *bytes = exact_memory(c.length);
  size_t most;
  mt_error error;
  assert_int_equal(mt_memory_needed(c.bundle, c.length, c.length, &most, &error), MT_OK);
  void *memory = malloc(2 * most);
  mt_bundle bundle;
  assert_int_equal(mt_bundle_open(c.bundle, c.length, c.length, &bundle, NULL), MT_OK);
  uint32_t waiting = UINT32_MAX;
  for (uint32_t i = 0; i < bundle.sections; i++) {
    mt_recommender *rec;
    size_t needed, end = end_of(&bundle, i);
    memcpy(bytes, c.bundle, end);
    if (mt_memory_needed(bytes, c.length, end, &needed, &error) != MT_OK) continue;
    assert_true(needed <= 2 * most);
    assert_int_equal(mt_open(bytes, c.length, end, memory, needed, &rec, &error), MT_OK);
    uint32_t now = check_answers(&c, rec);
    assert_int_equal(now & ~waiting, 0); /* what has arrived stays */
    waiting = now;
  }
  assert_int_equal(waiting, 0);
  free(memory), free(bytes);
  drop_catalogue(&c);
}

/* A section that nobody wrote is an error once the rest is there, and damage to one that came is found by itself. */
static void what_never_comes_is_an_error(void **state) {
  (void)state;
  records rules;
  catalogue c = arriving(8, &rules);
  for (uint32_t i = 0; i < c.sections; i++) {
    mt_draft *d = &c.drafts[i], kept = *d;
    if (d->kind == MT_SECTION_POSTINGS && d->ordinal == 0) d->ordinal = 30;
    if (d->kind != MT_SECTION_POSTINGS || d->ordinal != 1) continue;
    *d = c.drafts[c.sections - 1]; /* last comes what can be waited for */
    c.drafts[c.sections - 1] = kept;
  }
  write_catalogue(&c);
  mt_bundle bundle;
  mt_error error;
  size_t needed;
  assert_int_equal(mt_bundle_open(c.bundle, c.length, c.length, &bundle, NULL), MT_OK);
  assert_int_equal(mt_memory_needed(c.bundle, c.length, bundle.needed - 1, &needed, &error), MT_OK);
  assert_int_equal(mt_memory_needed(c.bundle, c.length, bundle.needed, &needed, &error), MT_CORRUPT);
  assert_non_null(strstr(error.message, "postings section 0"));
  size_t last = end_of(&bundle, 4);
  c.bundle[last - 64] ^= 1;
  assert_int_equal(mt_verify(c.bundle, c.length, 0, last - 1, &error), MT_OK);
  assert_int_equal(mt_verify(c.bundle, c.length, 0, last, &error), MT_CORRUPT);
  assert_int_equal(mt_verify(c.bundle, c.length, last, c.length, &error), MT_OK);
  c.bundle[MT_HEADER_BYTES] ^= 1; /* the directory is looked at as soon as it is there */
  assert_int_equal(mt_memory_needed(c.bundle, c.length, last, &needed, &error), MT_CORRUPT);
  drop_catalogue(&c);
}

/* A source of a space that no bundle has room for waits like any other, and is an error in the end. */
static void a_source_of_no_space_is_never_looked_at(void **state) {
  (void)state;
  records rules;
  catalogue c = arriving(7, &rules);
  for (uint32_t i = 0; i < c.sections; i++) {
    if (c.drafts[i].kind != MT_SECTION_POLICY) continue;
    unsigned char *policy = own(&c, c.drafts[i].length);
    memcpy(policy, c.drafts[i].bytes, c.drafts[i].length);
    c.drafts[i].bytes = policy;
    for (uint32_t s = 0; s < c.sources; s++)
      if (kind_of(&c, s) == MT_SOURCE_VECTORS) mt_store_u32(policy + MT_POLICY_HEAD + s * MT_SOURCE_BYTES + 28, 0x01000000 + s);
  }
  mt_draft rule = c.drafts[c.sections - 1];
  memmove(c.drafts + 1, c.drafts, (c.sections - 1) * sizeof *c.drafts); /* the others come after the rules */
  c.drafts[0] = rule;
  write_catalogue(&c);
  mt_bundle bundle;
  mt_error error;
  size_t needed;
  bool opened = false;
  assert_int_equal(mt_bundle_open(c.bundle, c.length, c.length, &bundle, NULL), MT_OK);
  for (uint32_t i = 0; i < bundle.sections && end_of(&bundle, i) < bundle.needed; i++) {
    uint64_t digest;
    bool now = drive_arrived(c.bundle, c.length, end_of(&bundle, i), (script){NULL, NULL}, 2, &digest, &error);
    if (!now) assert_int_equal(error.status, MT_NOT_READY);
    opened |= now;
  }
  assert_true(opened);
  assert_int_equal(mt_memory_needed(c.bundle, c.length, c.length, &needed, &error), MT_CORRUPT);
  assert_non_null(strstr(error.message, "found space 16777"));
  drop_catalogue(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_part_opens_or_is_not_ready),
      cmocka_unit_test(opening_again_takes_in_what_arrived),
      cmocka_unit_test(what_never_comes_is_an_error),
      cmocka_unit_test(a_source_of_no_space_is_never_looked_at),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

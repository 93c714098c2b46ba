/* Withdrawn items: nothing recommends them, they count in a history, and a slate is what a rule that denies them would give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bundle/withdrawn.h"
#include "records.h"
#include "session.h"

#define ITEMS 203u
#define BYTES ((ITEMS + 7) / 8)

static bool is_withdrawn(uint32_t item) { return item % 3 == 1; }

static catalogue some_catalogue(void) {
  shape shape = {.seed = 11, .items = ITEMS, .weight_bits = 4, .longest = 12, .norm_rank = 5, .quota = 40, .features = true,
                 .ranked = true, .decay = 0.9f, .half_life = 1000000};
  shape.space[0] = (shape_space){8, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {4}};
  return make_catalogue(&shape);
}

/* The catalogue's bundle with one section more. */
static unsigned char *bundle_with(const catalogue *c, mt_draft more, size_t *length_ret) {
  mt_draft drafts[41];
  memcpy(drafts, c->drafts, c->sections * sizeof *drafts);
  drafts[c->sections] = more;
  assert_int_equal(mt_bundle_size(drafts, c->sections + 1, length_ret, NULL), MT_OK);
  unsigned char *bytes = exact_memory(*length_ret);
  mt_bundle_write(drafts, c->sections + 1, c->items, bytes);
  return bytes;
}

static mt_draft withdrawn_section(unsigned char *bits, size_t length) {
  memset(bits, 0, BYTES);
  for (uint32_t i = 0; i < ITEMS; i++) bits[i / 8] = (unsigned char)(bits[i / 8] | (is_withdrawn(i) ? 1u << i % 8 : 0));
  return (mt_draft){MT_SECTION_WITHDRAWN, 0, 0, true, "withdrawn", bits, length};
}

static const mt_slate *ask(session *s, uint32_t event, uint32_t k, bool narrowed) {
  const mt_slate *slate;
  mt_begin(s->rec);
  for (uint32_t i = 0; i < 6; i++) assert_true(mt_add_event(s->rec, (event + 7 * i) % ITEMS, 1, NAN));
  if (narrowed) mt_exclude(s->rec, (event + 2) % ITEMS);
  assert_int_equal(mt_recommend(s->rec, k, true, &slate, NULL), MT_OK);
  return slate;
}

static void slates_are_those_of_a_rule(void **state) {
  (void)state;
  catalogue c = some_catalogue();
  unsigned char bits[BYTES];
  uint32_t list[ITEMS], count = 0;
  for (uint32_t i = 0; i < ITEMS; i++)
    if (is_withdrawn(i)) list[count++] = i;
  records r = {.length = 0};
  put_rule(&r, MT_RULE_DENY, MT_NOT_FOUND, 0, 0, 0, 0);
  put_condition(&r, MT_CONDITION_ITEMS, MT_NOT_FOUND, 0, 0, 0, list, count);
  size_t lengths[2];
  unsigned char *bytes[2] = {bundle_with(&c, withdrawn_section(bits, BYTES), &lengths[0]),
                             bundle_with(&c, (mt_draft){MT_SECTION_RULES, 0, 0, true, "rules", r.bytes, r.length}, &lengths[1])};
  session with = open_session(bytes[0], lengths[0], 0), ruled = open_session(bytes[1], lengths[1], 0);
  for (uint32_t event = 0; event < ITEMS; event += 5)
    for (uint32_t k = 1; k <= ITEMS; k = 3 * k + 1) {
      const mt_slate *slate = ask(&with, event, k, event % 2 == 0), *same = ask(&ruled, event, k, event % 2 == 0);
      assert_int_equal(slate->count, same->count);
      for (uint32_t p = 0; p < slate->count; p++) {
        assert_false(is_withdrawn(slate->picks[p].item));
        assert_memory_equal(&slate->picks[p], &same->picks[p], sizeof(mt_pick));
      }
    }
  for (int i = 0; i < 2; i++) free(bytes[i]);
  drop_session(&with), drop_session(&ruled);
  drop_catalogue(&c);
}

/* However the request allows them: by name, by a pin, as a neighbour of a vector, in words. */
static void nothing_recommends_them(void **state) {
  (void)state;
  catalogue c = some_catalogue();
  unsigned char bits[BYTES];
  size_t length;
  unsigned char *bytes = bundle_with(&c, withdrawn_section(bits, BYTES), &length);
  session s = open_session(bytes, length, 0);
  const mt_slate *slate;
  const mt_hits *hits;
  float vector[8] = {1, -1, 0.5f, 0.25f, 2, 1, 0, -0.5f};
  records pin = {.length = 0};
  put_rule(&pin, MT_RULE_PIN, MT_NOT_FOUND, 0, 1, 0, 0);
  mt_begin(s.rec);
  mt_allow_only(s.rec);
  mt_allow(s.rec, 0), mt_allow(s.rec, 1), mt_allow(s.rec, 2);
  assert_int_equal(mt_change_rules(s.rec, pin.bytes, pin.length, NULL), MT_OK);
  assert_int_equal(mt_recommend(s.rec, 10, false, &slate, NULL), MT_OK);
  assert_int_equal(slate->count, 2);
  mt_begin(s.rec);
  assert_int_equal(mt_nearest_to(s.rec, 0, vector, UINT32_MAX, ITEMS, &hits, NULL), MT_OK);
  assert_true(hits->count > ITEMS / 2);
  for (uint32_t i = 0; i < hits->count; i++) assert_false(is_withdrawn(hits->items[i]));
  for (char word = 'a'; word <= 'z'; word++) {
    uint32_t unmatched;
    mt_begin(s.rec);
    assert_int_equal(mt_search(s.rec, (const char[]){word, '*'}, 2, ITEMS, &slate, &unmatched, NULL), MT_OK);
    for (uint32_t p = 0; p < slate->count; p++) assert_false(is_withdrawn(slate->picks[p].item));
  }
  free(bytes);
  drop_session(&s);
  drop_catalogue(&c);
}

static void the_gate_names_what_is_wrong(void **state) {
  (void)state;
  catalogue c = some_catalogue();
  unsigned char bits[BYTES];
  mt_withdrawn withdrawn = {NULL};
  mt_error error;
  withdrawn_section(bits, BYTES);
  assert_int_equal(mt_withdrawn_open(bits, BYTES, ITEMS, &withdrawn, &error), MT_OK);
  assert_int_equal(mt_withdrawn_open(bits, BYTES - 1, ITEMS, &withdrawn, &error), MT_CORRUPT);
  assert_string_equal(error.message, "withdrawn items: found 25 bytes, expected 26");
  bits[BYTES - 1] |= 0x80;
  assert_int_equal(mt_withdrawn_open(bits, BYTES, ITEMS, &withdrawn, &error), MT_CORRUPT);
  assert_string_equal(error.message, "withdrawn items: found an item beyond the last, expected less than 203");
  size_t length, needed;
  unsigned char *bytes = bundle_with(&c, (mt_draft){MT_SECTION_WITHDRAWN, 0, 0, true, "withdrawn", bits, BYTES}, &length);
  assert_int_equal(mt_memory_needed(bytes, length, length, &needed, &error), MT_CORRUPT);
  bytes[length - 64 + BYTES - 1] &= 0x7f; /* it is the last section: until it has arrived there is no answer */
  assert_int_equal(mt_memory_needed(bytes, length, length, &needed, &error), MT_OK);
  assert_int_equal(mt_memory_needed(bytes, length, length - 1, &needed, &error), MT_NOT_READY);
  free(bytes);
  drop_catalogue(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(slates_are_those_of_a_rule),
      cmocka_unit_test(nothing_recommends_them),
      cmocka_unit_test(the_gate_names_what_is_wrong),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

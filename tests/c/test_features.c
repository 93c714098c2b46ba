/* Features: a declared list comes back, a broken one is refused in words, and whatever bytes open can be computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drive.h"
#include "session.h"

static shape small(uint64_t seed) {
  return (shape){.seed = seed, .items = 90, .weight_bits = 8, .longest = 9, .norm_rank = 5, .quota = 30, .decay = 0.9f,
                 .features = true, .no_vector_every = 4, .space = {{12, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {4}}, {6, MT_COSINE, MT_TOWER_POOLED, 0, {0}}}};
}

static const mt_draft *features_of(const catalogue *c) {
  for (uint32_t i = 0; i < c->sections; i++)
    if (c->drafts[i].kind == MT_SECTION_FEATURES) return &c->drafts[i];
  return NULL;
}

static void a_list_comes_back(void **state) {
  (void)state;
  shape shape = small(1);
  catalogue c = make_catalogue(&shape);
  uint32_t plan[2 * MT_FEATURE_END][5], count = plan_features(&c, plan);
  const mt_draft *draft = features_of(&c);
  mt_attribute attribute[ATTRIBUTES] = {{.type = MT_ATTRIBUTE_MANY}, {.type = MT_ATTRIBUTE_NUMBER32}, {.type = MT_ATTRIBUTE_NUMBER64},
                                        {.type = MT_ATTRIBUTE_TEXT}, {.type = MT_ATTRIBUTE_CATEGORY}};
  mt_feature_scope scope = {c.sources, c.spaces, ATTRIBUTES, attribute, true};
  mt_features features;
  assert_int_equal(mt_features_open(draft->bytes, draft->length, &scope, &features, NULL), MT_OK);
  assert_int_equal(features.count, count);
  assert_int_equal(features.fields, 2);
  assert_int_equal(features.field[1], MT_FIELD_CATEGORY);
  for (uint32_t i = 0; i < count; i++) {
    mt_feature f = mt_feature_get(&features, i);
    uint32_t row[5] = {f.kind, f.a, f.b, f.last, f.value};
    assert_memory_equal(row, plan[i], sizeof row);
  }
  drop_catalogue(&c);
}

/* Each damage is refused with a sentence that says what it is about. */
static void broken_lists_are_refused(void **state) {
  (void)state;
  shape shape = small(2);
  catalogue c = make_catalogue(&shape);
  const mt_draft *draft = features_of(&c);
  unsigned char *bytes = exact_memory(draft->length);
  mt_attribute attribute[ATTRIBUTES] = {{.type = MT_ATTRIBUTE_MANY}, {.type = MT_ATTRIBUTE_NUMBER32}, {.type = MT_ATTRIBUTE_NUMBER64},
                                        {.type = MT_ATTRIBUTE_TEXT}, {.type = MT_ATTRIBUTE_CATEGORY}};
  mt_feature_scope scope = {c.sources, c.spaces, ATTRIBUTES, attribute, true};
  mt_features features;
  mt_error error;
  const struct { uint32_t kind, field, value; } wrong[] = {
      {MT_FEATURE_NUMBER, 0, 0}, {MT_FEATURE_NUMBER, 0, 99}, {MT_FEATURE_NUMBER, 1, GENRE},
      {MT_FEATURE_NUMBER, 1, ATTRIBUTES}, {MT_FEATURE_CODE, 1, TITLE},
      {MT_FEATURE_SCORE, 1, 12}, {MT_FEATURE_QUERY, 1, 2}, {MT_FEATURE_FIELD, 1, 2},
      {MT_FEATURE_FIELD_IS, 1, 0}, {MT_FEATURE_PRODUCT, 1, 60},
      {MT_FEATURE_PRODUCT, 2, MT_FEATURE_PRODUCT - 1}, {MT_FEATURE_NEAREST, 3, 0},
      {MT_FEATURE_MEAN, 3, 17}, {MT_FEATURE_HASH, 4, 0}, {MT_FEATURE_AGE, 4, 4}};
  for (uint32_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
    memcpy(bytes, draft->bytes, draft->length);
    mt_store_u32(bytes + MT_FEATURES_HEAD + (wrong[w].kind - 1) * MT_FEATURE_BYTES + 4 * wrong[w].field, wrong[w].value);
    assert_int_equal(mt_features_open(bytes, draft->length, &scope, &features, &error), MT_CORRUPT);
    char says[64];
    snprintf(says, sizeof says, "found feature %u of kind %u", wrong[w].kind - 1, wrong[w].field == 0 ? wrong[w].value : wrong[w].kind);
    assert_non_null(strstr(error.message, says));
  }
  memcpy(bytes, draft->bytes, draft->length);
  scope.popularity = false;
  assert_int_equal(mt_features_open(bytes, draft->length, &scope, &features, &error), MT_CORRUPT);
  scope.popularity = true;
  mt_store_f32(bytes + 8, NAN);
  assert_int_equal(mt_features_open(bytes, draft->length, &scope, &features, &error), MT_CORRUPT);
  assert_non_null(strstr(error.message, "fading"));
  for (size_t cut = 0; cut < draft->length; cut++) {
    unsigned char *front = exact_memory(cut);
    memcpy(front, draft->bytes, cut);
    assert_int_equal(mt_features_open(front, cut, &scope, &features, &error), MT_CORRUPT);
    free(front);
  }
  free(bytes);
  drop_catalogue(&c);
}

/* Any byte of the section changed: refused, or requests run through, and the same twice. */
static void damaged_lists_are_safe(void **state) {
  (void)state;
  shape shape = small(3);
  catalogue c = make_catalogue(&shape);
  mt_rng rng = mt_rng_seed(9);
  unsigned char *bundle = exact_memory(c.length), bytes[400];
  size_t at = 0;
  for (uint32_t i = 0; i < mt_load_u32(c.bundle + 12); i++) {
    const unsigned char *entry = c.bundle + MT_HEADER_BYTES + i * MT_ENTRY_BYTES;
    if (mt_load_u32(entry) == MT_SECTION_FEATURES) at = (size_t)mt_load_u64(entry + 16);
  }
  for (uint32_t round = 0; round < 300; round++) {
    uint64_t digest, again;
    mt_error error;
    memcpy(bundle, c.bundle, c.length);
    for (uint32_t i = 0; i < round % 4; i++)
      bundle[at + mt_rng_below(&rng, (uint32_t)features_of(&c)->length)] ^= (unsigned char)(1u << mt_rng_below(&rng, 4));
    renew_checksums(bundle, c.length);
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(mt_rng_u32(&rng) & 0xfc);
    script s = {bytes, bytes + sizeof bytes};
    if (!drive(bundle, c.length, s, 2, &digest, &error)) continue;
    assert_true(drive(bundle, c.length, s, 2, &again, &error));
    assert_int_equal(digest, again);
  }
  free(bundle);
  drop_catalogue(&c);
}

/* What a history could do to sums: extreme worths and times, more values than a table holds, nothing at all. */
static void extreme_histories_are_safe(void **state) {
  (void)state;
  shape shape = small(4);
  catalogue c = make_catalogue(&shape);
  session s = open_session(c.bundle, c.length, 8);
  const float worths[] = {1, -1, 1e30f, -1e30f, INFINITY, NAN, 0, 1e-30f};
  const double times[] = {0, 1e300, -1e300, INFINITY, NAN, 1.5e9};
  for (uint32_t round = 0; round < 40; round++) {
    const mt_feature_block *block;
    mt_error error;
    mt_begin(s.rec);
    for (uint32_t e = 0; e < round * 7; e++) mt_add_event(s.rec, (e * 13 + round) % c.items, worths[(e + round) % 8], times[e % 6]);
    if (round % 3 == 0) mt_set_now(s.rec, times[round % 6]);
    assert_int_equal(mt_run_recall(s.rec, &error), MT_OK);
    assert_int_equal(mt_features_of(s.rec, 0, &block, &error), MT_OK);
    for (uint32_t i = 0; i < block->count; i++) { /* shares are shares, cosines cosines, whatever went in */
      const float *row = block->rows + (size_t)i * block->features;
      float share = row[MT_FEATURE_SHARE - 1], cosine = row[MT_FEATURE_MEAN - 1], hour = row[MT_FEATURE_HOUR - 1];
      assert_true(isnan(share) || fabsf(share) <= 1.0001f);
      assert_true(isnan(cosine) || fabsf(cosine) <= 1.0001f);
      assert_true(isnan(hour) || (hour >= 0 && hour < 24));
    }
  }
  drop_session(&s);
  drop_catalogue(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_list_comes_back),
      cmocka_unit_test(broken_lists_are_refused),
      cmocka_unit_test(damaged_lists_are_safe),
      cmocka_unit_test(extreme_histories_are_safe),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

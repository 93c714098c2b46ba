/* Exploration: sampled click rates are as their distribution says, and slates know how likely they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records.h"
#include "rerank/explore.h"
#include "session.h"

/* Three picks after one event, under these rules. */
static const mt_slate *run(mt_recommender *rec, const records *rules) {
  const mt_slate *slate;
  mt_begin(rec);
  assert_true(mt_add_event(rec, 5, 1, NAN));
  assert_int_equal(mt_change_rules(rec, rules->bytes, rules->length, NULL), MT_OK);
  assert_int_equal(mt_recommend(rec, 3, false, &slate, NULL), MT_OK);
  return slate;
}

/* What a slate says of its own likelihood is how often it comes: of three slots, each prefix is drawn again and again, and its
 * share is the product of what its items say. So the shares of all prefixes add up to one. */
static void propensities_are_how_often(void **state) {
  (void)state;
  enum { DRAWS = 60000, ITEMS_SEEN = 6 };
  static records rules;
  shape shape = {.seed = 3, .items = 60, .space = {{8, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {4}}}, .weight_bits = 32, .longest = 40,
                 .norm_rank = 5, .quota = 60, .decay = 0.9f};
  catalogue c = make_catalogue(&shape);
  session s = open_session(c.bundle, c.length, 0);
  for (uint32_t round = 0; round < 2; round++) {
    static double said[60][60], seen[60][60];
    double all = 0;
    memset(said, 0, sizeof said);
    memset(seen, 0, sizeof seen);
    for (uint32_t seed = 0; seed < DRAWS; seed++) {
      rules.length = 0;
      put_rule(&rules, MT_RULE_EPSILON, MT_NOT_FOUND, ITEMS_SEEN, 0, 0.4f, 0);
      if (round == 1) put_rule(&rules, MT_RULE_CAP, COUNTRY, 1, 0, 0, 0); /* who stands first decides who may come */
      put_record(&rules, MT_RECORD_SEED, 0, seed, 0, 0, 0, 0, 0, NULL, 0);
      const mt_slate *slate = run(s.rec, &rules);
      const mt_pick *pick = slate->picks;
      assert_true(slate->count == 3 && pick[2].propensity > 0 && pick[2].propensity <= 1);
      double likely = (double)pick[0].propensity * (double)pick[1].propensity;
      double *before = &said[pick[0].item][pick[1].item];
      if (*before == 0) all += likely;
      else assert_true(fabs(*before - likely) < 1e-6);
      *before = likely;
      seen[pick[0].item][pick[1].item] += 1.0 / DRAWS;
    }
    assert_true(fabs(all - 1) < 1e-4);
    for (uint32_t one = 0; one < 60; one++)
      for (uint32_t other = 0; other < 60; other++)
        assert_true(fabs(said[one][other] - seen[one][other]) <= 5 * sqrt(said[one][other] / DRAWS));
  }
  rules.length = 0; /* a sampled rate has no such number, and without exploration nobody asks */
  put_rule(&rules, MT_RULE_THOMPSON, MT_NOT_FOUND, 0, MT_NOT_FOUND, 0.3f, 0);
  assert_true(run(s.rec, &rules)->picks[0].propensity == 0);
  rules.length = 0;
  assert_true(run(s.rec, &rules)->picks[0].propensity == 0);
  drop_session(&s);
  drop_catalogue(&c);
}

static void sampled_rates_are_like_beta(void **state) {
  (void)state;
  mt_arena measure = mt_arena_measure();
  mt_impressions inputs = {.count = 0};
  mt_impressions_reserve(&measure, &inputs);
  void *memory = exact_memory(measure.used + MT_ALIGN);
  mt_arena arena = mt_arena_over(memory, measure.used + MT_ALIGN);
  mt_impressions_reserve(&arena, &inputs);
  assert_false(arena.full);
  assert_true(mt_impressions_add(&inputs, 7, 90, 10) && mt_impressions_add(&inputs, 7, 8, 8));
  mt_rule rule = {.kind = MT_RULE_THOMPSON, .attribute = MT_NOT_FOUND, .thompson.shown = MT_NOT_FOUND};
  mt_rng rng = mt_rng_seed(1);
  for (uint32_t item = 6; item <= 7; item++) {
    double sum = 0, squares = 0, a = item == 7 ? 19 : 1, b = item == 7 ? 81 : 1;
    for (uint32_t i = 0; i < 20000; i++) {
      double rate = (double)mt_sample_rate(&inputs, &rule, NULL, item, &rng);
      assert_true(rate >= 0 && rate <= 1);
      sum += rate, squares += rate * rate;
    }
    double mean = sum / 20000, variance = squares / 20000 - mean * mean;
    assert_true(fabs(mean - a / (a + b)) < 0.01);
    assert_true(fabs(variance / (a * b / ((a + b) * (a + b) * (a + b + 1))) - 1) < 0.15);
  }
  free(memory);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(propensities_are_how_often), cmocka_unit_test(sampled_rates_are_like_beta)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

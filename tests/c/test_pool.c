/* The pool among which diversity and exploration choose, at its largest: every candidate of it has a row, and more is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records.h"
#include "session.h"

static void a_pool_has_its_rows(void **state) {
  (void)state;
  shape shape = {.seed = 3, .items = 1500, .space = {{.dim = 8, .metric = MT_COSINE, .tower = MT_TOWER_POOLED}}, .weight_bits = 4,
                 .longest = 20, .norm_rank = 5, .quota = MT_MAX_QUOTA, .decay = 1};
  catalogue c = make_catalogue(&shape);
  session s = open_session(c.bundle, c.length, 0);
  const mt_rule_kind kinds[] = {MT_RULE_MMR, MT_RULE_DPP};
  for (uint32_t i = 0; i < 6; i++) {
    records r = {.length = 0};
    mt_error error;
    const mt_slate *slate;
    const uint32_t pool = (uint32_t[]){MT_MAX_POOL, MT_MAX_POOL + 1, MT_MAX_POSITION}[i % 3];
    put_rule(&r, MT_RULE_THOMPSON, MT_NOT_FOUND, 0, MT_NOT_FOUND, 0.5f, 0);
    put_rule(&r, kinds[i / 3], MT_NOT_FOUND, pool, 0, 0.5f, 0);
    mt_begin(s.rec);
    for (uint32_t item = 0; item < 12; item++) mt_add_event(s.rec, 7 * item, 1, (double)NAN);
    for (uint32_t source = 0; source < c.sources; source++) assert_int_equal(mt_set_weight(s.rec, source, 1, &error), MT_OK);
    mt_status status = mt_change_rules(s.rec, r.bytes, r.length, &error);
    assert_int_equal(status, pool > MT_MAX_POOL ? MT_CORRUPT : MT_OK);
    if (status != MT_OK) continue;
    assert_int_equal(mt_recommend(s.rec, 50, false, &slate, &error), MT_OK);
    assert_true(slate->ordered > MT_MAX_POOL);
    assert_int_equal(slate->count, 50);
  }
  drop_session(&s);
  drop_catalogue(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_pool_has_its_rows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Popularity in time against answers worked out by hand, and against one person or one time that is not as the others. */
#include "learn_help.h"

#include "learn/log.h"
#include "learn/popularity.h"

static void popularity_by_hand(void **state) {
  (void)state;
  mt_error error = {0};
  mt_log log;
  uint32_t user[] = {0, 0, 1, 1}, item[] = {0, 1, 1, 2};
  double time[] = {0, 10, 20, 100}, first[4];
  float trending[4];
  ok(mt_log_build(2, 4, 4, user, item, time, NULL, &log, &error), &error);
  ok(mt_popularity_trending(&log, 0.1, trending, &error), &error); /* a half-life of 10 */
  ok(mt_popularity_first_seen(&log, 1, first, &error), &error);
  near((double)trending[0], exp2(-10), 1e-9);
  near((double)trending[1], exp2(-9) + exp2(-8), 1e-8);
  near((double)trending[2], 1, 0);
  near((double)trending[3], 0, 0);
  ok(mt_popularity_first_seen(&log, 2, first, &error), &error); /* item 1 alone was met by two */
  assert_true(first[0] == -(double)INFINITY && first[1] == 20 && first[2] == -(double)INFINITY && first[3] == -(double)INFINITY);
  assert_int_equal(mt_popularity_first_seen(&log, 0, first, &error), MT_INVALID);
  ok(mt_popularity_first_seen(&log, 1, first, &error), &error);
  assert_true(first[0] == 0 && first[1] == 10 && first[2] == 100 && first[3] == -(double)INFINITY);
  mt_log_free(&log);
  ok(mt_log_build(2, 4, 4, user, item, NULL, NULL, &log, &error), &error);
  assert_int_equal(mt_popularity_trending(&log, 0.1, trending, &error), MT_INVALID);
  assert_int_equal(mt_popularity_first_seen(&log, 1, first, &error), MT_INVALID);
  mt_log_free(&log);
}

/* A person counts once for an item, by the event that says most; another person adds to it. */
static void trending_counts_people(void **state) {
  (void)state;
  mt_error error = {0};
  mt_log log;
  uint32_t user[] = {0, 0, 0, 0, 1, 1, 1}, item[] = {0, 0, 0, 1, 1, 1, 2};
  double time[] = {80, 90, 100, 100, 100, 0, 100};
  float weight[] = {1, 8, 1, 1, 1, 1, 1}, trending[3];
  ok(mt_log_build(2, 3, 7, user, item, time, weight, &log, &error), &error);
  ok(mt_popularity_trending(&log, 0.1, trending, &error), &error); /* a half-life of 10 */
  near((double)trending[0], 4, 1e-6); /* 8 · 2^-1, and neither 1 + 4 + ¼ nor the newest */
  near((double)trending[1], 2, 1e-6);
  near((double)trending[2], 1, 0);
  mt_log_free(&log);
}

/* One person who goes on alone makes no trend: neither of what only that person meets, nor by ageing all the others. */
static void trending_bears_one_person(void **state) {
  (void)state;
  enum { PEOPLE = 100, ALONE = 500 };
  static uint32_t user[PEOPLE + ALONE], item[PEOPLE + ALONE];
  static double time[PEOPLE + ALONE];
  mt_error error = {0};
  mt_log log;
  float trending[2 + ALONE];
  for (uint32_t e = 0; e < PEOPLE; e++) user[e] = e, item[e] = e % 2, time[e] = e;
  for (uint32_t other = 0; other < 2; other++) { /* the same item again and again, then each time another one */
    for (uint32_t e = PEOPLE; e < PEOPLE + ALONE; e++) {
      user[e] = PEOPLE, time[e] = 10 * e;
      item[e] = other == 0 ? 2 : 2 + e - PEOPLE;
    }
    ok(mt_log_build(PEOPLE + 1, 2 + ALONE, PEOPLE + ALONE, user, item, time, NULL, &log, &error), &error);
    ok(mt_popularity_trending(&log, 0.05, trending, &error), &error);
    assert_true(trending[0] > 2 && trending[1] > 2);
    for (uint32_t i = 2; i < 2 + ALONE; i++) assert_true(trending[i] <= 1);
    mt_log_free(&log);
  }
}

/* One time of thousands moves neither the span nor its end: the others weigh what they weighed without it. */
static void trending_bears_one_bad_time(void **state) {
  (void)state;
  enum { EVENTS_OF_LOG = 3000, ITEMS_OF_LOG = 50 };
  static uint32_t user[EVENTS_OF_LOG], item[EVENTS_OF_LOG];
  static double time[EVENTS_OF_LOG];
  const double bad[] = {0, -1e18, 4e9, 1e18};
  float good[ITEMS_OF_LOG], with[ITEMS_OF_LOG];
  mt_error error = {0};
  mt_log log;
  for (uint32_t e = 0; e < EVENTS_OF_LOG; e++) {
    user[e] = e;
    item[e] = e * 7 % (ITEMS_OF_LOG - 1);
    time[e] = 1.7e9 + 1e3 * e;
  }
  item[EVENTS_OF_LOG - 1] = ITEMS_OF_LOG - 1;
  ok(mt_log_build(EVENTS_OF_LOG, ITEMS_OF_LOG, EVENTS_OF_LOG - 1, user, item, time, NULL, &log, &error), &error);
  ok(mt_popularity_trending(&log, 0.05, good, &error), &error);
  mt_log_free(&log);
  for (uint32_t b = 0; b < 4; b++) {
    time[EVENTS_OF_LOG - 1] = bad[b];
    ok(mt_log_build(EVENTS_OF_LOG, ITEMS_OF_LOG, EVENTS_OF_LOG, user, item, time, NULL, &log, &error), &error);
    ok(mt_popularity_trending(&log, 0.05, with, &error), &error);
    for (uint32_t i = 0; i + 1 < ITEMS_OF_LOG; i++) near((double)with[i], (double)good[i], 0.02 * (double)good[i]);
    assert_true(with[ITEMS_OF_LOG - 1] <= 1);
    mt_log_free(&log);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(popularity_by_hand),
      cmocka_unit_test(trending_counts_people),
      cmocka_unit_test(trending_bears_one_person),
      cmocka_unit_test(trending_bears_one_bad_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Campaigns: what speaks when, and sections that are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue.h"
#include "recall/campaign.h"

#define N 4u
static const uint32_t items[N] = {7, 2, 7, 9};
static const float weights[N] = {1, 2, 0.5f, 4};
static const double starts[N] = {(double)-INFINITY, 100, 150, (double)-INFINITY}, ends[N] = {(double)INFINITY, 200, (double)INFINITY, 150};

static void encode(unsigned char *out) { mt_campaign_encode(items, weights, starts, ends, N, out); }

static void entries_speak_in_their_time(void **state) {
  (void)state;
  unsigned char bytes[8 + 24 * N];
  assert_int_equal(mt_campaign_bytes(N), sizeof bytes);
  encode(bytes);
  mt_campaign campaign;
  assert_int_equal(mt_campaign_open(bytes, sizeof bytes, 10, &campaign, NULL), MT_OK);
  mt_sparse_slot slots[64];
  mt_sparse sums = {slots, 64, 0, 0, 0};
  static const struct {
    double now;
    float two, seven, nine;
  } wanted[] = {{99.9, 0, 1, 4},  {100, 2, 1, 4},       {149.9, 2, 1, 4}, {150, 2, 1.5f, 0},
                {200, 0, 1.5f, 0}, {1e12, 0, 1.5f, 0}, {-1e12, 0, 1, 4}, {(double)NAN, 0, 1, 0}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    assert_true(mt_campaign_sum(&campaign, wanted[i].now, &sums));
    assert_true(mt_sparse_get(&sums, 2) == wanted[i].two);
    assert_true(mt_sparse_get(&sums, 7) == wanted[i].seven);
    assert_true(mt_sparse_get(&sums, 9) == wanted[i].nine);
    assert_true(mt_sparse_get(&sums, 8) == 0);
  }
}

static void wrong_sections_are_refused(void **state) {
  (void)state;
  unsigned char bytes[8 + 24 * N];
  mt_campaign campaign;
  mt_error error;
  for (size_t length = 0; length < sizeof bytes; length++) {
    encode(bytes);
    assert_int_equal(mt_campaign_open(bytes, length, 10, &campaign, &error), MT_CORRUPT);
  }
  assert_string_equal(error.message, "campaign: found 103 bytes, expected 104");
  assert_int_equal(mt_campaign_open(bytes, sizeof bytes, 9, &campaign, &error), MT_CORRUPT);
  assert_string_equal(error.message, "campaign: item: found 9, expected less than 9");
  static const float wrong_weights[] = {0, -1, NAN, INFINITY, 1e16f};
  for (size_t i = 0; i < sizeof wrong_weights / sizeof *wrong_weights; i++) {
    encode(bytes);
    mt_store_f32(bytes + 8 + 24 + 4, wrong_weights[i]);
    assert_int_equal(mt_campaign_open(bytes, sizeof bytes, 10, &campaign, &error), MT_CORRUPT);
    assert_string_equal(error.message, "campaign: entry 1 of item 2: its weight or time is out of range");
  }
  static const double wrong_ends[] = {100, 50, (double)NAN, (double)-INFINITY};
  for (size_t i = 0; i < sizeof wrong_ends / sizeof *wrong_ends; i++) {
    encode(bytes);
    memcpy(bytes + 8 + 24 + 16, &wrong_ends[i], sizeof *wrong_ends);
    assert_int_equal(mt_campaign_open(bytes, sizeof bytes, 10, &campaign, &error), MT_CORRUPT);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(entries_speak_in_their_time), cmocka_unit_test(wrong_sections_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

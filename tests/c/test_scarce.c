/* The trainers where memory runs out: each is run once to count what it asks for, then again and again with one request refused, each in
 * turn. It says so, and nothing is lost, written beyond or given back twice (the sanitizers see). The linker sends the library's requests
 * here (Makefile). */
#include "world.h"

#include <stdio.h>

#include <sanitizer/lsan_interface.h>

#include "learn/als.h"
#include "learn/boost.h"
#include "learn/codes.h"
#include "learn/content.h"
#include "learn/ease.h"
#include "learn/hops.h"
#include "learn/neighbours.h"
#include "learn/popularity.h"
#include "learn/ppmi.h"
#include "learn/procrustes.h"
#include "learn/repeats.h"
#include "learn/transitions.h"

/* -- memory that runs out -------------------------------------------------------------------------------------------- */
static long asked, refused = -1; /* requests so far; which one gets nothing */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t element);
void *__real_realloc(void *block, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t element);
void *__wrap_realloc(void *block, size_t bytes);

void *__wrap_malloc(size_t bytes) { return asked++ == refused ? NULL : __real_malloc(bytes); }
void *__wrap_calloc(size_t count, size_t element) { return asked++ == refused ? NULL : __real_calloc(count, element); }
void *__wrap_realloc(void *block, size_t bytes) { return asked++ == refused ? NULL : __real_realloc(block, bytes); }

/* -- what asks ------------------------------------------------------------------------------------------------------- */
static world w;
static float rows[64 * 16];

static mt_status log_and_matrix(mt_error *error) {
  mt_log log;
  mt_lists by_user, by_item;
  mt_status status = mt_log_build(w.users, w.items, w.events, w.user, w.item, w.time, w.weight, &log, error);
  if (status != MT_OK) return status;
  status = mt_log_matrix(&log, MT_REPEATS_MAX, &by_user, &by_item, error);
  mt_log_free(&log);
  if (status != MT_OK) return status;
  mt_lists_free(&by_user);
  mt_lists_free(&by_item);
  return MT_OK;
}

static mt_status transposed(mt_error *error) {
  mt_lists other;
  mt_status status = mt_lists_transpose(&w.by_user, &other, error);
  if (status != MT_OK) return status;
  status = mt_lists_truncate(&other, 2, error);
  mt_lists_free(&other);
  return status;
}

static mt_status neighbours(mt_error *error) {
  mt_neighbours how[2] = {MT_NEIGHBOURS_ADJACENCY(5), MT_NEIGHBOURS_ADJACENCY(3)};
  mt_lists out[2];
  mt_status status = mt_neighbours_train(how, 2, &w.by_user, &w.by_item, 0, w.items, out, NULL, error);
  if (status != MT_OK) return status;
  mt_lists_free(&out[0]);
  mt_lists_free(&out[1]);
  return MT_OK;
}

static mt_status transitions_and_hops(mt_error *error) {
  mt_transitions how = {3, 1, 0.5f, 0.5f, 5, 0, 2, true};
  mt_steps steps;
  mt_lists one, two;
  static float share[MAX_SIDE];
  static uint32_t who[5 * 2 * MAX_SIDE];
  mt_status status = mt_steps_build(&how, &w.log, &steps, error);
  if (status != MT_OK) return status;
  status = mt_transitions_train(&how, &w.log, &steps, 0, w.items, &one, NULL, error);
  if (status == MT_OK) {
    status = mt_transitions_who(&how, &w.log, &steps, &one, 0, w.items, who, error);
    if (status != MT_OK) mt_lists_free(&one);
  }
  mt_steps_free(&steps);
  if (status != MT_OK) return status;
  status = mt_hops_share(&one, 0.5f, share, error);
  if (status == MT_OK) status = mt_hops_train(&one, share, (mt_walked){who, 2}, 3, 5, 0, w.items, &two, error);
  mt_lists_free(&one);
  if (status == MT_OK) mt_lists_free(&two);
  return status;
}

static mt_status ease(mt_error *error) {
  mt_lists out;
  mt_status status = mt_ease_train(&w.by_user, 1, 5, &out, error);
  if (status != MT_OK) return status;
  mt_lists_free(&out);
  return MT_OK;
}

static mt_status ease_in_order(mt_error *error) {
  mt_lists out;
  mt_status status = mt_ease_train_order(&w.log, 0.5f, 1, 5, &out, error);
  if (status != MT_OK) return status;
  mt_lists_free(&out);
  return MT_OK;
}

static mt_status factors(mt_error *error) {
  mt_als how = {8, 0.1f, 0.02f, 1, 2};
  static float items[MAX_SIDE * 8], people[MAX_SIDE * 8], gram[64], axes[64], values[8];
  mt_status status = mt_als_init(&how, 1, 0, w.items, items, error);
  if (status == MT_OK) status = mt_als_gram(&how, items, w.items, gram, error);
  if (status == MT_OK) status = mt_als_axes(&how, gram, axes, values, error);
  if (status == MT_OK) status = mt_als_turn(&how, axes, items, w.items, error);
  if (status == MT_OK) status = mt_als_solve(&how, &w.by_user, items, axes, values, 0, w.users, people, error);
  return status;
}

static mt_status vectors_of_terms(mt_error *error) {
  mt_lists terms;
  static float vectors[MAX_SIDE * 8], values[8];
  mt_svd how = {.dims = 8, .oversample = 4, .steps = 4, .seed = 3};
  mt_status status = mt_lists_transpose(&w.by_item, &terms, error);
  if (status != MT_OK) return status;
  status = mt_content_tfidf(&terms, 2, error);
  if (status == MT_OK) status = mt_svd_train(&how, &terms, vectors, values, error);
  if (status == MT_OK) status = mt_ppmi(&terms, error);
  mt_lists_free(&terms);
  return status;
}

static mt_status counts(mt_error *error) {
  static float trending[MAX_SIDE], rate[MAX_SIDE], gap[MAX_SIDE];
  static double first[MAX_SIDE];
  mt_status status = mt_popularity_trending(&w.log, 0.2, trending, error);
  if (status == MT_OK) status = mt_popularity_first_seen(&w.log, 2, first, error);
  if (status == MT_OK) status = mt_train_repeats(&w.log, 1, 2, rate, gap, error);
  return status;
}

static mt_status turning(mt_error *error) {
  static float rotation[16 * 16];
  return mt_procrustes(rows, rows + 16, 40, 16, rotation, error);
}

static mt_status coding(mt_error *error) {
  mt_codes_config config = {.dim = 16, .metric = MT_COSINE, .layer_count = 1, .layer_bits = {4}, .seed = 7};
  mt_rows of = {rows, 64, 64, NULL};
  mt_codes codes;
  mt_status status = mt_codes_train(&config, &of, &codes, error);
  if (status == MT_OK) mt_codes_free(&codes);
  return status;
}

static mt_status boosting(mt_error *error) {
  mt_boosting how = {.growth = {7, 5, 1, 0.2, 1, 1, 100, 32}, .top = 4, .ndcg = 4, .groups = 0.7f, .features = 1, .seed = 5};
  static uint32_t start[17];
  static float label[64];
  for (uint32_t g = 0; g <= 16; g++) start[g] = 4 * g;
  for (uint32_t r = 0; r < 64; r++) label[r] = r % 4 == 0;
  mt_boost boost;
  double ndcg;
  mt_status status = mt_boost_start(&how, rows, 16, (uint8_t[16]){0}, 16, start, label, &boost, error);
  if (status != MT_OK) return status;
  status = mt_boost_hold(&boost, rows, 16, start, label, error);
  for (int round = 0; round < 3 && status == MT_OK; round++) status = mt_boost_round(&boost, &ndcg, error);
  mt_boost_free(&boost);
  return status;
}

static const struct {
  const char *name;
  mt_status (*run)(mt_error *error);
} WORK[] = {
    {"log", log_and_matrix}, {"lists", transposed},     {"neighbours", neighbours},   {"transitions", transitions_and_hops},
    {"ease", ease},          {"ease, in order", ease_in_order}, {"als", factors},     {"content", vectors_of_terms},
    {"counts", counts},      {"procrustes", turning},   {"codes", coding},            {"boosting", boosting},
};

static void says_so_and_loses_nothing(void **state) {
  (void)state;
  make_world(&w, 40, 30, 600, true, MT_REPEATS_MAX, 1);
  mt_rng rng = mt_rng_seed(2);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) rows[i] = mt_rng_unit(&rng) - 0.5f;
  for (size_t at = 0; at < sizeof WORK / sizeof *WORK; at++) {
    mt_error error = {0};
    asked = 0, refused = -1;
    ok(WORK[at].run(&error), &error);
    long all = asked;
    if (all == 0) fail_msg("%s asks for no memory: it need not be here", WORK[at].name);
    for (long n = 0; n < all; n++) {
      error = (mt_error){0};
      asked = 0, refused = n;
      mt_status status = WORK[at].run(&error);
      refused = -1;
      if (status != MT_NO_MEMORY) fail_msg("%s, request %ld of %ld refused: found status %d, \"%s\"", WORK[at].name, n, all, (int)status, error.message);
      if (strstr(error.message, "memory") == NULL) fail_msg("%s, request %ld of %ld: said \"%s\"", WORK[at].name, n, all, error.message);
      if (__lsan_do_recoverable_leak_check()) fail_msg("%s, request %ld of %ld refused: something is lost", WORK[at].name, n, all);
    }
    printf("%s: %ld requests\n", WORK[at].name, all);
  }
  free_world(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(says_so_and_loses_nothing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

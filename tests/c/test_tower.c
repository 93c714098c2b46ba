/* Towers: the query of a history against a plain solve in double, and every event's share of a score. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plain.h"
#include "session.h"
#include "tower/tower.h"

enum { HISTORY = 100 };

typedef struct folded {
  catalogue c;
  mt_space space;
  mt_fold fold;
  void *memory;
} folded;

/* The fold points into *f, which stays where it is. */
static void fold_over(const shape *shape, folded *f) {
  *f = (folded){.c = make_catalogue(shape)};
  for (uint32_t i = 0; i < f->c.sections; i++) {
    const mt_draft *d = &f->c.drafts[i];
    if (d->kind == MT_SECTION_SPACE) assert_int_equal(mt_space_open(d->bytes, d->length, f->c.items, &f->space, NULL), MT_OK);
    if (d->kind == MT_SECTION_BASE) assert_int_equal(mt_space_open_base(&f->space, d->bytes, d->length, NULL), MT_OK);
    if (d->kind == MT_SECTION_LAYER) assert_int_equal(mt_space_open_layer(&f->space, d->bytes, d->length, NULL), MT_OK);
  }
  mt_arena measure = mt_arena_measure();
  mt_fold_reserve(&measure, &f->c.tower[0], &f->space, &f->fold);
  f->memory = malloc(measure.used + MT_ALIGN);
  mt_arena arena = mt_arena_over(f->memory, measure.used + MT_ALIGN);
  mt_fold_reserve(&arena, &f->c.tower[0], &f->space, &f->fold);
  assert_false(arena.full);
}

static void drop_folded(folded *f) {
  free(f->memory);
  drop_catalogue(&f->c);
}

/* The definition in tower.h, in double. Without events that have a vector *total_ret is 0. */
static void query_plainly(const folded *f, uint32_t layers, const mt_weighted *events, uint32_t count, double *q, double *total_ret) {
  const mt_tower *tower = f->fold.tower;
  uint32_t n = tower->stride;
  double *a = calloc((size_t)n * n, sizeof *a), total = 0;
  float h[MT_PADDED_MAX];
  bool als = tower->kind == MT_TOWER_ALS;
  memset(q, 0, n * sizeof *q);
  for (uint32_t i = 0; als && i < n * n; i++) a[i] = (double)tower->gram[i];
  for (uint32_t e = 0; e < count; e++) {
    double w = (double)events[e].weight;
    if (!mt_space_has(&f->space, events[e].item) || w == 0) continue;
    mt_space_decode(&f->space, events[e].item, layers, h);
    total += fabs(w);
    for (uint32_t i = 0; i < n; i++) {
      if (!als || w > 0) q[i] += w * (double)h[i];
      for (uint32_t j = 0; als && j < n; j++) a[i * n + j] += fabs(w) * (double)h[i] * (double)h[j];
    }
  }
  double ridge = (double)tower->reg * pow(total + (double)tower->population, tower->nu_quarters / 4.0);
  for (uint32_t i = 0; i < n; i++) a[i * n + i] += ridge;
  if (als) solve_plainly(a, q, n);
  for (uint32_t i = 0; i < n && !als; i++) q[i] /= total;
  free(a);
  *total_ret = total;
}

static void check_fold(folded *f, uint32_t layers, const mt_weighted *events, uint32_t count) {
  uint32_t n = f->fold.tower->stride;
  double *q = calloc(n, sizeof *q), total, largest = 0;
  query_plainly(f, layers, events, count, q, &total);
  bool found = mt_fold_history(&f->fold, layers, events, count);
  assert_int_equal(found, total > 0);
  for (uint32_t i = 0; i < n; i++) largest = fmax(largest, fabs(q[i]));
  for (uint32_t i = 0; found && i < n; i++) assert_true(fabs((double)f->fold.query[i] - q[i]) <= 1e-4 * largest + 1e-7);

  /* what the events brought an item adds up to its score */
  float *z = exact_memory(4 * (size_t)n), *h = exact_memory(4 * (size_t)n), *y = exact_memory(4 * (size_t)n);
  for (uint32_t item = 0; found && item < f->c.items; item += 7) {
    if (!mt_space_has(&f->space, item)) continue;
    double sum = 0, score = 0, size = 0;
    mt_fold_explain(&f->fold, item, z);
    for (uint32_t e = 0; e < count; e++) {
      if (!mt_space_has(&f->space, events[e].item)) continue;
      mt_space_decode(&f->space, events[e].item, layers, h);
      if (events[e].weight < 0 && f->fold.tower->kind == MT_TOWER_ALS) continue; /* it pulls on A, not on the right-hand side */
      double share = (double)mt_fold_share(&f->fold, z, h, events[e].weight);
      sum += share;
      size += fabs(share);
    }
    mt_space_decode(&f->space, item, layers, y);
    for (uint32_t i = 0; i < n; i++) score += (double)y[i] * q[i];
    assert_true(fabs(sum - score) <= 2e-4 * size + 1e-6);
  }
  free(z), free(h), free(y), free(q);
}

static void queries_are_plain_solves(void **state) {
  (void)state;
  const uint32_t dims[] = {4, 5, 16, 33, 64, 90}, counts[] = {0, 1, 2, 31, 32, 33, HISTORY};
  mt_rng rng = mt_rng_seed(1);
  for (uint32_t d = 0; d < 6; d++)
    for (int kind = MT_TOWER_POOLED; kind <= MT_TOWER_ALS; kind++) {
      shape shape = {.seed = d, .items = 90, .weight_bits = 4, .norm_rank = 1, .quota = 1, .no_vector_every = 4};
      shape.space[0] = (shape_space){dims[d], MT_INNER_PRODUCT, (mt_tower_kind)kind, 2, {4, MT_FLOAT_BITS}};
      folded f;
      fold_over(&shape, &f);
      for (uint32_t c = 0; c < 7; c++) {
        mt_weighted events[HISTORY];
        for (uint32_t e = 0; e < counts[c]; e++) {
          float weight = mt_rng_below(&rng, 6) == 0 ? 0 : mt_rng_normal(&rng) + 0.8f;
          events[e] = (mt_weighted){mt_rng_below(&rng, f.c.items), weight};
        }
        check_fold(&f, c % 3 == 0 ? MT_ALL_LAYERS : c % 3 - 1, events, counts[c]);
      }
      drop_folded(&f);
    }
}

static void histories_without_vectors(void **state) {
  (void)state;
  for (int kind = MT_TOWER_POOLED; kind <= MT_TOWER_ALS; kind++) {
    shape shape = {.seed = 1, .items = 40, .weight_bits = 4, .norm_rank = 1, .quota = 1, .no_vector_every = 2};
    shape.space[0] = (shape_space){8, MT_INNER_PRODUCT, (mt_tower_kind)kind, 0, {0}};
    folded f;
    fold_over(&shape, &f);
    mt_weighted none[] = {{1, 1}, {3, 1}, {4, 0}}, one[] = {{1, 1}, {2, 0.5f}};
    assert_false(mt_fold_history(&f.fold, MT_ALL_LAYERS, none, 0));
    assert_false(mt_fold_history(&f.fold, MT_ALL_LAYERS, none, 3));
    check_fold(&f, MT_ALL_LAYERS, one, 2);
    drop_folded(&f);
  }
}

/* The exponent of the regularisation in quarters, from 0 to 2. */
static void quarters_of_nu(void **state) {
  (void)state;
  for (uint32_t quarters = 0; quarters <= 8; quarters++) {
    shape shape = {.seed = 2, .items = 40, .weight_bits = 4, .norm_rank = 1, .quota = 1};
    shape.space[0] = (shape_space){12, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {8}};
    folded f;
    fold_over(&shape, &f);
    f.c.tower[0].nu_quarters = quarters;
    mt_weighted events[] = {{1, 1}, {2, 0.5f}, {7, -1}, {9, 3}};
    check_fold(&f, MT_ALL_LAYERS, events, 4);
    drop_folded(&f);
  }
}

static void broken_towers(void **state) {
  (void)state;
  shape shape = {.seed = 2, .items = 40, .weight_bits = 4, .norm_rank = 1, .quota = 1};
  shape.space[0] = (shape_space){8, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {8}};
  folded f;
  fold_over(&shape, &f);
  mt_weighted events[] = {{1, 1}};
  f.c.tower[0].reg = -1e6f; /* not positive definite: no query, and no numbers that are not */
  assert_false(mt_fold_history(&f.fold, MT_ALL_LAYERS, events, 1));
  f.c.tower[0].reg = NAN;
  assert_false(mt_fold_history(&f.fold, MT_ALL_LAYERS, events, 1));
  f.c.tower[0].reg = INFINITY;
  assert_false(mt_fold_history(&f.fold, MT_ALL_LAYERS, events, 1));

  uint32_t stride = f.c.tower[0].stride;
  size_t length = mt_tower_bytes(MT_TOWER_ALS, stride);
  const struct {
    size_t at;
    uint32_t value;
    const char *says;
  } wrong[] = {{0, 0, "kind: found 0"}, {0, 4, "kind: found 4"}, {0, 1, "expected 64"}, {4, 0, "stride: found 0"}, {4, 18, "expected"},
               {4, 4164, "stride: found 4164"}, {4, stride + 4, "expected"}, {8, 9, "exponent in quarters: found 9"}};
  unsigned char *bytes = exact_memory(length);
  for (uint32_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    mt_tower tower;
    mt_error error = {MT_OK, ""};
    mt_tower_encode(&f.c.tower[0], bytes);
    mt_store_u32(bytes + wrong[i].at, wrong[i].value);
    assert_int_equal(mt_tower_open(bytes, length, &tower, &error), MT_CORRUPT);
    if (strstr(error.message, wrong[i].says) == NULL) fail_msg("\"%s\" does not say %s", error.message, wrong[i].says);
  }
  free(bytes);
  drop_folded(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(queries_are_plain_solves),
      cmocka_unit_test(histories_without_vectors),
      cmocka_unit_test(quarters_of_nu),
      cmocka_unit_test(broken_towers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

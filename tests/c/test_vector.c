/* The vector index against brute force over its own decoded vectors, its kernel against the plain loop, and hostile
 * bytes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "learn/codes.h"
#include "vector/nearest.h"

/* A built space, each section in memory of exactly its length, so that a sanitizer sees the first byte beyond. */
typedef struct built {
  uint32_t items, dim;
  float *rows; /* [items][dim] */
  mt_codes_config config;
  mt_codes_sizes sizes;
  mt_codes_out out;
  mt_space space;
} built;

typedef enum rows_kind { SPREAD, DUPLICATES, SOME_ZERO, ALL_ZERO } rows_kind;

static unsigned char *section(size_t length) {
  unsigned char *bytes = aligned_alloc(64, mt_round_up(length, 64));
  assert_non_null(bytes);
  memset(bytes, 0, length);
  return bytes;
}

static void open_sections(built *b) {
  mt_error error;
  assert_int_equal(mt_space_open(b->out.space, b->sizes.space, b->items, &b->space, &error), MT_OK);
  assert_int_equal(mt_space_open_base(&b->space, b->out.base, b->sizes.base, &error), MT_OK);
  for (uint32_t l = 0; l < b->config.layer_count; l++)
    assert_int_equal(mt_space_open_layer(&b->space, b->out.layers[l], b->sizes.layers[l], &error), MT_OK);
}

static built build(const mt_codes_config *config, uint32_t items, rows_kind kind, uint64_t seed) {
  built b = {.items = items, .dim = config->dim, .config = *config};
  mt_rng rng = mt_rng_seed(seed);
  b.rows = malloc(((size_t)items * b.dim + 1) * sizeof *b.rows);
  for (uint32_t i = 0; i < items; i++) {
    float *row = b.rows + (size_t)i * b.dim, norm = 0.1f + 3 * mt_rng_unit(&rng) * mt_rng_unit(&rng);
    for (uint32_t d = 0; d < b.dim; d++) row[d] = norm * mt_rng_normal(&rng);
    if (kind == DUPLICATES && i >= 7) memcpy(row, b.rows + (size_t)(i % 7) * b.dim, b.dim * sizeof *row);
    if (kind == ALL_ZERO || (kind == SOME_ZERO && i % 3 == 1)) memset(row, 0, b.dim * sizeof *row);
  }
  mt_rows rows = {b.rows, items, items, NULL};
  mt_codes codes;
  mt_error error;
  assert_int_equal(mt_codes_train(config, &rows, &codes, &error), MT_OK);
  assert_int_equal(mt_codes_sizes_for(config, items, &b.sizes, &error), MT_OK);
  mt_codes_sizes trained;
  assert_int_equal(mt_codes_sizes_of(&codes, items, &trained, &error), MT_OK);
  assert_memory_equal(&b.sizes, &trained, sizeof trained);
  b.out.space = section(b.sizes.space);
  b.out.base = section(b.sizes.base);
  for (uint32_t l = 0; l < config->layer_count; l++) b.out.layers[l] = section(b.sizes.layers[l]);
  for (uint32_t first = 0; first < items; first += 64) /* in ranges, as the builder's workers do */
    assert_int_equal(mt_codes_encode(&codes, &rows, first, items - first < 64 ? items - first : 64, &b.out, &error),
                     MT_OK);
  assert_int_equal(mt_codes_finish(&codes, items, 0, &b.out, &error), MT_OK);
  mt_codes_free(&codes);
  open_sections(&b);
  return b;
}

static void drop(built *b) {
  free(b->rows), free(b->out.space), free(b->out.base);
  for (uint32_t l = 0; l < b->config.layer_count; l++) free(b->out.layers[l]);
}

/* Runs one nearest with exactly the scratch that it asked for. */
static uint32_t nearest(const mt_space *space, const float *query, mt_nearest_ask ask, uint32_t *items, float *scores) {
  size_t size = mt_nearest_scratch(space, ask.k, ask.candidates);
  mt_arena arena = mt_arena_over(malloc(size), size);
  uint32_t found = 99;
  mt_error error;
  assert_int_equal(mt_nearest(space, query, &ask, &arena, items, scores, &found, &error), MT_OK);
  assert_int_equal(arena.used, 0);
  free(arena.base);
  return found;
}

/* The metric's score of a decoded vector, plainly. */
static double plain_score(const mt_space *space, const float *query, uint32_t item, uint32_t layers) {
  float x[MT_PADDED_MAX];
  double dot = 0, square = 0, query_square = 0;
  mt_space_decode(space, item, layers, x);
  for (uint32_t d = 0; d < space->padded; d++) {
    if (d >= space->dim) {
      assert_true(x[d] == 0);
      continue;
    }
    dot += (double)query[d] * (double)x[d];
    square += (double)x[d] * (double)x[d];
    query_square += (double)query[d] * (double)query[d];
  }
  if (space->metric == MT_L2) return 2 * dot - square;
  if (space->metric == MT_COSINE) return query_square > 0 ? dot / sqrt(query_square) : 0;
  return dot;
}

static bool allows(const uint32_t *allowed, uint32_t item) {
  return allowed == NULL || (allowed[item / 32] >> (item % 32) & 1) != 0;
}

/* With every item a candidate, nearest is brute force over the decoded vectors, bit for bit in mt_query_score. */
static void check_against_brute_force(const built *b, const float *query, uint32_t k, uint32_t layers,
                                      const uint32_t *allowed) {
  const mt_space *space = &b->space;
  size_t size = mt_query_scratch(space);
  mt_arena arena = mt_arena_over(malloc(size), size);
  mt_query prepared;
  mt_error error;
  assert_int_equal(mt_query_prepare(space, query, layers, &arena, &prepared, &error), MT_OK);
  uint64_t *keys = malloc((b->items + 1) * sizeof *keys);
  size_t passing = 0;
  for (uint32_t i = 0; i < b->items; i++) {
    if (!mt_space_has(space, i) || !allows(allowed, i)) continue;
    float score = mt_query_score(&prepared, i);
    double plain = plain_score(space, query, i, layers);
    assert_true(fabs((double)score - plain) <= 1e-4 * (1 + fabs(plain)) * (1 + (double)prepared.norm));
    keys[passing++] = mt_topk_key(score, i);
  }
  mt_sort_descending(keys, passing);
  uint32_t *items = malloc(((size_t)k + 1) * sizeof *items);
  float *scores = malloc(((size_t)k + 1) * sizeof *scores);
  for (int exhaustive = 0; exhaustive < 2; exhaustive++) {
    uint32_t found =
        nearest(space, query, (mt_nearest_ask){k, b->items + 5, layers, allowed, exhaustive != 0}, items, scores);
    assert_int_equal(found, k < passing ? k : passing);
    for (uint32_t i = 0; i < found; i++) {
      assert_int_equal(items[i], mt_topk_item(keys[i]));
      assert_true(scores[i] == mt_topk_score(keys[i]));
    }
  }
  /* few candidates: still min(k, passing) results, none of them filtered */
  uint32_t found = nearest(space, query, (mt_nearest_ask){k, 1, layers, allowed, false}, items, scores);
  assert_int_equal(found, k < passing ? k : passing);
  for (uint32_t i = 0; i < found; i++) assert_true(allows(allowed, items[i]) && mt_space_has(space, items[i]));
  free(items), free(scores), free(keys), free(arena.base);
}

/* The scan's candidates are the best by its own scores, whatever the bounds skip. */
static void check_scan(const built *b, const float *query, size_t k, const uint32_t *allowed) {
  const mt_space *space = &b->space;
  size_t size = mt_query_scratch(space) + mt_scan_scratch(space);
  mt_arena arena = mt_arena_over(malloc(size), size);
  mt_query prepared;
  mt_scan scan;
  mt_error error;
  assert_int_equal(mt_query_prepare(space, query, 0, &arena, &prepared, &error), MT_OK);
  assert_int_equal(mt_scan_prepare(&prepared, &arena, &scan, &error), MT_OK);
  uint64_t *keys = malloc(mt_topk_capacity(k) * sizeof *keys), *all = malloc((b->items + 1) * sizeof *all);
  mt_topk top = mt_topk_start(keys, k);
  mt_scan_run(&scan, allowed, 0, &top);
  size_t found = mt_topk_finish(&top), passing = 0;
  for (uint32_t i = 0; i < b->items; i++) {
    if (!mt_space_has(space, i) || !allows(allowed, i)) continue;
    float score = mt_scan_score(&scan, i);
    double error_bound =
        (double)(scan.dots.error + scan.norms.error) * (2 + (double)space->gains[space->gain_codes[i]]);
    double gain = (double)space->gains[space->gain_codes[i]], exact = (double)mt_query_score(&prepared, i);
    assert_true(fabs((double)score - exact) <= error_bound * (1 + gain) * 2 + 1e-3 * (1 + fabs(exact)));
    all[passing++] = mt_topk_key(score, i);
  }
  mt_sort_descending(all, passing);
  assert_int_equal(found, k < passing ? k : passing);
  for (size_t i = 0; i < found; i++) assert_true(keys[i] == all[i]);
  free(keys), free(all), free(arena.base);
}

static void random_query(mt_rng *rng, const built *b, float *query) {
  for (uint32_t d = 0; d < b->dim; d++) query[d] = mt_rng_normal(rng);
}

static void check_space(const built *b, uint64_t seed) {
  mt_rng rng = mt_rng_seed(seed);
  float query[MT_DIM_MAX] = {0};
  uint32_t words = b->items / 32 + 1, *allowed = calloc(words, sizeof *allowed);
  for (int round = 0; round < 4; round++) {
    if (round > 0) random_query(&rng, b, query); /* round 0: the zero query, every score a tie */
    if (round == 3 && b->items > 0) memcpy(query, b->rows + (size_t)(b->items / 2) * b->dim, b->dim * sizeof *query);
    for (uint32_t k = 0; k <= 40; k += 10)
      for (uint32_t layers = 0; layers <= b->config.layer_count; layers++)
        check_against_brute_force(b, query, k, layers, NULL);
    check_against_brute_force(b, query, b->items + 3, MT_ALL_LAYERS, NULL);
    memset(allowed, 0, words * sizeof *allowed);
    check_against_brute_force(b, query, 10, MT_ALL_LAYERS, allowed); /* all filtered */
    check_scan(b, query, 10, NULL);
    check_scan(b, query, 1, NULL);
    if (b->items == 0) continue;
    uint32_t one = mt_rng_below(&rng, b->items);
    allowed[one / 32] = 1u << one % 32;
    check_against_brute_force(b, query, 10, MT_ALL_LAYERS, allowed);
    for (uint32_t w = 0; w < words; w++) allowed[w] = mt_rng_u32(&rng) & mt_rng_u32(&rng);
    check_against_brute_force(b, query, 10, MT_ALL_LAYERS, allowed);
    check_scan(b, query, 10, allowed);
  }
  free(allowed);
}

static void sizes_dims_and_metrics(void **state) {
  (void)state;
  static const uint32_t sizes[] = {0, 1, 31, 32, 33, 1000}, dims[] = {4, 5, 7, 64, 300, 1024, 4096};
  for (size_t s = 0; s < 6; s++)
    for (size_t d = 0; d < 7; d++)
      for (uint32_t metric = 0; metric < 3; metric++) {
        uint32_t items = dims[d] > 64 && sizes[s] > 100 ? 100 : sizes[s];
        if (dims[d] > 1024 && s % 4 != 0) continue; /* 0 and 33 */
        mt_codes_config config = {
            .dim = dims[d], .metric = (mt_metric)metric, .layer_count = 1, .layer_bits = {4}, .seed = 7};
        built b = build(&config, items, s == 5 ? SPREAD : (rows_kind)((s + d + metric) % 4), 11 * s + d);
        check_space(&b, s * 100 + d);
        drop(&b);
      }
}

static void layer_combinations(void **state) {
  (void)state;
  static const uint32_t combinations[][MT_LAYERS_MAX] = {{0},    {2},    {4},     {8},          {32},
                                                         {4, 4}, {2, 8}, {4, 32}, {2, 2, 2, 2}, {8, 4, 2, 32}};
  for (size_t c = 0; c < sizeof combinations / sizeof *combinations; c++)
    for (uint32_t metric = 0; metric < 3; metric++)
      for (rows_kind kind = SPREAD; kind <= ALL_ZERO; kind++) {
        mt_codes_config config = {.dim = 20, .metric = (mt_metric)metric, .seed = c};
        memcpy(config.layer_bits, combinations[c], sizeof config.layer_bits);
        while (config.layer_count < MT_LAYERS_MAX && combinations[c][config.layer_count] != 0) config.layer_count++;
        built b = build(&config, 150, kind, 3);
        check_space(&b, c);
        drop(&b);
      }
}

/* Each layer brings the decoded vectors closer to the rows; a float layer is the rows. */
static void layers_come_closer(void **state) {
  (void)state;
  mt_codes_config config = {.dim = 64, .layer_count = 4, .layer_bits = {2, 4, 8, MT_FLOAT_BITS}, .seed = 5};
  built b = build(&config, 2000, SPREAD, 9);
  double before = INFINITY;
  for (uint32_t layers = 0; layers <= 4; layers++) {
    double error = 0, total = 0;
    for (uint32_t i = 0; i < b.items; i++) {
      float x[MT_PADDED_MAX];
      mt_space_decode(&b.space, i, layers, x);
      for (uint32_t d = 0; d < 64; d++) {
        double row = (double)b.rows[i * 64 + d];
        error += ((double)x[d] - row) * ((double)x[d] - row);
        total += row * row;
      }
    }
    static const double largest[] = {0.3, 0.05, 5e-4, 1e-5, 0};
    assert_true(error / total <= largest[layers] && error < before);
    before = error;
  }
  drop(&b);
}

/* The kernel and its definition, bit for bit, for every count of sub-spaces, at sums up to the largest possible. */
static void kernel_is_its_definition(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(1);
  for (uint32_t subspaces = 0; subspaces <= MT_SUBSPACES_MAX; subspaces += 4) {
    uint8_t *codes = malloc(subspaces * 16 + 1), *bytes = malloc(subspaces * 16 + 1);
    for (uint32_t i = 0; i < subspaces * 16; i++) {
      codes[i] = (uint8_t)mt_rng_u32(&rng);
      bytes[i] = subspaces % 8 == 0 ? 63 : (uint8_t)mt_rng_below(&rng, 64);
    }
    uint16_t fast[MT_BLOCK], plain[MT_BLOCK];
    mt_scan_sums(codes, bytes, subspaces, fast);
    mt_scan_sums_scalar(codes, bytes, subspaces, plain);
    assert_memory_equal(fast, plain, sizeof fast);
    free(codes), free(bytes);
  }
}

/* The blocks of small norms are never summed when items lie by falling norm. */
static void bounds_end_the_scan_early(void **state) {
  (void)state;
  enum { ITEMS = 8000, DIM = 16 };
  for (uint32_t metric = MT_INNER_PRODUCT; metric <= MT_L2; metric += 2) {
    mt_codes_config config = {.dim = DIM, .metric = (mt_metric)metric, .seed = 2};
    built b = build(&config, 0, SPREAD, 1);
    drop(&b);
    float *rows = malloc(sizeof(float) * ITEMS * DIM);
    mt_rng rng = mt_rng_seed(3);
    for (uint32_t i = 0; i < ITEMS * DIM; i++) rows[i] = mt_rng_normal(&rng) / (1 + (float)(i / DIM) * 0.01f);
    b = (built){.items = ITEMS, .dim = DIM, .rows = rows, .config = config};
    mt_codes codes;
    mt_error error;
    mt_rows table = {rows, ITEMS, ITEMS, NULL};
    assert_int_equal(mt_codes_train(&config, &table, &codes, &error), MT_OK);
    assert_int_equal(mt_codes_sizes_of(&codes, ITEMS, &b.sizes, &error), MT_OK);
    b.out.space = section(b.sizes.space), b.out.base = section(b.sizes.base);
    assert_int_equal(mt_codes_encode(&codes, &table, 0, ITEMS, &b.out, &error), MT_OK);
    assert_int_equal(mt_codes_finish(&codes, ITEMS, 0, &b.out, &error), MT_OK);
    mt_codes_free(&codes);
    open_sections(&b);
    float query[DIM];
    for (uint32_t d = 0; d < DIM; d++) query[d] = 3 * mt_rng_normal(&rng);
    check_scan(&b, query, 20, NULL);
    size_t size = mt_query_scratch(&b.space) + mt_scan_scratch(&b.space);
    mt_arena arena = mt_arena_over(malloc(size), size);
    mt_query prepared;
    mt_scan scan;
    assert_int_equal(mt_query_prepare(&b.space, query, 0, &arena, &prepared, &error), MT_OK);
    assert_int_equal(mt_scan_prepare(&prepared, &arena, &scan, &error), MT_OK);
    uint64_t keys[192 + 20];
    mt_topk top = mt_topk_start(keys, 20);
    mt_scan_run(&scan, NULL, 0, &top);
    assert_true(scan.visited < b.space.blocks / 2);
    free(arena.base);
    drop(&b);
  }
}

/* As many candidates as were measured hold nearly all results, of queries that had no part in it. */
static void candidates_are_enough(void **state) {
  (void)state;
  enum { RESULTS = 100 };
  mt_codes_config config = {.dim = 64, .layer_count = 1, .layer_bits = {4}, .seed = 5};
  for (uint32_t metric = 0; metric < 3; metric++) {
    config.metric = (mt_metric)metric;
    built b = build(&config, 3000, SPREAD, 21);
    assert_in_range(b.space.candidates, RESULTS, MT_CANDIDATES_MOST);
    assert_int_equal(mt_nearest_candidates(&b.space, 10, 1), b.space.candidates);
    mt_rng rng = mt_rng_seed(77);
    uint32_t shared = 0, items[2][RESULTS];
    float scores[RESULTS];
    for (uint32_t q = 0; q < 40; q++) {
      const float *query = b.rows + (size_t)mt_rng_below(&rng, 3000) * 64;
      for (int all = 0; all < 2; all++)
        assert_int_equal(nearest(&b.space, query, (mt_nearest_ask){RESULTS, 0, MT_ALL_LAYERS, NULL, all != 0}, items[all], scores), RESULTS);
      for (uint32_t i = 0; i < RESULTS; i++)
        for (uint32_t j = 0; j < RESULTS; j++) shared += items[0][i] == items[1][j];
    }
    assert_true(shared >= 40 * RESULTS * 95 / 100);
    ((mt_space_header *)(void *)b.out.space)->candidates = MT_CANDIDATES_MOST + 1;
    mt_error error;
    assert_int_equal(mt_space_open(b.out.space, b.sizes.space, b.items, &b.space, &error), MT_CORRUPT);
    drop(&b);
  }
  config.layer_bits[0] = MT_FLOAT_BITS;
  built reference = build(&config, 300, SPREAD, 21);
  assert_int_equal(reference.space.candidates, 0);
  drop(&reference);
}

static void training_is_seeded(void **state) {
  (void)state;
  mt_codes_config config = {.dim = 12, .layer_count = 2, .layer_bits = {4, 2}, .seed = 5};
  built a = build(&config, 500, SPREAD, 1), b = build(&config, 500, SPREAD, 1);
  assert_memory_equal(a.out.space, b.out.space, a.sizes.space);
  assert_memory_equal(a.out.base, b.out.base, a.sizes.base);
  for (int l = 0; l < 2; l++) assert_memory_equal(a.out.layers[l], b.out.layers[l], a.sizes.layers[l]);
  drop(&a), drop(&b);
}

static void exact_nearest_is_plain(void **state) {
  (void)state;
  static const float rows[] = {1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 1, 0, 0, 0}, query[] = {2, 1, 0, 0};
  static const uint32_t expected[3][4] = {{3, 1, 0, 4}, {3, 0, 4, 1}, {3, 0, 4, 1}};
  mt_rows table = {rows, 5, 5, NULL};
  for (uint32_t metric = 0; metric < 3; metric++) {
    uint32_t items[9], found;
    float scores[9];
    mt_error error;
    assert_int_equal(mt_exact_nearest(&table, 4, (mt_metric)metric, query, 9, items, scores, &found, &error), MT_OK);
    assert_int_equal(found, 4); /* item 2 is zero */
    assert_memory_equal(items, expected[metric], sizeof expected[metric]);
  }
}

static void refusals(void **state) {
  (void)state;
  float rows[3 * 4] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3};
  mt_rows table = {rows, 3, 3, NULL};
  mt_codes codes;
  mt_error error;
  mt_codes_config config = {.dim = 4};
  static const float bad[] = {NAN, INFINITY, -INFINITY, 1e30f};
  for (int i = 0; i < 4; i++) {
    rows[9] = bad[i];
    assert_int_equal(mt_codes_train(&config, &table, &codes, &error), MT_INVALID);
    assert_string_equal(error.message, "vectors: row 2 has a number that is NaN, infinite or too large");
  }
  config.dim = 3;
  assert_int_equal(mt_codes_train(&config, &table, &codes, &error), MT_INVALID);
  assert_string_equal(error.message, "vectors: found 3 dimensions, expected 4 to 4096");
  config = (mt_codes_config){.dim = 4, .layer_count = 2, .layer_bits = {3, 4}};
  assert_int_equal(mt_codes_train(&config, &table, &codes, &error), MT_INVALID);
  assert_string_equal(error.message, "vectors: layer 0 has 3 bits, expected 2, 4, 8 or, as the last, 32");
  static const uint32_t outside[] = {0, 7};
  rows[9] = 1;
  config = (mt_codes_config){.dim = 4};
  assert_int_equal(mt_codes_train(&config, &(mt_rows){rows, 3, 2, outside}, &codes, &error), MT_INVALID);
  assert_string_equal(error.message, "vectors: item 1 names row 7 of 3");

  config = (mt_codes_config){.dim = 4, .seed = 1};
  built b = build(&config, 40, SPREAD, 1);
  unsigned char memory[1 << 16];
  uint32_t items[4], found;
  float query[4] = {1, NAN, 0, 0}, scores[4];
  mt_nearest_ask ask = {.k = 4};
  mt_arena arena = mt_arena_over(memory, sizeof memory), small = mt_arena_over(memory, 64);
  assert_int_equal(mt_nearest(&b.space, query, &ask, &arena, items, scores, &found, &error), MT_INVALID);
  assert_string_equal(error.message, "query: a number is NaN, infinite or too large");
  query[1] = 0;
  assert_int_equal(mt_nearest(&b.space, query, &ask, &small, items, scores, &found, &error), MT_NO_MEMORY);
  assert_int_equal(mt_space_open(b.out.space, b.sizes.space, b.items, &b.space, &error), MT_OK);
  assert_int_equal(mt_nearest(&b.space, query, &ask, &arena, items, scores, &found, &error), MT_NOT_READY);
  drop(&b);
}

/* Opens what it can and asks what can be asked: nothing here may read outside, whatever the bytes say. */
static void try_sections(const built *b, const size_t lengths[4], const float *query) {
  mt_space space;
  mt_error error;
  if (mt_space_open(b->out.space, lengths[0], b->items, &space, &error) != MT_OK) return;
  if (mt_space_open_base(&space, b->out.base, lengths[1], &error) != MT_OK) return;
  for (uint32_t l = 0; l < 2; l++)
    if (mt_space_open_layer(&space, b->out.layers[l], lengths[2 + l], &error) != MT_OK) break;
  uint32_t items[50];
  float scores[50], x[MT_PADDED_MAX];
  for (uint32_t layers = 0; layers <= space.layer_count; layers++)
    for (int exhaustive = 0; exhaustive < 2; exhaustive++) {
      uint32_t found = nearest(&space, query, (mt_nearest_ask){7, 9, layers, NULL, exhaustive != 0}, items, scores);
      assert_true(found <= 7);
      for (uint32_t i = 0; i < found; i++) {
        assert_true(items[i] < b->items && scores[i] == scores[i]);
        for (uint32_t j = 0; j < i; j++) assert_int_not_equal(items[i], items[j]);
      }
    }
  for (uint32_t i = 0; i < b->items + 1; i++) mt_space_decode(&space, i, MT_ALL_LAYERS, x);
}

static void hostile_bytes(void **state) {
  (void)state;
  static const uint32_t last_layers[] = {4, MT_FLOAT_BITS};
  for (uint32_t metric = 0; metric < 3; metric++)
    for (int variant = 0; variant < 2; variant++) {
      mt_codes_config config = {
          .dim = 5, .metric = (mt_metric)metric, .layer_count = 2, .layer_bits = {2, last_layers[variant]}, .seed = 1};
      built b = build(&config, 35, SOME_ZERO, 4);
      unsigned char *sections[] = {b.out.space, b.out.base, b.out.layers[0], b.out.layers[1]};
      const size_t lengths[] = {b.sizes.space, b.sizes.base, b.sizes.layers[0], b.sizes.layers[1]};
      static const float query[] = {1, -0.5f, 0.25f, 2, 0.1f};
      for (int s = 0; s < 4; s++) {
        for (size_t at = 0; at < lengths[s]; at++) {
          static const unsigned char values[] = {0, 0x7f, 0xff};
          unsigned char kept = sections[s][at];
          for (size_t v = 0; v < sizeof values; v++) {
            sections[s][at] = values[v];
            try_sections(&b, lengths, query);
          }
          sections[s][at] = kept;
        }
        unsigned char *whole = sections[s];
        for (size_t length = 0; length < lengths[s]; length++) {
          size_t cut[4];
          memcpy(cut, lengths, sizeof cut);
          cut[s] = length;
          unsigned char *part = section(length + 1); /* a copy, so that reading past the cut is seen */
          memcpy(part, whole, length);
          unsigned char **slot = s == 0 ? &b.out.space : s == 1 ? &b.out.base : &b.out.layers[s - 2];
          *slot = part;
          mt_space space;
          mt_error error = {MT_OK, ""};
          mt_status status = mt_space_open(b.out.space, cut[0], b.items, &space, &error);
          if (status == MT_OK) status = mt_space_open_base(&space, b.out.base, cut[1], &error);
          for (uint32_t l = 0; l < 2 && status == MT_OK; l++)
            status = mt_space_open_layer(&space, b.out.layers[l], cut[2 + l], &error);
          assert_int_equal(status, MT_CORRUPT);
          assert_true(strlen(error.message) > 20);
          *slot = whole;
          free(part);
        }
      }
      drop(&b);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kernel_is_its_definition),
      cmocka_unit_test(sizes_dims_and_metrics),
      cmocka_unit_test(layer_combinations),
      cmocka_unit_test(layers_come_closer),
      cmocka_unit_test(bounds_end_the_scan_early),
      cmocka_unit_test(candidates_are_enough),
      cmocka_unit_test(training_is_seeded),
      cmocka_unit_test(exact_nearest_is_plain),
      cmocka_unit_test(refusals),
      cmocka_unit_test(hostile_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Content vectors, measures and the search for source weights, against known answers. */
#include "learn_help.h"

#include "base/rng.h"
#include "learn/content.h"
#include "learn/fusion.h"
#include "learn/measures.h"
#include "learn/ppmi.h"

/* -- content ------------------------------------------------------------------------------------------------------- */
/* A matrix made of known singular triples: U and V from a plane of sines (orthogonal), values 9, 4, 1. */
static void svd_finds_known_values(void **state) {
  (void)state;
  mt_error error = {0};
  enum { ROWS = 24, WIDTH = 15, RANK = 3 };
  const double known[RANK] = {9, 4, 1}, pi = 3.14159265358979323846;
  double u[ROWS][RANK], v[WIDTH][RANK];
  for (int j = 0; j < RANK; j++) {
    for (int i = 0; i < ROWS; i++) u[i][j] = sqrt(2.0 / (ROWS + 1)) * sin(pi * (i + 1) * (j + 1) / (ROWS + 1));
    for (int i = 0; i < WIDTH; i++) v[i][j] = sqrt(2.0 / (WIDTH + 1)) * sin(pi * (i + 1) * (j + 1) / (WIDTH + 1));
  }
  mt_lists x;
  ok(mt_lists_alloc(ROWS, WIDTH, ROWS * WIDTH, &x, &error), &error);
  for (uint32_t i = 0, e = 0; i < ROWS; i++, x.start[i] = e)
    for (uint32_t c = 0; c < WIDTH; c++, e++) {
      double cell = 0;
      for (int j = 0; j < RANK; j++) cell += known[j] * u[i][j] * v[c][j];
      x.items[e] = c;
      x.weights[e] = (float)cell;
    }
  for (uint32_t dims = 1; dims <= 6; dims++) {
    mt_svd svd = {dims, 4, 6, 7, NULL};
    float vectors[ROWS * 8], values[8];
    size_t stride = mt_round_up(dims, 4);
    ok(mt_svd_train(&svd, &x, vectors, values, &error), &error);
    for (uint32_t j = 0; j < dims; j++) near((double)values[j], j < RANK ? known[j] : 0, 2e-4);
    for (uint32_t a = 0; a < ROWS; a++)
      for (uint32_t b = 0; b < ROWS; b++) { /* (U S)(U S)ᵀ, which signs do not touch */
        double found = 0, expected = 0;
        for (size_t j = 0; j < stride; j++) found += (double)(vectors[a * stride + j] * vectors[b * stride + j]);
        for (uint32_t j = 0; j < RANK && j < dims; j++) expected += known[j] * known[j] * u[a][j] * u[b][j];
        near(found, expected, 1e-3);
      }
  }
  mt_lists_free(&x);
}

/* Rows around a few directions, some of them changed the next day. */
static void vectors_go_on_from_those_of_the_day_before(void **state) {
  (void)state;
  mt_error error = {0};
  enum { ROWS = 400, WIDTH = 60, EACH = 6, DIMS = 8 };
  mt_lists x;
  static float first[ROWS * DIMS], again[ROWS * DIMS], anew[ROWS * DIMS];
  ok(mt_lists_alloc(ROWS, WIDTH, ROWS * EACH, &x, &error), &error);
  mt_rng rng = mt_rng_seed(3);
  for (uint32_t i = 0, e = 0; i < ROWS; i++, x.start[i] = e)
    for (uint32_t c = 0; c < EACH; c++, e++) {
      x.items[e] = c * 10 + (mt_rng_unit(&rng) < 0.6f ? i % 3 : mt_rng_below(&rng, 10));
      x.weights[e] = 0.4f;
    }
  mt_svd cold = {DIMS, 8, 12, 7, NULL}, warm = {DIMS, 8, 12, 8, first};
  ok(mt_svd_train(&cold, &x, first, NULL, &error), &error);
  for (uint32_t i = 0; i < 4; i++) x.items[i * 100 * EACH] = 9; /* a hundredth of the rows says another thing */
  float values[DIMS], started[DIMS];
  ok(mt_svd_train(&cold, &x, anew, values, &error), &error);
  for (size_t i = 0; i < ROWS * DIMS; i++) first[i] *= 1 + 0.2f * mt_rng_normal(&rng); /* as codes have them */
  ok(mt_svd_train(&warm, &x, again, started, &error), &error);
  double explained = 0, at_best = 0;
  for (uint32_t d = 0; d < DIMS; d++) {
    explained += (double)(started[d] * started[d]), at_best += (double)(values[d] * values[d]);
    assert_true(d == 0 || started[d] <= started[d - 1]);
  }
  assert_true(explained > 0.98 * at_best && explained < 1.001 * at_best);

  /* from dimensions that are not there, and from nothing */
  for (uint32_t i = 0; i < ROWS; i++) first[i * DIMS + 3] = first[i * DIMS + 7] = 0;
  ok(mt_svd_train(&warm, &x, again, started, &error), &error);
  assert_true(started[DIMS - 1] > 0.8f * values[DIMS - 1]);
  memset(first, 0, sizeof first);
  ok(mt_svd_train(&warm, &x, again, started, &error), &error);
  explained = 0;
  for (uint32_t d = 0; d < DIMS; d++) explained += (double)(started[d] * started[d]);
  assert_true(explained > 0.95 * at_best);
  mt_lists_free(&x);
}

static void svd_of_nothing(void **state) {
  (void)state;
  mt_error error = {0};
  mt_lists x;
  mt_svd svd = {3, 4, 2, 1, NULL};
  float vectors[8] = {1, 1, 1, 1, 1, 1, 1, 1}, values[3];
  ok(mt_lists_alloc(2, 0, 0, &x, &error), &error);
  ok(mt_svd_train(&svd, &x, vectors, values, &error), &error);
  for (int i = 0; i < 8; i++) assert_true(vectors[i] == 0);
  x.width = 5; /* terms, but in no item */
  ok(mt_svd_train(&svd, &x, vectors, values, &error), &error);
  for (int i = 0; i < 8; i++) assert_true(vectors[i] == 0 && values[i % 3] == 0);
  svd.dims = 0;
  assert_int_equal(mt_svd_train(&svd, &x, vectors, values, &error), MT_INVALID);
  mt_lists_free(&x);
}

static void tfidf_by_hand(void **state) {
  (void)state;
  mt_error error = {0};
  uint32_t start[] = {0, 2, 4, 4}, items[] = {0, 1, 0, 2};
  float weights[] = {1, 1, 3, 1};
  mt_lists terms = {3, 3, start, items, weights};
  ok(mt_content_tfidf(&terms, 1, &error), &error); /* terms 1 and 2 are in one item each */
  const float expected[] = {1, 0, 1, 0};
  for (int i = 0; i < 4; i++) near((double)weights[i], (double)expected[i], 1e-6);
}

/* -- measures ------------------------------------------------------------------------------------------------------ */
static void measures_by_hand(void **state) {
  (void)state;
  mt_error error = {0};
  mt_gains gains;
  mt_measures sums = {0};
  const uint8_t first[] = {0, 1, 1, 1}, miss[] = {0};
  ok(mt_gains_start(3, &gains, &error), &error);
  mt_measures_add(&sums, &gains, first, 4, 4); /* hits at 2 and 3, of 4 held; the one at 4 stands beyond k */
  near(sums.recall, 0.5, 1e-12);
  near(sums.mrr, 0.5, 1e-12);
  near(sums.ndcg, (1 / log2(3) + 0.5) / (1 + 1 / log2(3) + 0.5), 1e-12);
  near(sums.hit_rate, 1, 0);
  mt_measures_add(&sums, &gains, miss, 1, 1);
  mt_measures_add(&sums, &gains, NULL, 0, 1); /* an empty list is a miss too */
  near(sums.recall, 0.5, 1e-12);
  near(sums.hit_rate, 1, 0);
  const uint8_t whole[] = {1, 1};
  mt_measures_add(&sums, &gains, whole, 2, 2); /* nothing better than all hits in front */
  near(sums.ndcg, 1 + (1 / log2(3) + 0.5) / (1 + 1 / log2(3) + 0.5), 1e-12);
  assert_int_equal(mt_gains_start(0, &gains, &error), MT_INVALID);
  assert_int_equal(mt_gains_start(1001, &gains, &error), MT_INVALID);
  assert_string_equal(error.message, "measures: found k = 1001, expected 1 to 1000");
}

/* -- ppmi ---------------------------------------------------------------------------------------------------------- */
static void ppmi_by_definition(void **state) {
  (void)state;
  enum { ITEMS = 9 };
  mt_error error = {0};
  mt_rng rng = mt_rng_seed(6);
  for (int turn = 0; turn < 20; turn++) {
    double n[ITEMS][ITEMS] = {0}, in[ITEMS] = {0}, out[ITEMS] = {0}, all = 0;
    mt_lists counts;
    ok(mt_lists_alloc(ITEMS, ITEMS, ITEMS * ITEMS, &counts, &error), &error);
    for (uint32_t i = 0, e = 0; i < ITEMS; counts.start[++i] = e)
      for (uint32_t j = 0; j < ITEMS; j++) {
        if (j == i || i == 4 || mt_rng_below(&rng, 3) == 0) continue; /* item 4 leads nowhere */
        n[i][j] = (double)(counts.weights[e] = (float)mt_rng_below(&rng, 5));
        counts.items[e++] = j;
      }
    for (uint32_t i = 0; i < ITEMS; i++)
      for (uint32_t j = 0; j < ITEMS; j++) {
        out[i] += n[i][j];
        in[j] += n[i][j];
      }
    for (uint32_t j = 0; j < ITEMS; j++) all += pow(in[j], 0.75);
    ok(mt_ppmi(&counts, &error), &error);
    for (uint32_t i = 0; i < ITEMS; i++) {
      double row[ITEMS] = {0}, squares = 0;
      for (uint32_t j = 0; j < ITEMS; j++) {
        double above = n[i][j] > 0 ? log((n[i][j] / out[i]) / (pow(in[j], 0.75) / all)) : 0;
        row[j] = above > 0 ? above : 0;
        squares += row[j] * row[j];
      }
      for (uint32_t e = counts.start[i]; e < counts.start[i + 1]; e++)
        near((double)counts.weights[e], squares > 0 ? row[counts.items[e]] / sqrt(squares) : 0, 1e-6);
    }
    mt_lists_free(&counts);
  }
}

/* -- fusion -------------------------------------------------------------------------------------------------------- */
/* Against lists that are sorted, of everybody and of each length. */
static void fusion_measures_as_measures_do(void **state) {
  (void)state;
  enum { ITEMS = 150 };
  mt_error error = {0};
  mt_rng rng = mt_rng_seed(2);
  for (uint32_t k = 1; k < 12; k += 3) {
    mt_fusion f, part;
    mt_gains gains;
    mt_measures m[MT_LENGTHS + 1] = {0};
    uint32_t people[MT_LENGTHS + 1] = {0};
    float expected[600], each[600];
    ok(mt_gains_start(k, &gains, &error), &error);
    const float weights[] = {1, 0.5f};
    ok(mt_fusion_start(2, k, &f, &error), &error);
    ok(mt_fusion_start(2, k, &part, &error), &error);
    for (int u = 0; u < 600; u++) {
      uint32_t items[ITEMS], held[ITEMS], n = 0, held_count = 0, outside = mt_rng_below(&rng, 2), length = mt_rng_below(&rng, 3);
      uint32_t among = 1 + mt_rng_below(&rng, 8);
      uint8_t hit[ITEMS];
      float score[2 * ITEMS], value[ITEMS];
      for (uint32_t i = ITEMS; i-- > 0;) {
        if (mt_rng_below(&rng, among) == 0) {
          items[n] = i;
          score[2 * n] = (float)mt_rng_below(&rng, 3); /* ties */
          score[2 * n + 1] = (float)mt_rng_below(&rng, 3);
          value[n] = score[2 * n] + 0.5f * score[2 * n + 1];
          n++;
        }
      }
      for (uint32_t i = 0; i < ITEMS; i++)
        if (mt_rng_below(&rng, ITEMS / 2) == 0) held[held_count++] = i;
      for (uint32_t c = 0; c < n; c++) {
        uint32_t place = 0;
        for (uint32_t o = 0; o < n; o++) place += value[o] > value[c] || (value[o] == value[c] && items[o] < items[c]);
        hit[place] = false;
        for (uint32_t h = 0; h < held_count; h++) hit[place] |= held[h] == items[c];
      }
      ok(mt_fusion_add(u < 400 ? &f : &part, length, items, score, n, held, held_count, outside, &error), &error);
      if (held_count + outside == 0) continue; /* nothing held: does not count */
      mt_measures own = {0};
      mt_measures_add(&own, &gains, hit, n, held_count + outside);
      expected[people[MT_EVERY_LENGTH]] = (float)(own.recall + own.ndcg);
      const uint32_t of[] = {length, MT_EVERY_LENGTH};
      for (int i = 0; i < 2; i++) {
        mt_measures_add(&m[of[i]], &gains, hit, n, held_count + outside);
        people[of[i]]++;
      }
    }
    ok(mt_fusion_join(&f, &part, &error), &error);
    mt_fusion_free(&part);
    for (uint32_t length = 0; length <= MT_EVERY_LENGTH; length++) {
      mt_fusion_value value;
      ok(mt_fusion_measure(&f, length, weights, &value, &error), &error);
      if (length < MT_LENGTHS) assert_int_equal(f.users[length], people[length]);
      near(value.recall, people[length] == 0 ? 0 : m[length].recall / people[length], 1e-12);
      near(value.ndcg, people[length] == 0 ? 0 : m[length].ndcg / people[length], 1e-12);
    }
    assert_true(f.kept < people[MT_EVERY_LENGTH]);
    ok(mt_fusion_each(&f, weights, each, &error), &error);
    assert_memory_equal(each, expected, people[MT_EVERY_LENGTH] * sizeof *each);
    mt_fusion_free(&f);
  }
}

/* Source 0 ranks hits first, source 1 is noise, source 2 ranks them last. */
static void fusion_search_finds_the_good_source(void **state) {
  (void)state;
  mt_error error = {0};
  mt_rng rng = mt_rng_seed(4);
  mt_fusion f;
  mt_fusion_value before, value, after;
  float weights[] = {0.1f, 1, 1}, score[60];
  uint32_t items[20];
  ok(mt_fusion_start(3, 2, &f, &error), &error);
  for (uint32_t u = 0; u < 400; u++) {
    uint32_t held = mt_rng_below(&rng, 20);
    for (uint32_t i = 0; i < 20; i++) {
      items[i] = i;
      score[3 * i] = i == held ? 1 : 0.5f * mt_rng_unit(&rng);
      score[3 * i + 1] = mt_rng_unit(&rng);
      score[3 * i + 2] = i == held ? 0 : mt_rng_unit(&rng);
    }
    ok(mt_fusion_add(&f, 1, items, score, 20, &held, 1, 0, &error), &error);
  }
  ok(mt_fusion_measure(&f, 1, weights, &before, &error), &error);
  ok(mt_fusion_search(&f, MT_EVERY_LENGTH, UINT32_MAX, 0.001f, weights, &value, &error), &error);
  ok(mt_fusion_measure(&f, MT_EVERY_LENGTH, weights, &after, &error), &error);
  assert_true(before.ndcg < 0.3 && value.ndcg > 0.99);
  near(after.ndcg, value.ndcg, 1e-9);
  near(after.recall, value.recall, 1e-9);
  assert_true(weights[0] == 1 && weights[2] == 0);
  mt_fusion_value even, odd;
  const float noise[] = {0, 1, 0};
  ok(mt_fusion_measure(&f, MT_EVERY_LENGTH, noise, &after, &error), &error);
  ok(mt_fusion_measure(&f, MT_EVEN_USERS, noise, &even, &error), &error);
  ok(mt_fusion_measure(&f, MT_ODD_USERS, noise, &odd, &error), &error);
  assert_true(even.ndcg != odd.ndcg);
  near((even.ndcg + odd.ndcg) / 2, after.ndcg, 1e-9);
  near((even.recall + odd.recall) / 2, after.recall, 1e-9);
  weights[1] = -1;
  assert_int_equal(mt_fusion_search(&f, 1, UINT32_MAX, 0.001f, weights, &value, &error), MT_INVALID);
  assert_int_equal(mt_fusion_add(&f, MT_LENGTHS, items, score, 20, items, 1, 0, &error), MT_INVALID);
  score[7] = (float)NAN;
  assert_int_equal(mt_fusion_add(&f, 1, items, score, 20, items, 1, 0, &error), MT_INVALID);
  assert_string_equal(error.message, "fusion: candidate 2: score 1 is not finite");
  assert_int_equal(f.users[1], 400);
  mt_fusion_free(&f);
  assert_int_equal(mt_fusion_start(0, 2, &f, &error), MT_INVALID);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(svd_finds_known_values),
      cmocka_unit_test(vectors_go_on_from_those_of_the_day_before), cmocka_unit_test(svd_of_nothing),
      cmocka_unit_test(tfidf_by_hand),
      cmocka_unit_test(measures_by_hand),
      cmocka_unit_test(ppmi_by_definition),
      cmocka_unit_test(fusion_measures_as_measures_do),
      cmocka_unit_test(fusion_search_finds_the_good_source),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

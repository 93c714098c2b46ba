/* Lists that are summed, by hand; the neighbour clusters source against plain sums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue.h"
#include "recall/clusters.h"

#define ITEMS 60u
#define CLUSTERS 12u

typedef struct plain {
  float members[ITEMS][CLUSTERS], met[CLUSTERS][ITEMS]; /* 0: no entry */
  unsigned char *bytes[2];
  mt_recall_clusters clusters;
  mt_sparse sums;
  mt_sparse_slot slots[1024];
} plain;

/* Random lists of floats, exact, so that only the order of sums can differ. */
static void fill(mt_rng *rng, float *weights, uint32_t keys, uint32_t width, mt_key_kind kind, unsigned char **bytes_ret,
                 mt_postings *postings) {
  uint32_t start[ITEMS + 1] = {0}, items[ITEMS * CLUSTERS], count = 0;
  float entries[ITEMS * CLUSTERS];
  for (uint32_t key = 0; key < keys; key++) {
    for (uint32_t item = 0; item < width; item++) {
      if (mt_rng_below(rng, 3) != 0) continue;
      items[count] = item;
      weights[key * width + item] = entries[count++] = 0.1f + mt_rng_unit(rng);
    }
    start[key + 1] = count;
  }
  *bytes_ret = exact_memory(mt_postings_bound(keys, count));
  size_t length = mt_postings_encode(keys, start, items, entries, kind, 0, 32, *bytes_ret);
  assert_int_equal(mt_postings_open(*bytes_ret, length, ITEMS, postings, NULL), MT_OK);
}

static plain *make(uint64_t seed) {
  plain *p = calloc(1, sizeof *p);
  mt_rng rng = mt_rng_seed(seed);
  fill(&rng, &p->members[0][0], ITEMS, CLUSTERS, MT_KEY_ITEM, &p->bytes[0], &p->clusters.members.postings);
  fill(&rng, &p->met[0][0], CLUSTERS, ITEMS, MT_KEY_CLUSTER, &p->bytes[1], &p->clusters.met.postings);
  p->sums = (mt_sparse){p->slots, 1024, 0, 0, 0};
  return p;
}
static void drop(plain *p) { free(p->bytes[0]), free(p->bytes[1]), free(p); }

/* Of marked lists a repeated item counts once, where it is newest, and what is marked is taken off. */
static void marked_entries_hold_back(void **state) {
  (void)state;
  const uint32_t start[] = {0, 2, 4, 4, 4}, items[] = {1, 2, 2, 3};
  const float weights[] = {0.5f, 0.25f, 1, 2};
  const unsigned char marks[] = {0, 1, 0, 1};
  unsigned char *bytes = exact_memory(mt_postings_bound(4, 4) + 4);
  for (int marked = 0; marked < 2; marked++) {
    size_t length = mt_postings_encode_marked(4, start, items, weights, marks, MT_KEY_ITEM, 0, 32, (uint32_t)marked, 0, bytes);
    mt_recall_lists lists = {.attribute = NULL};
    assert_int_equal(mt_postings_open(bytes, length, 4, &lists.postings, NULL), MT_OK);
    mt_event events[] = {{0, 1, (double)NAN, 0}, {1, 1, (double)NAN, 0}, {0, 1, (double)NAN, 0}};
    mt_history history = {events, 3, (double)NAN, (double)NAN};
    mt_source source = {.decay = 0.5f}; /* from the newest: item 0 counts 1, item 1 a half, item 0 again a quarter */
    mt_sparse_slot slots[64];
    mt_sparse sums = {slots, 64, 0, 0, 0};
    const float expected[2][4] = {{0, 0.625f, 0.8125f, 1}, {0, 0.5f, 0.25f, -1}};
    assert_true(mt_recall_sum(&lists, &source, &history, &sums));
    for (uint32_t i = 0; i < 4; i++) assert_true(mt_sparse_get(&sums, i) == expected[marked][i]);
  }
  free(bytes);
}

/* Of more values than are gathered at a time and than the table has room for, those of the newest events are summed. */
static void what_is_left_out_of_values_is_the_oldest(void **state) {
  (void)state;
  enum { VALUES = 300, SLOTS = 64, ROOM = 48 };
  char text[4 * VALUES + 1];
  uint32_t value_start[VALUES + 1], start[VALUES + 1], set_start[VALUES + 2] = {0}, set[VALUES], own[VALUES];
  float weights[VALUES];
  mt_event events[VALUES];
  for (uint32_t v = 0; v <= VALUES; v++) value_start[v] = 4 * v, start[v] = v, set_start[v + 1] = v;
  for (uint32_t v = 0; v < VALUES; v++) {
    snprintf(text + 4 * (size_t)v, 5, "v%03u", v);
    own[v] = v, set[v] = v + 1, weights[v] = 1;
    events[v] = (mt_event){.item = v, .weight = 1, .at = (double)NAN};
  }
  const uint32_t values = VALUES;
  size_t size = mt_attribute_encode_categories("tag", 3, false, text, value_start, VALUES, &values, 1, set_start, own, VALUES + 1, set, VALUES, NULL);
  unsigned char *tags = exact_memory(size), *bytes = exact_memory(mt_postings_bound(VALUES, VALUES));
  memset(tags, 0, size);
  mt_attribute_encode_categories("tag", 3, false, text, value_start, VALUES, &values, 1, set_start, own, VALUES + 1, set, VALUES, tags);
  size_t length = mt_postings_encode(VALUES, start, own, weights, MT_KEY_VALUE, 0, 32, bytes);
  mt_attribute attribute;
  mt_recall_lists lists = {.attribute = &attribute};
  assert_int_equal(mt_attribute_open(tags, size, VALUES, &attribute, NULL), MT_OK);
  assert_int_equal(mt_postings_open(bytes, length, VALUES, &lists.postings, NULL), MT_OK);
  mt_history history = {events, VALUES, (double)NAN, (double)NAN};
  mt_source source = {.decay = 1};
  mt_sparse_slot slots[SLOTS];
  mt_sparse sums = {slots, SLOTS, 0, 0, 0};
  assert_false(mt_recall_sum(&lists, &source, &history, &sums));
  for (uint32_t i = 0; i < VALUES; i++) assert_true(mt_sparse_get(&sums, i) == (i >= VALUES - ROOM ? 1.0f : 0.0f));
  free(tags), free(bytes);
}

static void the_nearest_clusters_say_what_they_met(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed < 30; seed++) {
    plain *p = make(seed);
    mt_rng rng = mt_rng_seed(seed);
    mt_source source = {.decay = 0.75f};
    mt_event events[5];
    mt_history history = {events, (uint32_t)(seed % 6), (double)NAN, (double)NAN};
    float near[CLUSTERS] = {0}, fading = 1, expected[ITEMS] = {0}, through[5][ITEMS] = {{0}};
    for (uint32_t e = history.count; e-- > 0; fading *= 0.75f) {
      events[e] = (mt_event){.item = mt_rng_below(&rng, ITEMS), .weight = 1, .at = (double)NAN};
      for (uint32_t c = 0; c < CLUSTERS; c++) near[c] += fading * p->members[events[e].item][c];
    }
    bool heard[CLUSTERS];
    for (uint32_t c = 0; c < CLUSTERS; c++) {
      uint32_t before = 0;
      for (uint32_t other = 0; other < CLUSTERS; other++) before += near[other] > near[c];
      heard[c] = near[c] > 0 && before < MT_CLUSTERS_HEARD;
    }
    fading = 1;
    for (uint32_t c = 0; c < CLUSTERS; c++)
      for (uint32_t i = 0; i < ITEMS && heard[c]; i++) expected[i] += near[c] * p->met[c][i];
    for (uint32_t e = history.count; e-- > 0; fading *= 0.75f)
      for (uint32_t c = 0; c < CLUSTERS; c++)
        for (uint32_t i = 0; i < ITEMS && heard[c]; i++) through[e][i] += fading * p->members[events[e].item][c] * p->met[c][i];
    assert_true(mt_clusters_sum(&p->clusters, &source, &history, &p->sums));
    for (uint32_t i = 0; i < ITEMS; i++) assert_true(fabsf(mt_sparse_get(&p->sums, i) - expected[i]) <= 1e-4f);

    /* each event's share, and together they are the sum */
    mt_index_slot slots[256];
    mt_index picks = {slots, 255};
    mt_index_reset(&picks);
    for (uint32_t i = 0; i < ITEMS; i++) mt_index_put(&picks, i, i);
    fading = 1;
    for (uint32_t e = history.count; e-- > 0; fading *= 0.75f) {
      float share[ITEMS] = {0};
      uint32_t cost = 0;
      mt_clusters_share(&p->clusters, events[e].item, fading, &picks, share, &cost);
      for (uint32_t i = 0; i < ITEMS; i++) assert_true(fabsf(share[i] - through[e][i]) <= 1e-4f);
      assert_true(cost > 0);
    }
    drop(p);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(marked_entries_hold_back),
      cmocka_unit_test(what_is_left_out_of_values_is_the_oldest),
      cmocka_unit_test(the_nearest_clusters_say_what_they_met)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The beam source against brute force: a beam that holds a level finds what scoring every item finds, a narrow one what the same
 * search finds when it is written plainly, and a filter that leaves few items loses none of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bundle/write.h"
#include "nodes.h"
#include "recall/bitmap.h"
#include "recall/source.h"

#define MOST 400u

typedef struct world {
  unsigned char *section, *bytes;
  void *memory;
  mt_bundle bundle;
  mt_nodes nodes; /* its view of the section, for brute force */
  mt_source source;
  mt_source_work work;
  mt_best best;
  uint32_t events;
  mt_event event[8];
  float person[NODES_WIDTH];
} world;

static world *world_of(uint64_t seed, uint32_t items, uint32_t leaves, uint32_t arity, uint32_t beam) {
  world *w = calloc(1, sizeof *w);
  mt_error error = {0};
  size_t length, whole;
  w->section = nodes_section(seed, items, leaves, arity, beam, &length);
  const mt_draft draft = {MT_SECTION_NODES, 0, 0, true, "tdm", w->section, length};
  assert_int_equal(mt_bundle_size(&draft, 1, &whole, NULL), MT_OK);
  w->bytes = exact_memory(whole);
  mt_bundle_write(&draft, 1, items, w->bytes);
  assert_int_equal(mt_bundle_open(w->bytes, whole, whole, &w->bundle, &error), MT_OK);
  assert_int_equal(mt_nodes_open(w->section, length, items, &w->nodes, &error), MT_OK);
  w->source = (mt_source){.name = "tdm", .kind = MT_SOURCE_BEAM, .decay = 1};
  const mt_source_view view = {.bundle = &w->bundle};
  assert_int_equal(mt_source_open(&w->source, &view, &w->work, &error), MT_OK);
  mt_arena arena = mt_arena_measure(), none = mt_arena_measure();
  mt_source_reserve(&arena, &w->source, &view, &w->work);
  mt_best_reserve(&arena, MOST, &none, &w->best);
  w->memory = exact_memory(arena.used);
  arena = mt_arena_over(w->memory, arena.used);
  mt_source_reserve(&arena, &w->source, &view, &w->work);
  mt_best_reserve(&arena, MOST, &none, &w->best);
  assert_false(arena.full);
  return w;
}
static void drop_world(world *w) { free(w->section), free(w->bytes), free(w->memory), free(w); }

static float number_at(const world *w, uint32_t row, uint32_t d) { return w->nodes.scales[row] * (float)w->nodes.vectors[(size_t)row * NODES_WIDTH + d]; }

/* Tells it a history; person[] is the sum of the newest vectors that count. */
static bool tell(world *w, mt_rng *rng, uint32_t events) {
  uint32_t counted = 0;
  memset(w->person, 0, sizeof w->person);
  for (uint32_t e = 0; e < events; e++)
    w->event[e] = (mt_event){mt_rng_below(rng, w->nodes.items), e % 3 == 1 ? -1 : 1, (double)NAN, MT_UNNAMED};
  for (uint32_t e = events; e-- > 0 && counted < NODES_LENGTH;)
    if (w->event[e].weight > 0) {
      counted++;
      for (uint32_t d = 0; d < NODES_WIDTH; d++) w->person[d] += number_at(w, w->event[e].item, d);
    }
  const mt_history history = {w->event, events, (double)NAN, (double)NAN};
  const mt_inputs inputs = {.history = &history};
  mt_reading reading;
  assert_int_equal(mt_source_weigh(&w->work, &w->source, &inputs, &reading, NULL), MT_OK);
  assert_true(reading.whole && reading.speaks == (counted > 0));
  return reading.speaks;
}

static double plain_score(const world *w, uint32_t row) {
  double sum = 0;
  for (uint32_t d = 0; d < NODES_WIDTH; d++) sum += (double)w->person[d] * (double)number_at(w, row, d);
  return sum;
}

static uint32_t item_at(const world *w, uint32_t leaf) { return mt_load_u32(w->nodes.order + 4 * (size_t)leaf); }

static bool is_open(const world *w, uint32_t level, uint32_t place, const uint8_t *bitmap) {
  uint32_t span = 1;
  for (uint32_t l = 0; l < level; l++) span *= w->nodes.arity;
  for (uint32_t leaf = place * span; leaf < (place + 1) * span && leaf < w->nodes.leaves; leaf++)
    if (mt_bitmap_has(bitmap, item_at(w, leaf))) return true;
  return false;
}

static uint32_t row_at(const world *w, uint32_t level, uint32_t place) {
  uint32_t first;
  (void)mt_nodes_count(&w->nodes, level, &first);
  return level == 0 ? item_at(w, place) : first + place;
}

/* The search written plainly; returns how many leaves it ends with, the best first. */
static uint32_t plain_search(const world *w, const uint8_t *bitmap, uint32_t *items) {
  static uint32_t front[MOST], next[MOST];
  uint32_t first, count = 0;
  for (uint32_t level = w->nodes.levels + 1; level-- > 0;) {
    uint32_t places = mt_nodes_count(&w->nodes, level, &first), found = 0;
    uint32_t above = level == w->nodes.levels ? 1 : count;
    for (uint32_t i = 0; i < above; i++) {
      uint32_t from = level == w->nodes.levels ? 0 : front[i] * w->nodes.arity, to = level == w->nodes.levels ? places : from + w->nodes.arity;
      for (uint32_t place = from; place < to && place < places; place++)
        if (found < w->nodes.beam && is_open(w, level, place, bitmap)) next[found++] = place;
    }
    for (uint32_t i = 0; i < found; i++) { /* insertion: the best first, ties by row */
      uint32_t place = next[i], at = i;
      for (; at > 0; at--) {
        double own = plain_score(w, row_at(w, level, place)), other = plain_score(w, row_at(w, level, front[at - 1]));
        if (!(own > other || (own == other && row_at(w, level, place) < row_at(w, level, front[at - 1])))) break;
        front[at] = front[at - 1];
      }
      front[at] = place;
    }
    count = found;
  }
  for (uint32_t i = 0; i < count; i++) items[i] = item_at(w, front[i]);
  return count;
}

static void searches_as_written_plainly(void **state) {
  (void)state;
  static const struct { uint32_t items, leaves, arity, beam; } TREES[] = {
      {1, 1, 2, 1}, {9, 9, 2, 3}, {60, 50, 3, 60}, {333, 333, 8, 48}, {333, 301, 4, 399}, {380, 380, 2, 16}, {200, 7, 5, 6}};
  mt_rng rng = mt_rng_seed(3);
  for (uint32_t t = 0; t < sizeof TREES / sizeof *TREES; t++) {
    world *w = world_of(t, TREES[t].items, TREES[t].leaves, TREES[t].arity, TREES[t].beam);
    for (uint32_t ask = 0; ask < 30; ask++) {
      uint8_t bitmap[MOST / 8 + 8] = {0};
      uint32_t items[MOST], one_in = 1 + ask % 5 * 4;
      for (uint32_t i = 0; i < w->nodes.items; i++)
        if (mt_rng_below(&rng, one_in) == 0) mt_bitmap_set(bitmap, i);
      if (!tell(w, &rng, ask % 8)) continue;
      uint32_t found = plain_search(w, bitmap, items), k = ask % 2 == 0 ? MOST : 4;
      assert_int_equal(mt_source_best(&w->work, k, bitmap, &w->best, NULL), MT_OK);
      assert_int_equal(w->best.count, found < k ? found : k);
      for (uint32_t i = 0; i < w->best.count; i++) {
        double score = plain_score(w, mt_topk_item(w->best.keys[i]));
        assert_true(fabs((double)mt_topk_score(w->best.keys[i]) - score) < 1e-4); /* ties within rounding may turn */
        assert_true(fabs(plain_score(w, items[i]) - score) < 1e-4);
        assert_true(fabs((double)mt_source_score(&w->work, mt_topk_item(w->best.keys[i]), NAN) - score) < 1e-4);
      }
    }
    drop_world(w);
  }
}

static void a_filter_that_leaves_few_loses_none(void **state) {
  (void)state;
  world *w = world_of(5, 380, 380, 4, 20);
  mt_rng rng = mt_rng_seed(8);
  for (uint32_t ask = 0; ask < 50; ask++) {
    uint8_t bitmap[MOST / 8 + 8] = {0};
    uint32_t left = 0;
    while (left < 1 + ask % 20) {
      uint32_t item = mt_rng_below(&rng, 380);
      if (!mt_bitmap_has(bitmap, item)) mt_bitmap_set(bitmap, item), left++;
    }
    assert_true(tell(w, &rng, 5));
    assert_int_equal(mt_source_best(&w->work, MOST, bitmap, &w->best, NULL), MT_OK);
    assert_int_equal(w->best.count, left);
  }
  drop_world(w);
}

static void an_item_without_a_vector_is_not_known(void **state) {
  (void)state;
  world *w = world_of(6, 30, 20, 4, 8);
  mt_rng rng = mt_rng_seed(1);
  assert_true(tell(w, &rng, 1));
  uint32_t item = w->event[0].item;
  unsigned char *scale = w->bytes + ((const unsigned char *)w->nodes.scales - w->section) + 128; /* behind header and directory */
  memset(scale + 4 * (size_t)item, 0, 4);
  const mt_history history = {w->event, 1, (double)NAN, (double)NAN};
  const mt_inputs inputs = {.history = &history};
  mt_reading reading;
  assert_int_equal(mt_source_weigh(&w->work, &w->source, &inputs, &reading, NULL), MT_OK);
  assert_false(reading.speaks);
  assert_true(mt_source_score(&w->work, item, 7) == 7);
  drop_world(w);
}

/* Whatever the bytes say, a search ends, and what it finds are items that are allowed. */
static void search_whatever(unsigned char *bytes, size_t length, uint32_t items) {
  mt_nodes nodes;
  if (mt_nodes_open(bytes, length, items, &nodes, NULL) != MT_OK) return;
  size_t whole;
  const mt_draft draft = {MT_SECTION_NODES, 0, 0, true, "tdm", bytes, length};
  world w = {.source = {.kind = MT_SOURCE_BEAM, .decay = 1}};
  assert_int_equal(mt_bundle_size(&draft, 1, &whole, NULL), MT_OK);
  w.bytes = exact_memory(whole);
  mt_bundle_write(&draft, 1, items, w.bytes);
  assert_int_equal(mt_bundle_open(w.bytes, whole, whole, &w.bundle, NULL), MT_OK);
  const mt_source_view view = {.bundle = &w.bundle};
  assert_int_equal(mt_source_open(&w.source, &view, &w.work, NULL), MT_OK);
  mt_arena arena = mt_arena_measure(), none = mt_arena_measure();
  mt_source_reserve(&arena, &w.source, &view, &w.work);
  mt_best_reserve(&arena, MOST, &none, &w.best);
  w.memory = exact_memory(arena.used);
  arena = mt_arena_over(w.memory, arena.used);
  mt_source_reserve(&arena, &w.source, &view, &w.work);
  mt_best_reserve(&arena, MOST, &none, &w.best);
  for (uint32_t e = 0; e < 4; e++) w.event[e] = (mt_event){e * 7 % items, 1, (double)NAN, MT_UNNAMED};
  const mt_history history = {w.event, 4, (double)NAN, (double)NAN};
  const mt_inputs inputs = {.history = &history};
  mt_reading reading;
  uint8_t bitmap[MOST / 8 + 8];
  mt_bitmap_fill(bitmap, items);
  mt_bitmap_clear(bitmap, 3);
  if (mt_source_weigh(&w.work, &w.source, &inputs, &reading, NULL) == MT_OK && reading.speaks &&
      mt_source_best(&w.work, MOST, bitmap, &w.best, NULL) == MT_OK)
    for (size_t i = 0; i < w.best.count; i++) {
      uint32_t item = mt_topk_item(w.best.keys[i]);
      assert_true(item < items && item != 3);
      (void)mt_source_score(&w.work, item, 0);
    }
  free(w.bytes), free(w.memory);
}

static void hostile_bytes_end(void **state) {
  (void)state;
  size_t length;
  unsigned char *bytes = nodes_section(1, 40, 37, 3, 6, &length);
  search_whatever(bytes, length, 40);
  mt_rng rng = mt_rng_seed(2);
  for (uint32_t round = 0; round < 4000; round++) {
    size_t at = round < 512 ? round / 2 : mt_rng_below(&rng, (uint32_t)length);
    unsigned char was = bytes[at];
    bytes[at] = (unsigned char)(round % 2 == 0 ? was ^ 1u << mt_rng_below(&rng, 8) : mt_rng_below(&rng, 256));
    search_whatever(bytes, length, 40);
    bytes[at] = was;
  }
  mt_nodes nodes;
  mt_error error;
  assert_int_equal(mt_nodes_open(bytes, length - 1, 40, &nodes, &error), MT_CORRUPT);
  assert_int_equal(mt_nodes_open(bytes, length, 41, &nodes, &error), MT_CORRUPT);
  assert_string_equal(error.message, "nodes: items: found 40, expected 41");
  mt_store_u32(bytes + 20, 1);
  assert_int_equal(mt_nodes_open(bytes, length, 40, &nodes, &error), MT_CORRUPT);
  assert_string_equal(error.message, "nodes: nodes at the top: found 5, expected 1");
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(searches_as_written_plainly),
      cmocka_unit_test(a_filter_that_leaves_few_loses_none),
      cmocka_unit_test(an_item_without_a_vector_is_not_known),
      cmocka_unit_test(hostile_bytes_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* An imported tower in a bundle: what its inputs are fed with, what it recalls, and that its golden pairs come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "funnel/state.h"
#include "funnel/replay.h"
#include "session.h"
#include "tape.h"

#define SHOWN 4u
#define DIM 6u

/* Inputs of the tower, in order. Its query is the sum of the table's rows, times (1 + 0 · the other inputs). */
enum { IDS, TABLE, WORTHS, AGES, TYPES, LENGTH, CONSTANT, TIMES, REST, INPUTS };
#define PLAIN_FLOATS (SHOWN * 6 + 2) /* of all but the table */

typedef struct imported {
  catalogue c;
  tape *t;
  size_t length;
  unsigned char *bundle;
  session s;
} imported;

static void add(imported *m, mt_section_kind kind, const char *name, const void *bytes, size_t length) {
  unsigned char *copy = own(&m->c, length);
  memcpy(copy, bytes, length);
  add_section(&m->c, kind, 0, 0, name, copy, length);
}

/* Numbers: item i is i + 1, but every fifth item is not known. */
static uint32_t number_of(uint32_t item) { return item % 5 == 4 ? 255 : item + 1; }

static void add_binding(imported *m, uint32_t side, float least_weight) {
  struct {
    uint32_t inputs, numbers, values;
    float least_weight;
    unsigned char zero[48];
    mt_feed feeds[INPUTS];
    uint32_t list[3];
  } binding = {.inputs = INPUTS, .values = 3, .least_weight = least_weight, .list = {11, 12, 13}};
  static const uint32_t KINDS[INPUTS] = {MT_FEED_HISTORY_IDS,   MT_FEED_HISTORY_TABLE,  MT_FEED_HISTORY_WORTHS, MT_FEED_HISTORY_AGES,
                                         MT_FEED_HISTORY_TYPES, MT_FEED_HISTORY_LENGTH, MT_FEED_CONSTANT,       MT_FEED_HISTORY_TIMES,
                                         MT_FEED_HISTORY_TIMES};
  for (uint32_t i = 0; i < INPUTS; i++)
    binding.feeds[i] = (mt_feed){.kind = KINDS[i], .side = side, .scale = 1, .pad = i == CONSTANT ? 2.5f : 0, .unknown = -1};
  binding.feeds[TYPES].count = 3;
  binding.feeds[LENGTH].positions = 3;
  binding.feeds[TIMES].part = MT_PART_WHOLE, binding.feeds[REST].part = MT_PART_REST;
  for (uint32_t i = TIMES; i <= REST; i++) binding.feeds[i].scale = 1e7f, binding.feeds[i].shift = 3.75f;
  add(m, MT_SECTION_BINDING, "tower", &binding, sizeof binding);
  unsigned char numbers[MT_NUMBERS_HEAD + 64 + 4] = {0};
  mt_store_u32(numbers + 4, m->c.items), mt_store_u32(numbers + 8, 1), mt_store_u32(numbers + 16, 200);
  for (uint32_t i = 0; i < m->c.items; i++) numbers[MT_NUMBERS_HEAD + i] = (unsigned char)number_of(i);
  add(m, MT_SECTION_NUMBERS, "tower", numbers, MT_NUMBERS_HEAD + m->c.items + 4);
}

/* A tower whose query is the sum of the rows of its table. */
static void add_program(imported *m) {
  tape *t = m->t = tape_start(1);
  const uint32_t none = MT_NO_VIEW, fresh = UINT32_MAX, plain = MT_NO_ROWS, shown = SHOWN, one = 1;
  float padding[DIM] = {1, 0, 0, 0, 0, 0};
  uint32_t view[INPUTS];
  view[IDS] = tape_scratch(t, fresh, 1, &shown, plain);
  view[TABLE] = tape_scratch(t, fresh, 2, (uint32_t[]){SHOWN, DIM}, plain);
  view[WORTHS] = tape_scratch(t, fresh, 1, &shown, plain);
  view[AGES] = tape_scratch(t, fresh, 1, &shown, plain);
  view[TYPES] = tape_scratch(t, fresh, 1, &shown, plain);
  view[LENGTH] = tape_scratch(t, fresh, 1, &one, plain);
  view[CONSTANT] = tape_scratch(t, fresh, 1, &one, plain);
  view[TIMES] = tape_scratch(t, fresh, 1, &shown, plain);
  view[REST] = tape_scratch(t, fresh, 1, &shown, plain);
  tape_constant(t, 1, (uint32_t[]){DIM}, padding);
  mt_view turned = t->view[view[TABLE]];
  turned.dims[0] = DIM, turned.dims[1] = SHOWN, turned.strides[0] = 1, turned.strides[1] = DIM;
  uint32_t out = tape_scratch(t, fresh, 1, (uint32_t[]){DIM}, plain);
  tape_op(t, MT_OP_REDUCE, MT_REDUCE_SUM, out, tape_add(t, turned), none, none)->m = 1;
  for (uint32_t i = 0; i < INPUTS; i++) tape_port(t, view[i], true);
  tape_port(t, out, false);
  t->port[IDS].element = MT_ELEMENT_INT;
  t->port[TABLE].role = MT_PORT_TABLE, t->port[TABLE].ids = IDS, t->port[TABLE].padding = 0, t->port[TABLE].table_rows = 200;
  t->request_ops = 1;
  size_t length;
  unsigned char *bytes = tape_write(t, &length);
  add(m, MT_SECTION_PROGRAM, "tower", bytes, length);
  free(bytes);
}

static void add_golden(imported *m, float error) {
  float pair[16 + PLAIN_FLOATS + DIM] = {0}; /* head; ids, worths, ages, types, length, constant, times; output */
  uint32_t head[3] = {1, PLAIN_FLOATS, DIM};
  memcpy(pair, head, sizeof head);
  pair[3] = 0.25f;
  float *ids = pair + 16, *out = ids + PLAIN_FLOATS;
  ids[1] = 1, ids[2] = 3, ids[3] = 1; /* items 0, 2, 0 after one padding */
  for (uint32_t d = 0; d < DIM; d++) out[d] = 2 * m->c.rows[0][d] + m->c.rows[0][2 * DIM + d] + (d == 0 ? 1 + error : 0);
  add(m, MT_SECTION_GOLDEN, "tower", pair, sizeof pair);
}

static void open_imported(imported *m, uint32_t side, float least_weight, float error) {
  shape shape = {.seed = 4, .items = 40, .weight_bits = 8, .longest = 8, .norm_rank = 1, .quota = 40};
  shape.space[0] = (shape_space){DIM, MT_INNER_PRODUCT, MT_TOWER_POOLED, 1, {MT_FLOAT_BITS}};
  m->c = make_catalogue(&shape);
  for (uint32_t i = 0; i < m->c.sections; i++) {
    if (m->c.drafts[i].kind != MT_SECTION_TOWER) continue;
    mt_tower tower = {.kind = MT_TOWER_PROGRAM, .stride = m->c.tower[0].stride};
    unsigned char *bytes = own(&m->c, mt_tower_bytes(MT_TOWER_PROGRAM, tower.stride));
    mt_tower_encode(&tower, bytes);
    m->c.drafts[i].bytes = bytes;
    m->c.drafts[i].length = mt_tower_bytes(MT_TOWER_PROGRAM, tower.stride);
  }
  add_program(m);
  add_binding(m, side, least_weight);
  add_golden(m, error);
  CHECK(mt_bundle_size(m->c.drafts, m->c.sections, &m->length, NULL) == MT_OK);
  m->bundle = own(&m->c, m->length);
  mt_bundle_write(m->c.drafts, m->c.sections, m->c.items, m->bundle);
  m->s = open_session(m->bundle, m->length, 0);
}

static void close_imported(imported *m) {
  drop_session(&m->s);
  tape_drop(m->t);
  drop_catalogue(&m->c);
}

static uint32_t vector_source(const mt_recommender *rec) {
  for (uint32_t s = 0; s < rec->policy.sources; s++)
    if (rec->policy.source[s].kind == MT_SOURCE_VECTORS) return s;
  abort();
}

static const float *input(const mt_recommender *rec, uint32_t i) { return mt_run_port(&rec->model[0].run, i); }

static void equal_floats(const float *found, const float *expected, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (found[i] != expected[i]) fail_msg("number %zu: found %g, expected %g", i, (double)found[i], (double)expected[i]);
}

/* -- tests -- */

static void inputs_are_fed(void **state) {
  (void)state;
  imported m;
  open_imported(&m, MT_PAD_LEFT, 0.0f, 0);
  mt_recommender *rec = m.s.rec;
  const mt_slate *slate;
  mt_begin(rec);
  mt_set_now(rec, 100);
  mt_add_event(rec, 7, 1, 10);
  mt_add_event(rec, 4, 1, 20);     /* the program does not know it */
  mt_add_event(rec, 2, -1, 30);    /* a dislike */
  mt_add_event(rec, 3, 0.5f, NAN);
  mt_add_event(rec, 0, 2, 130);    /* later than now */
  assert_int_equal(mt_recommend(rec, 10, true, &slate, NULL), MT_OK);
  equal_floats(input(rec, IDS), (float[]){0, 8, 4, 1}, 4);
  equal_floats(input(rec, WORTHS), (float[]){0, 1, 0.5f, 2}, 4);
  equal_floats(input(rec, AGES), (float[]){0, 90, -1, 0}, 4);
  equal_floats(input(rec, TYPES), (float[]){0, -1, -1, -1}, 4);
  equal_floats(input(rec, LENGTH), (float[]){3}, 1);
  equal_floats(input(rec, CONSTANT), (float[]){2.5f}, 1);
  equal_floats(input(rec, TIMES), (float[]){0, 100000000, -1, 1300000000}, 4); /* and 3 each, which float32 rounds away */
  equal_floats(input(rec, REST), (float[]){0, 3, -1, 3}, 4);
  equal_floats(input(rec, TABLE), (float[]){1, 0, 0, 0, 0, 0}, DIM); /* the row of the padding */
  equal_floats(input(rec, TABLE) + DIM, m.c.rows[0] + 7 * DIM, DIM);
  equal_floats(input(rec, TABLE) + 3 * DIM, m.c.rows[0], DIM);

  uint32_t s = vector_source(rec); /* scores are <sum of rows, item> */
  for (uint32_t p = 0; p < slate->count - slate->filled; p++) {
    double score = 0;
    for (uint32_t d = 0; d < DIM; d++) {
      double q = (d == 0) + (double)m.c.rows[0][7 * DIM + d] + (double)m.c.rows[0][3 * DIM + d] + (double)m.c.rows[0][d];
      score += q * (double)m.c.rows[0][slate->picks[p].item * DIM + d];
    }
    assert_true(fabs(score - (double)slate->picks[p].scores[s]) < 1e-4);
  }
  assert_true(slate->recalled[s] > 0);
  close_imported(&m);
}

static void sides_and_long_histories(void **state) {
  (void)state;
  for (uint32_t side = MT_PAD_LEFT; side < MT_FEED_SIDES_END; side++) {
    imported m;
    open_imported(&m, side, -INFINITY, 0);
    const mt_slate *slate;
    mt_begin(m.s.rec);
    mt_add_event(m.s.rec, 1, 1, NAN);
    mt_add_event(m.s.rec, 2, -1, NAN);
    assert_int_equal(mt_recommend(m.s.rec, 5, false, &slate, NULL), MT_OK);
    static const float FEW[][4] = {{0, 0, 2, 3}, {2, 3, 0, 0}, {3, 2, 0, 0}};
    equal_floats(input(m.s.rec, IDS), FEW[side], 4);
    for (uint32_t i = 5; i < 9; i++) mt_add_event(m.s.rec, i, 1, NAN);
    assert_int_equal(mt_recommend(m.s.rec, 5, false, &slate, NULL), MT_OK);
    static const float MANY[][4] = {{6, 7, 8, 9}, {6, 7, 8, 9}, {9, 8, 7, 6}};
    equal_floats(input(m.s.rec, IDS), MANY[side], 4);
    close_imported(&m);
  }
}

static void nothing_to_show_is_no_query(void **state) {
  (void)state;
  imported m;
  open_imported(&m, MT_PAD_LEFT, 0.0f, 0);
  const mt_slate *slate;
  for (int with = 0; with < 2; with++) {
    mt_begin(m.s.rec);
    if (with == 1) mt_add_event(m.s.rec, 4, 1, NAN); /* not known to the program */
    assert_int_equal(mt_recommend(m.s.rec, 10, true, &slate, NULL), MT_OK);
    assert_int_equal(slate->count, 10);
    assert_int_equal(slate->recalled[vector_source(m.s.rec)], 0);
  }
  close_imported(&m);
}

static void event_names_become_types(void **state) {
  (void)state;
  imported m;
  open_imported(&m, MT_PAD_RIGHT, 0.0f, 0);
  const mt_slate *slate;
  const unsigned char *name = m.s.rec->policy.event_table + MT_EVENT_BYTES; /* event 1 of the policy */
  mt_begin(m.s.rec);
  mt_add_event(m.s.rec, 1, 1, NAN);
  mt_name_event(m.s.rec, (const char *)name, strlen((const char *)name));
  mt_add_event(m.s.rec, 2, 1, NAN);
  mt_name_event(m.s.rec, "no such event", 13);
  assert_int_equal(mt_recommend(m.s.rec, 10, false, &slate, NULL), MT_OK);
  equal_floats(input(m.s.rec, TYPES), (float[]){12, -1, 0, 0}, 4);
  close_imported(&m);
}

static void golden_pairs_are_replayed(void **state) {
  (void)state;
  mt_replay replay;
  imported m;
  open_imported(&m, MT_PAD_LEFT, 0.0f, 0);
  assert_int_equal(mt_models(m.s.rec), 1);
  assert_int_equal(mt_replay_golden(m.s.rec, 0, &replay, NULL), MT_OK);
  assert_int_equal(replay.rows, 1);
  assert_true(replay.error < 1e-6f && replay.tolerance == 0.25f);
  assert_int_equal(mt_replay_golden(m.s.rec, 1, &replay, NULL), MT_OK);
  assert_int_equal(replay.rows, 0);
  close_imported(&m);
  open_imported(&m, MT_PAD_LEFT, 0.0f, 0.5f);
  assert_int_equal(mt_replay_golden(m.s.rec, 0, &replay, NULL), MT_OK);
  assert_true(replay.error > 0.05f);
  close_imported(&m);
}

/* Every byte of the new sections, changed: the bundle is refused, or requests on it stay inside. */
static void broken_bindings_stay_inside(void **state) {
  (void)state;
  imported m;
  open_imported(&m, MT_PAD_LEFT, 0.0f, 0);
  mt_rng rng = mt_rng_seed(9);
  unsigned char *bytes = exact_memory(m.length);
  mt_bundle view;
  CHECK(mt_bundle_open(m.bundle, m.length, m.length, &view, NULL) == MT_OK);
  for (uint32_t i = 0; i < view.sections; i++) {
    mt_section section;
    mt_bundle_section(&view, i, &section);
    if (section.kind < MT_SECTION_GOLDEN && section.kind != MT_SECTION_PROGRAM && section.kind != MT_SECTION_TOWER) continue;
    for (uint32_t trial = 0; trial < 150; trial++) {
      memcpy(bytes, m.bundle, m.length);
      bytes[(size_t)(section.bytes - m.bundle) + mt_rng_below(&rng, (uint32_t)section.length)] ^= (unsigned char)(1u << mt_rng_below(&rng, 8));
      size_t needed;
      mt_recommender *rec;
      if (mt_memory_needed(bytes, m.length, m.length, &needed, NULL) != MT_OK) continue;
      void *memory = malloc(needed);
      if (mt_open(bytes, m.length, m.length, memory, needed, &rec, NULL) == MT_OK) {
        const mt_slate *slate;
        mt_replay replay;
        mt_begin(rec);
        for (uint32_t e = 0; e < 6; e++) mt_add_event(rec, e * 3, 1, e);
        (void)mt_recommend(rec, 10, true, &slate, NULL);
        (void)mt_replay_golden(rec, 0, &replay, NULL);
      }
      free(memory);
    }
  }
  free(bytes);
  close_imported(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(inputs_are_fed),           cmocka_unit_test(sides_and_long_histories),
      cmocka_unit_test(nothing_to_show_is_no_query), cmocka_unit_test(event_names_become_types),
      cmocka_unit_test(golden_pairs_are_replayed), cmocka_unit_test(broken_bindings_stay_inside),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

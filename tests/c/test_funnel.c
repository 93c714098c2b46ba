/* The funnel against brute force: whatever the catalogue and the request, the slate is what a plain loop over all items
 * says it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plain.h"
#include "session.h"

/* -- comparing ----------------------------------------------------------------------------------------------------- */

static void send(mt_recommender *rec, const request *r) {
  for (uint32_t e = 0; e < r->events; e++) assert_true(mt_add_event(rec, r->event[e].item, r->event[e].weight, r->event[e].at));
  mt_set_now(rec, r->now);
}

static float slack(float x) { return 2e-4f * (1 + fabsf(x)); }

static void assert_near(float a, float b) {
  if (!(fabsf(a - b) <= slack(b))) fail_msg("found %.9g, expected %.9g", (double)a, (double)b);
}

/* The share of each history item, summed over sources, by its strongest event; `because` must name the strongest three. */
static void check_because(const catalogue *c, const request *r, const answer *plain, const mt_pick *pick) {
  float strength[ITEMS] = {0}, before = INFINITY, strongest_left = 0;
  for (uint32_t e = 0; e < r->events; e++) {
    float share = 0;
    for (uint32_t s = 0; s < c->sources && r->event[e].weight > 0; s++) share += plain->share[s][e][pick->item];
    strength[r->event[e].item] = fmaxf(strength[r->event[e].item], share);
  }
  bool ended = false;
  for (uint32_t b = 0; b < MT_BECAUSE; b++) {
    if (pick->because[b] == MT_NOT_FOUND) {
      ended = true;
      continue;
    }
    assert_false(ended); /* the names come first, then the filling */
    assert_true(pick->because[b] < c->items);
    float now = strength[pick->because[b]];
    assert_true(now > 0); /* and so it is an event of the history, named once: it is taken out below */
    assert_true(now <= before + slack(before));
    before = now;
    strength[pick->because[b]] = 0;
  }
  for (uint32_t item = 0; item < c->items; item++) strongest_left = fmaxf(strongest_left, strength[item]);
  if (ended) assert_true(strongest_left < 1e-4f);
  else assert_true(strongest_left <= before + slack(before));
}

static void check_slate(const catalogue *c, const request *r, const answer *plain, const mt_slate *slate, bool explained) {
  bool taken[ITEMS] = {false};
  assert_int_equal(slate->count, r->k < plain->allowed ? r->k : plain->allowed);
  assert_int_equal(slate->history, r->events);
  assert_int_equal(slate->dropped, 0);
  assert_int_equal(slate->truncated, 0);
  assert_int_equal(slate->candidates, plain->candidates);
  uint32_t merged = slate->count < plain->candidates ? slate->count : plain->candidates;
  assert_int_equal(slate->filled, slate->count - merged);
  for (uint32_t s = 0; s < c->sources; s++) assert_int_equal(slate->recalled[s], plain->recalled[s]);
  float least = INFINITY;
  for (uint32_t i = 0; i < slate->count; i++) {
    const mt_pick *pick = &slate->picks[i];
    assert_true(pick->item < c->items && r->allowed[pick->item] && !taken[pick->item]);
    taken[pick->item] = true;
    if (i > 0) assert_true(pick->score <= pick[-1].score);
    if (i > 0 && pick->score == pick[-1].score) assert_true(pick->item > pick[-1].item || i == merged);
    if (i >= merged) { /* filled up, by item number */
      assert_false(plain->candidate[pick->item]);
      if (i > merged) assert_true(pick->item > pick[-1].item);
      assert_int_equal(pick->because[0], MT_NOT_FOUND);
      continue;
    }
    assert_true(plain->candidate[pick->item]);
    assert_near(pick->score, plain->fused[pick->item]);
    least = pick->score;
    for (uint32_t s = 0; s < c->sources; s++) {
      assert_int_equal(pick->ranks[s], plain->rank[s][pick->item]);
      if (plain->recalled[s] > 0) assert_near(pick->scores[s], plain->score[s][pick->item]);
      else assert_true(pick->scores[s] == 0);
    }
    if (explained) check_because(c, r, plain, pick);
    else assert_int_equal(pick->because[0], MT_NOT_FOUND);
  }
  for (uint32_t item = 0; item < c->items; item++)
    if (plain->candidate[item] && !taken[item]) assert_true(slate->count == r->k && plain->fused[item] <= least + slack(least));
}

/* The same request again, after another one, must give the same bytes. */
static void check_repeats(mt_recommender *rec, const request *r, const mt_slate *slate, mt_pick *picks, bool explain) {
  mt_slate first = *slate;
  memcpy(picks, slate->picks, slate->count * sizeof *picks);
  assert_int_equal(mt_recommend(rec, r->k, explain, &slate, NULL), MT_OK);
  assert_memory_equal(slate->picks, picks, first.count * sizeof *picks);
  assert_int_equal(slate->candidates, first.candidates);
}

static void random_history(mt_rng *rng, const catalogue *c, uint32_t events, request *r) {
  const float worths[] = {1, 1, 1, 0.25f, 2, -0.75f};
  *r = (request){.events = c->items == 0 ? 0 : events, .now = mt_rng_below(rng, 2) == 0 ? (double)NAN : 1000000};
  for (uint32_t item = 0; item < c->items; item++) r->allowed[item] = true;
  for (uint32_t e = 0; e < r->events; e++) {
    uint32_t item = mt_rng_below(rng, c->items);
    if (e > 0 && mt_rng_below(rng, 5) == 0) item = r->event[mt_rng_below(rng, e)].item; /* met again */
    r->event[e].item = item;
    r->event[e].weight = worths[mt_rng_below(rng, 6)];
    r->event[e].at = mt_rng_below(rng, 4) == 0 ? (double)NAN : 900000.0 + 1000 * e;
  }
}

/* Random filters, an allow list, exclusions: told to the recommender and, plainly, to r->allowed. */
static void narrow(mt_rng *rng, const catalogue *c, mt_recommender *rec, request *r) {
  if (mt_rng_below(rng, 4) == 0) {
    mt_allow_only(rec);
    for (uint32_t item = 0; item < c->items; item++)
      if ((r->allowed[item] = mt_rng_below(rng, 3) != 0)) mt_allow(rec, item);
  }
  if (mt_rng_below(rng, 2) == 0) {
    uint32_t wanted = mt_rng_below(rng, GENRES), genre = mt_find_attribute(rec, "genre", 5);
    bool negated = mt_rng_below(rng, 2) == 0;
    mt_filter_clear(rec, genre);
    assert_true(mt_filter_value(rec, genre, genre_text + genre_start[wanted], genre_start[wanted + 1] - genre_start[wanted]));
    assert_false(mt_filter_value(rec, genre, "Western", 7));
    mt_filter_by_values(rec, genre, negated);
    for (uint32_t item = 0; item < c->items; item++) {
      bool has = false;
      for (uint32_t v = c->set_start[c->genre_set[item]]; v < c->set_start[c->genre_set[item] + 1]; v++)
        has |= c->set_values[v] == wanted;
      r->allowed[item] &= has != negated;
    }
  }
  if (mt_rng_below(rng, 3) == 0) {
    mt_filter_by_range(rec, mt_find_attribute(rec, "year", 4), 1980, true, INFINITY, false, false);
    for (uint32_t item = 0; item < c->items; item++) r->allowed[item] &= c->year[item] > 1980;
  }
  for (uint32_t n = mt_rng_below(rng, 4); n > 0 && c->items > 0; n--) {
    uint32_t item = mt_rng_below(rng, c->items);
    mt_exclude(rec, item);
    r->allowed[item] = false;
  }
  for (uint32_t e = 0; e < r->events; e++) r->allowed[r->event[e].item] = false;
}

static void check_request(mt_rng *rng, const catalogue *c, mt_recommender *rec, request *r, bool narrowed) {
  static mt_pick picks[MT_MAX_K];
  const mt_slate *slate;
  mt_error error;
  mt_begin(rec);
  if (narrowed) narrow(rng, c, rec, r);
  for (uint32_t e = 0; e < r->events; e++) r->allowed[r->event[e].item] = false;
  send(rec, r);
  /* Of the metrics only the inner product is linear in the query, so only there shares are parts of the score. */
  bool explain = true, linear = true;
  for (uint32_t i = 0; i < c->spaces; i++) linear &= c->shape.space[i].metric == MT_INNER_PRODUCT;
  answer *plain = answer_plainly(c, r, rec);
  assert_int_equal(mt_recommend(rec, r->k, explain && linear, &slate, &error), MT_OK);
  check_slate(c, r, plain, slate, explain && linear);
  check_repeats(rec, r, slate, picks, explain && linear);
  free(plain);
}

static const shape plainest = {.weight_bits = 32, .longest = 20, .norm_rank = 20, .quota = 400, .decay = 0.8f};

/* -- the tests ----------------------------------------------------------------------------------------------------- */

static void slates_are_brute_force(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(1);
  const uint32_t sizes[] = {0, 1, 2, 31, 33, 64, 150, 300}, bits[] = {4, 8, 32}, norm_ranks[] = {1, 5, 20, 1000};
  for (uint32_t round = 0; round < 96; round++) {
    shape shape = {.seed = round, .items = sizes[round % 8], .weight_bits = bits[round % 3], .norm_rank = norm_ranks[round / 3 % 4]};
    shape.longest = round % 5 == 0 ? 0 : 5 + mt_rng_below(&rng, 40);
    shape.fusion = round / 8 % 2 == 0 ? MT_FUSE_SCORES : MT_FUSE_RANKS;
    shape.decay = round % 4 == 0 ? 1 : 0.3f + 0.6f * mt_rng_unit(&rng);
    shape.half_life = round % 3 == 0 ? 0 : 20000;
    shape.last = round % 6 == 0 ? 3 : 0;
    shape.quota = round % 2 == 0 ? 10 + mt_rng_below(&rng, 30) : 400;
    shape.no_vector_every = round % 4 == 1 ? 3 : 0;
    shape.takes_off = round % 5 < 2;
    shape.repeat_every = round % 7 == 3 ? 9 : 0;
    if (round % 3 != 2) { /* with fewer candidates than items only the exact layer is exact */
      shape.space[0] = (shape_space){.dim = 4 + mt_rng_below(&rng, 12), .metric = MT_INNER_PRODUCT,
                                     .tower = round % 2 == 0 ? MT_TOWER_ALS : MT_TOWER_POOLED, .layer_count = 1, .layer_bits = {4}};
      shape.space[1] = (shape_space){.dim = 8, .metric = (mt_metric)(round / 2 % 3), .tower = MT_TOWER_POOLED, .layer_count = 1,
                                     .layer_bits = {8}};
      if (shape.quota < 400) shape.space[0].layer_bits[0] = shape.space[1].layer_bits[0] = MT_FLOAT_BITS;
      if (round % 5 == 1) shape.space[1].dim = 0;
    }
    catalogue c = make_catalogue(&shape);
    session s = open_session(c.bundle, c.length, round % 64);
    const uint32_t histories[] = {0, 1, 3, 7, 19, 33};
    for (uint32_t h = 0; h < 6; h++) {
      request r;
      random_history(&rng, &c, histories[h], &r);
      r.k = h == 0 ? 1000 : 1 + mt_rng_below(&rng, 30);
      check_request(&rng, &c, s.rec, &r, h != 1);
    }
    drop_session(&s);
    drop_catalogue(&c);
  }
}

/* Lists of equal weights: nearly everything ties, and the smaller item number goes first. */
static void ties_go_to_the_smaller_number(void **state) {
  (void)state;
  shape shape = plainest;
  shape.items = 100;
  shape.longest = 60;
  catalogue c = make_catalogue(&shape);
  const uint32_t start[] = {0, 50};
  uint32_t items[50];
  float weights[50];
  for (uint32_t i = 0; i < 50; i++) items[i] = 2 * i, weights[i] = 1;
  unsigned char *out = own(&c, mt_postings_bound(1, 50));
  size_t length = mt_postings_encode(1, start, items, weights, MT_KEY_ONE, 0, 4, out), total;
  for (uint32_t i = 0; i < c.sections; i++)
    if (c.drafts[i].kind == MT_SECTION_POSTINGS && c.drafts[i].ordinal == 3) c.drafts[i].bytes = out, c.drafts[i].length = length;
  assert_int_equal(mt_bundle_size(c.drafts, c.sections, &total, NULL), MT_OK);
  unsigned char *bundle = own(&c, total);
  mt_bundle_write(c.drafts, c.sections, c.items, bundle);
  session s = open_session(bundle, total, 0);
  const mt_slate *slate;
  assert_int_equal(mt_set_weight(s.rec, LISTS, 0, NULL), MT_OK); /* popularity */
  assert_int_equal(mt_recommend(s.rec, 80, false, &slate, NULL), MT_OK);
  assert_int_equal(slate->count, 80);
  assert_int_equal(slate->filled, 30);
  for (uint32_t i = 0; i < 50; i++) assert_int_equal(slate->picks[i].item, 2 * i);
  for (uint32_t i = 50; i < 80; i++) assert_int_equal(slate->picks[i].item, 2 * (i - 50) + 1);
  drop_session(&s);
  drop_catalogue(&c);
}

static void empty_and_single_catalogues(void **state) {
  (void)state;
  for (uint32_t items = 0; items < 3; items++) {
    shape shape = plainest;
    shape.items = items;
    shape.space[0] = (shape_space){4, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {4}};
    shape.space[1] = (shape_space){16, MT_COSINE, MT_TOWER_POOLED, 2, {2, MT_FLOAT_BITS}};
    catalogue c = make_catalogue(&shape);
    session s = open_session(c.bundle, c.length, 1);
    const mt_slate *slate;
    const mt_hits *hits;
    float vector[16] = {1, 2, 3, 4};
    assert_int_equal(mt_items(s.rec), items);
    assert_int_equal(mt_add_event(s.rec, 0, 1, NAN), items > 0);
    assert_false(mt_add_event(s.rec, items, 1, NAN));
    assert_false(mt_add_event(s.rec, MT_NOT_FOUND, 1, NAN));
    assert_int_equal(mt_recommend(s.rec, 1000, true, &slate, NULL), MT_OK);
    assert_int_equal(slate->count, items > 0 ? items - 1 : 0);
    mt_begin(s.rec);
    for (uint32_t space = 0; space < 2; space++) {
      assert_int_equal(mt_nearest_to(s.rec, space, vector, UINT32_MAX, 1000, &hits, NULL), MT_OK);
      assert_int_equal(hits->count, items);
    }
    for (uint32_t item = 0; item < items; item++) mt_exclude(s.rec, item);
    mt_exclude(s.rec, items);
    assert_int_equal(mt_recommend(s.rec, 10, true, &slate, NULL), MT_OK);
    assert_int_equal(slate->count, 0); /* all filtered */
    assert_int_equal(mt_nearest_to(s.rec, 0, vector, 0, 10, &hits, NULL), MT_OK);
    assert_int_equal(hits->count, 0);
    drop_session(&s);
    drop_catalogue(&c);
  }
}

static void wrong_arguments_are_named(void **state) {
  (void)state;
  shape shape = plainest;
  shape.items = 20;
  shape.space[0] = (shape_space){8, MT_INNER_PRODUCT, MT_TOWER_POOLED, 0, {0}};
  catalogue c = make_catalogue(&shape);
  session s = open_session(c.bundle, c.length, 0);
  const mt_slate *slate;
  const mt_hits *hits;
  mt_error error;
  float vector[8] = {1, NAN};
  const uint32_t wrong[] = {0, 1001, UINT32_MAX};
  for (int i = 0; i < 3; i++) {
    assert_int_equal(mt_recommend(s.rec, wrong[i], false, &slate, &error), MT_INVALID);
    assert_non_null(strstr(error.message, "expected 1 to 1000"));
    assert_int_equal(mt_nearest_to(s.rec, 0, vector, 0, wrong[i], &hits, &error), MT_INVALID);
  }
  assert_int_equal(mt_nearest_to(s.rec, 1, vector, 0, 5, &hits, &error), MT_INVALID);
  assert_string_equal(error.message, "nearest: found space 1, expected less than 1");
  assert_int_equal(mt_nearest_to(s.rec, 0, vector, 0, 5, &hits, &error), MT_INVALID);
  assert_non_null(strstr(error.message, "NaN"));
  const float weights[] = {-1, NAN, INFINITY, 2e6f};
  for (int i = 0; i < 4; i++) assert_int_equal(mt_set_weight(s.rec, 0, weights[i], &error), MT_INVALID);
  assert_non_null(strstr(error.message, "\"i2i\""));
  assert_int_equal(mt_set_weight(s.rec, 99, 1, &error), MT_INVALID);
  assert_int_equal(mt_set_decay(s.rec, 0, 1.5f, &error), MT_INVALID);
  assert_int_equal(mt_set_decay(s.rec, 99, 1, &error), MT_INVALID);
  assert_int_equal(mt_find_item(s.rec, "nothing", 7), MT_NOT_FOUND);
  assert_int_equal(mt_find_attribute(s.rec, "nothing", 7), MT_NOT_FOUND);
  mt_filter_by_range(s.rec, MT_NOT_FOUND, 0, false, 0, false, false); /* attributes that do not fit change nothing */
  mt_filter_by_range(s.rec, GENRE, 0, false, 0, false, false);
  mt_filter_by_values(s.rec, YEAR, false);
  mt_filter_by_values(s.rec, MT_NOT_FOUND, false);
  assert_false(mt_filter_value(s.rec, YEAR, "1990", 4));
  assert_int_equal(mt_recommend(s.rec, 20, false, &slate, NULL), MT_OK);
  assert_int_equal(slate->count, 20);
  drop_session(&s);
  drop_catalogue(&c);
}

/* More events than are kept: the newest decide, none of them all comes back, and the slate says what was dropped. */
static void long_histories_keep_the_newest(void **state) {
  (void)state;
  shape shape = plainest;
  shape.items = 300;
  shape.space[0] = (shape_space){8, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {8}};
  catalogue c = make_catalogue(&shape);
  session s = open_session(c.bundle, c.length, 0), fresh = open_session(c.bundle, c.length, 0);
  const mt_slate *slate, *other;
  mt_rng rng = mt_rng_seed(9);
  uint32_t history[3000];
  for (uint32_t e = 0; e < 3000; e++) history[e] = mt_rng_below(&rng, 200);
  for (uint32_t e = 0; e < 3000; e++) assert_true(mt_add_event(s.rec, history[e], 1, 1000.0 * e));
  assert_int_equal(mt_recommend(s.rec, 1000, true, &slate, NULL), MT_OK);
  assert_int_equal(slate->history, 1024);
  assert_int_equal(slate->dropped, 3000 - 1024);
  assert_int_equal(slate->count, 100);
  for (uint32_t i = 0; i < slate->count; i++) assert_true(slate->picks[i].item >= 200);
  for (uint32_t e = 0; e < 200; e++) mt_exclude(fresh.rec, e);
  for (uint32_t e = slate->dropped; e < 3000; e++) assert_true(mt_add_event(fresh.rec, history[e], 1, 1000.0 * e));
  assert_int_equal(mt_recommend(fresh.rec, 1000, true, &other, NULL), MT_OK);
  assert_int_equal(other->count, 100);
  assert_memory_equal(slate->picks, other->picks, 100 * sizeof(mt_pick));
  drop_session(&s), drop_session(&fresh);
  drop_catalogue(&c);
}

/* Time: only ages count, not the clock's zero; an event with no time does not fade; a history from long ago still works. */
static void time_fades_events(void **state) {
  (void)state;
  for (int tower = MT_TOWER_POOLED; tower <= MT_TOWER_ALS; tower++) {
    shape shape = plainest;
    shape.items = 120;
    shape.decay = 1;
    shape.half_life = 86400;
    shape.space[0] = (shape_space){8, MT_INNER_PRODUCT, (mt_tower_kind)tower, 1, {8}};
    catalogue c = make_catalogue(&shape);
    session s = open_session(c.bundle, c.length, 0), moved = open_session(c.bundle, c.length, 0);
    const mt_slate *slate, *other;
    for (uint32_t e = 0; e < 10; e++) {
      assert_true(mt_add_event(s.rec, 7 * e, 1, 50000.0 * e));
      assert_true(mt_add_event(moved.rec, 7 * e, 1, 1.6e9 + 50000.0 * e));
    }
    assert_int_equal(mt_recommend(s.rec, 20, true, &slate, NULL), MT_OK);
    assert_int_equal(mt_recommend(moved.rec, 20, true, &other, NULL), MT_OK);
    assert_memory_equal(slate->picks, other->picks, 20 * sizeof(mt_pick));
    /* from a day later to thousands of years later: weights run through every small number there is */
    for (double later = 86400; later < 1e12; later *= 1.02) {
      mt_set_now(s.rec, 450000 + later);
      mt_error error = {MT_OK, ""};
      if (mt_recommend(s.rec, 20, true, &slate, &error) != MT_OK) fail_msg("%g s later: %s", later, error.message);
      assert_int_equal(slate->count, 20);
      for (uint32_t i = 0; i < slate->count; i++) assert_true(isfinite(slate->picks[i].score));
    }
    drop_session(&s), drop_session(&moved);
    drop_catalogue(&c);
  }
}

/* Weights of a request: 0 silences a source, and the next request is back to the policy's. */
static void weights_last_for_one_request(void **state) {
  (void)state;
  shape shape = plainest;
  shape.items = 90;
  shape.space[0] = (shape_space){8, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {8}};
  catalogue c = make_catalogue(&shape);
  session s = open_session(c.bundle, c.length, 0);
  mt_pick before[20];
  const mt_slate *slate;
  for (int round = 0; round < 2; round++) {
    mt_begin(s.rec);
    for (uint32_t e = 0; e < 3; e++) assert_true(mt_add_event(s.rec, 20 + e, 1, NAN));
    assert_int_equal(mt_recommend(s.rec, 20, true, &slate, NULL), MT_OK);
    if (round == 0) memcpy(before, slate->picks, sizeof before);
    else assert_memory_equal(before, slate->picks, sizeof before);
    for (uint32_t source = 0; source < c.sources; source++) {
      assert_int_equal(mt_set_weight(s.rec, source, source == 0 ? 1 : 0, NULL), MT_OK);
      assert_int_equal(mt_set_decay(s.rec, source, 0, NULL), MT_OK);
    }
    assert_int_equal(mt_recommend(s.rec, 20, true, &slate, NULL), MT_OK);
    for (uint32_t i = 0; i < 20 - slate->filled; i++) { /* decay 0: the newest event alone, through the first source alone */
      assert_int_equal(slate->picks[i].because[0], 22);
      assert_int_equal(slate->picks[i].because[1], MT_NOT_FOUND);
      assert_true(slate->picks[i].ranks[0] > 0 && slate->picks[i].ranks[4] == 0 && slate->picks[i].scores[4] == 0);
    }
  }
  drop_session(&s);
  drop_catalogue(&c);
}

static void check_wild_numbers(const shape *shape) {
  catalogue c = make_catalogue(shape);
  session s = open_session(c.bundle, c.length, 0);
  const double wild[] = {0, -0.0, 1e-45, -1e-38, 1e-20, 1, -1, 1e20, -1e30, 3e38, (double)INFINITY, -(double)INFINITY, (double)NAN, 1e300};
  for (uint32_t a = 0; a < 14; a++)
    for (uint32_t b = 0; b < 14; b++) {
      const mt_slate *slate;
      mt_begin(s.rec);
      assert_true(mt_add_event(s.rec, 1, wild[a] > 3.1e38 ? INFINITY : (float)wild[a], wild[b]));
      assert_true(mt_add_event(s.rec, 2, 1, NAN));
      assert_true(mt_add_event(s.rec, 3, wild[b] > 3.1e38 ? INFINITY : (float)wild[b], wild[a]));
      mt_set_now(s.rec, wild[(a + b) % 14]);
      assert_int_equal(mt_recommend(s.rec, 50, true, &slate, NULL), MT_OK);
      assert_int_equal(slate->count, 50);
      for (uint32_t i = 0; i < slate->count; i++) {
        assert_true(isfinite(slate->picks[i].score));
        if (i > 0) assert_true(slate->picks[i].score <= slate->picks[i - 1].score);
      }
    }
  drop_session(&s);
  drop_catalogue(&c);
}

/* Any number may arrive as weight or time: it counts for nothing, and scores stay numbers. */
static void wild_numbers(void **state) {
  (void)state;
  shape shape = plainest;
  shape.items = 64;
  check_wild_numbers(&shape);
  shape.half_life = 100;
  shape.space[0] = (shape_space){8, MT_INNER_PRODUCT, MT_TOWER_ALS, 1, {8}};
  shape.space[1] = (shape_space){8, MT_COSINE, MT_TOWER_POOLED, 0, {0}};
  check_wild_numbers(&shape);
}

/* Items with many values reach more lists than events: nothing may be lost while the table could hold it. */
static void many_values_fit(void **state) {
  (void)state;
  enum { N = 4000, VALUES = 200 };
  catalogue c = {.items = N};
  add_ids(&c);
  char *text = own(&c, 4 * VALUES);
  uint32_t *value_start = own(&c, 4 * (VALUES + 1)), *set_values = own(&c, 4 * VALUES), *item_sets = own(&c, 4 * N);
  uint32_t set_start[3] = {0, 0, VALUES}, *list_start = own(&c, 4 * (VALUES + 1)), *entries = own(&c, 4 * N);
  float *weights = own(&c, 4 * N), weight[MT_LENGTHS] = {1, 1, 1, 1};
  for (uint32_t v = 0; v < VALUES; v++) {
    char value[8];
    snprintf(value, sizeof value, "v%03u", v);
    memcpy(text + 4 * v, value, 4);
    value_start[v + 1] = 4 * (v + 1);
    set_values[v] = v;
    list_start[v + 1] = (v + 1) * (N / VALUES);
  }
  for (uint32_t i = 0; i < N; i++) item_sets[i] = i == 0, entries[i] = i, weights[i] = 1;
  add_categories(&c, 0, "tags", true, text, value_start, VALUES, set_start, set_values, 2, item_sets);
  unsigned char *lists = own(&c, mt_postings_bound(VALUES, N));
  size_t length = mt_postings_encode(VALUES, list_start, entries, weights, MT_KEY_VALUE, 0, 4, lists), total;
  add_section(&c, MT_SECTION_POSTINGS, 0, 0, "tags", lists, length);
  unsigned char *policy = own(&c, mt_policy_bytes(1, 0));
  mt_policy_write_head(policy, 1, 0, MT_FUSE_SCORES, 20, 60, &(mt_grading){0}, 10, 0);
  mt_policy_write_source(policy, 0, "tags", MT_SOURCE_POSTINGS, MT_ROLE_ALIKE, 0, 1000, 0, 1, 0, weight);
  add_section(&c, MT_SECTION_POLICY, 0, 0, "policy", policy, mt_policy_bytes(1, 0));
  assert_int_equal(mt_bundle_size(c.drafts, c.sections, &total, NULL), MT_OK);
  unsigned char *bundle = own(&c, total);
  mt_bundle_write(c.drafts, c.sections, N, bundle);
  session s = open_session(bundle, total, 0);
  const mt_slate *slate;
  assert_true(mt_add_event(s.rec, 0, 1, NAN));
  assert_int_equal(mt_recommend(s.rec, 1000, true, &slate, NULL), MT_OK);
  assert_int_equal(slate->truncated, 0);
  assert_int_equal(slate->recalled[0], 1000);
  for (uint32_t i = 0; i < 1000; i++) assert_int_equal(slate->picks[i].item, i + 1);
  drop_session(&s);
  drop_catalogue(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(slates_are_brute_force),
      cmocka_unit_test(ties_go_to_the_smaller_number),
      cmocka_unit_test(empty_and_single_catalogues),
      cmocka_unit_test(wrong_arguments_are_named),
      cmocka_unit_test(long_histories_keep_the_newest),
      cmocka_unit_test(time_fades_events),
      cmocka_unit_test(weights_last_for_one_request),
      cmocka_unit_test(wild_numbers),
      cmocka_unit_test(many_values_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

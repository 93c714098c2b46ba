/* The trainers against plain references on small random data, and against answers worked out by hand. */
#include "world.h"

#include "base/rng.h"
#include "learn/hops.h"
#include "learn/log.h"
#include "learn/neighbours.h"
#include "bundle/repeats.h"
#include "learn/repeats.h"
#include "learn/transitions.h"

static world w;

/* -- lists and log ------------------------------------------------------------------------------------------------- */
static void log_orders_and_collapses(void **state) {
  (void)state;
  mt_error error = {0};
  for (uint64_t seed = 0; seed < 20; seed++) {
    make_world(&w, 12, 9, 150, true, seed % 2 ? MT_REPEATS_SUM : MT_REPEATS_MAX, seed);
    assert_int_equal(w.log.start[w.users], w.events);
    /* The sequence is a stable sort by (user, time). */
    uint32_t at = 0;
    for (uint32_t u = 0; u < w.users; u++)
      for (double t = 0; t < 20; t++)
        for (uint32_t e = 0; e < w.events; e++)
          if (w.user[e] == u && w.time[e] == t) {
            assert_int_equal(w.log.item[at], w.item[e]);
            assert_true(w.log.time[at] == t && w.log.weight[at] == w.weight[e]);
            at++;
          }
    ok(mt_lists_check(&w.by_user, &error), &error);
    ok(mt_lists_check(&w.by_item, &error), &error);
    uint32_t cells = 0;
    for (uint32_t u = 0; u < w.users; u++)
      for (uint32_t e = w.by_user.start[u]; e < w.by_user.start[u + 1]; e++, cells++) {
        near((double)w.by_user.weights[e], w.r[u][w.by_user.items[e]], 1e-5);
        if (e > w.by_user.start[u]) assert_true(w.by_user.items[e] > w.by_user.items[e - 1]);
      }
    for (uint32_t u = 0; u < w.users; u++)
      for (uint32_t i = 0; i < w.items; i++) cells -= w.r[u][i] != 0;
    assert_int_equal(cells, 0);
    for (uint32_t i = 0; i < w.items; i++)
      for (uint32_t e = w.by_item.start[i]; e < w.by_item.start[i + 1]; e++)
        near((double)w.by_item.weights[e], w.r[w.by_item.items[e]][i], 1e-5);
    free_world(&w);
  }
}

static void log_without_events(void **state) {
  (void)state;
  mt_error error = {0};
  mt_log log;
  mt_lists by_user, by_item, lists;
  ok(mt_log_build(0, 0, 0, NULL, NULL, NULL, NULL, &log, &error), &error);
  ok(mt_log_matrix(&log, MT_REPEATS_MAX, &by_user, &by_item, &error), &error);
  mt_neighbours how = MT_NEIGHBOURS_ADJACENCY(5);
  mt_transitions next = MT_TRANSITIONS_DEFAULT(5);
  ok(mt_neighbours_train(&how, 1, &by_user, &by_item, 0, 0, &lists, NULL, &error), &error);
  assert_int_equal(lists.start[0], 0);
  mt_lists_free(&lists);
  mt_steps steps;
  ok(mt_steps_build(&next, &log, &steps, &error), &error);
  ok(mt_transitions_train(&next, &log, &steps, 0, 0, &lists, NULL, &error), &error);
  mt_steps_free(&steps);
  mt_lists_free(&lists);
  mt_lists_free(&by_user);
  mt_lists_free(&by_item);
  mt_log_free(&log);
}

static void log_names_the_wrong_event(void **state) {
  (void)state;
  mt_error error = {0};
  mt_log log;
  uint32_t user[] = {0, 1}, item[] = {0, 5};
  double time[] = {1, (double)NAN};
  float weight[] = {1, -1};
  assert_int_equal(mt_log_build(2, 5, 2, user, item, NULL, NULL, &log, &error), MT_INVALID);
  assert_string_equal(error.message, "log: event 1: found item 5, expected less than 5");
  assert_int_equal(mt_log_build(1, 6, 2, user, item, NULL, NULL, &log, &error), MT_INVALID);
  assert_string_equal(error.message, "log: event 1: found user 1, expected less than 1");
  assert_int_equal(mt_log_build(2, 6, 2, user, item, time, NULL, &log, &error), MT_INVALID);
  assert_string_equal(error.message, "log: event 1: time is not finite");
  assert_int_equal(mt_log_build(2, 6, 2, user, item, NULL, weight, &log, &error), MT_INVALID);
  assert_string_equal(error.message, "log: event 1: weight is not a number above 0");
}

static void lists_check_refuses(void **state) {
  (void)state;
  mt_error error = {0};
  uint32_t start[] = {0, 2, 3}, items[] = {0, 3, 2};
  float weights[] = {1, 1, 1};
  mt_lists lists = {2, 4, start, items, weights};
  ok(mt_lists_check(&lists, &error), &error);
  items[1] = 4;
  assert_int_equal(mt_lists_check(&lists, &error), MT_INVALID);
  assert_string_equal(error.message, "lists: entry 1: found item 4, expected less than 4");
  items[1] = 3;
  weights[2] = INFINITY;
  assert_int_equal(mt_lists_check(&lists, &error), MT_INVALID);
  weights[2] = 1;
  start[1] = 4;
  assert_int_equal(mt_lists_check(&lists, &error), MT_INVALID);
  assert_string_equal(error.message, "lists: list 1 ends at 3, before its start 4");
}

static void truncation_keeps_the_heaviest(void **state) {
  (void)state;
  mt_error error = {0};
  uint32_t start[] = {0, 4, 4, 6}, items[] = {5, 1, 2, 3, 4, 0};
  float weights[] = {1, -3, 2, 2, 0.5f, 0.5f};
  mt_lists lists = {3, 6, start, items, weights};
  ok(mt_lists_truncate(&lists, 3, &error), &error);
  uint32_t expected_start[] = {0, 3, 3, 5}, expected[] = {1, 2, 3, 0, 4};
  float expected_weights[] = {-3, 2, 2, 0.5f, 0.5f};
  assert_memory_equal(lists.start, expected_start, sizeof expected_start);
  assert_memory_equal(lists.items, expected, sizeof expected);
  assert_memory_equal(lists.weights, expected_weights, sizeof expected_weights);
}

/* In parts, and sorted range by range, a log is the same as at once. */
static void log_in_parts(void **state) {
  (void)state;
  mt_error error = {0};
  mt_log whole, parts;
  uint32_t user[] = {1, 0, 1, 1, 0, 1}, item[] = {0, 1, 2, 3, 4, 5}, counts[] = {2, 4};
  double time[] = {5, 9, 3, 5, 2, 1};
  float weight[] = {1, 2, 3, 4, 5, 6};
  ok(mt_log_build(2, 6, 6, user, item, time, weight, &whole, &error), &error);
  ok(mt_log_start(2, 6, counts, true, true, &parts, &error), &error);
  for (uint32_t row = 0; row < 6; row += 3)
    ok(mt_log_add(&parts, row, 3, user + row, item + row, time + row, weight + row, &error), &error);
  assert_int_equal(mt_log_finish(&parts, 5, &error), MT_INVALID);
  ok(mt_log_finish(&parts, 6, &error), &error);
  for (uint32_t u = 0; u < 2; u++) ok(mt_log_sort(&parts, u, u + 1, &error), &error);
  uint32_t wanted[] = {4, 1, 5, 2, 0, 3}; /* of two at one time the first of the file */
  assert_memory_equal(parts.item, wanted, sizeof wanted);
  assert_memory_equal(whole.item, wanted, sizeof wanted);
  assert_memory_equal(parts.start, whole.start, 3 * sizeof *parts.start);
  assert_memory_equal(parts.weight, whole.weight, 6 * sizeof *parts.weight);
  assert_memory_equal(parts.time, whole.time, 6 * sizeof *parts.time);
  mt_log_free(&whole);
  mt_log_free(&parts);

  mt_lists by_user, by_item;
  ok(mt_log_build(2, 6, 6, user, item, time, NULL, &whole, &error), &error);
  assert_null(whole.weight); /* nothing stands for weights that are all 1 */
  assert_memory_equal(whole.item, wanted, sizeof wanted);
  ok(mt_log_matrix(&whole, MT_REPEATS_SUM, &by_user, &by_item, &error), &error);
  for (uint32_t e = 0; e < 6; e++) assert_true(by_user.weights[e] == 1 && by_item.weights[e] == 1);
  mt_lists_free(&by_user);
  mt_lists_free(&by_item);
  mt_log_free(&whole);
  ok(mt_log_start(2, 6, counts, true, false, &parts, &error), &error);
  assert_int_equal(mt_log_add(&parts, 0, 3, user, item, time, weight, &error), MT_INVALID);
  mt_log_free(&parts);
}

/* -- neighbours and transitions ------------------------------------------------------------------------------------ */
/* Lists against a dense table of weights: right order, right values, nothing better left out. */
static void compare_lists(const mt_lists *lists, uint32_t first, double table[MAX_SIDE][MAX_SIDE], uint32_t items,
                          uint32_t top) {
  for (uint32_t key = 0; key < lists->keys; key++) {
    const double *row = table[first + key];
    uint32_t begin = lists->start[key], end = lists->start[key + 1], positive = 0;
    for (uint32_t j = 0; j < items; j++) positive += row[j] > 0;
    assert_int_equal(end - begin, positive < top ? positive : top);
    for (uint32_t e = begin; e < end; e++) {
      near((double)lists->weights[e], row[lists->items[e]], 1e-5 * (1 + row[lists->items[e]]));
      if (e > begin)
        assert_true(lists->weights[e - 1] > lists->weights[e] ||
                    (lists->weights[e - 1] == lists->weights[e] && lists->items[e - 1] < lists->items[e]));
    }
    for (uint32_t j = 0; j < items && end > begin; j++) {
      bool listed = false;
      for (uint32_t e = begin; e < end; e++) listed |= lists->items[e] == j;
      if (!listed) assert_true(row[j] <= (double)lists->weights[end - 1] * (1 + 1e-5));
    }
  }
}

static double table[MAX_SIDE][MAX_SIDE];

static void neighbours_reference(const mt_neighbours *how) {
  double du[MAX_SIDE] = {0}, di[MAX_SIDE] = {0};
  uint32_t length[MAX_SIDE] = {0};
  for (uint32_t u = 0; u < w.users; u++)
    for (uint32_t i = 0; i < w.items; i++) {
      du[u] += w.r[u][i];
      di[i] += how->cosine ? w.r[u][i] * w.r[u][i] : w.r[u][i];
      length[u] += w.r[u][i] > 0;
    }
  for (uint32_t i = 0; i < w.items; i++)
    for (uint32_t j = 0; j < w.items; j++) {
      double sum = 0, common = 0;
      for (uint32_t u = 0; u < w.users; u++)
        if (w.r[u][i] > 0 && w.r[u][j] > 0 && length[u] <= how->longest) {
          sum += pow(du[u], -(double)how->user_exponent) * w.r[u][i] * w.r[u][j];
          common++;
        }
      if (common < how->people) sum = 0;
      if (how->shrinkage > 0) sum *= common / (common + (double)how->shrinkage);
      table[i][j] = sum == 0 || i == j
                        ? 0
                        : sum * pow(di[i], -(double)how->key_exponent) * pow(di[j], -(double)how->target_exponent);
    }
}

/* Two people take item 0 again, after 10 and 30 seconds, a third does not; what has one time is one taking. */
static void repeats_by_hand(void **state) {
  (void)state;
  mt_error error = {0};
  mt_log log;
  uint32_t user[] = {0, 0, 0, 1, 1, 2, 2, 2}, item[] = {0, 0, 1, 0, 0, 0, 2, 2};
  double time[] = {0, 10, 10, 5, 35, 7, 9, 9};
  float rate[4], gap[4];
  ok(mt_log_build(3, 4, 8, user, item, time, NULL, &log, &error), &error);
  ok(mt_train_repeats(&log, 2, 1, rate, gap, &error), &error); /* 2 of 5 pairs are taken again */
  float expected[] = {(2 + 0.8f) / 5, 0.8f / 3, 0.8f / 3, 0.8f / 2};
  for (uint32_t i = 0; i < 4; i++) {
    near((double)rate[i], (double)expected[i], 1e-6);
    near((double)gap[i], 30, 0); /* fewer gaps than tell of an item: the median of all, the larger of two */
  }
  mt_log_free(&log);
  ok(mt_log_build(3, 4, 8, user, item, NULL, NULL, &log, &error), &error); /* without times each event is a taking */
  ok(mt_train_repeats(&log, 2, 1, rate, gap, &error), &error);
  near((double)rate[2], (1 + 2 * 3.0 / 5) / 3, 1e-6);
  near((double)gap[0], 0, 0);
  assert_int_equal(mt_train_repeats(&log, 0, 1, rate, gap, &error), MT_INVALID);
  mt_log_free(&log);
}

static void repeats_of_one_item_are_their_median(void **state) {
  (void)state;
  mt_error error = {0};
  mt_log log;
  uint32_t user[12] = {0}, item[12] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
  double time[12] = {0, 1, 3, 6, 10, 15, 100, 120, 150, 190, 240, 300}; /* gaps 1 to 5, and 20 to 60 */
  float rate[2], gap[2];
  ok(mt_log_build(1, 2, 12, user, item, time, NULL, &log, &error), &error);
  ok(mt_train_repeats(&log, 1, 1, rate, gap, &error), &error);
  assert_true(gap[0] == 3 && gap[1] == 40);
  mt_log_free(&log);
}

/* Codes are steps of a sixteenth and of an eighth of an octave. */
static void repeats_are_kept_in_two_bytes(void **state) {
  (void)state;
  float rate[] = {1, 0.5f, 0.013f, 0, 1e-9f}, gap[] = {0, 86400, 3, 1e30f, 0.1f};
  unsigned char bytes[10];
  mt_repeats repeats;
  mt_error error = {0};
  mt_repeats_encode(rate, gap, 5, bytes);
  ok(mt_repeats_open(bytes, 10, 5, &repeats, &error), &error);
  for (uint32_t i = 0; i < 3; i++) {
    near((double)(mt_repeats_rate(&repeats, i) / rate[i]), 1, 0.023);
    if (i > 0) near((double)(mt_repeats_gap(&repeats, i) / gap[i]), 1, 0.045);
  }
  assert_true(mt_repeats_gap(&repeats, 0) == 0 && mt_repeats_rate(&repeats, 3) == 0);
  assert_true(mt_repeats_gap(&repeats, 3) < 5e9f && mt_repeats_gap(&repeats, 4) > 1);
  assert_true(mt_repeats_rate(&repeats, 4) > 0 && mt_repeats_rate(&repeats, 4) < 1e-4f);
  assert_int_equal(mt_repeats_open(bytes, 9, 5, &repeats, &error), MT_CORRUPT);
  assert_string_equal(error.message, "repeats: found 9 bytes, expected 10");
}

static void neighbours_match_brute_force(void **state) {
  (void)state;
  mt_error error = {0};
  mt_neighbours ways[] = {MT_NEIGHBOURS_ADJACENCY(5), MT_NEIGHBOURS_COSINE(40, 0), MT_NEIGHBOURS_COSINE(3, 10),
                          {0.7f, 0.2f, 0.6f, 2, false, 9, 8, 3}};
  for (uint64_t seed = 0; seed < 10; seed++) {
    make_world(&w, 15, seed == 9 ? 1 : 25, 200, seed % 2, MT_REPEATS_SUM, seed);
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
      neighbours_reference(&ways[way]);
      uint32_t cut = w.items / 3;
      for (uint32_t part = 0; part < 2; part++) {
        mt_lists lists;
        ok(mt_neighbours_train(&ways[way], 1, &w.by_user, &w.by_item, part * cut, part ? w.items : cut, &lists, NULL, &error),
           &error);
        ok(mt_lists_check(&lists, &error), &error);
        compare_lists(&lists, part * cut, table, w.items, ways[way].top);
        mt_lists_free(&lists);
      }
    }
    mt_lists lists[4], alone;
    for (size_t way = 0; way < 4; way++) ways[way].longest = 9, ways[way].people = 2;
    mt_shared shared = {0};
    ok(mt_neighbours_train(ways, 4, &w.by_user, &w.by_item, 0, w.items, lists, &shared, &error), &error);
    assert_true(shared.few <= shared.pairs && (w.items == 1 || shared.few > 0));
    for (size_t way = 0; way < 4; way++) {
      ok(mt_neighbours_train(&ways[way], 1, &w.by_user, &w.by_item, 0, w.items, &alone, NULL, &error), &error);
      uint32_t entries = alone.start[w.items];
      assert_int_equal(lists[way].keys, w.items);
      assert_memory_equal(lists[way].start, alone.start, (w.items + 1) * sizeof *alone.start);
      assert_memory_equal(lists[way].items, alone.items, entries * sizeof *alone.items);
      assert_memory_equal(lists[way].weights, alone.weights, entries * sizeof *alone.weights);
      mt_lists_free(&lists[way]);
      mt_lists_free(&alone);
    }
    ways[3].people = 3;
    assert_int_equal(mt_neighbours_train(ways, 4, &w.by_user, &w.by_item, 0, w.items, lists, NULL, &error), MT_INVALID);
    ways[3].people = 2, ways[3].longest = 8;
    assert_int_equal(mt_neighbours_train(ways, 4, &w.by_user, &w.by_item, 0, w.items, lists, NULL, &error), MT_INVALID);
    assert_int_equal(mt_neighbours_train(ways, 5, &w.by_user, &w.by_item, 0, w.items, lists, NULL, &error), MT_INVALID);
    assert_int_equal(mt_neighbours_train(ways, 1, &w.by_user, &w.by_item, 1, w.items + 1, lists, NULL, &error), MT_INVALID);
    free_world(&w);
  }
}

static void transitions_match_brute_force(void **state) {
  (void)state;
  mt_error error = {0};
  mt_transitions ways[] = {MT_TRANSITIONS_DEFAULT(6), {1, 1, 0, 1, 50, 0, 1, false}, {5, 0.5f, 1, 0, 3, 0, 1, false}, {4, 0.7f, 0.3f, 0.2f, 9, 0.3f, 1, false},
                           {4, 0.7f, 0.3f, 0.2f, 9, 0.3f, 3, false}, {2, 1, 0.5f, 0.5f, 7, 0, 2, false}};
  for (uint64_t seed = 0; seed < 10; seed++) {
    make_world(&w, 10, seed == 9 ? 1 : 20, 150, false, MT_REPEATS_MAX, seed);
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
      double out[MAX_SIDE] = {0}, in[MAX_SIDE] = {0};
      static uint32_t people[MAX_SIDE][MAX_SIDE], latest[MAX_SIDE][MAX_SIDE]; /* the last user, + 1 */
      memset(people, 0, sizeof people), memset(latest, 0, sizeof latest);
      memset(table, 0, sizeof table);
      for (uint32_t u = 0; u < w.users; u++)
        for (uint32_t a = w.log.start[u]; a < w.log.start[u + 1]; a++)
          for (uint32_t b = a + 1; b < w.log.start[u + 1] && b - a <= ways[way].window; b++)
            if (w.log.item[a] != w.log.item[b]) {
              double near_by = pow(b - a, -(double)ways[way].decay);
              table[w.log.item[a]][w.log.item[b]] += near_by;
              table[w.log.item[b]][w.log.item[a]] += (double)ways[way].back * near_by;
              for (uint32_t turned = 0; turned < (ways[way].back > 0 ? 2 : 1); turned++) {
                uint32_t from = w.log.item[turned ? b : a], to = w.log.item[turned ? a : b];
                people[from][to] += latest[from][to] != u + 1;
                latest[from][to] = u + 1;
              }
            }
      for (uint32_t i = 0; i < w.items; i++)
        for (uint32_t j = 0; j < w.items; j++) {
          out[i] += table[i][j];
          in[j] += table[i][j];
        }
      for (uint32_t i = 0; i < w.items; i++)
        for (uint32_t j = 0; j < w.items; j++)
          if (people[i][j] < ways[way].people) table[i][j] = 0;
          else if (table[i][j] > 0)
            table[i][j] *= pow(out[i], -(double)ways[way].key_exponent) * pow(in[j], -(double)ways[way].target_exponent);
      mt_steps steps;
      ok(mt_steps_build(&ways[way], &w.log, &steps, &error), &error);
      uint32_t half = w.items / 2, bounds[] = {0, half, w.items};
      for (size_t part = 0; part < 2; part++) { /* in ranges, as threads do it */
        mt_lists lists;
        ok(mt_transitions_train(&ways[way], &w.log, &steps, bounds[part], bounds[part + 1], &lists, NULL, &error), &error);
        compare_lists(&lists, bounds[part], table, w.items, ways[way].top);
        mt_lists_free(&lists);
      }
      mt_steps_free(&steps);
    }
    free_world(&w);
  }
}

/* Whether j is among the first `most` of list i. */
static bool is_among(const mt_lists *lists, uint32_t i, uint32_t j, uint32_t most) {
  for (uint32_t e = lists->start[i]; e < lists->start[i + 1] && e - lists->start[i] < most; e++)
    if (lists->items[e] == j) return true;
  return false;
}

static const mt_walked everybody = {NULL, 1};

static void hops_match_brute_force(void **state) {
  (void)state;
  enum { FAN = 4 };
  mt_error error = {0};
  mt_transitions how = {3, 1, 0.3f, 0.2f, 7, 0.3f, 1, false};
  const float onward[] = {0, 0.5f, 2};
  for (uint64_t seed = 0; seed < 9; seed++) {
    make_world(&w, 10, seed == 8 ? 1 : 20, 60 + 30 * (uint32_t)seed, false, MT_REPEATS_MAX, seed);
    mt_steps steps;
    mt_lists one, two;
    double first[MAX_SIDE][MAX_SIDE] = {0}, leaving[MAX_SIDE] = {0};
    ok(mt_steps_build(&how, &w.log, &steps, &error), &error);
    ok(mt_transitions_train(&how, &w.log, &steps, 0, w.items, &one, NULL, &error), &error);
    for (uint32_t i = 0; i < w.items; i++)
      for (uint32_t e = one.start[i]; e < one.start[i + 1]; e++) {
        first[i][one.items[e]] = (double)one.weights[e];
        leaving[i] += (double)one.weights[e];
      }
    memset(table, 0, sizeof table);
    for (uint32_t i = 0; i < w.items; i++)
      for (uint32_t j = 0; j < w.items; j++) {
        if (i == j) continue;
        table[i][j] = first[i][j];
        for (uint32_t k = 0; k < w.items; k++)
          if (leaving[k] > 0 && is_among(&one, i, k, FAN) && is_among(&one, k, j, FAN))
            table[i][j] += (double)onward[seed % 3] * first[i][k] * first[k][j] / leaving[k];
      }
    uint32_t half = w.items / 2, bounds[] = {0, half, w.items};
    float share[MAX_SIDE];
    ok(mt_hops_share(&one, onward[seed % 3], share, &error), &error);
    for (size_t part = 0; part < 2; part++) {
      ok(mt_hops_train(&one, share, everybody, FAN, 5, bounds[part], bounds[part + 1], &two, &error), &error);
      ok(mt_lists_check(&two, &error), &error);
      compare_lists(&two, bounds[part], table, w.items, 5);
      mt_lists_free(&two);
    }
    assert_int_equal(mt_hops_share(&one, -1, share, &error), MT_INVALID);
    assert_int_equal(mt_hops_train(&one, share, everybody, FAN, 5, 0, w.items + 1, &two, &error), MT_INVALID);
    mt_steps_free(&steps);
    mt_lists_free(&one);
    free_world(&w);
  }
}

/* Whose steps those of a world are: by item and item, a bit for each user. */
static uint32_t whose[MAX_SIDE][MAX_SIDE];

static void find_whose(const mt_transitions *how) {
  memset(whose, 0, sizeof whose);
  for (uint32_t u = 0; u < w.log.users; u++)
    for (uint32_t a = w.log.start[u]; a < w.log.start[u + 1]; a++)
      for (uint32_t b = a + 1; b < w.log.start[u + 1] && b - a <= how->window; b++) {
        whose[w.log.item[a]][w.log.item[b]] |= 1u << u;
        if (how->back > 0) whose[w.log.item[b]][w.log.item[a]] |= 1u << u;
      }
}

static uint32_t how_many(uint32_t users) {
  uint32_t n = 0;
  for (; users != 0; users &= users - 1) n++;
  return n;
}

/* Steps of few people take part in hops, and nowhere else, and a sum rests on enough. */
static void hops_merge_what_few_did(void **state) {
  (void)state;
  enum { FAN = 4, PEOPLE = 3 };
  mt_error error = {0};
  for (uint64_t seed = 0; seed < 12; seed++) {
    uint32_t people = 1 + (uint32_t)seed % PEOPLE;
    mt_transitions how = {2, 1, 0.3f, 0.2f, 7, seed % 2 == 0 ? 0.3f : 0, people, true};
    make_world(&w, 10, 20, 30 + 10 * (uint32_t)seed, false, MT_REPEATS_MAX, seed);
    mt_steps steps;
    mt_lists one, two;
    mt_shared shared = {0};
    ok(mt_steps_build(&how, &w.log, &steps, &error), &error);
    ok(mt_transitions_train(&how, &w.log, &steps, 0, w.items, &one, &shared, &error), &error);
    uint32_t half = w.items / 2, bounds[] = {0, half, w.items};
    static uint32_t who[MAX_SIDE * MAX_SIDE * PEOPLE];
    for (size_t part = 0; part < 2; part++)
      ok(mt_transitions_who(&how, &w.log, &steps, &one, bounds[part], bounds[part + 1], who, &error), &error);
    find_whose(&how);
    double few = 0, first[MAX_SIDE][MAX_SIDE] = {0}, leaving[MAX_SIDE] = {0};
    for (uint32_t i = 0; i < w.items; i++) {
      for (uint32_t j = 0; j < w.items; j++) few += i != j && whose[i][j] != 0 && how_many(whose[i][j]) < people;
      for (uint32_t e = one.start[i]; e < one.start[i + 1]; e++) {
        uint32_t left = whose[i][one.items[e]];
        for (uint32_t p = 0; p < people; p++, left &= left - 1)
          assert_int_equal(who[e * people + p], left == 0 ? MT_NOBODY : how_many((left & (~left + 1)) - 1));
        first[i][one.items[e]] = (double)one.weights[e];
        leaving[i] += (double)one.weights[e];
      }
    }
    assert_true(shared.few == few);
    memset(table, 0, sizeof table);
    for (uint32_t i = 0; i < w.items; i++)
      for (uint32_t j = 0; j < w.items; j++) {
        if (i == j) continue;
        uint32_t by = how_many(whose[i][j]) >= people && first[i][j] > 0 ? whose[i][j] : 0;
        table[i][j] = by != 0 ? first[i][j] : 0;
        for (uint32_t k = 0; k < w.items; k++) {
          if (leaving[k] <= 0 || !is_among(&one, i, k, FAN) || !is_among(&one, k, j, FAN)) continue;
          table[i][j] += 2 * first[i][k] * first[k][j] / leaving[k];
          by |= whose[i][k] | whose[k][j];
        }
        if (how_many(by) < people) table[i][j] = 0;
      }
    float share[MAX_SIDE];
    ok(mt_hops_share(&one, 2, share, &error), &error);
    for (size_t part = 0; part < 2; part++) {
      ok(mt_hops_train(&one, share, (mt_walked){who, people}, FAN, 5, bounds[part], bounds[part + 1], &two, &error), &error);
      compare_lists(&two, bounds[part], table, w.items, 5);
      mt_lists_free(&two);
    }
    assert_int_equal(mt_hops_train(&one, share, (mt_walked){who, 0}, FAN, 5, 0, w.items, &two, &error), MT_INVALID);
    assert_int_equal(mt_transitions_who(&how, &w.log, &steps, &one, 0, w.items + 1, who, &error), MT_INVALID);
    mt_steps_free(&steps);
    mt_lists_free(&one);
    free_world(&w);
  }
}

/* What is too little for a float is not there: item 0 leads to items 1 .. 39, and each of these to 40 .. 79 by next to nothing. */
static void hops_of_next_to_nothing(void **state) {
  (void)state;
  enum { ITEMS = 80, HALF = 40 };
  mt_error error = {0};
  mt_lists one, two;
  ok(mt_lists_alloc(ITEMS, ITEMS, (HALF - 1) * (HALF + 2), &one, &error), &error);
  uint32_t e = 0;
  for (uint32_t i = 0; i < ITEMS; i++) {
    for (uint32_t j = 1; i == 0 && j < HALF; j++, e++) one.items[e] = j, one.weights[e] = 1e-30f;
    if (i > 0 && i < HALF) one.items[e] = 0, one.weights[e++] = 1e10f;
    for (uint32_t j = HALF; i > 0 && i < HALF && j < ITEMS; j++, e++) one.items[e] = j, one.weights[e] = 1e-10f;
    one.start[i + 1] = e;
  }
  float share[ITEMS];
  ok(mt_hops_share(&one, 1, share, &error), &error);
  ok(mt_hops_train(&one, share, everybody, ITEMS, ITEMS, 0, 1, &two, &error), &error);
  ok(mt_lists_check(&two, &error), &error);
  assert_int_equal(two.start[1], HALF - 1);
  mt_lists_free(&one);
  mt_lists_free(&two);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(log_orders_and_collapses),
      cmocka_unit_test(log_without_events),
      cmocka_unit_test(log_names_the_wrong_event),
      cmocka_unit_test(log_in_parts),
      cmocka_unit_test(lists_check_refuses),
      cmocka_unit_test(truncation_keeps_the_heaviest),
      cmocka_unit_test(repeats_by_hand),
      cmocka_unit_test(repeats_of_one_item_are_their_median),
      cmocka_unit_test(repeats_are_kept_in_two_bytes),
      cmocka_unit_test(neighbours_match_brute_force),
      cmocka_unit_test(transitions_match_brute_force),
      cmocka_unit_test(hops_match_brute_force),
      cmocka_unit_test(hops_merge_what_few_did),
      cmocka_unit_test(hops_of_next_to_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

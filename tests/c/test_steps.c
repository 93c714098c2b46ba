/* Factors by stochastic steps: losses and slopes against plain sums in double and their finite differences, and that what comes
 * out depends on nothing but the seed. */
#include "world.h"

#include "base/simd.h"
#include "learn/factors.h"
#include "learn/spread.h"

static world w;

static mt_factors_plan plan_of(mt_factors_loss loss) {
  return (mt_factors_plan){.dims = 6, .loss = loss, .batch = 40, .negatives = 11, .among = 3, .rate = 0.05f, .shown = 0.5f, .temperature = 0.2f,
                           .margin = 0.1f, .weight = 3, .ahead = 3, .fading = 0.8f};
}

/* The loss of one person by scores of what is wanted and of negatives, but for those that do not count. */
static double loss_by_scores(const mt_factors_plan *plan, const double *wanted, const float *weight, uint32_t count, const double *score,
                             mt_rng rng) {
  double loss = 0, t = (double)plan->temperature;
  for (uint32_t i = 0; i < count; i++) {
    double sum = 0;
    uint32_t nearest = 0;
    for (uint32_t drawn = 0; plan->loss == MT_LOSS_BPR && drawn < plan->among; drawn++) {
      uint32_t j = mt_rng_below(&rng, plan->negatives);
      if (drawn == 0 || score[j] > score[nearest]) nearest = j;
    }
    for (uint32_t j = 0; j < plan->negatives; j++) {
      if (score[j] <= (double)MT_FACTORS_NOT_COUNTED) continue;
      if (plan->loss == MT_LOSS_BPR && j == nearest) sum = log1p(exp((score[j] - wanted[i]) / t));
      if (plan->loss == MT_LOSS_CCL) sum += (double)plan->weight / plan->negatives * fmax(0, score[j] - (double)plan->margin);
      if (plan->loss == MT_LOSS_SOFTMAX) sum += exp((score[j] - wanted[i]) / t);
      if (plan->loss == MT_LOSS_SQUARED) sum += (double)plan->weight / plan->negatives * score[j] * score[j];
    }
    if (plan->loss == MT_LOSS_SQUARED) {
      loss += pow((double)weight[i] - wanted[i], 2) + sum;
      continue;
    }
    loss += (double)weight[i] * (plan->loss == MT_LOSS_SOFTMAX ? log1p(sum) : plan->loss == MT_LOSS_CCL ? sum + 1 - wanted[i] : sum);
  }
  return loss;
}

static void losses_are_their_formulas(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(7);
  for (uint32_t round = 0; round < 30; round++) {
    mt_factors_plan plan = plan_of((mt_factors_loss)(round % 4));
    float wanted[5], weight[5], pull[5], score[12];
    double exact_wanted[5], exact[12];
    uint32_t count = 1 + round % 5;
    for (uint32_t i = 0; i < count; i++) {
      exact_wanted[i] = (double)(wanted[i] = 2 * mt_rng_unit(&rng) - 1);
      weight[i] = 0.5f + mt_rng_unit(&rng);
    }
    for (uint32_t j = 0; j < 12; j++)
      exact[j] = (double)(score[j] = j == 11 || j % 4 == round % 7 ? MT_FACTORS_NOT_COUNTED : 2 * mt_rng_unit(&rng) - 1);
    mt_rng drawn = rng;
    double found = mt_factors_losses(&plan, wanted, weight, count, score, pull, &rng);
    double expected = loss_by_scores(&plan, exact_wanted, weight, count, exact, drawn);
    near(found, expected, 1e-4 * (1 + expected));
    for (uint32_t at = 0; at < count + plan.negatives; at++) {
      double *moved = at < count ? &exact_wanted[at] : &exact[at - count], before = *moved, step = 1e-5;
      if (before <= (double)MT_FACTORS_NOT_COUNTED) continue;
      *moved = before + step;
      double more = loss_by_scores(&plan, exact_wanted, weight, count, exact, drawn);
      *moved = before - step;
      double less = loss_by_scores(&plan, exact_wanted, weight, count, exact, drawn);
      *moved = before;
      near((double)(at < count ? pull[at] : score[at - count]), (more - less) / (2 * step), 2e-4 * (1 + expected));
    }
    for (uint32_t j = 0; j < 12; j++)
      if (exact[j] <= (double)MT_FACTORS_NOT_COUNTED) assert_true(score[j] == 0);
  }
}

/* The loss of a whole batch by vectors in double, those of negatives apart from those of what was met. */
static double loss_by_vectors(const mt_factors *f, const double *vectors, const double *against) {
  size_t d = f->plan.dims;
  double loss = 0;
  for (uint32_t b = 0; b < f->people; b++) {
    const mt_visit *visit = &f->visits[b];
    double q[8] = {0}, length = 0, wanted[64], score[12];
    float weight[64];
    uint32_t count = 0;
    if (visit->count == 0) continue;
    for (uint32_t e = 0; e < visit->count; e++)
      for (size_t k = 0; k < d; k++) {
        size_t at = visit->first + e;
        if (f->shown[at]) q[k] += (double)f->weight[at] * vectors[f->item[at] * d + k];
      }
    for (size_t k = 0; k < d; k++) length += q[k] * q[k];
    for (uint32_t e = 0; e < visit->count; e++) {
      size_t at = visit->first + e;
      if (f->shown[at]) continue;
      wanted[count] = 0;
      for (size_t k = 0; k < d; k++) wanted[count] += vectors[f->item[at] * d + k] * q[k] / sqrt(length);
      weight[count++] = f->weight[at];
    }
    for (uint32_t j = 0; j < f->plan.negatives; j++) {
      score[j] = 0;
      for (size_t k = 0; k < d; k++) score[j] += against[j * d + k] * q[k] / sqrt(length);
      for (uint32_t e = f->lists->start[visit->person]; e < f->lists->start[visit->person + 1]; e++)
        if (f->lists->items[e] == f->negative[j]) score[j] = (double)MT_FACTORS_NOT_COUNTED;
    }
    loss += loss_by_scores(&f->plan, wanted, weight, count, score, visit->rng);
  }
  return loss;
}

/* What a step goes down: of each item, as what was met and as a negative. */
static void slopes(const mt_factors *f, double *of_met, double *of_negatives) {
  size_t d = f->plan.dims, stride = mt_factors_stride(&f->plan);
  for (uint32_t b = 0; b < f->people; b++)
    for (uint32_t e = 0; e < f->visits[b].count; e++) {
      size_t at = f->visits[b].first + e;
      for (size_t k = 0; k < d; k++)
        of_met[f->item[at] * d + k] += f->shown[at] ? (double)(f->weight[at] * f->slope[b * stride + k])
                                                    : (double)(f->pull[at] * f->query[b * stride + k]);
    }
  for (uint32_t part = 0; part < mt_factors_parts(f->people); part++)
    for (uint32_t j = 0; j < f->plan.negatives; j++)
      for (size_t k = 0; k < d; k++) of_negatives[j * d + k] += (double)f->push[(part * f->plan.negatives + j) * stride + k];
}

static void visits_find_slopes(void **state) {
  (void)state;
  mt_error error = {0};
  for (uint32_t round = 0; round < 12; round++) { /* each loss, by parts, by moments and by walks */
    uint32_t loss = round % 4;
    mt_factors_plan plan = plan_of((mt_factors_loss)loss);
    size_t d = plan.dims, stride = mt_factors_stride(&plan);
    if (round >= 8) plan.walk = 4;
    make_world(&w, 40, 30, 300, loss == 1, MT_REPEATS_MAX, 3 + loss);
    mt_factors f;
    ok(mt_factors_start(&plan, &w.by_user, &w.by_item, round < 4 ? NULL : &w.log, NULL, 5, &f, &error), &error);
    bool twice = true; /* of two that are equally near one is taken, and slopes jump */
    for (uint32_t epoch = 1; twice; epoch++) {
      mt_factors_begin(&f, epoch, 1);
      mt_factors_draw(&f, 0);
      twice = false;
      for (uint32_t j = 1; j < plan.negatives; j++) twice |= f.negative[j] == f.negative[j - 1];
    }
    assert_true(f.people == 40 || f.people == f.count);
    for (uint32_t part = 0; part < mt_factors_parts(f.people); part++) ok(mt_factors_visit(&f, part, &error), &error);
    double vectors[MAX_SIDE * 8], against[16 * 8], of_met[MAX_SIDE * 8] = {0}, of_negatives[16 * 8] = {0};
    for (size_t i = 0; i < 30; i++)
      for (size_t k = 0; k < d; k++) vectors[i * d + k] = (double)f.vectors[i * stride + k];
    for (size_t j = 0; j < plan.negatives; j++)
      for (size_t k = 0; k < d; k++) against[j * d + k] = vectors[f.negative[j] * d + k];
    slopes(&f, of_met, of_negatives);
    double expected = loss_by_vectors(&f, vectors, against), found = 0;
    for (uint32_t part = 0; part < mt_factors_parts(f.people); part++) found += f.part_loss[part];
    near(found, expected, 1e-4 * expected);
    for (size_t at = 0; at < (30 + plan.negatives) * d; at++) {
      double *moved = at < 30 * d ? &vectors[at] : &against[at - 30 * d], before = *moved, step = 1e-6;
      *moved = before + step;
      double more = loss_by_vectors(&f, vectors, against);
      *moved = before - step;
      double less = loss_by_vectors(&f, vectors, against);
      *moved = before;
      near(at < 30 * d ? of_met[at] : of_negatives[at - 30 * d], (more - less) / (2 * step), 2e-3 * (1 + expected / 100));
    }
    mt_factors_free(&f);
    free_world(&w);
  }
}

/* Two companies of 15 items each; everybody meets items of one. */
static void companies(uint32_t people, mt_lists *out) {
  mt_error error = {0};
  ok(mt_lists_alloc(people, 31, people * 5, out, &error), &error);
  for (uint32_t u = 0; u < people; u++) {
    out->start[u + 1] = 5 * (u + 1);
    for (uint32_t e = 0; e < 5; e++) {
      out->items[5 * u + e] = u % 2 * 15 + (u / 2 + 4 * e) % 15;
      out->weights[5 * u + e] = 1;
    }
    qsort(out->items + 5 * u, 5, sizeof *out->items, mt_compare_numbers);
  }
}

static void train(const mt_factors_plan *plan, const mt_lists *lists, uint32_t epochs, bool backwards, mt_factors *f) {
  mt_error error = {0};
  ok(mt_factors_start(plan, lists, NULL, NULL, NULL, 11, f, &error), &error);
  for (uint32_t epoch = 1; epoch <= epochs; epoch++) {
    mt_factors_begin(f, epoch, 1);
    for (uint32_t batch = 0; batch < f->batches; batch++) {
      mt_factors_draw(f, batch);
      uint32_t parts = mt_factors_parts(f->people);
      for (uint32_t part = 0; part < parts; part++) ok(mt_factors_visit(f, backwards ? parts - 1 - part : part, &error), &error);
      ok(mt_factors_step(f, &error), &error);
    }
  }
}

static void companies_come_together(void **state) {
  (void)state;
  mt_lists lists;
  companies(300, &lists);
  for (uint32_t loss = 0; loss <= MT_LOSS_SQUARED + 1; loss++) { /* the last twice, with numbers of any sign and without */
    mt_factors_plan plan = plan_of(loss < MT_LOSS_SQUARED ? (mt_factors_loss)loss : MT_LOSS_SQUARED);
    mt_factors f, again;
    plan.positive = loss > MT_LOSS_SQUARED;
    plan.batch = 128;
    train(&plan, &lists, 1, false, &f);
    double first = f.loss;
    mt_factors_free(&f);
    train(&plan, &lists, 30, false, &f);
    assert_true(f.loss < first && f.loss > 0);
    size_t stride = mt_factors_stride(&plan);
    double within = 0, across = 0;
    for (size_t i = 0; i < 15; i++)
      for (size_t j = 0; j < 15; j++)
        for (size_t k = 0; k < stride; k++) {
          within += (double)(f.vectors[i * stride + k] * f.vectors[j * stride + k]) / 225;
          across += (double)(f.vectors[i * stride + k] * f.vectors[(15 + j) * stride + k]) / 225;
        }
    if (!(within > across + 0.2)) fail_msg("found %g within, %g across", within, across);
    assert_true(within > across + 0.2);
    for (size_t at = 0; plan.positive && at < 31 * stride; at++) assert_true(f.vectors[at] >= 0);
    train(&plan, &lists, 30, true, &again); /* parts in another order, as threads may take them */
    assert_memory_equal(f.vectors, again.vectors, 31 * stride * sizeof(float));
    mt_factors_free(&f);
    mt_factors_free(&again);
  }
  mt_lists_free(&lists);
}

/* By moments: what came before, the newest most, and what came next, in their order. */
static void moments_have_an_order(void **state) {
  (void)state;
  mt_error error = {0};
  make_world(&w, 20, 15, 120, true, MT_REPEATS_MAX, 4);
  mt_factors_plan plan = plan_of(MT_LOSS_SOFTMAX);
  mt_factors f;
  ok(mt_factors_start(&plan, &w.by_user, NULL, &w.log, NULL, 5, &f, &error), &error);
  uint32_t visits = 0;
  for (uint32_t u = 0; u < 20; u++) {
    uint32_t events = w.log.start[u + 1] - w.log.start[u];
    visits += events < 2 ? 0 : (events + 1) / 3;
  }
  assert_int_equal(f.count, visits);
  mt_factors_begin(&f, 1, 1);
  for (uint32_t batch = 0; batch < f.batches; batch++) {
    mt_factors_draw(&f, batch);
    for (uint32_t b = 0; b < f.people; b++) {
      const mt_visit *visit = &f.visits[b];
      uint32_t begin = w.log.start[visit->person], events = w.log.start[visit->person + 1] - begin, shown = 0, at = 0;
      while (f.shown[visit->first + shown]) shown++;
      assert_in_range(shown, 1, visit->count - 1);
      assert_int_equal(visit->count - shown, events - shown < 3 ? events - shown : 3); /* nobody here has more than 64 */
      for (; at < visit->count; at++) {
        assert_int_equal(f.item[visit->first + at], w.log.item[begin + at]);
        assert_int_equal(f.shown[visit->first + at], at < shown);
        double faded = at < shown ? pow(0.8, shown - 1 - at) : 1;
        near((double)f.weight[visit->first + at], faded * (double)(f.scale * w.log.weight[begin + at]), 1e-6);
      }
    }
  }
  mt_factors_free(&f);
  free_world(&w);
}

/* What a person disliked is wanted beside what comes next, as little as it weighs; by other losses it is not looked at. */
static void what_is_disliked_is_told(void **state) {
  (void)state;
  mt_error error = {0};
  mt_lists lists, disliked;
  mt_factors f;
  companies(40, &lists);
  ok(mt_lists_alloc(40, 31, 40, &disliked, &error), &error);
  for (uint32_t u = 0; u < 40; u++) { /* the first item of the other company */
    disliked.start[u + 1] = u + 1;
    disliked.items[u] = u % 2 ? 0 : 15;
    disliked.weights[u] = -1;
  }
  for (uint32_t loss = 0; loss <= MT_LOSS_SQUARED; loss++) {
    mt_factors_plan plan = plan_of((mt_factors_loss)loss);
    ok(mt_factors_start(&plan, &lists, NULL, NULL, &disliked, 5, &f, &error), &error);
    for (uint32_t epoch = 1; epoch <= 40; epoch++) {
      mt_factors_begin(&f, epoch, 1);
      mt_factors_draw(&f, 0);
      for (uint32_t b = 0; b < f.people; b++) {
        const mt_visit *visit = &f.visits[b];
        uint32_t last = visit->first + visit->count - 1;
        assert_int_equal(visit->count, loss == MT_LOSS_SQUARED ? 6 : 5);
        if (loss < MT_LOSS_SQUARED) continue;
        assert_int_equal(f.item[last], disliked.items[visit->person]);
        assert_true(!f.shown[last] && f.weight[last] < 0);
      }
      for (uint32_t part = 0; part < mt_factors_parts(f.people); part++) ok(mt_factors_visit(&f, part, &error), &error);
      ok(mt_factors_step(&f, &error), &error);
    }
    float score = mt_dot_f32(f.vectors + 15 * 8, f.vectors, 8), other = mt_dot_f32(f.vectors + 16 * 8, f.vectors, 8);
    if (loss == MT_LOSS_SQUARED) assert_true(score < other - 0.1f); /* liked by the same people, but disliked by those of 0 */
    mt_factors_free(&f);
  }
  disliked.width = 30;
  mt_factors_plan plan = plan_of(MT_LOSS_SQUARED);
  assert_int_equal(mt_factors_start(&plan, &lists, NULL, NULL, &disliked, 5, &f, &error), MT_INVALID);
  mt_lists_free(&lists);
  mt_lists_free(&disliked);
}

/* Walks: from an item of the person to others that are not it, the first of them of the same person. */
static void walks_go_on(void **state) {
  (void)state;
  mt_error error = {0};
  make_world(&w, 20, 15, 120, false, MT_REPEATS_MAX, 4);
  mt_factors_plan plan = plan_of(MT_LOSS_SOFTMAX);
  plan.walk = 5;
  mt_factors f;
  ok(mt_factors_start(&plan, &w.by_user, &w.by_item, NULL, NULL, 5, &f, &error), &error);
  uint32_t longest = 0;
  for (uint32_t epoch = 1; epoch <= 20; epoch++) {
    mt_factors_begin(&f, epoch, 1);
    mt_factors_draw(&f, 0);
    for (uint32_t b = 0; b < f.people; b++) {
      const mt_visit *visit = &f.visits[b];
      assert_in_range(visit->count, 2, 6);
      if (visit->count > longest) longest = visit->count;
      assert_true(w.r[visit->person][f.item[visit->first]] > 0);
      for (uint32_t e = 0; e < visit->count; e++) {
        assert_int_equal(f.shown[visit->first + e], e == 0);
        assert_true(e == 0 || f.item[visit->first + e] != f.item[visit->first]);
      }
      if (visit->count == 6) assert_true(w.r[visit->person][f.item[visit->first + 1]] > 0);
    }
  }
  assert_int_equal(longest, 6);
  mt_factors_free(&f);
  free_world(&w);
}

/* A trip through the graph against the matrix of it, forwards and backwards, in one range or in many. */
static void trips_are_the_matrix(void **state) {
  (void)state;
  mt_error error = {0};
  make_world(&w, 20, 15, 120, false, MT_REPEATS_MAX, 9);
  mt_factors_plan plan = plan_of(MT_LOSS_SOFTMAX);
  size_t d = plan.dims, stride = mt_factors_stride(&plan);
  mt_factors f;
  mt_spread s;
  ok(mt_factors_start(&plan, &w.by_user, NULL, NULL, NULL, 5, &f, &error), &error);
  ok(mt_spread_start(&f, &w.by_item, 0.7f, &s, &error), &error);
  double graph[15][15] = {{0}};
  for (uint32_t i = 0; i < 15; i++) {
    graph[i][i] = 1;
    for (uint32_t j = 0; j < 15; j++)
      for (uint32_t u = 0; u < 20; u++) {
        double of_i = 0, of_j = 0, of_u = 0;
        for (uint32_t v = 0; v < 20; v++) of_i += w.r[v][i] > 0, of_j += w.r[v][j] > 0;
        for (uint32_t k = 0; k < 15; k++) of_u += w.r[u][k] > 0;
        if (w.r[u][i] > 0 && w.r[u][j] > 0) graph[i][j] += 0.7 / (of_u * sqrt(of_i * of_j));
      }
  }
  for (uint32_t first = 0; first < 20; first += 3) ok(mt_spread_to_people(&s, MT_FORWARDS, first, first + 3 < 20 ? first + 3 : 20, &error), &error);
  for (uint32_t first = 0; first < 15; first += 5) ok(mt_spread_to_items(&s, MT_FORWARDS, first, first + 5, &error), &error);
  for (uint32_t i = 0; i < 15; i++)
    for (size_t k = 0; k < d; k++) {
      double sum = 0;
      for (uint32_t j = 0; j < 15; j++) sum += graph[i][j] * (double)s.own[j * stride + k];
      near((double)(f.vectors[i * stride + k] * s.length[i]), sum, 1e-5);
    }
  mt_rng rng = mt_rng_seed(2);
  float before[15 * 8], slope[15 * 8];
  for (uint32_t i = 0; i < 15; i++)
    for (size_t k = 0; k < d; k++) s.slopes[i * stride + k] = mt_rng_normal(&rng);
  mt_spread_turn(&s);
  memcpy(before, s.own, 15 * stride * sizeof(float));
  memcpy(slope, s.slopes, 15 * stride * sizeof(float));
  for (uint32_t i = 0; i < 15; i++) { /* along h nothing is left */
    double along = 0;
    for (size_t k = 0; k < d; k++) along += (double)slope[i * stride + k] * (double)f.vectors[i * stride + k];
    near(along, 0, 1e-5);
  }
  ok(mt_spread_to_people(&s, MT_BACKWARDS, 0, 20, &error), &error);
  ok(mt_spread_to_items(&s, MT_BACKWARDS, 0, 15, &error), &error);
  for (uint32_t i = 0; i < 15; i++)
    for (size_t k = 0; k < d; k++) {
      double sum = 0;
      for (uint32_t j = 0; j < 15; j++) sum += graph[i][j] * (double)slope[j * stride + k];
      near((double)f.squares[i * stride + k], sum * sum, 1e-4 * (1 + sum * sum)); /* the first step of Adagrad */
      near((double)(before[i * stride + k] - s.own[i * stride + k]), sum > 0 ? (double)plan.rate : -(double)plan.rate, 1e-4);
      assert_true(s.slopes[i * stride + k] == 0);
    }
  assert_int_equal(mt_spread_to_items(&s, MT_FORWARDS, 3, 16, &error), MT_INVALID);
  mt_spread_free(&s);
  assert_null(f.gathered);
  mt_factors_free(&f);
  free_world(&w);
}

/* People who met more than a visit takes: each entry once, wherever it begins. */
static void long_lists_go_round(void **state) {
  (void)state;
  mt_error error = {0};
  mt_lists lists;
  uint32_t n = MT_FACTORS_LONGEST + 100;
  ok(mt_lists_alloc(1, n, n, &lists, &error), &error);
  lists.start[1] = n;
  for (uint32_t e = 0; e < n; e++) lists.items[e] = e, lists.weights[e] = 1;
  mt_factors_plan plan = plan_of(MT_LOSS_SOFTMAX);
  mt_factors f;
  train(&plan, &lists, 3, false, &f);
  assert_int_equal(f.visits[0].count, MT_FACTORS_LONGEST);
  unsigned char seen[MT_FACTORS_LONGEST + 100] = {0};
  for (uint32_t e = 0; e < MT_FACTORS_LONGEST; e++) assert_int_equal(seen[f.item[e]]++, 0);
  mt_factors_free(&f);
  mt_lists_free(&lists);
}

/* The first step of Adagrad is the rate, whatever the slope; at half the pace half of it. */
static void steps_are_as_long_as_their_pace(void **state) {
  (void)state;
  mt_error error = {0};
  mt_lists lists;
  mt_factors f;
  companies(10, &lists);
  mt_factors_plan plan = plan_of(MT_LOSS_SOFTMAX);
  ok(mt_factors_start(&plan, &lists, NULL, NULL, NULL, 1, &f, &error), &error);
  float rows[2 * 8] = {0}, slope[8] = {3, -0.1f};
  for (uint32_t item = 0; item < 2; item++) {
    mt_factors_begin(&f, item + 1, item == 0 ? 1 : 0.5f);
    mt_factors_descend(&f, rows, item, slope);
  }
  for (size_t d = 0; d < 2; d++) {
    near((double)rows[d], d == 0 ? -0.05 : 0.05, 1e-6);
    near((double)rows[8 + d], (double)rows[d] / 2, 1e-6);
  }
  mt_factors_free(&f);
  mt_lists_free(&lists);
}

static void what_cannot_be_is_refused(void **state) {
  (void)state;
  mt_error error = {0};
  mt_factors f;
  mt_factors_plan plan = plan_of(MT_LOSS_BPR);
  mt_lists lists;
  ok(mt_lists_alloc(2, 3, 2, &lists, &error), &error);
  for (uint32_t e = 0; e < 2; e++) lists.start[e + 1] = e + 1, lists.items[e] = e, lists.weights[e] = 1;
  assert_int_equal(mt_factors_start(&plan, &lists, NULL, NULL, NULL, 1, &f, &error), MT_INVALID);
  assert_non_null(strstr(error.message, "nobody who met two items"));
  for (uint32_t what = 0; what < 11; what++) {
    plan = plan_of(MT_LOSS_BPR);
    if (what == 0) plan.dims = 0;
    if (what == 1) plan.negatives = MT_FACTORS_MAX_NEGATIVES + 1;
    if (what == 2) plan.rate = NAN;
    if (what == 3) plan.shown = 1;
    if (what == 4) plan.temperature = 0;
    if (what == 5) plan.loss = 4;
    if (what == 6) plan.among = 0;
    if (what == 7) plan.ahead = 0;
    if (what == 8) plan.walk = 65;
    if (what == 10) plan.positive = 2;
    if (what == 9) plan.walk = 3; /* and nobody says who met an item */
    assert_int_equal(mt_factors_start(&plan, &lists, NULL, NULL, NULL, 1, &f, &error), MT_INVALID);
  }
  mt_lists_free(&lists);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(losses_are_their_formulas), cmocka_unit_test(visits_find_slopes),
      cmocka_unit_test(companies_come_together),   cmocka_unit_test(long_lists_go_round),
      cmocka_unit_test(moments_have_an_order), cmocka_unit_test(what_is_disliked_is_told), cmocka_unit_test(walks_go_on), cmocka_unit_test(trips_are_the_matrix),
      cmocka_unit_test(steps_are_as_long_as_their_pace), cmocka_unit_test(what_cannot_be_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

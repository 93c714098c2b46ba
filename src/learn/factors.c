#include "learn/factors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "base/simd.h"

#define TILE 4            /* negatives that are scored together */
#define TINY 1e-12f       /* a squared length as good as 0 */
#define TINIEST 1e-30f    /* keeps what is divided by above 0 */

static mt_status check(const mt_factors_plan *plan, mt_error *error) {
  if (plan->dims == 0 || plan->dims > MT_FACTORS_MAX_DIMS)
    return mt_fail(error, MT_INVALID, "factors: found %u dimensions, expected 1 to %u", plan->dims, MT_FACTORS_MAX_DIMS);
  if (plan->among == 0 || plan->among > MT_FACTORS_MAX_NEGATIVES)
    return mt_fail(error, MT_INVALID, "factors: found the nearest of %u, expected 1 to %u", plan->among, MT_FACTORS_MAX_NEGATIVES);
  if (plan->batch == 0 || plan->batch > MT_FACTORS_MAX_BATCH || plan->negatives == 0 || plan->negatives > MT_FACTORS_MAX_NEGATIVES)
    return mt_fail(error, MT_INVALID, "factors: found batches of %u with %u negatives, expected 1 to %u with 1 to %u", plan->batch,
                   plan->negatives, MT_FACTORS_MAX_BATCH, MT_FACTORS_MAX_NEGATIVES);
  if (!(plan->rate > 0 && plan->rate <= 1) || !(plan->shown > 0 && plan->shown < 1) ||
      !(plan->temperature >= 0.02f && plan->temperature <= 100) || !(plan->margin >= -1 && plan->margin < 1) ||
      !(plan->weight >= 0 && plan->weight <= 1e6f) || plan->loss > MT_LOSS_SQUARED || plan->positive > 1)
    return mt_fail(error, MT_INVALID, "factors: found a plan that cannot be, expected rate, shown, temperature, margin and weight in "
                                      "their bounds");
  if (plan->ahead == 0 || plan->ahead > MT_FACTORS_RECENT || !(plan->fading > 0 && plan->fading <= 1))
    return mt_fail(error, MT_INVALID, "factors: found %u events ahead, expected 1 to %u, and a fading in (0, 1]", plan->ahead, MT_FACTORS_RECENT);
  if (plan->walk > MT_FACTORS_RECENT) return mt_fail(error, MT_INVALID, "factors: found walks of %u items, expected at most %u", plan->walk, MT_FACTORS_RECENT);
  return MT_OK;
}

/* A stream of random numbers for each (epoch, place); places of people and of batches are apart. */
static mt_rng stream(const mt_factors *factors, uint32_t epoch, uint64_t place) {
  return mt_rng_seed(factors->seed + 0x9e3779b97f4a7c15ULL * (((uint64_t)epoch << 33) + place + 1));
}
#define OF_BATCHES (1ULL << 32)

static void to_length_one(float *row, size_t stride) {
  float square = mt_dot_f32(row, row, stride);
  if (!(square > TINY)) return;
  mt_f4 scale = mt_f4_splat(1 / sqrtf(square));
  for (size_t d = 0; d < stride; d += 4) mt_f4_store(row + d, mt_f4_mul(scale, mt_f4_load(row + d)));
}

/* -- start and end -- */

static bool take(mt_factors *f, size_t stride) {
  size_t items = f->lists->width, batch = f->plan.batch, negatives = f->plan.negatives;
  size_t parts = mt_factors_parts(f->plan.batch), numbers, pushed;
  if (!mt_mul_size(items, stride, &numbers) || !mt_mul_size(parts * negatives, stride, &pushed)) return false;
  f->vectors = mt_learn_alloc(numbers, sizeof *f->vectors);
  f->squares = calloc(numbers + 1, sizeof *f->squares);
  f->met = mt_learn_alloc(items, sizeof *f->met);
  f->person = mt_learn_alloc(f->count, sizeof *f->person);
  f->order = mt_learn_alloc(f->count, sizeof *f->order);
  f->item = mt_learn_alloc(batch * MT_FACTORS_LONGEST, sizeof *f->item);
  f->weight = mt_learn_alloc(batch * MT_FACTORS_LONGEST, sizeof *f->weight);
  f->visits = mt_learn_alloc(batch, sizeof *f->visits);
  f->negative = mt_learn_alloc(negatives, sizeof *f->negative);
  f->against = calloc((negatives + TILE) * stride, sizeof *f->against);
  f->query = mt_learn_alloc(batch * stride, sizeof *f->query);
  f->slope = mt_learn_alloc(batch * stride, sizeof *f->slope);
  f->pull = mt_learn_alloc(batch * MT_FACTORS_LONGEST, sizeof *f->pull);
  f->shown = mt_learn_alloc(batch * MT_FACTORS_LONGEST, sizeof *f->shown);
  f->push = mt_learn_alloc(pushed, sizeof *f->push);
  f->part_loss = mt_learn_alloc(parts, sizeof *f->part_loss);
  f->part_wanted = mt_learn_alloc(parts, sizeof *f->part_wanted);
  return f->vectors && f->squares && f->met && f->person && f->order && f->item && f->weight && f->visits && f->negative && f->against && f->query && f->slope &&
         f->pull && f->shown && f->push && f->part_loss && f->part_wanted;
}

/* Which items were met at all, the mean weight, and whether anybody met two. */
static mt_status survey(mt_factors *f, mt_error *error) {
  const mt_lists *lists = f->lists;
  unsigned char *seen = calloc((size_t)lists->width + 1, 1);
  if (seen == NULL) return mt_fail(error, MT_NO_MEMORY, "factors: no memory for %u items", lists->width);
  double sum = 0;
  bool some = false;
  for (uint32_t u = 0; u < lists->keys; u++) some |= lists->start[u + 1] - lists->start[u] >= 2;
  uint32_t entries = lists->start[lists->keys];
  for (uint32_t e = 0; e < entries; e++) {
    seen[lists->items[e]] = 1;
    sum += (double)lists->weights[e];
  }
  for (uint32_t i = 0; i < lists->width; i++)
    if (seen[i]) f->met[f->met_count++] = i;
  free(seen);
  if (!some || !(sum > 0)) return mt_fail(error, MT_INVALID, "factors: found nobody who met two items, which is what they learn from");
  f->scale = (float)(entries / sum);
  return MT_OK;
}

/* How often a person is visited: once, for walks by how much they met, or at so many moments that each event is wanted about once. */
static uint32_t visits_of(const mt_factors *f, uint32_t person) {
  uint32_t met = f->lists->start[person + 1] - f->lists->start[person];
  if (f->plan.walk > 0) return met < 2 ? 0 : (met - 1) / MT_FACTORS_WALKS + 1;
  if (f->log == NULL) return 1;
  uint32_t events = f->log->start[person + 1] - f->log->start[person];
  return events < 2 ? 0 : (events - 1) / f->plan.ahead + ((events - 1) % f->plan.ahead != 0);
}

mt_status mt_factors_start(const mt_factors_plan *plan, const mt_lists *lists, const mt_lists *by_item, const mt_log *log,
                           const mt_lists *disliked, uint64_t seed, mt_factors *out, mt_error *error) {
  MT_TRY(check(plan, error));
  MT_TRY(mt_lists_check(lists, error));
  if (plan->walk > 0) {
    if (by_item == NULL || by_item->keys != lists->width || by_item->width != lists->keys)
      return mt_fail(error, MT_INVALID, "factors: expected who met each item, for walks");
    MT_TRY(mt_lists_check(by_item, error));
  }
  if (disliked != NULL) {
    if (disliked->keys != lists->keys || disliked->width != lists->width)
      return mt_fail(error, MT_INVALID, "factors: expected what each person disliked");
    MT_TRY(mt_lists_check(disliked, error));
  }
  size_t stride = mt_factors_stride(plan);
  *out = (mt_factors){.plan = *plan, .lists = lists, .by_item = by_item, .log = log, .disliked = disliked, .seed = seed, .pace = 1};
  for (uint32_t u = 0; u < lists->keys; u++) out->count += visits_of(out, u);
  out->batches = out->count / plan->batch + (out->count % plan->batch != 0);
  mt_status status = take(out, stride) ? survey(out, error)
                                       : mt_fail(error, MT_NO_MEMORY, "factors: no memory for %u items of %u dimensions", lists->width, plan->dims);
  if (status != MT_OK) {
    mt_factors_free(out);
    return status;
  }
  for (uint32_t u = 0, visit = 0; u < lists->keys; u++)
    for (uint32_t n = visits_of(out, u); n > 0; n--) out->person[visit++] = u;
  for (uint32_t i = 0; i < lists->width; i++) {
    float *row = out->vectors + i * stride;
    mt_rng rng = stream(out, 0, i);
    for (size_t d = 0; d < stride; d++) row[d] = d < plan->dims ? mt_rng_normal(&rng) : 0;
    for (size_t d = 0; plan->positive && d < stride; d++) row[d] = fabsf(row[d]);
    to_length_one(row, stride);
  }
  return MT_OK;
}

void mt_factors_free(mt_factors *f) {
  void *all[] = {f->person, f->item, f->weight, f->vectors, f->squares, f->met,  f->order, f->visits, f->negative,  f->against,
                 f->query,   f->slope,   f->pull, f->shown, f->push,   f->part_loss, f->part_wanted};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
  *f = (mt_factors){0};
}

/* -- what is drawn -- */

void mt_factors_begin(mt_factors *f, uint32_t epoch, float pace) {
  mt_rng rng = stream(f, epoch, 2 * OF_BATCHES - 1);
  f->epoch = epoch;
  f->pace = pace;
  f->loss = f->loss_sum = f->wanted_sum = 0;
  for (uint32_t v = 0; v < f->count; v++) { /* Fisher and Yates, from the inside out */
    uint32_t place = mt_rng_below(&rng, v + 1);
    f->order[v] = f->order[place];
    f->order[place] = v;
  }
}

/* A part of what a person met is shown, but not all of it. */
static void draw_part(mt_factors *f, mt_visit *visit, mt_rng *rng) {
  const mt_lists *lists = f->lists;
  unsigned char *shown = f->shown + visit->first;
  uint32_t begin = lists->start[visit->person], length = lists->start[visit->person + 1] - begin, count = 0;
  if (length < 2) return;
  visit->count = length < MT_FACTORS_LONGEST ? length : MT_FACTORS_LONGEST;
  uint32_t offset = length > MT_FACTORS_LONGEST ? mt_rng_below(rng, length) : 0;
  for (uint32_t e = 0; e < visit->count; e++) {
    uint32_t entry = begin + (offset + e < length ? offset + e : offset + e - length);
    f->item[visit->first + e] = lists->items[entry];
    f->weight[visit->first + e] = f->scale * lists->weights[entry];
    count += shown[e] = mt_rng_unit(rng) < f->plan.shown;
  }
  if (count == 0 || count == visit->count) shown[mt_rng_below(rng, visit->count)] ^= 1;
}

/* What came before a moment is shown, the older the less; what came next is wanted. */
static void draw_moment(mt_factors *f, mt_visit *visit, mt_rng *rng) {
  const mt_log *log = f->log;
  uint32_t begin = log->start[visit->person], length = log->start[visit->person + 1] - begin;
  uint32_t moment = 1 + mt_rng_below(rng, length - 1);
  uint32_t first = moment > MT_FACTORS_RECENT ? moment - MT_FACTORS_RECENT : 0;
  uint32_t last = length - moment > f->plan.ahead ? moment + f->plan.ahead : length;
  float faded = 1;
  visit->count = last - first;
  for (uint32_t event = last; event-- > first;) {
    uint32_t e = visit->first + event - first;
    f->item[e] = log->item[begin + event];
    f->shown[e] = event < moment;
    f->weight[e] = f->scale * mt_log_weight(log, begin + event) * faded;
    if (f->shown[e]) faded *= f->plan.fading;
  }
}

/* One item of the person, and what a walk from it meets. A step that stays where it is counts for none. */
static void draw_walk(mt_factors *f, mt_visit *visit, mt_rng *rng) {
  const mt_lists *people = f->lists, *items = f->by_item;
  uint32_t person = visit->person, begin = people->start[person], length = people->start[person + 1] - begin;
  uint32_t from = mt_rng_below(rng, length), *item = f->item + visit->first;
  unsigned char *shown = f->shown + visit->first;
  item[0] = people->items[begin + from];
  for (uint32_t step = 0; step < f->plan.walk; step++) {
    begin = people->start[person], length = people->start[person + 1] - begin;
    uint32_t next = people->items[begin + mt_rng_below(rng, length)];
    if (next != item[0]) item[++visit->count] = next;
    person = items->items[items->start[next] + mt_rng_below(rng, items->start[next + 1] - items->start[next])];
  }
  if (visit->count == 0) { /* the one beside it */
    begin = people->start[visit->person], length = people->start[visit->person + 1] - begin;
    item[++visit->count] = people->items[begin + (from + 1) % length];
  }
  visit->count++;
  for (uint32_t e = 0; e < visit->count; e++) {
    f->weight[visit->first + e] = 1;
    shown[e] = e == 0;
  }
}

/* As many of what the person disliked as of what is ahead, at any time. */
static void draw_disliked(mt_factors *f, mt_visit *visit, mt_rng *rng) {
  const mt_lists *lists = f->disliked;
  uint32_t begin = lists->start[visit->person], length = lists->start[visit->person + 1] - begin;
  uint32_t room = MT_FACTORS_LONGEST - visit->count, most = length < f->plan.ahead ? length : f->plan.ahead;
  if (visit->count == 0 || length == 0) return;
  uint32_t offset = mt_rng_below(rng, length);
  for (uint32_t n = 0; n < most && n < room; n++) {
    uint32_t entry = begin + (offset + n < length ? offset + n : offset + n - length), e = visit->first + visit->count++;
    f->item[e] = lists->items[entry];
    f->weight[e] = f->scale * lists->weights[entry];
    f->shown[e] = 0;
  }
}

static void draw_visit(mt_factors *f, uint32_t b, uint32_t number) {
  mt_visit *visit = &f->visits[b];
  mt_rng rng = stream(f, f->epoch, number);
  *visit = (mt_visit){.person = f->person[number], .first = b * MT_FACTORS_LONGEST};
  if (f->plan.walk > 0) draw_walk(f, visit, &rng);
  else if (f->log == NULL) draw_part(f, visit, &rng);
  else draw_moment(f, visit, &rng);
  if (f->disliked != NULL && f->plan.loss == MT_LOSS_SQUARED) draw_disliked(f, visit, &rng);
  visit->rng = rng;
}

void mt_factors_draw(mt_factors *f, uint32_t batch) {
  size_t stride = mt_factors_stride(&f->plan);
  uint32_t first = batch * f->plan.batch, left = f->count - first;
  f->people = left < f->plan.batch ? left : f->plan.batch;
  for (uint32_t b = 0; b < f->people; b++) draw_visit(f, b, f->order[first + b]);
  mt_rng rng = stream(f, f->epoch, OF_BATCHES + batch);
  for (uint32_t j = 0; j < f->plan.negatives; j++) f->negative[j] = f->met[mt_rng_below(&rng, f->met_count)];
  qsort(f->negative, f->plan.negatives, sizeof *f->negative, mt_compare_numbers);
  for (uint32_t j = 0; j < f->plan.negatives; j++)
    memcpy(f->against + j * stride, f->vectors + f->negative[j] * stride, stride * sizeof(float));
}

/* -- a visit -- */

/* score[n, padded to TILE] = rows[n][d] · q: each sum as mt_dot_f32 has it. */
static void products(const float *rows, uint32_t n, const float *q, size_t d, float *score) {
  for (uint32_t j = 0; j < n; j += TILE) {
    const float *row = rows + j * d;
    mt_f4 sum[TILE];
    for (size_t t = 0; t < TILE; t++) sum[t] = mt_f4_splat(0);
    for (size_t k = 0; k < d; k += 4) {
      mt_f4 at = mt_f4_load(q + k);
      for (size_t t = 0; t < TILE; t++) sum[t] = mt_f4_muladd(mt_f4_load(row + t * d + k), at, sum[t]);
    }
    for (size_t t = 0; t < TILE; t++) score[j + t] = mt_f4_sum(sum[t]);
  }
}

/* e^((s - 1) / temperature) in place: about 1 at most, and 0 for what does not count. */
static void exponentials(const mt_factors_plan *plan, float *score, uint32_t padded) {
  mt_f4 scale = mt_f4_splat(1 / plan->temperature), one = mt_f4_splat(1), least = mt_f4_splat(MT_FACTORS_NOT_COUNTED / 2);
  for (uint32_t j = 0; j < padded; j += 4) {
    mt_f4 s = mt_f4_load(score + j);
    mt_f4 e = mt_exp4(mt_f4_mul(scale, mt_f4_sub(s, one)));
    mt_f4_store(score + j, mt_f4_select(mt_f4_less(s, least), mt_f4_splat(0), e));
  }
}

static float exponential(const mt_factors_plan *plan, float x) {
  float e[4];
  mt_f4_store(e, mt_exp4(mt_f4_min(mt_f4_splat(x / plan->temperature), mt_f4_splat(80))));
  return e[0];
}

static float sum_of(const float *x, uint32_t padded) {
  mt_f4 sum = mt_f4_splat(0);
  for (uint32_t j = 0; j < padded; j += 4) sum = mt_f4_add(sum, mt_f4_load(x + j));
  return mt_f4_sum(sum);
}

/* Slopes of negatives, which are sums over what is wanted, are gathered in slope[padded]. */
static double bpr(const mt_factors_plan *plan, const float *wanted, const float *weight, uint32_t count, const float *score, float *pull,
                  float *slope, mt_rng *rng) {
  double loss = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t nearest = mt_rng_below(rng, plan->negatives);
    for (uint32_t drawn = 1; drawn < plan->among; drawn++) {
      uint32_t j = mt_rng_below(rng, plan->negatives);
      if (score[j] > score[nearest]) nearest = j;
    }
    pull[i] = 0;
    if (score[nearest] <= MT_FACTORS_NOT_COUNTED) continue;
    float e = exponential(plan, score[nearest] - wanted[i]), by = weight[i] / plan->temperature * (e / (1 + e));
    pull[i] = -by;
    slope[nearest] += by;
    loss += (double)(weight[i] * mt_logf(1 + e));
  }
  return loss;
}

static double softmax(const mt_factors_plan *plan, const float *wanted, const float *weight, uint32_t count, const float *e,
                      uint32_t padded, float *pull, float *slope) {
  float others = sum_of(e, padded), by = 0;
  double loss = 0;
  for (uint32_t i = 0; i < count; i++) {
    float own = exponential(plan, wanted[i] - 1) + TINIEST, share = weight[i] / (plan->temperature * (own + others));
    pull[i] = -share * others;
    by += share;
    loss += (double)(weight[i] * mt_logf(1 + others / own));
  }
  for (uint32_t j = 0; j < padded; j += 4) mt_f4_store(slope + j, mt_f4_mul(mt_f4_splat(by), mt_f4_load(e + j)));
  return loss;
}

static double ccl(const mt_factors_plan *plan, const float *wanted, const float *weight, uint32_t count, const float *score,
                  uint32_t padded, float *pull, float *slope) {
  double loss = 0;
  float total = 0, above = 0;
  for (uint32_t i = 0; i < count; i++) {
    pull[i] = -weight[i];
    total += weight[i];
    loss += (double)(weight[i] * (1 - wanted[i]));
  }
  float share = total * plan->weight / (float)plan->negatives;
  for (uint32_t j = 0; j < padded; j++) {
    bool counts = score[j] > plan->margin;
    above += counts ? score[j] - plan->margin : 0;
    slope[j] = counts ? share : 0;
  }
  return loss + (double)(share * above);
}

static double squared(const mt_factors_plan *plan, const float *wanted, const float *weight, uint32_t count, const float *score,
                      uint32_t padded, float *pull, float *slope) {
  double loss = 0;
  float share = (float)count * plan->weight / (float)plan->negatives;
  for (uint32_t i = 0; i < count; i++) {
    float off = wanted[i] - weight[i];
    pull[i] = 2 * off;
    loss += (double)(off * off);
  }
  for (uint32_t j = 0; j < padded; j++) {
    float off = score[j] <= MT_FACTORS_NOT_COUNTED ? 0 : score[j];
    slope[j] = 2 * share * off;
    loss += (double)(share * off * off);
  }
  return loss;
}

double mt_factors_losses(const mt_factors_plan *plan, const float *wanted, const float *weight, uint32_t count, float *score,
                         float *pull, mt_rng *rng) {
  uint32_t padded = (uint32_t)mt_round_up(plan->negatives, 4);
  float slope[MT_FACTORS_MAX_NEGATIVES] = {0};
  double loss;
  if (plan->loss == MT_LOSS_BPR) {
    loss = bpr(plan, wanted, weight, count, score, pull, slope, rng);
  } else if (plan->loss == MT_LOSS_CCL) {
    loss = ccl(plan, wanted, weight, count, score, padded, pull, slope);
  } else if (plan->loss == MT_LOSS_SQUARED) {
    loss = squared(plan, wanted, weight, count, score, padded, pull, slope);
  } else {
    exponentials(plan, score, padded);
    loss = softmax(plan, wanted, weight, count, score, padded, pull, slope);
  }
  memcpy(score, slope, padded * sizeof *score);
  return loss;
}

/* What the person met, and what there is only to fill the last tile, does not count. Both lists ascend. */
static void leave_own(const mt_factors *f, uint32_t person, float *score) {
  const uint32_t *own = f->lists->items + f->lists->start[person], *end = f->lists->items + f->lists->start[person + 1];
  uint32_t n = f->plan.negatives;
  for (uint32_t j = 0; j < n && own < end; j++) {
    while (own < end && *own < f->negative[j]) own++;
    if (own < end && *own == f->negative[j]) score[j] = MT_FACTORS_NOT_COUNTED;
  }
  for (uint32_t j = n; j < mt_round_up(n, TILE); j++) score[j] = MT_FACTORS_NOT_COUNTED;
}

/* The slopes of one person's losses: by the query, by scores of what is wanted, and, added to push, by vectors of negatives. */
static void visit_person(const mt_factors *f, uint32_t b, float *push, double *loss, double *wanted_sum) {
  size_t stride = mt_factors_stride(&f->plan);
  const mt_visit *visit = &f->visits[b];
  const unsigned char *shown = f->shown + visit->first;
  const uint32_t *item = f->item + visit->first;
  const float *weigh = f->weight + visit->first;
  float *q = f->query + b * stride, *slope = f->slope + b * stride, *pull = f->pull + visit->first;
  float score[MT_FACTORS_MAX_NEGATIVES], wanted[MT_FACTORS_LONGEST], weight[MT_FACTORS_LONGEST], pulled[MT_FACTORS_LONGEST];
  uint32_t count = 0;
  mt_rng rng = visit->rng;
  memset(q, 0, stride * sizeof *q);
  memset(slope, 0, stride * sizeof *slope);
  for (uint32_t e = 0; e < visit->count; e++)
    if (shown[e]) mt_axpy_f32(weigh[e], f->vectors + item[e] * stride, q, stride);
  float length = sqrtf(mt_dot_f32(q, q, stride) + TINY);
  for (size_t d = 0; d < stride; d++) q[d] /= length;
  for (uint32_t e = 0; e < visit->count; e++) {
    if (shown[e]) continue;
    wanted[count] = mt_dot_f32(f->vectors + item[e] * stride, q, stride);
    weight[count++] = weigh[e];
  }
  products(f->against, f->plan.negatives, q, stride, score);
  leave_own(f, visit->person, score);
  *loss += mt_factors_losses(&f->plan, wanted, weight, count, score, pulled, &rng);
  for (uint32_t i = 0; i < count; i++) *wanted_sum += f->plan.loss == MT_LOSS_SQUARED ? 1 : (double)weight[i];
  for (uint32_t e = 0, i = 0; e < visit->count; e++) {
    pull[e] = shown[e] ? 0 : pulled[i++];
    if (!shown[e]) mt_axpy_f32(pull[e], f->vectors + item[e] * stride, slope, stride);
  }
  for (uint32_t j = 0; j < f->plan.negatives; j++) {
    if (score[j] == 0) continue;
    mt_axpy_f32(score[j], f->against + j * stride, slope, stride);
    mt_axpy_f32(score[j], q, push + j * stride, stride);
  }
  float along = mt_dot_f32(slope, q, stride); /* from q / |q| to q */
  for (size_t d = 0; d < stride; d++) slope[d] = (slope[d] - along * q[d]) / length;
}

mt_status mt_factors_visit(mt_factors *f, uint32_t part, mt_error *error) {
  uint32_t first = part * MT_FACTORS_PART, last = first + MT_FACTORS_PART;
  if (first >= f->people) return mt_fail(error, MT_INVALID, "factors: found part %u of %u people", part, f->people);
  if (last > f->people) last = f->people;
  size_t numbers = f->plan.negatives * mt_factors_stride(&f->plan);
  float *push = f->push + part * numbers;
  memset(push, 0, numbers * sizeof *push);
  f->part_loss[part] = f->part_wanted[part] = 0;
  for (uint32_t b = first; b < last; b++)
    if (f->visits[b].count > 0) visit_person(f, b, push, &f->part_loss[part], &f->part_wanted[part]);
  return MT_OK;
}

/* -- a step -- */

void mt_factors_descend(mt_factors *f, float *rows, uint32_t item, const float *slope) {
  size_t stride = mt_factors_stride(&f->plan);
  float *row = rows + item * stride, *squares = f->squares + item * stride;
  mt_f4 rate = mt_f4_splat(f->plan.rate * f->pace), tiny = mt_f4_splat(TINY);
  for (size_t d = 0; d < stride; d += 4) {
    mt_f4 by = mt_f4_load(slope + d), sum = mt_f4_muladd(by, by, mt_f4_load(squares + d));
    mt_f4_store(squares + d, sum);
    mt_f4 way = mt_f4_div(mt_f4_mul(rate, by), mt_f4_sqrt(mt_f4_add(sum, tiny)));
    mt_f4_store(row + d, mt_f4_sub(mt_f4_load(row + d), way));
  }
}

/* … and has length 1 again but by squared losses, where nobody gathers slopes. */
static void descend(mt_factors *f, uint32_t item, const float *slope) {
  size_t stride = mt_factors_stride(&f->plan);
  if (f->gathered != NULL) {
    mt_axpy_f32(1, slope, f->gathered + item * stride, stride);
    return;
  }
  float *row = f->vectors + item * stride;
  mt_factors_descend(f, f->vectors, item, slope);
  for (size_t d = 0; f->plan.positive && d < stride; d += 4) mt_f4_store(row + d, mt_f4_max(mt_f4_load(row + d), mt_f4_splat(0)));
  if (f->plan.loss != MT_LOSS_SQUARED) to_length_one(row, stride);
}

mt_status mt_factors_step(mt_factors *f, mt_error *error) {
  size_t stride = mt_factors_stride(&f->plan), numbers = f->plan.negatives * stride;
  uint32_t parts = mt_factors_parts(f->people);
  float slope[MT_FACTORS_MAX_DIMS];
  for (uint32_t part = 0; part < parts; part++) {
    f->loss_sum += f->part_loss[part];
    f->wanted_sum += f->part_wanted[part];
  }
  for (uint32_t part = 1; part < parts; part++) mt_axpy_f32(1, f->push + part * numbers, f->push, numbers);
  for (uint32_t j = 0; j < f->plan.negatives; j++) descend(f, f->negative[j], f->push + j * stride);
  for (uint32_t b = 0; b < f->people; b++) {
    const mt_visit *visit = &f->visits[b];
    for (uint32_t e = visit->first; e < visit->first + visit->count; e++) {
      memset(slope, 0, stride * sizeof *slope);
      if (f->shown[e]) mt_axpy_f32(f->weight[e], f->slope + b * stride, slope, stride);
      else mt_axpy_f32(f->pull[e], f->query + b * stride, slope, stride);
      descend(f, f->item[e], slope);
    }
  }
  f->loss = f->loss_sum / (f->wanted_sum > 0 ? f->wanted_sum : 1);
  if (!isfinite(f->loss)) return mt_fail(error, MT_INVALID, "factors: their numbers grew beyond bounds in epoch %u", f->epoch);
  return MT_OK;
}

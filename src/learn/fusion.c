#include "learn/fusion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/simd.h"
#include "learn/lists.h"
#include "recall/merge.h"

/* What a weight is multiplied by, to see whether that is better. */
static const float factors[] = {0, 0.25f, 0.5f, 0.7f, 0.85f, 1.2f, 1.4f, 2, 4};
enum { STEPS = sizeof factors / sizeof *factors };

mt_status mt_fusion_start(uint32_t sources, uint32_t k, mt_fusion *out, mt_error *error) {
  *out = (mt_fusion){.sources = sources, .k = k};
  if (sources == 0 || sources > MT_FUSION_MAX_SOURCES)
    return mt_fail(error, MT_INVALID, "fusion: found %u sources, expected 1 to %u", sources, MT_FUSION_MAX_SOURCES);
  if (k == 0 || k > MT_FUSION_MAX_K)
    return mt_fail(error, MT_INVALID, "fusion: found k = %u, expected 1 to %u", k, MT_FUSION_MAX_K);
  return mt_gains_start(k, &out->gains, error);
}

void mt_fusion_free(mt_fusion *fusion) {
  free(fusion->person);
  free(fusion->item);
  free(fusion->score);
  free(fusion->hit);
  *fusion = (mt_fusion){0};
}

/* -- adding -------------------------------------------------------------------------------------------------------- */

/* A person's scores of one source: floats from one source to the next. */
static size_t stride_of(uint32_t candidates) { return mt_round_up(candidates, 4); }

/* realloc that leaves the old block alone where there is no memory. */
static bool grow(void *block, size_t count, size_t element) {
  void **at = block;
  size_t bytes;
  void *grown = mt_mul_size(count, element, &bytes) ? realloc(*at, bytes) : NULL;
  if (grown != NULL) *at = grown;
  return grown != NULL;
}

/* For so many more; `candidates` in whole strides. */
static bool make_room(mt_fusion *f, size_t persons, size_t candidates, size_t hits) {
  if (persons > f->person_room - f->kept) {
    size_t room = f->person_room * 2 + persons + 64;
    if (!grow(&f->person, room, sizeof *f->person)) return false;
    f->person_room = room;
  }
  if (candidates > f->candidate_room - f->candidates) {
    size_t room = f->candidate_room + f->candidate_room / 2 + candidates + 1024;
    if (!grow(&f->item, room, sizeof *f->item) || !grow(&f->score, room, f->sources * sizeof *f->score)) return false;
    f->candidate_room = room;
  }
  if (hits > f->hit_room - f->hits) {
    size_t room = f->hit_room * 2 + hits + 64;
    if (!grow(&f->hit, room, sizeof *f->hit)) return false;
    f->hit_room = room;
  }
  return true;
}

static uint32_t users_of(const mt_fusion *f, uint32_t length) {
  uint32_t users = 0;
  for (uint32_t l = 0; l < MT_LENGTHS; l++) users += length == l || length >= MT_EVERY_LENGTH ? f->users[l] : 0;
  return length <= MT_EVERY_LENGTH ? users : (users + (length == MT_EVEN_USERS)) / 2;
}

static bool is_of(const mt_fusion_person *person, uint32_t length) {
  if (length <= MT_EVERY_LENGTH) return length == MT_EVERY_LENGTH || length == person->length;
  return person->place % 2 == (length == MT_ODD_USERS);
}

mt_status mt_fusion_add(mt_fusion *f, uint32_t length, const uint32_t *items, const float *score, uint32_t n,
                        const uint32_t *held, uint32_t held_count, uint32_t outside, mt_error *error) {
  uint32_t all;
  if (length >= MT_LENGTHS || __builtin_add_overflow(held_count, outside, &all))
    return mt_fail(error, MT_INVALID, "fusion: found %u held-out items and length %u, expected fewer", held_count, length);
  for (size_t cell = 0; cell < (size_t)n * f->sources; cell++)
    if (!isfinite(score[cell]))
      return mt_fail(error, MT_INVALID, "fusion: candidate %u: score %u is not finite", (uint32_t)(cell / f->sources),
                     (uint32_t)(cell % f->sources));
  if (all == 0) return MT_OK;
  if (!make_room(f, 1, stride_of(n), n)) return mt_fail(error, MT_NO_MEMORY, "fusion: no memory for %u candidates", n);
  mt_fusion_person person = {f->candidates, f->hits, n, 0, all, length, users_of(f, MT_EVERY_LENGTH)};
  uint32_t *hit = f->hit + person.first_hit;
  for (uint32_t c = 0; c < n; c++)
    if (held_count > 0 && bsearch(&items[c], held, held_count, sizeof *held, mt_compare_numbers) != NULL) hit[person.hits++] = c;
  f->users[length]++;
  if (person.hits == 0) return MT_OK;
  size_t stride = stride_of(n);
  memcpy(f->item + person.first, items, n * sizeof *items);
  for (uint32_t s = 0; s < f->sources; s++) {
    float *own = f->score + person.first * f->sources + s * stride;
    for (uint32_t c = 0; c < n; c++) own[c] = score[(size_t)c * f->sources + s];
    for (size_t c = n; c < stride; c++) own[c] = 0;
  }
  f->person[f->kept++] = person;
  f->candidates += stride;
  f->hits += person.hits;
  return MT_OK;
}

mt_status mt_fusion_join(mt_fusion *f, const mt_fusion *other, mt_error *error) {
  if (f->sources != other->sources)
    return mt_fail(error, MT_INVALID, "fusion: found %u sources, expected %u", other->sources, f->sources);
  uint32_t before = users_of(f, MT_EVERY_LENGTH);
  for (uint32_t l = 0; l < MT_LENGTHS; l++) f->users[l] += other->users[l];
  if (other->kept == 0) return MT_OK;
  if (!make_room(f, other->kept, other->candidates, other->hits))
    return mt_fail(error, MT_NO_MEMORY, "fusion: no memory for %u users more", other->kept);
  for (uint32_t p = 0; p < other->kept; p++) {
    mt_fusion_person *person = &f->person[f->kept + p];
    *person = other->person[p];
    person->first += f->candidates;
    person->first_hit += f->hits;
    person->place += before;
  }
  memcpy(f->item + f->candidates, other->item, other->candidates * sizeof *f->item);
  memcpy(f->score + f->candidates * f->sources, other->score, other->candidates * f->sources * sizeof *f->score);
  memcpy(f->hit + f->hits, other->hit, other->hits * sizeof *f->hit);
  f->kept += other->kept;
  f->candidates += other->candidates;
  f->hits += other->hits;
  return MT_OK;
}

void mt_fusion_scale(const mt_fusion *f, float *score, const uint16_t *rank, uint32_t n, uint32_t norm_rank) {
  size_t cells = (size_t)n * f->sources;
  for (uint32_t s = 0; s < f->sources; s++) {
    float best = -INFINITY, worst = INFINITY, norm = NAN;
    for (size_t at = s; at < cells; at += f->sources) {
      if (rank[at] == 0) continue;
      best = score[at] > best ? score[at] : best;
      worst = score[at] < worst ? score[at] : worst;
      if (rank[at] == norm_rank) norm = score[at];
    }
    const mt_scale scale = best < worst ? (mt_scale){0, INFINITY} : mt_scale_of(best, worst, norm);
    const double unit = 1 / (double)scale.span;
    for (size_t at = s; at < cells; at += f->sources) score[at] = (float)(((double)score[at] - (double)scale.zero) * unit);
  }
}

/* -- measuring ----------------------------------------------------------------------------------------------------- */

/* A person's candidates while the weight of source s moves: each comes to others + weight · own. The sums of the others stand
 * as far as somebody has looked: candidates come best first by equal weights, so what is far below is known early. What none of a
 * chunk exceeds is known with them, and most chunks need not be looked at again. */
typedef struct trial {
  const mt_fusion *fusion;
  const mt_fusion_person *person;
  const float *weights;
  uint32_t s;
  float *others; /* [filled] of the person's stride; -INFINITY after the last candidate */
  size_t filled;
  float *most_others, *most_own; /* of each chunk that is filled */
  float *of_hit;                 /* [hits] the others' sum of each hit */
} trial;

enum { CHUNK = 32 };

static void end_trial(trial *t) {
  free(t->others);
  free(t->most_others);
  free(t->most_own);
  free(t->of_hit);
}

static mt_status start_trial(const mt_fusion *f, const float *weights, uint32_t s, trial *out, mt_error *error) {
  size_t most = 4;
  for (uint32_t p = 0; p < f->kept; p++) most = stride_of(f->person[p].count) > most ? stride_of(f->person[p].count) : most;
  *out = (trial){.fusion = f, .weights = weights, .s = s};
  out->others = mt_learn_alloc(most, sizeof *out->others);
  out->most_others = mt_learn_alloc(most / CHUNK + 1, sizeof *out->most_others);
  out->most_own = mt_learn_alloc(most / CHUNK + 1, sizeof *out->most_own);
  out->of_hit = mt_learn_alloc(most, sizeof *out->of_hit);
  if (out->others != NULL && out->most_others != NULL && out->most_own != NULL && out->of_hit != NULL) return MT_OK;
  end_trial(out);
  return mt_fail(error, MT_NO_MEMORY, "fusion: no memory for the sums of %u candidates", most);
}

static const float *scores_of(const trial *t, uint32_t s) {
  return t->fusion->score + t->person->first * t->fusion->sources + s * stride_of(t->person->count);
}

static float most_of(const float *values, size_t n) {
  float lane[4];
  mt_f4 most = mt_f4_load(values);
  for (size_t i = 4; i < n; i += 4) most = mt_f4_max(most, mt_f4_load(values + i));
  mt_f4_store(lane, most);
  for (size_t i = 1; i < 4; i++) lane[0] = lane[i] > lane[0] ? lane[i] : lane[0];
  return lane[0];
}

/* Sums the others of the next chunk, which ends at candidate `last`. */
static void fill(trial *t, size_t last) {
  size_t first = t->filled, count = t->person->count;
  for (size_t c = first; c < last; c++) t->others[c] = c < count ? 0 : -INFINITY;
  for (uint32_t s = 0; s < t->fusion->sources; s++)
    if (s != t->s && t->weights[s] != 0) mt_axpy_f32(t->weights[s], scores_of(t, s) + first, t->others + first, last - first);
  t->most_others[first / CHUNK] = most_of(t->others + first, last - first);
  t->most_own[first / CHUNK] = most_of(scores_of(t, t->s) + first, last - first);
  t->filled = last;
}

/* What none of a chunk exceeds, in floats too: rounding keeps the order of what is rounded, and no weight is below 0. */
static float bound_of(const trial *t, float weight, size_t first) {
  return t->most_others[first / CHUNK] + weight * t->most_own[first / CHUNK];
}

/* What the others give candidate c, whether their sums stand or not. */
static float others_of(const trial *t, uint32_t c) {
  float sum = 0;
  for (uint32_t s = 0; s < t->fusion->sources; s++)
    if (s != t->s && t->weights[s] != 0) sum += t->weights[s] * scores_of(t, s)[c];
  return sum;
}

static size_t end_of(const trial *t, size_t first) {
  size_t stride = stride_of(t->person->count);
  return stride - first < CHUNK ? stride : first + CHUNK;
}

/* How many candidates that come to the same as candidate c, all others being known, come before it. */
static uint32_t ties_of(const trial *t, float weight, uint32_t c, float mine) {
  const float *own = scores_of(t, t->s);
  const uint32_t *item = t->fusion->item + t->person->first;
  uint32_t ties = 0;
  for (size_t first = 0; first < t->filled; first += CHUNK) {
    if (bound_of(t, weight, first) < mine) continue;
    for (size_t i = first; i < end_of(t, first) && i < t->person->count; i++)
      ties += (t->others[i] + weight * own[i] == mine) & (item[i] < item[c]);
  }
  return ties;
}

/* How many candidates come before hit h; k or more where that is as good as never. */
static uint32_t place_of(trial *t, float weight, uint32_t h, uint32_t k) {
  const uint32_t c = t->fusion->hit[t->person->first_hit + h];
  const float *own = scores_of(t, t->s), mine = t->of_hit[h] + weight * own[c];
  const size_t stride = stride_of(t->person->count);
  const mt_f4 sum = mt_f4_splat(mine), by = mt_f4_splat(weight), one = mt_f4_splat(1), none = mt_f4_splat(0);
  float above = 0;
  for (size_t first = 0, last; first < stride; first = last) {
    last = end_of(t, first);
    if (last > t->filled) fill(t, last);
    if (bound_of(t, weight, first) <= mine) continue;
    mt_f4 higher = none;
    for (size_t i = first; i < last; i += 4) {
      mt_f4 other = mt_f4_muladd(by, mt_f4_load(own + i), mt_f4_load(t->others + i));
      higher = mt_f4_add(higher, mt_f4_where(mt_f4_less(sum, other), one));
    }
    above += mt_f4_sum(higher);
    if (above >= (float)k) return k;
  }
  return (uint32_t)above + ties_of(t, weight, c, mine);
}

static void add_person(trial *t, float weight, mt_measures *measures) {
  const mt_fusion *f = t->fusion;
  uint8_t hit[MT_FUSION_MAX_K] = {0};
  for (uint32_t h = 0; h < t->person->hits; h++) {
    uint32_t place = place_of(t, weight, h, f->k);
    if (place < f->k) hit[place] = 1;
  }
  mt_measures_add(measures, &f->gains, hit, f->k, t->person->held);
}

static void look_at(trial *t, uint32_t p) {
  const uint32_t *hit = t->fusion->hit + t->fusion->person[p].first_hit;
  t->person = &t->fusion->person[p];
  t->filled = 0;
  for (uint32_t h = 0; h < t->person->hits; h++) t->of_hit[h] = others_of(t, hit[h]);
}

/* What the trial's weights reach when its source weighs next[steps] instead: out[steps]. */
static void measure_steps(trial *t, uint32_t length, const float *next, uint32_t steps, mt_fusion_value *out) {
  const mt_fusion *f = t->fusion;
  mt_measures measures[STEPS] = {0};
  double users = users_of(f, length);
  for (uint32_t p = 0; p < f->kept; p++) {
    if (!is_of(&f->person[p], length)) continue;
    look_at(t, p);
    for (uint32_t i = 0; i < steps; i++) add_person(t, next[i], &measures[i]);
  }
  for (uint32_t i = 0; i < steps; i++)
    out[i] = (mt_fusion_value){users > 0 ? measures[i].recall / users : 0, users > 0 ? measures[i].ndcg / users : 0};
}

mt_status mt_fusion_measure(const mt_fusion *f, uint32_t length, const float *weights, mt_fusion_value *out, mt_error *error) {
  trial t;
  MT_TRY(start_trial(f, weights, 0, &t, error));
  measure_steps(&t, length, weights, 1, out);
  end_trial(&t);
  return MT_OK;
}

mt_status mt_fusion_each(const mt_fusion *f, const float *weights, float *each, mt_error *error) {
  trial t;
  MT_TRY(start_trial(f, weights, 0, &t, error));
  memset(each, 0, users_of(f, MT_EVERY_LENGTH) * sizeof *each);
  for (uint32_t p = 0; p < f->kept; p++) {
    mt_measures own = {0};
    look_at(&t, p);
    add_person(&t, weights[0], &own);
    each[t.person->place] = (float)(own.recall + own.ndcg);
  }
  end_trial(&t);
  return MT_OK;
}

/* -- searching ----------------------------------------------------------------------------------------------------- */

/* Moves the weight of source s where that gains; dropping a source is a gain in bytes: it may even cost a little. */
static bool move_weight(trial *t, uint32_t length, float gain, float *weights, mt_fusion_value *reached) {
  const uint32_t s = t->s;
  float next[STEPS], before = weights[s];
  mt_fusion_value value[STEPS];
  uint32_t steps = 0;
  for (uint32_t i = 0; i < STEPS; i++) {
    next[steps] = (before > 0 ? before : 0.2f) * factors[i];
    steps += next[steps] != before;
  }
  measure_steps(t, length, next, steps, value);
  for (uint32_t i = 0; i < steps; i++) {
    double mark = reached->recall + reached->ndcg;
    double needed = next[i] == 0 ? mark * (1 - (double)gain) : mark * (1 + (double)gain);
    if (!(value[i].recall + value[i].ndcg > needed)) continue;
    *reached = value[i];
    weights[s] = next[i];
  }
  return weights[s] != before;
}

mt_status mt_fusion_search(const mt_fusion *f, uint32_t length, uint32_t among, float gain, float *weights,
                           mt_fusion_value *out, mt_error *error) {
  enum { ROUNDS = 8 };
  float largest = 0;
  for (uint32_t s = 0; s < f->sources; s++)
    if (!isfinite(weights[s]) || weights[s] < 0)
      return mt_fail(error, MT_INVALID, "fusion: weight %u is not a number of 0 or more", s);
  MT_TRY(mt_fusion_measure(f, length, weights, out, error));
  trial t;
  MT_TRY(start_trial(f, weights, 0, &t, error));
  uint32_t still = 0; /* sources since the last that moved: once all are still, they stay so */
  for (uint32_t turn = 0; turn < ROUNDS * f->sources && still < f->sources; turn++) {
    t.s = turn % f->sources;
    bool moved = (among >> t.s & 1) != 0 && move_weight(&t, length, gain, weights, out);
    still = moved ? 0 : still + 1;
  }
  end_trial(&t);
  for (uint32_t s = 0; s < f->sources; s++) largest = weights[s] > largest ? weights[s] : largest;
  for (uint32_t s = 0; s < f->sources && largest > 0; s++) weights[s] /= largest;
  return MT_OK;
}

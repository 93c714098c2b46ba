#include "learn/fusion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/lists.h"
#include "recall/merge.h"

mt_status mt_fusion_start(uint32_t sources, uint32_t k, mt_fusion *out, mt_error *error) {
  *out = (mt_fusion){.sources = sources, .k = k};
  if (sources == 0 || sources > MT_FUSION_MAX_SOURCES)
    return mt_fail(error, MT_INVALID, "fusion: found %u sources, expected 1 to %u", sources, MT_FUSION_MAX_SOURCES);
  if (k == 0 || k > MT_FUSION_MAX_K)
    return mt_fail(error, MT_INVALID, "fusion: found k = %u, expected 1 to %u", k, MT_FUSION_MAX_K);
  return mt_gains_start(k, &out->gains, error);
}

void mt_fusion_free(mt_fusion *fusion) {
  free(fusion->start);
  free(fusion->held);
  free(fusion->item);
  free(fusion->hit);
  free(fusion->score);
  *fusion = (mt_fusion){0};
}

/* realloc that leaves the old block alone where there is no memory. */
static bool grow(void *block, size_t count, size_t element) {
  void **at = block;
  size_t bytes;
  void *grown = mt_mul_size(count, element, &bytes) ? realloc(*at, bytes) : NULL;
  if (grown != NULL) *at = grown;
  return grown != NULL;
}

static bool make_room(mt_fusion *f, uint32_t n) {
  if (f->kept + (size_t)1 >= f->user_room) {
    size_t room = f->user_room * 2 + 256;
    if (!grow(&f->start, room, sizeof *f->start) || !grow(&f->held, room, sizeof *f->held)) return false;
    f->user_room = room;
    if (f->kept == 0) f->start[0] = 0;
  }
  if (n > f->candidate_room - f->candidates) {
    size_t room = f->candidate_room + f->candidate_room / 2 + n + 4096;
    if (!grow(&f->item, room, sizeof *f->item) || !grow(&f->hit, room, sizeof *f->hit) ||
        !grow(&f->score, room, f->sources * sizeof *f->score))
      return false;
    f->candidate_room = room;
  }
  return true;
}

static int compare_numbers(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

mt_status mt_fusion_add(mt_fusion *f, const uint32_t *items, const float *score, uint32_t n, const uint32_t *held,
                        uint32_t held_count, uint32_t outside, mt_error *error) {
  uint32_t all, hits = 0;
  if (__builtin_add_overflow(held_count, outside, &all))
    return mt_fail(error, MT_INVALID, "fusion: found %u held-out items, expected fewer", held_count);
  if (all == 0) return MT_OK;
  if (!make_room(f, n)) return mt_fail(error, MT_NO_MEMORY, "fusion: no memory for %u candidates", n);
  for (uint32_t c = 0; c < n; c++) {
    size_t at = f->candidates + c;
    f->item[at] = items[c];
    f->hit[at] = held_count > 0 && bsearch(&items[c], held, held_count, sizeof *held, compare_numbers) != NULL;
    hits += f->hit[at];
    for (uint32_t s = 0; s < f->sources; s++) {
      float value = score[(size_t)c * f->sources + s];
      if (!isfinite(value)) return mt_fail(error, MT_INVALID, "fusion: candidate %u: score %u is not finite", c, s);
      f->score[at * f->sources + s] = value;
    }
  }
  f->users++;
  if (hits == 0) return MT_OK;
  f->candidates += n;
  f->held[f->kept++] = all;
  f->start[f->kept] = f->candidates;
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

/* The user's k best under the weights, best first, into best[k]; returns how many. */
static uint32_t rank(const mt_fusion *f, size_t user, const float *weights, size_t *best) {
  float value[MT_FUSION_MAX_K];
  uint32_t found = 0;
  for (size_t c = f->start[user]; c < f->start[user + 1]; c++) {
    const float *score = f->score + c * f->sources;
    float sum = 0;
    for (uint32_t s = 0; s < f->sources; s++) sum += weights[s] * score[s];
    uint32_t at = found;
    for (; at > 0; at--) {
      float above = value[at - 1];
      if (above > sum || (above == sum && f->item[best[at - 1]] < f->item[c])) break;
      if (at < f->k) {
        value[at] = above;
        best[at] = best[at - 1];
      }
    }
    if (at == f->k) continue;
    value[at] = sum;
    best[at] = c;
    if (found < f->k) found++;
  }
  return found;
}

mt_fusion_value mt_fusion_measure(const mt_fusion *f, const float *weights) {
  size_t best[MT_FUSION_MAX_K];
  uint8_t hit[MT_FUSION_MAX_K];
  mt_measures sums = {0};
  for (size_t user = 0; user < f->kept; user++) {
    uint32_t found = rank(f, user, weights, best);
    for (uint32_t place = 0; place < found; place++) hit[place] = f->hit[best[place]];
    mt_measures_add(&sums, &f->gains, hit, found, f->held[user]);
  }
  double users = f->users > 0 ? f->users : 1;
  return (mt_fusion_value){sums.recall / users, sums.ndcg / users};
}

mt_status mt_fusion_search(const mt_fusion *f, float gain, float *weights, mt_fusion_value *out, mt_error *error) {
  static const float factors[] = {0, 0.25f, 0.5f, 0.7f, 0.85f, 1.2f, 1.4f, 2, 4};
  enum { FACTORS = sizeof factors / sizeof *factors, ROUNDS = 8 };
  float largest = 0;
  for (uint32_t s = 0; s < f->sources; s++)
    if (!isfinite(weights[s]) || weights[s] < 0)
      return mt_fail(error, MT_INVALID, "fusion: weight %u is not a number of 0 or more", s);
  *out = mt_fusion_measure(f, weights);
  for (int round = 0; round < ROUNDS; round++) {
    bool moved = false;
    for (uint32_t s = 0; s < f->sources; s++) {
      float before = weights[s], best = before;
      double mark = out->recall + out->ndcg;
      /* Dropping a source is a gain in bytes: it may even cost a little. */
      for (int i = 0; i < FACTORS; i++) {
        float next = before > 0 ? before * factors[i] : 0.2f * factors[i];
        if (next == before) continue;
        weights[s] = next;
        mt_fusion_value value = mt_fusion_measure(f, weights);
        double needed = next == 0 ? mark * (1 - (double)gain) : mark * (1 + (double)gain);
        if (value.recall + value.ndcg > needed) {
          *out = value;
          mark = value.recall + value.ndcg;
          best = next;
          moved = true;
        }
      }
      weights[s] = best;
    }
    if (!moved) break;
  }
  for (uint32_t s = 0; s < f->sources; s++) largest = weights[s] > largest ? weights[s] : largest;
  for (uint32_t s = 0; s < f->sources && largest > 0; s++) weights[s] /= largest;
  return MT_OK;
}

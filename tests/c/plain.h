/* The plain answer: what a request must give, by loops over all items in the order of the definition. Sums of postings
 * are taken in the order in which the funnel takes them, so they agree bit for bit; towers are solved in double.
 */
#ifndef PLAIN_H
#define PLAIN_H

#include "catalogue.h"
#include "martello.h"

#define ITEMS 300u /* at most, here */
#define SOURCES (LISTS + SPACES + 1)

typedef struct request {
  uint32_t events, k;
  struct {
    uint32_t item;
    float weight;
    double at;
  } event[40];
  double now;
  bool allowed[ITEMS];
} request;

typedef struct answer {
  float score[SOURCES][ITEMS];    /* what each source knows; 0: nothing */
  uint32_t rank[SOURCES][ITEMS];  /* 0: not among its candidates */
  float share[SOURCES][40][ITEMS]; /* of each event, in fused units */
  float fused[ITEMS];
  bool candidate[ITEMS];
  uint32_t allowed, candidates, recalled[SOURCES];
} answer;

static inline float event_weight(const catalogue *c, const request *r, uint32_t source, uint32_t event) {
  double now = r->now;
  for (uint32_t e = r->events; e-- > 0 && isnan(now);) now = r->event[e].at;
  uint32_t age = r->events - 1 - event;
  if (source == 1 && c->shape.last != 0 && age >= c->shape.last) return 0;
  float fading = 1;
  for (uint32_t i = 0; i < age; i++) fading *= c->shape.decay;
  if (fading < 1e-6f) return 0;
  float weight = r->event[event].weight * fading;
  double elapsed = now - r->event[event].at;
  if (source % 2 == 0 && c->shape.half_life > 0 && elapsed > 0) weight *= exp2f((float)-elapsed / c->shape.half_life);
  return weight;
}

static inline bool met_later(const request *r, uint32_t event) {
  for (uint32_t e = event + 1; e < r->events; e++)
    if (r->event[e].item == r->event[event].item) return true;
  return false;
}

/* Adds the event's list (or lists) to score[] and writes what it adds to share[]. */
static inline void sum_event(const catalogue *c, uint32_t source, uint32_t item, float weight, float *score, float *share) {
  const plain_lists *lists = &c->lists[source];
  uint32_t set = c->genre_set[item], first = source == 2 ? c->set_start[set] : 0;
  uint32_t keys = source == 2 ? c->set_start[set + 1] - first : 1;
  for (uint32_t i = 0; i < keys; i++) {
    uint32_t key = source == 2 ? c->set_values[first + i] : item;
    float one = source == 2 ? weight * (1.0f / (float)keys) : weight;
    for (uint32_t at = lists->start[key]; at < lists->start[key + 1]; at++) {
      score[lists->items[at]] += one * lists->weights[at];
      share[lists->items[at]] += one * lists->weights[at];
    }
  }
}

static inline bool has_vector(const mt_recommender *rec, uint32_t space, uint32_t item) {
  float x[MT_PADDED_MAX];
  return mt_item_vector(rec, space, item, x);
}

/* Solves a x = b in double, by elimination with pivoting. a[n][n], b[n]. */
static inline void solve_plainly(double *a, double *b, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    uint32_t best = i;
    for (uint32_t r = i + 1; r < n; r++) best = fabs(a[r * n + i]) > fabs(a[best * n + i]) ? r : best;
    for (uint32_t j = 0; j < n; j++) {
      double t = a[i * n + j];
      a[i * n + j] = a[best * n + j];
      a[best * n + j] = t;
    }
    double t = b[i];
    b[i] = b[best];
    b[best] = t;
    for (uint32_t r = 0; r < n; r++) {
      double factor = r == i ? 0 : a[r * n + i] / a[i * n + i];
      for (uint32_t j = i; factor != 0 && j < n; j++) a[r * n + j] -= factor * a[i * n + j];
      b[r] -= factor * b[i];
    }
  }
  for (uint32_t i = 0; i < n; i++) b[i] /= a[i * n + i];
}

/* The tower and the exhaustive search, in double. False where the history gives no query. */
static inline bool score_vectors(const catalogue *c, const request *r, const mt_recommender *rec, uint32_t space, answer *out) {
  const mt_tower *tower = &c->tower[space];
  uint32_t source = LISTS + space, dim = c->shape.space[space].dim;
  bool als = tower->kind == MT_TOWER_ALS;
  double *a = calloc((size_t)dim * dim, sizeof *a), *q = calloc(dim, sizeof *q), *z = calloc(dim, sizeof *z), total = 0, norm = 0;
  float x[MT_PADDED_MAX], h[MT_PADDED_MAX];
  for (uint32_t i = 0; als && i < dim; i++)
    for (uint32_t j = 0; j < dim; j++) a[i * dim + j] = (double)tower->gram[i * tower->stride + j];
  for (uint32_t e = 0; e < r->events; e++) {
    double w = (double)event_weight(c, r, source, e);
    if (w == 0 || !mt_item_vector(rec, space, r->event[e].item, x)) continue;
    total += fabs(w);
    for (uint32_t i = 0; i < dim; i++) {
      if (!als || w > 0) q[i] += w * (double)x[i];
      for (uint32_t j = 0; als && j < dim; j++) a[i * dim + j] += fabs(w) * (double)x[i] * (double)x[j];
    }
  }
  double ridge = (double)tower->reg * pow(total + (double)tower->population, tower->nu_quarters / 4.0);
  for (uint32_t i = 0; als && i < dim; i++) a[i * dim + i] += ridge;
  double *copy = calloc((size_t)dim * dim, sizeof *copy);
  memcpy(copy, a, (size_t)dim * dim * sizeof *a);
  if (als) solve_plainly(copy, q, dim);
  else
    for (uint32_t i = 0; i < dim; i++) q[i] /= total;
  for (uint32_t i = 0; i < dim; i++) norm += q[i] * q[i];
  for (uint32_t item = 0; total > 0 && item < c->items; item++) {
    if (!mt_item_vector(rec, space, item, x)) continue;
    double dot = 0, square = 0;
    for (uint32_t i = 0; i < dim; i++) dot += q[i] * (double)x[i], square += (double)x[i] * (double)x[i], z[i] = (double)x[i];
    mt_metric metric = c->shape.space[space].metric;
    out->score[source][item] = (float)(metric == MT_L2 ? 2 * dot - square : metric == MT_COSINE ? dot / sqrt(norm) : dot);
    memcpy(copy, a, (size_t)dim * dim * sizeof *a);
    if (als) solve_plainly(copy, z, dim);
    for (uint32_t e = 0; e < r->events; e++) {
      double w = (double)event_weight(c, r, source, e), share = 0;
      if (w == 0 || (als && w < 0) || !mt_item_vector(rec, space, r->event[e].item, h)) continue;
      for (uint32_t i = 0; i < dim; i++) share += (double)h[i] * z[i];
      out->share[source][e][item] = (float)(w * share / (als ? 1 : total));
    }
  }
  free(a), free(q), free(z), free(copy);
  return total > 0;
}

static inline bool better(const float *score, uint32_t a, uint32_t b) { return score[a] > score[b] || (score[a] == score[b] && a < b); }

/* The eligible items, best first; how many there are. */
static inline uint32_t order_items(const catalogue *c, uint32_t source, const bool *eligible, uint32_t *order, const answer *out) {
  uint32_t count = 0;
  for (uint32_t item = 0; item < c->items; item++) {
    if (!eligible[item]) continue;
    uint32_t at = count++;
    for (; at > 0 && better(out->score[source], item, order[at - 1]); at--) order[at] = order[at - 1];
    order[at] = item;
  }
  return count < c->shape.quota ? count : c->shape.quota;
}

/* `order`: the `count` best before any filter. */
static inline void fuse(const catalogue *c, const request *r, const mt_recommender *rec, const float weight[SOURCES], uint32_t s,
                 const uint32_t *order, uint32_t count, answer *out) {
  uint32_t norm_rank = c->shape.norm_rank;
  float best = out->score[s][order[0]], worst = out->score[s][order[count - 1]];
  float norm = count < norm_rank ? worst : out->score[s][order[norm_rank - 1]];
  if (count < norm_rank && norm > 0) norm = fmaxf(norm, 0.1f * best);
  float zero = norm > 0 ? 0 : worst;
  float span = norm > 0 ? norm : best - worst, unit = span > 1e-30f ? 1 / span : 1;
  for (uint32_t item = 0; item < c->items; item++) {
    bool knows = kind_of(c, s) != MT_SOURCE_VECTORS || has_vector(rec, s - LISTS, item);
    if (!knows) out->score[s][item] = zero;
    if (c->shape.fusion == MT_FUSE_SCORES) out->fused[item] += weight[s] * ((out->score[s][item] - zero) * unit);
    else if (out->rank[s][item] != 0) out->fused[item] += weight[s] / (60 + (float)out->rank[s][item]);
    for (uint32_t e = 0; e < r->events; e++) out->share[s][e][item] *= weight[s] * unit;
  }
}

static inline answer *answer_plainly(const catalogue *c, const request *r, const mt_recommender *rec) {
  answer *out = calloc(1, sizeof *out);
  uint32_t liked = 0, order[ITEMS], open_order[ITEMS];
  bool ranked[SOURCES] = {false}, eligible[ITEMS], open[ITEMS], met[ITEMS] = {false};
  for (uint32_t e = 0; e < r->events; e++) {
    liked += r->event[e].weight > 0;
    met[r->event[e].item] = true;
  }
  uint32_t length = mt_policy_length(liked);
  float weight[SOURCES];
  for (uint32_t item = 0; item < c->items; item++) out->allowed += r->allowed[item];
  for (uint32_t s = 0; s < c->sources; s++) {
    mt_source_kind kind = kind_of(c, s);
    weight[s] = weight_of(c, s, length);
    if (weight[s] == 0) continue;
    if (kind == MT_SOURCE_VECTORS && !score_vectors(c, r, rec, s - LISTS, out)) continue;
    for (uint32_t item = 0; kind == MT_SOURCE_POPULARITY && item < c->items; item++) out->score[s][item] = c->popularity[item];
    if (s == 3)
      for (uint32_t at = c->lists[s].start[0]; at < c->lists[s].start[1]; at++)
        out->score[s][c->lists[s].items[at]] = c->lists[s].weights[at];
    for (uint32_t e = r->events; e-- > 0 && s < 3;)
      if (s != 0 || !c->shape.takes_off || !met_later(r, e))
        sum_event(c, s, r->event[e].item, event_weight(c, r, s, e), out->score[s], out->share[s][e]);
    for (uint32_t item = 0; item < c->items; item++) {
      bool known = kind == MT_SOURCE_VECTORS ? has_vector(rec, s - LISTS, item) : out->score[s][item] > 0;
      open[item] = known && !met[item];
      eligible[item] = known && r->allowed[item];
    }
    uint32_t open_count = order_items(c, s, open, open_order, out);
    out->recalled[s] = order_items(c, s, eligible, order, out);
    for (uint32_t i = 0; i < out->recalled[s]; i++) out->rank[s][order[i]] = i + 1;
    ranked[s] = out->recalled[s] > 0;
    if (ranked[s]) fuse(c, r, rec, weight, s, open_order, open_count, out);
    else memset(out->share[s], 0, sizeof out->share[s]); /* who recalls nothing has no say */
  }
  for (uint32_t item = 0; item < c->items; item++) {
    for (uint32_t s = 0; s < c->sources; s++) out->candidate[item] |= out->rank[s][item] != 0;
    out->candidates += out->candidate[item];
  }
  return out;
}

#endif

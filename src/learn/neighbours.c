#include "learn/neighbours.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/simd.h"
#include "base/topk.h"

enum { WAYS = MT_NEIGHBOURS_WAYS };

/* What belongs to a way stands in lanes: [ways rounded up to 1 or WAYS]. */
typedef struct scratch {
  uint32_t lanes;
  float *user_factor; /* [users][lanes] D_u^-user; 0 for users passed over */
  float *item_factor; /* [lanes][items] D_j^-target */
  float *sum;         /* [items][lanes] all 0 between two keys */
  uint32_t *common;   /* [items] n_ij, all 0 between two keys */
  uint32_t *touched;  /* [items] */
  uint64_t *top;
} scratch;

static float degree(const mt_lists *lists, uint32_t key, bool squares) {
  double sum = 0;
  for (uint32_t e = lists->start[key]; e < lists->start[key + 1]; e++)
    sum += squares ? (double)lists->weights[e] * lists->weights[e] : (double)lists->weights[e];
  return (float)sum;
}

static float factor(float degree, float exponent) { return degree > 0 ? powf(degree, -exponent) : 0; }

static void free_scratch(scratch *s) {
  free(s->user_factor);
  free(s->item_factor);
  free(s->sum);
  free(s->common);
  free(s->touched);
  free(s->top);
}

static mt_status alloc_scratch(size_t users, size_t items, size_t top, uint32_t ways, scratch *s, mt_error *error) {
  size_t lanes = ways == 1 ? 1 : WAYS, user_cells, item_cells;
  if (!mt_mul_size(users, lanes, &user_cells) || !mt_mul_size(items + 1, lanes, &item_cells)) user_cells = item_cells = SIZE_MAX;
  s->lanes = (uint32_t)lanes;
  s->user_factor = mt_learn_alloc(user_cells, sizeof(float));
  s->item_factor = mt_learn_alloc(item_cells, sizeof(float));
  s->sum = calloc(item_cells, sizeof(float));
  s->common = calloc(items + 1, sizeof(uint32_t));
  s->touched = mt_learn_alloc(items, sizeof(uint32_t));
  s->top = mt_learn_alloc(mt_topk_capacity(top), sizeof(uint64_t));
  if (s->user_factor != NULL && s->item_factor != NULL && s->sum != NULL && s->common != NULL && s->touched != NULL &&
      s->top != NULL)
    return MT_OK;
  free_scratch(s);
  return mt_fail(error, MT_NO_MEMORY, "learn: no memory for neighbours of %u items", items);
}

static void fill_factors(const mt_neighbours *how, uint32_t ways, const mt_lists *by_user, const mt_lists *by_item, scratch *s) {
  for (uint32_t u = 0; u < by_user->keys; u++) {
    bool passed = by_user->start[u + 1] - by_user->start[u] > how->longest;
    float sum = passed ? 0 : degree(by_user, u, false);
    for (uint32_t w = 0; w < s->lanes; w++)
      s->user_factor[(size_t)u * s->lanes + w] = passed || w >= ways ? 0 : factor(sum, how[w].user_exponent);
  }
  for (uint32_t j = 0; j < by_item->keys; j++)
    for (uint32_t w = 0; w < ways; w++)
      s->item_factor[(size_t)w * by_item->keys + j] = factor(degree(by_item, j, how[w].cosine), how[w].target_exponent);
}

/* Sums item i's row into s->sum and s->common; returns how many items it touched. */
static uint32_t sum_row(const mt_lists *by_user, const mt_lists *by_item, uint32_t longest, uint32_t i, scratch *s) {
  uint32_t touched = 0;
  for (uint32_t e = by_item->start[i]; e < by_item->start[i + 1]; e++) {
    uint32_t u = by_item->items[e];
    if (by_user->start[u + 1] - by_user->start[u] > longest) continue;
    const mt_f4 weight = mt_f4_splat(by_item->weights[e]), through = mt_f4_mul(weight, mt_f4_load(s->user_factor + (size_t)u * WAYS));
    for (uint32_t f = by_user->start[u]; f < by_user->start[u + 1]; f++) {
      uint32_t j = by_user->items[f];
      float *sum = s->sum + (size_t)j * WAYS;
      mt_f4_store(sum, mt_f4_muladd(through, mt_f4_splat(by_user->weights[f]), mt_f4_load(sum)));
      if (s->common[j]++ == 0) s->touched[touched++] = j;
    }
  }
  return touched;
}

/* The same of one way alone, which takes a quarter of the room. */
static uint32_t sum_row_of_one(const mt_lists *by_user, const mt_lists *by_item, uint32_t i, scratch *s) {
  uint32_t touched = 0;
  for (uint32_t e = by_item->start[i]; e < by_item->start[i + 1]; e++) {
    uint32_t u = by_item->items[e];
    float through = by_item->weights[e] * s->user_factor[u];
    if (through == 0) continue;
    for (uint32_t f = by_user->start[u]; f < by_user->start[u + 1]; f++) {
      uint32_t j = by_user->items[f];
      s->sum[j] += through * by_user->weights[f];
      if (s->common[j]++ == 0) s->touched[touched++] = j;
    }
  }
  return touched;
}

/* The list of item i by way w, from the sums that stand. */
static void keep_best(const mt_neighbours *how, const mt_lists *by_item, uint32_t w, uint32_t i, uint32_t touched, size_t most,
                      const scratch *s, mt_lists *out) {
  const float own = factor(degree(by_item, i, how->cosine), how->key_exponent);
  const float *item_factor = s->item_factor + (size_t)w * by_item->keys;
  uint32_t used = out->start[out->keys];
  mt_topk top = mt_topk_start(s->top, most);
  for (uint32_t t = 0; t < touched; t++) {
    uint32_t j = s->touched[t];
    float n = (float)s->common[j], weight = own * item_factor[j] * s->sum[(size_t)j * s->lanes + w];
    if (how->shrinkage > 0) weight *= n / (n + how->shrinkage);
    if (j != i && weight > 0 && s->common[j] >= how->people) mt_topk_push(&top, mt_topk_key(weight, j));
  }
  size_t kept = mt_topk_finish(&top);
  for (size_t t = 0; t < kept; t++, used++) {
    out->items[used] = mt_topk_item(s->top[t]);
    out->weights[used] = mt_topk_score(s->top[t]);
  }
  out->start[++out->keys] = used;
}

static void count_shared(uint32_t people, uint32_t i, uint32_t touched, const scratch *s, mt_shared *shared) {
  for (uint32_t t = 0; t < touched; t++) {
    if (s->touched[t] == i) continue;
    shared->pairs++;
    shared->few += s->common[s->touched[t]] < people;
  }
}

static void clear(scratch *s, uint32_t touched) {
  for (uint32_t t = 0; t < touched; t++) {
    uint32_t j = s->touched[t];
    s->common[j] = 0;
    for (uint32_t w = 0; w < s->lanes; w++) s->sum[(size_t)j * s->lanes + w] = 0;
  }
}

static mt_status check(const mt_neighbours *how, uint32_t ways, const mt_lists *by_user, const mt_lists *by_item,
                       uint32_t first, uint32_t last, mt_error *error) {
  uint32_t users = by_user->keys, items = by_item->keys;
  if (ways == 0 || ways > WAYS) return mt_fail(error, MT_INVALID, "neighbours: found %u ways, expected 1 to %u", ways, WAYS);
  for (uint32_t w = 1; w < ways; w++)
    if (how[w].people != how->people)
      return mt_fail(error, MT_INVALID, "neighbours: way %u leaves out what fewer than %u people share, expected %u, as of the first", w,
                     how[w].people, how->people);
    else if (how[w].longest != how->longest)
      return mt_fail(error, MT_INVALID, "neighbours: way %u passes over users of more than %u items, expected %u, as of the first",
                     w, how[w].longest, how->longest);
  if (first > last || last > items)
    return mt_fail(error, MT_INVALID, "neighbours: found items %u to %u, expected a range within %u", first, last, items);
  if (by_user->width != items || by_item->width != users)
    return mt_fail(error, MT_INVALID, "neighbours: the log by user (%u x %u) is not the log by item (%u x %u) turned",
                   users, by_user->width, items, by_item->width);
  return MT_OK;
}

static uint32_t least(uint32_t top, uint32_t items) { return top < items ? top : items; }

/* Room for the lists, of which there is none yet: keys = 0. */
static mt_status alloc_lists(const mt_neighbours *how, uint32_t ways, uint32_t items, uint32_t count, mt_lists *out,
                             mt_error *error) {
  mt_status status = MT_OK;
  for (uint32_t w = 0; w < ways && status == MT_OK; w++) {
    size_t room;
    if (!mt_mul_size(count, least(how[w].top, items), &room)) room = SIZE_MAX;
    status = mt_lists_alloc(count, items, room, &out[w], error);
    out[w].keys = 0;
  }
  return status;
}

mt_status mt_neighbours_train(const mt_neighbours *how, uint32_t ways, const mt_lists *by_user, const mt_lists *by_item,
                              uint32_t first, uint32_t last, mt_lists *out, mt_shared *shared, mt_error *error) {
  uint32_t users = by_user->keys, items = by_item->keys, longest = 0;
  MT_TRY(check(how, ways, by_user, by_item, first, last, error));
  memset(out, 0, ways * sizeof *out);
  for (uint32_t w = 0; w < ways; w++) longest = least(how[w].top, items) > longest ? least(how[w].top, items) : longest;
  scratch s;
  mt_status status = alloc_lists(how, ways, items, last - first, out, error);
  if (status == MT_OK) status = alloc_scratch(users, items, longest, ways, &s, error);
  if (status != MT_OK) {
    for (uint32_t w = 0; w < ways; w++) mt_lists_free(&out[w]);
    return status;
  }
  fill_factors(how, ways, by_user, by_item, &s);
  for (uint32_t i = first; i < last; i++) {
    uint32_t touched = ways == 1 ? sum_row_of_one(by_user, by_item, i, &s) : sum_row(by_user, by_item, how->longest, i, &s);
    for (uint32_t w = 0; w < ways; w++) keep_best(&how[w], by_item, w, i, touched, least(how[w].top, items), &s, &out[w]);
    if (shared != NULL) count_shared(how->people, i, touched, &s, shared);
    clear(&s, touched);
  }
  free_scratch(&s);
  return MT_OK;
}

#include "learn/neighbours.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/topk.h"

typedef struct scratch {
  float *user_factor; /* [users] D_u^-user; 0 for users passed over */
  float *item_factor; /* [items] D_j^-target */
  float *sum;         /* [items] all 0 between two keys */
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

static mt_status alloc_scratch(const mt_neighbours *how, size_t users, size_t items, scratch *s, mt_error *error) {
  s->user_factor = mt_learn_alloc(users, sizeof(float));
  s->item_factor = mt_learn_alloc(items, sizeof(float));
  s->sum = calloc(items + 1, sizeof(float));
  s->common = calloc(items + 1, sizeof(uint32_t));
  s->touched = mt_learn_alloc(items, sizeof(uint32_t));
  s->top = mt_learn_alloc(mt_topk_capacity(how->top), sizeof(uint64_t));
  if (s->user_factor != NULL && s->item_factor != NULL && s->sum != NULL && s->common != NULL && s->touched != NULL &&
      s->top != NULL)
    return MT_OK;
  free_scratch(s);
  return mt_fail(error, MT_NO_MEMORY, "learn: no memory for neighbours of %u items", items);
}

/* Sums item i's row into s->sum and s->common; returns how many items it touched. */
static uint32_t sum_row(const mt_lists *by_user, const mt_lists *by_item, uint32_t i, scratch *s) {
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

static void train_item(const mt_neighbours *how, const mt_lists *by_user, const mt_lists *by_item, uint32_t i,
                       scratch *s, mt_lists *out, uint32_t *used) {
  uint32_t touched = sum_row(by_user, by_item, i, s);
  float own = factor(degree(by_item, i, how->cosine), how->key_exponent);
  mt_topk top = mt_topk_start(s->top, how->top);
  for (uint32_t t = 0; t < touched; t++) {
    uint32_t j = s->touched[t];
    float n = (float)s->common[j], weight = own * s->item_factor[j] * s->sum[j];
    if (how->shrinkage > 0) weight *= n / (n + how->shrinkage);
    s->sum[j] = 0;
    s->common[j] = 0;
    if (j != i && weight > 0) mt_topk_push(&top, mt_topk_key(weight, j));
  }
  size_t kept = mt_topk_finish(&top);
  for (size_t t = 0; t < kept; t++, (*used)++) {
    out->items[*used] = mt_topk_item(s->top[t]);
    out->weights[*used] = mt_topk_score(s->top[t]);
  }
}

mt_status mt_neighbours_train(const mt_neighbours *how, const mt_lists *by_user, const mt_lists *by_item, uint32_t first,
                              uint32_t last, mt_lists *out, mt_error *error) {
  uint32_t users = by_user->keys, items = by_item->keys, top = how->top < items ? how->top : items;
  mt_neighbours bounded = *how;
  size_t room;
  *out = (mt_lists){0};
  if (first > last || last > items)
    return mt_fail(error, MT_INVALID, "neighbours: found items %u to %u, expected a range within %u", first, last, items);
  if (by_user->width != items || by_item->width != users)
    return mt_fail(error, MT_INVALID, "neighbours: the log by user (%u x %u) is not the log by item (%u x %u) turned",
                   users, by_user->width, items, by_item->width);
  if (!mt_mul_size(last - first, top, &room)) room = SIZE_MAX;
  scratch s;
  bounded.top = top;
  MT_TRY(mt_lists_alloc(last - first, items, room, out, error));
  mt_status status = alloc_scratch(&bounded, users, items, &s, error);
  if (status != MT_OK) {
    mt_lists_free(out);
    return status;
  }
  for (uint32_t u = 0; u < users; u++)
    s.user_factor[u] = by_user->start[u + 1] - by_user->start[u] > how->longest
                           ? 0
                           : factor(degree(by_user, u, false), how->user_exponent);
  for (uint32_t i = 0; i < items; i++) s.item_factor[i] = factor(degree(by_item, i, how->cosine), how->target_exponent);
  uint32_t used = 0;
  for (uint32_t i = first; i < last; i++) {
    train_item(&bounded, by_user, by_item, i, &s, out, &used);
    out->start[i - first + 1] = used;
  }
  free_scratch(&s);
  return MT_OK;
}

#include "learn/hops.h"

#include <math.h>
#include <stdlib.h>

#include "base/topk.h"

typedef struct scratch {
  float *share;      /* [items] onward / w(k); 0 for lists without entries */
  float *sum;        /* [items] all 0 between two items */
  uint32_t *touched; /* [items] */
  uint64_t *top;
} scratch;

static void free_scratch(scratch *s) {
  free(s->share);
  free(s->sum);
  free(s->touched);
  free(s->top);
}

/* Adds `weight` times list k; returns how many items are touched by now. */
static uint32_t add_list(const mt_lists *one, uint32_t k, float weight, scratch *s, uint32_t touched) {
  for (uint32_t e = one->start[k]; e < one->start[k + 1]; e++) {
    uint32_t j = one->items[e];
    float share = weight * one->weights[e];
    if (!(share > 0)) continue; /* too little for a float: it must not be touched twice */
    if (s->sum[j] == 0) s->touched[touched++] = j;
    s->sum[j] += share;
  }
  return touched;
}

static void train_item(const mt_lists *one, uint32_t top, uint32_t i, scratch *s, mt_lists *out, uint32_t *used) {
  uint32_t touched = add_list(one, i, 1, s, 0);
  for (uint32_t e = one->start[i]; e < one->start[i + 1]; e++) {
    float weight = one->weights[e] * s->share[one->items[e]];
    if (weight > 0) touched = add_list(one, one->items[e], weight, s, touched);
  }
  mt_topk best = mt_topk_start(s->top, top);
  for (uint32_t t = 0; t < touched; t++) {
    uint32_t j = s->touched[t];
    if (j != i && s->sum[j] > 0) mt_topk_push(&best, mt_topk_key(s->sum[j], j));
    s->sum[j] = 0;
  }
  size_t kept = mt_topk_finish(&best);
  for (size_t t = 0; t < kept; t++, (*used)++) {
    out->items[*used] = mt_topk_item(s->top[t]);
    out->weights[*used] = mt_topk_score(s->top[t]);
  }
}

mt_status mt_hops_train(const mt_lists *one, float onward, uint32_t top, uint32_t first, uint32_t last, mt_lists *out,
                        mt_error *error) {
  uint32_t items = one->keys, used = 0;
  size_t room;
  *out = (mt_lists){0};
  if (one->width != items)
    return mt_fail(error, MT_INVALID, "hops: found lists of %u items under %u, expected as many", one->width, items);
  if (first > last || last > items)
    return mt_fail(error, MT_INVALID, "hops: found items %u to %u, expected a range within %u", first, last, items);
  if (!(onward >= 0) || !isfinite(onward)) return mt_fail(error, MT_INVALID, "hops: expected `onward` to be 0 or above");
  if (top > items) top = items;
  if (!mt_mul_size(last - first, top, &room)) room = SIZE_MAX;
  MT_TRY(mt_lists_alloc(last - first, items, room, out, error));
  scratch s = {mt_learn_alloc(items, sizeof(float)), calloc((size_t)items + 1, sizeof(float)),
               mt_learn_alloc(items, sizeof(uint32_t)), mt_learn_alloc(mt_topk_capacity(top), sizeof(uint64_t))};
  if (s.share == NULL || s.sum == NULL || s.touched == NULL || s.top == NULL) {
    free_scratch(&s);
    mt_lists_free(out);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for hops of %u items", items);
  }
  for (uint32_t k = 0; k < items; k++) {
    double sum = 0;
    for (uint32_t e = one->start[k]; e < one->start[k + 1]; e++) sum += (double)one->weights[e];
    s.share[k] = sum > 0 ? (float)(onward / sum) : 0;
  }
  for (uint32_t i = first; i < last; i++) {
    train_item(one, top, i, &s, out, &used);
    out->start[i - first + 1] = used;
  }
  free_scratch(&s);
  return MT_OK;
}

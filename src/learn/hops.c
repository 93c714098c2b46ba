#include "learn/hops.h"

#include <math.h>
#include <stdlib.h>

#include "base/topk.h"

typedef struct scratch {
  float *sum;        /* [items] all 0 between two items */
  uint32_t *touched; /* [items] */
  uint32_t *met;     /* [items][people] whom the sum of an item rests on, where it is touched */
  uint64_t *top;
} scratch;

static void free_scratch(scratch *s) {
  free(s->sum);
  free(s->touched);
  free(s->met);
  free(s->top);
}

static uint32_t end_of(const mt_lists *one, uint32_t k, uint32_t most) {
  return one->start[k + 1] - one->start[k] > most ? one->start[k] + most : one->start[k + 1];
}

/* Who made the step that is entry e, NULL where nobody asks. */
static const uint32_t *who_of(mt_walked walked, uint32_t e) {
  return walked.who == NULL ? NULL : walked.who + (size_t)e * walked.people;
}
static bool are_enough(const uint32_t *who, uint32_t people) { return who == NULL || who[people - 1] != MT_NOBODY; }

static void join(uint32_t *met, const uint32_t *who, uint32_t people) {
  for (uint32_t p = 0; p < people && who[p] != MT_NOBODY; p++) {
    uint32_t n = 0;
    while (n < people && met[n] != MT_NOBODY && met[n] != who[p]) n++;
    if (n == people) return;
    met[n] = who[p];
  }
}

/* Adds `weight` times the first `most` of list k, which was reached by a step that `by` made, NULL: by none. Returns how many items
 * are touched by now. */
static uint32_t add_list(const mt_lists *one, mt_walked walked, uint32_t k, uint32_t most, float weight, const uint32_t *by,
                         scratch *s, uint32_t touched) {
  for (uint32_t e = one->start[k], end = end_of(one, k, most); e < end; e++) {
    uint32_t j = one->items[e];
    float share = weight * one->weights[e];
    const uint32_t *who = who_of(walked, e);
    if (!(share > 0)) continue; /* too little for a float: it must not be touched twice */
    if (by == NULL && !are_enough(who, walked.people)) continue;
    uint32_t *met = who == NULL ? NULL : s->met + (size_t)j * walked.people;
    if (s->sum[j] == 0) {
      s->touched[touched++] = j;
      for (uint32_t n = 0; met != NULL && n < walked.people; n++) met[n] = MT_NOBODY;
    }
    s->sum[j] += share;
    if (met == NULL) continue;
    join(met, who, walked.people);
    if (by != NULL) join(met, by, walked.people);
  }
  return touched;
}

static void train_item(const mt_lists *one, const float *share, mt_walked walked, uint32_t fan, uint32_t top, uint32_t i,
                       scratch *s, mt_lists *out, uint32_t *used) {
  uint32_t touched = add_list(one, walked, i, UINT32_MAX, 1, NULL, s, 0);
  for (uint32_t e = one->start[i], end = end_of(one, i, fan); e < end; e++) {
    float weight = one->weights[e] * share[one->items[e]];
    if (weight > 0) touched = add_list(one, walked, one->items[e], fan, weight, who_of(walked, e), s, touched);
  }
  mt_topk best = mt_topk_start(s->top, top);
  for (uint32_t t = 0; t < touched; t++) {
    uint32_t j = s->touched[t];
    bool enough = walked.who == NULL || are_enough(s->met + (size_t)j * walked.people, walked.people);
    if (j != i && s->sum[j] > 0 && enough) mt_topk_push(&best, mt_topk_key(s->sum[j], j));
    s->sum[j] = 0;
  }
  size_t kept = mt_topk_finish(&best);
  for (size_t t = 0; t < kept; t++, (*used)++) {
    out->items[*used] = mt_topk_item(s->top[t]);
    out->weights[*used] = mt_topk_score(s->top[t]);
  }
}

mt_status mt_hops_share(const mt_lists *one, float onward, float *share, mt_error *error) {
  if (!(onward >= 0) || !isfinite(onward)) return mt_fail(error, MT_INVALID, "hops: expected `onward` to be 0 or above");
  for (uint32_t k = 0; k < one->keys; k++) {
    double sum = 0;
    for (uint32_t e = one->start[k]; e < one->start[k + 1]; e++) sum += (double)one->weights[e];
    share[k] = sum > 0 ? (float)((double)onward / sum) : 0;
  }
  return MT_OK;
}

mt_status mt_hops_train(const mt_lists *one, const float *share, mt_walked walked, uint32_t fan, uint32_t top, uint32_t first,
                        uint32_t last, mt_lists *out, mt_error *error) {
  uint32_t items = one->keys, used = 0;
  size_t room, meetings = 0;
  *out = (mt_lists){0};
  if (one->width != items)
    return mt_fail(error, MT_INVALID, "hops: found lists of %u items under %u, expected as many", one->width, items);
  if (first > last || last > items)
    return mt_fail(error, MT_INVALID, "hops: found items %u to %u, expected a range within %u", first, last, items);
  if (walked.who != NULL && (walked.people == 0 || !mt_mul_size(items, walked.people, &meetings)))
    return mt_fail(error, MT_INVALID, "hops: found %u people, expected 1 to what memory holds", walked.people);
  if (top > items) top = items;
  if (!mt_mul_size(last - first, top, &room)) room = SIZE_MAX;
  MT_TRY(mt_lists_alloc(last - first, items, room, out, error));
  scratch s = {calloc((size_t)items + 1, sizeof(float)), mt_learn_alloc(items, sizeof(uint32_t)),
               mt_learn_alloc(meetings, sizeof(uint32_t)), mt_learn_alloc(mt_topk_capacity(top), sizeof(uint64_t))};
  if (s.sum == NULL || s.touched == NULL || s.met == NULL || s.top == NULL) {
    free_scratch(&s);
    mt_lists_free(out);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for hops of %u items", items);
  }
  for (uint32_t i = first; i < last; i++) {
    train_item(one, share, walked, fan, top, i, &s, out, &used);
    out->start[i - first + 1] = used;
  }
  free_scratch(&s);
  return MT_OK;
}

#include "learn/ask.h"

#include <math.h>
#include <stdlib.h>

#include "funnel/state.h"
#include "learn/lists.h"

/* What one person's answer is copied into. */
typedef struct answer {
  uint32_t *item; /* [k] */
  float *score;   /* [k][sources] */
  uint16_t *rank; /* [k][sources] */
  uint32_t *held; /* [most that is held of anybody] ascending, each once */
} answer;

static void free_answer(answer *a) {
  free(a->item);
  free(a->score);
  free(a->rank);
  free(a->held);
}

static mt_status alloc_answer(const mt_people *people, const uint32_t *who, uint32_t count, uint32_t k, uint32_t sources,
                              answer *out, mt_error *error) {
  size_t cells, held = 0;
  for (uint32_t i = 0; i < count; i++) {
    size_t own = people->held_start[who[i] + 1] - people->held_start[who[i]];
    held = own > held ? own : held;
  }
  if (!mt_mul_size(k, sources, &cells)) cells = SIZE_MAX;
  *out = (answer){mt_learn_alloc(k, sizeof *out->item), mt_learn_alloc(cells, sizeof *out->score),
                  mt_learn_alloc(cells, sizeof *out->rank), mt_learn_alloc(held, sizeof *out->held)};
  if (out->item != NULL && out->score != NULL && out->rank != NULL && out->held != NULL) return MT_OK;
  free_answer(out);
  return mt_fail(error, MT_NO_MEMORY, "ask: no memory for %u candidates", k);
}

static uint32_t copy_held(const mt_people *people, uint32_t person, uint32_t *out) {
  uint32_t first = people->held_start[person], count = people->held_start[person + 1] - first, kept = 0;
  if (count == 0) return 0;
  memcpy(out, people->held + first, count * sizeof *out);
  qsort(out, count, sizeof *out, mt_compare_numbers);
  for (uint32_t h = 0; h < count; h++)
    if (h == 0 || out[h] != out[h - 1]) out[kept++] = out[h];
  return kept;
}

/* A source that is asked alone need bring no more than is asked for. */
static void tell_quota(mt_recommender *rec, const mt_question *question) {
  uint32_t heard = 0;
  for (uint32_t s = 0; s < mt_sources(rec); s++) heard += question->weight[s] != 0;
  for (uint32_t s = 0; s < mt_sources(rec) && heard == 1; s++)
    if (question->k < rec->request.source[s].quota) rec->request.source[s].quota = question->k;
}

static mt_status tell(mt_recommender *rec, const mt_people *people, uint32_t person, const mt_question *question,
                      mt_error *error) {
  mt_begin(rec);
  for (uint32_t e = people->start[person]; e < people->start[person + 1]; e++)
    mt_add_event(rec, people->item[e], people->weight == NULL ? 1 : people->weight[e],
                 people->time == NULL ? (double)NAN : people->time[e]);
  if (people->now != NULL) mt_set_now(rec, people->now[person]);
  for (uint32_t s = 0; s < mt_sources(rec); s++) {
    MT_TRY(mt_set_weight(rec, s, question->weight[s], error));
    MT_TRY(mt_set_decay(rec, s, question->decay[s], error));
  }
  tell_quota(rec, question);
  return MT_OK;
}

static bool brought_any(const mt_candidates *candidates, const uint32_t *held, uint32_t count) {
  bool any = false;
  for (uint32_t h = 0; h < count && !any; h++) any = mt_index_get(&candidates->index, held[h]) != MT_NOT_FOUND;
  return any;
}

/* The best k candidates. */
static uint32_t copy_best(mt_order *order, const mt_candidates *candidates, uint32_t k, answer *a) {
  const size_t sources = candidates->sources;
  mt_order_fused(order, candidates, k);
  for (uint32_t i = 0; i < order->count; i++) {
    const uint32_t c = order->places[i];
    a->item[i] = candidates->items[c];
    memcpy(a->score + i * sources, candidates->scores + c * sources, sources * sizeof *a->score);
    memcpy(a->rank + i * sources, candidates->ranks + c * sources, sources * sizeof *a->rank);
  }
  return order->count;
}

mt_status mt_ask(mt_recommender *rec, const mt_people *people, const uint32_t *who, uint32_t count, const mt_question *question,
                 mt_fusion *fusion, mt_error *error) {
  uint32_t sources = mt_sources(rec), k = question->k < mt_items(rec) ? question->k : mt_items(rec);
  if (sources != fusion->sources)
    return mt_fail(error, MT_INVALID, "ask: found a bundle of %u sources, expected %u", sources, fusion->sources);
  if (k > rec->order.most) return mt_fail(error, MT_INVALID, "ask: found k = %u, expected at most %u", k, rec->order.most);
  answer a;
  MT_TRY(alloc_answer(people, who, count, k, sources, &a, error));
  mt_status status = MT_OK;
  for (uint32_t i = 0; i < count && status == MT_OK; i++) {
    const mt_candidates *candidates = &rec->recall.candidates;
    uint32_t person = who[i], held = copy_held(people, person, a.held);
    if (held == 0) continue;
    status = tell(rec, people, person, question, error);
    if (status == MT_OK) status = mt_run_recall(rec, error);
    if (status != MT_OK) break;
    uint32_t found = brought_any(candidates, a.held, held) ? copy_best(&rec->order, candidates, k, &a) : 0;
    mt_fusion_scale(fusion, a.score, a.rank, found, question->norm_rank);
    uint32_t length = mt_policy_length(people->start[person + 1] - people->start[person]);
    status = mt_fusion_add(fusion, length, a.item, a.score, found, a.held, held, 0, error);
  }
  free_answer(&a);
  return status;
}

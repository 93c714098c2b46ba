/* The vectors source: a tower makes the history a query, and what lies near it in its space is recalled. */
#include "recall/near.h"
#include "recall/source.h"

typedef struct vectors {
  mt_near near;
  mt_model *model; /* of a tower that is a tensor program */
  uint32_t space;
  mt_weighted *weighted; /* [MT_MAX_HISTORY] the history as this source weighs it */
} vectors;

_Static_assert(sizeof(vectors) <= MT_SOURCE_ROOM, "what a source of vectors keeps");

static vectors *own(mt_source_work *work) { return (vectors *)(void *)work->own.room; }
static const vectors *vectors_of(const mt_source_work *work) { return (const vectors *)(const void *)work->own.room; }

static mt_status open_vectors(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_error *error) {
  (void)work;
  if (source->ordinal < view->spaces) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "policy: source \"%s\": found space %u, expected less than %u", mt_text(source->name),
                 source->ordinal, view->spaces);
}

static bool is_complete(const mt_source *source, const mt_source_view *view) { return view->tower[source->ordinal].kind != 0; }

static void reserve(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_arena *arena) {
  vectors *v = own(work);
  const mt_tower *tower = &view->tower[source->ordinal];
  v->space = source->ordinal;
  v->weighted = mt_arena_take(arena, MT_MAX_HISTORY, sizeof *v->weighted);
  if (tower->kind == MT_TOWER_PROGRAM) v->model = &view->model[tower->program];
  mt_near_reserve(arena, tower, &view->space[source->ordinal], &v->near);
}

static uint32_t weigh_events(const mt_source *source, const mt_history *history, mt_weighted *weighted) {
  const mt_event *event;
  float weight;
  uint32_t count = 0;
  for (mt_history_walk walk = mt_history_from(history, source); mt_history_older(&walk, &event, &weight);)
    weighted[count++] = (mt_weighted){event->item, weight};
  return count;
}

/* Makes the history a query of the space; it says nothing where no event has a place there. */
static mt_status weigh(mt_source_work *work, const mt_source *source, const mt_inputs *inputs, mt_reading *reading, mt_error *error) {
  vectors *v = own(work);
  mt_fold *fold = &v->near.fold;
  if (v->model != NULL) {
    fold->layers = MT_ALL_LAYERS;
    MT_TRY(mt_model_query(v->model, inputs, fold->tower->output, fold->query, &reading->speaks, error));
  } else {
    uint32_t count = weigh_events(source, inputs->history, v->weighted);
    reading->speaks = mt_fold_history(fold, MT_ALL_LAYERS, v->weighted, count);
  }
  return reading->speaks ? mt_near_prepare(&v->near, error) : MT_OK;
}

static mt_status best_of(const mt_source_work *work, uint32_t k, const uint8_t *bitmap, mt_best *best, mt_error *error) {
  return mt_near_best(&vectors_of(work)->near, k, bitmap, best, error);
}

static float score(const mt_source_work *work, uint32_t item, float unknown) {
  return mt_near_score(&vectors_of(work)->near, item, unknown);
}

static void explain(const mt_source_work *work, const mt_explained *picks) {
  const mt_fold *fold = &vectors_of(work)->near.fold;
  for (uint32_t p = 0; p < picks->count; p++)
    mt_fold_explain(fold, picks->items[p], picks->vectors + (size_t)p * fold->tower->stride);
}

static void add_share(const mt_source_work *work, const mt_explained *picks, const mt_traced *event, float unit,
                      float *share, uint32_t *cost) {
  const mt_fold *fold = &vectors_of(work)->near.fold;
  (void)cost;
  if (!mt_space_has(fold->space, event->item)) return;
  mt_space_decode(fold->space, event->item, fold->layers, picks->event);
  for (uint32_t p = 0; p < picks->count; p++)
    if (mt_space_has(fold->space, picks->items[p]))
      share[p] += unit * mt_fold_share(fold, picks->vectors + (size_t)p * fold->tower->stride, picks->event, event->weight);
}

static const float *query(const mt_source_work *work, uint32_t *space_ret) {
  *space_ret = vectors_of(work)->space;
  return vectors_of(work)->near.query.vector;
}

const mt_source_verbs mt_source_vectors = {
    .open = open_vectors,
    .is_complete = is_complete,
    .reserve = reserve,
    .weigh = weigh,
    .best = best_of,
    .score = score,
    .explain = explain,
    .share = add_share,
    .query = query,
};

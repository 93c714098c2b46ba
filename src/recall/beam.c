/* The beam source: a tree over the items is searched from its top by a program that mixes the history with each node, so that a
 * model which must look at every item is asked about few (Zhu et al. 2018, TDM; Zhuo et al. 2020, on beams). Of each level the
 * children of the best nodes above are scored, as many as the beam holds; nodes without an item that is allowed are passed over, so
 * that a filter which leaves no more than the beam holds finds all of them.
 */
#include "bundle/nodes.h"
#include "nn/run.h"
#include "recall/bitmap.h"
#include "recall/source.h"

typedef struct beam {
  mt_nodes nodes;
  mt_run run;
  uint32_t *front;  /* [beam] rows of a level that are scored, then … */
  uint64_t *keys;   /* [beam] … by their score */
} beam;

_Static_assert(sizeof(beam) <= MT_SOURCE_ROOM, "what a source of nodes keeps");

static beam *own(mt_source_work *work) { return (beam *)(void *)work->own.room; }
static const beam *beam_of(const mt_source_work *work) { return (const beam *)(const void *)work->own.room; }

static mt_status open_nodes(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_error *error) {
  mt_section section;
  MT_TRY(mt_bundle_need(view->bundle, MT_SECTION_NODES, source->ordinal, "nodes", &section, error));
  return mt_nodes_open(section.bytes, section.length, view->bundle->items, &own(work)->nodes, error);
}

static void reserve(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_arena *arena) {
  (void)source, (void)view;
  beam *b = own(work);
  b->front = mt_arena_take(arena, b->nodes.beam, sizeof *b->front);
  b->keys = mt_arena_take(arena, b->nodes.beam, sizeof *b->keys);
  mt_run_reserve(arena, &b->nodes.program, &b->run);
}

static bool has_vector(const mt_nodes *nodes, uint32_t row) {
  float scale = nodes->scales[row];
  return scale > 0 && scale < 1e30f;
}

static void decode(const mt_nodes *nodes, uint32_t row, float *out) {
  const int8_t *codes = nodes->vectors + (size_t)row * nodes->width;
  for (uint32_t d = 0; d < nodes->width; d++) out[d] = nodes->scales[row] * (float)codes[d];
}

/* Shows the program the newest events that are worth something, and what it makes of them once. */
static mt_status weigh(mt_source_work *work, const mt_source *source, const mt_inputs *inputs, mt_reading *reading, mt_error *error) {
  beam *b = own(work);
  const mt_nodes *nodes = &b->nodes;
  const mt_event *event;
  float weight;
  mt_run_clear(&b->run);
  uint32_t left = nodes->length;
  for (mt_history_walk walk = mt_history_from(inputs->history, source); left > 0 && mt_history_older(&walk, &event, &weight);) {
    if (!(weight > 0) || !has_vector(nodes, event->item)) continue;
    left--;
    decode(nodes, event->item, mt_run_port(&b->run, 0) + (size_t)left * nodes->width);
    mt_run_port(&b->run, 1)[left] = 1;
  }
  reading->speaks = left < nodes->length;
  return reading->speaks ? mt_run_request(&b->run, error) : MT_OK;
}

/* A model may say anything; what comes after wants numbers. */
static float bounded(float score) { return score >= -3e38f ? (score <= 3e38f ? score : 3e38f) : -3e38f; }

/* Scores the rows of the front into keys. */
static mt_status score_front(const beam *b, uint32_t count, mt_error *error) {
  const mt_nodes *nodes = &b->nodes;
  float *node = mt_run_port(&b->run, 2);
  const float *score = mt_run_port(&b->run, 3);
  for (uint32_t from = 0, rows; from < count; from += rows) {
    rows = count - from < nodes->program.capacity ? count - from : nodes->program.capacity;
    for (uint32_t r = 0; r < rows; r++) decode(nodes, b->front[from + r], node + (size_t)r * nodes->width);
    MT_TRY(mt_run_rows(&b->run, rows, error));
    for (uint32_t r = 0; r < rows; r++) b->keys[from + r] = mt_topk_key(bounded(score[r]), b->front[from + r]);
  }
  mt_sort_descending(b->keys, count);
  return MT_OK;
}

/* Puts node `place` of a level, whose first row is `first`, to the front, if an item that is allowed lies below it. */
static void enter(const beam *b, uint32_t level, uint32_t first, uint32_t place, const uint8_t *bitmap, uint32_t *count) {
  const mt_nodes *nodes = &b->nodes;
  uint64_t from = place, to = (uint64_t)place + 1;
  for (uint32_t l = 0; l < level; l++) from *= nodes->arity, to *= nodes->arity;
  for (; from < to && from < nodes->leaves; from++) {
    uint32_t item = mt_load_u32(nodes->order + 4 * from);
    if (item >= nodes->items || !mt_bitmap_has(bitmap, item)) continue;
    b->front[(*count)++] = level == 0 ? item : first + place;
    return;
  }
}

static mt_status best_of(const mt_source_work *work, uint32_t k, const uint8_t *bitmap, mt_best *best, mt_error *error) {
  const beam *b = beam_of(work);
  const mt_nodes *nodes = &b->nodes;
  uint32_t first, count = 0, level = nodes->levels, places = mt_nodes_count(nodes, level, &first);
  for (uint32_t place = 0; place < places; place++) enter(b, level, first, place, bitmap, &count);
  for (;; level--) {
    MT_TRY(score_front(b, count, error));
    if (level == 0) break;
    uint32_t scored = count, above = first;
    count = 0, places = mt_nodes_count(nodes, level - 1, &first);
    for (uint32_t i = 0; i < scored; i++) {
      uint32_t place = (mt_topk_item(b->keys[i]) - above) * nodes->arity, last = place + nodes->arity;
      for (; place < last && place < places && count < nodes->beam; place++) enter(b, level - 1, first, place, bitmap, &count);
    }
  }
  best->count = count < k ? count : k;
  memcpy(best->keys, b->keys, best->count * sizeof *best->keys);
  return MT_OK;
}

static float score(const mt_source_work *work, uint32_t item, float unknown) {
  const beam *b = beam_of(work);
  if (!has_vector(&b->nodes, item)) return unknown;
  decode(&b->nodes, item, mt_run_port(&b->run, 2));
  return mt_run_rows(&b->run, 1, NULL) == MT_OK ? bounded(*mt_run_port(&b->run, 3)) : unknown;
}

const mt_source_verbs mt_source_beam = {
    .open = open_nodes,
    .reserve = reserve,
    .weigh = weigh,
    .best = best_of,
    .score = score,
};

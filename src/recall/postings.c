#include "recall/postings.h"

#include "recall/sums.h"

_Static_assert(sizeof(mt_recall_lists) <= MT_SOURCE_ROOM, "what a source of postings keeps");

static mt_recall_lists *own(mt_source_work *work) { return (mt_recall_lists *)(void *)work->own.room; }
static const mt_recall_lists *lists_of(const mt_source_work *work) { return (const mt_recall_lists *)(const void *)work->own.room; }

mt_status mt_recall_open_lists(const mt_source_view *view, uint32_t ordinal, mt_recall_lists *lists, mt_error *error) {
  mt_postings *postings = &lists->postings;
  mt_section section;
  MT_TRY(mt_bundle_need(view->bundle, MT_SECTION_POSTINGS, ordinal, "postings", &section, error));
  MT_TRY(mt_postings_open(section.bytes, section.length, view->bundle->items, postings, error));
  if (postings->key_kind >= MT_KEY_TERM)
    return mt_fail(error, MT_CORRUPT, "postings %u: found key kind %u, expected one that a history has", ordinal,
                   postings->key_kind);
  if (postings->key_kind != MT_KEY_VALUE) return MT_OK;
  uint32_t attribute = postings->attribute;
  if (attribute >= view->attributes || !mt_attribute_is_category(&view->attribute[attribute]))
    return mt_fail(error, MT_CORRUPT, "postings %u: found attribute %u as their key, expected a category", ordinal, attribute);
  lists->attribute = &view->attribute[attribute];
  return MT_OK;
}

static mt_status open_postings(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_error *error) {
  return mt_recall_open_lists(view, source->ordinal, own(work), error);
}

static void reserve(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_arena *arena) {
  (void)source;
  const mt_postings *postings = &lists_of(work)->postings;
  mt_sums_reserve(arena, postings->key_kind == MT_KEY_ONE ? postings->longest : view->bundle->items, view->bundle->items, &work->sums);
}

static mt_status weigh(mt_source_work *work, const mt_source *source, const mt_inputs *inputs, mt_reading *reading, mt_error *error) {
  (void)error;
  reading->whole = mt_recall_sum(lists_of(work), source, inputs->history, &work->sums);
  return MT_OK;
}

static void add_share(const mt_source_work *work, const mt_explained *picks, const mt_traced *event, float unit,
                      float *share, uint32_t *cost) {
  if (mt_recall_once(lists_of(work)) && mt_history_again(event->walk)) return;
  mt_recall_share(lists_of(work), event->item, event->weight * unit, &picks->index, share, cost);
}

const mt_source_verbs mt_source_postings = {
    .open = open_postings,
    .reserve = reserve,
    .weigh = weigh,
    .best = mt_sums_best,
    .score = mt_sums_score,
    .share = add_share,
};

/* The repeat source: what somebody took before and may want again, by how often they took it, how readily people take that
 * item again, and whether it is time. Their own frequency is what carries most next-basket methods (Hu et al., Modeling
 * Personalized Item Frequency Information for Next-basket Recommendation, SIGIR 2020: TIFU-KNN); the rate and the gap of an
 * item are those of Bhagat et al., Buy It Again: Modeling Repeat Purchase Recommendations, KDD 2018.
 *
 *   score(i) = Σ over events of i (weight of the event, faded) · rate(i) · min(1, time since the newest of them / gap(i))
 */
#include "bundle/repeats.h"
#include "recall/source.h"
#include "recall/sums.h"

typedef struct mt_recall_repeat {
  mt_repeats repeats;
  mt_sparse factors; /* item -> rate · due, as its newest event says */
} mt_recall_repeat;

_Static_assert(sizeof(mt_recall_repeat) <= MT_SOURCE_ROOM, "what a source of repeats keeps");

static mt_recall_repeat *own(mt_source_work *work) { return (mt_recall_repeat *)(void *)work->own.room; }

static mt_status open_repeats(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_error *error) {
  mt_section section;
  MT_TRY(mt_bundle_need(view->bundle, MT_SECTION_REPEATS, source->ordinal, "repeats", &section, error));
  return mt_repeats_open(section.bytes, section.length, view->bundle->items, &own(work)->repeats, error);
}

static void reserve(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_arena *arena) {
  (void)source;
  mt_sums_reserve(arena, MT_MAX_HISTORY, view->bundle->items, &work->sums);
  mt_sums_reserve(arena, MT_MAX_HISTORY, view->bundle->items, &own(work)->factors);
}

/* Not due yet: in proportion. Where the time or the gap is not known, it is due. */
static float factor_of(const mt_repeats *repeats, uint32_t item, double elapsed) {
  float rate = mt_repeats_rate(repeats, item), gap = mt_repeats_gap(repeats, item);
  bool early = gap > 0 && elapsed < (double)gap;
  return early ? rate * (elapsed > 0 ? (float)elapsed / gap : 0) : rate;
}

static mt_status weigh(mt_source_work *work, const mt_source *source, const mt_inputs *inputs, mt_reading *reading,
                       mt_error *error) {
  (void)error;
  mt_recall_repeat *repeat = own(work);
  const mt_event *event;
  float weight;
  mt_sparse_reset(&work->sums, inputs->history->count);
  mt_sparse_reset(&repeat->factors, inputs->history->count);
  for (mt_history_walk walk = mt_history_from(inputs->history, source); mt_history_older(&walk, &event, &weight);) {
    const mt_sparse_slot *met = mt_sparse_at(&repeat->factors, event->item);
    if (met->key == 0)
      mt_sparse_add(&repeat->factors, event->item, factor_of(&repeat->repeats, event->item, walk.now - event->at));
    reading->whole &= mt_sparse_add(&work->sums, event->item, weight * mt_sparse_get(&repeat->factors, event->item));
  }
  return MT_OK;
}

static void add_share(const mt_source_work *work, const mt_explained *picks, const mt_traced *event, float unit,
                      float *share, uint32_t *cost) {
  const mt_recall_repeat *repeat = (const mt_recall_repeat *)(const void *)work->own.room;
  uint32_t pick = mt_index_get(&picks->index, event->item);
  *cost += 1;
  if (pick != MT_NOT_FOUND) share[pick] += event->weight * unit * mt_sparse_get(&repeat->factors, event->item);
}

const mt_source_verbs mt_source_repeat = {
    .open = open_repeats,
    .reserve = reserve,
    .weigh = weigh,
    .best = mt_sums_best,
    .score = mt_sums_score,
    .share = add_share,
};

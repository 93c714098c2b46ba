#include "recall/clusters.h"

#include "recall/postings.h"
#include "recall/sums.h"

bool mt_clusters_sum(mt_recall_clusters *clusters, const mt_source *source, const mt_history *history, mt_sparse *sums) {
  uint64_t keys[MT_CLUSTERS_HEARD + 192]; /* mt_topk_capacity(MT_CLUSTERS_HEARD) */
  mt_topk nearest = mt_topk_start(keys, MT_CLUSTERS_HEARD);
  bool whole = mt_recall_sum(&clusters->members, source, history, sums);
  for (uint32_t s = 0; s <= sums->mask; s++)
    if (sums->slots[s].key != 0 && sums->slots[s].score > 0)
      mt_topk_push(&nearest, mt_topk_key(sums->slots[s].score, sums->slots[s].key - 1));
  clusters->count = (uint32_t)mt_topk_finish(&nearest);
  mt_sparse_reset(sums, (uint64_t)clusters->count * clusters->met.postings.longest);
  uint32_t cost = 0;
  for (uint32_t c = 0; c < clusters->count; c++) {
    clusters->heard[c] = mt_topk_item(keys[c]);
    whole &= mt_recall_add_list(&clusters->met.postings, clusters->heard[c], mt_topk_score(keys[c]), sums, &cost);
  }
  return whole;
}

void mt_clusters_share(const mt_recall_clusters *clusters, uint32_t event_item, float weight, const mt_index *picks,
                       float *share, uint32_t *cost_ret) {
  mt_posting member;
  mt_posting_start(&clusters->members.postings, event_item, &member);
  *cost_ret += MT_POSTINGS_BLOCK + member.left;
  while (*cost_ret < MT_MOST_ENTRIES && mt_posting_next(&member))
    for (uint32_t c = 0; c < clusters->count; c++)
      if (clusters->heard[c] == member.item)
        mt_recall_share(&clusters->met, member.item, weight * member.weight, picks, share, cost_ret);
}

/* -- the kind of source -- */

_Static_assert(sizeof(mt_recall_clusters) <= MT_SOURCE_ROOM, "what a source of clusters keeps");

static mt_recall_clusters *own(mt_source_work *work) { return (mt_recall_clusters *)(void *)work->own.room; }

static mt_status open_clusters(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_error *error) {
  mt_postings *members = &own(work)->members.postings, *met = &own(work)->met.postings;
  uint32_t ordinal = source->ordinal;
  mt_section section;
  MT_TRY(mt_recall_open_lists(view, ordinal, &own(work)->members, error));
  MT_TRY(mt_bundle_need(view->bundle, MT_SECTION_POSTINGS, ordinal + 1, "postings", &section, error));
  MT_TRY(mt_postings_open(section.bytes, section.length, view->bundle->items, met, error));
  if (members->key_kind == MT_KEY_ITEM && met->key_kind == MT_KEY_CLUSTER) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "postings %u: found key kinds %u and %u, expected items, then clusters", ordinal,
                 members->key_kind, met->key_kind);
}

static void reserve(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_arena *arena) {
  (void)source;
  mt_sums_reserve(arena, view->bundle->items, view->bundle->items, &work->sums);
}

static mt_status weigh(mt_source_work *work, const mt_source *source, const mt_inputs *inputs, mt_reading *reading, mt_error *error) {
  (void)error;
  reading->whole = mt_clusters_sum(own(work), source, inputs->history, &work->sums);
  return MT_OK;
}

static void add_share(const mt_source_work *work, const mt_explained *picks, const mt_traced *event, float unit,
                      float *share, uint32_t *cost) {
  mt_clusters_share((const mt_recall_clusters *)(const void *)work->own.room, event->item, event->weight * unit,
                    &picks->index, share, cost);
}

const mt_source_verbs mt_source_clusters = {
    .open = open_clusters,
    .reserve = reserve,
    .weigh = weigh,
    .best = mt_sums_best,
    .score = mt_sums_score,
    .share = add_share,
};

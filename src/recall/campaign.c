#include "recall/campaign.h"

#include "recall/sums.h"

bool mt_campaign_sum(const mt_campaign *campaign, double now, mt_sparse *sums) {
  bool whole = true;
  mt_sparse_reset(sums, campaign->entries);
  for (uint32_t i = 0; i < campaign->entries; i++) {
    mt_campaign_entry entry = mt_campaign_at(campaign, i);
    if (mt_campaign_speaks(&entry, now)) whole &= mt_sparse_add(sums, entry.item, entry.weight);
  }
  return whole;
}

/* -- the kind of source -- */

_Static_assert(sizeof(mt_campaign) <= MT_SOURCE_ROOM, "what a campaign keeps");

static mt_campaign *own(mt_source_work *work) { return (mt_campaign *)(void *)work->own.room; }

static mt_status open_campaign(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_error *error) {
  mt_section section;
  MT_TRY(mt_bundle_need(view->bundle, MT_SECTION_CAMPAIGN, source->ordinal, "campaign", &section, error));
  return mt_campaign_open(section.bytes, section.length, view->bundle->items, own(work), error);
}

static void reserve(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_arena *arena) {
  (void)source;
  mt_sums_reserve(arena, own(work)->entries, view->bundle->items, &work->sums);
}

static mt_status weigh(mt_source_work *work, const mt_source *source, const mt_inputs *inputs, mt_reading *reading, mt_error *error) {
  (void)source, (void)error;
  reading->whole = mt_campaign_sum(own(work), mt_history_now(inputs->history), &work->sums);
  return MT_OK;
}

const mt_source_verbs mt_source_campaign = {
    .open = open_campaign,
    .reserve = reserve,
    .weigh = weigh,
    .best = mt_sums_best,
    .score = mt_sums_score,
};

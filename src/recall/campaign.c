#include "recall/campaign.h"

bool mt_campaign_sum(const mt_campaign *campaign, double now, mt_sparse *sums) {
  bool whole = true;
  mt_sparse_reset(sums, campaign->entries);
  for (uint32_t i = 0; i < campaign->entries; i++) {
    mt_campaign_entry entry = mt_campaign_at(campaign, i);
    if (mt_campaign_speaks(&entry, now)) whole &= mt_sparse_add(sums, entry.item, entry.weight);
  }
  return whole;
}

#include "bundle/campaign.h"

#include "bundle/check.h"
#include "bundle/postings.h"

mt_status mt_campaign_open(const unsigned char *bytes, size_t length, uint32_t items, mt_campaign *campaign, mt_error *error) {
  uint32_t entries = length < MT_CAMPAIGN_HEAD ? 0 : mt_load_u32(bytes);
  MT_TRY(mt_check_bytes("campaign", length, MT_CAMPAIGN_HEAD + (uint64_t)entries * MT_CAMPAIGN_ENTRY, error));
  *campaign = (mt_campaign){entries, bytes + MT_CAMPAIGN_HEAD};
  for (uint32_t i = 0; i < entries; i++) {
    mt_campaign_entry entry = mt_campaign_at(campaign, i);
    MT_TRY(mt_check_index("campaign", "item", entry.item, items, error));
    if (!(entry.weight > 0 && entry.weight <= MT_POSTING_MAX) || !(entry.start < entry.end))
      return mt_fail(error, MT_CORRUPT, "campaign: entry %u of item %u: its weight or time is out of range", i,
                     entry.item);
  }
  return MT_OK;
}

void mt_campaign_encode(const uint32_t *items, const float *weights, const double *starts, const double *ends, uint32_t entries,
                        unsigned char *out) {
  mt_store_u32(out, entries);
  mt_store_u32(out + 4, 0);
  for (uint32_t i = 0; i < entries; i++) {
    unsigned char *at = out + MT_CAMPAIGN_HEAD + (size_t)i * MT_CAMPAIGN_ENTRY;
    mt_store_u32(at, items[i]);
    mt_store_f32(at + 4, weights[i]);
    memcpy(at + 8, &starts[i], sizeof *starts);
    memcpy(at + 16, &ends[i], sizeof *ends);
  }
}

/* The campaign source: what a list says now, the same to everybody. */
#ifndef MT_RECALL_CAMPAIGN_H
#define MT_RECALL_CAMPAIGN_H

#include "bundle/campaign.h"
#include "recall/sparse.h"

/* Sums the weights of the entries that speak at `now` (seconds; NaN: nobody knows). False where the table was full. */
bool mt_campaign_sum(const mt_campaign *campaign, double now, mt_sparse *sums);

#endif

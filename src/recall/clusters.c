#include "recall/clusters.h"

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

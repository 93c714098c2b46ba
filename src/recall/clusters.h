/* The neighbour clusters source: people like this one, in groups. The history's items say which clusters of people it is
 * near (postings item -> cluster), and the nearest of those say what they met (postings cluster -> item).
 */
#ifndef MT_RECALL_CLUSTERS_H
#define MT_RECALL_CLUSTERS_H

#include "recall/lists.h"

#define MT_CLUSTERS_HEARD 8u

typedef struct mt_recall_clusters {
  mt_recall_lists members; /* under each item the clusters that met it */
  mt_recall_lists met;     /* under each cluster the items that it met */
  uint32_t heard[MT_CLUSTERS_HEARD], count; /* in this request, the nearest first */
} mt_recall_clusters;

/* Sums into `sums` what the clusters nearest to the history met. False where it could not hold, or read, all of it. */
bool mt_clusters_sum(mt_recall_clusters *clusters, const mt_source *source, const mt_history *history, mt_sparse *sums);

/* As mt_recall_share: what one event brought each pick, through the clusters that were heard. */
void mt_clusters_share(const mt_recall_clusters *clusters, uint32_t event_item, float weight, const mt_index *picks,
                       float *share, uint32_t *cost_ret);

#endif

/* Because: which events of the history brought each pick, by what they really added to its fused score.
 *
 * Every personal source is a sum over the events (towers are linear in their right-hand side), so an event's share of a
 * pick is the sum, over sources, of weight · unit · what it contributed. In an L2 space and of an imported tower, whose
 * scores are no sum, nearness to the event stands for it. Dislikes never are a reason.
 */
#include "funnel/funnel.h"

/* Adds the shares of one event through one source, in units of the fused score, to share[picks]. */
static void share_of_event(mt_recommender *rec, uint32_t s, uint32_t item, float weight, uint32_t picks, float *share,
                           uint32_t *cost) {
  mt_recall *recall = &rec->recall[s];
  float unit = rec->candidates.weight[s] * rec->candidates.unit[s];
  if (mt_kind_of(rec, s) == MT_SOURCE_CLUSTERS) {
    mt_clusters_share(&recall->clusters, item, weight * unit, &rec->picks, share, cost);
    return;
  }
  if (mt_kind_of(rec, s) != MT_SOURCE_VECTORS) {
    mt_recall_share(&recall->lists, item, weight * unit, &rec->picks, share, cost);
    return;
  }
  if (!mt_space_has(recall->fold.space, item)) return;
  size_t stride = recall->fold.tower->stride;
  mt_space_decode(recall->fold.space, item, recall->fold.layers, rec->event_vector);
  for (uint32_t p = 0; p < picks; p++)
    if (mt_space_has(recall->fold.space, rec->slate.picks[p].item))
      share[p] += unit * mt_fold_share(&recall->fold, rec->explained + p * stride, rec->event_vector, weight);
}

static void share_of_source(mt_recommender *rec, uint32_t s, uint32_t picks) {
  mt_recall *recall = &rec->recall[s];
  if (mt_kind_of(rec, s) == MT_SOURCE_VECTORS)
    for (uint32_t p = 0; p < picks; p++)
      mt_fold_explain(&recall->fold, rec->slate.picks[p].item, rec->explained + p * recall->fold.tower->stride);
  const mt_event *event;
  float weight, *share = rec->shares;
  uint32_t cost = 0;
  for (mt_history_walk walk = mt_history_from(&rec->history, &rec->source[s]); mt_history_older(&walk, &event, &weight);
       share += picks)
    if (weight > 0) share_of_event(rec, s, event->item, weight, picks, share, &cost);
}

/* The MT_BECAUSE items with the largest shares above 0; of a repeated item its strongest event counts, of a tie the newer. */
static void keep_strongest(mt_recommender *rec, uint32_t p, uint32_t picks) {
  uint32_t *because = rec->slate.picks[p].because, count = rec->history.count;
  float strength[MT_BECAUSE] = {0};
  for (uint32_t age = 0; age < count; age++) {
    uint32_t item = rec->history.events[count - 1 - age].item, place = 0;
    float share = rec->shares[(size_t)age * picks + p];
    while (place < MT_BECAUSE - 1 && because[place] != item) place++; /* its place so far, or the last: what is pushed out */
    if (!(share > strength[place])) continue;
    for (; place > 0 && strength[place - 1] < share; place--) {
      because[place] = because[place - 1];
      strength[place] = strength[place - 1];
    }
    because[place] = item;
    strength[place] = share;
  }
}

void mt_explain(mt_recommender *rec) {
  uint32_t picks = rec->slate.count; /* up to the last that a source brought */
  while (picks > 0 && mt_index_get(&rec->candidates.index, rec->slate.picks[picks - 1].item) == MT_NOT_FOUND) picks--;
  if (picks > MT_MAX_EXPLAINED) picks = MT_MAX_EXPLAINED;
  mt_index_reset(&rec->picks);
  for (uint32_t p = 0; p < picks; p++) mt_index_put(&rec->picks, rec->slate.picks[p].item, p);
  memset(rec->shares, 0, (size_t)rec->history.count * picks * sizeof(float));
  for (uint32_t s = 0; s < rec->policy.sources; s++)
    if (rec->candidates.weight[s] != 0 && mt_kind_of(rec, s) != MT_SOURCE_POPULARITY &&
        mt_kind_of(rec, s) != MT_SOURCE_CAMPAIGN)
      share_of_source(rec, s, picks);
  for (uint32_t p = 0; p < picks; p++) keep_strongest(rec, p, picks);
}

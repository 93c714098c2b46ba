/* Ranking: what the sources said together orders the candidates. With a ranker, the best of them by the pre-rank are scored
 * by it and come first, best first; the rest follows as it was, so that short slates can still be filled.
 */
#include "funnel/funnel.h"

#include "nn/block.h"

void mt_order_fused(mt_recommender *rec, const mt_candidates *candidates, uint32_t most) {
  mt_topk top = mt_topk_start(rec->keys, most);
  for (uint32_t c = 0; c < candidates->count; c++)
    mt_topk_push(&top, mt_topk_key(candidates->fused[c], candidates->items[c]));
  rec->ordered = (uint32_t)mt_topk_finish(&top);
  for (uint32_t i = 0; i < rec->ordered; i++) rec->order[i] = mt_index_get(&candidates->index, mt_topk_item(rec->keys[i]));
}

/* False where a neural ranker is to read a history of which it knows nothing. */
static bool attends(mt_recommender *rec) {
  const mt_told told = mt_tell(rec);
  return rec->ranker.model != MT_RANKER_PROGRAM || mt_model_attend(&rec->model[rec->ranker.ordinal], &told);
}

#define CHOSEN 0x80000000u /* marks a place in the order */

/* Brings the n best by the pre-rank to the front of the order; both parts stay ordered by fused score. */
static void choose(mt_recommender *rec, uint32_t n) {
  mt_topk top = mt_topk_start(rec->keys, n);
  for (uint32_t i = 0; i < rec->ordered; i++) {
    if (i % MT_FEATURE_ROWS == 0) {
      uint32_t count = rec->ordered - i < MT_FEATURE_ROWS ? rec->ordered - i : MT_FEATURE_ROWS;
      mt_fill_features(rec, rec->order + i, i + 1, count, rec->feature_rows);
    }
    float before = mt_ranker_before(&rec->ranker, rec->feature_rows + (size_t)(i % MT_FEATURE_ROWS) * rec->features.count);
    mt_topk_push(&top, mt_topk_key(before, i)); /* of a tie the one with the better fused score */
  }
  n = (uint32_t)mt_topk_finish(&top);
  for (uint32_t i = 0; i < n; i++) rec->order[mt_topk_item(rec->keys[i])] |= CHOSEN;
  uint32_t front = 0, back = 0;
  for (uint32_t i = 0; i < rec->ordered; i++)
    if ((rec->order[i] & CHOSEN) != 0) rec->order[front++] = rec->order[i] & ~CHOSEN;
    else rec->keys[back++] = rec->order[i];
  for (uint32_t i = 0; i < back; i++) rec->order[front + i] = (uint32_t)rec->keys[i];
}

/* A model may say anything; what comes after ranking wants numbers. */
static float tame(double score) { return score >= -3e38 ? (score <= 3e38 ? (float)score : 3e38f) : -3e38f; }

/* A margin is what contributions add up to, so it is the score; only softmax compares it with those of other classes. */
static float score_of_trees(const mt_recommender *rec, const double *margins) {
  uint32_t outputs = rec->trees.outputs, own = rec->ranker.output;
  if (rec->trees.link != MT_LINK_SOFTMAX) return tame(margins[own]);
  float *odds = rec->odds, sum = 0;
  for (uint32_t o = 0; o < outputs; o++) odds[o] = tame(margins[o] - margins[own]);
  mt_unary_block(MT_UNARY_EXP, 1, 0, odds, odds, mt_round_up(outputs, 4));
  for (uint32_t o = 0; o < outputs; o++) sum += odds[o];
  return 1 / sum;
}

/* Scores `count` candidates by their feature rows. */
static void score_trees(mt_recommender *rec, const uint32_t *places, uint32_t count) {
  mt_trees_margins(&rec->trees, rec->feature_rows, rec->features.count, count, rec->tree_room, rec->margins);
  for (uint32_t i = 0; i < count; i++)
    rec->relevance[places[i]] = score_of_trees(rec, rec->margins + (size_t)i * rec->trees.outputs);
}

static mt_status score_program(mt_recommender *rec, const mt_told *told, const uint32_t *places, uint32_t count, mt_error *error) {
  const mt_model *model = &rec->model[rec->ranker.ordinal];
  uint32_t items[MT_FEATURE_ROWS], port = model->program.inputs + rec->ranker.output;
  for (uint32_t i = 0; i < count; i++) items[i] = rec->candidates.items[places[i]];
  mt_model_feed_rows(model, told, count, items, rec->feature_rows, rec->features.count);
  MT_TRY(mt_run_rows(&model->run, count, error));
  const float *out = mt_run_port(&model->run, port) + rec->ranker.element;
  size_t width = mt_port_floats(&model->program.ports[port], 1);
  for (uint32_t i = 0; i < count; i++) rec->relevance[places[i]] = tame((double)out[i * width]);
  return MT_OK;
}

/* Scores the n in front, in lots whose fused ranks follow each other. */
static mt_status score_front(mt_recommender *rec, uint32_t n, mt_error *error) {
  const mt_told told = mt_tell(rec);
  uint32_t most = MT_FEATURE_ROWS;
  if (rec->ranker.model == MT_RANKER_PROGRAM) {
    mt_model *model = &rec->model[rec->ranker.ordinal];
    if (model->program.capacity < most) most = model->program.capacity;
    mt_model_feed_request(model, &told);
    MT_TRY(mt_run_request(&model->run, error));
  }
  for (uint32_t i = 0, count; i < n; i += count) {
    const uint32_t *places = rec->order + i;
    for (count = 1; count < most && i + count < n; count++)
      if (rec->fused_rank[places[count]] != rec->fused_rank[places[0]] + count) break;
    mt_fill_features(rec, places, rec->fused_rank[places[0]], count, rec->feature_rows);
    if (rec->ranker.model == MT_RANKER_TREES) score_trees(rec, places, count);
    else MT_TRY(score_program(rec, &told, places, count, error));
  }
  return MT_OK;
}

/* The n in front by what the ranker says; what follows is worth less than the last of them, by a tenth of their range at
 * most, so that it does not stretch the scale on which diversity weighs them. */
static void order_front(mt_recommender *rec, uint32_t n) {
  const mt_candidates *candidates = &rec->candidates;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t c = rec->order[i];
    rec->relevance[c] = tame((double)rec->relevance[c] + (double)rec->ranker.blend * (double)candidates->fused[c]);
    rec->keys[i] = mt_topk_key(rec->relevance[c], candidates->items[c]);
  }
  mt_sort_descending(rec->keys, n);
  for (uint32_t i = 0; i < n; i++) rec->order[i] = mt_index_get(&candidates->index, mt_topk_item(rec->keys[i]));
  if (n == rec->ordered) return;
  float first = candidates->fused[rec->order[n]], span = first - candidates->fused[rec->order[rec->ordered - 1]];
  float least = rec->relevance[rec->order[n - 1]], range = rec->relevance[rec->order[0]] / 10 - least / 10;
  for (uint32_t i = n; i < rec->ordered; i++) {
    float behind = span > 0 ? (first - candidates->fused[rec->order[i]]) / span : 0;
    rec->relevance[rec->order[i]] = tame((double)least - (double)behind * (double)range);
  }
}

mt_status mt_stage_rank(mt_recommender *rec, mt_error *error) {
  memcpy(rec->relevance, rec->candidates.fused, rec->candidates.count * sizeof *rec->relevance);
  mt_order_fused(rec, &rec->candidates, MT_MAX_ORDERED);
  uint32_t n = rec->rank_most < rec->ordered ? rec->rank_most : rec->ordered;
  if (rec->ranker.model == 0 || n == 0 || !attends(rec)) return MT_OK;
  memset(rec->fused_rank, 0, rec->candidates.count * sizeof *rec->fused_rank);
  for (uint32_t i = 0; i < rec->ordered; i++) rec->fused_rank[rec->order[i]] = i + 1;
  mt_prepare_features(rec);
  if (rec->ranker.weights > 0 && n < rec->ordered) choose(rec, n);
  MT_TRY(score_front(rec, n, error));
  order_front(rec, n);
  for (uint32_t i = n; i < rec->ordered; i++) rec->fused_rank[rec->order[i]] = 0;
  rec->slate.ranked = n;
  return MT_OK;
}

/* The MT_REASONS contributions that moved a pick's score most, the largest first. */
static void keep_largest(const double *contribution, uint32_t features, mt_reason *reasons) {
  for (uint32_t f = 0; f < features; f++) {
    mt_reason reason = {f, (float)contribution[f]};
    for (uint32_t r = 0; r < MT_REASONS; r++) {
      float size = reason.contribution < 0 ? -reason.contribution : reason.contribution;
      float held = reasons[r].contribution < 0 ? -reasons[r].contribution : reasons[r].contribution;
      if (size <= held) continue;
      mt_reason pushed = reasons[r];
      reasons[r] = reason;
      reason = pushed;
    }
  }
}

void mt_explain_rank(mt_recommender *rec) {
  uint32_t picks = rec->slate.count - rec->slate.filled;
  if (rec->ranker.model != MT_RANKER_TREES || rec->slate.ranked == 0) return;
  for (uint32_t p = 0; p < picks && p < MT_MAX_EXPLAINED; p++) {
    mt_pick *pick = &rec->slate.picks[p];
    uint32_t place = mt_index_get(&rec->candidates.index, pick->item);
    if (place == MT_NOT_FOUND || rec->fused_rank[place] == 0) continue;
    mt_fill_features(rec, &place, rec->fused_rank[place], 1, rec->feature_rows);
    memset(rec->contribution, 0, rec->features.count * sizeof *rec->contribution);
    (void)mt_trees_contribute(&rec->trees, rec->feature_rows, rec->ranker.output, rec->tree_room, rec->contribution);
    keep_largest(rec->contribution, rec->features.count, pick->reasons);
  }
}

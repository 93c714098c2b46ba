#include "funnel/rank.h"

#include "nn/block.h"

/* -- opening ------------------------------------------------------------------------------------------------------- */

mt_status mt_rank_open(const mt_bundle *bundle, uint32_t features, mt_model *models, uint32_t model_count, mt_rank_stage *stage,
                       mt_error *error) {
  mt_ranker *ranker = &stage->ranker;
  const mt_trees *trees = &stage->trees;
  mt_section section;
  if (!mt_bundle_find(bundle, MT_SECTION_RANKER, 0, 0, &section)) return MT_OK;
  MT_TRY(mt_ranker_open(section.bytes, section.length, features, ranker, error));
  if (ranker->model == MT_RANKER_PROGRAM) {
    if (ranker->ordinal >= model_count) return mt_fail(error, MT_CORRUPT, "ranker: found no program %u", ranker->ordinal);
    stage->model = &models[ranker->ordinal];
    return mt_model_check_ranker(stage->model, ranker->output, ranker->element, error);
  }
  MT_TRY(mt_bundle_need(bundle, MT_SECTION_TREES, ranker->ordinal, "trees", &section, error));
  MT_TRY(mt_trees_open(section.bytes, section.length, &stage->trees, error));
  if (trees->features != features || ranker->output >= trees->outputs || trees->link == MT_LINK_ARGMAX)
    return mt_fail(error, MT_CORRUPT, "ranker: found trees of %u features for output %u, expected the %u of the bundle and one of %u",
                   trees->features, ranker->output, features, trees->outputs);
  return MT_OK;
}

void mt_rank_reserve(mt_arena *arena, uint32_t candidates, uint32_t features, mt_rank_stage *stage) {
  uint32_t outputs = stage->trees.outputs;
  stage->relevance = mt_arena_take(arena, candidates, sizeof *stage->relevance);
  if (stage->ranker.model == 0) return;
  stage->fused_rank = mt_arena_take(arena, candidates, sizeof *stage->fused_rank);
  stage->keys = mt_arena_take(arena, mt_topk_capacity(MT_MAX_ORDERED), sizeof *stage->keys);
  if (stage->ranker.model == MT_RANKER_PROGRAM) return;
  stage->room = mt_arena_take(arena, mt_trees_room(&stage->trees), sizeof *stage->room);
  stage->odds = mt_arena_take(arena, mt_round_up(outputs, 4), sizeof *stage->odds);
  stage->margins = mt_arena_take(arena, (size_t)MT_FEATURE_ROWS * outputs, sizeof *stage->margins);
  stage->contribution = mt_arena_take(arena, features, sizeof *stage->contribution);
}

/* -- a request ----------------------------------------------------------------------------------------------------- */

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

#define CHOSEN 0x80000000u /* marks a place in the order */

/* Brings the n best by the pre-rank to the front of the order; both parts stay ordered by fused score. */
static void choose(mt_rank_stage *stage, mt_feature_stage *features, mt_order *order, uint32_t n) {
  uint32_t *places = order->places, count = order->count, front = 0, back = 0;
  mt_topk top = mt_topk_start(stage->keys, n);
  for (uint32_t i = 0; i < count; i++) {
    if (i % MT_FEATURE_ROWS == 0)
      mt_feature_stage_rows(features, places + i, i + 1, count - i < MT_FEATURE_ROWS ? count - i : MT_FEATURE_ROWS);
    const float *row = features->rows + (size_t)(i % MT_FEATURE_ROWS) * features->features.count;
    mt_topk_push(&top, mt_topk_key(mt_ranker_before(&stage->ranker, row), i)); /* of a tie the better fused score */
  }
  n = (uint32_t)mt_topk_finish(&top);
  for (uint32_t i = 0; i < n; i++) places[mt_topk_item(stage->keys[i])] |= CHOSEN;
  for (uint32_t i = 0; i < count; i++)
    if ((places[i] & CHOSEN) != 0) places[front++] = places[i] & ~CHOSEN;
    else stage->keys[back++] = places[i];
  for (uint32_t i = 0; i < back; i++) places[front + i] = (uint32_t)stage->keys[i];
}

/* A model may say anything; what comes after ranking wants numbers. */
static float bounded(double score) { return score >= -3e38 ? (score <= 3e38 ? (float)score : 3e38f) : -3e38f; }

/* A margin is what contributions add up to, so it is the score; only softmax compares it with those of other classes. */
static float score_of_trees(const mt_rank_stage *stage, const double *margins) {
  uint32_t outputs = stage->trees.outputs, own = stage->ranker.output;
  if (stage->trees.link != MT_LINK_SOFTMAX) return bounded(margins[own]);
  float *odds = stage->odds, sum = 0;
  for (uint32_t o = 0; o < outputs; o++) odds[o] = bounded(margins[o] - margins[own]);
  mt_unary_block(MT_UNARY_EXP, 1, 0, odds, odds, mt_round_up(outputs, 4));
  for (uint32_t o = 0; o < outputs; o++) sum += odds[o];
  return 1 / sum;
}

/* Scores `count` candidates by their feature rows. */
static void score_by_trees(mt_rank_stage *stage, const mt_feature_stage *features, const uint32_t *places, uint32_t count) {
  mt_trees_margins(&stage->trees, features->rows, features->features.count, count, stage->room, stage->margins);
  for (uint32_t i = 0; i < count; i++)
    stage->relevance[places[i]] = score_of_trees(stage, stage->margins + (size_t)i * stage->trees.outputs);
}

/* Scores the candidates of one run, whose rows are fed. */
static mt_status score_by_program(mt_rank_stage *stage, const uint32_t *places, uint32_t rows, mt_error *error) {
  const mt_model *model = stage->model;
  uint32_t port = model->program.inputs + stage->ranker.output;
  MT_TRY(mt_run_rows(&model->run, rows, error));
  const float *out = mt_run_port(&model->run, port) + stage->ranker.element;
  size_t width = mt_port_floats(&model->program.ports[port], 1);
  for (uint32_t i = 0; i < rows; i++) stage->relevance[places[i]] = bounded((double)out[i * width]);
  return MT_OK;
}

/* Feature rows of the first of `places`, as many as fit and whose fused ranks follow each other; returns how many. */
static uint32_t fill_rows(const mt_rank_stage *stage, mt_feature_stage *features, const uint32_t *places, uint32_t most) {
  uint32_t count = 1, first = stage->fused_rank[places[0]];
  while (count < MT_FEATURE_ROWS && count < most && stage->fused_rank[places[count]] == first + count) count++;
  mt_feature_stage_rows(features, places, first, count);
  return count;
}

/* Scores the n in front: by a program in runs of all the rows that it takes. */
static mt_status score_front(mt_rank_stage *stage, const mt_rank_ask *ask, mt_feature_stage *features, const mt_order *order,
                             uint32_t n, mt_error *error) {
  const mt_model *model = stage->model;
  if (model != NULL) {
    mt_model_feed_request(model, ask->inputs);
    MT_TRY(mt_run_request(&model->run, error));
  }
  for (uint32_t i = 0, fed = 0, count; i < n; i += count) {
    const uint32_t *places = order->places + i;
    uint32_t left = model == NULL ? n - i : smaller(n - i, model->program.capacity - fed), items[MT_FEATURE_ROWS];
    count = fill_rows(stage, features, places, left);
    if (model == NULL) {
      score_by_trees(stage, features, places, count);
      continue;
    }
    for (uint32_t j = 0; j < count; j++) items[j] = ask->candidates->items[places[j]];
    mt_model_feed_rows(model, ask->inputs, fed, count, items, features->rows, features->features.count);
    fed += count;
    if (count < left) continue;
    MT_TRY(score_by_program(stage, places + count - fed, fed, error));
    fed = 0;
  }
  return MT_OK;
}

/* The n in front by what the ranker says; what follows is worth less than the last of them, by a tenth of their range at
 * most, so that it does not stretch the scale on which diversity weighs them. */
static void order_front(mt_rank_stage *stage, const mt_candidates *candidates, mt_order *order, uint32_t n) {
  float *relevance = stage->relevance;
  uint32_t *places = order->places;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t c = places[i];
    relevance[c] = bounded((double)relevance[c] + (double)stage->ranker.blend * (double)candidates->fused[c]);
    stage->keys[i] = mt_topk_key(relevance[c], candidates->items[c]);
  }
  mt_sort_descending(stage->keys, n);
  for (uint32_t i = 0; i < n; i++) places[i] = mt_index_get(&candidates->index, mt_topk_item(stage->keys[i]));
  if (n == order->count) return;
  float first = candidates->fused[places[n]], span = first - candidates->fused[places[order->count - 1]];
  float least = relevance[places[n - 1]], range = relevance[places[0]] / 10 - least / 10;
  for (uint32_t i = n; i < order->count; i++) {
    float behind = span > 0 ? (first - candidates->fused[places[i]]) / span : 0;
    relevance[places[i]] = bounded((double)least - (double)behind * (double)range);
  }
}

mt_status mt_rank_run(mt_rank_stage *stage, const mt_rank_ask *ask, mt_feature_stage *features, mt_order *order, mt_error *error) {
  const mt_candidates *candidates = ask->candidates;
  memcpy(stage->relevance, candidates->fused, candidates->count * sizeof *stage->relevance);
  stage->ranked = 0;
  mt_order_fused(order, candidates, MT_MAX_ORDERED);
  uint32_t n = smaller(ask->most, order->count);
  if (stage->model != NULL && stage->model->program.is_list) n = smaller(n, stage->model->program.capacity);
  if (stage->ranker.model == 0 || n == 0) return MT_OK;
  /* a neural ranker that reads the history, and knows nothing of it */
  if (stage->model != NULL && !mt_model_read_history(stage->model, ask->inputs)) return MT_OK;
  memset(stage->fused_rank, 0, candidates->count * sizeof *stage->fused_rank);
  for (uint32_t i = 0; i < order->count; i++) stage->fused_rank[order->places[i]] = i + 1;
  mt_feature_stage_prepare(features);
  if (stage->ranker.weights > 0 && n < order->count) choose(stage, features, order, n);
  MT_TRY(score_front(stage, ask, features, order, n, error));
  order_front(stage, candidates, order, n);
  for (uint32_t i = n; i < order->count; i++) stage->fused_rank[order->places[i]] = 0;
  stage->ranked = n;
  return MT_OK;
}

/* -- reasons ------------------------------------------------------------------------------------------------------- */

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

void mt_rank_explain(mt_rank_stage *stage, const mt_candidates *candidates, mt_feature_stage *features, mt_pick *picks,
                     uint32_t count) {
  uint32_t width = features->features.count;
  if (stage->ranker.model != MT_RANKER_TREES || stage->ranked == 0) return;
  for (uint32_t p = 0; p < count && p < MT_MAX_EXPLAINED; p++) {
    uint32_t place = mt_index_get(&candidates->index, picks[p].item);
    if (place == MT_NOT_FOUND || stage->fused_rank[place] == 0) continue;
    mt_feature_stage_rows(features, &place, stage->fused_rank[place], 1);
    memset(stage->contribution, 0, width * sizeof *stage->contribution);
    (void)mt_trees_contribute(&stage->trees, features->rows, stage->ranker.output, stage->room, stage->contribution);
    keep_largest(stage->contribution, width, picks[p].reasons);
  }
}

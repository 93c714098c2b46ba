#include "funnel/recall.h"

#include "recall/bitmap.h"

static bool waits(const mt_recall_stage *stage, uint32_t s) { return (stage->waiting >> s & 1) != 0; }

/* -- opening ------------------------------------------------------------------------------------------------------- */

mt_status mt_recall_open(const mt_policy *policy, const mt_source_view *view, bool partial, mt_recall_stage *stage,
                         mt_error *error) {
  stage->sources = policy->sources;
  for (uint32_t s = 0; s < stage->sources; s++) {
    if (policy->source[s].role == MT_ROLE_EVERYBODY) stage->everybody |= 1u << s;
    mt_status status = mt_source_open(&policy->source[s], view, &stage->source[s], error);
    if (status != MT_OK && !partial) return status;
    if (status != MT_OK) stage->waiting |= 1u << s;
  }
  return MT_OK;
}

bool mt_recall_is_ready(const mt_policy *policy, const mt_source_view *view, mt_recall_stage *stage) {
  bool personal = false;
  for (uint32_t s = 0; s < stage->sources; s++) {
    const mt_source *source = &policy->source[s];
    if (waits(stage, s)) continue;
    if (!mt_source_is_complete(&stage->source[s], source, view)) stage->waiting |= 1u << s;
    else personal |= source->role != MT_ROLE_EVERYBODY;
  }
  return personal || stage->waiting == 0;
}

void mt_recall_reserve(mt_arena *arena, const mt_policy *policy, const mt_source_view *view, mt_arena *scratch,
                       mt_recall_stage *stage) {
  uint32_t quotas = 0, items = view->bundle->items;
  for (uint32_t s = 0; s < stage->sources; s++) {
    quotas += policy->source[s].quota;
    if (!waits(stage, s)) mt_source_reserve(arena, &policy->source[s], view, &stage->source[s]);
  }
  uint32_t capacity = quotas < items ? quotas + 1 : items; /* one more: the forced candidate */
  mt_candidates_reserve(arena, capacity, stage->sources, &stage->candidates);
  mt_best_reserve(arena, MT_MAX_QUOTA, scratch, &stage->best);
}

/* -- a request ----------------------------------------------------------------------------------------------------- */

/* Which of a source's four weights applies: dislikes say what not to recommend, not that somebody is known. */
static uint32_t length_of(const mt_history *history) {
  uint32_t liked = 0;
  for (uint32_t e = 0; e < history->count; e++) liked += history->events[e].weight > 0;
  return mt_policy_length(liked);
}

/* What one source brings. Its scale comes from what it would bring without filters. */
static mt_status recall_from(mt_recall_stage *stage, uint32_t s, float weight, const mt_recall_ask *ask, mt_error *error) {
  mt_source_work *work = &stage->source[s];
  const mt_source *source = &ask->source[s];
  mt_best *best = &stage->best;
  mt_reading reading;
  MT_TRY(mt_source_weigh(work, source, ask->inputs, &reading, error));
  if (!reading.whole) stage->truncated |= 1u << s;
  if (!reading.speaks) return MT_OK;
  MT_TRY(mt_source_best(work, source->quota, ask->unfiltered, best, error));
  mt_candidates_scale(&stage->candidates, s, best->keys, best->count, ask->policy->norm_rank);
  if (ask->unfiltered != ask->allowed) MT_TRY(mt_source_best(work, source->quota, ask->allowed, best, error));
  mt_candidates_add(&stage->candidates, s, weight, best->keys, best->count);
  stage->recalled[s] = (uint32_t)best->count;
  return MT_OK;
}

/* Every source says what it knows of every candidate. */
static void complete_scores(mt_recall_stage *stage) {
  mt_candidates *candidates = &stage->candidates;
  for (uint32_t s = 0; s < candidates->sources; s++) {
    if (candidates->weight[s] == 0) continue;
    for (uint32_t c = 0; c < candidates->count; c++) {
      size_t cell = (size_t)c * candidates->sources + s;
      if (candidates->ranks[cell] != 0) continue;
      candidates->scores[cell] = mt_source_score(&stage->source[s], candidates->items[c], candidates->zero[s]);
    }
  }
}

mt_status mt_recall_run(mt_recall_stage *stage, const mt_recall_ask *ask, mt_error *error) {
  uint32_t length = length_of(ask->inputs->history);
  mt_candidates_reset(&stage->candidates);
  memset(stage->recalled, 0, sizeof stage->recalled);
  stage->truncated = 0;
  for (uint32_t s = 0; s < stage->sources; s++) {
    float weight = ask->source[s].weight[length];
    if (weight != 0 && !waits(stage, s)) MT_TRY(recall_from(stage, s, weight, ask, error));
  }
  if (ask->forced != MT_NOT_FOUND && mt_bitmap_has(ask->allowed, ask->forced)) mt_candidates_put(&stage->candidates, ask->forced);
  complete_scores(stage);
  mt_candidates_fuse(&stage->candidates, ask->policy);
  return MT_OK;
}

float mt_recall_liking(const mt_recall_stage *stage, uint32_t item) {
  const mt_candidates *candidates = &stage->candidates;
  float liking = 0, weights = 0;
  for (uint32_t s = 0; s < stage->sources; s++) {
    if (!(candidates->weight[s] > 0) || stage->everybody >> s & 1) continue;
    float score = mt_source_score(&stage->source[s], item, candidates->zero[s]);
    liking += candidates->weight[s] * mt_scaled(score, candidates->zero[s], candidates->unit[s]);
    weights += candidates->weight[s];
  }
  return weights > 0 ? liking / weights : 0;
}

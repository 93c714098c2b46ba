/* The public calls that run stages: here stands which, in their order, and what each is given.
 *
 *   request → rules → recall → order → features → rank → slate → because; search and nearest beside them
 */
#include "funnel/state.h"

static mt_status check_k(uint32_t k, mt_error *error) {
  if (k >= 1 && k <= MT_MAX_K) return MT_OK;
  return mt_fail(error, MT_INVALID, "k: found %u, expected 1 to %u", k, MT_MAX_K);
}

static void narrow(mt_recommender *rec) { mt_rules_narrow(&rec->rules, rec->attribute, rec->bundle.items, &rec->request); }

mt_status mt_recommend(mt_recommender *rec, uint32_t k, bool explain, const mt_slate **slate_ret, mt_error *error) {
  MT_TRY(mt_run_recall(rec, error));
  MT_TRY(mt_run_rank(rec, error));
  return mt_run_slate(rec, k, explain, slate_ret, error);
}

static mt_status check_context(mt_recommender *rec, mt_error *error) {
  for (uint32_t m = 0; m < rec->models; m++) {
    uint32_t field = mt_model_field_beyond(&rec->model[m], rec->request.context);
    if (field == MT_NOT_FOUND) continue;
    uint32_t length = mt_field_name(rec, field, rec->text);
    rec->text[length < MT_STRING_BYTES ? length : MT_STRING_BYTES - 1] = '\0';
    return mt_fail(error, MT_INVALID,
                   "context.%s: found more than %u (2^33), expected less, as seconds are; \"scale\" of its input in the config makes other units",
                   mt_text(rec->text), MT_MOST_FIELD);
  }
  return MT_OK;
}

static mt_status recall(mt_recommender *rec, const uint8_t *allowed, const uint8_t *unfiltered, mt_error *error) {
  MT_TRY(check_context(rec, error));
  const mt_inputs inputs = mt_inputs_of(rec);
  const mt_recall_ask ask = {
      .policy = &rec->policy,
      .source = rec->request.source,
      .inputs = &inputs,
      .allowed = allowed,
      .unfiltered = unfiltered,
      .forced = rec->request.forced,
  };
  return mt_recall_run(&rec->recall, &ask, error);
}

mt_status mt_run_recall(mt_recommender *rec, mt_error *error) {
  const mt_request *request = &rec->request;
  rec->order.count = rec->rank.ranked = 0; /* of an earlier request */
  narrow(rec);
  MT_TRY(recall(rec, request->allowed, request->narrowed ? request->unfiltered : request->allowed, error));
  const mt_feature_view view = {
      .candidates = &rec->recall.candidates,
      .history = &request->history,
      .attribute = rec->attribute,
      .popularity = &rec->popularity,
      .space = rec->space,
      .context = request->context,
  };
  mt_feature_stage_view(&rec->features, &view, &rec->recall, rec->spaces);
  return MT_OK;
}

mt_status mt_features_of(mt_recommender *rec, uint32_t first, const mt_feature_block **block_ret, mt_error *error) {
  if (rec->features.features.count == 0)
    return mt_fail(error, MT_INVALID, "features: the bundle declares none, expected one built with them");
  if (first == 0) {
    mt_order_fused(&rec->order, &rec->recall.candidates, MT_MAX_ORDERED);
    mt_feature_stage_prepare(&rec->features);
  }
  *block_ret = mt_feature_stage_block(&rec->features, &rec->order, first);
  return MT_OK;
}

mt_status mt_run_rank(mt_recommender *rec, mt_error *error) {
  const mt_inputs inputs = mt_inputs_of(rec);
  const mt_rank_ask ask = {&rec->recall.candidates, &inputs, rec->request.ranked};
  return mt_rank_run(&rec->rank, &ask, &rec->features, &rec->order, error);
}

/* What the earlier stages say of themselves. */
static void report(const mt_recommender *rec, mt_slate *slate) {
  slate->history = rec->request.history.count;
  slate->dropped = rec->request.dropped;
  slate->candidates = rec->recall.candidates.count;
  slate->truncated = rec->recall.truncated;
  memcpy(slate->recalled, rec->recall.recalled, sizeof slate->recalled);
  slate->ranked = rec->rank.ranked;
  slate->ordered = rec->order.count;
}

mt_status mt_run_slate(mt_recommender *rec, uint32_t k, bool explain, const mt_slate **slate_ret, mt_error *error) {
  const mt_request *request = &rec->request;
  const mt_candidates *candidates = &rec->recall.candidates;
  mt_slate *slate = &rec->slate.slate;
  MT_TRY(check_k(k, error));
  const mt_slate_ask ask = {
      .rules = &rec->rules.rules,
      .impressions = &rec->rules.impressions,
      .history = &request->history,
      .attribute = rec->attribute,
      .space = rec->space,
      .candidates = candidates,
      .relevance = rec->rank.relevance,
      .order = &rec->order,
      .ranked = rec->rank.ranked,
      .items = rec->bundle.items,
      .allowed = request->allowed,
  };
  mt_slate_begin(slate);
  report(rec, slate);
  mt_slate_run(&rec->slate, &ask, k);
  if (explain) {
    mt_because_run(&rec->because, &rec->recall, request->source, &request->history, slate->picks, slate->count);
    mt_rank_explain(&rec->rank, candidates, &rec->features, slate->picks, slate->count - slate->filled);
  }
  *slate_ret = slate;
  return MT_OK;
}

/* What the bundle's rules deny is not found either; what somebody has met is. */
mt_status mt_search(mt_recommender *rec, const char *text, size_t length, uint32_t k, const mt_slate **slate_ret,
                    uint32_t *unmatched_ret, mt_error *error) {
  const mt_request *request = &rec->request;
  mt_slate *slate = &rec->slate.slate;
  bool personal = request->history.count > 0;
  MT_TRY(check_k(k, error));
  if (personal) MT_TRY(recall(rec, request->unfiltered, request->unfiltered, error));
  narrow(rec);
  const mt_search_ask ask = {
      .text = text,
      .length = length,
      .k = k,
      .policy = &rec->policy,
      .person = personal ? &rec->recall : NULL,
      .allowed = request->allowed,
      .scratch = rec->text,
  };
  mt_slate_begin(slate);
  slate->history = request->history.count;
  MT_TRY(mt_search_run(&rec->search, &ask, slate, unmatched_ret, error));
  *slate_ret = slate;
  return MT_OK;
}

mt_status mt_nearest_to(mt_recommender *rec, uint32_t space, const float *vector, uint32_t layers, uint32_t k,
                        const mt_hits **hits_ret, mt_error *error) {
  MT_TRY(check_k(k, error));
  if (space >= rec->spaces)
    return mt_fail(error, MT_INVALID, "nearest: found space %u, expected less than %u", space, rec->spaces);
  if (rec->space[space].dim == 0) return mt_bundle_is_early(error);
  MT_TRY(mt_nearest_run(&rec->nearest, &rec->space[space], vector, layers, k, rec->request.allowed, &rec->scratch, error));
  *hits_ret = &rec->nearest.hits;
  return MT_OK;
}

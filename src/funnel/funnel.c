/* The funnel: recall, rank, slate, and the reasons; each stage has its file, STAGE.c. */
#include "funnel/funnel.h"

mt_status mt_check_shelf(uint32_t k, mt_error *error) {
  if (k >= 1 && k <= MT_MAX_SHELF) return MT_OK;
  return mt_fail(error, MT_INVALID, "k: found %u, expected 1 to %u", k, MT_MAX_SHELF);
}

mt_status mt_recommend(mt_recommender *rec, uint32_t k, bool explain, const mt_slate **slate_ret, mt_error *error) {
  MT_TRY(mt_run_recall(rec, error));
  MT_TRY(mt_run_rank(rec, error));
  return mt_run_slate(rec, k, explain, slate_ret, error);
}

mt_status mt_run_recall(mt_recommender *rec, mt_error *error) { return mt_stage_recall(rec, error); }

mt_status mt_run_rank(mt_recommender *rec, mt_error *error) { return mt_stage_rank(rec, error); }

mt_status mt_run_slate(mt_recommender *rec, uint32_t k, bool explain, const mt_slate **slate_ret, mt_error *error) {
  MT_TRY(mt_check_shelf(k, error));
  mt_stage_slate(rec, k);
  if (explain) mt_explain(rec), mt_explain_rank(rec);
  *slate_ret = &rec->slate;
  return MT_OK;
}

mt_status mt_nearest_to(mt_recommender *rec, uint32_t space, const float *vector, uint32_t layers, uint32_t k,
                        const mt_hits **hits_ret, mt_error *error) {
  MT_TRY(mt_check_shelf(k, error));
  if (space >= rec->spaces)
    return mt_fail(error, MT_INVALID, "nearest: found space %u, expected less than %u", space, rec->spaces);
  if (rec->space[space].dim == 0) return mt_bundle_is_early(error);
  rec->scratch.used = 0;
  mt_nearest_ask ask = {k, 0, layers, mt_bitmap_words(rec->allowed), layers != 0 && mt_space_is_reference(&rec->space[space])};
  MT_TRY(mt_nearest(&rec->space[space], vector, &ask, &rec->scratch, rec->hits.items, rec->hits.scores, &rec->hits.count, error));
  *hits_ret = &rec->hits;
  return MT_OK;
}

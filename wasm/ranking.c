/* What the builder uses beside learn.c: training of programs that rank. */
#include <stdlib.h>

#include "learn/lambdas.h"
#include "learn/ranking.h"

/* `bytes` stay until it is dropped. */
mt_ranking *mt_make_ranking(const unsigned char *bytes, size_t length, const mt_ranking_shape *shape, mt_error *error) {
  mt_ranking *ranking = malloc(sizeof *ranking); /* it stays where it is, as a fit does */
  if (ranking == NULL) mt_fail(error, MT_NO_MEMORY, "training: no memory");
  else if (mt_ranking_start(bytes, length, shape, ranking, error) != MT_OK) free(ranking), ranking = NULL;
  return ranking;
}
void mt_drop_ranking(mt_ranking *ranking) {
  mt_ranking_stop(ranking);
  free(ranking);
}
mt_status mt_train_ranking(mt_ranking *ranking, const float *table, const mt_ranking_share *share, double *loss_ret, mt_error *error) {
  return mt_ranking_slot(ranking, table, share, loss_ret, error);
}
mt_status mt_scores_of_ranking(mt_ranking *ranking, const float *table, const mt_ranking_share *share, double *scores, mt_error *error) {
  return mt_ranking_scores(ranking, table, share, scores, error);
}
/* met[2], as mt_gather_fits has them. */
mt_status mt_gather_rankings(const mt_ranking *const *slots, uint32_t count, uint32_t part, uint32_t parts, float *sum, uint8_t *seen,
                             uint32_t *touched, double *met, mt_error *error) {
  (void)error;
  uint32_t rows;
  met[1] = mt_ranking_gather(slots, count, part, parts, sum, seen, touched, &rows);
  met[0] = rows;
  return MT_OK;
}
mt_status mt_gradient_of_rankings(const mt_ranking *const *slots, uint32_t count, float *gradient, double *squares, mt_error *error) {
  (void)error;
  *squares = mt_ranking_dense_gradient(slots, count, gradient);
  return MT_OK;
}
/* ndcg[groups] of rows by their scores, NaN where nothing of a group is worth anything. */
mt_status mt_ndcg_of_rows(uint32_t groups, const uint32_t *start, const float *label, uint32_t top, const double *score, double *ndcg,
                          mt_error *error) {
  mt_groups of;
  MT_TRY(mt_groups_start(groups, start, label, top, &of, error));
  mt_groups_ndcg(&of, top, score, ndcg);
  mt_groups_free(&of);
  return MT_OK;
}

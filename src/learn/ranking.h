/* Ranking: training a program that scores candidates, from moments at which some of them were worth something.
 *
 * A moment is what a device ranks at once: rows of candidates, and one history. Its rows go through the program in one run, as they
 * will be served. The loss is the cross entropy of the softmax over them and of their shares of what all of them are worth (ListNet:
 * Cao et al. 2007). A batch of moments is divided among slots as in fit.h, so that the result does not depend on the number of threads:
 *
 *   mt_ranking_slot     its moments through the program and back, one after the other        any thread, slot by slot
 *   mt_ranking_gather   what the slots say of the table, added up for a part of its rows       any thread, part by part
 *   mt_fit_table, mt_fit_dense   steps of the table and of the parameters (fit.h)
 *
 * Items and the values of categories are rows of one table, [rows][width], which stays outside of the program.
 */
#ifndef MT_LEARN_RANKING_H
#define MT_LEARN_RANKING_H

#include "learn/fit.h"

/* All moments that there are; they stay. */
typedef struct mt_moments {
  uint32_t moments;
  const uint32_t *start;   /* [moments + 1] rows of each */
  uint32_t features;
  const float *x;          /* [rows][features], not finite where it is not known */
  uint32_t fields;
  const uint32_t *field;   /* [rows][fields]: rows of the table */
  const uint32_t *item;    /* [rows]: rows of the table */
  uint32_t length;
  const uint32_t *history; /* [moments][length]: rows of the table, MT_NO_ITEM where there is none */
  const float *label;      /* [rows]: 0, or what it was worth */
} mt_moments;

/* The same for all slots. Ports are MT_NO_PORT where the program has none; those of the history are the request's. */
typedef struct mt_ranking_shape {
  uint32_t width;                              /* of a row of the table */
  uint32_t feature_port, known_port;           /* [features] of a row: 0 where it is not known; whether it is, 1 or 0 */
  uint32_t field_port, item_port;              /* [fields][width], [width] of a row */
  uint32_t history_port, mask_port;            /* [length][width], [length] */
  uint32_t output;                             /* a number for each row */
  uint32_t dropout, dropouts, parameter, parameters; /* as mt_fit_shape has them */
  float drop;
  uint32_t frozen;                             /* rows of the table from here on stay as they are; MT_NO_ITEM: none does */
  uint32_t features, fields, length;           /* as the moments have them */
  uint32_t moments;                            /* of a share, at most */
} mt_ranking_shape;

typedef struct mt_ranking {
  mt_program program;
  mt_ranking_shape shape;
  mt_run run;
  float *by_parameters; /* their gradients in the present share, laid out as their values are */
  uint32_t *met;        /* rows of the table that the share met, as often as it did … */
  float *by_met;        /* … [met][width] and the gradient of each */
  size_t met_count, met_room;
} mt_ranking;

typedef struct mt_ranking_share {
  const mt_moments *all;
  uint32_t moments;
  const uint32_t *moment;
  const float *values; /* the parameters, each of a multiple of 4 floats */
  float weight;        /* of a moment's loss */
  uint32_t seed;       /* of what is dropped; 0: nothing */
} mt_ranking_share;

/* `program`: bytes of a section, which stay; so does `out`. */
mt_status mt_ranking_start(const unsigned char *program, size_t length, const mt_ranking_shape *shape, mt_ranking *out, mt_error *error);
void mt_ranking_stop(mt_ranking *ranking);

/* Runs a share forward and back. *loss_ret: the weighted sum over its moments. A moment has at most as many rows as the program. */
mt_status mt_ranking_slot(mt_ranking *ranking, const float *table, const mt_ranking_share *share, double *loss_ret, mt_error *error);

/* What the program says of each row of the share's moments, in their order, which may be of any length. */
mt_status mt_ranking_scores(mt_ranking *ranking, const float *table, const mt_ranking_share *share, double *scores, mt_error *error);

/* As mt_fit_gather and mt_fit_dense_gradient. */
double mt_ranking_gather(const mt_ranking *const *slots, uint32_t count, uint32_t part, uint32_t parts, float *sum, uint8_t *seen,
                         uint32_t *touched_ret, uint32_t *count_ret);
double mt_ranking_dense_gradient(const mt_ranking *const *slots, uint32_t count, float *gradient);

#endif

/* Fit: training a program by stochastic steps, from rows of items to vectors that stand near the items that came next.
 *
 * A batch is divided among a fixed number of slots, each with memory of its own, so that threads take whole slots and the result does
 * not depend on how many there are:
 *
 *   mt_fit_slot     its rows through the program, the loss of its pairs, and all gradients            any thread, slot by slot
 *   mt_fit_gather   what the slots say of the item table, added up for a part of the items             any thread, part by part
 *   mt_fit_table    a step of the table's rows that were met (Adam)                                   any thread, part by part
 *   mt_fit_dense    a step of the program's parameters (AdamW)                                        one thread
 *
 * The program's inputs are the rows of the item table that a history holds (`items`, [length][width] for each row), which of them
 * are there (`mask`, 1 or 0), parameters, one for all rows; and of a program from elsewhere what it calls these items (`ids`), and how
 * many there are (`count`). Its output is one vector or more for each row, [vectors][width]. A
 * pair names such a vector and the item that it should be near; what it should be far from is drawn once for the whole batch
 * (sampled softmax with shared negatives: Bengio & Senécal 2008, Jean et al. 2015), or is all items. More negatives than are scored
 * at once go by blocks, and twice: what their scores sum up to, then each one's share of it.
 */
#ifndef MT_LEARN_FIT_H
#define MT_LEARN_FIT_H

#include "nn/run.h"

#define MT_NO_ITEM 0xffffffffu
#define MT_NO_PORT 0xffffffffu

/* What a pair's vector has to say of its item and of the negatives. */
#define MT_FIT_LOSSES(X)                                                                                                  \
  X(SOFTMAX, 0) /* cross entropy among the item and the negatives */                                                  \
  X(BPR, 1)     /* -log σ(s - s_n), the mean over negatives (Rendle et al. 2009) */                                   \
  X(CCL, 2)     /* 1 - s + μ · mean of max(0, s_n - margin), of cosines (Mao et al. 2021) */                          \
  X(GBCE, 3)    /* -β · log σ(s - b) - Σ log(1 - σ(s_n - b)) (Petrov & Macdonald 2023), b what 0 falls short of */
#define MT_FIT_ENUM(name, number) MT_FIT_##name = (number),
typedef enum mt_fit_loss { MT_FIT_LOSSES(MT_FIT_ENUM) MT_FIT_LOSSES_END } mt_fit_loss;

/* The same for all slots of a training. */
typedef struct mt_fit_shape {
  uint32_t length;    /* items of a row's history */
  uint32_t width;     /* of a vector, a multiple of 4 */
  uint32_t vectors;   /* of a row's output */
  uint32_t items;     /* port of the histories' vectors, or MT_NO_PORT where a program has a table of its own */
  uint32_t mask;      /* port, or MT_NO_PORT */
  uint32_t output;    /* port */
  uint32_t dropout;   /* the first of `dropouts` ports that are filled with 0 or 1 / (1 - drop), drawn for each element */
  uint32_t dropouts;
  uint32_t parameter; /* the first of `parameters` ports of what is learned beside the table */
  uint32_t parameters;
  float drop;
  uint32_t pairs;     /* at most, of a slot */
  uint32_t negatives; /* at most; a share has a multiple of 4 */
  uint32_t block;     /* negatives that are scored at once, a multiple of 4; of other losses than SOFTMAX all */
  uint32_t loss;      /* mt_fit_loss */
  float first, second; /* of the loss: CCL's margin and μ, GBCE's β and b */
  uint32_t ids, count; /* ports, or MT_NO_PORT */
  float pad;           /* what stands in `ids` where there is no item */
  const float *number; /* … and for each item of the table */
  const float *padding; /* [width]: the vector of no item; NULL: zeros */
} mt_fit_shape;

typedef struct mt_fit {
  mt_program program;
  mt_fit_shape shape;
  mt_run run;
  /* The present share of a batch. */
  uint32_t rows, pair_count, negative_count;
  const uint32_t *history, *target, *negative;
  float *at_pairs, *by_pairs;         /* [pairs][width]: the vectors, and their gradients */
  float *by_negatives;                /* [negatives][width] */
  float *at_block;                    /* [block][width]: the vectors of those that are scored */
  float *scores;                      /* [pairs][block], then their gradients */
  float *own, *by_target;             /* [pairs]: each pair's own score, and the gradient of it */
  struct mt_softmax *sums;            /* [pairs] */
} mt_fit;

/* A slot's share of a batch. It stays until the step is done. */
typedef struct mt_fit_share {
  const float *values;      /* the parameters, one after the other, each of a multiple of 4 floats */
  uint32_t rows;
  const uint32_t *history;  /* [rows][length]: items, MT_NO_ITEM where there is none */
  uint32_t pairs;
  const uint32_t *vector;   /* [pairs]: row · vectors + which of them */
  const uint32_t *target;   /* [pairs] */
  const float *weight;      /* [pairs]: of the loss; whoever divides by the batch's size does it here */
  uint32_t negatives;
  const uint32_t *negative; /* [negatives], MT_NO_ITEM for none */
  const float *likely;      /* [negatives]: log of how likely each was drawn, taken off its score (logQ); NULL: not */
  const float *target_likely; /* [pairs], or NULL */
  uint32_t seed;            /* of what is dropped; 0: nothing */
  const uint8_t *among;     /* [items]: 1 for those that ranks and nearest ones are told of; NULL: all */
  /* What a row's person met besides, [rows + 1] and items, each once and not in the history: ranks leave it out too. NULL: no more. */
  const uint32_t *met_start, *met;
} mt_fit_share;

/* `program`: bytes of a section, which stay; so does `out`. */
mt_status mt_fit_start(const unsigned char *program, size_t length, const mt_fit_shape *shape, mt_fit *out, mt_error *error);
void mt_fit_stop(mt_fit *fit);

/* Runs a share forward and back. table[items][width]. *loss_ret: the weighted sum over its pairs. */
mt_status mt_fit_slot(mt_fit *fit, const float *table, const mt_fit_share *share, double *loss_ret, mt_error *error);

/* For each pair the place of its target among those items that its row's person has not met, 0 for the first. Items that score
 * alike, or are no number, come before it. */
mt_status mt_fit_ranks(mt_fit *fit, const float *table, uint32_t items, const mt_fit_share *share, uint32_t *ranks, mt_error *error);

/* For each pair the `count` items that score best of those `among` that are neither in its row's history nor the target of one of the row's
 * pairs, best first, MT_NO_ITEM where there are no more: nearest_ret[pairs][count]. */
mt_status mt_fit_nearest(mt_fit *fit, const float *table, uint32_t items, const mt_fit_share *share, uint32_t count, uint32_t *nearest_ret,
                         mt_error *error);

/* A step of Adam (Kingma & Ba 2015) with decoupled decay (Loshchilov & Hutter 2019); `step` counts from 1. */
typedef struct mt_adam {
  float rate, beta1, beta2, epsilon, decay;
  uint32_t step;
  float scale; /* of all gradients: clipping */
} mt_adam;

/* Adds up what the slots say of items ≡ part (mod parts): sum[items][width] and seen[items], zero before and after the step.
 * touched_ret[items]: the items met, in the order in which they were; *count_ret of them. Returns the sum of squares of their
 * gradients. */
double mt_fit_gather(const mt_fit *const *slots, uint32_t count, uint32_t part, uint32_t parts, float *sum, uint8_t *seen,
                     uint32_t *touched_ret, uint32_t *count_ret);
/* The rows that were met take a step. first, second: moments, [items][width]. `unit`: rows have length 1, so they step along the
 * sphere. */
void mt_fit_table(const mt_adam *adam, uint32_t width, bool unit, const uint32_t *touched, uint32_t count, float *sum, uint8_t *seen,
                  float *table, float *first, float *second);

/* The slots' gradients of the parameters, added up in their order, laid out as their values are; returns the sum of squares. */
double mt_fit_dense_gradient(const mt_fit *const *slots, uint32_t count, float *gradient);
/* The parameters take a step: n floats. */
void mt_fit_dense(const mt_adam *adam, size_t n, const float *gradient, float *value, float *first, float *second);

#endif

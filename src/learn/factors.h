/* Factors by stochastic steps: item vectors such that the mean of those that a person met points at what else they met.
 *
 * A device never has a vector for a person, so none is trained: a person is what they met, as the pooled tower makes a query of a
 * history (SimpleX, Mao et al. 2021, without its share of a user id; FISM, Kabbur et al. 2013). All vectors h have length 1. Once
 * an epoch each person is visited. Of what they met a part is shown, drawn anew each time, and the rest is wanted; where the order
 * is known, what came before a moment is shown, the older the less, and the next `ahead` events are wanted, at one moment
 * for every `ahead` events of a person; or, by walks, one item alone is shown, and what a walk from it meets is wanted, to another
 * item of the same person, to another person who met that, and so on (DeepWalk, Perozzi et al. 2014; node2vec, Grover & Leskovec 2016,
 * whose p and q are 1):
 *
 *     q = sum over shown e of w_e · h_e,    s_i = <q, h_i> / |q|
 *
 * and every wanted item i is to stand before the `negatives` items j that a batch of people shares, drawn evenly from what was
 * met at all, but for what the person met:
 *
 *     bpr       w_i · log(1 + e^((s_j - s_i) / temperature))                            Rendle et al. 2009
 *     ccl       w_i · (1 - s_i + weight · mean over j of max(0, s_j - margin))          Mao et al. 2021
 *     softmax   w_i · log(1 + sum over j of e^((s_j - s_i) / temperature))              Wu et al. 2022
 *     squared   (w_i - s_i)² + weight · mean over j of s_j²                             Koren 2008, Steck 2010
 *
 * where bpr takes the nearest j of `among` that are drawn for each i, since most others are behind it soon (dynamic negative
 * sampling, Zhang et al. 2013), and squared says what an event is to weigh, by vectors of any length: there what a person disliked,
 * which weighs nothing or less, is wanted as well, as little as it weighs; and where `positive`, no number of a vector goes below 0, so
 * that each is a taste which an item and a person have more or less of (Lee & Seung 1999; Yuan & Oja 2005 make the person of what
 * they met, too).
 *
 * Vectors go down the slope of the batch's losses by Adagrad (Duchi et al. 2011), in steps that become shorter from epoch to epoch, and are scaled to length 1 again. The people of a
 * batch are visited in parts, by any number of threads: a part reads vectors and writes slopes of its own, and one thread takes
 * the step, in the order of parts and people. What is drawn depends on the seed, the epoch, and the person or the batch. So
 * the same seed gives the same bits however many threads there are.
 *
 * Shapes: d dimensions in rows of stride = d rounded up to 4, the padding 0.
 */
#ifndef MT_LEARN_FACTORS_H
#define MT_LEARN_FACTORS_H

#include "base/rng.h"
#include "learn/log.h"

#define MT_FACTORS_MAX_DIMS 512
#define MT_FACTORS_MAX_NEGATIVES 4096
#define MT_FACTORS_MAX_BATCH 1024
#define MT_FACTORS_PART 32     /* people of a part */
#define MT_FACTORS_LONGEST 512 /* items of a person that one visit takes; of more, as many in a row from a random one on */
#define MT_FACTORS_RECENT 64   /* events before a moment that are shown, or items of a walk, at most */
#define MT_FACTORS_NOT_COUNTED (-1e9f) /* the score of a negative that the person met */
#define MT_FACTORS_WALKS 8     /* one walk begins for so many items of a person */

typedef enum mt_factors_loss { MT_LOSS_BPR = 0, MT_LOSS_CCL = 1, MT_LOSS_SOFTMAX = 2, MT_LOSS_SQUARED = 3 } mt_factors_loss;

typedef struct mt_factors_plan {
  uint32_t dims;
  uint32_t loss;      /* mt_factors_loss */
  uint32_t batch;     /* people */
  uint32_t negatives;
  uint32_t among;     /* bpr: >= 1 */
  float rate;         /* of Adagrad, > 0: about how far each number of a row goes at first, where the pace is 1 */
  float shown;        /* in (0, 1): how much of what a person met is shown */
  float temperature;  /* > 0 */
  float margin;       /* ccl: in [-1, 1) */
  float weight;       /* ccl, squared: >= 0 */
  uint32_t ahead;     /* where the order is known: 1 to 64 */
  float fading;       /* … what an event weighs of the one after it, in (0, 1] */
  uint32_t walk;      /* items that a walk meets, at most 64; 0: no walks */
  uint32_t positive;  /* 1: no number goes below 0; else 0 */
} mt_factors_plan;

static inline size_t mt_factors_stride(const mt_factors_plan *plan) { return mt_round_up(plan->dims, 4); }

/* What a visit of one person reads and finds. */
typedef struct mt_visit {
  uint32_t person, first; /* of its entries, in the batch's */
  uint32_t count;         /* 0: nothing to learn from */
  mt_rng rng;             /* for what else is drawn */
} mt_visit;

typedef struct mt_factors {
  double loss;    /* of this epoch, so far, per wanted item */
  float *vectors; /* [items][stride] */
  uint32_t batches; /* of an epoch */
  mt_factors_plan plan;
  const mt_lists *lists; /* by person; stays until mt_factors_free */
  const mt_lists *by_item; /* their transpose, or NULL */
  const mt_log *log;     /* the same events in their order, or NULL */
  const mt_lists *disliked; /* by person, weights <= 0, or NULL */
  uint64_t seed;
  float scale; /* of event weights, so that their mean is 1 */
  float *squares;    /* [items][stride]: sums of squared slopes */
  float *gathered;   /* [items][stride], not ours: where steps add their slopes instead of going down them; or NULL */
  uint32_t *met;     /* [met_count]: items that anybody met */
  uint32_t met_count;
  uint32_t count;    /* visits of an epoch */
  uint32_t *person;  /* [count] */
  uint32_t *order;   /* [count]: visits of this epoch */
  uint32_t epoch;
  float pace; /* of this epoch: what the rate is multiplied by */
  double loss_sum, wanted_sum;
  /* Of the batch: */
  uint32_t people;   /* in it */
  mt_visit *visits;  /* [batch] */
  uint32_t *negative; /* [negatives], ascending */
  float *against;    /* [negatives][stride]: their vectors */
  float *query;      /* [batch][stride]: q / |q| */
  float *slope;      /* [batch][stride]: of the losses, by q */
  uint32_t *item;    /* [batch · LONGEST] */
  float *weight;     /* [batch · LONGEST] */
  unsigned char *shown; /* [batch · LONGEST] */
  float *pull;       /* [batch · LONGEST]: slope of the losses by s_i, 0 for what is shown */
  float *push;       /* [parts][negatives][stride]: slope of a part's losses by the vectors of negatives */
  double *part_loss, *part_wanted; /* [parts] */
} mt_factors;

/* Vectors drawn by the seed. `by_item` for walks, else NULL will do; `log`: NULL where the order is not known; `disliked`: NULL where
 * nothing was. MT_INVALID where the plan cannot be, or nobody met two items. */
mt_status mt_factors_start(const mt_factors_plan *plan, const mt_lists *lists, const mt_lists *by_item, const mt_log *log,
                           const mt_lists *disliked, uint64_t seed, mt_factors *out, mt_error *error);
void mt_factors_free(mt_factors *factors);

/* An epoch is: begin, with a pace in (0, 1]; for each batch: draw, then visit for each of its parts, in any order and by any threads, then step. */
void mt_factors_begin(mt_factors *factors, uint32_t epoch, float pace);
void mt_factors_draw(mt_factors *factors, uint32_t batch);
mt_status mt_factors_visit(mt_factors *factors, uint32_t part, mt_error *error);
/* MT_INVALID where a vector is no longer a number. */
mt_status mt_factors_step(mt_factors *factors, mt_error *error);

/* One row of rows[items][stride] goes down a slope by Adagrad. */
void mt_factors_descend(mt_factors *factors, float *rows, uint32_t item, const float *slope);

static inline uint32_t mt_factors_parts(uint32_t people) { return people / MT_FACTORS_PART + (people % MT_FACTORS_PART != 0); }

/* The losses of one person, and their slopes by the scores. On entry score[negatives, padded to a multiple of 4] holds s_j, or
 * NOT_COUNTED, and on return the slope by it, as pull[wanted] that by each s_i. */
double mt_factors_losses(const mt_factors_plan *plan, const float *wanted, const float *weight, uint32_t count, float *score,
                         float *pull, mt_rng *rng);

#endif

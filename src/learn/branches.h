/* Branches: training a scorer of the nodes of a tree over the items (Zhu et al., Learning Tree-based Deep Model for Recommender
 * Systems, KDD 2018), level by level: of some nodes of a level, which does the way to what came next go through?
 *
 * A node's vector is the sum of a row of its own and of those of the nodes above it, so that what a branch has in common is learned
 * once, and a search that walks down from the top finds at each node about what lies below.
 *
 * A batch is divided among slots as learn/fit.h divides it:
 *
 *   mt_branches_slot     its rows through the program, the loss of each level, and all gradients         any thread, slot by slot
 *   mt_branches_gather   what the slots say of the rows, added up for a part of them                      any thread, part by part
 *   mt_branches_dense    what they say of the program's parameters                                       one thread
 *
 * and steps are mt_fit_table and mt_fit_dense.
 *
 * The program's inputs are the vectors of what a history holds, [length][width] for each row, which of them are there (`mask`, 1 or
 * 0), the vectors of the nodes that are asked about, [nodes][width], and parameters, one for all rows. Its output is a score of each
 * node.
 */
#ifndef MT_LEARN_BRANCHES_H
#define MT_LEARN_BRANCHES_H

#include "bundle/nodes.h"
#include "learn/fit.h"

/* The same for all slots of a training. */
typedef struct mt_branches_shape {
  uint32_t length;    /* items of a row's history */
  uint32_t width;     /* of a vector, a multiple of 4 */
  uint32_t nodes;     /* that a row is asked about */
  uint32_t history, mask, asked, output; /* ports */
  uint32_t dropout;   /* the first of `dropouts` ports that are filled with 0 or 1 / (1 - drop), drawn for each element */
  uint32_t dropouts;
  uint32_t parameter; /* the first of `parameters` ports of what is learned beside the table */
  uint32_t parameters;
  float drop;
} mt_branches_shape;

/* The rows of all nodes, items first: rows 0 .. items - 1 are the leaves. */
typedef struct mt_branches_table {
  const float *rows;       /* [nodes][width] */
  const uint32_t *parents; /* [nodes], each larger than its child; MT_NO_ITEM: none */
} mt_branches_table;

typedef struct mt_branches {
  mt_program program;
  mt_branches_shape shape;
  mt_run run;
  /* The present share of a batch. */
  uint32_t rows;
  const uint32_t *history, *asked;
} mt_branches;

/* A slot's share of a batch. It stays until the step is done. */
typedef struct mt_branches_share {
  const float *values;     /* the parameters, one after the other, each of a multiple of 4 floats */
  uint32_t rows;
  const uint32_t *history; /* [rows][length]: items, MT_NO_ITEM where there is none */
  const uint32_t *asked;   /* [rows][nodes]: nodes, MT_NO_ITEM where there is none; those of a level stand together */
  const float *wanted;     /* [rows][nodes]: how likely each should be among those of its level; their sum is how much the level counts */
  uint32_t levels;         /* at most MT_MOST_LEVELS and the items */
  const uint32_t *ends;    /* [levels]: where each level ends among a row's nodes */
  float weight;            /* of a row's loss */
  uint32_t seed;           /* of what is dropped; 0: nothing */
} mt_branches_share;

/* `program`: bytes of a section, which stay until it is dropped. NULL where it fails. */
mt_branches *mt_make_branches(const unsigned char *program, size_t length, const mt_branches_shape *shape, mt_error *error);
void mt_drop_branches(mt_branches *slot);

/* Scores of the share's nodes, scores[rows][nodes]. */
mt_status mt_branches_scores(mt_branches *slot, const mt_branches_table *table, const mt_branches_share *share, float *scores,
                             mt_error *error);

/* Runs a share forward and back. *loss_ret: the weighted cross entropy of its levels. */
mt_status mt_branches_slot(mt_branches *slot, const mt_branches_table *table, const mt_branches_share *share, double *loss_ret,
                           mt_error *error);

/* As mt_fit_gather, of the table's rows ≡ part (mod parts). met_ret[2]: how many were met, and the sum of squares of
 * their gradients. It does not fail. */
mt_status mt_branches_gather(const mt_branches *const *slots, uint32_t count, const mt_branches_table *table, uint32_t part, uint32_t parts,
                             float *sum, uint8_t *seen, uint32_t *touched_ret, double *met_ret, mt_error *error);

/* As mt_fit_dense_gradient; nor does it. */
mt_status mt_branches_dense(const mt_branches *const *slots, uint32_t count, float *gradient, double *squares_ret, mt_error *error);

#endif

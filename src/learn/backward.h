/* Backward: a program's tape in reverse. From the gradient of a loss in what the program puts out it makes the gradient in all
 * that this was made of (reverse mode, as in Griewank & Walther, Evaluating Derivatives, 2008).
 *
 * Gradients lie behind the values: that of float e of scratch is float program->scratch + e, so the gradient of a view is the
 * same view, moved. Ops of nn/ therefore work on gradients as they do on values: a product's two gradients are two products.
 *
 *   mt_back_start; then for each batch: write inputs, mt_run_request, mt_run_rows, mt_back_clear, write the gradients of the
 *   outputs (mt_back_port), mt_back_rows, mt_back_request, and read those of the inputs.
 *
 * What is learned is an input of the program, one for the whole request. A program must be compiled for training: each float of
 * scratch is written by one op at most, so that a value is still there when its gradient is asked for.
 */
#ifndef MT_LEARN_BACKWARD_H
#define MT_LEARN_BACKWARD_H

#include "nn/ops.h"

/* An op, backwards. slope[i] is the gradient of view[i]: NULL where that is absent or constant. */
typedef struct mt_back {
  mt_step step;
  mt_view moved[MT_OP_VIEWS];
  const mt_view *slope[MT_OP_VIEWS];
} mt_back;

/* Memory for a run and its gradients, from the heap; mt_back_stop gives it back. `extra`: floats behind the gradients, for the
 * caller, whose own products are at most `depth` deep. MT_INVALID: the program holds an op without a gradient, or was not compiled
 * for training. */
mt_status mt_back_start(const mt_program *program, size_t extra, size_t depth, mt_run *run, mt_error *error);
void mt_back_stop(mt_run *run);
float *mt_back_extra(const mt_run *run);

/* Behind the gradients, before what is the caller's: room of the op at work, so many floats for each state of a recurrent one. */
#define MT_BACK_ROOM 6u
/* How deep products may be that several are joined to. */
#define MT_BACK_DEPTH 16384u

/* Zeroes all gradients. */
void mt_back_clear(const mt_run *run);

/* The gradient of a port (inputs, then outputs). */
static inline float *mt_back_port(const mt_run *run, uint32_t port) { return mt_run_port(run, port) + run->program->scratch; }

/* Dropout (Srivastava et al. 2014): ports first .. first + count - 1 are filled with 0, with probability `drop`, or 1 / (1 - drop), drawn for
 * each element by the seed and the port's place among them. A seed of 0 drops nothing: they are filled with 1. */
void mt_back_dropout(const mt_run *run, uint32_t first, uint32_t count, uint32_t rows, float drop, uint64_t seed);

/* Through the ops of rows, and through those of a request, after all rows. */
mt_status mt_back_rows(const mt_run *run, uint32_t rows, mt_error *error);
mt_status mt_back_request(const mt_run *run, mt_error *error);

/* Each function of nn/ops.h, backwards: adds to the gradients of what its ops read. */
#define MT_OP_RUNS_BACK(name, number, run, ...) void mt_back_##run(mt_back *back);
MT_OPS(MT_OP_RUNS_BACK)

/* p[i · stride] += block[i], i < m; a stride of 0 takes the sum. */
static inline void mt_add_block(const float *block, float *p, ptrdiff_t stride, size_t m) {
  size_t i = 0;
  if (stride == 1)
    for (; i + 4 <= m; i += 4) mt_f4_store(p + i, mt_f4_add(mt_f4_load(p + i), mt_f4_load(block + i)));
  for (; i < m; i++) p[(ptrdiff_t)i * stride] += block[i];
}

#endif

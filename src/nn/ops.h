/* Ops: what the runner calls for each op of a tape. Views are as the gate checked them; absent ones are NULL. */
#ifndef MT_NN_OPS_H
#define MT_NN_OPS_H

#include "nn/block.h"
#include "nn/run.h"
#include "nn/walk.h"

#define MT_PANEL 8u /* columns of a matrix that are multiplied together */

/* An op at work. */
typedef struct mt_step {
  const mt_run *run;
  const mt_op *op;
  const mt_view *view[MT_OP_VIEWS];
  uint32_t rows;
} mt_step;

/* The first element of a view of float32. */
static inline float *mt_floats(const mt_run *run, const mt_view *view) {
  const unsigned char *constants = run->program->constants;
  float *base = view->place == MT_PLACE_SCRATCH ? run->scratch : (float *)(uintptr_t)constants;
  return base + view->offset;
}

void mt_op_elementwise(const mt_step *step); /* copy, unary, binary, where */
void mt_op_matmul(const mt_step *step);
void mt_op_reduce(const mt_step *step);
void mt_op_normalise(const mt_step *step); /* softmax, norm */
void mt_op_cumsum(const mt_step *step);
void mt_op_topk(const mt_step *step);
void mt_op_recurrent(const mt_step *step);
mt_status mt_op_gather(const mt_step *step, mt_error *error);

#endif

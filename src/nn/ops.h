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
  mt_status status; /* MT_OK, unless the op failed; then */
  mt_error *error;  /* … its sentence is there */
} mt_step;

/* The first element of a view of float32. */
static inline float *mt_floats(const mt_run *run, const mt_view *view) {
  const unsigned char *constants = run->program->constants;
  float *base = view->place == MT_PLACE_SCRATCH ? run->scratch : (float *)(uintptr_t)constants;
  return base + view->offset;
}

/* Each line of the list of ops names the function that runs it. */
#define MT_OP_RUNS(name, number, run, ...) void mt_op_##run(mt_step *step);
MT_OPS(MT_OP_RUNS)

#endif

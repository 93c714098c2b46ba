/* Ops that take each element by itself: copies, unary and binary functions, choices. A block at a time, whatever the
 * strides: what does not lie together is gathered first, and scattered afterwards.
 */
#include "nn/ops.h"

void mt_op_elementwise(mt_step *step) {
  const mt_op *op = step->op;
  uint32_t operands = op->code == MT_OP_WHERE ? 4 : op->code == MT_OP_BINARY ? 3 : 2;
  mt_walk walk = mt_walk_over(step->view, operands, 0, step->view[0]->rank, step->rows);
  size_t count = mt_walk_pop(&walk);
  const ptrdiff_t *stride = mt_walk_inner(&walk);
  float *base[MT_WALK_OPERANDS], room[MT_WALK_OPERANDS][MT_NN_BLOCK];
  for (uint32_t o = 0; o < operands; o++) base[o] = mt_floats(step->run, step->view[o]);
  do {
    for (size_t i = 0, m; i < count; i += m) {
      m = count - i < MT_NN_BLOCK ? count - i : MT_NN_BLOCK;
      size_t whole = (m + 3) & ~(size_t)3;
      const float *x[MT_WALK_OPERANDS];
      for (uint32_t o = 1; o < operands; o++)
        x[o] = mt_fetch(base[o] + walk.offset[o] + (ptrdiff_t)i * stride[o], stride[o], m, room[o]);
      float *to = base[0] + walk.offset[0] + (ptrdiff_t)i * stride[0], *y = mt_target(to, stride[0], m, room[0]);
      if (op->code == MT_OP_BINARY) mt_binary_block((mt_binary)op->kind, x[1], x[2], y, whole);
      else if (op->code == MT_OP_WHERE) mt_where_block(x[1], x[2], x[3], y, whole);
      else mt_unary_block(op->code == MT_OP_COPY ? MT_UNARY_NONE : (mt_unary)op->kind, op->alpha, op->beta, x[1], y, whole);
      mt_put(y, to, stride[0], m);
    }
  } while (mt_walk_next(&walk));
}

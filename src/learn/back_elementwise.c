/* Copies, unary and binary functions and choices, backwards; whole numbers pass nothing back. */
#include "learn/backward.h"
#include "learn/slopes.h"

/* What a walk steps through: the gradient from above, the values, and where their gradients go. */
enum { UP, X, Y, OUT, BACK_X, BACK_Y, OPERANDS };

void mt_back_elementwise(mt_back *back) {
  const mt_step *step = &back->step;
  const mt_op *op = step->op;
  bool binary = op->code == MT_OP_BINARY, choice = op->code == MT_OP_WHERE;
  /* A choice reads its condition alone. */
  uint32_t first = choice ? 2 : 1, second = choice ? 3 : 2;
  const mt_view *views[OPERANDS] = {[UP] = back->slope[0],
                                    [X] = step->view[1],
                                    [Y] = binary ? step->view[2] : NULL,
                                    [OUT] = op->code == MT_OP_UNARY ? step->view[0] : NULL,
                                    [BACK_X] = back->slope[first],
                                    [BACK_Y] = binary || choice ? back->slope[second] : NULL};
  if (views[BACK_X] == NULL && views[BACK_Y] == NULL) return;
  mt_walk walk = mt_walk_over(views, OPERANDS, 0, views[UP]->rank, step->rows);
  size_t count = mt_walk_pop(&walk);
  const ptrdiff_t *stride = mt_walk_inner(&walk);
  float *base[OPERANDS] = {NULL}, room[OPERANDS][MT_NN_BLOCK], spare[MT_NN_BLOCK];
  for (uint32_t o = 0; o < OPERANDS; o++)
    if (views[o] != NULL) base[o] = mt_floats(step->run, views[o]);
  do {
    for (size_t i = 0, m; i < count; i += m) {
      m = count - i < MT_NN_BLOCK ? count - i : MT_NN_BLOCK;
      size_t whole = (m + 3) & ~(size_t)3;
      const float *x[OPERANDS] = {NULL};
      for (uint32_t o = UP; o <= OUT; o++)
        if (base[o] != NULL) x[o] = mt_fetch(base[o] + walk.offset[o] + (ptrdiff_t)i * stride[o], stride[o], m, room[o]);
      float *by[2] = {room[BACK_X], room[BACK_Y]};
      if (binary) mt_binary_slope((mt_binary)op->kind, x[X], x[Y], x[UP], by[0], by[1], whole);
      else if (choice) {
        for (size_t j = 0; j < whole; j++) spare[j] = 0;
        mt_where_block(x[X], x[UP], spare, by[0], whole);
        mt_where_block(x[X], spare, x[UP], by[1], whole);
      } else if (op->code == MT_OP_UNARY)
        mt_unary_slope((mt_unary)op->kind, op->alpha, op->beta, x[X], x[OUT], x[UP], by[0], whole);
      for (uint32_t o = BACK_X; o <= BACK_Y; o++) {
        const float *block = op->code == MT_OP_COPY ? x[UP] : by[o - BACK_X];
        if (base[o] != NULL) mt_add_block(block, base[o] + walk.offset[o] + (ptrdiff_t)i * stride[o], stride[o], m);
      }
    }
  } while (mt_walk_next(&walk));
}

void mt_back_whole(mt_back *back) { (void)back; }

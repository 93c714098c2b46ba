#include "learn/backward.h"

#include <stdlib.h>
#include <string.h>

#include "learn/lists.h"

/* -- may it be trained -- */

/* Ops that work in place or overwrite would have lost what their gradients need. */
static bool overlaps(const mt_op *op, const mt_view *views) {
  const mt_view *out = op->views[0] == MT_NO_VIEW ? NULL : &views[op->views[0]];
  for (uint32_t v = 1; out != NULL && v < MT_OP_VIEWS; v++)
    if (op->views[v] != MT_NO_VIEW && views[op->views[v]].place == MT_PLACE_SCRATCH && views[op->views[v]].offset == out->offset)
      return true;
  return false;
}

static mt_status check(const mt_program *program, mt_error *error) {
  for (uint32_t i = 0; i < program->op_count; i++) {
    const mt_op *op = &program->ops[i];
    bool activated = op->code == MT_OP_MATMUL && op->kind != MT_UNARY_NONE, unplaced = op->code == MT_OP_TOPK && op->views[2] == MT_NO_VIEW;
    if (activated || unplaced)
      return mt_fail(error, MT_INVALID, "training: op %u has no gradient (expected a program compiled for training)", i);
    if (overlaps(op, program->views))
      return mt_fail(error, MT_INVALID, "training: op %u overwrites what it reads (expected a program compiled for training)", i);
  }
  return MT_OK;
}

/* -- memory -- */

/* The deepest product of an op's gradients, in floats of a panel's column. */
static size_t deepest(const mt_program *program, size_t depth) {
  if (program->widest > depth) depth = program->widest;
  for (uint32_t i = 0; i < program->op_count; i++) {
    const mt_op *op = &program->ops[i];
    if (op->code != MT_OP_MATMUL && op->code != MT_OP_GRU && op->code != MT_OP_LSTM) continue;
    const mt_view *out = &program->views[op->views[0]];
    size_t all = 1; /* rows that follow each other may be summed as one depth */
    for (uint32_t axis = 0; axis < out->rank; axis++) {
      size_t extent = mt_extent(out, axis, program->capacity);
      if (axis + 1 < out->rank) all *= extent;
      else if (extent > depth) depth = extent;
    }
    if (all > depth) depth = all;
  }
  return depth;
}

mt_status mt_back_start(const mt_program *program, size_t extra, size_t depth, mt_run *run, mt_error *error) {
  MT_TRY(check(program, error));
  *run = (mt_run){.program = program};
  run->scratch = mt_learn_alloc(2 * (size_t)program->scratch + extra, sizeof *run->scratch);
  run->panel = mt_learn_alloc(deepest(program, depth) * MT_PANEL, sizeof *run->panel);
  if (run->scratch == NULL || run->panel == NULL) {
    mt_back_stop(run);
    return mt_fail(error, MT_NO_MEMORY, "training: no memory for a program of %u floats", program->scratch);
  }
  memset(run->scratch, 0, (2 * (size_t)program->scratch + extra) * sizeof *run->scratch);
  return MT_OK;
}

void mt_back_stop(mt_run *run) {
  free(run->scratch);
  free(run->panel);
  *run = (mt_run){0};
}

void mt_back_clear(const mt_run *run) {
  memset(run->scratch + run->program->scratch, 0, run->program->scratch * sizeof *run->scratch);
}

/* -- the tape in reverse -- */

static mt_status back_through(const mt_run *run, uint32_t from, uint32_t to, uint32_t rows, mt_error *error) {
  const mt_program *program = run->program;
  for (uint32_t i = to; i-- > from;) {
    const mt_op *op = &program->ops[i];
    mt_back back = {.step = {.run = run, .op = op, .rows = rows, .error = error}};
    for (uint32_t v = 0; v < MT_OP_VIEWS; v++) {
      if (op->views[v] == MT_NO_VIEW) continue;
      const mt_view *view = &program->views[op->views[v]];
      back.step.view[v] = view;
      if (view->place != MT_PLACE_SCRATCH) continue;
      back.moved[v] = *view;
      back.moved[v].offset += program->scratch;
      back.slope[v] = &back.moved[v];
    }
    switch ((mt_op_code)op->code) {
#define BACK(name, number, run, ...) \
  case MT_OP_##name: mt_back_##run(&back); break;
      MT_OPS(BACK) /* NOLINT(bugprone-branch-clone): some ops share a function */
    }
    if (back.step.status != MT_OK) return back.step.status;
  }
  return MT_OK;
}

mt_status mt_back_rows(const mt_run *run, uint32_t rows, mt_error *error) {
  if (rows == 0 || rows > run->program->capacity)
    return mt_fail(error, MT_INVALID, "training: found %u rows, expected 1 to %u", rows, run->program->capacity);
  return back_through(run, run->program->request_ops, run->program->op_count, rows, error);
}

mt_status mt_back_request(const mt_run *run, mt_error *error) { return back_through(run, 0, run->program->request_ops, 1, error); }

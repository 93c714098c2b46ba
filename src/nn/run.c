#include "nn/run.h"

#include <string.h>

#include "nn/ops.h"

void mt_run_reserve(mt_arena *arena, const mt_program *program, mt_run *run) {
  *run = (mt_run){.program = program};
  run->scratch = mt_arena_take(arena, program->scratch, sizeof(float));
  run->panel = mt_arena_take(arena, (size_t)program->widest * MT_PANEL, sizeof(float));
}

void mt_run_clear(const mt_run *run) { memset(run->scratch, 0, run->program->scratch * sizeof(float)); }

mt_status mt_run_ops(const mt_run *run, uint32_t from, uint32_t to, uint32_t rows, mt_error *error) {
  for (uint32_t i = from; i < to; i++) {
    mt_step step = {.run = run, .op = &run->program->ops[i], .rows = rows, .error = error};
    for (uint32_t v = 0; v < MT_OP_VIEWS; v++)
      if (step.op->views[v] != MT_NO_VIEW) step.view[v] = &run->program->views[step.op->views[v]];
    switch ((mt_op_code)step.op->code) {
#define RUN(name, number, run, ...) \
  case MT_OP_##name: mt_op_##run(&step); break;
      MT_OPS(RUN) /* NOLINT(bugprone-branch-clone): some ops share a function */
    }
    if (step.status != MT_OK) return step.status;
  }
  return MT_OK;
}

mt_status mt_run_request(const mt_run *run, mt_error *error) { return mt_run_ops(run, 0, run->program->request_ops, 1, error); }

mt_status mt_run_rows(const mt_run *run, uint32_t rows, mt_error *error) {
  if (rows == 0 || rows > run->program->capacity)
    return mt_fail(error, MT_INVALID, "program: found %u rows, expected 1 to %u", rows, run->program->capacity);
  return mt_run_ops(run, run->program->request_ops, run->program->op_count, rows, error);
}

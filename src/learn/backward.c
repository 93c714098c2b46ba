#include "learn/backward.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "learn/lists.h"

/* -- may it be trained -- */

static bool is_recurrent(const mt_op *op) { return op->code == MT_OP_GRU || op->code == MT_OP_LSTM; }

/* Marks the floats of a view as values that stay: they were written, or read as they are. False where one was marked before. */
static bool keep(const mt_program *program, uint32_t index, uint8_t *kept) {
  if (index == MT_NO_VIEW || program->views[index].place != MT_PLACE_SCRATCH) return true;
  mt_view view = program->views[index];
  bool all_new = true;
  mt_walk walk = mt_walk_over((const mt_view *const[]){&view}, 1, 0, view.rank, program->capacity);
  size_t count = mt_walk_pop(&walk);
  ptrdiff_t stride = mt_walk_inner(&walk)[0];
  do {
    uint8_t *at = &kept[(ptrdiff_t)view.offset + walk.offset[0]];
    for (size_t i = 0; i < count; i++, at += stride) {
      all_new &= *at == 0;
      *at = 1;
    }
  } while (mt_walk_next(&walk));
  return all_new;
}

/* A gradient is made of what an op read and wrote, so nothing of it may change. Only an LSTM's cells are written, then taken
 * through its steps. */
static mt_status check_op(const mt_program *program, uint32_t index, uint8_t *kept, mt_error *error) {
  const mt_op *op = &program->ops[index];
  bool lstm = op->code == MT_OP_LSTM, two = op->code == MT_OP_TOPK, six = op->code == MT_OP_WHOLE || is_recurrent(op);
  bool activated = op->code == MT_OP_MATMUL && op->kind != MT_UNARY_NONE, unplaced = two && op->views[2] == MT_NO_VIEW;
  bool cellless = lstm && kept[program->views[op->views[3]].offset] == 0;
  if (activated || unplaced || cellless)
    return mt_fail(error, MT_INVALID, "training: op %u has no gradient (expected a program compiled for training)", index);
  for (uint32_t v = 1; v < MT_OP_VIEWS; v++)
    if (!(two && v == 2) && !(six && v == 5)) keep(program, op->views[v], kept);
  bool once = keep(program, op->views[0], kept);
  if (two) once &= keep(program, op->views[2], kept);
  if (six) once &= keep(program, op->views[5], kept);
  if (once) return MT_OK;
  return mt_fail(error, MT_INVALID, "training: op %u overwrites what was there (expected a program compiled for training)", index);
}

static mt_status check(const mt_program *program, mt_error *error) {
  uint8_t *kept = mt_learn_alloc(program->scratch, sizeof *kept);
  if (kept == NULL) return mt_fail(error, MT_NO_MEMORY, "training: no memory for a program of %u floats", program->scratch);
  memset(kept, 0, program->scratch);
  for (uint32_t i = 0; i < program->inputs; i++)
    memset(kept + program->ports[i].offset, 1, mt_port_floats(&program->ports[i], program->capacity));
  mt_status status = MT_OK;
  for (uint32_t i = 0; i < program->op_count && status == MT_OK; i++) status = check_op(program, i, kept, error);
  free(kept);
  return status;
}

/* -- memory -- */

/* Elements of a view with all rows; few enough, or the gate had refused the work. */
static size_t elements(const mt_program *program, const mt_view *view, uint32_t axes) {
  size_t all = 1;
  for (uint32_t axis = 0; axis < axes; axis++) all *= mt_extent(view, axis, program->capacity);
  return all;
}

/* The deepest product of an op's gradients: out's columns, or its rows, or those of some matrices as one. */
static size_t deepest(const mt_program *program, size_t depth) {
  if (program->widest > depth) depth = program->widest;
  for (uint32_t i = 0; i < program->op_count; i++) {
    const mt_op *op = &program->ops[i];
    if (op->code != MT_OP_MATMUL && !is_recurrent(op)) continue;
    const mt_view *out = &program->views[op->views[0]];
    size_t matrices = elements(program, out, out->rank - 2u), row = mt_extent(out, out->rank - 2u, program->capacity);
    size_t column = mt_extent(out, out->rank - 1u, program->capacity) * (is_recurrent(op) ? 4 : 1);
    size_t one = row > column ? row : column, all = matrices * one;
    if (all > MT_BACK_DEPTH) all = one > MT_BACK_DEPTH ? one : MT_BACK_DEPTH;
    if (all > depth) depth = all;
  }
  return depth;
}

/* What the recurrent op with the most steps, rows and width needs. */
static size_t room_of(const mt_program *program) {
  size_t most = 0;
  for (uint32_t i = 0; i < program->op_count; i++) {
    const mt_op *op = &program->ops[i];
    size_t states = is_recurrent(op) ? elements(program, &program->views[op->views[0]], 3) : 0;
    if (states > most) most = states;
  }
  return MT_BACK_ROOM * most;
}

mt_status mt_back_start(const mt_program *program, size_t extra, size_t depth, mt_run *run, mt_error *error) {
  MT_TRY(check(program, error));
  *run = (mt_run){.program = program};
  size_t floats = 2 * (size_t)program->scratch, columns = 0;
  if (mt_add_size(floats, room_of(program), &floats) && mt_add_size(floats, extra, &floats) && floats <= UINT32_MAX &&
      mt_mul_size(deepest(program, depth), MT_PANEL, &columns)) {
    run->scratch = mt_learn_alloc(floats, sizeof *run->scratch);
    run->panel = mt_learn_alloc(columns, sizeof *run->panel);
  }
  if (run->scratch == NULL || run->panel == NULL) {
    mt_back_stop(run);
    return mt_fail(error, MT_NO_MEMORY, "training: no memory for a program of %u floats", program->scratch);
  }
  memset(run->scratch, 0, floats * sizeof *run->scratch);
  return MT_OK;
}

float *mt_back_extra(const mt_run *run) { return run->scratch + 2 * (size_t)run->program->scratch + room_of(run->program); }

void mt_back_stop(mt_run *run) {
  free(run->scratch);
  free(run->panel);
  *run = (mt_run){0};
}

void mt_back_clear(const mt_run *run) {
  memset(run->scratch + run->program->scratch, 0, run->program->scratch * sizeof *run->scratch);
}

void mt_back_dropout(const mt_run *run, uint32_t first, uint32_t count, uint32_t rows, float drop, uint64_t seed) {
  float kept = 1 / (1 - drop);
  for (uint32_t d = 0; d < count; d++) {
    size_t n = mt_port_floats(&run->program->ports[first + d], rows);
    float *to = mt_run_port(run, first + d);
    mt_rng rng = mt_rng_seed(seed + d * 0x9e3779b97f4a7c15ULL);
    for (size_t i = 0; i < n; i++) to[i] = seed == 0 ? 1 : mt_rng_unit(&rng) < drop ? 0 : kept;
  }
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

#include "funnel/replay.h"

#include <math.h>

#include "bundle/golden.h"
#include "funnel/state.h"

uint32_t mt_models(const mt_recommender *rec) { return rec->models; }

/* The rows of a tied table for the ids that were written, of so many rows: items are asked for their numbers, since nothing leads
 * back from a number to its item. What is no item's is padding. */
static void decode_table(const mt_recommender *rec, const mt_model *model, uint32_t input, uint32_t rows) {
  const mt_port *port = &model->program.ports[input];
  const mt_inputs inputs = mt_inputs_of(rec);
  const float *ids = mt_run_port(&model->run, port->ids);
  float *out = mt_run_port(&model->run, input);
  size_t width = port->dims[port->rank - 1], positions = mt_port_floats(port, rows) / width;
  const float *constants = (const float *)(const void *)model->program.constants;
  const float *padding = port->padding == MT_NO_VIEW ? NULL : constants + port->padding;
  for (size_t p = 0; p < positions; p++) {
    if (padding == NULL) memset(out + p * width, 0, width * sizeof *out);
    else memcpy(out + p * width, padding, width * sizeof *out);
  }
  for (uint32_t item = 0; item < rec->bundle.items; item++) {
    float number = (float)mt_model_number(model, &inputs, item);
    for (size_t p = 0; p < positions; p++)
      if (ids[p] == number) mt_item_vector(rec, model->binding.feeds[input].space, item, out + p * width);
  }
}

/* Where row `row` of a run has its numbers of a port, which all rows share where the program has them once. */
static float *port_row(const mt_model *model, uint32_t port, uint32_t row, size_t *floats_ret) {
  *floats_ret = mt_port_floats(&model->program.ports[port], 1);
  return mt_run_port(&model->run, port) + (model->program.ports[port].rows_axis == 0 ? row * *floats_ret : 0);
}

static void feed_row(const mt_model *model, const mt_golden *golden, uint32_t pair, uint32_t row) {
  const float *in = golden->input + (size_t)pair * golden->inputs;
  size_t floats;
  for (uint32_t i = 0; i < model->program.inputs; i++) {
    if (model->program.ports[i].role != MT_PORT_PLAIN) continue;
    float *to = port_row(model, i, row, &floats);
    if (row == 0 || model->program.ports[i].rows_axis == 0) memcpy(to, in, floats * sizeof *in);
    in += floats;
  }
}

static void compare_row(const mt_model *model, const mt_golden *golden, uint32_t pair, uint32_t row, float *worst, float *scale) {
  const mt_program *program = &model->program;
  const float *expected = golden->output + (size_t)pair * golden->outputs;
  size_t floats;
  for (uint32_t o = program->inputs; o < program->inputs + program->outputs; o++) {
    const float *found = port_row(model, o, row, &floats);
    for (size_t i = 0; i < floats; i++, expected++) {
      float apart = fabsf(found[i] - *expected);
      if (!(apart <= *worst)) *worst = apart; /* NaN is the worst */
      if (fabsf(*expected) > *scale) *scale = fabsf(*expected);
    }
  }
}

/* Pairs from `pair` on as the rows of one run. */
static mt_status replay_rows(const mt_recommender *rec, const mt_model *model, const mt_golden *golden, uint32_t pair, uint32_t rows,
                             float *worst, float *scale, mt_error *error) {
  for (uint32_t r = 0; r < rows; r++) feed_row(model, golden, pair + r, r);
  for (uint32_t i = 0; i < model->program.inputs; i++)
    if (model->program.ports[i].role == MT_PORT_TABLE) decode_table(rec, model, i, rows);
  MT_TRY(mt_run_request(&model->run, error));
  MT_TRY(mt_run_rows(&model->run, rows, error));
  for (uint32_t r = 0; r < rows; r++) compare_row(model, golden, pair + r, r, worst, scale);
  return MT_OK;
}

mt_status mt_replay_golden(mt_recommender *rec, uint32_t model, mt_replay *replay_ret, mt_error *error) {
  *replay_ret = (mt_replay){0, 0, 0};
  mt_section section;
  mt_golden golden;
  if (model >= rec->models || !mt_bundle_find(&rec->bundle, MT_SECTION_GOLDEN, model, 0, &section)) return MT_OK;
  const mt_model *m = &rec->model[model];
  MT_TRY(mt_golden_open(section.bytes, section.length, &m->program, &golden, error));
  for (uint32_t i = 0; i < m->program.inputs; i++)
    if (m->program.ports[i].role == MT_PORT_TABLE && !m->bound)
      return mt_fail(error, MT_CORRUPT, "golden %u: its program has a tied table but no binding", model);
  float worst = 0, scale = 0;
  uint32_t rows = m->program.is_list ? golden.rows : 1;
  for (uint32_t pair = 0; pair < golden.rows; pair += rows)
    MT_TRY(replay_rows(rec, m, &golden, pair, rows, &worst, &scale, error));
  *replay_ret = (mt_replay){golden.rows, scale > 0 ? worst / scale : worst, golden.tolerance};
  return MT_OK;
}

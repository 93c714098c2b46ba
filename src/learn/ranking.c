#include "learn/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/backward.h"
#include "learn/lists.h"

/* -- is it such a program -- */

static bool is_of(const mt_program *program, uint32_t port, uint32_t rows_axis, uint32_t count, uint32_t floats) {
  size_t each;
  return port < program->inputs + program->outputs && program->ports[port].rows_axis == rows_axis &&
         mt_mul_size(count, floats, &each) && mt_port_floats(&program->ports[port], 1) == each;
}
static bool may_be_of(const mt_program *program, uint32_t port, uint32_t rows_axis, uint32_t count, uint32_t floats) {
  return port == MT_NO_PORT || is_of(program, port, rows_axis, count, floats);
}
static bool range_fits(const mt_program *program, uint32_t first, uint32_t count) {
  return count == 0 || (first < program->inputs && count <= program->inputs - first);
}

static bool ports_fit(const mt_program *program, const mt_ranking_shape *s) {
  return is_of(program, s->output, 0, 1, 1) && may_be_of(program, s->feature_port, 0, s->features, 1) &&
         may_be_of(program, s->known_port, 0, s->features, 1) && may_be_of(program, s->field_port, 0, s->fields, s->width) &&
         may_be_of(program, s->item_port, 0, 1, s->width) && may_be_of(program, s->history_port, MT_NO_ROWS, s->length, s->width) &&
         may_be_of(program, s->mask_port, MT_NO_ROWS, s->length, 1) && range_fits(program, s->dropout, s->dropouts) &&
         range_fits(program, s->parameter, s->parameters);
}

/* Floats of a parameter among the others, and of all of them. */
static size_t room_of(const mt_ranking *ranking, uint32_t parameter) {
  return mt_round_up(mt_port_floats(&ranking->program.ports[ranking->shape.parameter + parameter], 1), 4);
}
static size_t all_parameters(const mt_ranking *ranking) {
  size_t floats = 0;
  for (uint32_t p = 0; p < ranking->shape.parameters; p++) floats += room_of(ranking, p);
  return floats;
}

mt_status mt_ranking_start(const unsigned char *program, size_t length, const mt_ranking_shape *shape, mt_ranking *out, mt_error *error) {
  *out = (mt_ranking){.shape = *shape};
  MT_TRY(mt_program_open(program, length, &out->program, error));
  if (!ports_fit(&out->program, shape))
    return mt_fail(error, MT_INVALID, "training: a program whose inputs or output are not those of %u features and %u fields of %u numbers",
                   shape->features, shape->fields, shape->width);
  MT_TRY(mt_back_start(&out->program, 0, 1, &out->run, error));
  size_t rows = out->program.capacity, of_rows, most, floats;
  size_t each = (shape->field_port == MT_NO_PORT ? 0 : shape->fields) + (shape->item_port == MT_NO_PORT ? 0u : 1u);
  size_t once = shape->history_port == MT_NO_PORT ? 0 : shape->length;
  if (mt_mul_size(rows, each, &of_rows) && mt_add_size(of_rows, once, &of_rows) && mt_mul_size(of_rows, shape->moments, &most) &&
      mt_mul_size(most, shape->width, &floats)) {
    out->met_room = most;
    out->met = mt_learn_alloc(most, sizeof *out->met);
    out->by_met = mt_learn_alloc(floats, sizeof *out->by_met);
    out->by_parameters = mt_learn_alloc(all_parameters(out), sizeof *out->by_parameters);
  }
  if (out->met != NULL && out->by_met != NULL && out->by_parameters != NULL) return MT_OK;
  mt_ranking_stop(out);
  return mt_fail(error, MT_NO_MEMORY, "training: no memory for %u moments", shape->moments);
}

void mt_ranking_stop(mt_ranking *ranking) {
  mt_back_stop(&ranking->run);
  free(ranking->met);
  free(ranking->by_met);
  free(ranking->by_parameters);
  ranking->met = NULL, ranking->by_met = ranking->by_parameters = NULL;
}

/* -- forward -- */

static void fill_parameters(const mt_ranking *ranking, const float *value) {
  for (uint32_t p = 0; p < ranking->shape.parameters; p++) {
    uint32_t port = ranking->shape.parameter + p;
    memcpy(mt_run_port(&ranking->run, port), value, mt_port_floats(&ranking->program.ports[port], 1) * sizeof *value);
    value += room_of(ranking, p);
  }
}

static void fill_table(const mt_ranking *ranking, uint32_t port, const float *table, const uint32_t *ids, size_t count) {
  if (port == MT_NO_PORT) return;
  size_t width = ranking->shape.width;
  float *to = mt_run_port(&ranking->run, port);
  for (size_t i = 0; i < count; i++, to += width)
    if (ids[i] == MT_NO_ITEM) memset(to, 0, width * sizeof *to);
    else memcpy(to, table + (size_t)ids[i] * width, width * sizeof *to);
}

static void fill_features(const mt_ranking *ranking, const float *x, size_t count) {
  const mt_ranking_shape *shape = &ranking->shape;
  float *to = shape->feature_port == MT_NO_PORT ? NULL : mt_run_port(&ranking->run, shape->feature_port);
  float *known = shape->known_port == MT_NO_PORT ? NULL : mt_run_port(&ranking->run, shape->known_port);
  for (size_t i = 0; i < count; i++) {
    bool is_known = isfinite(x[i]);
    if (to != NULL) to[i] = is_known ? x[i] : 0;
    if (known != NULL) known[i] = is_known ? 1 : 0;
  }
}

/* The history of a moment, which its rows share. */
static mt_status request(const mt_ranking *ranking, const float *table, const mt_moments *all, uint32_t moment, mt_error *error) {
  const mt_ranking_shape *shape = &ranking->shape;
  const uint32_t *history = all->history + (size_t)moment * shape->length;
  fill_table(ranking, shape->history_port, table, history, shape->length);
  if (shape->mask_port != MT_NO_PORT) {
    float *mask = mt_run_port(&ranking->run, shape->mask_port);
    for (uint32_t i = 0; i < shape->length; i++) mask[i] = history[i] == MT_NO_ITEM ? 0 : 1;
  }
  return mt_run_request(&ranking->run, error);
}

/* Rows [first, first + rows) of all. */
static mt_status forward(const mt_ranking *ranking, const float *table, const mt_moments *all, size_t first, uint32_t rows, uint64_t seed,
                         mt_error *error) {
  const mt_ranking_shape *shape = &ranking->shape;
  fill_features(ranking, all->x + first * shape->features, (size_t)rows * shape->features);
  fill_table(ranking, shape->field_port, table, all->field + first * shape->fields, (size_t)rows * shape->fields);
  fill_table(ranking, shape->item_port, table, all->item + first, rows);
  mt_back_dropout(&ranking->run, shape->dropout, shape->dropouts, rows, shape->drop, seed);
  return mt_run_rows(&ranking->run, rows, error);
}

static mt_status check_share(const mt_ranking *ranking, const mt_ranking_share *share, mt_error *error) {
  const mt_ranking_shape *shape = &ranking->shape;
  const mt_moments *all = share->all;
  if (all->features == shape->features && all->fields == shape->fields && all->length == shape->length) return MT_OK;
  return mt_fail(error, MT_INVALID, "training: found moments of %u features and %u fields, expected %u and %u", all->features, all->fields,
                 shape->features, shape->fields);
}

mt_status mt_ranking_scores(mt_ranking *ranking, const float *table, const mt_ranking_share *share, double *scores, mt_error *error) {
  const mt_moments *all = share->all;
  MT_TRY(check_share(ranking, share, error));
  fill_parameters(ranking, share->values);
  for (uint32_t m = 0; m < share->moments; m++) {
    uint32_t moment = share->moment[m], last = all->start[moment + 1], rows;
    MT_TRY(request(ranking, table, all, moment, error));
    for (uint32_t row = all->start[moment]; row < last; row += rows) {
      rows = last - row < ranking->program.capacity ? last - row : ranking->program.capacity;
      MT_TRY(forward(ranking, table, all, row, rows, 0, error));
      const float *out = mt_run_port(&ranking->run, ranking->shape.output);
      for (uint32_t i = 0; i < rows; i++) *scores++ = (double)out[i];
    }
  }
  return MT_OK;
}

/* -- the loss of n scores, and its gradient in them -- */

static double softmax(const float *score, const float *label, uint32_t n, float weight, float *by) {
  float most = -INFINITY, worth = 0, sum = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (score[i] > most) most = score[i];
    worth += label[i];
  }
  for (uint32_t i = 0; i < n; i++) sum += by[i] = expf(score[i] - most);
  double loss = 0;
  for (uint32_t i = 0; i < n; i++) {
    float share = label[i] / worth;
    if (share > 0) loss += (double)(share * (logf(sum) + most - score[i]));
    by[i] = weight * (by[i] / sum - share);
  }
  return (double)weight * loss;
}

/* -- a share -- */

/* Rows of the table are of any width. */
static void add(float *to, const float *from, size_t n) {
  for (size_t i = 0; i < n; i++) to[i] += from[i];
}

static void meet(mt_ranking *ranking, uint32_t port, const uint32_t *ids, size_t count) {
  if (port == MT_NO_PORT) return;
  size_t width = ranking->shape.width;
  const float *back = mt_back_port(&ranking->run, port);
  for (size_t i = 0; i < count; i++, back += width) {
    if (ids[i] >= ranking->shape.frozen) continue; /* nor what is not there */
    ranking->met[ranking->met_count] = ids[i];
    memcpy(ranking->by_met + ranking->met_count++ * width, back, width * sizeof *back);
  }
}

static void add_parameters(const mt_ranking *ranking) {
  float *by = ranking->by_parameters;
  for (uint32_t p = 0; p < ranking->shape.parameters; p++) {
    uint32_t port = ranking->shape.parameter + p;
    add(by, mt_back_port(&ranking->run, port), mt_port_floats(&ranking->program.ports[port], 1));
    by += room_of(ranking, p);
  }
}

mt_status mt_ranking_slot(mt_ranking *ranking, const float *table, const mt_ranking_share *share, double *loss_ret, mt_error *error) {
  const mt_ranking_shape *shape = &ranking->shape;
  const mt_moments *all = share->all;
  MT_TRY(check_share(ranking, share, error));
  fill_parameters(ranking, share->values);
  memset(ranking->by_parameters, 0, all_parameters(ranking) * sizeof *ranking->by_parameters);
  ranking->met_count = 0;
  double loss = 0;
  for (uint32_t m = 0; m < share->moments; m++) {
    uint32_t moment = share->moment[m], first = all->start[moment], rows = all->start[moment + 1] - first;
    if (rows == 0 || rows > ranking->program.capacity || m >= shape->moments)
      return mt_fail(error, MT_INVALID, "training: found a moment of %u rows, expected 1 to %u", rows, ranking->program.capacity);
    MT_TRY(request(ranking, table, all, moment, error));
    MT_TRY(forward(ranking, table, all, first, rows, share->seed == 0 ? 0 : share->seed + (uint64_t)m * 0x2545f4914f6cdd1dULL, error));
    mt_back_clear(&ranking->run);
    const float *score = mt_run_port(&ranking->run, shape->output), *label = all->label + first;
    float *by = mt_back_port(&ranking->run, shape->output);
    loss += softmax(score, label, rows, share->weight, by);
    MT_TRY(mt_back_rows(&ranking->run, rows, error));
    MT_TRY(mt_back_request(&ranking->run, error));
    add_parameters(ranking);
    meet(ranking, shape->field_port, all->field + (size_t)first * shape->fields, (size_t)rows * shape->fields);
    meet(ranking, shape->item_port, all->item + first, rows);
    meet(ranking, shape->history_port, all->history + (size_t)moment * shape->length, shape->length);
  }
  *loss_ret = loss;
  return MT_OK;
}

/* -- what the slots say together -- */

double mt_ranking_gather(const mt_ranking *const *slots, uint32_t count, uint32_t part, uint32_t parts, float *sum, uint8_t *seen,
                         uint32_t *touched_ret, uint32_t *count_ret) {
  uint32_t width = slots[0]->shape.width, touched = 0;
  for (uint32_t s = 0; s < count; s++)
    for (size_t i = 0; i < slots[s]->met_count; i++) {
      uint32_t row = slots[s]->met[i];
      if (row % parts != part) continue;
      if (seen[row] == 0) touched_ret[touched++] = row;
      seen[row] = 1;
      add(sum + (size_t)row * width, slots[s]->by_met + i * width, width);
    }
  double squares = 0;
  for (uint32_t i = 0; i < touched; i++) {
    const float *row = sum + (size_t)touched_ret[i] * width;
    for (uint32_t d = 0; d < width; d++) squares += (double)row[d] * (double)row[d];
  }
  *count_ret = touched;
  return squares;
}

double mt_ranking_dense_gradient(const mt_ranking *const *slots, uint32_t count, float *gradient) {
  size_t n = all_parameters(slots[0]);
  double squares = 0;
  memset(gradient, 0, n * sizeof *gradient);
  for (uint32_t s = 0; s < count; s++) add(gradient, slots[s]->by_parameters, n);
  for (size_t i = 0; i < n; i++) squares += (double)gradient[i] * (double)gradient[i];
  return squares;
}

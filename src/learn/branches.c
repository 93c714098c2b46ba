#include "learn/branches.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/backward.h"

/* Whether a port has so many floats for each row. */
static bool holds(const mt_program *program, uint32_t port, size_t count, uint32_t width) {
  size_t each;
  return port < program->inputs + program->outputs && program->ports[port].rows_axis == 0 && mt_mul_size(count, width, &each) &&
         mt_port_floats(&program->ports[port], 1) == each;
}

static mt_status start(const unsigned char *program, size_t length, const mt_branches_shape *shape, mt_branches *out, mt_error *error) {
  *out = (mt_branches){.shape = *shape};
  mt_program *own = &out->program;
  MT_TRY(mt_program_open(program, length, own, error));
  if (shape->width == 0 || shape->width % 4 != 0 || !holds(own, shape->history, shape->length, shape->width) ||
      !holds(own, shape->mask, shape->length, 1) || !holds(own, shape->asked, shape->nodes, shape->width) ||
      !holds(own, shape->output, shape->nodes, 1) || shape->dropout > own->inputs ||
      shape->dropouts > own->inputs - shape->dropout || shape->parameter > own->inputs || shape->parameters > own->inputs - shape->parameter)
    return mt_fail(error, MT_INVALID, "training: a program whose inputs or output are not those of %u nodes of %u numbers", shape->nodes,
                   shape->width);
  return mt_back_start(own, 0, shape->width, &out->run, error);
}

mt_branches *mt_make_branches(const unsigned char *program, size_t length, const mt_branches_shape *shape, mt_error *error) {
  mt_branches *slot = malloc(sizeof *slot); /* it stays where it is: its run knows its program by address */
  if (slot == NULL) mt_fail(error, MT_NO_MEMORY, "training: no memory");
  else if (start(program, length, shape, slot, error) != MT_OK) free(slot), slot = NULL;
  return slot;
}

void mt_drop_branches(mt_branches *slot) {
  mt_back_stop(&slot->run);
  free(slot);
}

/* -- forward -- */

static void write_vector(const mt_branches_table *table, uint32_t width, uint32_t node, float *to) {
  memset(to, 0, width * sizeof *to);
  for (; node != MT_NO_ITEM; node = table->parents[node]) mt_axpy_f32(1, table->rows + (size_t)node * width, to, width);
}

static mt_status forward(mt_branches *slot, const mt_branches_table *table, const mt_branches_share *share, mt_error *error) {
  const mt_branches_shape *shape = &slot->shape;
  if (share->rows > slot->program.capacity || share->levels > MT_MOST_LEVELS + 1)
    return mt_fail(error, MT_INVALID, "training: found a share of %u rows, expected at most %u", share->rows, slot->program.capacity);
  slot->rows = share->rows, slot->history = share->history, slot->asked = share->asked;
  size_t places = (size_t)share->rows * shape->length, nodes = (size_t)share->rows * shape->nodes;
  float *history = mt_run_port(&slot->run, shape->history), *mask = mt_run_port(&slot->run, shape->mask);
  for (size_t i = 0; i < places; i++) {
    write_vector(table, shape->width, share->history[i], history + i * shape->width);
    mask[i] = share->history[i] != MT_NO_ITEM ? 1 : 0;
  }
  float *asked = mt_run_port(&slot->run, shape->asked);
  for (size_t i = 0; i < nodes; i++) write_vector(table, shape->width, share->asked[i], asked + i * shape->width);
  mt_back_dropout(&slot->run, shape->dropout, shape->dropouts, share->rows, shape->drop, share->seed);
  const float *value = share->values;
  for (uint32_t p = 0; p < shape->parameters; p++) {
    uint32_t port = shape->parameter + p;
    size_t own = mt_port_floats(&slot->program.ports[port], 1);
    memcpy(mt_run_port(&slot->run, port), value, own * sizeof *value);
    value += mt_round_up(own, 4);
  }
  MT_TRY(mt_run_request(&slot->run, error));
  return mt_run_rows(&slot->run, share->rows, error);
}

mt_status mt_branches_scores(mt_branches *slot, const mt_branches_table *table, const mt_branches_share *share, float *scores,
                             mt_error *error) {
  MT_TRY(forward(slot, table, share, error));
  memcpy(scores, mt_run_port(&slot->run, slot->shape.output), (size_t)share->rows * slot->shape.nodes * sizeof *scores);
  return MT_OK;
}

/* -- a share -- */

/* Cross entropy among the nodes of a level, count of them. Gradients go to by[count]. */
static double level_loss(const uint32_t *nodes, const float *score, const float *wanted, uint32_t count, float weight, float *by) {
  float most = -INFINITY, sum = 0, counts = 0;
  double loss = 0;
  for (uint32_t n = 0; n < count; n++)
    if (nodes[n] != MT_NO_ITEM && score[n] > most) most = score[n];
  for (uint32_t n = 0; n < count; n++) {
    by[n] = nodes[n] != MT_NO_ITEM ? expf(score[n] - most) : 0;
    sum += by[n], counts += wanted[n];
    if (wanted[n] > 0) loss += (double)wanted[n] * (double)(most - score[n]);
  }
  if (!(counts > 0)) memset(by, 0, count * sizeof *by);
  for (uint32_t n = 0; n < count && counts > 0; n++) by[n] = weight * (counts * by[n] / sum - wanted[n]);
  return counts > 0 ? (double)weight * (loss + (double)counts * (double)logf(sum)) : 0;
}

mt_status mt_branches_slot(mt_branches *slot, const mt_branches_table *table, const mt_branches_share *share, double *loss_ret,
                           mt_error *error) {
  MT_TRY(forward(slot, table, share, error));
  mt_back_clear(&slot->run);
  const float *scores = mt_run_port(&slot->run, slot->shape.output);
  float *back = mt_back_port(&slot->run, slot->shape.output);
  double loss = 0;
  for (uint32_t r = 0; r < share->rows; r++) {
    size_t row = (size_t)r * slot->shape.nodes;
    for (uint32_t level = 0, from = 0; level < share->levels; from = share->ends[level++])
      loss += level_loss(share->asked + row + from, scores + row + from, share->wanted + row + from, share->ends[level] - from,
                         share->weight, back + row + from);
  }
  *loss_ret = loss;
  MT_TRY(mt_back_rows(&slot->run, share->rows, error));
  return mt_back_request(&slot->run, error);
}

/* -- what the slots say -- */

/* Where the gradients of rows ≡ part (mod parts) are added up. */
typedef struct gathering {
  const mt_branches_table *table;
  uint32_t part, parts, width, count;
  float *sum;
  uint32_t *touched;
  uint8_t *seen;
} gathering;

/* A gradient in a node's vector is one in each row that it is the sum of. */
static void meet(gathering *to, uint32_t node, const float *gradient) {
  for (; node != MT_NO_ITEM; node = to->table->parents[node]) {
    if (node % to->parts != to->part) continue;
    if (to->seen[node] == 0) to->touched[to->count++] = node;
    to->seen[node] = 1;
    mt_axpy_f32(1, gradient, to->sum + (size_t)node * to->width, to->width);
  }
}

mt_status mt_branches_gather(const mt_branches *const *slots, uint32_t count, const mt_branches_table *table, uint32_t part, uint32_t parts,
                             float *sum, uint8_t *seen, uint32_t *touched_ret, double *met_ret, mt_error *error) {
  (void)error;
  uint32_t width = slots[0]->shape.width;
  gathering to = {table, part, parts, width, 0, sum, touched_ret, seen};
  for (uint32_t s = 0; s < count; s++) {
    const mt_branches *slot = slots[s];
    const float *history = mt_back_port(&slot->run, slot->shape.history), *asked = mt_back_port(&slot->run, slot->shape.asked);
    size_t places = (size_t)slot->rows * slot->shape.length, nodes = (size_t)slot->rows * slot->shape.nodes;
    for (size_t i = 0; i < places; i++) meet(&to, slot->history[i], history + i * width);
    for (size_t i = 0; i < nodes; i++) meet(&to, slot->asked[i], asked + i * width);
  }
  double squares = 0;
  for (uint32_t i = 0; i < to.count; i++) {
    const float *row = sum + (size_t)to.touched[i] * width;
    squares += (double)mt_dot_f32(row, row, width);
  }
  met_ret[0] = to.count, met_ret[1] = squares;
  return MT_OK;
}

mt_status mt_branches_dense(const mt_branches *const *slots, uint32_t count, float *gradient, double *squares_ret, mt_error *error) {
  (void)error;
  double squares = 0;
  for (uint32_t p = 0; p < slots[0]->shape.parameters; p++) {
    uint32_t port = slots[0]->shape.parameter + p;
    size_t own = mt_port_floats(&slots[0]->program.ports[port], 1), room = mt_round_up(own, 4);
    memset(gradient, 0, room * sizeof *gradient);
    for (uint32_t s = 0; s < count; s++) {
      const float *back = mt_back_port(&slots[s]->run, port);
      for (size_t i = 0; i < own; i++) gradient[i] += back[i];
    }
    for (size_t i = 0; i < own; i++) squares += (double)gradient[i] * (double)gradient[i];
    gradient += room;
  }
  *squares_ret = squares;
  return MT_OK;
}

#include "bundle/nodes.h"

#include <math.h>

#include "base/checked.h"
#include "bundle/check.h"

#define WHAT "nodes"
enum { HISTORY, MASK, NODE, SCORE, PORTS }; /* the program's ports */

_Static_assert(offsetof(mt_nodes, length) == 28, "the head is copied");

uint32_t mt_nodes_count(const mt_nodes *nodes, uint32_t level, uint32_t *first_ret) {
  uint32_t count = nodes->leaves, first = nodes->items;
  for (uint32_t l = 0; l < level; l++) {
    if (l > 0) first += count;
    count = (count - 1) / nodes->arity + 1;
  }
  *first_ret = level == 0 ? 0 : first;
  return count;
}

/* Where the parts lie, in bytes from the start; counts are below 2^32, sums in 64 bits. */
typedef struct layout {
  uint64_t rows, order, scales, vectors, end;
} layout;

static layout layout_of(const mt_nodes *nodes) {
  layout at = {.rows = nodes->items};
  uint64_t count = nodes->leaves;
  for (uint32_t l = 0; l < nodes->levels; l++) at.rows += count = (count - 1) / nodes->arity + 1;
  at.order = MT_NODES_HEAD + (((uint64_t)nodes->program_bytes + 63) & ~63ULL);
  at.scales = at.order + 4ULL * nodes->leaves;
  at.vectors = at.scales + 4 * at.rows;
  at.end = at.vectors + at.rows * nodes->width;
  return at;
}

static bool holds(const mt_port *port, bool of_rows, size_t floats) {
  return (port->rows_axis == 0) == of_rows && mt_port_floats(port, 1) == floats && port->role == MT_PORT_PLAIN;
}

/* The program's inputs and output are those of a tree's nodes. */
static mt_status check_program(mt_nodes *nodes, mt_error *error) {
  const mt_program *program = &nodes->program;
  const mt_port *ports = program->ports;
  if (program->inputs == SCORE && program->outputs == 1 && !program->is_list) {
    nodes->length = (uint32_t)mt_port_floats(&ports[MASK], 1);
    if (holds(&ports[HISTORY], false, (size_t)nodes->length * nodes->width) && holds(&ports[MASK], false, nodes->length) &&
        holds(&ports[NODE], true, nodes->width) && holds(&ports[SCORE], true, 1) &&
        program->work <= (double)MT_NODE_WORK * (double)program->capacity)
      return MT_OK;
  }
  return mt_fail(error, MT_CORRUPT, WHAT ": found a program that does not score vectors of %u numbers as nodes.h draws it", nodes->width);
}

mt_status mt_nodes_open(const unsigned char *bytes, size_t length, uint32_t items, mt_nodes *nodes, mt_error *error) {
  uint32_t first;
  MT_TRY(mt_check_head(WHAT, length, MT_NODES_HEAD, error));
  memcpy(nodes, bytes, offsetof(mt_nodes, length));
  MT_TRY(mt_check_count(WHAT, "items", nodes->items, items, items, error));
  MT_TRY(mt_check_count(WHAT, "leaves", nodes->leaves, 1, items, error));
  MT_TRY(mt_check_count(WHAT, "arity", nodes->arity, 2, MT_MOST_ARITY, error));
  MT_TRY(mt_check_count(WHAT, "levels", nodes->levels, 0, MT_MOST_LEVELS, error));
  MT_TRY(mt_check_count(WHAT, "beam", nodes->beam, 1, MT_MOST_BEAM, error));
  if (nodes->width == 0 || nodes->width % 4 != 0 || nodes->width > MT_MOST_NODE_WIDTH)
    return mt_fail(error, MT_CORRUPT, WHAT ": width: found %u, expected a multiple of 4 to %u", nodes->width, MT_MOST_NODE_WIDTH);
  layout at = layout_of(nodes);
  MT_TRY(mt_check_bytes(WHAT, length, at.end, error));
  nodes->rows = (uint32_t)at.rows;
  nodes->order = bytes + at.order;
  nodes->scales = (const float *)(const void *)(bytes + at.scales);
  nodes->vectors = (const int8_t *)(bytes + at.vectors);
  MT_TRY(mt_check_count(WHAT, "nodes at the top", mt_nodes_count(nodes, nodes->levels, &first), 1, nodes->beam, error));
  if (nodes->levels > 0 && mt_nodes_count(nodes, nodes->levels - 1, &first) == 1)
    return mt_fail(error, MT_CORRUPT, WHAT ": found a level above a single node");
  MT_TRY(mt_program_open(bytes + MT_NODES_HEAD, nodes->program_bytes, &nodes->program, error));
  return check_program(nodes, error);
}

uint64_t mt_nodes_bytes(const mt_nodes *head) { return layout_of(head).end; }

void mt_nodes_encode(const mt_nodes *head, const unsigned char *program, const uint32_t *order, const float *vectors, unsigned char *out) {
  layout at = layout_of(head);
  uint32_t width = head->width;
  memcpy(out, head, offsetof(mt_nodes, length));
  memcpy(out + MT_NODES_HEAD, program, head->program_bytes);
  memcpy(out + at.order, order, 4 * (size_t)head->leaves);
  for (uint64_t row = 0; row < at.rows; row++) {
    const float *vector = vectors + row * width;
    float most = 0;
    for (uint32_t d = 0; d < width; d++) most = fabsf(vector[d]) > most ? fabsf(vector[d]) : most;
    mt_store_f32(out + at.scales + 4 * row, most / 127);
    for (uint32_t d = 0; d < width && most > 0; d++)
      out[at.vectors + row * width + d] = (unsigned char)(int8_t)floorf(vector[d] * 127 / most + 0.5f);
  }
}

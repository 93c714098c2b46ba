#include "bundle/program.h"

#include <string.h>

#include "bundle/check.h"

_Static_assert(offsetof(mt_program, constant_bytes) == 32, "the head is copied");
_Static_assert(sizeof(mt_port) == 64 && sizeof(mt_view) == 64 && sizeof(mt_op) == 48, "the section is read in place");

#define MOST_DEPTH 65536u /* of a matrix product: bounds the panel that it unpacks */

/* What an op does with a view; 0: it takes none there. */
enum { READ = 1, WRITTEN = 2, OPTIONAL = 4, ANY_TYPE = 8 };

/* The names of axes in ops.h: along those in capitals rows are each for themselves, the next join them, the others have none.
 * NO_AXIS: the view has no more. */
enum { NO_AXIS, OUTER, PICKED, REST, SHARED, ROW, BATCH, LAST_IN_CAPITALS = BATCH };
enum { reduced = LAST_IN_CAPITALS + 1, coordinates, column, depth, last, best, LAST_OF_ROWS = best };
enum { coordinate = LAST_OF_ROWS + 1, time, hidden, gates, room, AXES };

#define MOST_AXES 3 /* that a view has names for */

typedef struct op_view {
  uint8_t role, axes[MOST_AXES];
} op_view;

/* The list of ops as a table. */
#define OUT(...) {WRITTEN, {__VA_ARGS__}}
#define MAYBE_OUT(...) {WRITTEN | OPTIONAL, {__VA_ARGS__}}
#define IN(...) {READ, {__VA_ARGS__}}
#define MAYBE(...) {READ | OPTIONAL, {__VA_ARGS__}}
#define CODED(...) {READ | ANY_TYPE, {__VA_ARGS__}}
#define ROOM(...) {READ | WRITTEN, {__VA_ARGS__}}
#define SHAPE(name, number, run, kinds, ...) [number] = {kinds, {__VA_ARGS__}},
static const struct op_shape {
  uint8_t kinds;
  op_view views[MT_OP_VIEWS];
} SHAPES[MT_OP_COUNT] = {MT_OPS(SHAPE)};

/* -- views -- */

/* Products of hostile numbers are doubles: exact as far as anything here is allowed to be, and what is too much stays so. */

/* The length of an axis, with all rows. */
static double longest(const mt_program *program, const mt_view *view, uint32_t axis) {
  return (double)view->dims[axis] * (mt_has_rows(view, axis) ? program->capacity : 1);
}

/* A known place, type and rank, and no element outside. */
static bool view_is_sound(const mt_program *program, const mt_view *view) {
  if (view->place > MT_PLACE_CONSTANTS || view->type >= MT_TYPES_END || view->rank > MT_RANK ||
      view->rows >> view->rank != 0 ||
      (view->place == MT_PLACE_SCRATCH && view->type != MT_TYPE_F32))
    return false;
  uint32_t room = view->place == MT_PLACE_SCRATCH ? program->scratch : program->constant_bytes / (4u >> view->type);
  double low = view->offset, high = low;
  for (uint32_t i = 0; i < view->rank; i++) {
    if (view->dims[i] - 1 >= MT_PROGRAM_SCRATCH) return false;
    double span = (longest(program, view, i) - 1) * view->strides[i];
    if (span < 0) low += span;
    else high += span;
  }
  return low >= 0 && high < room &&
         (view->type != MT_TYPE_I8 || (view->scale_axis < view->rank && !mt_has_rows(view, view->scale_axis) &&
                                       (uint64_t)view->scales + view->dims[view->scale_axis] <= program->constant_bytes / 4));
}

/* Elements, with all rows. */
static double elements(const mt_program *program, const mt_view *v) {
  double count = 1;
  for (uint32_t i = 0; i < v->rank; i++) count *= longest(program, v, i);
  return count;
}

/* -- ops: v[0] is out; absent views are NULL -- */

#define OPEN INT32_MAX /* as a number of axes: not known yet */

/* What is known of the axes of one name, by the view where they were seen first. */
typedef struct axes {
  const mt_view *view;
  int32_t at, more; /* there, and how many besides that one */
} axes;

/* Whether the view has the axes that are expected of it. The first view with a name says what its axes are. `joined`: along
 * one of them rows are joined. */
static bool has_axes(const mt_view *view, const op_view *expected, axes *known, bool *joined) {
  if ((view->rows & (view->rows - 1)) != 0) *joined = true; /* rows beside rows */
  int32_t at = 0, left = view->rank;
  axes *open = NULL;
  for (uint32_t i = 0; i < MOST_AXES && expected->axes[i] != NO_AXIS; i++) {
    axes *named = &known[expected->axes[i]];
    if (named->more == OPEN) open = named;
    else left -= named->more + 1;
  }
  if (left < 0 || (left > 0 && open == NULL)) return false;
  if (open != NULL) open->more = left - 1;
  for (uint32_t i = 0; i < MOST_AXES && expected->axes[i] != NO_AXIS; i++) {
    axes *named = &known[expected->axes[i]];
    if (named->view == NULL) named->view = view, named->at = at;
    for (int32_t axis = named->at; axis <= named->at + named->more; axis++, at++) {
      bool rows = mt_has_rows(view, (uint32_t)at);
      if (view->dims[at] != named->view->dims[axis] || rows != mt_has_rows(named->view, (uint32_t)axis) ||
          (rows && expected->axes[i] > LAST_OF_ROWS))
        return false;
      bool placed = view->place == MT_PLACE_CONSTANTS && view->strides[at] != 0; /* a number for each place in the list */
      if (rows && (placed || expected->axes[i] > LAST_IN_CAPITALS)) *joined = true;
    }
  }
  return true;
}

/* Whether the views have the axes that the op's should have. Those that are read come first: in them no more than one name is
 * open at a time. */
static bool fits(const mt_op *op, const mt_view *const *v, bool *joined) {
  const op_view *expected = SHAPES[op->code].views;
  axes known[AXES] = {[OUTER].more = OPEN, [PICKED].more = OPEN, [REST].more = OPEN,
                      [SHARED].more = op->m - 1, [reduced].more = op->m - 1, [coordinates].more = op->n - 1};
  for (uint32_t i = 1; i < MT_OP_VIEWS; i++)
    if (v[i] != NULL && !has_axes(v[i], &expected[i], known, joined)) return false;
  return v[0] == NULL || has_axes(v[0], &expected[0], known, joined);
}

static double last_of(const mt_program *program, const mt_view *view) { return longest(program, view, view->rank - 1u); }

/* How much work the op is, 0 where its views' shapes do not fit it; `depth_ret`: how deep a matrix product. */
static double work_of(mt_program *program, const mt_op *op, const mt_view *const *v, double *depth_ret) {
  const mt_view *out = v[0] != NULL ? v[0] : v[2], *a = v[1], *b = v[2];
  if (out == NULL || !fits(op, v, &program->is_list)) return 0; /* no `out`: neither of the two that this op may write */
  double size = elements(program, out), read = elements(program, a);
  switch ((mt_op_code)op->code) {
    case MT_OP_MATMUL:
      *depth_ret = last_of(program, a);
      return b->type != MT_TYPE_I8 || b->scale_axis + 2 >= b->rank ? size * *depth_ret : 0;
    case MT_OP_REDUCE: return op->m >= 1 ? read : 0;
    case MT_OP_GATHER:
      if (op->n == 0 || last_of(program, b) != op->n) return 0;
      if (a->type == MT_TYPE_I8 && (op->m != 0 || op->n != 1 || a->scale_axis != 0)) return 0;
      break;
    case MT_OP_TOPK: return last_of(program, out) <= last_of(program, a) ? read * last_of(program, out) : 0;
    case MT_OP_GRU:
    case MT_OP_LSTM: {
      double wide = last_of(program, out), parts = op->code == MT_OP_GRU ? 3 : 4; /* of what the gates get */
      bool fit = last_of(program, a) == parts * wide && last_of(program, v[5]) == 4 * wide && v[5]->strides[1] == 1;
      *depth_ret = wide;
      return fit ? size * 4 * wide : 0;
    }
    default: break;
  }
  return size > read ? size : read;
}

/* A known op whose views are there and fit it, and no more work than a run may be. */
static bool op_is_sound(mt_program *program, uint32_t index) {
  const mt_op *op = &program->ops[index];
  const mt_view *v[MT_OP_VIEWS];
  if (op->code >= MT_OP_COUNT || op->kind >= SHAPES[op->code].kinds) return false;
  for (uint32_t i = 0; i < MT_OP_VIEWS; i++) {
    uint32_t role = SHAPES[op->code].views[i].role;
    v[i] = NULL;
    if (op->views[i] == MT_NO_VIEW && (role == 0 || (role & OPTIONAL) != 0)) continue;
    if (op->views[i] >= program->view_count || role == 0) return false;
    v[i] = &program->views[op->views[i]];
    if ((v[i]->type != MT_TYPE_F32 && (role & ANY_TYPE) == 0) ||
        (v[i]->place != MT_PLACE_SCRATCH && (role & WRITTEN) != 0) ||
        (v[i]->rows != 0 && index < program->request_ops))
      return false;
  }
  double depth = 0, work = work_of(program, op, v, &depth);
  program->work += work;
  if (depth > MOST_DEPTH) return false;
  if (depth > program->widest) program->widest = (uint32_t)depth;
  return work > 0 && program->work <= MT_PROGRAM_WORK;
}

/* -- ports -- */

size_t mt_port_floats(const mt_port *port, uint32_t rows) {
  size_t floats = port->rows_axis == 0 ? rows : 1;
  for (uint32_t i = 0; i < port->rank; i++) floats *= port->dims[i];
  return floats;
}

/* A known kind of port that lies in scratch; a table's shape is that of its ids and then the table's width. */
static bool port_is_sound(const mt_program *program, uint32_t index, uint32_t names) {
  const mt_port *port = &program->ports[index];
  double floats = port->rows_axis == 0 ? program->capacity : 1;
  if ((uint64_t)port->name + port->name_length > names || port->element >= MT_ELEMENTS_END || port->rank > MT_RANK ||
      port->role > (index < program->inputs ? MT_PORT_TABLE : MT_PORT_PLAIN) ||
      (port->rows_axis != MT_NO_ROWS && (port->rows_axis != 0 || port->rank == 0)))
    return false;
  for (uint32_t i = 0; i < port->rank; i++) floats *= port->dims[i];
  if (floats == 0 || port->offset + floats > program->scratch) return false;
  if (port->role == MT_PORT_PLAIN) return true;
  if (port->ids >= program->inputs) return false;
  const mt_port *ids = &program->ports[port->ids];
  return ids->role == MT_PORT_PLAIN && ids->rank + 1u == port->rank &&
         ids->rows_axis == port->rows_axis && memcmp(ids->dims, port->dims, ids->rank * sizeof *ids->dims) == 0 &&
         (port->padding == MT_NO_VIEW ||
          (uint64_t)port->padding + port->dims[port->rank - 1] <= program->constant_bytes / 4);
}

mt_status mt_program_open(const unsigned char *bytes, size_t length, mt_program *program, mt_error *error) {
  memset(program, 0, sizeof *program);
  MT_TRY(mt_check_head("program", length, MT_PROGRAM_HEAD, error));
  memcpy(program, bytes, 9 * sizeof(uint32_t)); /* the numbers of the head, in its order */
  MT_TRY(mt_check_count("program", "rows", program->capacity, 1, MT_PROGRAM_ROWS, error));
  MT_TRY(mt_check_count("program", "scratch", program->scratch, 0, MT_PROGRAM_SCRATCH, error));
  MT_TRY(mt_check_count("program", "inputs", program->inputs, 0, MT_PROGRAM_PORTS, error));
  MT_TRY(mt_check_count("program", "outputs", program->outputs, 0, MT_PROGRAM_PORTS, error));
  MT_TRY(mt_check_count("program", "views", program->view_count, 0, MT_PROGRAM_VIEWS, error));
  MT_TRY(mt_check_count("program", "ops", program->op_count, 0, MT_PROGRAM_OPS, error));
  MT_TRY(mt_check_count("program", "ops of a request", program->request_ops, 0, program->op_count, error));
  uint64_t views = MT_PROGRAM_HEAD + (uint64_t)(program->inputs + program->outputs) * sizeof(mt_port);
  uint64_t ops = views + (uint64_t)program->view_count * sizeof(mt_view);
  uint64_t text = ops + (uint64_t)program->op_count * sizeof(mt_op);
  uint64_t constants = (text + program->name_bytes + 63) & ~(uint64_t)63;
  MT_TRY(mt_check_bytes("program", length, constants + program->constant_bytes, error));
  program->ports = (const mt_port *)(const void *)(bytes + MT_PROGRAM_HEAD);
  program->views = (const mt_view *)(const void *)(bytes + views);
  program->ops = (const mt_op *)(const void *)(bytes + ops);
  program->names = (const char *)bytes + text;
  program->constants = bytes + constants;
  const char *broken = NULL;
  uint32_t at = 0, ports = program->inputs + program->outputs;
  for (uint32_t i = 0; i < ports && broken == NULL; i++)
    if (!port_is_sound(program, at = i, program->name_bytes)) broken = "port";
  for (uint32_t i = 0; i < program->view_count && broken == NULL; i++)
    if (!view_is_sound(program, &program->views[at = i])) broken = "view";
  for (uint32_t i = 0; i < program->op_count && broken == NULL; i++)
    if (!op_is_sound(program, at = i)) broken = "op";
  if (broken == NULL) return MT_OK;
  return mt_fail(error, MT_CORRUPT,
                 "program: %s %u: found what does not fit the rest, expected one as program.h draws it",
                 mt_text(broken), at);
}

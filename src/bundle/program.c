#include "bundle/program.h"

#include <string.h>

#include "bundle/check.h"

_Static_assert(offsetof(mt_program, constant_bytes) == 32, "the head is copied");
_Static_assert(sizeof(mt_port) == 64 && sizeof(mt_view) == 64 && sizeof(mt_op) == 48, "the section is read in place");

#define MOST_DEPTH 65536u /* of a matrix product: bounds the panel that it unpacks */
#define TOO_MUCH ((uint64_t)1 << 38) /* elements; times the largest dimension it still fits 64 bits */

/* What each op takes, as bits by place in mt_op.views. */
static const struct op_shape {
  uint8_t needs, may, writes, coded, kinds;
} SHAPES[MT_OP_LAST + 1] = {
    [MT_OP_COPY] = {0x03, 0x00, 0x01, 0x00, 1},
    [MT_OP_UNARY] = {0x03, 0x00, 0x01, 0x00, MT_UNARY_LAST + 1},
    [MT_OP_BINARY] = {0x07, 0x00, 0x01, 0x00, MT_BINARY_LAST + 1},
    [MT_OP_WHERE] = {0x0f, 0x00, 0x01, 0x00, 1},
    [MT_OP_MATMUL] = {0x07, 0x08, 0x01, 0x04, MT_UNARY_LAST + 1},
    [MT_OP_REDUCE] = {0x03, 0x00, 0x01, 0x00, MT_REDUCE_LAST + 1},
    [MT_OP_SOFTMAX] = {0x03, 0x00, 0x01, 0x00, 2},
    [MT_OP_NORM] = {0x03, 0x0c, 0x01, 0x00, 2},
    [MT_OP_GATHER] = {0x07, 0x00, 0x01, 0x02, 1},
    [MT_OP_CUMSUM] = {0x03, 0x00, 0x01, 0x00, 2},
    [MT_OP_TOPK] = {0x02, 0x05, 0x05, 0x00, 2},
    [MT_OP_GRU] = {0x37, 0x08, 0x21, 0x04, 2},
    [MT_OP_LSTM] = {0x3f, 0x00, 0x29, 0x04, 1},
};

static const uint8_t TYPE_BYTES[] = {4, 2, 1};

/* -- views -- */

/* Whether `count` elements, `stride` apart, stay within `reach` elements on their side of `low` … `high`. */
static bool extend(uint64_t count, int64_t stride, int64_t reach, int64_t *low, int64_t *high) {
  if (stride == 0 || count == 1) return true;
  if (count > (uint64_t)reach) return false;
  int64_t span = (int64_t)(count - 1) * stride; /* both below 2^31 */
  if (span > reach || -span > reach) return false;
  *(span < 0 ? low : high) += span;
  return true;
}

/* A known place, type and rank, and no element outside. */
static bool view_is_sound(const mt_program *program, const mt_view *view) {
  if (view->place > MT_PLACE_CONSTANTS || view->type > MT_TYPE_I8 || view->rank > MT_RANK ||
      (view->rows_axis != MT_NO_ROWS && view->rows_axis >= view->rank) ||
      (view->place == MT_PLACE_SCRATCH && view->type != MT_TYPE_F32))
    return false;
  int64_t room = view->place == MT_PLACE_SCRATCH ? program->scratch : program->constant_bytes / TYPE_BYTES[view->type];
  int64_t low = view->offset, high = low;
  for (uint32_t i = 0; i < view->rank; i++) {
    uint64_t count = (uint64_t)view->dims[i] * (i == view->rows_axis ? program->capacity : 1);
    if (view->dims[i] == 0 || view->dims[i] > MT_PROGRAM_SCRATCH || !extend(count, view->strides[i], room, &low, &high))
      return false;
  }
  return low >= 0 && high < room &&
         (view->type != MT_TYPE_I8 || (view->scale_axis < view->rank && view->scale_axis != view->rows_axis &&
                                       (uint64_t)view->scales + view->dims[view->scale_axis] <= program->constant_bytes / 4));
}

/* Whether n axes of v from i on are those of w from j on. */
static bool axes_equal(const mt_view *v, uint32_t i, const mt_view *w, uint32_t j, uint32_t n) {
  for (uint32_t k = 0; k < n; k++)
    if (v->dims[i + k] != w->dims[j + k] || (v->rows_axis == i + k) != (w->rows_axis == j + k)) return false;
  return true;
}

static bool same_shape(const mt_view *v, const mt_view *w) { return v->rank == w->rank && axes_equal(v, 0, w, 0, v->rank); }

/* Elements from axis i on, with all rows; a number that is too large stays so. */
static uint64_t elements(const mt_program *program, const mt_view *v, uint32_t i) {
  uint64_t count = i <= v->rows_axis && v->rows_axis < v->rank ? program->capacity : 1;
  for (; i < v->rank && count < TOO_MUCH; i++) count *= v->dims[i];
  return count < TOO_MUCH ? count : TOO_MUCH;
}

/* -- ops: v[0] is out; absent views are NULL -- */

static bool fits_matmul(const mt_view *const *v) {
  const mt_view *out = v[0], *a = v[1], *b = v[2], *bias = v[3];
  uint32_t r = out->rank, lead = r - 2;
  if (r < 2 || a->rank != r || b->rank != r || a->rows_axis == r - 1 || (b->rows_axis != MT_NO_ROWS && b->rows_axis >= lead))
    return false;
  if (b->type == MT_TYPE_I8 && b->scale_axis < lead) return false;
  return axes_equal(out, 0, a, 0, lead) && axes_equal(out, 0, b, 0, lead) && axes_equal(out, lead, a, lead, 1) &&
         axes_equal(out, r - 1, b, r - 1, 1) && a->dims[r - 1] == b->dims[lead] && a->dims[r - 1] <= MOST_DEPTH &&
         (bias == NULL || same_shape(bias, out));
}

static bool fits_gather(const mt_op *op, const mt_view *const *v) {
  const mt_view *out = v[0], *data = v[1], *index = v[2];
  uint32_t shared = op->m, picked = op->n;
  if (picked == 0 || shared + picked > data->rank || index->rank <= shared) return false;
  uint32_t lists = index->rank - shared - 1, rest = data->rank - shared - picked;
  if (out->rank != shared + lists + rest || index->dims[index->rank - 1] != picked || index->rows_axis == index->rank - 1u)
    return false;
  if (data->rows_axis != MT_NO_ROWS && data->rows_axis >= shared && data->rows_axis < shared + picked) return false;
  if (data->type == MT_TYPE_I8 && (shared != 0 || picked != 1 || data->scale_axis != 0)) return false;
  return axes_equal(out, 0, data, 0, shared) && axes_equal(out, 0, index, 0, shared + lists) &&
         axes_equal(out, shared + lists, data, shared + picked, rest);
}

static bool fits_topk(const mt_view *const *v) {
  const mt_view *out = v[0] != NULL ? v[0] : v[2], *a = v[1];
  if (out == NULL || (v[0] != NULL && v[2] != NULL && !same_shape(v[0], v[2]))) return false;
  uint32_t r = out->rank;
  return r >= 1 && a->rank == r && axes_equal(out, 0, a, 0, r - 1) && out->rows_axis != r - 1 && a->rows_axis != r - 1 &&
         out->dims[r - 1] <= a->dims[r - 1];
}

/* GRU: `gates` 3, third is bias[H]; LSTM: `gates` 4, third is c[N, H]. */
static bool fits_recurrent(const mt_view *const *v, uint32_t gates) {
  const mt_view *out = v[0], *g = v[1], *r = v[2], *third = v[3], *h0 = v[4], *t = v[5];
  if (out->rank != 3 || g->rank != 3 || r->rank != 2 || h0->rank != 2 || t->rank != 2 || r->rows_axis != MT_NO_ROWS ||
      (out->rows_axis != MT_NO_ROWS && out->rows_axis != 1))
    return false;
  uint32_t wide = out->dims[2];
  if (wide > MOST_DEPTH || !axes_equal(out, 0, g, 0, 2) || g->dims[2] != gates * wide || r->dims[0] != wide ||
      r->dims[1] != gates * wide || !axes_equal(out, 1, h0, 0, 2) || !axes_equal(out, 1, t, 0, 1) || t->dims[1] != 4 * wide ||
      t->strides[1] != 1)
    return false;
  if (gates == 4) return third->rank == 2 && axes_equal(out, 1, third, 0, 2);
  return third == NULL || (third->rank == 1 && third->dims[0] == wide);
}

/* Whether the views' shapes fit the op, and how much work it is. */
static bool fits(const mt_program *program, const mt_op *op, const mt_view *const *v, uint64_t *work, uint32_t *depth) {
  const mt_view *out = v[0];
  *work = elements(program, v[1], 0);
  *depth = 0;
  if (out != NULL && elements(program, out, 0) > *work) *work = elements(program, out, 0);
  switch ((mt_op_code)op->code) {
    case MT_OP_MATMUL:
      if (!fits_matmul(v)) return false;
      *depth = v[1]->dims[v[1]->rank - 1];
      *work = elements(program, out, 0) * *depth;
      return true;
    case MT_OP_REDUCE:
      return op->m >= 1 && out->rank + op->m == v[1]->rank && axes_equal(out, 0, v[1], 0, out->rank) &&
             (v[1]->rows_axis == MT_NO_ROWS || v[1]->rows_axis < out->rank);
    case MT_OP_GATHER: return fits_gather(op, v);
    case MT_OP_TOPK:
      if (!fits_topk(v)) return false;
      *work = elements(program, v[1], 0) * (out != NULL ? out : v[2])->dims[v[1]->rank - 1];
      return true;
    case MT_OP_GRU:
    case MT_OP_LSTM:
      if (!fits_recurrent(v, op->code == MT_OP_GRU ? 3 : 4)) return false;
      *depth = out->dims[2];
      *work = elements(program, out, 0) * 4 * *depth;
      return true;
    case MT_OP_SOFTMAX:
    case MT_OP_NORM:
    case MT_OP_CUMSUM:
      if (out->rank == 0 || out->rows_axis == out->rank - 1) return false; /* and as any other */
      break;
    case MT_OP_COPY:
    case MT_OP_UNARY:
    case MT_OP_BINARY:
    case MT_OP_WHERE: break;
  }
  for (uint32_t i = 1; i < MT_OP_VIEWS; i++)
    if (v[i] != NULL && !same_shape(out, v[i])) return false;
  return true;
}

/* A known op whose views are there and fit it, and no more work than a run may be. */
static bool op_is_sound(mt_program *program, uint32_t index) {
  const mt_op *op = &program->ops[index];
  const mt_view *v[MT_OP_VIEWS];
  if (op->code > MT_OP_LAST || op->kind >= SHAPES[op->code].kinds) return false;
  const struct op_shape *shape = &SHAPES[op->code];
  for (uint32_t i = 0; i < MT_OP_VIEWS; i++) {
    uint32_t bit = 1u << i;
    v[i] = NULL;
    if (op->views[i] == MT_NO_VIEW && (shape->needs & bit) == 0) continue;
    if (op->views[i] >= program->view_count || ((shape->needs | shape->may) & bit) == 0) return false;
    v[i] = &program->views[op->views[i]];
    if ((v[i]->type != MT_TYPE_F32 && (shape->coded & bit) == 0) ||
        (v[i]->place != MT_PLACE_SCRATCH && (shape->writes & bit) != 0) ||
        (v[i]->rows_axis != MT_NO_ROWS && index < program->request_ops))
      return false;
  }
  uint64_t work;
  uint32_t depth;
  if (!fits(program, op, v, &work, &depth) || work > MT_PROGRAM_WORK) return false;
  program->work += work;
  if (depth > program->widest) program->widest = depth;
  return program->work <= MT_PROGRAM_WORK;
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
  uint64_t floats = port->rows_axis == 0 ? program->capacity : 1;
  if ((uint64_t)port->name + port->name_length > names || port->element > MT_ELEMENT_BOOL || port->rank > MT_RANK ||
      port->role > (index < program->inputs ? MT_PORT_TABLE : MT_PORT_PLAIN) ||
      (port->rows_axis != MT_NO_ROWS && (port->rows_axis != 0 || port->rank == 0)))
    return false;
  for (uint32_t i = 0; i < port->rank; i++)
    if (port->dims[i] == 0 || (floats *= port->dims[i]) > program->scratch) return false;
  if (port->offset + floats > program->scratch) return false;
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

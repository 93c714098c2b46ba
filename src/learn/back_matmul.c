/* Matrix products, backwards. For out = scale · a b + bias:
 *     back a += scale · up bᵀ      back b += scale · aᵀ up      back bias += up
 * the first two by the product of nn/ itself, which adds to what its bias holds.
 */
#include "learn/backward.h"
#include "nn/coded.h"

static mt_view transposed(const mt_view *view) {
  mt_view turned = *view;
  uint32_t row = view->rank - 2u, column = view->rank - 1u;
  turned.dims[row] = view->dims[column], turned.dims[column] = view->dims[row];
  turned.strides[row] = view->strides[column], turned.strides[column] = view->strides[row];
  uint32_t other = view->rows & ~(3u << row), swapped = (view->rows >> row & 1u) << column | (view->rows >> column & 1u) << row;
  turned.rows = (uint8_t)(other | swapped);
  if (view->scale_axis == row) turned.scale_axis = column;
  else if (view->scale_axis == column) turned.scale_axis = row;
  return turned;
}

/* Whether no two elements of a view are one float: from the smallest stride up each steps over all that is below it. */
static bool is_distinct(const mt_view *view, uint32_t rows) {
  bool taken[MT_RANK] = {false};
  for (int64_t span = 0;;) {
    uint32_t least = MT_RANK;
    int64_t step = INT64_MAX;
    for (uint32_t axis = 0; axis < view->rank; axis++) {
      int64_t stride = view->strides[axis] < 0 ? -(int64_t)view->strides[axis] : view->strides[axis];
      if (!taken[axis] && mt_extent(view, axis, rows) > 1 && stride < step) least = axis, step = stride;
    }
    if (least == MT_RANK) return true;
    if (step <= span) return false;
    taken[least] = true;
    span += step * ((int64_t)mt_extent(view, least, rows) - 1);
  }
}

/* -- matrices that all add to one are one product, deeper -- */

/* Whether axis `lead` may be part of axis `at`, whose elements then go on in memory. */
static bool joins(const mt_view *view, uint32_t lead, uint32_t at, uint32_t rows) {
  size_t own = mt_extent(view, at, rows), more = mt_extent(view, lead, rows);
  return !mt_has_rows(view, at) && view->strides[lead] == (int64_t)own * view->strides[at] && own * more <= MT_BACK_DEPTH;
}
static void remove_axis(mt_view *view, uint32_t axis) {
  uint32_t low = view->rows & ((1u << axis) - 1u), high = (uint32_t)view->rows >> (axis + 1) << axis;
  view->rows = (uint8_t)(low | high);
  for (view->rank--; axis < view->rank; axis++) view->dims[axis] = view->dims[axis + 1], view->strides[axis] = view->strides[axis + 1];
}
static void join(mt_view *view, uint32_t lead, uint32_t at) {
  view->dims[at] *= view->dims[lead];
  if (mt_has_rows(view, lead)) view->rows |= (uint8_t)(1u << at);
  remove_axis(view, lead);
}

/* -- out += scale · a b -- */

static void add_matrices(const mt_step *step, const mt_view *out, const mt_view *a, const mt_view *b) {
  const mt_op op = {.code = MT_OP_MATMUL, .scale = step->op->scale};
  mt_step part = {.run = step->run, .op = &op, .view = {out, a, b, out}, .rows = step->rows};
  mt_op_matmul(&part);
}

/* One matrix, an element at a time, where some elements of out are the same. */
static void add_slowly(const mt_step *step, const mt_view *out, const mt_view *a, const mt_view *b) {
  const mt_run *run = step->run;
  const mt_coded coded = mt_coded_of(run, b);
  size_t rows = mt_extent(out, 0, step->rows), columns = mt_extent(out, 1, step->rows), depth = mt_extent(a, 1, step->rows);
  for (size_t m = 0; m < rows; m++)
    for (size_t n = 0; n < columns; n++) {
      const float *x = mt_floats(run, a) + (ptrdiff_t)m * a->strides[0];
      ptrdiff_t y = (ptrdiff_t)n * b->strides[1];
      float sum = 0;
      for (size_t k = 0; k < depth; k++, x += a->strides[1], y += b->strides[0]) {
        float scale = b->type == MT_TYPE_I8 ? coded.scales[b->scale_axis == 1 ? n : k] : 1;
        sum += *x * (scale * mt_coded_get(&coded, y));
      }
      mt_floats(run, out)[(ptrdiff_t)m * out->strides[0] + (ptrdiff_t)n * out->strides[1]] += step->op->scale * sum;
    }
}

/* The last two axes of a view. */
static mt_view matrix_at(const mt_view *view, ptrdiff_t offset) {
  mt_view one = *view;
  one.offset = (uint32_t)((int64_t)view->offset + offset);
  while (one.rank > 2) {
    remove_axis(&one, 0);
    one.scale_axis -= one.scale_axis > 0;
  }
  return one;
}

static void add_product(const mt_step *step, mt_view out, mt_view a, mt_view b) {
  for (uint32_t lead = out.rank - 2u; lead-- > 0;) {
    uint32_t deep_a = a.rank - 1u, deep_b = b.rank - 2u;
    bool one = out.strides[lead] == 0 && b.type == MT_TYPE_F32;
    if (!one || !joins(&a, lead, deep_a, step->rows) || !joins(&b, lead, deep_b, step->rows)) continue;
    join(&a, lead, deep_a);
    join(&b, lead, deep_b);
    remove_axis(&out, lead);
  }
  if (is_distinct(&out, step->rows)) {
    add_matrices(step, &out, &a, &b);
    return;
  }
  mt_walk walk = mt_walk_over((const mt_view *const[]){&out, &a, &b}, 3, 0, out.rank - 2u, step->rows);
  do {
    mt_view one = matrix_at(&out, walk.offset[0]), left = matrix_at(&a, walk.offset[1]), right = matrix_at(&b, walk.offset[2]);
    if (is_distinct(&one, step->rows)) add_matrices(step, &one, &left, &right);
    else add_slowly(step, &one, &left, &right);
  } while (mt_walk_next(&walk));
}

void mt_back_matmul(mt_back *back) {
  const mt_step *step = &back->step;
  const mt_view *up = back->slope[0], *a = step->view[1], *b = step->view[2];
  if (back->slope[1] != NULL) add_product(step, *back->slope[1], *up, transposed(b));
  if (back->slope[2] != NULL) add_product(step, *back->slope[2], transposed(a), *up);
  if (back->slope[3] != NULL) {
    const mt_op op = {.code = MT_OP_COPY};
    mt_back copy = {.step = {.run = step->run, .op = &op, .rows = step->rows}, .slope = {up, back->slope[3]}};
    mt_back_elementwise(&copy);
  }
}

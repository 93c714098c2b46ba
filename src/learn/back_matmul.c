/* Matrix products, backwards. For out = scale · a b + bias:
 *     back a += scale · up bᵀ      back b += scale · aᵀ up      back bias += up
 * the first two by the product of nn/ itself, which adds to what its bias holds.
 */
#include "learn/backward.h"

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

/* The axis before the last two, as part of an axis of both views, where their memory allows: `at` is that axis, whose rows then
 * follow each other. */
static bool joins(const mt_view *view, uint32_t lead, uint32_t at, uint32_t rows) {
  return !mt_has_rows(view, at) && view->strides[lead] == (int32_t)mt_extent(view, at, rows) * view->strides[at];
}
static void join(mt_view *view, uint32_t lead, uint32_t at) {
  view->dims[at] *= view->dims[lead];
  if (mt_has_rows(view, lead)) view->rows |= (uint8_t)(1u << at);
  for (uint32_t axis = lead; axis + 1 < view->rank; axis++) {
    view->dims[axis] = view->dims[axis + 1];
    view->strides[axis] = view->strides[axis + 1];
  }
  uint32_t low = view->rows & ((1u << lead) - 1u), high = (uint32_t)view->rows >> (lead + 1) << lead;
  view->rows = (uint8_t)(low | high);
  view->rank--;
}

/* out += scale · a b, where no two elements of a row or a column of out are one. */
static void add_product(const mt_step *step, mt_view out, mt_view a, mt_view b) {
  /* Matrices that all add to one out are one product, deeper. */
  while (out.rank > 2) {
    uint32_t lead = out.rank - 3u, depth_a = a.rank - 1u, depth_b = b.rank - 2u;
    bool one = out.strides[lead] == 0 && b.type == MT_TYPE_F32;
    if (!one || !joins(&a, lead, depth_a, step->rows) || !joins(&b, lead, depth_b, step->rows)) break;
    join(&a, lead, depth_a);
    join(&b, lead, depth_b);
    for (uint32_t axis = lead; axis + 1 < out.rank; axis++) out.dims[axis] = out.dims[axis + 1], out.strides[axis] = out.strides[axis + 1];
    out.rows = (uint8_t)((out.rows & ((1u << lead) - 1u)) | (uint32_t)out.rows >> (lead + 1) << lead);
    out.rank--;
  }
  const mt_op op = {.code = MT_OP_MATMUL, .scale = step->op->scale};
  mt_step part = {.run = step->run, .op = &op, .view = {&out, &a, &b, &out}, .rows = step->rows};
  mt_op_matmul(&part);
}

/* The same, an element at a time, where an operand repeats along its rows or columns. */
static void add_slowly(const mt_step *step, const mt_view *out, const mt_view *a, const mt_view *b) {
  const mt_run *run = step->run;
  uint32_t lead = out->rank - 2u, last = out->rank - 1u;
  mt_walk walk = mt_walk_over((const mt_view *const[]){out, a, b}, 3, 0, lead, step->rows);
  size_t rows = mt_extent(out, lead, step->rows), columns = mt_extent(out, last, step->rows), depth = mt_extent(a, last, step->rows);
  do {
    for (size_t m = 0; m < rows; m++)
      for (size_t n = 0; n < columns; n++) {
        const float *x = mt_floats(run, a) + walk.offset[1] + (ptrdiff_t)m * a->strides[lead];
        const float *y = mt_floats(run, b) + walk.offset[2] + (ptrdiff_t)n * b->strides[last];
        float sum = 0;
        for (size_t k = 0; k < depth; k++, x += a->strides[last], y += b->strides[lead]) sum += *x * *y;
        mt_floats(run, out)[walk.offset[0] + (ptrdiff_t)m * out->strides[lead] + (ptrdiff_t)n * out->strides[last]] += step->op->scale * sum;
      }
  } while (mt_walk_next(&walk));
}

static bool repeats(const mt_view *view) {
  uint32_t row = view->rank - 2u, column = view->rank - 1u;
  bool rows = view->strides[row] == 0 && (view->dims[row] > 1 || mt_has_rows(view, row));
  return rows || (view->strides[column] == 0 && (view->dims[column] > 1 || mt_has_rows(view, column)));
}

void mt_back_matmul(mt_back *back) {
  const mt_step *step = &back->step;
  const mt_view *up = back->slope[0], *a = step->view[1], *b = step->view[2];
  if (back->slope[1] != NULL) {
    mt_view turned = transposed(b);
    bool slowly = repeats(a) && b->type == MT_TYPE_F32;
    if (slowly) add_slowly(step, back->slope[1], up, &turned);
    else add_product(step, *back->slope[1], *up, turned);
  }
  if (back->slope[2] != NULL) {
    mt_view turned = transposed(a);
    if (repeats(b)) add_slowly(step, back->slope[2], &turned, up);
    else add_product(step, *back->slope[2], turned, *up);
  }
  if (back->slope[3] != NULL) {
    const mt_op op = {.code = MT_OP_COPY};
    mt_back copy = {.step = {.run = step->run, .op = &op, .view = {step->view[0], step->view[3]}, .rows = step->rows},
                    .slope = {up, back->slope[3]}};
    mt_back_elementwise(&copy);
  }
}

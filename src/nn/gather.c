/* Gather: rows picked by indices that are data, so each is compared with what it picks from. */
#include "nn/coded.h"
#include "nn/ops.h"

/* The place of an index in n, counted from the end where it is negative. */
static bool place_of(float index, uint32_t n, size_t *place_ret) {
  float count = (float)n; /* exact: at most 2^24 */
  if (!(index >= -count && index < count)) return false; /* NaN fails */
  int32_t place = (int32_t)index;
  *place_ret = (size_t)(place < 0 ? place + (int32_t)n : place);
  return *place_ret < n; /* -0.5 above */
}

mt_status mt_op_gather(const mt_step *step, mt_error *error) {
  const mt_view *out = step->view[0], *data = step->view[1], *index = step->view[2];
  uint32_t shared = step->op->m, picked = step->op->n, lists = index->rank - shared - 1u, rest = data->rank - shared - picked;
  mt_walk walk = mt_walk_start(3), inner = mt_walk_start(2);
  mt_walk_axes(&walk, (const mt_view *const[]){out, data, index}, 0, shared, step->rows);
  for (uint32_t i = shared; i < shared + lists; i++)
    mt_walk_push(&walk, mt_extent(out, i, step->rows), (const ptrdiff_t[]){out->strides[i], 0, index->strides[i]});
  for (uint32_t i = 0; i < rest; i++)
    mt_walk_push(&inner, mt_extent(out, shared + lists + i, step->rows),
                 (const ptrdiff_t[]){out->strides[shared + lists + i], data->strides[shared + picked + i]});
  ptrdiff_t stride[MT_WALK_OPERANDS];
  size_t count = mt_walk_pop(&inner, stride);
  const mt_coded from = mt_coded_of(step->run, data);
  const float *indices = mt_floats(step->run, index);
  float *to = mt_floats(step->run, out);
  do {
    ptrdiff_t start = walk.offset[1];
    float scale = 1;
    for (uint32_t c = 0; c < picked; c++) {
      size_t place;
      uint32_t axis = shared + c;
      float wanted = indices[walk.offset[2] + (ptrdiff_t)c * index->strides[index->rank - 1]];
      if (!place_of(wanted, data->dims[axis], &place))
        return mt_fail(error, MT_INVALID, "program: an id of %d, expected one from 0 to %u",
                       mt_signed(wanted >= -2e9f && wanted <= 2e9f ? (int)wanted : -1), data->dims[axis] - 1);
      start += (ptrdiff_t)place * data->strides[axis];
      if (data->type == MT_TYPE_I8) scale = from.scales[place];
    }
    do {
      float *y = to + walk.offset[0] + inner.offset[0];
      ptrdiff_t x = start + inner.offset[1];
      if (data->type == MT_TYPE_F32 && stride[0] == 1 && stride[1] == 1)
        memcpy(y, (const float *)(const void *)from.bytes + x, count * sizeof *y);
      else
        for (size_t i = 0; i < count; i++, y += stride[0], x += stride[1]) *y = scale * mt_coded_get(&from, x);
    } while (mt_walk_next(&inner));
  } while (mt_walk_next(&walk));
  return MT_OK;
}

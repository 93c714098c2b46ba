#include "nn/matmul.h"

#include "nn/ops.h"

#define FEW 8 /* rows for which a panel is not worth unpacking where b can be read as it is */

/* Columns first … first + width of b, zeros up to eight. */
static void unpack(const mt_matmul *p, size_t first, size_t width) {
  bool coded = p->b.type == MT_TYPE_I8;
  ptrdiff_t column = (ptrdiff_t)first * p->b_column;
  for (size_t k = 0; k < p->k; k++, column += p->b_depth) {
    float *row = p->panel + k * MT_PANEL;
    if (p->b.type == MT_TYPE_F32 && p->b_column == 1 && width == MT_PANEL) {
      const float *from = (const float *)(const void *)p->b.bytes + column;
      mt_f4_store(row, mt_f4_load(from));
      mt_f4_store(row + 4, mt_f4_load(from + 4));
      continue;
    }
    for (size_t j = 0; j < MT_PANEL; j++) row[j] = j < width ? mt_coded_get(&p->b, column + (ptrdiff_t)j * p->b_column) : 0;
    for (size_t j = 0; coded && j < width; j++) row[j] *= p->b.scales[p->scale_by_column ? first + j : k];
  }
}

/* tile[4][8] = a[4 rows] · b, b's rows `step` apart. */
static void four_rows(const float *const *a, ptrdiff_t depth, const float *b, ptrdiff_t step, size_t k, float *tile) {
  const float *a0 = a[0], *a1 = a[1], *a2 = a[2], *a3 = a[3];
  mt_f4 s00 = mt_f4_splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (ptrdiff_t at = 0; k > 0; k--, at += depth, b += step) {
    mt_f4 b0 = mt_f4_load(b), b1 = mt_f4_load(b + 4), x = mt_f4_splat(a0[at]);
    s00 = mt_f4_muladd(x, b0, s00);
    s01 = mt_f4_muladd(x, b1, s01);
    x = mt_f4_splat(a1[at]);
    s10 = mt_f4_muladd(x, b0, s10);
    s11 = mt_f4_muladd(x, b1, s11);
    x = mt_f4_splat(a2[at]);
    s20 = mt_f4_muladd(x, b0, s20);
    s21 = mt_f4_muladd(x, b1, s21);
    x = mt_f4_splat(a3[at]);
    s30 = mt_f4_muladd(x, b0, s30);
    s31 = mt_f4_muladd(x, b1, s31);
  }
  mt_f4_store(tile, s00), mt_f4_store(tile + 4, s01);
  mt_f4_store(tile + 8, s10), mt_f4_store(tile + 12, s11);
  mt_f4_store(tile + 16, s20), mt_f4_store(tile + 20, s21);
  mt_f4_store(tile + 24, s30), mt_f4_store(tile + 28, s31);
}

static void one_row(const float *a, ptrdiff_t depth, const float *b, ptrdiff_t step, size_t k, float *tile) {
  mt_f4 s0 = mt_f4_splat(0), s1 = s0;
  for (; k > 0; k--, a += depth, b += step) {
    mt_f4 x = mt_f4_splat(*a);
    s0 = mt_f4_muladd(x, mt_f4_load(b), s0);
    s1 = mt_f4_muladd(x, mt_f4_load(b + 4), s1);
  }
  mt_f4_store(tile, s0), mt_f4_store(tile + 4, s1);
}

/* Scale, bias, activation, and out with it: `rows` rows from row m on, `width` columns from column n on. */
static void finish(const mt_matmul *p, float *tile, size_t m, size_t rows, size_t n, size_t width) {
  mt_f4 scale = mt_f4_splat(p->scale);
  for (size_t r = 0; r < rows; r++) {
    float *row = tile + r * MT_PANEL, room[MT_PANEL] = {0};
    const float *bias = room;
    if (p->bias != NULL)
      bias = mt_fetch(p->bias + (ptrdiff_t)(m + r) * p->bias_row + (ptrdiff_t)n * p->bias_column, p->bias_column, width, room);
    mt_f4_store(row, mt_f4_muladd(mt_f4_load(row), scale, mt_f4_load(bias)));
    if (width > 4) mt_f4_store(row + 4, mt_f4_muladd(mt_f4_load(row + 4), scale, mt_f4_load(bias + 4)));
  }
  if (p->kind != MT_UNARY_NONE) mt_unary_block(p->kind, p->alpha, p->beta, tile, tile, rows * MT_PANEL);
  for (size_t r = 0; r < rows; r++) {
    float *out = p->out + (ptrdiff_t)(m + r) * p->out_row + (ptrdiff_t)n * p->out_column;
    if (width == MT_PANEL && p->out_column == 1) {
      mt_f4_store(out, mt_f4_load(tile + r * MT_PANEL));
      mt_f4_store(out + 4, mt_f4_load(tile + r * MT_PANEL + 4));
    } else mt_put(tile + r * MT_PANEL, out, p->out_column, width);
  }
}

void mt_matmul_f32(const mt_matmul *p) {
  bool plain = p->b.type == MT_TYPE_F32 && p->b_column == 1 && p->m < FEW;
  float tile[4 * MT_PANEL];
  for (size_t n = 0; n < p->n; n += MT_PANEL) {
    size_t width = p->n - n < MT_PANEL ? p->n - n : MT_PANEL;
    bool direct = plain && width == MT_PANEL;
    const float *b = direct ? (const float *)(const void *)p->b.bytes + n : p->panel;
    ptrdiff_t step = direct ? p->b_depth : (ptrdiff_t)MT_PANEL;
    if (!direct) unpack(p, n, width);
    for (size_t m = 0; m < p->m;) {
      const float *a = p->a + (ptrdiff_t)m * p->a_row;
      size_t rows = p->m - m >= 4 ? 4 : 1;
      if (rows == 4) four_rows((const float *[]){a, a + p->a_row, a + 2 * p->a_row, a + 3 * p->a_row}, p->a_depth, b, step, p->k, tile);
      else one_row(a, p->a_depth, b, step, p->k, tile);
      finish(p, tile, m, rows, n, width);
      m += rows;
    }
  }
}

void mt_op_matmul(const mt_step *step) {
  const mt_view *out = step->view[0], *a = step->view[1], *b = step->view[2], *bias = step->view[3];
  const mt_op *op = step->op;
  uint32_t lead = out->rank - 2u, last = out->rank - 1u;
  mt_matmul p = {.m = mt_extent(out, lead, step->rows),
                 .n = out->dims[last],
                 .k = a->dims[last],
                 .panel = step->run->panel,
                 .b = mt_coded_of(step->run, b),
                 .a_row = a->strides[lead],
                 .a_depth = a->strides[last],
                 .b_depth = b->strides[lead],
                 .b_column = b->strides[last],
                 .bias_row = bias != NULL ? bias->strides[lead] : 0,
                 .bias_column = bias != NULL ? bias->strides[last] : 0,
                 .out_row = out->strides[lead],
                 .out_column = out->strides[last],
                 .scale_by_column = b->scale_axis == last,
                 .scale = op->scale,
                 .alpha = op->alpha,
                 .beta = op->beta,
                 .kind = (mt_unary)op->kind};
  mt_walk walk = mt_walk_start(4);
  mt_walk_axes(&walk, (const mt_view *const[]){out, a, bias, b}, 0, lead, step->rows);
  if (walk.rank > 0) { /* matrices that share b and follow each other are one taller matrix */
    const ptrdiff_t *strides = walk.strides[walk.rank - 1];
    if (strides[3] == 0 && strides[0] == (ptrdiff_t)p.m * p.out_row && strides[1] == (ptrdiff_t)p.m * p.a_row &&
        strides[2] == (ptrdiff_t)p.m * p.bias_row)
      p.m *= walk.dims[--walk.rank];
  }
  const float *first_a = mt_floats(step->run, a), *first_bias = bias != NULL ? mt_floats(step->run, bias) : NULL;
  const unsigned char *first_b = p.b.bytes;
  size_t size = b->type == MT_TYPE_F32 ? 4 : b->type == MT_TYPE_F16 ? 2 : 1;
  float *first_out = mt_floats(step->run, out);
  do {
    p.out = first_out + walk.offset[0];
    p.a = first_a + walk.offset[1];
    p.bias = first_bias != NULL ? first_bias + walk.offset[2] : NULL;
    p.b.bytes = first_b + walk.offset[3] * (ptrdiff_t)size;
    mt_matmul_f32(&p);
  } while (mt_walk_next(&walk));
}

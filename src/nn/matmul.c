/* Matrix products: out[M, N] = kind(scale · a[M, K] b[K, N] + bias[M, N]), every operand by strides.
 *
 * Eight columns of b at a time are unpacked into a contiguous panel [K][8], from any stride or code; then rows of a pass over
 * it in fours: 4 × 8 sums stay in registers, and each is one chain over K.
 */
#include "nn/coded.h"
#include "nn/ops.h"

typedef struct matmul {
  const mt_op *op;
  size_t m, n, k;
  const float *a, *bias; /* bias may be NULL */
  float *out, *panel;    /* panel[k][MT_PANEL] */
  mt_coded b;
  const ptrdiff_t *row; /* from one row to the next of out, a, bias */
  ptrdiff_t b_at, a_depth, b_depth, b_column, bias_column, out_column;
  bool scale_by_column; /* of coded b: a scale for each column, else for each k */
} matmul;

/* Columns first … first + width of b, zeros up to eight. */
static void unpack(const matmul *p, size_t first, size_t width) {
  bool whole = p->b.type == MT_TYPE_F32 && width == MT_PANEL;
  ptrdiff_t column = p->b_at + (ptrdiff_t)first * p->b_column;
  float *row = p->panel;
  for (size_t k = 0; k < p->k; k++, column += p->b_depth, row += MT_PANEL) {
    if (whole) {
      const float *from = (const float *)(const void *)p->b.bytes + column;
      if (p->b_column == 1) {
        mt_f4_store(row, mt_f4_load(from));
        mt_f4_store(row + 4, mt_f4_load(from + 4));
      } else
        for (size_t j = 0; j < MT_PANEL; j++, from += p->b_column) row[j] = *from;
      continue;
    }
    for (size_t j = 0; j < MT_PANEL; j++) {
      row[j] = j < width ? mt_coded_get(&p->b, column + (ptrdiff_t)j * p->b_column) : 0;
      if (p->b.type == MT_TYPE_I8 && j < width) row[j] *= p->b.scales[p->scale_by_column ? first + j : k];
    }
  }
}

/* tile[4][8] = a[4 rows] · panel; `row` is 0 where fewer than four rows are left: they are computed alike. */
static void four_rows(const float *a, ptrdiff_t row, ptrdiff_t depth, const float *panel, size_t k, float *tile) {
  const float *a1 = a + row, *a2 = a1 + row, *a3 = a2 + row;
  mt_f4 s00 = mt_f4_splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (ptrdiff_t at = 0; k > 0; k--, at += depth, panel += MT_PANEL) {
    mt_f4 b0 = mt_f4_load(panel), b1 = mt_f4_load(panel + 4), x = mt_f4_splat(a[at]);
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

/* Scale, bias, activation, and out with it: `rows` rows from row m on, `width` columns from column n on. */
static void finish(const matmul *p, float *tile, size_t m, size_t rows, size_t n, size_t width) {
  size_t whole = rows * MT_PANEL;
  ptrdiff_t out = (ptrdiff_t)m * p->row[0] + (ptrdiff_t)n * p->out_column;
  ptrdiff_t bias = (ptrdiff_t)m * p->row[2] + (ptrdiff_t)n * p->bias_column;
  float room[MT_PANEL];
  if (p->op->scale != 1) mt_unary_block(MT_UNARY_AFFINE, p->op->scale, 0, tile, tile, whole);
  for (size_t r = 0; r < rows && p->bias != NULL; r++, bias += p->row[2]) {
    float *row = tile + r * MT_PANEL;
    const float *add = mt_fetch(p->bias + bias, p->bias_column, width, room);
    for (size_t j = 0; j < width; j += 4) mt_f4_store(row + j, mt_f4_add(mt_f4_load(row + j), mt_f4_load(add + j)));
  }
  if (p->op->kind != MT_UNARY_NONE) mt_unary_block((mt_unary)p->op->kind, p->op->alpha, p->op->beta, tile, tile, whole);
  for (size_t r = 0; r < rows; r++, out += p->row[0]) mt_put(tile + r * MT_PANEL, p->out + out, p->out_column, width);
}

static void multiply(const matmul *p) {
  float tile[4 * MT_PANEL];
  for (size_t n = 0; n < p->n; n += MT_PANEL) {
    size_t width = p->n - n < MT_PANEL ? p->n - n : MT_PANEL;
    unpack(p, n, width);
    for (size_t m = 0, rows; m < p->m; m += rows) {
      rows = p->m - m >= 4 ? 4 : 1;
      four_rows(p->a + (ptrdiff_t)m * p->row[1], rows == 4 ? p->row[1] : 0, p->a_depth, p->panel, p->k, tile);
      finish(p, tile, m, rows, n, width);
    }
  }
}

void mt_op_matmul(mt_step *step) {
  const mt_view *out = step->view[0], *a = step->view[1], *b = step->view[2], *bias = step->view[3];
  uint32_t lead = out->rank - 2u, last = out->rank - 1u;
  mt_walk walk = mt_walk_over((const mt_view *const[]){out, a, bias, b}, 4, 0, lead, step->rows);
  mt_walk_push(&walk, mt_extent(out, lead, step->rows),
               (const ptrdiff_t[]){out->strides[lead], a->strides[lead], bias != NULL ? bias->strides[lead] : 0, 0});
  /* The rows; matrices that share b and follow each other are one taller matrix. */
  size_t rows = mt_walk_pop_still(&walk, 3);
  matmul p = {.op = step->op,
                 .m = rows,
                 .n = mt_extent(out, last, step->rows),
                 .k = mt_extent(a, last, step->rows),
                 .panel = step->run->panel,
                 .b = mt_coded_of(step->run, b),
                 .row = mt_walk_inner(&walk),
                 .a_depth = a->strides[last],
                 .b_depth = b->strides[lead],
                 .b_column = b->strides[last],
                 .bias_column = bias != NULL ? bias->strides[last] : 0,
                 .out_column = out->strides[last],
                 .scale_by_column = b->scale_axis == last};
  do {
    p.out = mt_floats(step->run, out) + walk.offset[0];
    p.a = mt_floats(step->run, a) + walk.offset[1];
    p.bias = bias != NULL ? mt_floats(step->run, bias) + walk.offset[2] : NULL;
    p.b_at = walk.offset[3];
    multiply(&p);
  } while (mt_walk_next(&walk));
}

#include "learn/align.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/simd.h"
#include "learn/lists.h"

static void mean_of(const mt_alignment *of, const float *table, const uint32_t *item, uint32_t n, float *mean) {
  memset(mean, 0, of->width * sizeof *mean);
  for (uint32_t i = 0; i < n; i++) mt_axpy_f32(1 / (float)n, table + (size_t)item[i] * of->width, mean, of->width);
}

static void centred(const mt_alignment *of, const float *table, uint32_t item, const float *mean, float *out) {
  for (uint32_t d = 0; d < of->width; d++) out[d] = table[(size_t)item * of->width + d] - mean[d];
}

/* cov += scale · the sum of (row - mean)(row - mean)ᵀ */
static void add_covariance(const mt_alignment *of, const float *table, const uint32_t *item, uint32_t n, const float *mean, float scale, float *row,
                           float *cov) {
  for (uint32_t i = 0; i < n; i++) {
    centred(of, table, item[i], mean, row);
    for (uint32_t d = 0; d < of->width; d++) mt_axpy_f32(scale * row[d], row, cov + (size_t)d * of->width, of->width);
  }
}

static void add_gradients(const mt_alignment *of, const float *table, const uint32_t *item, uint32_t n, const float *mean, float scale,
                          const float *difference, float *row, float *sum) {
  for (uint32_t i = 0; i < n; i++) {
    centred(of, table, item[i], mean, row);
    float *to = sum + (size_t)item[i] * of->width;
    for (uint32_t d = 0; d < of->width; d++) to[d] += scale * mt_dot_f32(difference + (size_t)d * of->width, row, of->width);
  }
}

mt_status mt_align(const mt_alignment *of, const float *table, float *sum, double *loss_ret, mt_error *error) {
  uint32_t width = of->width, shown = of->shown_count, other = of->other_count;
  *loss_ret = 0;
  if (shown < 2 || other < 2) return MT_OK;
  size_t cells;
  float *room = mt_mul_size(width, (size_t)width + 3, &cells) ? mt_learn_alloc(cells, sizeof *room) : NULL;
  if (room == NULL) return mt_fail(error, MT_NO_MEMORY, "training: no memory for a covariance of %u numbers", width);
  float *mean = room, *mean_other = room + width, *row = room + 2 * (size_t)width, *difference = room + 3 * (size_t)width;
  memset(difference, 0, (size_t)width * width * sizeof *difference);
  mean_of(of, table, of->shown, shown, mean);
  mean_of(of, table, of->other, other, mean_other);
  float one = 1 / (float)(shown - 1), two = 1 / (float)(other - 1), each = of->strength / ((float)width * (float)width);
  add_covariance(of, table, of->shown, shown, mean, one, row, difference);
  add_covariance(of, table, of->other, other, mean_other, -two, row, difference);
  double squares = 0;
  for (size_t i = 0; i < (size_t)width * width; i++) squares += (double)difference[i] * (double)difference[i];
  add_gradients(of, table, of->shown, shown, mean, 4 * each * one, difference, row, sum);
  add_gradients(of, table, of->other, other, mean_other, -4 * each * two, difference, row, sum);
  *loss_ret = (double)each * squares;
  free(room);
  return MT_OK;
}

#include "learn/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/rng.h"
#include "base/simd.h"
#include "learn/codes.h"

/* Rows that meet a tile together: their sums stay in registers. */
enum { ROWS = 2, QUADS = MT_CELL_TILE / 4 };

static uint32_t tiles_of(uint32_t cells) { return (cells + MT_CELL_TILE - 1) / MT_CELL_TILE; }
static float *centre_at(const mt_cells *cells, uint32_t cell) {
  return cells->centres + (size_t)(cell / MT_CELL_TILE) * cells->dim * MT_CELL_TILE + cell % MT_CELL_TILE;
}

/* score[ROWS][MT_CELL_TILE] of two rows with the centres of a tile. */
static void score_tile(const mt_cells *cells, uint32_t tile, const float *const row[ROWS], float *score) {
  const float *centres = cells->centres + (size_t)tile * cells->dim * MT_CELL_TILE;
  mt_f4 sum[ROWS][QUADS];
  for (uint32_t q = 0; q < QUADS; q++)
    sum[0][q] = sum[1][q] = mt_f4_load(cells->bias + (size_t)tile * MT_CELL_TILE + 4 * (size_t)q);
  for (uint32_t d = 0; d < cells->dim; d++, centres += MT_CELL_TILE) {
    mt_f4 first = mt_f4_splat(row[0][d]), second = mt_f4_splat(row[1][d]);
    for (uint32_t q = 0; q < QUADS; q++) {
      mt_f4 centre = mt_f4_load(centres + 4 * (size_t)q);
      sum[0][q] = mt_f4_muladd(first, centre, sum[0][q]);
      sum[1][q] = mt_f4_muladd(second, centre, sum[1][q]);
    }
  }
  for (uint32_t r = 0; r < ROWS; r++)
    for (uint32_t q = 0; q < QUADS; q++) mt_f4_store(score + r * MT_CELL_TILE + 4 * (size_t)q, sum[r][q]);
}

void mt_cells_assign(const mt_cells *cells, const float *rows, uint32_t count, uint32_t *cell, float *norm) {
  uint32_t tiles = tiles_of(cells->cells);
  for (uint32_t i = 0; i < count; i += ROWS) {
    uint32_t last = i + 1 < count ? i + 1 : i;
    const float *row[ROWS] = {rows + (size_t)i * cells->dim, rows + (size_t)last * cells->dim};
    float best[ROWS] = {-INFINITY, -INFINITY}, score[ROWS * MT_CELL_TILE];
    uint32_t at[ROWS] = {0, 0};
    for (uint32_t tile = 0; tile < tiles; tile++) {
      score_tile(cells, tile, row, score);
      for (uint32_t r = 0; r < ROWS; r++)
        for (uint32_t c = 0; c < MT_CELL_TILE; c++)
          if (score[r * MT_CELL_TILE + c] > best[r]) {
            best[r] = score[r * MT_CELL_TILE + c];
            at[r] = tile * MT_CELL_TILE + c;
          }
    }
    for (uint32_t r = 0; r < ROWS && i + r < count; r++) {
      cell[i + r] = at[r];
      norm[i + r] = mt_norm_of(row[r], cells->dim);
    }
  }
}

static void set_centre(mt_cells *cells, uint32_t cell, const float *x, float scale, bool by_distance) {
  float *centre = centre_at(cells, cell), square = 0;
  for (uint32_t d = 0; d < cells->dim; d++) {
    float value = x[d] * scale;
    centre[(size_t)d * MT_CELL_TILE] = value;
    square += value * value;
  }
  cells->bias[cell] = by_distance ? -square / 2 : 0;
}

/* What a row adds to the mean of its cell: its direction, or itself. */
static float share_of(float norm, bool by_distance) { return by_distance ? 1 : norm > MT_NORM_MIN ? 1 / norm : 0; }

typedef struct work {
  uint32_t *cell, *members;
  float *norm, *sums;
} work;

static void step(const float *rows, uint32_t count, bool by_distance, mt_cells *cells, const work *w) {
  uint32_t dim = cells->dim;
  mt_cells_assign(cells, rows, count, w->cell, w->norm);
  memset(w->sums, 0, (size_t)cells->cells * dim * sizeof *w->sums);
  memset(w->members, 0, cells->cells * sizeof *w->members);
  for (uint32_t i = 0; i < count; i++) {
    const float *x = rows + (size_t)i * dim;
    float *sum = w->sums + (size_t)w->cell[i] * dim, share = share_of(w->norm[i], by_distance);
    w->members[w->cell[i]]++;
    for (uint32_t d = 0; d < dim; d++) sum[d] += share * x[d];
  }
  for (uint32_t c = 0; c < cells->cells; c++) { /* one that nothing fell to stays where it is */
    const float *sum = w->sums + (size_t)c * dim;
    float norm = mt_norm_of(sum, dim);
    if (w->members[c] > 0 && norm > MT_NORM_MIN)
      set_centre(cells, c, sum, by_distance ? 1 / (float)w->members[c] : 1 / norm, by_distance);
  }
}

static void learn(const float *rows, uint32_t count, bool by_distance, uint32_t steps, uint64_t seed, mt_cells *cells,
                       const work *w) {
  mt_rng rng = mt_rng_seed(seed);
  for (uint32_t c = 0; c < cells->cells; c++) { /* one row of each even stretch of them */
    uint64_t from = (uint64_t)c * count / cells->cells, to = ((uint64_t)c + 1) * count / cells->cells;
    const float *x = rows + (size_t)(from + mt_rng_below(&rng, (uint32_t)(to - from))) * cells->dim;
    set_centre(cells, c, x, share_of(mt_norm_of(x, cells->dim), by_distance), by_distance);
  }
  for (uint32_t s = 0; s < steps; s++) step(rows, count, by_distance, cells, w);
}

mt_status mt_cells_train(const float *rows, uint32_t count, uint32_t dim, mt_metric metric, uint32_t cells, uint32_t steps,
                         uint64_t seed, mt_cells *out, mt_error *error) {
  if (cells == 0 || cells > count || dim < MT_DIM_MIN || dim > MT_DIM_MAX)
    return mt_fail(error, MT_INVALID, "cells: found %u of %u rows of %u numbers, expected at least one, and a row for each", cells,
                   count, dim);
  size_t lanes = (size_t)tiles_of(cells) * MT_CELL_TILE;
  *out = (mt_cells){.cells = cells, .dim = dim};
  out->centres = calloc(lanes * dim, sizeof *out->centres); /* below 2^31 · 2^12 */
  out->bias = calloc(lanes, sizeof *out->bias);
  work w = {calloc(count, sizeof *w.cell), calloc(cells, sizeof *w.members), calloc(count, sizeof *w.norm),
            calloc((size_t)cells * dim, sizeof *w.sums)};
  mt_status status = MT_OK;
  if (out->centres == NULL || out->bias == NULL || w.cell == NULL || w.members == NULL || w.norm == NULL || w.sums == NULL) {
    status = mt_fail(error, MT_NO_MEMORY, "cells: no memory for %u of them", cells);
  } else {
    for (size_t c = cells; c < lanes; c++) out->bias[c] = -INFINITY;
    learn(rows, count, metric == MT_L2, steps, seed, out, &w);
  }
  free(w.cell);
  free(w.members);
  free(w.norm);
  free(w.sums);
  if (status != MT_OK) mt_cells_free(out);
  return status;
}

void mt_cells_free(mt_cells *cells) {
  free(cells->centres);
  free(cells->bias);
  *cells = (mt_cells){0};
}

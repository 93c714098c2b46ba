/* Cells: each row falls to the centre that a plain loop finds, whatever the pieces, and training brings rows nearer to their centres. */
#include "learn_help.h"

#include "base/rng.h"
#include "learn/cells.h"

#define DIM 9u
#define ROWS 1001u

static const mt_metric METRICS[] = {MT_INNER_PRODUCT, MT_COSINE, MT_L2};

static void draw(float *rows) {
  mt_rng rng = mt_rng_seed(4);
  for (uint32_t r = 0; r < ROWS; r++)
    for (uint32_t d = 0; d < DIM; d++) rows[r * DIM + d] = 3.0f * (float)((r >> d) & 1) + mt_rng_normal(&rng);
}

static float centre(const mt_cells *cells, uint32_t c, uint32_t d) {
  return cells->centres[((size_t)(c / MT_CELL_TILE) * DIM + d) * MT_CELL_TILE + c % MT_CELL_TILE];
}

static double plain_score(const mt_cells *cells, const float *x, uint32_t c, mt_metric metric) {
  double product = 0, square = 0;
  for (uint32_t d = 0; d < DIM; d++) {
    product += (double)x[d] * (double)centre(cells, c, d);
    square += (double)centre(cells, c, d) * (double)centre(cells, c, d);
  }
  return metric == MT_L2 ? product - square / 2 : product;
}

static void rows_fall_to_the_best_centre(void **state) {
  (void)state;
  mt_error error = {0};
  static float rows[ROWS * DIM], norm[ROWS];
  static uint32_t cell[ROWS], again[ROWS];
  draw(rows);
  for (uint32_t m = 0; m < 3; m++)
    for (uint32_t count = 1; count <= 40; count += 13) { /* in one tile, and past its end */
      mt_cells cells;
      ok(mt_cells_train(rows, ROWS, DIM, METRICS[m], count, 4, 7, &cells, &error), &error);
      mt_cells_assign(&cells, rows, ROWS, cell, norm);
      for (uint32_t r = 0; r < ROWS; r++) {
        const float *x = rows + r * DIM;
        assert_true(cell[r] < count);
        for (uint32_t c = 0; c < count; c++)
          assert_true(plain_score(&cells, x, c, METRICS[m]) <= plain_score(&cells, x, cell[r], METRICS[m]) + 1e-4);
        double square = 0;
        for (uint32_t d = 0; d < DIM; d++) square += (double)x[d] * (double)x[d];
        near((double)norm[r], sqrt(square), 1e-4);
      }
      for (uint32_t at = 0; at < ROWS; at += 77) /* in pieces */
        mt_cells_assign(&cells, rows + at * DIM, ROWS - at < 77 ? ROWS - at : 77, again + at, norm);
      assert_memory_equal(cell, again, sizeof cell);
      mt_cells_free(&cells);
    }
}

/* The mean of what rows score with their centres. */
static double mean_score(const float *rows, mt_metric metric, uint32_t steps) {
  mt_error error = {0};
  static uint32_t cell[ROWS];
  static float norm[ROWS];
  mt_cells cells;
  ok(mt_cells_train(rows, ROWS, DIM, metric, 20, steps, 7, &cells, &error), &error);
  mt_cells_assign(&cells, rows, ROWS, cell, norm);
  double sum = 0;
  for (uint32_t r = 0; r < ROWS; r++) {
    double score = plain_score(&cells, rows + r * DIM, cell[r], metric);
    sum += metric == MT_L2 ? score : score / (double)norm[r];
  }
  mt_cells_free(&cells);
  return sum / ROWS;
}

static void steps_bring_rows_nearer(void **state) {
  (void)state;
  static float rows[ROWS * DIM];
  draw(rows);
  for (uint32_t m = 0; m < 3; m++) assert_true(mean_score(rows, METRICS[m], 8) > mean_score(rows, METRICS[m], 0) * 1.01);
}

static void what_cannot_be_cut_is_refused(void **state) {
  (void)state;
  mt_error error = {0};
  float rows[2 * DIM] = {1};
  mt_cells cells;
  assert_int_equal(mt_cells_train(rows, 2, DIM, MT_L2, 3, 4, 1, &cells, &error), MT_INVALID);
  assert_int_equal(mt_cells_train(rows, 2, DIM, MT_L2, 0, 4, 1, &cells, &error), MT_INVALID);
  ok(mt_cells_train(rows, 2, DIM, MT_COSINE, 2, 4, 1, &cells, &error), &error); /* one of them is zero */
  mt_cells_free(&cells);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows_fall_to_the_best_centre), cmocka_unit_test(steps_bring_rows_nearer),
                                     cmocka_unit_test(what_cannot_be_cut_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

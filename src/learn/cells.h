/* Cells: how a catalogue of vectors is cut in pieces that lie close together, the first step of inverted lists (Sivic and
 * Zisserman, Video Google, 2003).
 *
 * A row falls to the centre that it scores highest with. By inner product and by cosine that is the centre whose direction is
 * nearest to its own; by distance the nearest one. Centres come from a sample by Lloyd's steps (spherical k-means: Dhillon and
 * Modha, 2001). Everything is seeded and sequential, so the same rows give the same cells in whatever pieces they come.
 */
#ifndef MT_LEARN_CELLS_H
#define MT_LEARN_CELLS_H

#include "bundle/vectors.h"

/* Centres of `cells` cells, side by side in tiles of MT_CELL_TILE so that one number of a row meets all of a tile at once. */
#define MT_CELL_TILE 16u
typedef struct mt_cells {
  uint32_t cells, dim;
  float *centres; /* [tiles][dim][MT_CELL_TILE], owned; zeros past the last cell */
  float *bias;    /* [tiles][MT_CELL_TILE], owned: -|c|²/2 by distance, else 0; -INFINITY past the last cell */
} mt_cells;

/* From rows[count][dim], finite, count at least `cells`; `steps` of Lloyd, 5 to 10 usual. */
mt_status mt_cells_train(const float *rows, uint32_t count, uint32_t dim, mt_metric metric, uint32_t cells, uint32_t steps,
                         uint64_t seed, mt_cells *out, mt_error *error);
void mt_cells_free(mt_cells *cells);

/* cell[count] of rows[count][dim], ties to the smaller number, and norm[count], their lengths. */
void mt_cells_assign(const mt_cells *cells, const float *rows, uint32_t count, uint32_t *cell, float *norm);

#endif

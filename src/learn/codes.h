/* Training and writing of vector spaces: from float rows to the sections of bundle/vectors.h.
 *
 *   mt_codes_train    samples the rows and learns codebooks, gains, levels and scales       (once)
 *   mt_codes_encode   writes the codes of a range of items                                  (ranges may run in
 * parallel) mt_codes_finish   writes headers and block bounds, from the codes alone                 (once)
 *
 * Everything is seeded and sequential, so the same rows give the same bytes, however the ranges are cut.
 */
#ifndef MT_LEARN_CODES_H
#define MT_LEARN_CODES_H

#include "bundle/vectors.h"

typedef struct mt_codes_config {
  uint32_t dim; /* MT_DIM_MIN to MT_DIM_MAX */
  mt_metric metric;
  uint32_t subspaces;                 /* wanted M; 0: chosen from dim */
  uint32_t layer_count;               /* 0 to MT_LAYERS_MAX */
  uint32_t layer_bits[MT_LAYERS_MAX]; /* 2, 4, 8 or MT_FLOAT_BITS each; a float layer is the last */
  uint64_t seed;
} mt_codes_config;

/* The rows of a catalogue. Item i is row `row_of[i]`, or row i where row_of is NULL; MT_NO_ROW: it has no vector. A row
 * that is all zero is no vector either. */
#define MT_NO_ROW UINT32_MAX
typedef struct mt_rows {
  const float *rows; /* [row count][dim] */
  uint32_t row_count;
  uint32_t items;
  const uint32_t *row_of; /* [items] or NULL; then items <= row_count */
} mt_rows;

/* The row of an item, NULL where it has none; and |x|, 0 for no vector. */
const float *mt_rows_at(const mt_rows *rows, uint32_t dim, uint32_t item);
float mt_norm_of(const float *x, uint32_t dim);
/* MT_INVALID where that is no norm to be coded. */
mt_status mt_rows_check(const mt_rows *rows, uint32_t item, float norm, mt_error *error);

/* What training learned. Plain memory of fixed size but for the codebooks, which mt_codes_free gives back. */
typedef struct mt_codes {
  mt_codes_config config;
  uint32_t subspaces, width, padded;
  float *codebooks; /* [M][D][16], owned */
  float gains[256];
  float gain_start, gain_per_code; /* log of gains[1]; codes per unit of log gain */
  int8_t levels[MT_LAYERS_MAX][16];
  uint8_t level_of[MT_LAYERS_MAX][256]; /* code of the level nearest to v, at v + 128 */
  float scales[MT_LAYERS_MAX][256];
  float scale_start[MT_LAYERS_MAX], scale_per_code[MT_LAYERS_MAX];
} mt_codes;

/* `level_of` for levels of so many bits; of 8 the code is the level. */
void mt_codes_nearest_levels(uint32_t bits, const int8_t levels[16], uint8_t level_of[256]);

/* Refuses NaN, infinity and norms above MT_NORM_MAX with the row's number. */
mt_status mt_codes_train(const mt_codes_config *config, const mt_rows *rows, mt_codes *codes, mt_error *error);
void mt_codes_free(mt_codes *codes);

/* Lengths of the sections; MT_INVALID if one does not fit a size_t. */
typedef struct mt_codes_sizes {
  size_t space, base, layers[MT_LAYERS_MAX];
} mt_codes_sizes;
mt_status mt_codes_sizes_of(const mt_codes *codes, uint32_t items, mt_codes_sizes *sizes, mt_error *error);
/* The same before anything is trained: rows have no say in it. */
mt_status mt_codes_sizes_for(const mt_codes_config *config, uint32_t items, mt_codes_sizes *sizes, mt_error *error);

/* Where the sections are written: caller's memory of those lengths, 64-byte aligned, cleared to zero before. */
typedef struct mt_codes_out {
  unsigned char *space, *base, *layers[MT_LAYERS_MAX];
} mt_codes_out;

/* Codes items first … first + count - 1; `first` is a multiple of 32, and so is `count` unless the items end there. */
mt_status mt_codes_encode(const mt_codes *codes, const mt_rows *rows, uint32_t first, uint32_t count,
                          const mt_codes_out *out, mt_error *error);
/* Codes these items, which have a vector, and whose codes are cleared. `old`, or NULL: a space of the same tables in which all of them
 * have codes; where one of these is nearly as near as the nearest it stays, so that little of an item moves when it is coded anew. */
mt_status mt_codes_encode_items(const mt_codes *codes, const mt_rows *rows, const uint32_t *items, uint32_t count,
                                const mt_space *old, const mt_codes_out *out, mt_error *error);
/* `candidates`: how many a scan should keep for 100 results, or 0: as many as are measured to be worth it. */
mt_status mt_codes_finish(const mt_codes *codes, uint32_t items, uint32_t candidates, const mt_codes_out *out, mt_error *error);

/* The exact answer of the float rows, for evaluation: min(k, items with a vector) items, best first, by the metric's
 * score in f32. */
mt_status mt_exact_nearest(const mt_rows *rows, uint32_t dim, mt_metric metric, const float *query, uint32_t k,
                           uint32_t *items, float *scores, uint32_t *found, mt_error *error);

#endif

/* What the builder uses beside learn.c: vector spaces, from rows to sections, of sections again what they were coded by, how
 * vectors turned since, and cells of large catalogues. */
#include "keep.h"
#include "learn/cells.h"
#include "learn/codes.h"
#include "learn/procrustes.h"
#include "learn/recode.h"
#include "vector/query.h"

static mt_codes_config codes_config(uint32_t dim, uint32_t subspaces, const uint32_t *layer_bits, uint32_t layers) {
  mt_codes_config config = {.dim = dim, .subspaces = subspaces, .layer_count = layers};
  for (uint32_t l = 0; l < layers && l < MT_LAYERS_MAX; l++) config.layer_bits[l] = layer_bits[l];
  return config;
}
mt_codes *mt_make_codes(uint32_t dim, uint32_t metric, uint32_t subspaces, const uint32_t *layer_bits, uint32_t layers,
                        uint32_t seed, const mt_rows *rows, mt_error *error) {
  mt_codes_config config = codes_config(dim, subspaces, layer_bits, layers);
  config.metric = (mt_metric)metric;
  config.seed = seed;
  mt_codes codes;
  return keep(&codes, sizeof codes, mt_codes_train(&config, rows, &codes, error), error);
}
mt_status mt_codes_sizes_when(uint32_t dim, uint32_t subspaces, const uint32_t *layer_bits, uint32_t layers, uint32_t items,
                              mt_codes_sizes *sizes, mt_error *error) {
  mt_codes_config config = codes_config(dim, subspaces, layer_bits, layers);
  return mt_codes_sizes_for(&config, items, sizes, error);
}
/* A view on sections: the space's, the base's, then those of its layers. */
mt_space *mt_make_space(const unsigned char *const *bytes, const uint32_t *lengths, uint32_t count, uint32_t items, mt_error *error) {
  mt_space space;
  mt_status status = mt_space_open(bytes[0], lengths[0], items, &space, error);
  if (status == MT_OK) status = mt_space_open_base(&space, bytes[1], lengths[1], error);
  for (uint32_t l = 2; l < count && status == MT_OK; l++) status = mt_space_open_layer(&space, bytes[l], lengths[l], error);
  return keep(&space, sizeof space, status, error);
}
/* rows[items][dim], zeros for an item without a vector. */
void mt_decode_space(const mt_space *space, float *rows) {
  float decoded[MT_PADDED_MAX];
  for (uint32_t i = 0; i < space->items; i++) {
    mt_space_decode(space, i, space->layer_count, decoded);
    memcpy(rows + (size_t)i * space->dim, decoded, space->dim * sizeof *decoded);
  }
}
/* NULL: nothing can be coded by its tables, as where it has no vectors. */
mt_codes *mt_make_codes_of(const mt_space *space) {
  mt_codes codes;
  mt_error error;
  return keep(&codes, sizeof codes, mt_codes_of(space, &codes, &error), &error);
}
/* As mt_codes_serve, for codes that are wanted as mt_make_codes makes them. */
mt_status mt_recode_usual(uint32_t dim, uint32_t metric, uint32_t subspaces, const uint32_t *layer_bits, uint32_t layers,
                          uint32_t seed, const mt_rows *rows, const mt_codes *old, double *usual, mt_error *error) {
  mt_codes_config config = codes_config(dim, subspaces, layer_bits, layers);
  config.metric = (mt_metric)metric;
  config.seed = seed;
  return mt_codes_serve(&config, old, rows, usual, error);
}
mt_status mt_recode_items(const mt_codes *codes, const mt_space *old, const unsigned char *fate, const float *met, double usual,
                    const mt_rows *rows, const mt_codes_out *out, mt_error *error) {
  mt_recode how = {old, fate, met, usual};
  return mt_codes_recode(codes, &how, rows, out, error);
}
mt_status mt_nearest_rotation(const float *x, const float *y, uint32_t rows, uint32_t dim, float *rotation, mt_error *error) {
  return mt_procrustes(x, y, rows, dim, rotation, error);
}
uint32_t mt_codes_padded(const mt_codes *codes) { return codes->padded; }
void mt_drop_codes(mt_codes *codes) {
  mt_codes_free(codes);
  free(codes);
}
mt_rows *mt_make_rows(const float *rows, uint32_t row_count, uint32_t items, const uint32_t *row_of, mt_error *error) {
  mt_rows out = {rows, row_count, items, row_of};
  return keep(&out, sizeof out, MT_OK, error);
}


mt_cells *mt_make_cells(const float *rows, uint32_t count, uint32_t dim, uint32_t metric, uint32_t cells, uint32_t seed, mt_error *error) {
  enum { STEPS = 8 };
  mt_cells out;
  return keep(&out, sizeof out, mt_cells_train(rows, count, dim, (mt_metric)metric, cells, STEPS, seed, &out, error), error);
}
void mt_drop_cells(mt_cells *cells) {
  mt_cells_free(cells);
  free(cells);
}

#include "learn/recode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vector/query.h"

/* Code 1 and the steps on from there (codes.c's geometric_table). false: the table does not rise. */
static bool geometric_of(const float table[256], float *start, float *per_code) {
  if (!(table[1] > 0 && table[255] > table[1] && isfinite(table[255]))) return false;
  double step = log((double)table[255] / (double)table[1]) / 254;
  *start = logf(table[1]);
  *per_code = (float)(1 / (step > 1e-9 ? step : 1e-9));
  return true;
}

mt_status mt_codes_of(const mt_space *space, mt_codes *codes, mt_error *error) {
  memset(codes, 0, sizeof *codes);
  codes->config = (mt_codes_config){
      .dim = space->dim, .metric = space->metric, .subspaces = space->subspaces, .layer_count = space->layer_count};
  codes->subspaces = space->subspaces, codes->width = space->width, codes->padded = space->padded;
  memcpy(codes->gains, space->gains, sizeof codes->gains);
  bool rises = geometric_of(codes->gains, &codes->gain_start, &codes->gain_per_code);
  for (uint32_t l = 0; l < space->layer_count; l++) {
    const mt_layer *layer = &space->layers[l];
    codes->config.layer_bits[l] = layer->bits;
    if (layer->bits == MT_FLOAT_BITS) continue;
    memcpy(codes->scales[l], layer->scales, sizeof codes->scales[l]);
    rises = rises && geometric_of(codes->scales[l], &codes->scale_start[l], &codes->scale_per_code[l]);
    memcpy(codes->levels[l], layer->levels, sizeof codes->levels[l]);
    mt_codes_nearest_levels(layer->bits, codes->levels[l], codes->level_of[l]);
  }
  if (!rises) return mt_fail(error, MT_INVALID, "vectors: found gains or scales that do not rise, expected those of a space");
  size_t bytes = (size_t)space->subspaces * space->width * 16 * sizeof *codes->codebooks;
  codes->codebooks = malloc(bytes);
  if (codes->codebooks == NULL) return mt_fail(error, MT_NO_MEMORY, "vectors: no memory for codebooks");
  memcpy(codes->codebooks, space->codebooks, bytes);
  return MT_OK;
}

/* |x - x̂|², x as it is coded: at norm 1 in a cosine space. */
static double error_of(const mt_space *space, uint32_t item, const float *x, float norm) {
  float decoded[MT_PADDED_MAX];
  double sum = 0;
  mt_space_decode(space, item, space->layer_count, decoded);
  double scale = space->metric == MT_COSINE ? 1 / (double)norm : 1;
  for (uint32_t d = 0; d < space->dim; d++) {
    double apart = (double)x[d] * scale - (double)decoded[d];
    sum += apart * apart;
  }
  return sum;
}

/* The codes of an item in every section; `out` holds a space of the same shape with `items` items. */
static void copy_item(const mt_space *old, uint32_t item, uint32_t items, const mt_codes_out *out) {
  mt_base_layout base = mt_base_layout_of(items, old->subspaces);
  out->base[base.gains + item] = old->gain_codes[item];
  unsigned char *block = out->base + base.codes + (uint64_t)(item / MT_BLOCK) * old->subspaces * 16 + item % 16;
  unsigned shift = item % MT_BLOCK / 16 * 4;
  for (uint32_t m = 0; m < old->subspaces; m++)
    block[m * 16] = (unsigned char)((block[m * 16] & ~(15u << shift)) | mt_space_code(old, item, m) << shift);
  for (uint32_t l = 0; l < old->layer_count; l++) {
    const mt_layer *layer = &old->layers[l];
    mt_layer_layout at = mt_layer_layout_of(items, old->padded, layer->bits);
    memcpy(out->layers[l] + at.rows + item * at.stride, layer->rows + item * layer->stride, layer->stride);
    if (layer->bits != MT_FLOAT_BITS) out->layers[l][at.scale_codes + item] = layer->scale_codes[item];
  }
}

void mt_codes_keep(const mt_space *old, const mt_rows *rows, float more, const mt_space *made, const mt_codes_out *out) {
  uint32_t both = old->items < made->items ? old->items : made->items;
  for (uint32_t i = 0; i < both; i++) {
    const float *x = mt_rows_at(rows, old->dim, i);
    float norm = mt_norm_of(x, old->dim);
    if (norm == 0 || !mt_space_has(old, i)) continue;
    if (error_of(old, i, x, norm) <= (double)more * error_of(made, i, x, norm)) copy_item(old, i, made->items, out);
  }
}

double mt_space_error(const mt_space *space, const mt_rows *rows) {
  double sum = 0;
  uint32_t count = 0;
  for (uint32_t i = 0; i < space->items; i++) {
    const float *x = mt_rows_at(rows, space->dim, i);
    float norm = mt_norm_of(x, space->dim);
    if (norm == 0) continue;
    double square = space->metric == MT_COSINE ? 1 : (double)norm * (double)norm;
    sum += error_of(space, i, x, norm) / square;
    count++;
  }
  return count == 0 ? 0 : sum / count;
}

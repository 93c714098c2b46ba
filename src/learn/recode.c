#include "learn/recode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/rng.h"
#include "learn/lists.h"
#include "vector/query.h"

#define SAMPLE 1024 /* items that tell whether tables serve */
#define KEPT 1.25   /* how much more old tables may lose than those of the sample, and old codes than is usual or than new ones would, squared */
#define LOST 4      /* how much more an item's old codes lose where it gets new ones, whatever the budget */
#define BUDGET 200  /* one of so many items a day gets new codes though its old ones still do: half as many as change in a shop, so that a
                     * patch is mostly of what is new */

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

/* What is written, as a device would read it. */
static mt_space view_of(const mt_codes *codes, uint32_t items, const mt_codes_out *out) {
  mt_base_layout base = mt_base_layout_of(items, codes->subspaces);
  mt_space space = {.dim = codes->config.dim,
                    .metric = codes->config.metric,
                    .subspaces = codes->subspaces,
                    .width = codes->width,
                    .items = items,
                    .padded = codes->padded,
                    .blocks = mt_space_blocks(items),
                    .gains = codes->gains,
                    .codebooks = codes->codebooks,
                    .gain_codes = out->base + base.gains,
                    .codes = out->base + base.codes,
                    .layer_count = codes->config.layer_count};
  for (uint32_t l = 0; l < space.layer_count; l++) {
    uint32_t bits = codes->config.layer_bits[l];
    mt_layer_layout at = mt_layer_layout_of(items, codes->padded, bits);
    mt_layer *layer = &space.layers[l];
    *layer = (mt_layer){.bits = bits, .stride = (size_t)at.stride, .rows = out->layers[l] + at.rows};
    memcpy(layer->levels, codes->levels[l], sizeof layer->levels);
    if (bits != MT_FLOAT_BITS) layer->scales = codes->scales[l], layer->scale_codes = out->layers[l] + at.scale_codes;
  }
  return space;
}

/* |x - x̂|² / |x|², x as it is coded: at norm 1 in a cosine space. */
static double loss_of(const mt_space *space, uint32_t item, const float *x, float norm) {
  float decoded[MT_PADDED_MAX];
  bool is_unit = space->metric == MT_COSINE;
  double sum = 0, scale = is_unit ? 1 / (double)norm : 1;
  mt_space_decode(space, item, space->layer_count, decoded);
  for (uint32_t d = 0; d < space->dim; d++) {
    double apart = (double)x[d] * scale - (double)decoded[d];
    sum += apart * apart;
  }
  return is_unit ? sum : sum / ((double)norm * (double)norm);
}

/* -- whether the tables still serve -------------------------------------------------------------------------------- */

/* Of each of SAMPLE stretches of the items one at random, where it has a vector: their rows in sample[SAMPLE]. */
static uint32_t draw_sample(const mt_rows *rows, uint32_t dim, uint64_t seed, uint32_t *sample) {
  mt_rng rng = mt_rng_seed(seed);
  uint32_t count = 0, stretch = rows->items / SAMPLE + 1;
  for (uint32_t first = 0; first < rows->items; first += stretch) {
    uint32_t left = rows->items - first;
    const float *x = mt_rows_at(rows, dim, first + mt_rng_below(&rng, left < stretch ? left : stretch));
    if (mt_norm_of(x, dim) > 0) sample[count++] = (uint32_t)((size_t)(x - rows->rows) / dim);
  }
  return count;
}

/* The mean of what coding loses. */
static mt_status usual_loss(const mt_codes *codes, const mt_rows *rows, double *usual_ret, mt_error *error) {
  mt_codes_sizes sizes;
  MT_TRY(mt_codes_sizes_of(codes, rows->items, &sizes, error));
  mt_codes_out out = {.base = calloc(sizes.base, 1)};
  uint32_t layers = codes->config.layer_count;
  bool fits = out.base != NULL;
  for (uint32_t l = 0; l < layers; l++) fits = (out.layers[l] = calloc(sizes.layers[l], 1)) != NULL && fits;
  mt_status status = fits ? mt_codes_encode(codes, rows, 0, rows->items, &out, error)
                          : mt_fail(error, MT_NO_MEMORY, "vectors: no memory to code %u items", rows->items);
  *usual_ret = 0;
  if (status == MT_OK) {
    mt_space made = view_of(codes, rows->items, &out);
    for (uint32_t i = 0; i < rows->items; i++) {
      const float *x = mt_rows_at(rows, made.dim, i);
      *usual_ret += loss_of(&made, i, x, mt_norm_of(x, made.dim)) / rows->items;
    }
  }
  free(out.base);
  for (uint32_t l = 0; l < layers; l++) free(out.layers[l]);
  return status;
}

static bool is_alike(const mt_codes *a, const mt_codes *b) {
  const mt_codes_config *one = &a->config, *other = &b->config;
  return one->dim == other->dim && one->metric == other->metric && a->subspaces == b->subspaces && a->width == b->width &&
         one->layer_count == other->layer_count &&
         memcmp(one->layer_bits, other->layer_bits, one->layer_count * sizeof *one->layer_bits) == 0;
}

/* Whether the gains reach the longest row, or nearly: what is longer is coded too short. */
static bool reaches(const mt_codes *codes, const mt_rows *rows) {
  float longest = 0;
  for (uint32_t i = 0; i < rows->items && codes->config.metric != MT_COSINE; i++) {
    float norm = mt_norm_of(mt_rows_at(rows, codes->config.dim, i), codes->config.dim);
    longest = norm > longest ? norm : longest;
  }
  return longest <= 1.1f * codes->gains[255];
}

mt_status mt_codes_serve(const mt_codes_config *wanted, const mt_codes *old, const mt_rows *rows, double *usual_ret, mt_error *error) {
  uint32_t *sample = mt_learn_alloc(SAMPLE, sizeof *sample);
  if (sample == NULL) return mt_fail(error, MT_NO_MEMORY, "vectors: no memory for a sample of %u items", rows->items);
  mt_rows some = {rows->rows, rows->row_count, draw_sample(rows, wanted->dim, wanted->seed, sample), sample};
  mt_codes fresh;
  double at_best = 0, usual = 0;
  mt_status status = mt_codes_train(wanted, &some, &fresh, error);
  if (status == MT_OK) {
    bool serves = is_alike(&fresh, old) && reaches(old, rows);
    if (serves) status = usual_loss(&fresh, &some, &at_best, error);
    if (serves && status == MT_OK) status = usual_loss(old, &some, &usual, error);
    *usual_ret = serves && usual <= KEPT * at_best ? usual : INFINITY;
    mt_codes_free(&fresh);
  }
  free(sample);
  return status;
}

/* -- coding -------------------------------------------------------------------------------------------------------- */

/* Gives an item the codes that it had, in every section; `out` holds a space of the same shape with `items` items. */
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

/* An item that is coded anew, and what its old codes lose: INFINITY where it has none. */
typedef struct change {
  uint32_t item;
  double lost, worth;
} change;

/* Where codes stay they are copied; of the others a list. */
static mt_status copy_kept(const mt_recode *how, const mt_rows *rows, const mt_codes_out *out, change *changes, uint32_t *count_ret,
                           mt_error *error) {
  const mt_space *old = how->old;
  *count_ret = 0;
  for (uint32_t i = 0; i < rows->items; i++) {
    const float *x = mt_rows_at(rows, old->dim, i);
    float norm = mt_norm_of(x, old->dim);
    MT_TRY(mt_rows_check(rows, i, norm, error));
    if (norm == 0) continue;
    double lost = mt_space_has(old, i) && how->fate[i] == MT_FATE_SAME ? loss_of(old, i, x, norm) : INFINITY;
    if (lost <= KEPT * how->usual) copy_item(old, i, rows->items, out);
    else changes[(*count_ret)++] = (change){.item = i, .lost = lost};
  }
  return MT_OK;
}

/* Falling worth, then by number. */
static int compare_worth(const void *a, const void *b) {
  const change *x = a, *y = b;
  if (x->worth != y->worth) return x->worth < y->worth ? 1 : -1;
  return (x->item > y->item) - (x->item < y->item);
}

/* Of the items that are coded anew those whose old codes do get these again. */
static void take_back(const mt_codes *codes, const mt_recode *how, const mt_rows *rows, const mt_codes_out *out, change *changes,
                      uint32_t count) {
  mt_space made = view_of(codes, rows->items, out);
  uint32_t open = 0;
  for (uint32_t c = 0; c < count; c++) {
    change one = changes[c];
    const float *x = mt_rows_at(rows, made.dim, one.item);
    if (isinf(one.lost)) continue;
    double lost = loss_of(&made, one.item, x, mt_norm_of(x, made.dim));
    one.worth = (one.lost - lost) * (how->met == NULL ? 1 : (double)how->met[one.item]);
    if (one.lost <= KEPT * lost) copy_item(how->old, one.item, rows->items, out);
    else if (one.lost <= LOST * (lost > how->usual ? lost : how->usual)) changes[open++] = one;
  }
  qsort(changes, open, sizeof *changes, compare_worth);
  for (uint32_t c = (rows->items + BUDGET - 1) / BUDGET; c < open; c++) copy_item(how->old, changes[c].item, rows->items, out);
}

/* Items that are gone keep their codes where most others did: else it is another space, and they say nothing in it. */
static void copy_gone(const mt_codes *codes, const mt_recode *how, uint32_t items, const mt_codes_out *out) {
  mt_space made = view_of(codes, items, out);
  uint32_t same = 0, kept = 0;
  for (uint32_t i = 0; i < items; i++) {
    if (how->fate[i] != MT_FATE_SAME || !mt_space_has(how->old, i) || !mt_space_has(&made, i)) continue;
    bool stays = how->old->gain_codes[i] == made.gain_codes[i];
    for (uint32_t m = 0; m < made.subspaces && stays; m++) stays = mt_space_code(how->old, i, m) == mt_space_code(&made, i, m);
    same++, kept += stays;
  }
  for (uint32_t i = 0; i < items && 2 * kept > same; i++)
    if (how->fate[i] == MT_FATE_GONE && mt_space_has(how->old, i)) copy_item(how->old, i, items, out);
}

mt_status mt_codes_recode(const mt_codes *codes, const mt_recode *how, const mt_rows *rows, const mt_codes_out *out, mt_error *error) {
  uint32_t count = 0, *items = mt_learn_alloc(rows->items, sizeof *items);
  change *changes = mt_learn_alloc(rows->items, sizeof *changes);
  mt_status status = MT_OK;
  if (items == NULL || changes == NULL) status = mt_fail(error, MT_NO_MEMORY, "vectors: no memory to code %u items", rows->items);
  if (status == MT_OK) status = copy_kept(how, rows, out, changes, &count, error);
  if (status == MT_OK) {
    uint32_t known = 0, fresh = count; /* those with old codes from the front, the others from the end */
    for (uint32_t c = 0; c < count; c++) items[isinf(changes[c].lost) ? --fresh : known++] = changes[c].item;
    status = mt_codes_encode_items(codes, rows, items, known, how->old, out, error);
    if (status == MT_OK) status = mt_codes_encode_items(codes, rows, items + known, count - known, NULL, out, error);
  }
  if (status == MT_OK) {
    take_back(codes, how, rows, out, changes, count);
    copy_gone(codes, how, rows->items, out);
  }
  free(items), free(changes);
  return status;
}

#include "bundle/vectors.h"

#include <string.h>

#include "base/arena.h"
#include "bundle/check.h"

_Static_assert(sizeof(mt_space_header) == 64 && sizeof(mt_base_header) == 64 && sizeof(mt_layer_header) == 64,
               "headers are 64 bytes, so that what follows is aligned");

static uint64_t align64(uint64_t offset) { return (offset + MT_ALIGN - 1) & ~(uint64_t)(MT_ALIGN - 1); }

mt_space_layout mt_space_layout_of(uint32_t subspaces, uint32_t width) {
  mt_space_layout at = {.gains = sizeof(mt_space_header)};
  at.codebooks = at.gains + 256 * sizeof(float);
  at.end = at.codebooks + (uint64_t)subspaces * width * 16 * sizeof(float);
  return at;
}

mt_base_layout mt_base_layout_of(uint32_t items, uint32_t subspaces) {
  uint64_t blocks = mt_space_blocks(items);
  mt_base_layout at = {.reach = sizeof(mt_base_header)};
  at.ranges = align64(at.reach + blocks * sizeof(float));
  at.gains = align64(at.ranges + blocks * 2);
  at.codes = align64(at.gains + blocks * MT_BLOCK);
  at.end = align64(at.codes + blocks * subspaces * 16);
  return at;
}

mt_layer_layout mt_layer_layout_of(uint32_t items, uint32_t padded, uint32_t bits) {
  mt_layer_layout at = {.scales = sizeof(mt_layer_header), .stride = (uint64_t)padded * bits / 8};
  at.scale_codes = at.scales + (bits == MT_FLOAT_BITS ? 0 : 256 * sizeof(float));
  at.rows = align64(at.scale_codes + (bits == MT_FLOAT_BITS ? 0 : items));
  at.end = align64(at.rows + items * at.stride);
  return at;
}

static mt_status check_place(const char *what, const unsigned char *bytes, size_t length, mt_error *error) {
  if ((uintptr_t)bytes % MT_ALIGN != 0)
    return mt_fail(error, MT_INVALID, "%s: its address is not a multiple of 64", mt_text(what));
  return mt_check_head(what, length, 64, error);
}

/* True if all lie in [-limit, limit]; false for NaN. */
static bool all_within(const float *numbers, size_t count, float limit) {
  for (size_t i = 0; i < count; i++)
    if (!(numbers[i] >= -limit && numbers[i] <= limit)) return false;
  return true;
}

mt_status mt_space_open(const unsigned char *bytes, size_t length, uint32_t items, mt_space *space, mt_error *error) {
  MT_TRY(check_place("vector space", bytes, length, error));
  mt_space_header h;
  memcpy(&h, bytes, sizeof h);
  MT_TRY(mt_check_count("vector space", "dimensions", h.dim, MT_DIM_MIN, MT_DIM_MAX, error));
  MT_TRY(mt_check_count("vector space", "metric", h.metric, 0, MT_L2, error));
  if (h.width < 1 || h.width > MT_WIDTH_MAX || h.subspaces % 4 != 0 || h.subspaces > MT_PADDED_MAX ||
      h.subspaces * h.width < h.dim || h.subspaces * h.width >= h.dim + 4 * h.width)
    return mt_fail(error, MT_CORRUPT, "vector space: %u sub-spaces of %u do not cover %u dimensions", h.subspaces,
                   h.width, h.dim);
  MT_TRY(mt_check_count("vector space", "items", h.items, items, items, error));
  MT_TRY(mt_check_count("vector space", "vectors", h.vectors, 0, items, error));
  MT_TRY(mt_check_number("vector space", "thinnest direction", h.thinnest, 1e-3f, 2.0f, error));
  mt_space_layout at = mt_space_layout_of(h.subspaces, h.width);
  MT_TRY(mt_check_bytes("vector space", length, at.end, error));

  const float *gains = (const float *)(const void *)(bytes + at.gains);
  const float *codebooks = (const float *)(const void *)(bytes + at.codebooks);
  if (!all_within(gains, 256, MT_NORM_MAX * 1e3f) ||
      !all_within(codebooks, (size_t)h.subspaces * h.width * 16, MT_CODED_MAX))
    return mt_fail(error, MT_CORRUPT, "vector space: its codebook has a number that is not finite or too large");
  for (int i = 0; i < 256; i++) MT_TRY(mt_check_number("vector space", "gain", gains[i], 0, MT_NORM_MAX * 1e3f, error));

  *space = (mt_space){.dim = h.dim,
                      .padded = (uint32_t)mt_round_up(h.subspaces * h.width, 16),
                      .subspaces = h.subspaces,
                      .width = h.width,
                      .metric = (mt_metric)h.metric,
                      .items = items,
                      .vectors = h.vectors,
                      .blocks = mt_space_blocks(items),
                      .thinnest = h.thinnest,
                      .least_reach = h.least_reach,
                      .gains = gains,
                      .codebooks = codebooks};
  return MT_OK;
}

mt_status mt_space_open_base(mt_space *space, const unsigned char *bytes, size_t length, mt_error *error) {
  MT_TRY(check_place("vector base", bytes, length, error));
  mt_base_header h;
  memcpy(&h, bytes, sizeof h);
  MT_TRY(mt_check_count("vector base", "items", h.items, space->items, space->items, error));
  MT_TRY(mt_check_count("vector base", "sub-spaces", h.subspaces, space->subspaces, space->subspaces, error));
  mt_base_layout at = mt_base_layout_of(h.items, h.subspaces);
  MT_TRY(mt_check_bytes("vector base", length, at.end, error));
  space->reach = (const float *)(const void *)(bytes + at.reach);
  space->ranges = bytes + at.ranges;
  space->gain_codes = bytes + at.gains;
  space->codes = bytes + at.codes;
  return MT_OK;
}

mt_status mt_space_open_layer(mt_space *space, const unsigned char *bytes, size_t length, mt_error *error) {
  MT_TRY(check_place("vector layer", bytes, length, error));
  mt_layer_header h;
  memcpy(&h, bytes, sizeof h);
  if (h.bits != 2 && h.bits != 4 && h.bits != 8 && h.bits != MT_FLOAT_BITS)
    return mt_fail(error, MT_UNSUPPORTED, "vector layer: found %u bits, expected 2, 4, 8 or %u", h.bits, MT_FLOAT_BITS);
  MT_TRY(mt_check_count("vector layer", "layer", h.layer, space->layer_count, space->layer_count, error));
  MT_TRY(mt_check_count("vector layer", "layer", h.layer, 0, MT_LAYERS_MAX - 1, error));
  MT_TRY(mt_check_count("vector layer", "items", h.items, space->items, space->items, error));
  MT_TRY(mt_check_count("vector layer", "dimensions", h.padded, space->padded, space->padded, error));
  mt_layer_layout at = mt_layer_layout_of(h.items, h.padded, h.bits);
  MT_TRY(mt_check_bytes("vector layer", length, at.end, error));
  mt_layer *layer = &space->layers[space->layer_count];
  *layer = (mt_layer){.bits = h.bits, .stride = (size_t)at.stride, .rows = bytes + at.rows};
  memcpy(layer->levels, h.levels, sizeof h.levels);
  if (h.bits != MT_FLOAT_BITS) {
    layer->scales = (const float *)(const void *)(bytes + at.scales);
    layer->scale_codes = bytes + at.scale_codes;
    if (!all_within(layer->scales, 256, MT_CODED_MAX))
      return mt_fail(error, MT_CORRUPT, "vector layer: it has a scale that is not finite or too large");
  }
  space->layer_count++;
  return MT_OK;
}

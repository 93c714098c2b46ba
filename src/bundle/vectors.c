#include "bundle/vectors.h"

#include <string.h>

#include "base/arena.h"

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
    return mt_fail(error, MT_INVALID, "%s: its address is not a multiple of 64", what);
  if (length < 64)
    return mt_fail(error, MT_CORRUPT, "%s: found %llu bytes, expected a header of 64", what,
                   (unsigned long long)length);
  return MT_OK;
}

static mt_status check_length(const char *what, size_t found, uint64_t expected, mt_error *error) {
  if (found == expected) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "%s: found %llu bytes, expected %llu", what, (unsigned long long)found,
                 (unsigned long long)expected);
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
  if (h.dim < MT_DIM_MIN || h.dim > MT_DIM_MAX)
    return mt_fail(error, MT_CORRUPT, "vector space: found %u dimensions, expected %d to %d", h.dim, MT_DIM_MIN,
                   MT_DIM_MAX);
  if (h.metric > MT_L2)
    return mt_fail(error, MT_UNSUPPORTED, "vector space: found metric %u, expected 0 to 2", h.metric);
  if (h.width < 1 || h.width > MT_WIDTH_MAX || h.subspaces % 4 != 0 || h.subspaces > MT_PADDED_MAX ||
      h.subspaces * h.width < h.dim || h.subspaces * h.width >= h.dim + 4 * h.width)
    return mt_fail(error, MT_CORRUPT, "vector space: %u sub-spaces of %u do not cover %u dimensions", h.subspaces,
                   h.width, h.dim);
  if (h.items != items || h.vectors > items)
    return mt_fail(error, MT_CORRUPT, "vector space: found %u vectors of %u items, expected %u items", h.vectors,
                   h.items, items);
  if (!(h.thinnest > 1e-3f && h.thinnest <= 2.0f))
    return mt_fail(error, MT_CORRUPT, "vector space: its thinnest direction is out of range");
  mt_space_layout at = mt_space_layout_of(h.subspaces, h.width);
  MT_TRY(check_length("vector space", length, at.end, error));

  const float *gains = (const float *)(const void *)(bytes + at.gains);
  const float *codebooks = (const float *)(const void *)(bytes + at.codebooks);
  if (!all_within(gains, 256, MT_NORM_MAX * 1e3f) ||
      !all_within(codebooks, (size_t)h.subspaces * h.width * 16, MT_CODED_MAX))
    return mt_fail(error, MT_CORRUPT, "vector space: its codebook has a number that is not finite or too large");
  for (int i = 0; i < 256; i++)
    if (gains[i] < 0) return mt_fail(error, MT_CORRUPT, "vector space: gain %d is negative", i);

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
  if (h.items != space->items || h.subspaces != space->subspaces)
    return mt_fail(error, MT_CORRUPT, "vector base: found %u items in %u sub-spaces, expected %u in %u", h.items,
                   h.subspaces, space->items, space->subspaces);
  mt_base_layout at = mt_base_layout_of(h.items, h.subspaces);
  MT_TRY(check_length("vector base", length, at.end, error));
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
    return mt_fail(error, MT_UNSUPPORTED, "vector layer: found %u bits, expected 2, 4, 8 or %d", h.bits, MT_FLOAT_BITS);
  if (h.layer != space->layer_count || h.layer >= MT_LAYERS_MAX)
    return mt_fail(error, MT_CORRUPT, "vector layer: found layer %u, expected %u of at most %d", h.layer,
                   space->layer_count, MT_LAYERS_MAX);
  if (h.items != space->items || h.padded != space->padded)
    return mt_fail(error, MT_CORRUPT, "vector layer: found %u items of %u, expected %u of %u", h.items, h.padded,
                   space->items, space->padded);
  mt_layer_layout at = mt_layer_layout_of(h.items, h.padded, h.bits);
  MT_TRY(check_length("vector layer", length, at.end, error));
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

#include "bundle/vectors.h"

#include <string.h>

#include "base/arena.h"
#include "bundle/check.h"
#include "bundle/format.h"

_Static_assert(sizeof(mt_space_header) == 64 && sizeof(mt_base_header) == 64 && sizeof(mt_layer_header) == 64,
               "headers are 64 bytes, so that what follows is aligned");
_Static_assert(offsetof(mt_space, padded) == 36, "the head is copied");

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

mt_status mt_space_open(const unsigned char *bytes, size_t length, uint32_t items, mt_space *space, mt_error *error) {
  MT_TRY(mt_check_head("vector space", length, sizeof(mt_space_header), error));
  memset(space, 0, sizeof *space);
  memcpy(space, bytes, offsetof(mt_space, padded));
  uint32_t cells = space->subspaces * space->width;
  MT_TRY(mt_check_count("vector space", "dimensions", space->dim, MT_DIM_MIN, MT_DIM_MAX, error));
  MT_TRY(mt_check_count("vector space", "metric", mt_load_u32(bytes + 4), 0, MT_METRICS_END - 1, error));
  if (space->width < 1 || space->width > MT_WIDTH_MAX || space->subspaces % 4 != 0 || space->subspaces > MT_SUBSPACES_MAX ||
      cells < space->dim || cells >= space->dim + 4 * space->width)
    return mt_fail(error, MT_CORRUPT, "vector space: %u sub-spaces of %u do not cover %u dimensions", space->subspaces,
                   space->width, space->dim);
  MT_TRY(mt_check_count("vector space", "items", space->items, items, items, error));
  MT_TRY(mt_check_count("vector space", "vectors", space->vectors, 0, items, error));
  MT_TRY(mt_check_number("vector space", "thinnest direction", space->thinnest, 1e-3f, 2.0f, error));
  MT_TRY(mt_check_count("vector space", "candidates", space->candidates, 0, MT_CANDIDATES_MOST, error));
  mt_space_layout at = mt_space_layout_of(space->subspaces, space->width);
  MT_TRY(mt_check_bytes("vector space", length, at.end, error));
  space->padded = (uint32_t)mt_round_up(cells, 16);
  space->blocks = mt_space_blocks(items);
  space->gains = (const float *)(const void *)(bytes + at.gains);
  space->codebooks = (const float *)(const void *)(bytes + at.codebooks);
  MT_TRY(mt_check_numbers("vector space", "gain", space->gains, 256, 0, MT_NORM_MAX * 1e3f, error));
  return mt_check_numbers("vector space", "codebook", space->codebooks, (size_t)cells * 16, -MT_CODED_MAX, MT_CODED_MAX, error);
}

mt_status mt_space_open_base(mt_space *space, const unsigned char *bytes, size_t length, mt_error *error) {
  const mt_base_header *h = (const void *)bytes;
  MT_TRY(mt_check_head("vector base", length, sizeof *h, error));
  MT_TRY(mt_check_count("vector base", "items", h->items, space->items, space->items, error));
  MT_TRY(mt_check_count("vector base", "sub-spaces", h->subspaces, space->subspaces, space->subspaces, error));
  mt_base_layout at = mt_base_layout_of(h->items, h->subspaces);
  MT_TRY(mt_check_bytes("vector base", length, at.end, error));
  space->reach = (const float *)(const void *)(bytes + at.reach);
  space->ranges = bytes + at.ranges;
  space->gain_codes = bytes + at.gains;
  space->codes = bytes + at.codes;
  return MT_OK;
}

mt_status mt_space_open_layer(mt_space *space, const unsigned char *bytes, size_t length, mt_error *error) {
  const mt_layer_header *h = (const void *)bytes;
  MT_TRY(mt_check_head("vector layer", length, sizeof *h, error));
  if (h->bits != 2 && h->bits != 4 && h->bits != 8 && h->bits != MT_FLOAT_BITS)
    return mt_fail(error, MT_UNSUPPORTED, "vector layer: found %u bits, expected 2, 4, 8 or %u", h->bits, MT_FLOAT_BITS);
  uint32_t next = space->layer_count, last = MT_LAYERS_MAX - 1;
  MT_TRY(mt_check_count("vector layer", "layer", h->layer, next, next < last ? next : last, error));
  MT_TRY(mt_check_count("vector layer", "items", h->items, space->items, space->items, error));
  MT_TRY(mt_check_count("vector layer", "dimensions", h->padded, space->padded, space->padded, error));
  mt_layer_layout at = mt_layer_layout_of(h->items, h->padded, h->bits);
  MT_TRY(mt_check_bytes("vector layer", length, at.end, error));
  mt_layer *layer = &space->layers[space->layer_count];
  *layer = (mt_layer){.bits = h->bits, .stride = (size_t)at.stride, .rows = bytes + at.rows};
  memcpy(layer->levels, h->levels, sizeof h->levels);
  if (h->bits != MT_FLOAT_BITS) {
    layer->scales = (const float *)(const void *)(bytes + at.scales);
    layer->scale_codes = bytes + at.scale_codes;
    MT_TRY(mt_check_numbers("vector layer", "scale", layer->scales, 256, -MT_CODED_MAX, MT_CODED_MAX, error));
  }
  space->layer_count++;
  return MT_OK;
}

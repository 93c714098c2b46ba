/* The sections of a named vector space, byte by byte.
 *
 * A vector x is kept as a direction and a gain: x ≈ g · (x̂ + Σ_layers s_l · e_l). The direction x̂ is a 4-bit product
 * code (one of 16 centroids in each of M sub-spaces of D dimensions), the gain g = |x| / <x̂, x/|x|> takes out the bias
 * of shrunken codes (in an L2 space g = |x| / |x̂|: there the norm must be right), and each residual layer e_l rounds
 * what the ones before it left over. Norms and directions apart: the spread of norms (popularity lives there) then
 * costs the codebook nothing.
 *
 *   SPACE   bytes  0  header, mt_space_header
 *                 64  gains      f32 [256]         gain of each gain code; code 0 means "this item has no vector"
 *               1088  codebooks  f32 [M][D][16]    centroids, one dimension of all 16 side by side
 *   BASE    bytes  0  header, mt_base_header
 *                 64  reach      f32 [B]           per block of 32 items: largest decoded norm, with any layers
 *                     ranges     u8  [B][2]        smallest and largest gain code (0, 0: no vector in the block)
 *                     gains      u8  [B][32]       gain code of each item
 *                     codes      u8  [B][M][16]    byte j: items j (low nibble) and 16 + j (high nibble)
 *   LAYER   bytes  0  header, mt_layer_header
 *                 64  scales     f32 [256]         s of each scale code                      (not in a float layer)
 *                     scales     u8  [n]           scale code of each item                   (not in a float layer)
 *                     rows       [n][padded] of 2, 4 or 8 bits: index into `levels` (8 bits: the signed level itself),
 *                                least significant bits first; or f32: the vectors themselves
 *   ROWS    bytes  0  items      u32 [n]           the item of each row of BASE and LAYER, each item once: rows may then lie
 *                                                  in the order of inverted lists. Without it row i is item i; no reader
 *                                                  takes it yet.
 *
 * n items, B = ceil(n / 32) blocks, padded = M · D rounded up to 16. Every array starts at a multiple of 64 and the gap
 * before it is zero, so kernels need no tails. Numbers are little-endian, like every host of wasm.
 * In a cosine space vectors are scaled to norm 1 before they are coded; the sections are the same.
 *
 * The bytes are hostile. Opening checks what has a fixed size; every code and every gain that can follow is a valid
 * index by its width, so no linear check is needed and no value of theirs can lead outside. A wrong `reach` or `range`
 * loses results, never safety.
 */
#ifndef MT_BUNDLE_VECTORS_H
#define MT_BUNDLE_VECTORS_H

#include <stdbool.h>

#include "base/status.h"

#define MT_DIM_MIN 4
#define MT_DIM_MAX 4096
#define MT_WIDTH_MAX 16                               /* dimensions in a sub-space */
#define MT_PADDED_MAX (MT_DIM_MAX + 4 * MT_WIDTH_MAX) /* M is a multiple of 4, so up to 4 sub-spaces are padding */
#define MT_SUBSPACES_MAX 1024                         /* more would overflow the 16-bit sums of a scan: 253 · M / 4 < 2^16 */
#define MT_BLOCK 32                                   /* items scanned together */
#define MT_LAYERS_MAX 4
#define MT_CANDIDATES_MOST 1000 /* for 100 results */
#define MT_FLOAT_BITS 32   /* `bits` of a float layer */
#define MT_CODED_MAX 1e6f  /* largest |number| in a codebook: bounds every score, so none is infinite */
#define MT_NORM_MAX 1e12f  /* largest norm that is coded; finite with room for every product of two */
#define MT_NORM_MIN 1e-12f /* below it a vector counts as zero */

/* Name, number, and what people call it. */
#define MT_METRICS(X)                                              \
  X(INNER_PRODUCT, 0, ip) /* score = <q, x> */                     \
  X(COSINE, 1, cosine) /* score = <q/|q|, x>, x coded at norm 1 */ \
  X(L2, 2, l2) /* score = 2 <q, x> - |x|² = |q|² - |q - x|²: the nearest item scores highest */

#define MT_METRIC_ENUM(name, number, called) MT_##name = (number),
typedef enum mt_metric { MT_METRICS(MT_METRIC_ENUM) MT_METRICS_END } mt_metric;

typedef struct mt_space_header {
  uint32_t dim, metric;
  uint32_t subspaces, width; /* M, a multiple of 4; D */
  uint32_t items, vectors;   /* n; how many of them have a vector */
  float thinnest;            /* smallest |x̂| of an item, in (0, 2]; 1 where there is none */
  float least_reach;         /* smallest reach of a block that has vectors */
  uint32_t candidates;       /* how many a scan should keep for 100 results, as measured; 0: nobody measured */
  uint32_t zero[7];
} mt_space_header;

typedef struct mt_base_header {
  uint32_t items, subspaces;
  uint32_t zero[14];
} mt_base_header;

typedef struct mt_layer_header {
  uint32_t items, padded;
  uint32_t bits;  /* 2, 4, 8 or MT_FLOAT_BITS */
  uint32_t layer; /* 0 for the first */
  int8_t levels[16];
  uint32_t zero[8];
} mt_layer_header;

typedef struct mt_layer {
  uint32_t bits;
  int8_t levels[16];
  size_t stride;              /* bytes of a row */
  const float *scales;        /* [256] */
  const uint8_t *scale_codes; /* [n] */
  const uint8_t *rows;        /* [n][stride] */
} mt_layer;

/* A view on the sections. It owns nothing: when the bytes move, open again. */
typedef struct mt_space {
  uint32_t dim; /* up to `candidates` as the section begins */
  mt_metric metric;
  uint32_t subspaces, width, items, vectors;
  float thinnest, least_reach;
  uint32_t candidates;
  uint32_t padded, blocks;
  const float *gains;        /* [256] */
  const float *codebooks;    /* [M][D][16] */
  const float *reach;        /* [B]; NULL until the base is open */
  const uint8_t *ranges;     /* [B][2] */
  const uint8_t *gain_codes; /* [B][32] */
  const uint8_t *codes;      /* [B][M][16] */
  uint32_t layer_count;      /* residual layers open so far */
  mt_layer layers[MT_LAYERS_MAX];
} mt_space;

/* Sections of their exact length, at addresses that are multiples of 64, opened in this order. `items` is the bundle's
 * item count. The base and the layers may arrive later; `space` answers with what is open. */
mt_status mt_space_open(const unsigned char *bytes, size_t length, uint32_t items, mt_space *space, mt_error *error);
mt_status mt_space_open_base(mt_space *space, const unsigned char *bytes, size_t length, mt_error *error);
mt_status mt_space_open_layer(mt_space *space, const unsigned char *bytes, size_t length, mt_error *error);

static inline uint32_t mt_space_blocks(uint32_t items) { return items / MT_BLOCK + (items % MT_BLOCK != 0); }
static inline bool mt_space_has(const mt_space *space, uint32_t item) {
  return item < space->items && space->gain_codes[item] != 0;
}

/* Lengths of the sections, and where their arrays begin. 64-bit: with hostile numbers they exceed a 32-bit size_t. */
typedef struct mt_space_layout {
  uint64_t gains, codebooks, end;
} mt_space_layout;
typedef struct mt_base_layout {
  uint64_t reach, ranges, gains, codes, end;
} mt_base_layout;
typedef struct mt_layer_layout {
  uint64_t scales, scale_codes, rows, stride, end;
} mt_layer_layout;
mt_space_layout mt_space_layout_of(uint32_t subspaces, uint32_t width);
mt_base_layout mt_base_layout_of(uint32_t items, uint32_t subspaces);
mt_layer_layout mt_layer_layout_of(uint32_t items, uint32_t padded, uint32_t bits);

/* With a float layer the bundle is a reference: every item is scored, so nothing is lost to the codes. */
static inline bool mt_space_is_reference(const mt_space *space) {
  return space->layer_count > 0 && space->layers[space->layer_count - 1].bits == MT_FLOAT_BITS;
}

#endif

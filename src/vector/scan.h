/* The scan: approximate scores of every item of the base, 32 at a time, and the best of them as candidates.
 *
 * The query's table is rounded to bytes so that a swizzle looks up 16 items at once. The bytes' common step is chosen
 * so that four look-ups still fit a byte: four sub-spaces are added as bytes, then widened to 16-bit sums. An item's
 * scan score is g · (step · sum + bias); in an L2 space 2 g · (…) - g² · (…) with a second table of |x̂|².
 *
 * Two bounds keep work away, in any order of items:
 * - by Cauchy-Schwarz no item of a block scores above |q| · reach (plus what rounding can add), so whole blocks are
 *   skipped; with items in order of falling norm that ends the scan early. What the candidate at the place of the last
 *   result scores skips more. Candidates found by the first bound are sound; the second takes a score for what it will
 *   be with layers;
 * - within a block the sum that the largest gain needs to pass is one 16-bit number, so nothing else is computed for
 *   the lanes below it.
 */
#ifndef MT_VECTOR_SCAN_H
#define MT_VECTOR_SCAN_H

#include "base/topk.h"
#include "vector/query.h"

/* A table rounded to bytes: entry ≈ step · byte + (its share of bias), each within step / 2. */
typedef struct mt_scan_table {
  uint8_t *bytes; /* [M][16] */
  float step, bias;
  float error; /* largest |step · sum + bias - exact sum| */
} mt_scan_table;

typedef struct mt_scan {
  const mt_query *query;
  mt_scan_table dots;  /* <q, x̂> */
  mt_scan_table norms; /* |x̂|²; L2 only */
  uint32_t visited;    /* blocks whose sums were taken so far */
} mt_scan;

/* Bytes that mt_scan_prepare takes from its arena. */
size_t mt_scan_scratch(const mt_space *space);
mt_status mt_scan_prepare(const mt_query *query, mt_arena *arena, mt_scan *scan, mt_error *error);

/* Pushes into `top` every item with a vector that can be among its k best by scan score. `allowed` has one bit per
 * item, item i at bit i % 32 of word i / 32, or is NULL for all: min(k, allowed items with a vector) are always found.
 * Where only the best `results` of them by decoded score are wanted, items that could hardly be among those may stay out;
 * 0: all k are wanted. */
void mt_scan_run(mt_scan *scan, const uint32_t *allowed, size_t results, mt_topk *top);

/* The 32 sums of a block, in item order: the kernel, and the plain loop that defines it. M is a multiple of 4. */
void mt_scan_sums(const uint8_t *codes, const uint8_t *bytes, uint32_t subspaces, uint16_t sums[MT_BLOCK]);
void mt_scan_sums_scalar(const uint8_t *codes, const uint8_t *bytes, uint32_t subspaces, uint16_t sums[MT_BLOCK]);

/* The scan score of one item, computed plainly: what mt_scan_run compares. */
float mt_scan_score(const mt_scan *scan, uint32_t item);

#endif

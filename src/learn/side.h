/* Side: the item side of two towers. An item's vector is a row of its own and what its content makes of it,
 *     whole[item] = own[item] + content[item] · projection        scaled to length 1 where `unit`
 * so that what nobody met has a vector too. While learning, own rows are left out now and then, as they are of new items, so that
 * content learns to stand for itself (DropoutNet: Volkovs et al. 2017).
 */
#ifndef MT_LEARN_SIDE_H
#define MT_LEARN_SIDE_H

#include "base/status.h"

typedef struct mt_side {
  uint32_t width; /* of a vector and of a content, a multiple of 4 */
  uint32_t unit;  /* 1: whole rows have length 1 */
  float drop;     /* the share of own rows that is left out, of items that have a content */
} mt_side;

/* Rows first .. last - 1 of whole[items][width], and their lengths before they were scaled, from own[items][width],
 * content[items][width] and projection[width][width]. `seed`: which own rows are left out; 0: none. */
void mt_side_whole(const mt_side *side, uint32_t seed, const float *own, const float *content, const float *projection, uint32_t first,
                   uint32_t last, float *whole, float *length);

/* From the gradients of whole rows, sum[items][width], of the items met: adds to that of the projection, by[width][width], and makes those
 * of own rows of them, zeros where they were left out. */
void mt_side_back(const mt_side *side, uint32_t seed, const uint32_t *met, uint32_t count, const float *content, const float *whole,
                  const float *length, float *sum, float *by);

#endif

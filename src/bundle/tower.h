/* Tower: how a history becomes a query of the vector space with the same ordinal.
 *
 *    0  u32  kind              mt_tower_kind
 *    4  u32  stride            the space's padded dimension
 *    8  u32  nu_quarters       ALS: the exponent of the regularisation's frequency, in quarters (4 is 1)
 *   12  f32  unobserved        ALS: weight of each pair that nobody met
 *   16  f32  reg               ALS: regularisation
 *   20  f32  population        ALS: unobserved · items, the frequency that everybody has
 *   24  u32  program           PROGRAM: the ordinal of its program, of its binding, and
 *   28  u32  output            … which of its outputs is the query: the space's dimension, one for each row
 *   32  u8[32] 0
 *   64  f32  gram[stride][stride]   ALS: unobserved · sum of h hᵀ over all items
 *
 * POOLED takes the weighted mean of the history's decoded vectors; dislikes subtract (YouTubeDNN's pooling, Covington et
 * al. 2016). ALS solves the user's own least squares, as training did (Hu et al. 2008): it needs nothing about the user
 * but the history. PROGRAM runs an imported tower: see program.h and binding.h.
 */
#ifndef MT_BUNDLE_TOWER_H
#define MT_BUNDLE_TOWER_H

#include "base/status.h"
#include "bundle/vectors.h"

#define MT_TOWER_KINDS(X) X(POOLED, 1) X(ALS, 2) X(PROGRAM, 3)

#define MT_TOWER_ENUM(name, number) MT_TOWER_##name = (number),
typedef enum mt_tower_kind { MT_TOWER_KINDS(MT_TOWER_ENUM) MT_TOWER_END } mt_tower_kind;

#define MT_TOWER_HEAD 64u
#define MT_TOWER_MAX_STRIDE MT_PADDED_MAX

typedef struct mt_tower { /* up to `output` as the section begins */
  mt_tower_kind kind;
  uint32_t stride, nu_quarters;
  float unobserved, reg, population;
  uint32_t program, output;
  const float *gram;
} mt_tower;

/* `bytes` is 64-byte aligned, as sections are. Whether the stride is the space's is for who knows the space to say. */
mt_status mt_tower_open(const unsigned char *bytes, size_t length, mt_tower *tower, mt_error *error);

static inline size_t mt_tower_bytes(mt_tower_kind kind, uint32_t stride) {
  return MT_TOWER_HEAD + (kind == MT_TOWER_ALS ? 4 * (size_t)stride * stride : 0);
}
/* `gram` is Hᵀ H, only its lower triangle is read; it may be NULL for other towers. */
void mt_tower_encode(const mt_tower *tower, unsigned char *out);

#endif

/* A query, prepared against one vector space: what every score of it needs.
 *
 * <q, x> for x = g · (x̂ + Σ s_l · e_l) splits as g · (Σ_m table[m][code_m] + Σ_l s_l · <q, e_l>): the table holds the
 * query's product with every centroid, so the base costs one look-up per sub-space and no vector is decoded.
 */
#ifndef MT_VECTOR_QUERY_H
#define MT_VECTOR_QUERY_H

#include "base/arena.h"
#include "bundle/vectors.h"

#define MT_ALL_LAYERS UINT32_MAX /* as `layers`: all that are open */

typedef struct mt_query {
  const mt_space *space;
  uint32_t layers;       /* how many residual layers scores include */
  const mt_layer *exact; /* the float layer, if it is among them: then scores are those of the vectors as given */
  const float *vector;   /* [padded], zeros beyond dim; norm 1 in a cosine space */
  const float *table;    /* [M][16] */
  float norm;            /* |vector| */
} mt_query;

/* Bytes that mt_query_prepare takes from its arena. */
size_t mt_query_scratch(const mt_space *space);

/* `vector` has space->dim numbers. What is prepared lives in the arena until the caller rewinds it. */
mt_status mt_query_prepare(const mt_space *space, const float *vector, uint32_t layers, mt_arena *arena,
                           mt_query *query, mt_error *error);

/* The score of one item by the space's metric, from its decoded vector. The caller has asked mt_space_has(item). */
float mt_query_score(const mt_query *query, uint32_t item);

/* The decoded vector of one item, space->padded numbers, zeros beyond dim; all zero for an item without a vector. */
void mt_space_decode(const mt_space *space, uint32_t item, uint32_t layers, float *vector);

/* The code of `item` in sub-space m. */
static inline uint32_t mt_space_code(const mt_space *space, uint32_t item, uint32_t m) {
  size_t row = (size_t)(item / MT_BLOCK) * space->subspaces + m;
  return ((uint32_t)space->codes[row * 16 + item % 16] >> (item % MT_BLOCK / 16 * 4)) & 15;
}

#endif

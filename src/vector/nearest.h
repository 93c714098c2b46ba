/* Nearest: the k best items for a query vector = scan for candidates, score them from everything that is stored,
 * select.
 *
 * Few items are lost on the way: on trained item embeddings the base finds .99 of the exact top 100 among its first 300
 * candidates. A float layer can be scanned in full instead; that is the reference.
 */
#ifndef MT_VECTOR_NEAREST_H
#define MT_VECTOR_NEAREST_H

#include "vector/scan.h"

typedef struct mt_nearest_ask {
  uint32_t k;              /* how many results; fewer come back only if fewer items pass */
  uint32_t candidates;     /* how many the scan keeps; 0: chosen from k and layers, mt_nearest_candidates */
  uint32_t layers;         /* residual layers to use, or MT_ALL_LAYERS */
  const uint32_t *allowed; /* [ceil(n / 32)] bitmap of items, or NULL for all */
  bool exhaustive;         /* score every item by its layers instead of scanning codes: the reference */
} mt_nearest_ask;

/* How many candidates are worth scoring: as many as the builder measured; else three times k, and five times where two
 * layers are precise enough to tell. */
uint32_t mt_nearest_candidates(const mt_space *space, uint32_t k, uint32_t layers);

/* Bytes of scratch memory that mt_nearest needs for this k and these candidates, with any layers. */
size_t mt_nearest_scratch(const mt_space *space, uint32_t k, uint32_t candidates);

/* Writes min(k, what passes) items, best first, ties to the smaller number, and their scores by the space's metric.
 * `items` and `scores` hold k elements. The arena is left as it was found. */
mt_status mt_nearest(const mt_space *space, const float *vector, const mt_nearest_ask *ask, mt_arena *arena,
                     uint32_t *items, float *scores, uint32_t *found, mt_error *error);

#endif

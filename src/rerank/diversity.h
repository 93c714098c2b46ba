/* Diversity: how much of what an item brings the picks have brought already, as a penalty that each pick updates.
 *
 * MMR (Carbonell & Goldstein 1998): the likeness to the likest pick. A pick raises a running maximum; nothing is computed
 * twice. DPP (Kulesza & Taskar 2012, greedily as in Chen, Zhang & Zhou 2018): -log of the item's squared distance from
 * the space that the picks span, which the rows of an incremental Cholesky factor of the likeness matrix tell: with row
 * c_i and d_i² = 1 - |c_i|², pick j adds (S_ij - <c_i, c_j>) / d_j to row i. Relevance stays outside of the matrix: with
 * quality exp(w · relevance) on its diagonal, log det is w · relevance + log d², and that is what the slate compares.
 *
 * Likeness is the cosine of two decoded vectors, or |A ∩ B| / √(|A| |B|) of two sets of values, the cosine of their
 * indicator vectors: both give a positive semidefinite matrix with ones on its diagonal. What has neither is like nothing.
 */
#ifndef MT_RERANK_DIVERSITY_H
#define MT_RERANK_DIVERSITY_H

#include "base/arena.h"
#include "bundle/rules.h"
#include "vector/query.h"

#define MT_SPAN 100u          /* picks that a determinant is taken over; then it starts anew */
#define MT_ROWS 564u          /* MT_MAX_POOL, and a pin for each of MT_MAX_RULES: a multiple of 4 */
_Static_assert(MT_ROWS >= MT_MAX_POOL + MT_MAX_RULES && MT_ROWS % 4 == 0, "the pool, and its pins, have rows");
#define MT_ROW_FLOATS 262144u /* vectors of the pool: so many floats, so wide vectors make it smaller */
#define MT_LIKENESS_VALUES 16u /* values of an item that likeness looks at */

typedef struct mt_diversity {
  const mt_space *space;         /* NULL: by values */
  const mt_attribute *attribute; /* both NULL: no penalties */
  bool volume;                   /* DPP */
  float strength;
  uint32_t rows, spanned;
  uint32_t *items;  /* [MT_ROWS] */
  float *vectors;   /* [MT_ROWS][padded], norm 1 or 0 */
  float *likeness;  /* [MT_ROWS] to the pick: scratch */
  float *penalty;   /* [MT_ROWS] */
  float *span;      /* [MT_SPAN][MT_ROWS] column i of it is c_i */
  float *left;      /* [MT_ROWS] d² */
  float *guest;     /* [2][widest stride] vectors of items that have no row */
} mt_diversity;

/* `widest`: the longest padded vector of any space. */
void mt_diversity_reserve(mt_arena *arena, size_t widest, mt_diversity *diversity);

/* Begins with nothing picked, by a rule of kind MMR or DPP or by NULL; items[rows] are filled. */
void mt_diversity_start(mt_diversity *diversity, const mt_rule *rule, const mt_space *spaces,
                        const mt_attribute *attributes,
                        uint32_t rows);

/* Takes note of a pick: its row, or one that is not less than `rows` for an item beyond the pool, which only MMR minds. */
void mt_diversity_pick(mt_diversity *diversity, uint32_t row, uint32_t item);

/* Whether the cosine between the item and something placed is `most` or more: a near-duplicate. */
bool mt_diversity_is_double(mt_diversity *diversity, const mt_space *space, float most, const uint32_t *placed,
                            uint32_t k, uint32_t item);

#endif

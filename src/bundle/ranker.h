/* Ranker: which model scores the candidates that recall brought, how many of them, and how they are chosen.
 *
 *    0  u32  model             mt_ranker_model
 *    4  u32  ordinal           of its section: TREES or PROGRAM (with the BINDING of the same ordinal)
 *    8  u32  output            which of its outputs is the score; of trees the only one, or a class
 *   12  u32  candidates        how many are scored, at most MT_MAX_RANKED: the best by the pre-rank
 *   16  f32  blend             score + blend · fused score orders them
 *   20  u32  weights           of the pre-rank; 0: the fused score alone
 *   24  u32  element           of that output, where a program's has several numbers a row; of trees 0
 *   28  u8[36] 0
 *   64  weight[weights], 16 bytes each: u32 feature, f32 weight, f32 what stands in for an unknown feature, u32 0
 *
 * The pre-rank is the sum of weight · feature. Features are numbered as in FEATURES, and so are those of the trees.
 */
#ifndef MT_BUNDLE_RANKER_H
#define MT_BUNDLE_RANKER_H

#include "base/status.h"
#include "bundle/format.h"

#define MT_RANKER_HEAD 64u
#define MT_RANKER_WEIGHT 16u
#define MT_MAX_RANKED 2000u

#define MT_RANKER_MODELS(X) X(TREES, 1) X(PROGRAM, 2)

#define MT_RANKER_ENUM(name, number) MT_RANKER_##name = (number),
typedef enum mt_ranker_model { MT_RANKER_MODELS(MT_RANKER_ENUM) MT_RANKER_END } mt_ranker_model;

typedef struct mt_ranker { /* up to `element` as the section begins */
  mt_ranker_model model; /* 0: there is no ranker */
  uint32_t ordinal, output, candidates;
  float blend;
  uint32_t weights, element;
  const unsigned char *weight; /* [weights] of MT_RANKER_WEIGHT bytes */
} mt_ranker;

/* `features`: how many the bundle declares. */
mt_status mt_ranker_open(const unsigned char *bytes, size_t length, uint32_t features, mt_ranker *ranker, mt_error *error);

/* The pre-rank of a candidate's feature row. */
float mt_ranker_before(const mt_ranker *ranker, const float *row);

/* Writing, into `out` of MT_RANKER_HEAD + weights · MT_RANKER_WEIGHT zeroed bytes. */
void mt_ranker_encode(uint32_t model, uint32_t ordinal, uint32_t output, uint32_t element, uint32_t candidates, float blend,
                      uint32_t weights, const uint32_t *feature, const float *weight, const float *missing, unsigned char *out);

#endif

/* Seeded random numbers: PCG32 (O'Neill 2014). The same seed gives the same numbers on every host. */
#ifndef MT_BASE_RNG_H
#define MT_BASE_RNG_H

#include <stdint.h>

typedef struct mt_rng {
  uint64_t state;
} mt_rng;

static inline uint32_t mt_rng_u32(mt_rng *rng) {
  uint64_t old = rng->state;
  rng->state = old * 6364136223846793005ULL + 1442695040888963407ULL;
  uint32_t mixed = (uint32_t)(((old >> 18) ^ old) >> 27), turn = (uint32_t)(old >> 59);
  return (mixed >> turn) | (mixed << ((32 - turn) & 31));
}

static inline mt_rng mt_rng_seed(uint64_t seed) {
  mt_rng rng = {seed + 1442695040888963407ULL};
  (void)mt_rng_u32(&rng);
  return rng;
}

/* Uniform in [0, bound), bound > 0; by multiplication, its bias below 2^-32 · bound. */
static inline uint32_t mt_rng_below(mt_rng *rng, uint32_t bound) {
  return (uint32_t)(((uint64_t)mt_rng_u32(rng) * bound) >> 32);
}

/* Uniform in [0, 1), 24 bits. */
static inline float mt_rng_unit(mt_rng *rng) { return (float)(mt_rng_u32(rng) >> 8) * 0x1p-24f; }

/* Roughly normal, mean 0, variance 1: the sum of twelve uniforms (Irwin-Hall). No libm, so the same bits everywhere. */
static inline float mt_rng_normal(mt_rng *rng) {
  float sum = -6.0f;
  for (int i = 0; i < 12; i++) sum += mt_rng_unit(rng);
  return sum;
}

#endif

/* Checked arithmetic, for sizes that no bound has been put on before they are multiplied or added. True means it fits. */
#ifndef MT_BASE_CHECKED_H
#define MT_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool mt_mul_size(size_t a, size_t b, size_t *product) { return !__builtin_mul_overflow(a, b, product); }
static inline bool mt_add_size(size_t a, size_t b, size_t *sum) { return !__builtin_add_overflow(a, b, sum); }

/* The next multiple of `step`, a power of two. The caller knows that it fits. */
static inline size_t mt_round_up(size_t value, size_t step) { return (value + step - 1) & ~(step - 1); }

#endif

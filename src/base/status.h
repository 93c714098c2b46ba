/* Status and message: how every function of martello says that something went wrong.
 *
 * A function that can fail returns mt_status and takes an mt_error as its last argument. The message is one
 * sentence: where, what was found, what was expected. There is no global "last error": the caller owns it.
 */
#ifndef MT_BASE_STATUS_H
#define MT_BASE_STATUS_H

#include <stddef.h>
#include <stdint.h>

typedef enum mt_status {
  MT_OK = 0,
  MT_INVALID = 1,     /* the caller's argument or input is wrong */
  MT_CORRUPT = 2,     /* the bundle's bytes contradict themselves */
  MT_UNSUPPORTED = 3, /* well formed, but of a version or kind this build does not know */
  MT_NO_MEMORY = 4,   /* the memory handed over is too small */
  MT_NOT_READY = 5,   /* the section has not arrived yet */
} mt_status;

#define MT_MESSAGE_BYTES 256

typedef struct mt_error {
  mt_status status;
  char message[MT_MESSAGE_BYTES]; /* always ends in NUL; cut, never overrun */
} mt_error;

/* Writes the message into `error` (which may be NULL) and returns `status`, so that `return mt_fail(…)` reads well.
 *
 *   mt_fail(error, MT_CORRUPT, "%s: found %u bytes, expected %u", mt_text(what), found, expected)
 *
 * Up to five arguments, each for one %u (a number), %d (a number that may be negative, by mt_signed) or %s (by mt_text); a
 * test compares them. They are no variable arguments, for which each caller would lay out an array: those, and a formatter of
 * the C library, would be a quarter of the serving wasm. */
#define mt_fail(...) MT_FAIL_OF_FIVE(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define MT_FAIL_OF_FIVE(error, status, format, a, b, c, d, e, ...) mt_fail_with(error, status, format, a, b, c, d, e)
mt_status mt_fail_with(mt_error *error, mt_status status, const char *format, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                       uint64_t e);
static inline uint64_t mt_text(const char *text) { return (uintptr_t)text; }
static inline uint64_t mt_signed(int64_t number) { return (uint64_t)number; }

/* Passes a failure on. */
#define MT_TRY(call)                              \
  do {                                            \
    mt_status mt_try_status = (call);             \
    if (mt_try_status != MT_OK) return mt_try_status; \
  } while (0)

#endif

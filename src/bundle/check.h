/* The checks of the gate: each one call that compares and, where it fails, writes its sentence. `what` is the part of the
 * bundle, "trees" say, `field` what is wrong in it. Sentences that only one place needs are written there with mt_fail.
 */
#ifndef MT_BUNDLE_CHECK_H
#define MT_BUNDLE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* "trees: found 5 bytes, expected at least 64" */
mt_status mt_check_head(const char *what, size_t found, uint64_t least, mt_error *error);

/* "trees: found 5 bytes, expected 64" */
mt_status mt_check_bytes(const char *what, size_t found, uint64_t expected, mt_error *error);

/* "trees: features: found 0, expected 1 to 4096"; where least is most, "expected 4096" */
mt_status mt_check_count(const char *what, const char *field, uint32_t found, uint32_t least, uint32_t most, mt_error *error);

/* "trees: feature: found 9, expected less than 9" */
mt_status mt_check_index(const char *what, const char *field, uint32_t found, uint32_t bound, mt_error *error);

/* "trees: its scale is out of range"; NaN is. */
mt_status mt_check_number(const char *what, const char *field, double found, double least, double most, mt_error *error);

/* The same of each of numbers[count]. */
mt_status mt_check_numbers(const char *what, const char *field, const float *numbers, size_t count, float least, float most,
                           mt_error *error);

/* u32 starts[count + 1] rise from 0 to `total`. "strings: block 3 starts at 70 of 64, after 12" */
mt_status mt_check_starts(const char *what, const unsigned char *starts, uint64_t count, uint32_t total, mt_error *error);

#endif

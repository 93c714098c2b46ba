/* Dates as text: ISO 8601 in UTC, of the Gregorian calendar before its beginning too; years 0 to 9999. */
#ifndef MT_BUNDLE_DATES_H
#define MT_BUNDLE_DATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MT_DATE_BYTES 24u

/* `2024-01-31`, or `2024-01-31T12:00:00.500Z` where it is not a `day`; the length, 0 where there is no such date. */
uint32_t mt_date_write(double seconds, bool day, char *text);

/*
 * Unix seconds, to the microsecond, of a day, or of a time with seconds or without, and a zone or UTC: what isoSeconds of
 * web/read/dates.ts reads, and no more. NaN where it is no such text.
 */
double mt_date_read(const char *text, size_t length);

#endif

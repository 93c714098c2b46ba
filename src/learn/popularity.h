/* Popularity in time: what many meet lately (trending), and what is new (first seen). */
#ifndef MT_LEARN_POPULARITY_H
#define MT_LEARN_POPULARITY_H

#include "learn/log.h"

/* out[items]: each person counts once for an item, by the event of weight · 2^-(age / half-life) that says most. The
 * half-life is `share` of the log's span (1/20: a month of a two-year log), so seconds and days are the same to it; age
 * counts from the span's end. The one person who comes first or last, and one in a thousand, has no say in the span: a
 * clock may be wrong, a machine may go on alone. What lies beyond the end is as new as can be. MT_INVALID without time. */
mt_status mt_popularity_trending(const mt_log *log, double share, float *out, mt_error *error);

/* out[items]: when each item had first been met by `people` >= 1 of them; -infinity where fewer met it. MT_INVALID without time. */
mt_status mt_popularity_first_seen(const mt_log *log, uint32_t people, double *out, mt_error *error);

#endif

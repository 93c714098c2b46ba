/* Repeats: how many of those who took an item take it again, and how long that takes them.
 *
 *   rate(i) = (people who took i at two moments or more + m · mean rate) / (people who took i + m)
 *   gap(i)  = the median of the times between somebody's one taking of i and their next, in seconds
 *
 * Events of one moment are one taking. What fewer than `people` say is not said: of an item that fewer took, and of when one is taken again that
 * fewer took again, the means of all stand. An item of fewer than MT_FEW_GAPS gaps takes the median of all. After Bhagat et al.,
 * Buy It Again: Modeling Repeat Purchase Recommendations, KDD 2018.
 */
#ifndef MT_LEARN_REPEATS_H
#define MT_LEARN_REPEATS_H

#include "learn/log.h"

#define MT_FEW_GAPS 5u

/* rate[items], gap[items]; gap is 0 where nobody took anything twice, and in a log without times, whose events are a taking
 * each. `prior`: m, the people that the mean stands for. */
mt_status mt_train_repeats(const mt_log *log, float prior, uint32_t people, float *rate, float *gap, mt_error *error);

#endif

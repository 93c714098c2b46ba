/* Exploration: now and then something that relevance alone would not show, by a seeded stream of numbers.
 *
 * Epsilon-greedy gives a share of the slots to a random candidate. Thompson sampling draws each candidate's click rate
 * from what is known of it: a normal draw with the mean and the variance of Beta(clicks + 1, misses + 1), kept within 0
 * and 1. What was shown little varies much, and so comes up sometimes.
 *
 * Impressions are what was shown to this person, as the request tells: frequency caps keep back what was shown too often,
 * and Thompson sampling counts them with what the catalogue knows.
 */
#ifndef MT_RERANK_EXPLORE_H
#define MT_RERANK_EXPLORE_H

#include "base/arena.h"
#include "base/rng.h"
#include "rerank/match.h"

#define MT_MAX_IMPRESSIONS 1024u /* items; more are dropped */

typedef struct mt_impression {
  uint32_t item;
  float shown, clicked;
} mt_impression;

typedef struct mt_impressions {
  uint32_t count;
  mt_impression *of; /* [MT_MAX_IMPRESSIONS] */
  mt_index index;
} mt_impressions;

void mt_impressions_reserve(mt_arena *arena, mt_impressions *impressions);
/* Adds to what is known of the item; false where there is no room for one more. */
bool mt_impressions_add(mt_impressions *impressions, uint32_t item, float shown, float clicked);

/* Clears the bits of what a rule of kind FREQUENCY keeps back. marks[values of the attribute] is scratch. */
void mt_impressions_keep_back(const mt_impressions *impressions, const mt_rule *rule, const mt_attribute *attributes,
                              uint32_t items,
                              uint8_t *marks, uint8_t *bitmap);

/* A sampled click rate: a rule of kind THOMPSON. */
float mt_sample_rate(const mt_impressions *impressions, const mt_rule *rule, const mt_attribute *attributes,
                     uint32_t item, mt_rng *rng);

#endif

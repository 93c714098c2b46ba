/* The slate: one greedy selection with all rules together.
 *
 *   pins hold their slots, as far as hard rules let them
 *   for each slot, first to last: its pin; else of the items that no hard rule keeps out
 *     1. those that meet most of what the slot asks for (its line, quotas that are due),
 *     2. of these the one with the largest objective, or where the slot explores a random one,
 *     3. of a tie the smaller item number
 *   objective = (1 - d) · ((1 - c) · value - c · KL) - d · penalty
 *
 * value: value.h; d and penalty: diversity.h; c and KL: calibration.h. Items compete in three tiers: the pool (the best by
 * value, which alone have penalties), the rest of what was ranked, by value, and what no source brought, by item number.
 * A later tier is asked only where the earlier one has nothing that fits, or nothing that meets all that the slot asks.
 *
 * Hard rules are never broken, so a slate may be shorter than k. It is maximal: if it has less than k items, no allowed
 * item can be put behind it without breaking a hard rule. Where a slot cannot be filled because of pins further down, the
 * first of them is moved up to it, or if it does not fit there competes like any other item, and the slate is chosen anew.
 *
 * Quotas are due evenly: of n wanted in k slots, n · (p + 1) / k by slot p, so that they do not gather at the end; and
 * they ask for every slot as soon as they need all that are left.
 *
 * Where slots explore, each choice says how likely it was at its slot, given all that was placed before: of n candidates among
 * which a share e of the slots draws, e / n, and 1 - e more for the one with the largest objective; 1 for pins and for what is
 * beyond the candidates, which nothing draws. A slate that is chosen anew counts as if it had been the first. Sampled click rates
 * (Thompson) have no such number in closed form, and with them none is said.
 *
 * Work is bounded: MT_MAX_ORDERED and MT_MAX_POOL candidates a slot, and MT_MOST_INSPECTED at items that no source brought,
 * after which a slate ends even where it could go on.
 */
#ifndef MT_RERANK_SLATE_H
#define MT_RERANK_SLATE_H

#include "rerank/calibration.h"
#include "rerank/caps.h"
#include "rerank/diversity.h"
#include "rerank/explore.h"
#include "rerank/value.h"

#define MT_MOST_INSPECTED (1u << 24) /* each at one item that stands there already */

typedef struct mt_choice {
  uint32_t item;
  float value, penalty; /* penalty: what diversity took off the objective */
  float propensity;     /* where slots explore: how likely it was here, after what stands before it; 0: not known */
  uint64_t rules;       /* that were about it: boosts, quotas, lines, its pin, exploration */
} mt_choice;

typedef struct mt_greedy {
  /* what it works on, set before mt_greedy_run */
  mt_matcher matcher;
  const mt_space *space;
  const mt_history *history;
  const mt_impressions *impressions;
  const uint8_t *allowed; /* bitmap */
  uint32_t items;
  mt_ranking ranking;

  /* what it keeps */
  uint8_t *open;  /* bitmap: what is beyond the candidates */
  uint64_t *keys; /* [ordered] */
  uint32_t k;
  mt_rng rng;
  mt_diversity diversity;
  mt_calibration calibration;
  mt_entry *entries; /* the pool, then the rest: pins first in the pool */
  uint32_t pool, count;
  mt_choice *choices; /* [MT_MAX_POSITION] */
  uint32_t *placed;   /* [MT_MAX_POSITION] */
  uint32_t held;      /* slots further down that pins hold */
  uint32_t have[MT_MAX_RULES];     /* of each quota */
  uint32_t pin_slot[MT_MAX_RULES]; /* of each pin; MT_NOT_FOUND: it holds none */
  uint64_t unavailable;  /* what slots ask for and nothing beyond the candidates can give */
  uint32_t inspected;
} mt_greedy;

/* `ordered`: most candidates of a ranking. `widest`: see mt_diversity_reserve. */
void mt_greedy_reserve(mt_arena *arena, uint32_t items, uint32_t ordered, size_t widest, mt_greedy *greedy);

/* Fills greedy->choices and skipped[MT_MAX_RULES], how often each rule kept a better one out; returns how many there are. */
uint32_t mt_greedy_run(mt_greedy *greedy, uint32_t k, uint32_t *skipped);

#endif

/* Sums: what kinds of sources have in common that add up lists into a table, work->sums. Its score of any item is a look-up. */
#ifndef MT_RECALL_SUMS_H
#define MT_RECALL_SUMS_H

#include "recall/source.h"

/* Takes a table for up to `entries` of so many items. */
void mt_sums_reserve(mt_arena *arena, uint64_t entries, uint32_t items, mt_sparse *sums);

/* As verbs. */
mt_status mt_sums_best(const mt_source_work *work, uint32_t k, const uint8_t *bitmap, mt_best *best, mt_error *error);
float mt_sums_score(const mt_source_work *work, uint32_t item, float unknown);

#endif

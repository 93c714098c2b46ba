/* Reserving: all memory that requests on an open bundle will use, taken once. */
#ifndef MT_FUNNEL_RESERVE_H
#define MT_FUNNEL_RESERVE_H

#include "base/arena.h"
#include "martello.h"

void mt_reserve(mt_arena *arena, mt_recommender *rec);

#endif

/* What a device downloads: martello.h itself, exported as it is. Pointers are offsets into the module's memory; the
 * caller owns all of it from mt_heap() on. web/recommender/slate.ts and memory.ts read these structures at these offsets.
 */
#include "martello.h"

_Static_assert(sizeof(mt_error) == 260 && offsetof(mt_error, message) == 4, "web/recommender/memory.ts reads errors");
#define AT(type, field, at) _Static_assert(offsetof(type, field) == (at), "web/recommender/slate.ts reads " #field)
AT(mt_slate, count, 0);
AT(mt_slate, candidates, 4);
AT(mt_slate, ranked, 8);
AT(mt_slate, ordered, 12);
AT(mt_slate, recalled, 16);
AT(mt_slate, history, 80);
AT(mt_slate, dropped, 84);
AT(mt_slate, truncated, 88);
AT(mt_slate, filled, 92);
AT(mt_slate, picks, 96);
AT(mt_slate, skipped, 100);
AT(mt_pick, item, 0);
AT(mt_pick, score, 4);
AT(mt_pick, because, 8);
AT(mt_pick, scores, 20);
AT(mt_pick, ranks, 84);
AT(mt_pick, reasons, 148);
AT(mt_pick, value, 188);
AT(mt_pick, penalty, 192);
AT(mt_pick, rules, 196);
AT(mt_pick, propensity, 204);
_Static_assert(sizeof(mt_pick) == 208 && MT_BECAUSE == 3 && MT_REASONS == 5 && MT_MAX_RULES == 64,
               "web/recommender/slate.ts reads picks");
AT(mt_feature_block, items, 8);
AT(mt_feature_block, rows, 264);
_Static_assert(sizeof(mt_hits) == 12, "web/recommender/slate.ts reads hits");

extern unsigned char __heap_base;

/* The first free byte of memory. */
void *mt_heap(void) { return &__heap_base; }

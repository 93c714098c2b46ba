/* What a device downloads: martello.h itself, exported as it is. Pointers are offsets into the module's memory; the
 * caller owns all of it from mt_heap() on. web/recommender/slate.ts and memory.ts read these structures at these offsets.
 */
#include "martello.h"

_Static_assert(sizeof(mt_error) == 260 && offsetof(mt_error, message) == 4, "web/recommender/memory.ts reads errors");
_Static_assert(offsetof(mt_slate, picks) == 96 && offsetof(mt_slate, recalled) == 16 && offsetof(mt_slate, history) == 80 &&
                   offsetof(mt_slate, skipped) == 100,
               "web/recommender/slate.ts reads slates");
_Static_assert(sizeof(mt_pick) == 204 && offsetof(mt_pick, because) == 8 && offsetof(mt_pick, scores) == 20 &&
                   offsetof(mt_pick, ranks) == 84 && offsetof(mt_pick, reasons) == 148 && offsetof(mt_pick, value) == 188 &&
                   offsetof(mt_pick, rules) == 196,
               "web/recommender/slate.ts reads picks");
_Static_assert(offsetof(mt_feature_block, items) == 8 && offsetof(mt_feature_block, rows) == 264, "web/recommender/slate.ts reads features");
_Static_assert(sizeof(mt_hits) == 12, "web/recommender/slate.ts reads hits");

extern unsigned char __heap_base;

/* The first free byte of memory. */
void *mt_heap(void) { return &__heap_base; }

/* Which sources this was made of, as the custom section "martello". */
__asm__(".section .custom_section.martello,\"\",@\n\t.ascii \"" MT_CORE_ID "\"\n\t.text\n");

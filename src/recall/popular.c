/* The popularity source: how much everybody met an item, known of every item and the same to all. */
#include "bundle/popularity.h"
#include "recall/bitmap.h"
#include "recall/source.h"

_Static_assert(sizeof(mt_popularity) <= MT_SOURCE_ROOM, "what popularity keeps");

static const mt_popularity *own(const mt_source_work *work) { return (const mt_popularity *)(const void *)work->own.room; }

static mt_status open_popularity(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_error *error) {
  (void)source;
  mt_popularity *popularity = (mt_popularity *)(void *)work->own.room;
  mt_section section;
  MT_TRY(mt_bundle_need(view->bundle, MT_SECTION_POPULARITY, 0, "popularity", &section, error));
  return mt_popularity_open(section.bytes, section.length, view->bundle->items, popularity, error);
}

/* The first k, since items are numbered by falling popularity. */
static mt_status best_of(const mt_source_work *work, uint32_t k, const uint8_t *bitmap, mt_best *best, mt_error *error) {
  (void)error;
  const mt_popularity *popularity = own(work);
  best->count = 0;
  for (uint32_t item = 0; item < popularity->items && best->count < k; item++)
    if (mt_bitmap_has(bitmap, item) && popularity->codes[item] != 0)
      best->keys[best->count++] = mt_topk_key(mt_popularity_of(popularity, item), item);
  mt_sort_descending(best->keys, best->count); /* codes are coarser than the order of the numbers, or the bundle is odd */
  return MT_OK;
}

static float score(const mt_source_work *work, uint32_t item, float unknown) {
  (void)unknown;
  return mt_popularity_of(own(work), item);
}

const mt_source_verbs mt_source_popular = {.open = open_popularity, .best = best_of, .score = score};

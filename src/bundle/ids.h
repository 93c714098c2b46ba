/* Item ids: item number <-> id, both ways, in two sections. The second only saves turning the first one round, so it may
 * arrive later.
 *
 *  ids
 *    0  string table of the ids, in sorted runs; it may have more than there are items: of those that are gone
 *    .  packed rank[items]     number -> place in the table; each bit_width(places) bits wide, with `places` ids in the table
 *  places
 *    0  packed number[places]  place in the table -> number; `places`: its item is gone
 */
#ifndef MT_BUNDLE_IDS_H
#define MT_BUNDLE_IDS_H

#include "bundle/strings.h"

typedef struct mt_ids {
  mt_strings strings;
  uint32_t items, places;
  unsigned bits;
  const unsigned char *rank, *number; /* number: NULL where it has not arrived */
  uint32_t *turned;                   /* instead of it until then: place -> number */
} mt_ids;

mt_status mt_ids_open(const unsigned char *bytes, size_t length, uint32_t items, mt_ids *ids, mt_error *error);

mt_status mt_ids_open_places(const unsigned char *bytes, size_t length, mt_ids *ids, mt_error *error);

/* Where the places have not arrived: computes them into `turned` (ids.places numbers). */
void mt_ids_turn(mt_ids *ids, uint32_t *turned);

/* The number of the item with this id, or MT_NOT_FOUND. `scratch` holds strings.longest bytes. */
uint32_t mt_ids_find(const mt_ids *ids, const char *id, size_t length, char *scratch);

/* Writes the id of `item` < items into `text` (strings.longest bytes) and returns its length. */
uint32_t mt_ids_get(const mt_ids *ids, uint32_t item, char *text);

/* `text`, `start`, `end`: ids[places] in sorted runs, as mt_strings_encode takes them; number[place] is the item of each, `places` where
 * there is none. Size, and bytes into `out` (zeroed) where it is not NULL. */
size_t mt_ids_encode(const char *text, const uint32_t *start, uint32_t places, const uint32_t *end, uint32_t runs,
                     const uint32_t *number, uint32_t items, unsigned char *out);
size_t mt_places_encode(const uint32_t *number, uint32_t places, unsigned char *out);

#endif

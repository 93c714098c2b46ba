#include "bundle/ids.h"

#include "bundle/bits.h"
#include "bundle/check.h"

mt_status mt_ids_open(const unsigned char *bytes, size_t length, uint32_t items, mt_ids *ids, mt_error *error) {
  size_t table;
  MT_TRY(mt_strings_open(bytes, length, &ids->strings, &table, "item ids", error));
  MT_TRY(mt_check_count("item ids", "ids", ids->strings.count, items, MT_MAX_ITEMS, error));
  MT_TRY(mt_check_count("item ids", "sorted", ids->strings.sorted, 1, 1, error));
  ids->items = items;
  ids->places = ids->strings.count;
  ids->bits = mt_bit_width(ids->places);
  ids->rank = bytes + table;
  ids->number = NULL;
  ids->turned = NULL;
  return mt_check_bytes("item ids", length, table + mt_packed_bytes(items, ids->bits), error);
}

mt_status mt_ids_open_places(const unsigned char *bytes, size_t length, mt_ids *ids, mt_error *error) {
  ids->number = bytes;
  return mt_check_bytes("places", length, mt_packed_bytes(ids->places, ids->bits), error);
}

void mt_ids_turn(mt_ids *ids, uint32_t *turned) {
  ids->turned = turned;
  memset(turned, 0xff, ids->places * sizeof *turned);
  for (uint32_t item = 0; item < ids->items; item++) {
    uint32_t place = mt_packed_get(ids->rank, item, ids->bits);
    if (place < ids->places) turned[place] = item;
  }
}

uint32_t mt_ids_find(const mt_ids *ids, const char *id, size_t length, char *scratch) {
  uint32_t place = mt_strings_find(&ids->strings, id, length, scratch);
  if (place == MT_NOT_FOUND) return MT_NOT_FOUND;
  uint32_t item = ids->number != NULL ? mt_packed_get(ids->number, place, ids->bits) : ids->turned[place];
  return item < ids->items ? item : MT_NOT_FOUND;
}

uint32_t mt_ids_get(const mt_ids *ids, uint32_t item, char *text) {
  uint32_t place = mt_packed_get(ids->rank, item, ids->bits);
  return place < ids->places ? mt_strings_get(&ids->strings, place, text) : 0;
}

size_t mt_ids_encode(const char *text, const uint32_t *start, uint32_t places, const uint32_t *end, uint32_t runs,
                     const uint32_t *number, uint32_t items, unsigned char *out) {
  size_t table = mt_strings_encode(text, start, places, end, runs, out);
  unsigned bits = mt_bit_width(places);
  if (out != NULL)
    for (uint32_t place = 0; place < places; place++)
      if (number[place] < items) mt_packed_put(out + table, number[place], bits, place);
  return table + (size_t)mt_packed_bytes(items, bits);
}

size_t mt_places_encode(const uint32_t *number, uint32_t places, unsigned char *out) {
  unsigned bits = mt_bit_width(places);
  if (out != NULL)
    for (uint32_t place = 0; place < places; place++) mt_packed_put(out, place, bits, number[place]);
  return (size_t)mt_packed_bytes(places, bits);
}

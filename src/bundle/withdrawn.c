#include "bundle/withdrawn.h"

#include "bundle/check.h"

mt_status mt_withdrawn_open(const unsigned char *bytes, size_t length, uint32_t items, mt_withdrawn *withdrawn, mt_error *error) {
  MT_TRY(mt_check_bytes("withdrawn items", length, ((uint64_t)items + 7) / 8, error));
  if (items % 8 != 0 && bytes[length - 1] >> items % 8 != 0)
    return mt_fail(error, MT_CORRUPT, "withdrawn items: found an item beyond the last, expected less than %u", items);
  withdrawn->bits = bytes;
  return MT_OK;
}

void mt_withdrawn_clear(const mt_withdrawn *withdrawn, uint32_t items, uint8_t *bitmap) {
  for (size_t b = 0; withdrawn->bits != NULL && b < ((size_t)items + 7) / 8; b++) bitmap[b] &= (uint8_t)~withdrawn->bits[b];
}

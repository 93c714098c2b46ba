#include "bundle/check.h"

#include "bundle/format.h"

mt_status mt_check_head(const char *what, size_t found, uint64_t least, mt_error *error) {
  if (found >= least) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "%s: found %u bytes, expected at least %u", mt_text(what), found, least);
}

mt_status mt_check_bytes(const char *what, size_t found, uint64_t expected, mt_error *error) {
  if (found == expected) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "%s: found %u bytes, expected %u", mt_text(what), found, expected);
}

mt_status mt_check_count(const char *what, const char *field, uint32_t found, uint32_t least, uint32_t most, mt_error *error) {
  if (found >= least && found <= most) return MT_OK;
  if (least >= most)
    return mt_fail(error, MT_CORRUPT, "%s: %s: found %u, expected %u", mt_text(what), mt_text(field), found, least);
  return mt_fail(error, MT_CORRUPT, "%s: %s: found %u, expected %u to %u", mt_text(what), mt_text(field), found,
                 least, most);
}

mt_status mt_check_index(const char *what, const char *field, uint32_t found, uint32_t bound, mt_error *error) {
  if (found < bound) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "%s: %s: found %u, expected less than %u", mt_text(what), mt_text(field), found,
                 bound);
}

mt_status mt_check_number(const char *what, const char *field, double found, double least, double most, mt_error *error) {
  if (found >= least && found <= most) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "%s: its %s is out of range", mt_text(what), mt_text(field));
}

mt_status mt_check_numbers(const char *what, const char *field, const float *numbers, size_t count, float least, float most,
                           mt_error *error) {
  for (size_t i = 0; i < count; i++) MT_TRY(mt_check_number(what, field, numbers[i], least, most, error));
  return MT_OK;
}

mt_status mt_check_starts(const char *what, const unsigned char *starts, uint64_t count, uint32_t total, mt_error *error) {
  uint32_t before = 0;
  for (size_t i = 0; i <= count; i++) {
    uint32_t at = mt_load_u32(starts + 4 * i);
    if (at < before || at > total || (i == 0 && at != 0) || (i == count && at != total))
      return mt_fail(error, MT_CORRUPT, "%s: block %u starts at %u of %u, after %u", mt_text(what), i, at, total,
                     before);
    before = at;
  }
  return MT_OK;
}

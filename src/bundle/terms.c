#include "bundle/terms.h"

#include "bundle/check.h"
#include "bundle/format.h"

mt_status mt_terms_open(const unsigned char *bytes, size_t length, mt_terms *terms, mt_error *error) {
  size_t taken;
  MT_TRY(mt_check_head("terms", length, MT_TERMS_HEAD, error));
  MT_TRY(mt_strings_open(bytes + MT_TERMS_HEAD, length - MT_TERMS_HEAD, &terms->strings, &taken, "terms", error));
  MT_TRY(mt_check_count("terms", "sorted", terms->strings.sorted, 1, 1, error));
  terms->postings = mt_load_u32(bytes);
  return MT_OK;
}

size_t mt_terms_encode(uint32_t postings, const char *text, const uint32_t *start, uint32_t count, unsigned char *out) {
  if (out != NULL) {
    mt_store_u32(out, postings);
    mt_store_u32(out + 4, 0);
  }
  return MT_TERMS_HEAD + mt_strings_encode(text, start, count, true, out == NULL ? NULL : out + MT_TERMS_HEAD);
}

#include "bundle/terms.h"

#include "bundle/format.h"

mt_status mt_terms_open(const unsigned char *bytes, size_t length, mt_terms *terms, mt_error *error) {
  size_t taken;
  if (length < MT_TERMS_HEAD)
    return mt_fail(error, MT_CORRUPT, "terms: found %u bytes, expected at least %u", (unsigned)length, MT_TERMS_HEAD);
  MT_TRY(mt_strings_open(bytes + MT_TERMS_HEAD, length - MT_TERMS_HEAD, &terms->strings, &taken, "terms", error));
  if (!terms->strings.sorted) return mt_fail(error, MT_CORRUPT, "terms: found words in no order, expected them sorted");
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

#include "bundle/terms.h"

#include "bundle/check.h"
#include "bundle/format.h"

#define MOST_POPULARITY 1e6f

mt_status mt_terms_open(const unsigned char *bytes, size_t length, uint32_t items, mt_terms *terms, mt_error *error) {
  size_t taken, head = MT_TERMS_HEAD + (size_t)items;
  MT_TRY(mt_check_head("terms", length, head, error));
  MT_TRY(mt_strings_open(bytes + head, length - head, &terms->strings, &taken, "terms", error));
  MT_TRY(mt_check_count("terms", "sorted", terms->strings.sorted, 1, 1, error));
  terms->postings = mt_load_u32(bytes);
  terms->popularity = mt_load_f32(bytes + 4);
  terms->facts = bytes + MT_TERMS_HEAD;
  return mt_check_number("terms", "weight of popularity", terms->popularity, 0, MOST_POPULARITY, error);
}

size_t mt_terms_encode(uint32_t postings, float popularity, const unsigned char *facts, uint32_t items, const char *text,
                       const uint32_t *start, uint32_t count, const uint32_t *end, uint32_t runs, unsigned char *out) {
  size_t head = MT_TERMS_HEAD + (size_t)items;
  if (out != NULL) {
    mt_store_u32(out, postings);
    mt_store_f32(out + 4, popularity);
    memcpy(out + MT_TERMS_HEAD, facts, items);
  }
  return head + mt_strings_encode(text, start, count, end, runs, out == NULL ? NULL : out + head);
}

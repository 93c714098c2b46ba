/* Terms: the words of a text index. The items of each word, and what the word says of them, are postings.
 *
 *    0  u32  postings     ordinal of the POSTINGS section whose key n is term n (MT_KEY_TERM)
 *    4  u32  0
 *    8  string table, sorted
 *
 * An entry's weight is what BM25 (Robertson & Zaragoza 2009) gives one occurrence of the word in a query, idf and length
 * normalisation included, so that a score is a sum of weights: "impacts" (Anh & Moffat 2001), in 8 bits each.
 */
#ifndef MT_BUNDLE_TERMS_H
#define MT_BUNDLE_TERMS_H

#include "bundle/strings.h"

#define MT_TERMS_HEAD 8u

typedef struct mt_terms {
  mt_strings strings;
  uint32_t postings;
} mt_terms;

mt_status mt_terms_open(const unsigned char *bytes, size_t length, mt_terms *terms, mt_error *error);

/* Writing: terms as in mt_strings_encode, sorted. Size, and bytes into `out` where it is not NULL. */
size_t mt_terms_encode(uint32_t postings, const char *text, const uint32_t *start, uint32_t count, unsigned char *out);

#endif

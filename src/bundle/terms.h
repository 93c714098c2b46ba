/* Terms: the words of a text index. The items of each word, and what the word says of them, are postings.
 *
 *    0  u32  postings     ordinal of the POSTINGS section whose key n is term n (MT_KEY_TERM)
 *    4  f32  popularity   what being popular weighs against the words, from 0
 *    8  u8   fact[items]  low 4 bits: different words of the title, MT_TITLE_LONG: so many or more, 0: it has none;
 *                         high 4 bits: its popularity in even steps of the logarithm, 0 to 15
 *    .  string table, in sorted runs
 *
 * An entry's weight is what BM25 (Robertson & Zaragoza 2009) gives one occurrence of the word in a query, idf and length
 * normalisation included, so that a score is a sum of weights: "impacts" (Anh & Moffat 2001). Its mark is the place of the
 * word among the different words of the title, from 0; MT_PLACE_LATE: further back; MT_PLACE_NONE: not in the title.
 */
#ifndef MT_BUNDLE_TERMS_H
#define MT_BUNDLE_TERMS_H

#include "bundle/strings.h"

#define MT_TERMS_HEAD 8u
#define MT_TITLE_LONG 15u
#define MT_PLACE_BITS 4u
#define MT_PLACE_LATE 14u
#define MT_PLACE_NONE 15u

typedef struct mt_terms {
  mt_strings strings;
  uint32_t postings;
  float popularity;
  const unsigned char *facts; /* [items] */
} mt_terms;

mt_status mt_terms_open(const unsigned char *bytes, size_t length, uint32_t items, mt_terms *terms, mt_error *error);

/* Different words of the item's title. */
static inline uint32_t mt_terms_title(const mt_terms *terms, uint32_t item) { return terms->facts[item] & 15u; }
/* From 0 to 1. */
static inline float mt_terms_popularity(const mt_terms *terms, uint32_t item) { return (float)(terms->facts[item] >> 4) / 15.0f; }

/* Writing: terms as in mt_strings_encode. Size, and bytes into `out` where it is not NULL. */
size_t mt_terms_encode(uint32_t postings, float popularity, const unsigned char *facts, uint32_t items, const char *text,
                       const uint32_t *start, uint32_t count, const uint32_t *end, uint32_t runs, unsigned char *out);

#endif

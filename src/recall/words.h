/* Words: what somebody typed, against the terms of the text index.
 *
 * A word counts the items that have it. The last one may be unfinished, so it also counts, by half and by how much of
 * them it is, the terms that it begins. A word of four letters or more that neither is nor begins a term is taken for a
 * slip of one letter: changed, missing, too many, or two the wrong way round; the first is held to be right.
 */
#ifndef MT_RECALL_WORDS_H
#define MT_RECALL_WORDS_H

#include "bundle/postings.h"
#include "bundle/terms.h"
#include "recall/sparse.h"

#define MT_MAX_WORDS 32u /* of one text: further ones do not count */

/* Sums into `sums` what the words of `text`, UTF-8 with one space between two, say of items. `unfinished`: the last word
 * may go on. `scratch` holds terms->strings.longest bytes. Sets bit w of *unmatched_ret where word w matched nothing.
 * Returns false where the table, or what a request may read, was reached: the last words lost. */
bool mt_words_sum(const mt_terms *terms, const mt_postings *postings, const char *text, size_t length, bool unfinished,
                  char *scratch, mt_sparse *sums, uint32_t *unmatched_ret);

#endif

#include "recall/words.h"

#include "recall/lists.h"

#define UNSURE 0.5f        /* what a term counts that was not typed in full, or not quite so */
#define LEAST_SLIP 4u      /* bytes of a word that may hold a slip */
#define MOST_SLIPS 65536u  /* terms that are compared with such a word */

typedef struct search {
  const mt_terms *terms;
  const mt_postings *postings;
  char *scratch;
  mt_sparse *sums;
  uint32_t cost; /* entries read */
  bool whole;    /* nothing was left out */
} search;

static void add_term(search *s, uint32_t term, float weight) {
  s->whole &= mt_recall_add_list(s->postings, term, weight, s->sums, &s->cost);
}

static size_t characters(const char *text, size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xc0) != 0x80;
  return count;
}

/* Whether one slip turns a into b: what they do not share at both ends is a character each at most, or two the wrong way
 * round. */
static bool is_slip(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t least = a_length < b_length ? a_length : b_length, head = 0, tail = 0;
  while (head < least && a[head] == b[head]) head++;
  while (head > 0 && head < least && ((unsigned char)a[head] & 0xc0) == 0x80) head--; /* back to a whole character */
  while (tail < least - head && a[a_length - 1 - tail] == b[b_length - 1 - tail]) tail++;
  while (tail > 0 && ((unsigned char)a[a_length - tail] & 0xc0) == 0x80) tail--;
  size_t a_rest = a_length - head - tail, b_rest = b_length - head - tail;
  if (a_rest == 2 && b_rest == 2 && a[head] == b[head + 1] && a[head + 1] == b[head]) return true;
  return characters(a + head, a_rest) <= 1 && characters(b + head, b_rest) <= 1;
}

/* False where the word matches nothing. */
static bool add_word(search *s, const char *word, size_t length, bool unfinished) {
  const mt_strings *strings = &s->terms->strings;
  mt_strings_walk walk;
  bool any = false, more = mt_strings_seek(strings, word, length, s->scratch, &walk);
  for (; more && walk.length >= length && memcmp(s->scratch, word, length) == 0;
       more = unfinished && s->whole && mt_strings_next(strings, s->scratch, &walk)) {
    if (walk.length > length && !unfinished) break;
    add_term(s, walk.index, walk.length == length ? 1 : UNSURE * (float)length / (float)walk.length);
    any = true;
  }
  if (any || length < LEAST_SLIP) return any;
  more = mt_strings_seek(strings, word, 1, s->scratch, &walk);
  for (uint32_t left = MOST_SLIPS; more && left > 0 && walk.length > 0 && s->scratch[0] == word[0];
       more = mt_strings_next(strings, s->scratch, &walk), left--) {
    if (!is_slip(word, length, s->scratch, walk.length)) continue;
    add_term(s, walk.index, UNSURE);
    any = true;
  }
  return any;
}

bool mt_words_sum(const mt_terms *terms, const mt_postings *postings, const char *text, size_t length, bool unfinished,
                  char *scratch, mt_sparse *sums, uint32_t *unmatched_ret) {
  search s = {terms, postings, scratch, sums, 0, true};
  size_t at = 0;
  mt_sparse_reset(sums, postings->items);
  *unmatched_ret = 0;
  for (uint32_t word = 0; word < MT_MAX_WORDS && at < length; word++) {
    size_t end = at;
    while (end < length && text[end] != ' ') end++;
    if (!add_word(&s, text + at, end - at, unfinished && end == length)) *unmatched_ret |= 1u << word;
    at = end + 1;
  }
  return s.whole;
}

/* Words: what somebody typed, against the terms of the text index.
 *
 * A word finds the items of
 *   - the term that it is, and where it may go on, by half and by how much of them it is, the terms that it begins;
 *   - the term that it makes with the word before or after it: "spider man" finds Spiderman;
 *   - two terms side by side that it is made of, where letters meet digits, and anywhere where nothing else was found:
 *     "iphone15" finds iPhone 15, "starwars" Star Wars;
 *   - terms of which it is a slip of one letter, changed, missing, too many, or two the wrong way round, where nothing else
 *     was found, it has four letters or more and no digit: numbers are no slips. The first letter is held to be right.
 * A letter is a character of Unicode, of Korean a syllable, which terms write as its parts.
 *
 * Of what a word finds an item by, the best counts; what an item's words count adds up. Beside that it is kept how much of
 * the text an item has, how far it was typed, and where in its title it stands: its grade, which says more than any sum.
 */
#ifndef MT_RECALL_WORDS_H
#define MT_RECALL_WORDS_H

#include "base/arena.h"
#include "bundle/postings.h"
#include "bundle/terms.h"

#define MT_MAX_WORDS 32u /* of one text: further ones do not count */

/* How well a text meets an item. A word that is not typed in full is unfinished, or a slip. */
typedef enum mt_grade {
  MT_GRADE_RELATED, /* it has none of the words */
  MT_GRADE_SOME,    /* some */
  MT_GRADE_ALL,     /* all */
  MT_GRADE_WHOLE,   /* … typed in full */
  MT_GRADE_BEGUN,   /* its title begins with them, in any order */
  MT_GRADE_TITLE,   /* its title has them, typed in full */
  MT_GRADE_BEGINS,  /* … and begins with them */
  MT_GRADE_IS,      /* they are its title */
} mt_grade;

/* What is known of an item that was found. */
typedef struct mt_found {
  uint32_t key;          /* item + 1; 0 is free */
  float sum, best;       /* of the words before; of the last word that found it */
  uint8_t word;          /* … that is, its number and a flag: words.c */
  uint8_t words;         /* how many different ones it has */
  uint8_t common, marks; /* of all words before; of the last one: words.c */
} mt_found;

/* What a text found: an open-addressed table as recall/sparse.h. */
typedef struct mt_words {
  mt_found *slots;
  uint32_t capacity, mask, count; /* of the memory; slots in use less one; items */
  uint32_t asked;                 /* words of the text */
  float most;                     /* what an item would count that is the best of every word */
  uint32_t unmatched;             /* bit w: word w found nothing */
  bool complete;                  /* else the table, or what a request may read, was full: the last words lost */
} mt_words;

void mt_words_reserve(mt_arena *arena, uint32_t items, mt_words *words);

/* Looks up the words of `text`: UTF-8, each once, one space between two, and * behind a word that may go on. `scratch` holds
 * terms->strings.longest bytes. */
void mt_words_find(const mt_terms *terms, const mt_postings *postings, const char *text, size_t length, char *scratch,
                   mt_words *words);

/* NULL: it was not found. */
const mt_found *mt_words_get(const mt_words *words, uint32_t item);

static inline float mt_words_sum(const mt_found *found) { return found->sum + found->best; }
mt_grade mt_words_grade(const mt_words *words, const mt_terms *terms, const mt_found *found);

#endif

#include "recall/words.h"

#include "recall/lists.h"

#define UNSURE 0.5f        /* what a term counts that was not typed in full, or not quite so */
#define LEAST_SLIP 4u      /* letters of a word that may hold a slip */
#define MOST_SLIPS 65536u  /* terms that are compared with such a word */
#define MOST_JOINED 128u   /* bytes of two words that may be one */
#define MOST_SECOND 32u    /* terms that the second part of a word may go on as */

/* mt_found.word: its number, and whether any word was the very first of the title. */
#define NUMBER_MASK 31u
#define FIRST 32u

/* Marks of a word that an item has: of two the larger number says more, of all words what they have in common. TITLED is
 * said of what is WHOLE alone: a title that begins with what is unfinished says more than a whole word beside it. */
#define WHOLE 1u  /* typed in full */
#define LEADS 2u  /* among the first of its title, as many as the text has words */
#define TITLED 4u /* anywhere in its title */

typedef struct word {
  const char *text;
  size_t length;
  bool open; /* it may go on */
} word;

typedef struct search {
  const mt_terms *terms;
  const mt_postings *postings;
  char *scratch;
  mt_words *words;
  uint32_t number, cost; /* of the word; entries read */
  float best;            /* that the word counts for any item */
} search;

void mt_words_reserve(mt_arena *arena, uint32_t items, mt_words *words) {
  words->capacity = mt_sparse_slots(items);
  words->slots = mt_arena_take(arena, words->capacity, sizeof *words->slots);
}

static mt_found *slot_of(const mt_words *words, uint32_t item) {
  uint32_t at = (uint32_t)(((uint64_t)(item + 1) * 0x9e3779b97f4a7c15ULL) >> 40) & words->mask;
  while (words->slots[at].key != 0 && words->slots[at].key != item + 1) at = (at + 1) & words->mask;
  return &words->slots[at];
}

const mt_found *mt_words_get(const mt_words *words, uint32_t item) {
  const mt_found *found = slot_of(words, item);
  return found->key == 0 ? NULL : found;
}

mt_grade mt_words_grade(const mt_words *words, const mt_terms *terms, const mt_found *found) {
  uint32_t common = found->common & found->marks, title = mt_terms_title(terms, found->key - 1);
  bool begins = (common & LEADS) != 0 && (found->word & FIRST) != 0;
  if (found->words < words->asked) return MT_GRADE_SOME;
  if ((common & WHOLE) == 0) return begins ? MT_GRADE_BEGUN : MT_GRADE_ALL;
  if (!begins) return (common & TITLED) != 0 ? MT_GRADE_TITLE : MT_GRADE_WHOLE;
  return title == words->asked && title < MT_TITLE_LONG ? MT_GRADE_IS : MT_GRADE_BEGINS;
}

/* -- what a word finds --------------------------------------------------------------------------------------------- */

/* Of a word that is, or begins, the term at `place` of a title. */
static uint32_t marks_of(const mt_words *words, uint32_t place, bool whole) {
  bool leads = place != MT_PLACE_NONE && place < words->asked;
  return (whole ? WHOLE : 0) | (leads ? LEADS : 0) | (whole && place != MT_PLACE_NONE ? TITLED : 0);
}

/* The item has the word, by a term at `place` of its title. */
static void take(search *s, uint32_t item, float weight, uint32_t place, bool whole) {
  mt_words *words = s->words;
  mt_found *found = slot_of(words, item);
  if (found->key == 0) {
    if (words->count >= words->mask - words->mask / 4) {
      words->complete = false;
      return;
    }
    words->count++;
    *found = (mt_found){.key = item + 1, .word = (uint8_t)s->number, .words = 1, .common = WHOLE | LEADS | TITLED};
  }
  if ((found->word & NUMBER_MASK) != s->number) {
    found->sum += found->best;
    found->common &= found->marks;
    found->best = found->marks = 0;
    found->word = (uint8_t)(s->number | (found->word & FIRST));
    found->words++;
  }
  uint32_t marks = marks_of(words, place, whole);
  found->best = weight > found->best ? weight : found->best;
  found->marks = marks > found->marks ? (uint8_t)marks : found->marks;
  found->word |= place == 0 ? FIRST : 0;
  s->best = weight > s->best ? weight : s->best;
}

/* Starts on a list, if what was read so far leaves room for one. */
static bool start(search *s, uint32_t term, mt_posting *posting) {
  if (s->cost >= MT_MOST_ENTRIES) {
    s->words->complete = false;
    return false;
  }
  mt_posting_start(s->postings, term, posting);
  s->cost += MT_POSTINGS_BLOCK + posting->left;
  return true;
}

static void add_term(search *s, uint32_t term, float weight, bool whole) {
  mt_posting posting;
  if (!start(s, term, &posting)) return;
  while (mt_posting_next(&posting)) take(s, posting.item, weight * posting.weight, posting.mark, whole);
}

/* False where the word is no term, nor begins one where it may. */
static bool add_word(search *s, const word *w) {
  const mt_strings *strings = &s->terms->strings;
  mt_strings_walk walk;
  bool any = false;
  for (bool more = mt_strings_seek(strings, w->text, w->length, w->open, s->scratch, &walk); more;
       more = s->words->complete && mt_strings_next(strings, s->scratch, &walk)) {
    bool whole = walk.length == w->length;
    add_term(s, walk.index, whole ? 1 : UNSURE * (float)w->length / (float)walk.length, whole);
    any = true;
  }
  return any;
}

/* -- words that are written as one, or as two ----------------------------------------------------------------------- */

static bool add_joined(search *s, const word *a, const word *b) {
  char joined[MOST_JOINED];
  if (a->length > MOST_JOINED || b->length > MOST_JOINED - a->length) return false;
  memcpy(joined, a->text, a->length);
  memcpy(joined + a->length, b->text, b->length);
  return add_word(s, &(word){joined, a->length + b->length, b->open});
}

/* Items that have both terms, the second one beside the first in the title: of what is late nobody knows beside what. */
static bool add_pair(search *s, uint32_t first, uint32_t second, bool whole) {
  mt_posting a, b;
  bool any = false;
  if (!start(s, first, &a) || !start(s, second, &b)) return false;
  for (bool more = mt_posting_next(&a) && mt_posting_next(&b); more;) {
    if (a.item < b.item) more = mt_posting_next(&a);
    else if (b.item < a.item) more = mt_posting_next(&b);
    else {
      if (b.mark < MT_PLACE_LATE && b.mark - a.mark <= 1) {
        take(s, a.item, a.weight + b.weight, a.mark, whole);
        any = true;
      }
      more = mt_posting_next(&a) && mt_posting_next(&b);
    }
  }
  return any;
}

static bool add_split_at(search *s, const word *w, size_t at) {
  const mt_strings *strings = &s->terms->strings;
  mt_strings_walk walk;
  uint32_t first = mt_strings_find(strings, w->text, at, s->scratch), left = MOST_SECOND;
  size_t rest = w->length - at;
  bool any = false;
  if (first == MT_NOT_FOUND) return false;
  for (bool more = mt_strings_seek(strings, w->text + at, rest, w->open, s->scratch, &walk); more && left > 0;
       more = mt_strings_next(strings, s->scratch, &walk), left--)
    any |= add_pair(s, first, walk.index, walk.length == rest);
  return any;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool has_digit(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (is_digit(text[i])) return true;
  return false;
}

/* Whether a letter begins at text[at]: no byte within a character, and no vowel or final consonant (U+1160 to U+11FF) of a
 * Korean syllable. */
static bool begins_letter(const char *text, size_t length, size_t at) {
  const unsigned char *c = (const unsigned char *)text + at;
  if ((c[0] & 0xc0) == 0x80) return false;
  return length - at < 3 || c[0] != 0xe1 || c[1] < 0x85 || c[1] > 0x87 || (c[1] == 0x85 && c[2] < 0xa0);
}

/* Where letters meet digits, or anywhere. */
static bool add_split(search *s, const word *w, bool anywhere) {
  bool any = false;
  for (size_t at = 1; at < w->length; at++) {
    bool border = is_digit(w->text[at - 1]) != is_digit(w->text[at]) && w->text[at - 1] != '.' && w->text[at] != '.';
    if (border || (anywhere && begins_letter(w->text, w->length, at))) any |= add_split_at(s, w, at);
  }
  return any;
}

/* -- slips --------------------------------------------------------------------------------------------------------- */

static size_t letters(const char *text, size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++) count += begins_letter(text, length, i);
  return count;
}

/* Bytes of the first letter. */
static size_t first_letter(const char *text, size_t length) {
  size_t at = 1;
  while (at < length && !begins_letter(text, length, at)) at++;
  return at;
}

/* Whether one slip turns a into b: what they do not share at both ends is a letter each at most, or two the wrong way
 * round. */
static bool is_slip(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t least = a_length < b_length ? a_length : b_length, head = 0, tail = 0;
  while (head < least && a[head] == b[head]) head++;
  while (head > 0 && ((head < a_length && !begins_letter(a, a_length, head)) ||
                      (head < b_length && !begins_letter(b, b_length, head))))
    head--; /* back to a whole letter of both */
  while (tail < least - head && a[a_length - 1 - tail] == b[b_length - 1 - tail]) tail++;
  while (tail > 0 && (!begins_letter(a, a_length, a_length - tail) || !begins_letter(b, b_length, b_length - tail))) tail--;
  a += head, b += head;
  size_t a_rest = a_length - head - tail, b_rest = b_length - head - tail, a_letters = letters(a, a_rest);
  if (a_letters <= 1 && letters(b, b_rest) <= 1) return true;
  size_t one = first_letter(a, a_rest);
  return a_letters == 2 && a_rest == b_rest && memcmp(a, b + a_rest - one, one) == 0 && memcmp(a + one, b, a_rest - one) == 0;
}

static bool add_slips(search *s, const word *w) {
  const mt_strings *strings = &s->terms->strings;
  mt_strings_walk walk;
  if (letters(w->text, w->length) < LEAST_SLIP || has_digit(w->text, w->length)) return false;
  size_t first = first_letter(w->text, w->length);
  uint32_t left = MOST_SLIPS;
  bool any = false;
  for (bool more = mt_strings_seek(strings, w->text, first, true, s->scratch, &walk); more && left > 0;
       more = mt_strings_next(strings, s->scratch, &walk), left--) {
    if (!is_slip(w->text, w->length, s->scratch, walk.length) || first_letter(s->scratch, walk.length) != first ||
        has_digit(s->scratch, walk.length))
      continue;
    add_term(s, walk.index, UNSURE, false);
    any = true;
  }
  return any;
}

/* -- a text --------------------------------------------------------------------------------------------------------- */

static uint32_t read_words(const char *text, size_t length, word *words) {
  uint32_t count = 0;
  for (size_t at = 0, end; count < MT_MAX_WORDS && at < length; at = end + 1) {
    for (end = at; end < length && text[end] != ' ';) end++;
    bool open = end > at && text[end - 1] == '*';
    if (end - at > open) words[count++] = (word){text + at, end - at - open, open};
  }
  return count;
}

void mt_words_find(const mt_terms *terms, const mt_postings *postings, const char *text, size_t length, char *scratch,
                   mt_words *words) {
  word list[MT_MAX_WORDS];
  search s = {terms, postings, scratch, words, 0, 0, 0};
  uint32_t slots = mt_sparse_slots(postings->items);
  words->mask = (slots < words->capacity ? slots : words->capacity) - 1;
  memset(words->slots, 0, ((size_t)words->mask + 1) * sizeof *words->slots);
  words->count = words->unmatched = 0;
  words->most = 0;
  words->complete = true;
  words->asked = read_words(text, length, list);
  for (uint32_t w = 0; w < words->asked; w++) {
    s.number = w;
    s.best = 0;
    bool any = add_word(&s, &list[w]);
    if (w > 0) any |= add_joined(&s, &list[w - 1], &list[w]);
    if (w + 1 < words->asked) any |= add_joined(&s, &list[w], &list[w + 1]);
    any |= add_split(&s, &list[w], !any);
    if (!any && !add_slips(&s, &list[w])) words->unmatched |= 1u << w;
    words->most += s.best;
  }
}

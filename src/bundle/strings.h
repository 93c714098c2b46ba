/* String table: a list of strings in front-coded blocks of 16 (Witten, Moffat & Bell, Managing Gigabytes, §4.1).
 *
 *    0  u32  count
 *    4  u32  longest            bytes of the longest string, at most MT_STRING_BYTES
 *    8  u32  data bytes
 *   12  u32  sorted             1: yes: each run ascends by bytes, and no string stands twice, so that find works
 *   16  u32  runs               1 to MT_STRINGS_RUNS
 *   20  u32  run[runs + 1]      the number of the first string of each; the last is count
 *    .  u32  block[blocks + 1]  where each block of 16 strings starts in the data; the last is the data's length. A run begins a block
 *    .  u8   data
 *
 * Within a block each string is varint(bytes shared with the one before) varint(bytes that follow) and those bytes; the
 * first shares none. Sorted ids and dictionaries shrink to a few bytes a string; display text stays about as it is.
 *
 * A bundle that is built from the one before has what is new in a run of its own, so that no string's number changes and the bytes of
 * the others stay (O'Neil et al., The log-structured merge-tree, 1996). On a device each list of a split catalogue brings one.
 */
#ifndef MT_BUNDLE_STRINGS_H
#define MT_BUNDLE_STRINGS_H

#include <stdbool.h>

#include "base/status.h"

#define MT_STRING_BYTES 4096u
#define MT_STRINGS_BLOCK 16u
#define MT_STRINGS_RUNS 1024u
#define MT_NOT_FOUND UINT32_MAX

typedef struct mt_strings {
  uint32_t count, longest;
  bool sorted;
  const unsigned char *runs;   /* u32[runs + 1], ascending, the last one = count: checked at open, as are the blocks; right behind: */
  const unsigned char *blocks; /* u32[blocks + 1], ascending, the last one = data's length */
  const unsigned char *data;
} mt_strings;

/* Views the table at the front of `bytes`; *taken_ret is its length. Time: one pass over the block starts. */
mt_status mt_strings_open(const unsigned char *bytes, size_t length, mt_strings *strings, size_t *taken_ret,
                          const char *where, mt_error *error);

/* Decodes string `index` < count into `text` (at least `longest` bytes); returns its length, 0 where the codes are broken. */
uint32_t mt_strings_get(const mt_strings *strings, uint32_t index, char *text);

/* The index of `text` in a sorted table, or MT_NOT_FOUND. `scratch` holds at least `longest` bytes. */
uint32_t mt_strings_find(const mt_strings *strings, const char *text, size_t length, char *scratch);

/* A walk along the strings of a sorted table that are, or begin with, a text: within each run they ascend. */
typedef struct mt_strings_walk {
  const char *text;
  size_t text_length;
  bool open;                     /* strings may go on behind it */
  const unsigned char *at, *end; /* what follows within the block */
  const unsigned char *run;      /* where the number of its first string stands, and that of the next run's */
  uint32_t first, last, block;   /* the strings of the run, and its first block */
  uint32_t index, length;        /* the string that was come to: `length` bytes in the scratch that both calls take */
} mt_strings_walk;

/* Goes to the first of them, mt_strings_next to the one after; false where there is none. */
bool mt_strings_seek(const mt_strings *strings, const char *text, size_t length, bool open, char *scratch, mt_strings_walk *walk);
bool mt_strings_next(const mt_strings *strings, char *scratch, mt_strings_walk *walk);

/* Writing: `text` holds the strings one after the other, string i at start[i]..start[i + 1]; each run goes up to end[run]. Without runs
 * they have no order. Returns the table's size; writes it where `out` is not NULL. */
size_t mt_strings_encode(const char *text, const uint32_t *start, uint32_t count, const uint32_t *end, uint32_t runs,
                         unsigned char *out);

#endif

/* String table: a list of strings in front-coded blocks of 16 (Witten, Moffat & Bell, Managing Gigabytes, §4.1).
 *
 *    0  u32  count
 *    4  u32  longest            bytes of the longest string, at most MT_STRING_BYTES
 *    8  u32  data bytes
 *   12  u32  sorted             1: ascending by bytes, without duplicates, so that find works
 *   16  u32  block[blocks + 1]  where each block of 16 strings starts in the data; the last is the data's length
 *    .  u8   data
 *
 * Within a block each string is varint(bytes shared with the one before) varint(bytes that follow) and those bytes; the
 * first shares none. Sorted ids and dictionaries shrink to a few bytes a string; display text stays about as it is.
 */
#ifndef MT_BUNDLE_STRINGS_H
#define MT_BUNDLE_STRINGS_H

#include <stdbool.h>

#include "base/status.h"

#define MT_STRING_BYTES 4096u
#define MT_STRINGS_BLOCK 16u
#define MT_NOT_FOUND UINT32_MAX

typedef struct mt_strings {
  uint32_t count, longest;
  bool sorted;
  const unsigned char *blocks; /* u32[blocks + 1], ascending, the last one = data's length: checked at open */
  const unsigned char *data;
} mt_strings;

/* Views the table at the front of `bytes`; *taken_ret is its length. Time: one pass over the block starts. */
mt_status mt_strings_open(const unsigned char *bytes, size_t length, mt_strings *strings, size_t *taken_ret,
                          const char *where, mt_error *error);

/* Decodes string `index` < count into `text` (at least `longest` bytes); returns its length, 0 where the codes are broken. */
uint32_t mt_strings_get(const mt_strings *strings, uint32_t index, char *text);

/* The index of `text` in a sorted table, or MT_NOT_FOUND. `scratch` holds at least `longest` bytes. */
uint32_t mt_strings_find(const mt_strings *strings, const char *text, size_t length, char *scratch);

/* A walk along a sorted table: the string at `index`, `length` bytes of it in the scratch that both calls take. */
typedef struct mt_strings_walk {
  const unsigned char *at, *end; /* what follows within the block */
  uint32_t index, length;
} mt_strings_walk;

/* Goes to the first string that is not less than `text`, mt_strings_next to the one after; false where there is none. */
bool mt_strings_seek(const mt_strings *strings, const char *text, size_t length, char *scratch, mt_strings_walk *walk);
bool mt_strings_next(const mt_strings *strings, char *scratch, mt_strings_walk *walk);

/* Writing: `text` holds the strings one after the other, string i at start[i]..start[i + 1]. Returns the table's size;
 * writes it where `out` is not NULL. */
size_t mt_strings_encode(const char *text, const uint32_t *start, uint32_t count, bool sorted, unsigned char *out);

#endif

#include "bundle/strings.h"

#include "bundle/bits.h"
#include "bundle/check.h"

mt_status mt_strings_open(const unsigned char *bytes, size_t length, mt_strings *strings, size_t *taken_ret,
                          const char *where, mt_error *error) {
  MT_TRY(mt_check_head(where, length, 16, error));
  uint32_t count = mt_load_u32(bytes), longest = mt_load_u32(bytes + 4), data = mt_load_u32(bytes + 8);
  uint32_t sorted = mt_load_u32(bytes + 12);
  uint64_t blocks = ((uint64_t)count + MT_STRINGS_BLOCK - 1) / MT_STRINGS_BLOCK, start = 16 + 4 * (blocks + 1);
  if (start + data > length)
    return mt_fail(error, MT_CORRUPT, "%s: %u strings in %u bytes do not fit into the %u bytes of the section",
                   mt_text(where), count, data, length);
  MT_TRY(mt_check_count(where, "longest string", longest, 0, MT_STRING_BYTES, error));
  MT_TRY(mt_check_count(where, "sorted", sorted, 0, 1, error));
  *strings = (mt_strings){count, longest, sorted == 1, bytes + 16, bytes + start};
  MT_TRY(mt_check_starts(where, strings->blocks, blocks, data, error));
  *taken_ret = (size_t)(start + data);
  return MT_OK;
}

/* To the start of a block; mt_strings_next's work then is to decode its first string. */
static mt_strings_walk walk_block(const mt_strings *strings, uint32_t block) {
  return (mt_strings_walk){strings->data + mt_load_u32(strings->blocks + 4 * (size_t)block),
                           strings->data + mt_load_u32(strings->blocks + 4 * ((size_t)block + 1)), 0, 0};
}

/* The next string of the block: `text` holds the one decoded last. */
static bool walk_next(mt_strings_walk *w, const mt_strings *strings, char *text) {
  uint32_t shared, rest;
  if (!mt_varint_read(&w->at, w->end, &shared) || !mt_varint_read(&w->at, w->end, &rest)) return false;
  if (shared > w->length || rest > strings->longest || shared + rest > strings->longest || rest > (size_t)(w->end - w->at))
    return false;
  memcpy(text + shared, w->at, rest);
  w->at += rest;
  w->length = shared + rest;
  return true;
}

uint32_t mt_strings_get(const mt_strings *strings, uint32_t index, char *text) {
  mt_strings_walk w = walk_block(strings, index / MT_STRINGS_BLOCK);
  for (uint32_t i = 0; i <= index % MT_STRINGS_BLOCK; i++)
    if (!walk_next(&w, strings, text)) return 0;
  return w.length;
}

static int compare(const char *a, size_t a_length, const char *b, size_t b_length) {
  int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
  return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

bool mt_strings_next(const mt_strings *strings, char *scratch, mt_strings_walk *walk) {
  uint32_t index = walk->index + 1;
  if (index >= strings->count) return false;
  if (index % MT_STRINGS_BLOCK == 0) *walk = walk_block(strings, index / MT_STRINGS_BLOCK);
  walk->index = index;
  return walk_next(walk, strings, scratch);
}

bool mt_strings_seek(const mt_strings *strings, const char *text, size_t length, char *scratch, mt_strings_walk *walk) {
  if (!strings->sorted || strings->count == 0) return false;
  uint32_t low = 0, high = (strings->count - 1) / MT_STRINGS_BLOCK; /* the block whose first string is the last <= text */
  while (low < high) {
    uint32_t middle = low + (high - low + 1) / 2;
    *walk = walk_block(strings, middle);
    if (!walk_next(walk, strings, scratch)) return false;
    if (compare(scratch, walk->length, text, length) <= 0) low = middle;
    else high = middle - 1;
  }
  *walk = walk_block(strings, low);
  walk->index = low * MT_STRINGS_BLOCK;
  if (!walk_next(walk, strings, scratch)) return false;
  while (compare(scratch, walk->length, text, length) < 0) /* at most to the first string of the next block */
    if (walk->index > low * MT_STRINGS_BLOCK + MT_STRINGS_BLOCK || !mt_strings_next(strings, scratch, walk)) return false;
  return true;
}

uint32_t mt_strings_find(const mt_strings *strings, const char *text, size_t length, char *scratch) {
  mt_strings_walk walk;
  if (!mt_strings_seek(strings, text, length, scratch, &walk)) return MT_NOT_FOUND;
  return compare(scratch, walk.length, text, length) == 0 ? walk.index : MT_NOT_FOUND;
}

size_t mt_strings_encode(const char *text, const uint32_t *start, uint32_t count, bool sorted, unsigned char *out) {
  uint32_t blocks = (count + MT_STRINGS_BLOCK - 1) / MT_STRINGS_BLOCK, longest = 0;
  size_t head = 16 + 4 * ((size_t)blocks + 1), used = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t length = start[i + 1] - start[i], shared = 0;
    if (length > longest) longest = length;
    if (i % MT_STRINGS_BLOCK == 0) {
      if (out != NULL) mt_store_u32(out + 16 + 4 * (size_t)(i / MT_STRINGS_BLOCK), (uint32_t)used);
    } else {
      uint32_t before = start[i] - start[i - 1];
      while (shared < before && shared < length && text[start[i - 1] + shared] == text[start[i] + shared]) shared++;
    }
    if (out != NULL) {
      unsigned char *at = mt_varint_write(mt_varint_write(out + head + used, shared), length - shared);
      memcpy(at, text + start[i] + shared, length - shared);
    }
    used += mt_varint_bytes(shared) + mt_varint_bytes(length - shared) + (length - shared);
  }
  if (out != NULL) {
    mt_store_u32(out, count);
    mt_store_u32(out + 4, longest);
    mt_store_u32(out + 8, (uint32_t)used);
    mt_store_u32(out + 12, sorted ? 1 : 0);
    mt_store_u32(out + 16 + 4 * (size_t)blocks, (uint32_t)used);
  }
  return head + used;
}

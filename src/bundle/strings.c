#include "bundle/strings.h"

#include "bundle/bits.h"
#include "bundle/check.h"

#define HEAD 20u

static uint32_t blocks_of(uint32_t strings) { return strings / MT_STRINGS_BLOCK + (strings % MT_STRINGS_BLOCK != 0); }

/* -- runs ------------------------------------------------------------------------------------------------------------ */

static void to_run(const unsigned char *run, uint32_t block, mt_strings_walk *w) {
  w->run = run;
  w->first = mt_load_u32(run);
  w->last = mt_load_u32(run + 4);
  w->block = block;
}

static bool next_run(const mt_strings *strings, mt_strings_walk *w) {
  if (w->run + 8 == strings->blocks) return false;
  to_run(w->run + 4, w->block + blocks_of(w->last - w->first), w);
  return true;
}

mt_status mt_strings_open(const unsigned char *bytes, size_t length, mt_strings *strings, size_t *taken_ret,
                          const char *where, mt_error *error) {
  MT_TRY(mt_check_head(where, length, HEAD, error));
  uint32_t count = mt_load_u32(bytes), longest = mt_load_u32(bytes + 4), data = mt_load_u32(bytes + 8);
  uint32_t runs = mt_load_u32(bytes + 16), blocks = 0;
  MT_TRY(mt_check_count(where, "longest string", longest, 0, MT_STRING_BYTES, error));
  MT_TRY(mt_check_count(where, "runs", runs, 1, MT_STRINGS_RUNS, error));
  size_t at = HEAD + 4 * ((size_t)runs + 1);
  MT_TRY(mt_check_head(where, length, at, error));
  MT_TRY(mt_check_starts(where, bytes + HEAD, runs, count, error));
  *strings = (mt_strings){count, longest, mt_load_u32(bytes + 12) == 1, bytes + HEAD, bytes + at, NULL};
  mt_strings_walk w;
  to_run(strings->runs, 0, &w);
  do blocks += blocks_of(w.last - w.first);
  while (next_run(strings, &w));
  uint64_t start = at + 4 * ((uint64_t)blocks + 1);
  MT_TRY(mt_check_head(where, length, start + data, error));
  strings->data = bytes + start;
  MT_TRY(mt_check_starts(where, strings->blocks, blocks, data, error));
  *taken_ret = (size_t)(start + data);
  return MT_OK;
}

/* -- one string after the other -------------------------------------------------------------------------------------- */

/* To the start of a block; decode's work then is its first string. */
static void to_block(const mt_strings *strings, uint32_t block, mt_strings_walk *w) {
  w->at = strings->data + mt_load_u32(strings->blocks + 4 * (size_t)block);
  w->end = strings->data + mt_load_u32(strings->blocks + 4 * ((size_t)block + 1));
  w->length = 0;
}

/* The next string of the block: `text` holds the one decoded last. */
static bool decode(mt_strings_walk *w, const mt_strings *strings, char *text) {
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
  mt_strings_walk w;
  to_run(strings->runs, 0, &w);
  while (index >= w.last)
    if (!next_run(strings, &w)) return 0;
  index -= w.first;
  to_block(strings, w.block + index / MT_STRINGS_BLOCK, &w);
  for (uint32_t i = 0; i <= index % MT_STRINGS_BLOCK; i++)
    if (!decode(&w, strings, text)) return 0;
  return w.length;
}

/* The next string of the run. */
static bool step(const mt_strings *strings, char *scratch, mt_strings_walk *w) {
  if (w->index + 1 >= w->last) return false;
  uint32_t within = ++w->index - w->first;
  if (within % MT_STRINGS_BLOCK == 0) to_block(strings, w->block + within / MT_STRINGS_BLOCK, w);
  return decode(w, strings, scratch);
}

/* Below 0: the string is less than the text; 0: it is it, or goes on behind it. */
static int compare(const mt_strings_walk *w, const char *scratch) {
  int order = memcmp(scratch, w->text, w->length < w->text_length ? w->length : w->text_length);
  return order != 0 ? order : w->length < w->text_length ? -1 : 0;
}

static bool matches(const mt_strings_walk *w, const char *scratch) {
  return compare(w, scratch) == 0 && (w->open || w->length == w->text_length);
}

/* To the first string of the run that is not less than the text. */
static bool seek(const mt_strings *strings, char *scratch, mt_strings_walk *w) {
  if (w->first == w->last) return false;
  uint32_t low = 0, high = blocks_of(w->last - w->first) - 1; /* the last block whose first string is less, or the first */
  for (;;) {
    uint32_t middle = low + (high - low + 1) / 2;
    to_block(strings, w->block + middle, w);
    w->index = w->first + middle * MT_STRINGS_BLOCK;
    if (!decode(w, strings, scratch)) return false;
    if (low == high) break;
    if (compare(w, scratch) < 0) low = middle;
    else high = middle - 1;
  }
  for (uint32_t left = MT_STRINGS_BLOCK; compare(w, scratch) < 0; left--) /* at most to the first string of the next block */
    if (left == 0 || !step(strings, scratch, w)) return false;
  return true;
}

/* The first that matches of this run, or of those behind it. */
static bool first_match(const mt_strings *strings, char *scratch, mt_strings_walk *w) {
  do
    if (seek(strings, scratch, w) && matches(w, scratch)) return true;
  while (next_run(strings, w));
  return false;
}

bool mt_strings_seek(const mt_strings *strings, const char *text, size_t length, bool open, char *scratch, mt_strings_walk *walk) {
  walk->text = text;
  walk->text_length = length;
  walk->open = open;
  to_run(strings->runs, 0, walk);
  return strings->sorted && first_match(strings, scratch, walk);
}

bool mt_strings_next(const mt_strings *strings, char *scratch, mt_strings_walk *walk) {
  return (step(strings, scratch, walk) && matches(walk, scratch)) ||
         (next_run(strings, walk) && first_match(strings, scratch, walk));
}

uint32_t mt_strings_find(const mt_strings *strings, const char *text, size_t length, char *scratch) {
  mt_strings_walk walk;
  return mt_strings_seek(strings, text, length, false, scratch, &walk) ? walk.index : MT_NOT_FOUND;
}

/* -- writing --------------------------------------------------------------------------------------------------------- */

size_t mt_strings_encode(const char *text, const uint32_t *start, uint32_t count, const uint32_t *end, uint32_t runs,
                         unsigned char *out) {
  uint32_t longest = 0, blocks = 0, run = 0, within = 0, sorted = runs > 0;
  if (!sorted) runs = 1, end = &count;
  size_t used = 0, blocks_at = HEAD + 4 * ((size_t)runs + 1);
  for (uint32_t r = 0, from = 0; r < runs; from = end[r++]) blocks += blocks_of(end[r] - from);
  size_t head = blocks_at + 4 * ((size_t)blocks + 1);
  uint32_t block = 0;
  for (uint32_t i = 0; i < count; i++, within++) {
    while (run < runs && i == end[run]) run++, within = 0;
    uint32_t length = start[i + 1] - start[i], shared = 0;
    if (length > longest) longest = length;
    if (within % MT_STRINGS_BLOCK == 0) {
      if (out != NULL) mt_store_u32(out + blocks_at + 4 * (size_t)block, (uint32_t)used);
      block++;
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
    mt_store_u32(out + 12, sorted);
    mt_store_u32(out + 16, runs);
    mt_store_u32(out + HEAD, 0);
    for (uint32_t r = 0; r < runs; r++) mt_store_u32(out + HEAD + 4 * ((size_t)r + 1), end[r]);
    mt_store_u32(out + blocks_at + 4 * (size_t)blocks, (uint32_t)used);
  }
  return head + used;
}

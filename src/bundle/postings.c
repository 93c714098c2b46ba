#include "bundle/postings.h"

#include <math.h>

#include "bundle/check.h"

#define HEAD_BYTES 32u
#define MOST_MARK_BITS 8u

_Static_assert(offsetof(mt_postings, items) == HEAD_BYTES, "the head is copied");

#define SCALE_STEPS 8 /* list scales are powers of 2^(1/8) */

mt_status mt_postings_open(const unsigned char *bytes, size_t length, uint32_t items, mt_postings *postings,
                           mt_error *error) {
  MT_TRY(mt_check_head("postings", length, HEAD_BYTES, error));
  memcpy(postings, bytes, offsetof(mt_postings, items));
  postings->items = items;
  MT_TRY(mt_check_count("postings", "kind of keys", mt_load_u32(bytes + 4), 0, MT_KEY_END - 1, error));
  if (postings->weight_bits != 4 && postings->weight_bits != 8 && postings->weight_bits != 32)
    return mt_fail(error, MT_CORRUPT, "postings: found weights of %u bits, expected 4, 8 or 32", postings->weight_bits);
  uint32_t keys = postings->key_kind == MT_KEY_ITEM ? items : postings->key_kind == MT_KEY_ONE ? 1 : postings->keys;
  MT_TRY(mt_check_count("postings", "keys", postings->keys, keys, keys, error));
  MT_TRY(mt_check_count("postings", "keys", keys, 0, MT_MAX_ITEMS, error));
  MT_TRY(mt_check_number("postings", "largest weight", postings->scale, 0, MT_POSTING_MAX, error));
  MT_TRY(mt_check_count("postings", "longest list", postings->longest, 0, items, error));
  MT_TRY(mt_check_count("postings", "bits of a mark", postings->mark_bits, 0, MOST_MARK_BITS, error));
  uint64_t blocks = ((uint64_t)keys + MT_POSTINGS_BLOCK - 1) / MT_POSTINGS_BLOCK, start = HEAD_BYTES + 4 * (blocks + 1);
  MT_TRY(mt_check_bytes("postings", length, start + postings->data_bytes + 8, error));
  postings->blocks = bytes + HEAD_BYTES;
  postings->data = bytes + start;
  return mt_check_starts("postings", postings->blocks, blocks, postings->data_bytes, error);
}

/* 2^(-step/8), the same bits everywhere: no libm. */
static float list_scale(unsigned step) {
  static const float eighths[SCALE_STEPS] = {1.0f,           0.91700404320f, 0.84089641525f, 0.77110541270f,
                                             0.70710678119f, 0.64841977732f, 0.59460355750f, 0.54525386633f};
  float scale = eighths[step % SCALE_STEPS];
  for (unsigned halvings = step / SCALE_STEPS; halvings > 0; halvings--) scale *= 0.5f;
  return scale;
}

static float code_unit(float scale, unsigned step, uint32_t weight_bits) {
  return scale * list_scale(step) / (float)(1u << weight_bits);
}

void mt_posting_start(const mt_postings *postings, uint32_t key, mt_posting *posting) {
  *posting = (mt_posting){
      .item = UINT32_MAX, .items = postings->items, .weight_bits = postings->weight_bits, .mark_bits = postings->mark_bits};
  if (key >= postings->keys) return;
  size_t block = key / MT_POSTINGS_BLOCK;
  const unsigned char *at = postings->data + mt_load_u32(postings->blocks + 4 * block);
  const unsigned char *end = postings->data + mt_load_u32(postings->blocks + 4 * (block + 1));
  uint32_t bytes = 0, entries;
  for (uint32_t skip = key % MT_POSTINGS_BLOCK + 1; skip > 0; skip--) {
    at += bytes;
    if (!mt_varint_read(&at, end, &bytes) || bytes > (size_t)(end - at)) return;
  }
  end = at + bytes;
  if (bytes == 0 || !mt_varint_read(&at, end, &entries) || end - at < 2 || at[0] > 31 || entries > postings->longest) return;
  posting->k = at[0];
  posting->scale = postings->weight_bits == 32 ? postings->scale : code_unit(postings->scale, at[1], postings->weight_bits);
  posting->bits = mt_bits_over(at + 2, (size_t)(end - at - 2));
  posting->left = entries;
}

/* -- writing -- */

static uint64_t rice_bits(const uint32_t *items, uint32_t count, unsigned k) {
  uint64_t bits = 0;
  for (uint32_t i = 0; i < count; i++) bits += ((items[i] - (i > 0 ? items[i - 1] + 1 : 0)) >> k) + 1 + k;
  return bits;
}

/* The smallest k that costs least. Few are counted: k costs more than sum / 2^k + count · k, and the mean says where to look. */
static unsigned best_rice(const uint32_t *items, uint32_t count, uint64_t *bits_ret) {
  uint64_t sum = (uint64_t)items[count - 1] + 1 - count;
  unsigned best = mt_bit_width((uint32_t)(sum / count) >> 1);
  *bits_ret = rice_bits(items, count, best);
  for (unsigned k = 0; k < 31; k++) {
    if (k == best || (sum >> k) + (uint64_t)count * k >= *bits_ret) continue;
    uint64_t bits = rice_bits(items, count, k);
    if (bits > *bits_ret || (bits == *bits_ret && k > best)) continue;
    *bits_ret = bits;
    best = k;
  }
  return best;
}

size_t mt_postings_bound(uint32_t keys, size_t entries) {
  /* With k = 31 an entry costs 32 bits, its weight at most 32 and its mark 8; the best k costs no more. */
  return HEAD_BYTES + 4 * ((size_t)keys / MT_POSTINGS_BLOCK + 2) + 14 * (size_t)keys + 9 * entries + 16;
}

/* What lists of one section share. */
typedef struct coding {
  float scale;
  uint32_t weight_bits, mark_bits;
} coding;

static unsigned char *encode_list(const uint32_t *items, const float *weights, const unsigned char *marks, uint32_t count,
                                  const coding *as, unsigned char *at) {
  if (count == 0) return mt_varint_write(at, 0);
  float largest = 0;
  for (uint32_t i = 0; i < count; i++) largest = weights[i] > largest ? weights[i] : largest;
  unsigned step = 0;
  while (step < 255 && as->scale * list_scale(step + 1) >= largest) step++;
  float unit = as->weight_bits == 32 ? 0 : code_unit(as->scale, step, as->weight_bits);
  uint64_t bits;
  unsigned k = best_rice(items, count, &bits);
  size_t bytes = mt_varint_bytes(count) + 2 + (size_t)((bits + (uint64_t)count * (as->weight_bits + as->mark_bits) + 7) / 8);
  at = mt_varint_write(mt_varint_write(at, (uint32_t)bytes), count);
  *at++ = (unsigned char)k;
  *at++ = (unsigned char)step;
  mt_bit_writer w = {at, 0, 0};
  for (uint32_t i = 0; i < count; i++) {
    uint32_t code;
    if (as->weight_bits == 32) {
      memcpy(&code, &weights[i], sizeof code);
    } else {
      float level = floorf(weights[i] / unit + 0.5f) - 1.0f, most = (float)((1u << as->weight_bits) - 1);
      code = (uint32_t)(level < 0 ? 0 : level > most ? most : level);
    }
    mt_bits_put_rice(&w, items[i] - (i > 0 ? items[i - 1] + 1 : 0), k);
    mt_bits_put(&w, code, as->weight_bits);
    if (as->mark_bits != 0) mt_bits_put(&w, marks[i], as->mark_bits);
  }
  return mt_bits_flush(&w);
}

size_t mt_postings_encode(uint32_t keys, const uint32_t *start, const uint32_t *items, const float *weights,
                          mt_key_kind kind, uint32_t attribute, uint32_t weight_bits, unsigned char *out) {
  return mt_postings_encode_marked(keys, start, items, weights, NULL, kind, attribute, weight_bits, 0, 0, out);
}

size_t mt_postings_encode_marked(uint32_t keys, const uint32_t *start, const uint32_t *items, const float *weights,
                                 const unsigned char *marks, mt_key_kind kind, uint32_t attribute, uint32_t weight_bits,
                                 uint32_t mark_bits, float scale, unsigned char *out) {
  uint32_t blocks = (keys + MT_POSTINGS_BLOCK - 1) / MT_POSTINGS_BLOCK, longest = 0;
  for (uint32_t i = 0; i < start[keys]; i++) scale = weights[i] > scale ? weights[i] : scale;
  const coding as = {scale, weight_bits, mark_bits};
  unsigned char *data = out + HEAD_BYTES + 4 * ((size_t)blocks + 1), *at = data;
  for (uint32_t key = 0; key < keys; key++) {
    uint32_t first = start[key], count = start[key + 1] - first;
    if (key % MT_POSTINGS_BLOCK == 0)
      mt_store_u32(out + HEAD_BYTES + 4 * (size_t)(key / MT_POSTINGS_BLOCK), (uint32_t)(at - data));
    at = encode_list(items + first, weights + first, marks == NULL ? NULL : marks + first, count, &as, at);
    longest = count > longest ? count : longest;
  }
  mt_store_u32(out + HEAD_BYTES + 4 * (size_t)blocks, (uint32_t)(at - data));
  mt_store_u32(out, keys);
  mt_store_u32(out + 4, kind);
  mt_store_u32(out + 8, attribute);
  mt_store_u32(out + 12, weight_bits);
  mt_store_f32(out + 16, scale);
  mt_store_u32(out + 20, (uint32_t)(at - data));
  mt_store_u32(out + 24, longest);
  mt_store_u32(out + 28, mark_bits);
  memset(at, 0, 8);
  return (size_t)(at + 8 - out);
}

/* Postings: key -> list of (item, weight). Neighbours, next items, attribute values and plain lists are all postings.
 *
 *    0  u32  keys
 *    4  u32  kind of key         mt_key_kind
 *    8  u32  attribute           for keys that are values of an attribute: its ordinal; else 0
 *   12  u32  bits of a weight    4, 8, or 32 (float)
 *   16  f32  scale               no weight of the section is larger; at most MT_POSTING_MAX
 *   20  u32  data bytes
 *   24  u32  longest             entries of the longest list
 *   28  u32  bits of a mark      what an entry says besides, up to 8; 0: nothing. Of a word, where it stands; under other
 *                               keys, 1 where the weight is to be taken off
 *   32  u32  block[blocks + 1]   where each block of 32 lists starts in the data; the last is the data's length
 *    .  u8   data                followed by 8 bytes of fill
 *
 *   a list   varint(bytes that follow; 0 is the empty list)
 *            varint(entries)  u8(Rice parameter k)  u8(list scale s)
 *            bits: per entry, by ascending item: Rice(gap to the item before, minus one), the weight's code q, the mark
 *
 *   weight = scale · 2^(-s/8) · (q + 1) / 2^bits, or the float itself where bits is 32: from 0 to scale, or the list ends.
 *
 * Items are numbered so that those with many events come first; so gaps are short where most of the entries are, and
 * a neighbour costs 10 to 13 bits, its weight 4. Rounding weights to 4 bits cost no measurable recall.
 */
#ifndef MT_BUNDLE_POSTINGS_H
#define MT_BUNDLE_POSTINGS_H

#include "base/status.h"
#include "bundle/bits.h"

#define MT_KEY_KINDS(X)                                            \
  X(ITEM, 0)  /* key = item number */                              \
  X(VALUE, 1) /* key = value number of an attribute */             \
  X(ONE, 2)   /* one list for everybody: popular, trending, new */ \
  X(TERM, 3)  /* key = term number of the text index: terms.h */   \
  X(CLUSTER, 4) /* key = number of a cluster of people */

#define MT_KEY_ENUM(name, number) MT_KEY_##name = (number),
typedef enum mt_key_kind { MT_KEY_KINDS(MT_KEY_ENUM) MT_KEY_END } mt_key_kind;

#define MT_POSTINGS_BLOCK 32u
#define MT_POSTING_MAX 1e15f /* with it no sum over a history overflows */

typedef struct mt_postings {
  uint32_t keys; /* up to `longest` as the section begins */
  mt_key_kind key_kind;
  uint32_t attribute, weight_bits;
  float scale;
  uint32_t data_bytes, longest, mark_bits, items;
  const unsigned char *blocks, *data;
} mt_postings;

mt_status mt_postings_open(const unsigned char *bytes, size_t length, uint32_t items, mt_postings *postings,
                           mt_error *error);

/* A walk along one list. */
typedef struct mt_posting {
  mt_bit_reader bits;
  uint32_t left, item, items; /* entries to come; the item read last */
  uint32_t mark;
  unsigned k, weight_bits, mark_bits;
  float weight, scale; /* scale: of a code; or the largest weight, where weights are floats */
} mt_posting;

/* The list of `key`; an unknown key has an empty list. `posting->left` is its length. */
void mt_posting_start(const mt_postings *postings, uint32_t key, mt_posting *posting);

/* The next entry into posting->item, ->weight and ->mark; false at the end, or where the codes are broken. */
static inline bool mt_posting_next(mt_posting *p) {
  if (p->left == 0) return false;
  uint32_t gap = mt_bits_rice(&p->bits, p->k);
  uint32_t code = mt_bits_take(&p->bits, p->weight_bits);
  p->mark = mt_bits_take(&p->bits, p->mark_bits);
  uint64_t item = (uint64_t)gap + (p->item == UINT32_MAX ? 0 : (uint64_t)p->item + 1); /* UINT32_MAX: none read yet */
  if (p->bits.overrun || item >= p->items) return false;
  p->left--;
  p->item = (uint32_t)item;
  if (p->weight_bits == 32) {
    memcpy(&p->weight, &code, sizeof code);
    return p->weight >= 0 && p->weight <= p->scale; /* NaN ends the list */
  }
  p->weight = p->scale * (float)(code + 1);
  return true;
}

/* Writing. Lists in memory: entries start[key] .. start[key + 1] of items (ascending within a list) and weights (> 0).
 * An upper bound of the size, then the section itself into `out`; returns its real size. */
size_t mt_postings_bound(uint32_t keys, size_t entries);
size_t mt_postings_encode(uint32_t keys, const uint32_t *start, const uint32_t *items, const float *weights,
                          mt_key_kind kind, uint32_t attribute, uint32_t weight_bits, unsigned char *out);

/* The same with a mark of up to 8 bits for each entry, 8 more bits an entry at most; and with a scale that is at least `scale`: lists that
 * were read from a section of that scale then get the bytes that they had. */
size_t mt_postings_encode_marked(uint32_t keys, const uint32_t *start, const uint32_t *items, const float *weights,
                                 const unsigned char *marks, mt_key_kind kind, uint32_t attribute, uint32_t weight_bits,
                                 uint32_t mark_bits, float scale, unsigned char *out);

#endif

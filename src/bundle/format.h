/* The bundle: one file that holds everything a device needs for one catalogue.
 *
 *   0          64                64 + 64 · sections
 *   +----------+-----------------+-----------+-----------+- - -
 *   | header   | directory       | section 0 | section 1 |
 *   +----------+-----------------+-----------+-----------+- - -
 *
 * Everything is little-endian. Sections start on multiples of 64 bytes, follow each other in the order of the directory
 * (any order of kinds; FORMAT.md says which the builder takes, and why) without overlapping, and are zero-filled up to the next multiple of 64; the
 * last one is filled too, so that kernels may load whole vectors. All sections share one numbering of the items.
 *
 *   header, 64 bytes                            directory entry, 64 bytes
 *    0  u8[8]  "martello"                        0  u32    kind            (mt_section_kind)
 *    8  u32    format version, 1                 4  u32    ordinal         which of its kind: space 0, postings 3 …
 *   12  u32    sections                          8  u32    part            residual layer 0, 1 … of a space; else 0
 *   16  u64    length of the file               12  u16    version         of this kind's layout
 *   24  u32    items                            14  u16    flags           bit 0: a reader that does not know the kind
 *   28  u32    0                                                           or version must refuse the bundle
 *   32  u8[24] 0                                16  u64    offset
 *   56  u64    checksum of the directory        24  u64    length          without the fill
 *              seeded with that of              32  u64    checksum        of the section, without the fill
 *              header bytes 0..56               40  u8[24] name            [a-z0-9_-], filled with NUL
 *
 * Checksums are XXH64. They detect accidents, not attackers: a reader stays safe whatever the bytes say.
 * What each section holds is drawn in the header of its reader: strings.h, ids.h, attributes.h, postings.h, vectors.h,
 * popularity.h, tower.h, policy.h.
 */
#ifndef MT_BUNDLE_FORMAT_H
#define MT_BUNDLE_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MT_MAGIC "martello"
#define MT_FORMAT_VERSION 1u
#define MT_HEADER_BYTES 64u
#define MT_ENTRY_BYTES 64u
#define MT_MAX_SECTIONS 1024u
#define MT_MAX_BUNDLE_BYTES 0x7fffffffu /* 2 GiB - 1: offsets fit in 31 bits */
#define MT_MAX_ITEMS 0x7fffffffu
#define MT_NAME_BYTES 24u

typedef enum mt_section_kind {
  MT_SECTION_POLICY = 1,     /* sources, their weights, event weights: policy.h */
  MT_SECTION_IDS = 2,        /* item number -> id: ids.h */
  MT_SECTION_POPULARITY = 3, /* how much everybody met each item: popularity.h */
  MT_SECTION_POSTINGS = 4,   /* key -> (item, weight) lists: postings.h */
  MT_SECTION_TOWER = 5,      /* history -> user vector of the space with the same ordinal: tower.h */
  MT_SECTION_SPACE = 6,      /* one vector space's shape and codebooks: vectors.h */
  MT_SECTION_BASE = 7,       /* its base codes: vectors.h */
  MT_SECTION_ATTRIBUTE = 8,  /* one attribute of all items: attributes.h */
  MT_SECTION_LAYER = 9,      /* a residual layer of a space: vectors.h */
  MT_SECTION_RECORD = 10,    /* the build record: JSON, for people and `inspect` */
  MT_SECTION_PROGRAM = 11,   /* a tensor program: an imported tower or neural ranker: program.h */
  MT_SECTION_TREES = 12,     /* boosted trees: trees.h */
  MT_SECTION_FEATURES = 13,  /* what a ranker is told of each candidate: features.h */
  MT_SECTION_RANKER = 14,    /* which model ranks, and what it reads: ranker.h */
  MT_SECTION_RULES = 15,     /* what a slate must keep to: rules.h */
  MT_SECTION_TERMS = 16,     /* words of a text index: terms.h */
  MT_SECTION_CAMPAIGN = 17,  /* lists with a start and an end: campaign.h */
  MT_SECTION_GOLDEN = 18,    /* inputs of a program with the outputs that training saw: golden.h */
  MT_SECTION_BINDING = 19,   /* what a program's inputs are fed with: binding.h */
  MT_SECTION_NUMBERS = 20,   /* a program's own numbers of the items: binding.h */
  MT_SECTION_PLACES = 21,    /* the other half of the ids: ids.h */
  MT_SECTION_LAST = MT_SECTION_PLACES,
} mt_section_kind;

/* Unaligned little-endian loads; every host that runs wasm or this native build is little-endian. */
static inline uint16_t mt_load_u16(const unsigned char *p) { uint16_t v; memcpy(&v, p, sizeof v); return v; }
static inline uint32_t mt_load_u32(const unsigned char *p) { uint32_t v; memcpy(&v, p, sizeof v); return v; }
static inline uint64_t mt_load_u64(const unsigned char *p) { uint64_t v; memcpy(&v, p, sizeof v); return v; }
static inline float mt_load_f32(const unsigned char *p) { float v; memcpy(&v, p, sizeof v); return v; }
static inline double mt_load_f64(const unsigned char *p) { double v; memcpy(&v, p, sizeof v); return v; }
static inline void mt_store_u16(unsigned char *p, uint16_t v) { memcpy(p, &v, sizeof v); }
static inline void mt_store_u32(unsigned char *p, uint32_t v) { memcpy(p, &v, sizeof v); }
static inline void mt_store_u64(unsigned char *p, uint64_t v) { memcpy(p, &v, sizeof v); }
static inline void mt_store_f32(unsigned char *p, float v) { memcpy(p, &v, sizeof v); }

#endif

/* The bundle: one file that holds everything a device needs for one catalogue.
 *
 *   0          64                64 + 64 · sections
 *   +----------+-----------------+-----------+-----------+- - -
 *   | header   | directory       | section 0 | section 1 |
 *   +----------+-----------------+-----------+-----------+- - -
 *
 * Everything is little-endian. Sections start on multiples of 64 bytes, follow each other in the order of the directory
 * (any order of kinds; FORMAT.md says which the builder takes, and why) without overlapping, and are zero-filled up to the
 * next multiple of 64; the last one is filled too, so that kernels may load whole vectors. All sections share one numbering of the items.
 *
 *   header, 64 bytes                            directory entry, 64 bytes
 *    0  u8[8]  "martello"                        0  u32    kind            (mt_section_kind)
 *    8  u32    format version, 6                 4  u32    ordinal         which of its kind: space 0, postings 3 …
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
 * What each section holds is drawn in the header of its reader, which the list of kinds below names.
 */
#ifndef MT_BUNDLE_FORMAT_H
#define MT_BUNDLE_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MT_MAGIC "martello"
/* It names the layout of every section: whatever changes one raises it. Readers take their own version alone. */
#define MT_FORMAT_VERSION 6u
#define MT_HEADER_BYTES 64u
#define MT_ENTRY_BYTES 64u
#define MT_MAX_SECTIONS 1024u
#define MT_MAX_BUNDLE_BYTES 0x7fffffffu /* 2 GiB - 1: offsets fit in 31 bits */
#define MT_MAX_ITEMS 0x7fffffffu
#define MT_NAME_BYTES 24u

/* What there can be many of in a bundle, kinds of sections here, features, rules and ops in their headers, is listed once: as
 * a macro that hands each of its lines to the macro X. Enumerations, tables and TypeScript's numbers (wasm/numbers.c) are made
 * of the lists. A number is written out and never changes or comes again, since bundles hold it; numbers ascend.
 *
 * Of a kind of section: whether a reader that does not know it must refuse the bundle (REQUIRED) or may skip it (OPTIONAL);
 * whether answers need it (ANSWERS), it only makes them precise (REFINES), is for people (PEOPLE), or is drawn for a LATER
 * version and refused until then; and with which stage of the file the builder writes it, so that it arrives when a device
 * wants it (web/build/sections/order.ts). */
#define MT_SECTION_KINDS(X)                                                                                                    \
  X(POLICY, 1, REQUIRED, ANSWERS, policy)         /* sources, their weights, event weights: policy.h */                        \
  X(IDS, 2, REQUIRED, ANSWERS, ids)               /* item number -> id: ids.h, strings.h */                                    \
  X(POPULARITY, 3, REQUIRED, ANSWERS, popularity) /* how much everybody met each item: popularity.h */                         \
  X(POSTINGS, 4, REQUIRED, ANSWERS, sources)      /* key -> (item, weight) lists: postings.h, bits.h */                        \
  X(TOWER, 5, REQUIRED, ANSWERS, vectors)         /* history -> user vector of the space with the same ordinal: tower.h */     \
  X(SPACE, 6, REQUIRED, ANSWERS, vectors)         /* one vector space's shape and codebooks: vectors.h */                      \
  X(BASE, 7, REQUIRED, ANSWERS, vectors)          /* its base codes: vectors.h */                                              \
  X(ATTRIBUTE, 8, REQUIRED, ANSWERS, filters)     /* one attribute of all items: attributes.h */                               \
  X(LAYER, 9, REQUIRED, REFINES, layers)          /* a residual layer of a space: vectors.h */                                 \
  X(RECORD, 10, OPTIONAL, PEOPLE, record)         /* the build record: JSON, for people and `inspect` */                       \
  X(PROGRAM, 11, REQUIRED, ANSWERS, sources)      /* a tensor program: an imported tower or neural ranker: program.h, ops.h */ \
  X(TREES, 12, REQUIRED, ANSWERS, ranker)         /* boosted trees: trees.h */                                                 \
  X(FEATURES, 13, REQUIRED, ANSWERS, features)    /* what a ranker is told of each candidate: features.h */                    \
  X(RANKER, 14, REQUIRED, ANSWERS, ranker)        /* which model ranks, and what it reads: ranker.h */                         \
  X(RULES, 15, REQUIRED, ANSWERS, rules)          /* what a slate must keep to: rules.h */                                     \
  X(TERMS, 16, REQUIRED, ANSWERS, search)         /* words of a text index: terms.h */                                         \
  X(CAMPAIGN, 17, REQUIRED, ANSWERS, campaign)    /* lists with a start and an end: campaign.h */                              \
  X(GOLDEN, 18, OPTIONAL, PEOPLE, golden)         /* inputs of a program with the outputs that training saw: golden.h */       \
  X(BINDING, 19, REQUIRED, ANSWERS, sources)      /* what a program's inputs are fed with: binding.h */                        \
  X(NUMBERS, 20, REQUIRED, ANSWERS, sources)      /* a program's own numbers of the items: binding.h */                        \
  X(PLACES, 21, REQUIRED, ANSWERS, places)        /* the other half of the ids: ids.h */                                       \
  X(WITHDRAWN, 22, REQUIRED, ANSWERS, rules)      /* items that keep their numbers and are recommended no more: withdrawn.h */ \
  X(ROWS, 23, REQUIRED, LATER, vectors)           /* which item each row of a space's codes is: vectors.h */                   \
  X(REPEATS, 24, REQUIRED, ANSWERS, sources)      /* how readily and how soon each item is taken again: repeats.h */           \
  X(NODES, 25, REQUIRED, ANSWERS, sources)        /* a tree over the items, and what scores its nodes: nodes.h */                    \
  X(LISTS, 26, OPTIONAL, REFINES, lists)          /* of a split catalogue's root: which list of items lies where */

typedef enum mt_section_kind {
#define MT_SECTION_ENUM(name, number, ...) MT_SECTION_##name = (number),
  MT_SECTION_KINDS(MT_SECTION_ENUM) MT_SECTION_END /* one past the last */
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

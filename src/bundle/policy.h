/* Policy: which sources recall, how much each says, and what an event weighs. The builder learns it from held-out
 * events; a request may override a source's weight.
 *
 *    0  u32  sources           at most MT_MAX_SOURCES
 *    4  u32  events            names of events and their weights
 *    8  u32  fusion            mt_fuse
 *   12  u32  norm_rank         a source's scores are divided by that of its candidate of this rank (the builder: 20)
 *   16  f32  rrf_constant      of reciprocal rank fusion (Cormack et al. 2009: 60)
 *   20  f32  zero              a rating r weighs (r - zero) / (one - zero), from `least` to 1;
 *   24  f32  one               where both are the same, no rating says anything
 *   28  f32  none              a rating that says nothing, as the 0 or -1 of what was met and not rated; NaN: none is
 *   32  f32  least             what the lowest ratings weigh: -1 for dislike, to 0, not to be learned from
 *   36  u32  k                 how many to recommend when a request does not say, 1 to MT_MAX_QUOTA
 *   40  u32  repeats           1: what a history holds may be recommended again where a request does not say; else 0
 *   44  u8[20] 0
 *   64  source[sources], 64 bytes each
 *          0 u8[24] name       32 u32 quota       candidates it may bring
 *         24 u16 kind          36 u32 last        only the newest events count; 0: all
 *         26 u16 role          40 f32 decay       an event with a newer ones after it counts decay^a
 *         28 u32 ordinal       44 f32 half_life   … and 2^-(its age / half_life) in seconds; 0: time does not matter
 *                              48 f32[4] weight   by length of the history: none, 1 to 4, 5 to 19, 20 and more
 *    .  event[events], 64 bytes each: u8[56] name, f32 weight, u32 0
 */
#ifndef MT_BUNDLE_POLICY_H
#define MT_BUNDLE_POLICY_H

#include <stdbool.h>

#include "base/status.h"
#include "bundle/format.h"

#define MT_MAX_SOURCES 16u
#define MT_MAX_EVENTS 64u
#define MT_MAX_QUOTA 1000u
#define MT_LENGTHS 4u
#define MT_POLICY_HEAD 64u
#define MT_SOURCE_BYTES 64u
#define MT_EVENT_BYTES 64u
#define MT_EVENT_NAME_BYTES 56u

#define MT_FUSIONS(X)                                                                  \
  X(SCORES, 0) /* weighted sum of scores, each divided by its source's norm_rank-th */ \
  X(RANKS, 1)  /* weighted sum of 1 / (rrf_constant + rank) */

#define MT_FUSE_ENUM(name, number) MT_FUSE_##name = (number),
typedef enum mt_fuse { MT_FUSIONS(MT_FUSE_ENUM) MT_FUSE_END } mt_fuse;

/* The kinds of sources: name, number in the file, whose verbs (recall/source.h). To add one is a line here, at the end, and a
 * file with its verbs. `ordinal` says which of the sections that the kind reads. */
#define MT_SOURCE_KINDS(X)                                   \
  X(POSTINGS, 0, postings) /* ordinal: which postings */     \
  X(VECTORS, 1, vectors)   /* … which space, by its tower */ \
  X(POPULARITY, 2, popular)                                  \
  X(CAMPAIGN, 3, campaign) /* … which campaign */            \
  X(CLUSTERS, 4, clusters) /* … postings item -> cluster of people; the next ones are cluster -> item */ \
  X(REPEATS, 5, repeat)    /* … which repeats */             \
  X(BEAM, 6, beam)         /* … which nodes */

/* What a source says of an item: nothing of it alone, what is like it, what people turn to after it, what they take with it,
 * whether they take it again. */
#define MT_SOURCE_ROLES(X)                                      \
  X(EVERYBODY, 0) /* the same to all, whatever their history */ \
  X(ALIKE, 1)                                                   \
  X(NEXT, 2)                                                    \
  X(TOGETHER, 3)                                                \
  X(AGAIN, 4)

#define MT_SOURCE_KIND(name, number, verbs) MT_SOURCE_##name = (number),
#define MT_SOURCE_ROLE(name, number) MT_ROLE_##name = (number),
typedef enum mt_source_kind { MT_SOURCE_KINDS(MT_SOURCE_KIND) MT_SOURCE_KINDS_END } mt_source_kind;
typedef enum mt_role { MT_SOURCE_ROLES(MT_SOURCE_ROLE) MT_SOURCE_ROLES_END } mt_role;
#undef MT_SOURCE_KIND
#undef MT_SOURCE_ROLE

typedef struct mt_source { /* from `kind` on as its record */
  char name[MT_NAME_BYTES + 4]; /* ends in NUL; four more, so that no gap lies in what follows */
  uint16_t kind, role; /* mt_source_kind, mt_role */
  uint32_t ordinal, quota, last;
  float decay, half_life, weight[MT_LENGTHS];
} mt_source;

typedef struct mt_grading {
  float zero, one, none, least;
} mt_grading;

typedef struct mt_policy { /* up to `repeats` as the section begins */
  uint32_t sources, events;
  mt_fuse fusion;
  uint32_t norm_rank;
  float rrf_constant;
  mt_grading rating;
  uint32_t k, repeats;
  mt_source source[MT_MAX_SOURCES];
  const unsigned char *event_table;
} mt_policy;

mt_status mt_policy_open(const unsigned char *bytes, size_t length, mt_policy *policy, mt_error *error);

/* The number of this name among the policy's events, UINT32_MAX where it is none of them. */
uint32_t mt_policy_event_number(const mt_policy *policy, const char *name, size_t length);

/* The weight of an event of this name; 1 of unnamed and unknown ones. */
float mt_policy_event(const mt_policy *policy, const char *name, size_t length);

/* What a rating weighs. NaN where it says nothing, so that the event's name does. */
float mt_graded_rating(const mt_grading *grading, float rating);
static inline float mt_policy_rating(const mt_policy *policy, float rating) {
  return mt_graded_rating(&policy->rating, rating);
}

/* Writing, into `out` of mt_policy_bytes(sources, events) zeroed bytes: the head first, then each source and event. */
static inline size_t mt_policy_bytes(uint32_t sources, uint32_t events) {
  return MT_POLICY_HEAD + (size_t)sources * MT_SOURCE_BYTES + (size_t)events * MT_EVENT_BYTES;
}
void mt_policy_write_head(unsigned char *out, uint32_t sources, uint32_t events, uint32_t fusion, uint32_t norm_rank,
                          float rrf_constant, const mt_grading *rating, uint32_t k, uint32_t repeats);
void mt_policy_write_source(unsigned char *out, uint32_t index, const char *name, uint32_t kind, uint32_t role,
                            uint32_t ordinal, uint32_t quota, uint32_t last, float decay, float half_life,
                            const float *weight);
void mt_policy_write_event(unsigned char *out, uint32_t index, const char *name, float weight);

/* Which of the four weights a history of this many events takes. */
static inline uint32_t mt_policy_length(uint32_t events) { return events == 0 ? 0 : events < 5 ? 1 : events < 20 ? 2 : 3; }

#endif

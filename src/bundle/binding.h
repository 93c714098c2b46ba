/* Binding: what each input of a program is fed with when a bundle serves, and NUMBERS: the program's own number of an item.
 * A binding has the ordinal of its program.
 *
 * BINDING
 *    0  u32  inputs            those of the program, in its order
 *    4  u32  numbers           ordinal of the NUMBERS section that ids go through; MT_UNBOUND: the item number itself
 *    8  u32  values            length of the list at the end
 *   12  f32  least_weight       an event of less weight is not shown to the program (dislikes, by 0 or more); -inf: all are
 *   16  u8[48] 0
 *   64  feed[inputs]           48 bytes each, mt_feed
 *    .  u32 or f32 [values]    lists that feeds refer to
 *
 * NUMBERS
 *    0  u32  kind              0: a table, 1: the integer that the item's id spells, plus `shift`
 *    4  u32  items             those of the bundle
 *    8  u32  width             bytes of a number in the table, 1 to 4; kind 1: 0
 *   12  i32  shift             kind 1; else 0
 *   16  u32  bound             a number from here on (all bits set, by habit) means that the program does not know the item
 *   20  u8[44] 0
 *   64  u8   [items][width]    the table, little-endian; then 4 zero bytes (kind 0)
 *
 * The events that a program sees are those of the history whose item it knows and that weigh enough; all HISTORY
 * feeds agree on them. Of too many the newest are taken.
 */
#ifndef MT_BUNDLE_BINDING_H
#define MT_BUNDLE_BINDING_H

#include "bundle/format.h"
#include "bundle/ids.h"
#include "bundle/program.h"

#define MT_BINDING_HEAD 64u
#define MT_NUMBERS_HEAD 64u
#define MT_UNBOUND 0xffffffffu
/* The largest number that an input of whole numbers takes of a field of the context, 2^33: seconds until the year 2242. */
#define MT_MOST_FIELD ((uint64_t)1 << 33)

/* What a feed writes. A history feed writes one number an event (TABLE: one row an event) into an input whose elements
 * (of one row) are its positions. `pad` stands where there is no event. Name, number, and what a config calls it. */
#define MT_FEED_KINDS(X)                                                                                                            \
  X(CONSTANT, 0, constant)      /* pad, everywhere */                                                                               \
  X(HISTORY_IDS, 1, history)    /* the program's number of the item */                                                              \
  X(HISTORY_WORTHS, 2, worths)  /* the event's weight */                                                                            \
  X(HISTORY_TYPES, 3, types)    /* list[number of the event's name in the policy], `unknown` for other names */                     \
  X(HISTORY_TIMES, 4, times)    /* scale · seconds + shift, `unknown` where the time is not known */                                \
  X(HISTORY_AGES, 5, ages)      /* the same of the seconds between the event and now, 0 or more */                                  \
  X(HISTORY_LENGTH, 6, length)  /* how many events are shown, at most `positions` (0: all); every element */                        \
  X(HISTORY_TABLE, 7, table)    /* MT_PORT_TABLE: decoded vectors of the items in `space`; padding is the port's */                 \
  X(CONTEXT, 8, context)        /* scale · context field list[j] + shift for element j, `unknown` where the request is silent */    \
  X(CANDIDATE_IDS, 9, candidate) /* the program's number of the candidate, `unknown` where it has none; a row each */               \
  X(CANDIDATE_TABLE, 10, candidateTable) /* MT_PORT_TABLE: decoded vectors of the candidates in `space` */                          \
  X(CANDIDATE_FEATURES, 11, features)    /* scale · feature list[j] of the candidate + shift, `unknown` where it is missing */

#define MT_FEED_SIDES(X)                                             \
  X(PAD_LEFT, 0, left)     /* padding, then events, the newest last */ \
  X(PAD_RIGHT, 1, right)   /* events, oldest first, then padding */    \
  X(NEWEST_FIRST, 2, newest) /* events, newest first, then padding */

/* What an input takes of a number that is scaled. One of whole numbers that must stay exact beyond 2^24 is two inputs. */
#define MT_FEED_PARTS(X)                                                 \
  X(NUMBER, 0, number) /* all of it: an input of floats */               \
  X(WHOLE, 1, whole)   /* its whole part, as float32 rounds it */        \
  X(REST, 2, rest)     /* what float32 rounds away of its whole part */

#define MT_FEED_ENUM(name, number, called) MT_FEED_##name = (number),
#define MT_SIDE_ENUM(name, number, called) MT_##name = (number),
#define MT_PART_ENUM(name, number, called) MT_PART_##name = (number),
typedef enum mt_feed_kind { MT_FEED_KINDS(MT_FEED_ENUM) MT_FEED_KINDS_END } mt_feed_kind;
typedef enum mt_feed_side { MT_FEED_SIDES(MT_SIDE_ENUM) MT_FEED_SIDES_END } mt_feed_side;
typedef enum mt_feed_part { MT_FEED_PARTS(MT_PART_ENUM) MT_FEED_PARTS_END } mt_feed_part;

typedef struct mt_feed {
  uint32_t kind;        /* mt_feed_kind */
  uint32_t side;        /* mt_feed_side, of history feeds; else 0 */
  float pad, unknown;
  float scale, shift;   /* 1 and 0 by habit */
  uint32_t list, count; /* elements of the list at the end of the section, or 0, 0 */
  uint32_t space;       /* TABLE kinds: which vector space; else 0 */
  uint32_t positions;   /* HISTORY_LENGTH; else 0 */
  uint32_t part;        /* mt_feed_part, of what is scaled; else 0 */
  uint32_t zero;
} mt_feed;

/* A view on the section. It owns nothing. */
typedef struct mt_binding {
  uint32_t inputs, numbers, values; /* up to `least_weight` as the section begins */
  float least_weight;
  const mt_feed *feeds;
  const unsigned char *lists;
} mt_binding;

typedef struct mt_numbers {
  uint32_t kind, items, width; /* up to `bound` as the section begins */
  int32_t shift;
  uint32_t bound;
  const unsigned char *table;
} mt_numbers;

/* Checks the binding against its program: every feed writes what its port can hold. */
mt_status mt_binding_open(const unsigned char *bytes, size_t length, const mt_program *program, mt_binding *binding,
                          mt_error *error);

static inline uint32_t mt_feed_list(const mt_binding *binding, const mt_feed *feed, uint32_t i) {
  return mt_load_u32(binding->lists + 4 * ((size_t)feed->list + i));
}

static inline bool mt_feed_is_history(const mt_feed *feed) {
  return feed->kind >= MT_FEED_HISTORY_IDS && feed->kind <= MT_FEED_HISTORY_TABLE;
}
static inline bool mt_feed_is_candidate(const mt_feed *feed) { return feed->kind >= MT_FEED_CANDIDATE_IDS; }

mt_status mt_numbers_open(const unsigned char *bytes, size_t length, uint32_t items, mt_numbers *numbers, mt_error *error);

/* The program's number of an item, or MT_UNBOUND. `numbers` may be NULL: the item number itself. `text` is scratch of
 * MT_STRING_BYTES. */
uint32_t mt_number_of(const mt_numbers *numbers, const mt_ids *ids, uint32_t item, char *text);

#endif

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

/* What a feed writes. A history feed writes one number an event (TABLE: one row an event) into an input whose elements
 * (of one row) are its positions. `pad` stands where there is no event. */
typedef enum mt_feed_kind {
  MT_FEED_CONSTANT = 0,       /* pad, everywhere */
  MT_FEED_HISTORY_IDS = 1,    /* the program's number of the item */
  MT_FEED_HISTORY_WORTHS = 2, /* the event's weight */
  MT_FEED_HISTORY_TYPES = 3,  /* list[number of the event's name in the policy], `unknown` for other names */
  MT_FEED_HISTORY_TIMES = 4,  /* scale · seconds + shift, `unknown` where the time is not known */
  MT_FEED_HISTORY_AGES = 5,   /* the same of the seconds between the event and now, 0 or more */
  MT_FEED_HISTORY_LENGTH = 6, /* how many events are shown, at most `positions` (0: all); every element */
  MT_FEED_HISTORY_TABLE = 7,  /* MT_PORT_TABLE: decoded vectors of the items in `space`; padding is the port's */
  MT_FEED_CONTEXT = 8,        /* scale · context field list[j] + shift for element j, `unknown` where the request is silent */
  MT_FEED_CANDIDATE_IDS = 9,  /* the program's number of the candidate, `unknown` where it has none; a row each */
  MT_FEED_CANDIDATE_TABLE = 10,    /* MT_PORT_TABLE: decoded vectors of the candidates in `space` */
  MT_FEED_CANDIDATE_FEATURES = 11, /* scale · feature list[j] of the candidate + shift, `unknown` where it is missing */
  MT_FEED_LAST = MT_FEED_CANDIDATE_FEATURES,
} mt_feed_kind;

typedef enum mt_feed_side {
  MT_PAD_LEFT = 0,     /* padding, then events, the newest last */
  MT_PAD_RIGHT = 1,    /* events, oldest first, then padding */
  MT_NEWEST_FIRST = 2, /* events, newest first, then padding */
} mt_feed_side;

typedef struct mt_feed {
  uint32_t kind;        /* mt_feed_kind */
  uint32_t side;        /* mt_feed_side, of history feeds; else 0 */
  float pad, unknown;
  float scale, shift;   /* 1 and 0 by habit */
  uint32_t list, count; /* elements of the list at the end of the section, or 0, 0 */
  uint32_t space;       /* TABLE kinds: which vector space; else 0 */
  uint32_t positions;   /* HISTORY_LENGTH; else 0 */
  uint32_t zero[2];
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

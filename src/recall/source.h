/* Sources: ways to recall candidates. A kind of source owns its verbs in one table; whoever calls them asks no kind.
 *
 *   mt_source_open at the gate, mt_source_reserve once; then for a request
 *     mt_source_weigh      reads the history: what has this source to say of it?
 *     mt_source_best       its best among some items
 *     mt_source_score      what it says of any other
 *     mt_source_explain, mt_source_share   which events a pick owes its score to
 *
 * To add a kind: a line in MT_SOURCE_KINDS (bundle/policy.h), and a file that defines mt_source_NAME.
 */
#ifndef MT_RECALL_SOURCE_H
#define MT_RECALL_SOURCE_H

#include "base/arena.h"
#include "bundle/attributes.h"
#include "bundle/bundle.h"
#include "bundle/policy.h"
#include "recall/best.h"
#include "recall/index.h"
#include "recall/sparse.h"
#include "tower/program.h"
#include "tower/tower.h"

/* What a source may look at. What has not arrived of a part is all zeros. */
typedef struct mt_source_view {
  const mt_bundle *bundle;
  const mt_attribute *attribute; /* [attributes] */
  const mt_space *space;         /* [spaces] */
  const mt_tower *tower;         /* [spaces] */
  mt_model *model;               /* tensor programs, by ordinal */
  uint32_t attributes, spaces;
} mt_source_view;

#define MT_SOURCE_ROOM 256u /* bytes of what a kind keeps of one source */

typedef struct mt_source_verbs mt_source_verbs;

/* A source at work. */
typedef struct mt_source_work {
  const mt_source_verbs *verbs;
  mt_sparse sums; /* of kinds that add up lists: recall/sums.h */
  union {
    uint64_t aligned;
    unsigned char room[MT_SOURCE_ROOM]; /* only the kind knows what is in it; zeros before it opens */
  } own;
} mt_source_work;

/* What a source made of a history. */
typedef struct mt_reading {
  bool speaks; /* it has something to say */
  bool whole;  /* … and held all of it; else the oldest events are lost */
} mt_reading;

/* Picks whose scores are to be traced to events. */
typedef struct mt_explained {
  uint32_t count;
  uint32_t *items; /* [count] */
  mt_index index;  /* item -> its place */
  float *vectors, *event; /* [count][widest stride], [widest stride]: for what a source prepares of each pick, of an event */
} mt_explained;

/* An event whose part is traced, as the source weighs it. */
typedef struct mt_traced {
  uint32_t item;
  float weight;
  const mt_history_walk *walk; /* which has just passed it */
} mt_traced;

struct mt_source_verbs {
  /* Views its sections, and checks them. */
  mt_status (*open)(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_error *error);
  /* Whether all is there that it needs of spaces and models, which open later. NULL: yes. */
  bool (*is_complete)(const mt_source *source, const mt_source_view *view);
  /* Takes the memory that requests will use. NULL: none. */
  void (*reserve)(mt_source_work *work, const mt_source *source, const mt_source_view *view, mt_arena *arena);
  /* Reads the history as `source`, which the request may have changed, says. NULL: it says always the same. */
  mt_status (*weigh)(mt_source_work *work, const mt_source *source, const mt_inputs *inputs, mt_reading *reading, mt_error *error);
  /* The best k of the items in `bitmap` that it knows, k <= best->most. */
  mt_status (*best)(const mt_source_work *work, uint32_t k, const uint8_t *bitmap, mt_best *best, mt_error *error);
  /* What it says of an item; `unknown` where it can say nothing, and 0 is no such word. */
  float (*score)(const mt_source_work *work, uint32_t item, float unknown);
  /* Prepares what it needs of the picks. NULL: nothing. */
  void (*explain)(const mt_source_work *work, const mt_explained *picks);
  /* Adds to share[picks] what one event, as the source weighs it, brought each, times `unit`; *cost adds up over the events.
   * NULL: no event has a part in it. */
  void (*share)(const mt_source_work *work, const mt_explained *picks, const mt_traced *event, float unit, float *share,
                uint32_t *cost);
  /* What the history became in a space, [padded]. NULL: its source is in no space. */
  const float *(*query)(const mt_source_work *work, uint32_t *space_ret);
};

#define MT_SOURCE_VERBS(name, number, verbs) extern const mt_source_verbs mt_source_##verbs;
MT_SOURCE_KINDS(MT_SOURCE_VERBS)
#undef MT_SOURCE_VERBS

/* On failure `work` is all zeros. */
mt_status mt_source_open(const mt_source *source, const mt_source_view *view, mt_source_work *work, mt_error *error);
bool mt_source_is_complete(const mt_source_work *work, const mt_source *source, const mt_source_view *view);
void mt_source_reserve(mt_arena *arena, const mt_source *source, const mt_source_view *view, mt_source_work *work);

mt_status mt_source_weigh(mt_source_work *work, const mt_source *source, const mt_inputs *inputs, mt_reading *reading_ret,
                          mt_error *error);
static inline mt_status mt_source_best(const mt_source_work *work, uint32_t k, const uint8_t *bitmap, mt_best *best,
                                       mt_error *error) {
  return work->verbs->best(work, k, bitmap, best, error);
}
static inline float mt_source_score(const mt_source_work *work, uint32_t item, float unknown) {
  return work->verbs->score(work, item, unknown);
}
/* NULL where the source is in no space. */
const float *mt_source_query(const mt_source_work *work, uint32_t *space_ret);

/* False where no event has a part in what the source says: then mt_source_share is not to be called. */
bool mt_source_explain(const mt_source_work *work, const mt_explained *picks);
static inline void mt_source_share(const mt_source_work *work, const mt_explained *picks, const mt_traced *event, float unit,
                                   float *share, uint32_t *cost) {
  work->verbs->share(work, picks, event, unit, share, cost);
}

#endif

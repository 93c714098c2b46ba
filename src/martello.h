/* martello: recommendations from one bundle, in one thread, without allocation.
 *
 *   size_t needed;
 *   mt_error error;
 *   mt_memory_needed(bundle, length, length, &needed, &error);
 *   mt_recommender *rec;
 *   mt_open(bundle, length, length, malloc(needed), needed, &rec, &error);
 *   mt_begin(rec);
 *   mt_add_event(rec, mt_find_item(rec, "318", 3), 1.0f, NAN);
 *   const mt_slate *slate;
 *   mt_recommend(rec, 20, true, &slate, &error);
 *
 * Ownership: the caller owns the bundle's bytes and the memory, and keeps both unchanged and in place until it stops
 * using the recommender; there is nothing to close. A slate lives until the next call on its recommender.
 * Every call reads a bundle that may be hostile; see bundle/format.h.
 */
#ifndef MARTELLO_H
#define MARTELLO_H

#include <stdbool.h>

#include "base/status.h"
#include "bundle/policy.h"
#include "bundle/rules.h"
#include "bundle/strings.h"

typedef struct mt_recommender mt_recommender;

#define MT_MAX_K 1000u /* most results of one request */
#define MT_MAX_EXPLAINED 100u /* picks of a slate that get `because` and `reasons` */
#define MT_BECAUSE 3u
#define MT_REASONS 5u

/* What a feature added to a ranker's score, against the mean of the rows that it was trained on. */
typedef struct mt_reason {
  uint32_t feature;   /* mt_feature_name */
  float contribution; /* 0: no reason here */
} mt_reason;

typedef struct mt_pick {
  uint32_t item;
  float score;                     /* fused or the ranker's, comparable within one slate */
  uint32_t because[MT_BECAUSE];    /* items of the history that brought it, strongest first; MT_NOT_FOUND fills */
  float scores[MT_MAX_SOURCES];    /* by source of the policy, as the source gave them */
  uint32_t ranks[MT_MAX_SOURCES];  /* from 1; 0: not among the source's candidates */
  mt_reason reasons[MT_REASONS];   /* with `explain`, of a ranker of trees: the largest contributions, largest first */
  float value;                     /* where rules choose: its relevance between 0 and 1, as boosts and the like changed it */
  float penalty;                   /* … and what diversity took off */
  uint32_t rules[2];               /* bit r % 32 of rules[r / 32]: rule r had a part in it */
  float propensity;                /* where slots explore: how likely it was at its place, given those before; 0: not known */
} mt_pick;

typedef struct mt_slate {
  uint32_t count;
  uint32_t candidates;                   /* that were merged */
  uint32_t ranked;                       /* … that a ranker scored; 0: the sources' own scores order them */
  uint32_t ordered;                      /* … that the slate was chosen from */
  uint32_t recalled[MT_MAX_SOURCES];     /* by source */
  uint32_t history;                      /* events that counted */
  uint32_t dropped;                      /* oldest events beyond MT_MAX_HISTORY */
  uint32_t truncated;                    /* bit s: source s could not hold all it found, the oldest events lost */
  uint32_t filled;                       /* picks that no source brought: in the order of item numbers */
  mt_pick *picks;
  uint32_t skipped[MT_MAX_RULES];        /* by rule: how often it kept out an item that would have been picked */
} mt_slate;

#define MT_FEATURE_ROWS 64u

typedef struct mt_feature_block {
  uint32_t count, features;
  uint32_t items[MT_FEATURE_ROWS];
  const float *rows; /* [count][features] */
} mt_feature_block;

typedef struct mt_hits {
  uint32_t count;
  uint32_t *items;
  float *scores;
} mt_hits;

/* How much memory mt_open wants. MT_CORRUPT, MT_UNSUPPORTED where the bundle is not one that it would open.
 *
 * A bundle opens before it is whole: `arrived` of its `length` bytes are there, and only those are looked at. MT_NOT_READY:
 * there is too little to recommend from, which takes ids, rules and one source that looks at histories, or all sources.
 * What has not arrived is left out of every answer: a source (mt_waiting), the ranker, search, layers; an attribute has no
 * name yet. Opening again when more has arrived, in the same memory if that is enough, takes it in; what this function
 * accepts, mt_open will. */
mt_status mt_memory_needed(const void *bundle, size_t length, size_t arrived, size_t *needed_ret, mt_error *error);

/* `bundle` is 64-byte aligned. Checks the whole structure, not the checksums: see mt_verify. */
mt_status mt_open(const void *bundle, size_t length, size_t arrived, void *memory, size_t memory_length,
                  mt_recommender **rec_ret, mt_error *error);

/* Of a bundle that is arriving: where the last section that has arrived ends (0: the directory has not), and where all
 * ends that answers need, which is before residual layers where the file puts them last. */
typedef struct mt_extent {
  size_t arrived, needed;
} mt_extent;
mt_status mt_measure(const void *bundle, size_t length, size_t arrived, mt_extent *extent_ret, mt_error *error);

/* Compares every section that has arrived and ends after `from` with its checksum: one pass over the bytes. */
mt_status mt_verify(const void *bundle, size_t length, size_t from, size_t arrived, mt_error *error);

uint32_t mt_items(const mt_recommender *rec);

/* The item with this id, or MT_NOT_FOUND. */
uint32_t mt_find_item(mt_recommender *rec, const char *id, size_t length);

/* Writes the id of `item` into `text` (MT_STRING_BYTES) and returns its length; 0 for an unknown item. */
uint32_t mt_item_id(const mt_recommender *rec, uint32_t item, char *text);

/* -- a request: begin, events oldest first, filters, then recommend -- */

/* Forgets the last request: empty history, everything allowed, the policy's weights. */
void mt_begin(mt_recommender *rec);

/* Whether what the history holds may be recommended again; before its events. By default as the bundle says. */
void mt_set_repeats(mt_recommender *rec, bool repeats);
bool mt_repeats_by_default(const mt_recommender *rec);

/* An event of the history, oldest first; an item that does not exist is refused (false) and to be counted by the caller.
 * `weight`: mt_event_weight, mt_rating_weight, or 1; `at` in seconds, NaN where unknown. The item will not be recommended,
 * unless repeats are on and the event weighs 0 or more. */
bool mt_add_event(mt_recommender *rec, uint32_t item, float weight, double at);
/* Says how the event that was added last is called, for models that are told so. */
void mt_name_event(mt_recommender *rec, const char *name, size_t length);
float mt_event_weight(const mt_recommender *rec, const char *name, size_t length);
float mt_rating_weight(const mt_recommender *rec, float rating); /* NaN: it says nothing, ask the event's name */

/* `item` will not be recommended. */
void mt_exclude(mt_recommender *rec, uint32_t item);

/* Only items passed to mt_allow since mt_begin (and allowed by the rest) will be recommended. Call it before excluding
 * and before events. */
void mt_allow_only(mt_recommender *rec);
void mt_allow(mt_recommender *rec, uint32_t item);

/* Filters. An attribute by its name, MT_NOT_FOUND if there is none; then either mt_filter_clear, some values and
 * mt_filter_by_values, or mt_filter_by_range. Each call narrows what is allowed. */
uint32_t mt_find_attribute(const mt_recommender *rec, const char *name, size_t length);
void mt_filter_clear(mt_recommender *rec, uint32_t attribute);
bool mt_filter_value(mt_recommender *rec, uint32_t attribute, const char *value, size_t length); /* false: no item has it */
void mt_filter_by_values(mt_recommender *rec, uint32_t attribute, bool negated);
void mt_filter_by_range(mt_recommender *rec, uint32_t attribute, double low, bool open_low, double high, bool open_high,
                        bool negated);

/* Overrides the weight of a source of the policy for this request. */
mt_status mt_set_weight(mt_recommender *rec, uint32_t source, float weight, mt_error *error);
/* … and how much an event counts with each newer one after it, 0 to 1. */
mt_status mt_set_decay(mt_recommender *rec, uint32_t source, float decay, mt_error *error);
/* The time, in seconds, that ages are counted from; by default that of the newest event, and where no event has one what
 * the host's clock says, if the host says it. */
void mt_set_now(mt_recommender *rec, double now);
void mt_set_clock(mt_recommender *rec, double clock);
/* How many candidates the ranker scores, instead of what the bundle says; 0: the fused score orders all. */
void mt_set_ranked(mt_recommender *rec, uint32_t candidates);

/* Rules: the bundle's hold in every request; `records` change them for this one, in the form of bundle/rules.h, where it
 * is said what each kind does. The records stay where they are until the next mt_begin; at most one call a request, and a
 * request whose call failed is not to be run. */
mt_status mt_change_rules(mt_recommender *rec, const unsigned char *records, size_t length, mt_error *error);
/* A value's number in a category, MT_NOT_FOUND where no item has it. */
uint32_t mt_find_value(mt_recommender *rec, uint32_t attribute, const char *value, size_t length);
/* How often `item` was shown to the person, and clicked; adds up. False: it does not exist, or there are too many. */
bool mt_add_impressions(mt_recommender *rec, uint32_t item, float shown, float clicked);
/* Which kind rule r of this request is, whether it counts or not; 0 past the last. */
uint32_t mt_rule_kind_of(const mt_recommender *rec, uint32_t rule);

/* The context: fields that the bundle declares, each a number or a category. A value that the bundle does not know is
 * "not said", as is what is not set (false then). A model of whole numbers takes none beyond 2^33: the request fails then. */
uint32_t mt_fields(const mt_recommender *rec);
uint32_t mt_field_name(const mt_recommender *rec, uint32_t field, char *text);
bool mt_field_is_category(const mt_recommender *rec, uint32_t field);
void mt_set_context(mt_recommender *rec, uint32_t field, double value);
bool mt_set_context_value(mt_recommender *rec, uint32_t field, const char *value, size_t length);

/* `item` is to be a candidate, if it is allowed, even where no source brings it: for what a ranker would have been given of it.
 * At most one a request. */
void mt_force_candidate(mt_recommender *rec, uint32_t item);

/* The k best items for the history, min(k, allowed items) of them. `explain` fills `because`. */
mt_status mt_recommend(mt_recommender *rec, uint32_t k, bool explain, const mt_slate **slate_ret, mt_error *error);

/* The same in three steps, for a host that wants to time each: candidates, their ranking, the slate of the k best. */
mt_status mt_run_recall(mt_recommender *rec, mt_error *error);
mt_status mt_run_rank(mt_recommender *rec, mt_error *error);
mt_status mt_run_slate(mt_recommender *rec, uint32_t k, bool explain, const mt_slate **slate_ret, mt_error *error);

/* What a ranker is told of the candidates that mt_run_recall found: MT_FEATURE_ROWS of them at most, from the one in
 * place `first` (from 0) by fused score on; none: past the last. Feature i of row r is rows[r * features + i], NaN where
 * it is not known. */
mt_status mt_features_of(mt_recommender *rec, uint32_t first, const mt_feature_block **block_ret, mt_error *error);
uint32_t mt_feature_count(const mt_recommender *rec);
uint32_t mt_feature_name(const mt_recommender *rec, uint32_t feature, char *text);

/* The k items whose vectors score highest with `vector` [dim of the space] by the space's metric, among the allowed ones.
 * `layers`: how many residual layers to use, UINT32_MAX for all. */
mt_status mt_nearest_to(mt_recommender *rec, uint32_t space, const float *vector, uint32_t layers, uint32_t k,
                     const mt_hits **hits_ret, mt_error *error);

/* The k best items for the words of a text: UTF-8, each word once and as the builder writes it, one space between two, and *
 * behind a word that may go on, as the last one does in a box that answers while somebody types. Only items that match a
 * word are found, and, where the bundle has vectors, those that lie near the best of them: an unknown text finds none.
 * Filters apply; mt_allow brings items of the history back. A pick's score is at least 3 where the text is its title, 2
 * where its title begins with it, 1 where it has all words; scores and ranks are those of text (0), vectors (1), what the
 * history says (2) and popularity (3). Bit w of *unmatched_ret: word w, of the first 32, matched nothing. */
mt_status mt_search(mt_recommender *rec, const char *text, size_t length, uint32_t k, const mt_slate **slate_ret,
                    uint32_t *unmatched_ret, mt_error *error);
/* The space in which search finds what is near; MT_NOT_FOUND: none. */
uint32_t mt_search_space(const mt_recommender *rec);

/* -- what the bundle holds; names and texts are written into `text` (MT_STRING_BYTES), their length is returned -- */

uint32_t mt_sources(const mt_recommender *rec);
uint32_t mt_source_name(const mt_recommender *rec, uint32_t source, char *text);
uint32_t mt_source_role(const mt_recommender *rec, uint32_t source); /* mt_role: what it says of an item */
uint32_t mt_waiting(const mt_recommender *rec); /* bit s: source s has not arrived */
uint32_t mt_default_k(const mt_recommender *rec); /* how many to recommend by default */

uint32_t mt_spaces(const mt_recommender *rec);
uint32_t mt_space_name(const mt_recommender *rec, uint32_t space, char *text);
uint32_t mt_space_dim(const mt_recommender *rec, uint32_t space);
uint32_t mt_space_layers(const mt_recommender *rec, uint32_t space);
uint32_t mt_space_metric(const mt_recommender *rec, uint32_t space); /* mt_metric */
/* The decoded vector of an item, [dim]; false where it has none. */
bool mt_item_vector(const mt_recommender *rec, uint32_t space, uint32_t item, float *vector);

uint32_t mt_attributes(const mt_recommender *rec);
uint32_t mt_attribute_name(const mt_recommender *rec, uint32_t attribute, char *text);
uint32_t mt_attribute_kind(const mt_recommender *rec, uint32_t attribute); /* mt_attribute_type */
double mt_attribute_number_of(const mt_recommender *rec, uint32_t attribute, uint32_t item); /* NaN: not known */
uint32_t mt_attribute_count_of(const mt_recommender *rec, uint32_t attribute, uint32_t item); /* values, texts or dates */
double mt_date_of(const char *text, size_t length); /* Unix seconds of an ISO 8601 date, or NaN */
uint32_t mt_attribute_text_of(const mt_recommender *rec, uint32_t attribute, uint32_t item, uint32_t index, char *text);

#endif

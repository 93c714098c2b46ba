/* Random catalogues: a bundle made by the writer, and beside it everything plain that went in, so that a test can answer
 * a request by brute force. Seeded; the fuzzers' first inputs come from here too.
 */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include <math.h>

#include "base/checked.h"
#include "base/rng.h"
#include "bundle/attributes.h"
#include "bundle/campaign.h"
#include "bundle/features.h"
#include "bundle/ids.h"
#include "bundle/policy.h"
#include "bundle/popularity.h"
#include "bundle/postings.h"
#include "bundle/ranker.h"
#include "bundle/terms.h"
#include "bundle/tower.h"
#include "bundle/write.h"
#include "exact.h"
#include "forest.h"
#include "learn/codes.h"

#define LISTS 4u  /* neighbours by item, next items by item, by value of the attribute `genre`, popular */
#define TERM_LISTS LISTS /* the lists of the terms come after those that are sources */
#define TERMS 12u
#define SPACES 2u /* at most */
#define EVENTS 3u
#define GENRES 9u

enum { GENRE, YEAR, VOTES, TITLE, COUNTRY, ATTRIBUTES };

typedef struct shape_space {
  uint32_t dim; /* 0: there is no such space */
  mt_metric metric;
  mt_tower_kind tower;
  uint32_t layer_count, layer_bits[MT_LAYERS_MAX];
} shape_space;

typedef struct shape {
  uint64_t seed;
  uint32_t items;
  shape_space space[SPACES];
  uint32_t no_vector_every; /* every n-th item has no vector; 0: all have one */
  uint32_t repeat_every;    /* item i has the vector of item i % n; 0: each its own */
  uint32_t weight_bits;     /* of the postings */
  uint32_t longest;         /* entries of a list, at most */
  bool takes_off;           /* every third entry of the neighbours is taken off */
  mt_fuse fusion;
  uint32_t norm_rank, quota, last;
  float decay, half_life;
  bool features; /* a list with every kind of feature, and a context of two fields */
  bool ranked;   /* with features: random trees that rank by them */
} shape;

typedef struct plain_lists {
  uint32_t keys, *start, *items;
  float *weights; /* as the section stores them, rounded */
} plain_lists;

typedef struct catalogue {
  shape shape;
  uint32_t items, sources, spaces;
  char (*id)[24];
  plain_lists lists[LISTS + 1];
  uint32_t sets, *set_start, *set_values, *genre_set, *country;
  double *year, *votes;
  float *rows[SPACES]; /* [items][dim] */
  mt_tower tower[SPACES];
  float *popularity; /* as the section stores it, rounded; never rising */
  mt_draft drafts[40];
  uint32_t sections;
  unsigned char *bundle;
  size_t length;
  void *owned[160];
  uint32_t owned_count;
} catalogue;

static inline void *own(catalogue *c, size_t bytes) {
  CHECK(c->owned_count < sizeof c->owned / sizeof *c->owned);
  return c->owned[c->owned_count++] = exact_memory(bytes);
}

static inline void drop_catalogue(catalogue *c) {
  for (uint32_t i = 0; i < c->owned_count; i++) free(c->owned[i]);
}

static inline void add_section(catalogue *c, mt_section_kind kind, uint32_t ordinal, uint32_t part, const char *name,
                               const unsigned char *bytes, size_t length) {
  CHECK(c->sections < sizeof c->drafts / sizeof *c->drafts);
  c->drafts[c->sections++] = (mt_draft){kind, ordinal, part, kind != MT_SECTION_RECORD, name, bytes, length};
}

/* -- ids ----------------------------------------------------------------------------------------------------------- */

static inline int compare_ids(const void *a, const void *b) { return strcmp(a, b); }

static inline void add_ids(catalogue *c) {
  typedef struct row {
    char id[24];
    uint32_t item;
  } row;
  uint32_t n = c->items, *start = own(c, 4 * ((size_t)n + 1)), *number = own(c, 4 * (size_t)n);
  row *rows = own(c, n * sizeof *rows);
  char *text = own(c, 24 * (size_t)n);
  c->id = own(c, 24 * (size_t)n);
  for (uint32_t i = 0; i < n; i++) { /* an odd factor: no two are the same */
    snprintf(rows[i].id, sizeof rows[i].id, "%s%u", i % 3 == 0 ? "film-" : "é", i * 2654435761u);
    memcpy(c->id[i], rows[i].id, sizeof rows[i].id);
    rows[i].item = i;
  }
  qsort(rows, n, sizeof *rows, compare_ids);
  for (uint32_t i = 0; i < n; i++) {
    size_t length = strlen(rows[i].id);
    memcpy(text + start[i], rows[i].id, length);
    start[i + 1] = start[i] + (uint32_t)length;
    number[i] = rows[i].item;
  }
  size_t length = mt_ids_encode(text, start, n, &n, 1, number, n, NULL);
  unsigned char *out = own(c, length);
  CHECK(mt_ids_encode(text, start, n, &n, 1, number, n, out) == length);
  add_section(c, MT_SECTION_IDS, 0, 0, "ids", out, length);
  length = mt_places_encode(number, n, NULL);
  out = own(c, length);
  CHECK(mt_places_encode(number, n, out) == length);
  add_section(c, MT_SECTION_PLACES, 0, 0, "places", out, length);
}

/* -- postings ------------------------------------------------------------------------------------------------------ */

/* Reads the weights back as they are stored, those taken off below 0; test_sections.c tests that they are close to what was written. */
static inline void round_weights(plain_lists *lists, const unsigned char *bytes, size_t length, uint32_t items, bool marks_places) {
  mt_postings postings;
  mt_posting posting;
  CHECK(mt_postings_open(bytes, length, items, &postings, NULL) == MT_OK);
  for (uint32_t key = 0; key < lists->keys; key++) {
    mt_posting_start(&postings, key, &posting);
    for (uint32_t i = lists->start[key]; i < lists->start[key + 1]; i++) {
      CHECK(mt_posting_next(&posting) && posting.item == lists->items[i]);
      lists->weights[i] = posting.mark == 0 || marks_places ? posting.weight : -posting.weight;
    }
    CHECK(!mt_posting_next(&posting));
  }
}

/* Where a term stands in the title of an item that has it. */
static inline unsigned char term_place(uint32_t term, uint32_t item) { return (unsigned char)((term + 3 * item) % 16); }

static inline void add_lists(catalogue *c, mt_rng *rng, uint32_t which, mt_key_kind kind, uint32_t keys, const char *name) {
  plain_lists *lists = &c->lists[which];
  uint32_t longest = c->shape.longest < c->items ? c->shape.longest : c->items;
  *lists = (plain_lists){keys, own(c, 4 * ((size_t)keys + 1)), own(c, 4 * (size_t)keys * longest),
                         own(c, 4 * (size_t)keys * longest)};
  for (uint32_t key = 0; key < keys; key++) {
    uint32_t at = lists->start[key], wanted = longest == 0 ? 0 : mt_rng_below(rng, longest + 1);
    /* selection sampling (Knuth 3.4.2, algorithm S): ascending, without repeats */
    for (uint32_t item = 0, left = wanted; item < c->items && left > 0; item++) {
      if (mt_rng_below(rng, c->items - item) >= left) continue;
      lists->items[at] = item;
      lists->weights[at++] = 0.05f + mt_rng_unit(rng) * 3;
      left--;
    }
    lists->start[key + 1] = at;
  }
  unsigned char *out = own(c, mt_postings_bound(keys, lists->start[keys])), *marks = own(c, lists->start[keys] + 1);
  for (uint32_t key = 0; key < keys; key++)
    for (uint32_t i = lists->start[key]; i < lists->start[key + 1]; i++)
      marks[i] = kind == MT_KEY_TERM ? term_place(key, lists->items[i]) : (key + i) % 3 == 0;
  size_t length = mt_postings_encode_marked(keys, lists->start, lists->items, lists->weights, marks, kind,
                                            kind == MT_KEY_VALUE ? GENRE : 0, c->shape.weight_bits,
                                            kind == MT_KEY_TERM ? MT_PLACE_BITS : which == 0 && c->shape.takes_off, 0, out);
  CHECK(length <= mt_postings_bound(keys, lists->start[keys]));
  round_weights(lists, out, length, c->items, kind == MT_KEY_TERM);
  add_section(c, MT_SECTION_POSTINGS, which, 0, name, out, length);
}

/* -- text index ---------------------------------------------------------------------------------------------------- */

static const char term_text[] = "aabababyalienbabyfilmsfilmxstarstarshipstarskyzoo\xe6\x98\x9f";
static const uint32_t term_start[TERMS + 1] = {0, 1, 3, 8, 13, 17, 22, 27, 31, 39, 46, 49, 52};

static inline void add_terms(catalogue *c) {
  unsigned char *facts = own(c, c->items);
  for (uint32_t i = 0; i < c->items; i++) facts[i] = (unsigned char)(i % 4 + (15 - i % 16) * 16); /* titles of up to 3 words */
  const uint32_t terms = TERMS;
  size_t length = mt_terms_encode(TERM_LISTS, 0.5f, facts, c->items, term_text, term_start, TERMS, &terms, 1, NULL);
  unsigned char *out = own(c, length);
  CHECK(mt_terms_encode(TERM_LISTS, 0.5f, facts, c->items, term_text, term_start, TERMS, &terms, 1, out) == length);
  add_section(c, MT_SECTION_TERMS, 0, 0, "terms", out, length);
}

/* No source of the policy, but there for one that a fuzzer makes. */
static inline void add_campaign(catalogue *c) {
  uint32_t entries = c->items < 3 ? c->items : 3;
  static const uint32_t items[3] = {0, 1, 2};
  static const float weights[3] = {1, 0.5f, 2};
  const double starts[3] = {(double)-INFINITY, 1e5, 0}, ends[3] = {(double)INFINITY, 2e6, 1e9};
  unsigned char *out = own(c, mt_campaign_bytes(entries));
  mt_campaign_encode(items, weights, starts, ends, entries, out);
  add_section(c, MT_SECTION_CAMPAIGN, 0, 0, "campaign", out, mt_campaign_bytes(entries));
}

/* -- attributes ---------------------------------------------------------------------------------------------------- */

static const char genre_text[] = "AbenteuerComedyDramaFantasyHorrorKrimiMusikSciFiThriller";
static const uint32_t genre_start[GENRES + 1] = {0, 9, 15, 20, 27, 33, 38, 43, 48, 56};
static const char country_text[] = "deéire";
static const uint32_t country_start[3] = {0, 2, 7};

static inline void add_numbers(catalogue *c, uint32_t which, const char *name, const double *numbers) {
  size_t length = mt_attribute_encode_numbers(name, strlen(name), false, numbers, c->items, NULL);
  unsigned char *out = own(c, length);
  mt_attribute_encode_numbers(name, strlen(name), false, numbers, c->items, out);
  add_section(c, MT_SECTION_ATTRIBUTE, which, 0, name, out, length);
}

static inline void add_categories(catalogue *c, uint32_t which, const char *name, bool many, const char *text,
                                  const uint32_t *start, uint32_t values, const uint32_t *set_start,
                                  const uint32_t *set_values, uint32_t sets, const uint32_t *item_sets) {
  size_t length = mt_attribute_encode_categories(name, strlen(name), many, text, start, values, &values, 1, set_start, set_values,
                                                 sets, item_sets, c->items, NULL);
  unsigned char *out = own(c, length);
  mt_attribute_encode_categories(name, strlen(name), many, text, start, values, &values, 1, set_start, set_values, sets, item_sets,
                                 c->items, out);
  add_section(c, MT_SECTION_ATTRIBUTE, which, 0, name, out, length);
}

static inline void add_attributes(catalogue *c, mt_rng *rng) {
  static const uint32_t country_sets[4] = {0, 0, 1, 2}, country_values[2] = {0, 1};
  uint32_t n = c->items;
  c->sets = 12;
  c->set_start = own(c, 4 * ((size_t)c->sets + 1));
  c->set_values = own(c, 4 * (size_t)c->sets * GENRES);
  for (uint32_t s = 1, at = 0; s < c->sets; s++) { /* set 0 is empty, another one may be */
    for (uint32_t v = 0; v < GENRES; v++)
      if (mt_rng_below(rng, 3) == 0) c->set_values[at++] = v;
    c->set_start[s + 1] = at;
  }
  c->genre_set = own(c, 4 * (size_t)n);
  c->country = own(c, 4 * (size_t)n);
  c->year = own(c, 8 * (size_t)n);
  c->votes = own(c, 8 * (size_t)n);
  uint32_t *title_start = own(c, 4 * ((size_t)n + 1));
  char *titles = own(c, 32 * (size_t)n);
  for (uint32_t i = 0; i < n; i++) {
    c->genre_set[i] = mt_rng_below(rng, c->sets);
    c->country[i] = mt_rng_below(rng, 3);
    c->year[i] = mt_rng_below(rng, 5) == 0 ? (double)NAN : 1950.0 + mt_rng_below(rng, 70);
    c->votes[i] = mt_rng_below(rng, 7) == 0 ? (double)NAN : 0.1 * mt_rng_below(rng, 1000);
    title_start[i + 1] = title_start[i] + (uint32_t)snprintf(titles + title_start[i], 32, "%.*s %u", i % 5 == 4 ? 0 : 8, "Der Film", i);
  }
  add_categories(c, GENRE, "genre", true, genre_text, genre_start, GENRES, c->set_start, c->set_values, c->sets, c->genre_set);
  add_numbers(c, YEAR, "year", c->year);
  add_numbers(c, VOTES, "votes", c->votes);
  size_t length = mt_attribute_encode_texts("title", 5, titles, title_start, n, NULL);
  unsigned char *out = own(c, length);
  mt_attribute_encode_texts("title", 5, titles, title_start, n, out);
  add_section(c, MT_SECTION_ATTRIBUTE, TITLE, 0, "title", out, length);
  add_categories(c, COUNTRY, "country", false, country_text, country_start, 2, country_sets, country_values, 3, c->country);
}

/* -- vector spaces ------------------------------------------------------------------------------------------------- */

static inline void add_tower(catalogue *c, uint32_t which, uint32_t stride) {
  const shape_space *how = &c->shape.space[which];
  mt_tower *tower = &c->tower[which];
  float *gram = own(c, 4 * (size_t)stride * stride);
  for (uint32_t item = 0; item < c->items; item++) {
    const float *row = c->rows[which] + (size_t)item * how->dim;
    for (uint32_t i = 0; i < how->dim; i++)
      for (uint32_t j = 0; j <= i; j++) gram[i * stride + j] += row[i] * row[j];
  }
  *tower = (mt_tower){how->tower, stride, 3, 0.1f, 0.05f, 0.1f * (float)c->items, 0, 0, gram};
  size_t length = mt_tower_bytes(how->tower, stride);
  unsigned char *out = own(c, length);
  mt_tower_encode(tower, out);
  CHECK(mt_tower_open(out, length, tower, NULL) == MT_OK);
  add_section(c, MT_SECTION_TOWER, which, 0, "tower", out, length);
}

static inline void add_space(catalogue *c, mt_rng *rng, uint32_t which) {
  const shape_space *how = &c->shape.space[which];
  uint32_t n = c->items, dim = how->dim;
  float *rows = c->rows[which] = own(c, 4 * (size_t)n * dim);
  for (uint32_t i = 0; i < n; i++) {
    float *row = rows + (size_t)i * dim, norm = 0.2f + 2 * mt_rng_unit(rng);
    for (uint32_t d = 0; d < dim; d++) row[d] = norm * mt_rng_normal(rng) / sqrtf((float)dim);
    uint32_t twin = c->shape.repeat_every == 0 ? i : i % c->shape.repeat_every;
    memcpy(row, rows + (size_t)twin * dim, 4 * (size_t)dim);
    if (c->shape.no_vector_every != 0 && i % c->shape.no_vector_every == 1) memset(row, 0, 4 * (size_t)dim);
  }
  mt_codes_config config = {.dim = dim, .metric = how->metric, .layer_count = how->layer_count, .seed = c->shape.seed};
  memcpy(config.layer_bits, how->layer_bits, sizeof config.layer_bits);
  mt_rows table = {rows, n, n, NULL};
  mt_codes codes;
  mt_codes_sizes sizes;
  CHECK(mt_codes_train(&config, &table, &codes, NULL) == MT_OK && mt_codes_sizes_of(&codes, n, &sizes, NULL) == MT_OK);
  mt_codes_out out = {own(c, sizes.space), own(c, sizes.base), {NULL}};
  for (uint32_t l = 0; l < how->layer_count; l++) out.layers[l] = own(c, sizes.layers[l]);
  CHECK(n == 0 || mt_codes_encode(&codes, &table, 0, n, &out, NULL) == MT_OK);
  CHECK(mt_codes_finish(&codes, n, 0, &out, NULL) == MT_OK);
  add_tower(c, which, codes.padded);
  add_section(c, MT_SECTION_SPACE, which, 0, which == 0 ? "als" : "content", out.space, sizes.space);
  add_section(c, MT_SECTION_BASE, which, 0, "base", out.base, sizes.base);
  for (uint32_t l = 0; l < how->layer_count; l++)
    add_section(c, MT_SECTION_LAYER, which, l, "layer", out.layers[l], sizes.layers[l]);
  mt_codes_free(&codes);
}

/* Items are numbered by falling popularity; a fifth of them nobody met. */
static inline void add_popularity(catalogue *c) {
  size_t length = MT_POPULARITY_TABLE + c->items;
  unsigned char *out = own(c, length);
  mt_popularity popularity;
  c->popularity = own(c, 4 * (size_t)c->items);
  for (uint32_t i = 0; i < c->items; i++) c->popularity[i] = i * 5 < c->items * 4 ? floorf(5000 / (1 + (float)i)) : 0;
  mt_popularity_encode(c->popularity, c->items, out);
  CHECK(mt_popularity_open(out, length, c->items, &popularity, NULL) == MT_OK);
  for (uint32_t i = 0; i < c->items; i++) {
    float stored = mt_popularity_of(&popularity, i);
    CHECK((stored > 0) == (c->popularity[i] > 0) && fabsf(stored - c->popularity[i]) <= 0.05f * c->popularity[i]);
    c->popularity[i] = stored;
  }
  add_section(c, MT_SECTION_POPULARITY, 0, 0, "popularity", out, length);
}

/* -- policy -------------------------------------------------------------------------------------------------------- */

static const char *const event_names[EVENTS] = {"like", "dislike", "view"};
static const float event_worths[EVENTS] = {1, -0.75f, 0.25f};

/* The sources: the lists, then the spaces, then popularity. */
static inline mt_source_kind kind_of(const catalogue *c, uint32_t source) {
  return source < LISTS ? MT_SOURCE_POSTINGS : source < LISTS + c->spaces ? MT_SOURCE_VECTORS : MT_SOURCE_POPULARITY;
}
static inline mt_role role_of(const catalogue *c, uint32_t source) {
  return source == 3 || kind_of(c, source) == MT_SOURCE_POPULARITY ? MT_ROLE_EVERYBODY : source == 1 ? MT_ROLE_NEXT : MT_ROLE_ALIKE;
}
static inline float weight_of(const catalogue *c, uint32_t source, uint32_t length) {
  float one = 1.0f / (float)(1 + source);
  if (length == 0) return role_of(c, source) == MT_ROLE_EVERYBODY ? one : 0;
  if (length == 3) return source == 2 ? 0 : one;
  return (float)length * one;
}

static inline void add_policy(catalogue *c) {
  static const char *const names[LISTS + SPACES] = {"i2i", "next", "taste", "popular", "als", "content"};
  const shape *s = &c->shape;
  for (uint32_t i = 0; i < SPACES; i++) c->spaces += s->space[i].dim > 0;
  c->sources = LISTS + c->spaces + 1;
  size_t length = mt_policy_bytes(c->sources, EVENTS);
  unsigned char *out = own(c, length);
  mt_policy_write_head(out, c->sources, EVENTS, s->fusion, s->norm_rank, 60, &(mt_grading){2.5f, 5, -1, -1}, 10, 0);
  for (uint32_t i = 0; i < c->sources; i++) {
    mt_source_kind kind = kind_of(c, i);
    float weight[MT_LENGTHS];
    for (uint32_t length = 0; length < MT_LENGTHS; length++) weight[length] = weight_of(c, i, length);
    mt_policy_write_source(out, i, kind == MT_SOURCE_POPULARITY ? "popularity" : names[i], kind, role_of(c, i),
                           kind == MT_SOURCE_VECTORS ? i - LISTS : kind == MT_SOURCE_POPULARITY ? 0 : i, s->quota,
                           i == 1 ? s->last : 0, s->decay, i % 2 == 0 ? s->half_life : 0, weight);
  }
  for (uint32_t e = 0; e < EVENTS; e++) mt_policy_write_event(out, e, event_names[e], event_worths[e]);
  add_section(c, MT_SECTION_POLICY, 0, 0, "policy", out, length);
}

/* -- features ------------------------------------------------------------------------------------------------------ */

/* One of every kind, those of an attribute, a source or a space of two; `a` as the kind wants it. */
static inline uint32_t operand(const catalogue *c, uint32_t kind, uint32_t round, uint32_t index) {
  switch (kind) {
    case MT_FEATURE_NUMBER: case MT_FEATURE_AGE: case MT_FEATURE_DIFFERENCE: case MT_FEATURE_DISTANCE:
    case MT_FEATURE_FADED_DIFFERENCE: case MT_FEATURE_AVERAGE: return round == 0 ? YEAR : VOTES;
    case MT_FEATURE_CODE: case MT_FEATURE_HAS: case MT_FEATURE_VALUE_COUNT: case MT_FEATURE_SHARE: case MT_FEATURE_FADED_SHARE:
    case MT_FEATURE_COUNT: case MT_FEATURE_WORTH: case MT_FEATURE_EVENTS_AGO: case MT_FEATURE_SECONDS_AGO:
      return round == 0 ? GENRE : COUNTRY;
    case MT_FEATURE_SCORE: case MT_FEATURE_RELATIVE: case MT_FEATURE_RANK: return round == 0 ? 0 : c->sources - 1;
    case MT_FEATURE_NEAREST: case MT_FEATURE_MEAN: case MT_FEATURE_QUERY: return round == 0 ? 0 : c->spaces - 1;
    case MT_FEATURE_FIELD: return round;
    case MT_FEATURE_FIELD_IS: return 1;
    case MT_FEATURE_PRODUCT: case MT_FEATURE_LESS: case MT_FEATURE_RATIO: case MT_FEATURE_HASH: return index / (2 + round);
    default: return 0;
  }
}

static inline uint32_t plan_features(const catalogue *c, uint32_t (*plan)[5]) {
  uint32_t count = 0;
  for (uint32_t round = 0; round < 2; round++)
    for (uint32_t kind = 1; kind < MT_FEATURE_END; kind++) {
      if (c->spaces == 0 && kind >= MT_FEATURE_NEAREST && kind <= MT_FEATURE_QUERY) continue;
      uint32_t value = kind == MT_FEATURE_HASH ? 100 : kind == MT_FEATURE_AGE ? (round == 0 ? MT_AGE_YEARS : MT_AGE_DAYS) : round;
      uint32_t row[5] = {kind, operand(c, kind, round, count), count / 3, 1 + 4 * round, value};
      memcpy(plan[count++], row, sizeof row);
    }
  return count;
}

static inline void add_features(catalogue *c) {
  static const uint32_t values[2] = {0, 2};
  static uint32_t start[2 * MT_FEATURE_END + 5];
  uint32_t plan[2 * MT_FEATURE_END][5], count = plan_features(c, plan), texts = 0;
  char text[8 * (2 * MT_FEATURE_END + 4)];
  for (uint32_t at = 0; texts < count + 4; start[++texts] = at)
    at += (uint32_t)snprintf(text + at, 8, "%s%u", texts < count ? "f" : texts < count + 2 ? "field" : "v",
                             texts < count ? texts : texts - count);
  size_t length = mt_features_encode(&plan[0][0], count, values, 2, 0.8f, text, start, NULL);
  unsigned char *out = own(c, length);
  CHECK(mt_features_encode(&plan[0][0], count, values, 2, 0.8f, text, start, out) == length);
  add_section(c, MT_SECTION_FEATURES, 0, 0, "features", out, length);
}

/* -- a ranker ------------------------------------------------------------------------------------------------------- */

/* Random trees that read the features. */
static inline void add_ranker(catalogue *c) {
  static const uint32_t before[2] = {0, 4};
  static const float weights[2] = {1, -2}, missing[2] = {0, 0.5f};
  uint32_t plan[2 * MT_FEATURE_END][5], features = plan_features(c, plan);
  uint32_t seed = (uint32_t)c->shape.seed, outputs = seed % 2 == 0 ? 1 : 3, count = seed % 3 == 0 ? 2 : 0;
  unsigned char *ranker = own(c, MT_RANKER_HEAD + count * MT_RANKER_WEIGHT);
  forest f = make_forest(seed, features, outputs, 9, seed % 4, outputs == 3 ? MT_LINK_SOFTMAX : MT_LINK_SIGMOID);
  c->owned[c->owned_count++] = f.bytes;
  add_section(c, MT_SECTION_TREES, 0, 0, "trees", f.bytes, f.length);
  mt_ranker_encode(MT_RANKER_TREES, 0, outputs - 1, 0, seed % 5 == 0 ? 3 : 300, seed % 4 == 0 ? 0.25f : 0, count, before, weights,
                   missing, ranker);
  add_section(c, MT_SECTION_RANKER, 0, 0, "ranker", ranker, MT_RANKER_HEAD + count * MT_RANKER_WEIGHT);
}

/* Writes the bundle from all sections that there are now. */
static inline void write_catalogue(catalogue *c) {
  CHECK(mt_bundle_size(c->drafts, c->sections, &c->length, NULL) == MT_OK);
  c->bundle = own(c, c->length);
  mt_bundle_write(c->drafts, c->sections, c->items, c->bundle);
}

static inline catalogue make_catalogue(const shape *shape) {
  static const unsigned char record[] = "{\"tool\":\"test\"}";
  catalogue c = {.shape = *shape, .items = shape->items};
  mt_rng rng = mt_rng_seed(shape->seed);
  add_policy(&c);
  add_ids(&c);
  add_popularity(&c);
  add_lists(&c, &rng, 0, MT_KEY_ITEM, c.items, "i2i");
  add_lists(&c, &rng, 1, MT_KEY_ITEM, c.items, "next");
  add_lists(&c, &rng, 2, MT_KEY_VALUE, GENRES, "taste");
  add_lists(&c, &rng, 3, MT_KEY_ONE, 1, "popular");
  for (uint32_t i = 0; i < c.spaces; i++) add_space(&c, &rng, i);
  add_attributes(&c, &rng);
  add_lists(&c, &rng, TERM_LISTS, MT_KEY_TERM, TERMS, "terms");
  add_terms(&c);
  add_campaign(&c);
  if (shape->features) add_features(&c);
  if (shape->features && shape->ranked) add_ranker(&c);
  add_section(&c, MT_SECTION_RECORD, 0, 0, "record", record, sizeof record - 1);
  write_catalogue(&c);
  return c;
}

#endif

/* Every public entry of martello.h, driven by a script of bytes, and a digest of all that came out. The bundle may be
 * anything; the script may ask for anything. Used on every corruption of a small bundle, and by the fuzzer.
 */
#ifndef DRIVE_H
#define DRIVE_H

#include <math.h>
#include <stdlib.h>

#include "bundle/checksum.h"
#include "catalogue.h"
#include "martello.h"

typedef struct script {
  const unsigned char *at, *end; /* past the end it says 0 */
} script;

static inline uint32_t script_byte(script *s) { return s->at < s->end ? *s->at++ : 0; }
static inline uint32_t script_u32(script *s) {
  uint32_t value = script_byte(s) << 24;
  value |= script_byte(s) << 16;
  value |= script_byte(s) << 8;
  return value | script_byte(s);
}
static inline float script_f32(script *s) {
  static const float usual[] = {0, 1, -1, 0.5f, 1e-30f, 1e30f, INFINITY, NAN};
  uint32_t which = script_byte(s), bits;
  if (which < 240) return usual[which % 8];
  bits = script_u32(s);
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline void mix(uint64_t *digest, const void *bytes, size_t length) {
  *digest = mt_checksum(bytes, length, *digest);
}
static inline void mix_u32(uint64_t *digest, uint32_t value) { mix(digest, &value, sizeof value); }
static inline void mix_text(uint64_t *digest, const char *text, uint32_t length) {
  CHECK(length <= MT_STRING_BYTES);
  mix_u32(digest, length);
  mix(digest, text, length);
}

/* Memory of the exact size that a call may write, so that a sanitizer sees one byte more. */
typedef struct buffers {
  char *text;
  float *vector; /* [1024] */
  unsigned char *records; /* [MT_RECORD_BYTES + 40] */
} buffers;

static inline void drive_names(mt_recommender *rec, script *s, buffers *b, uint64_t *digest) {
  uint32_t item = script_byte(s) % 4 == 0 ? script_u32(s) : script_byte(s);
  mix_text(digest, b->text, mt_item_id(rec, item, b->text));
  for (uint32_t a = 0; a <= mt_attributes(rec); a++) {
    uint32_t count = mt_attribute_count_of(rec, a, item), kind = mt_attribute_kind(rec, a);
    double number = mt_attribute_number_of(rec, a, item);
    mix_text(digest, b->text, mt_attribute_name(rec, a, b->text));
    mix_u32(digest, count), mix_u32(digest, kind);
    if (number == number) mix(digest, &number, sizeof number);
    for (uint32_t i = 0; i <= count && i < 8; i++) mix_text(digest, b->text, mt_attribute_text_of(rec, a, item, i, b->text));
  }
  for (uint32_t i = 0; i <= mt_sources(rec); i++) mix_text(digest, b->text, mt_source_name(rec, i, b->text));
  for (uint32_t i = 0; i <= mt_spaces(rec); i++) {
    mix_text(digest, b->text, mt_space_name(rec, i, b->text));
    mix_u32(digest, mt_space_layers(rec, i)), mix_u32(digest, mt_space_metric(rec, i));
    float *vector = malloc((mt_space_dim(rec, i) + 1) * sizeof *vector);
    if (mt_item_vector(rec, i, item, vector)) mix(digest, vector, mt_space_dim(rec, i) * sizeof *vector);
    free(vector);
  }
  mix_u32(digest, mt_default_k(rec)), mix_u32(digest, mt_items(rec));
}

static inline void drive_filter(mt_recommender *rec, script *s, buffers *b, uint64_t *digest) {
  uint32_t attribute = script_byte(s) % (mt_attributes(rec) + 1), kind = mt_attribute_kind(rec, attribute), item = script_byte(s);
  bool negated = script_byte(s) % 2 == 1;
  uint32_t length = mt_attribute_name(rec, attribute, b->text);
  mix_u32(digest, mt_find_attribute(rec, b->text, length));
  if (mt_attribute_class_of((mt_attribute_type)kind) == MT_ATTRIBUTE_NUMBERS) {
    double low = (double)script_f32(s) * 2000, high = (double)script_f32(s) * 2000;
    mt_filter_by_range(rec, attribute, low, script_byte(s) % 2 == 1, high, script_byte(s) % 2 == 1, negated);
    return;
  }
  mt_filter_clear(rec, attribute);
  length = mt_attribute_text_of(rec, attribute, item, 0, b->text);
  mix_u32(digest, mt_filter_value(rec, attribute, b->text, length));
  mix_u32(digest, mt_filter_value(rec, attribute, "Drama", 5));
  mt_filter_by_values(rec, attribute, negated);
}

static inline void drive_history(mt_recommender *rec, script *s, buffers *b, uint64_t *digest) {
  static const char *const names[] = {"like", "dislike", "", "view"};
  uint32_t events = script_byte(s) % 24, repeats = script_byte(s) == 255 ? 60 : 1;
  for (uint32_t e = 0; e < events; e++) {
    uint32_t item = script_byte(s), how = script_byte(s);
    if (how % 4 == 0) { /* by its id, as a host does */
      uint32_t length = mt_item_id(rec, item, b->text);
      item = mt_find_item(rec, b->text, length);
      mix_u32(digest, item);
    }
    const char *name = names[how / 4 % 4];
    float weight = how < 128 ? NAN : how < 192 ? mt_rating_weight(rec, script_f32(s)) : script_f32(s);
    if (isnan(weight)) weight = mt_event_weight(rec, name, strlen(name));
    for (uint32_t i = 0; i < repeats; i++) mix_u32(digest, mt_add_event(rec, item, weight, how % 3 == 0 ? (double)NAN : 1e5 * how));
  }
  if (script_byte(s) > 128) mt_set_now(rec, (double)script_f32(s) * 1e9);
}

static inline void drive_recommend(mt_recommender *rec, script *s, uint64_t *digest) {
  const mt_slate *slate;
  mt_error error;
  uint32_t k = script_byte(s) % 8 == 0 ? script_u32(s) : 1 + script_byte(s) % 40;
  bool explain = script_byte(s) % 2 == 0;
  mt_status status = mt_recommend(rec, k, explain, &slate, &error);
  mix_u32(digest, status);
  if (status != MT_OK) {
    CHECK(memchr(error.message, '\0', MT_MESSAGE_BYTES) != NULL && strlen(error.message) > 8);
    return;
  }
  CHECK(slate->count <= k && slate->count <= mt_items(rec) && slate->filled <= slate->count);
  mix_u32(digest, slate->count), mix_u32(digest, slate->candidates), mix_u32(digest, slate->truncated);
  for (uint32_t i = 0; i < slate->count; i++) {
    const mt_pick *pick = &slate->picks[i];
    CHECK(pick->item < mt_items(rec));
    CHECK(pick->score - pick->score == 0); /* a finite number */
    CHECK(i == 0 || pick->score <= pick[-1].score || mt_rule_kind_of(rec, 0) != 0); /* rules may say otherwise */
    for (uint32_t before = 0; before < i; before++) CHECK(slate->picks[before].item != pick->item);
    CHECK(pick->value - pick->value == 0 && pick->penalty - pick->penalty == 0);
    for (uint32_t because = 0; because < MT_BECAUSE; because++)
      CHECK(pick->because[because] == MT_NOT_FOUND || (explain && pick->because[because] < mt_items(rec)));
    mix(digest, pick, sizeof *pick);
  }
}

static inline void drive_search(mt_recommender *rec, script *s, uint64_t *digest) {
  static const char words[] = "star* films alien ababy* zoo a sta fimls alein \xe6\x98\x9f*  \xff\x80x starzoo a* b film s ";
  uint32_t first = script_byte(s) % (sizeof words - 1), unmatched = 0, length = script_byte(s) % (uint32_t)(sizeof words - first);
  uint32_t k = 1 + script_byte(s) % 40;
  const mt_slate *slate;
  mt_error error;
  char *text = malloc(length + 1);
  memcpy(text, words + first, length);
  if (length > 0 && script_byte(s) > 200) text[script_byte(s) % length] = (char)script_byte(s);
  mt_status status = mt_search(rec, text, length, k, &slate, &unmatched, &error);
  free(text);
  mix_u32(digest, status), mix_u32(digest, mt_search_space(rec));
  if (status != MT_OK) return;
  CHECK(slate->count <= k && slate->count <= mt_items(rec) && slate->filled == 0);
  mix_u32(digest, unmatched), mix_u32(digest, slate->candidates), mix_u32(digest, slate->truncated);
  for (uint32_t i = 0; i < slate->count; i++) {
    const mt_pick *pick = &slate->picks[i];
    CHECK(pick->item < mt_items(rec) && pick->score - pick->score == 0 && (i == 0 || pick->score <= pick[-1].score));
    mix(digest, pick, sizeof *pick);
  }
}

static inline void drive_nearest(mt_recommender *rec, script *s, buffers *b, uint64_t *digest) {
  const mt_hits *hits;
  mt_error error;
  uint32_t space = script_byte(s) % (mt_spaces(rec) + 1), k = script_byte(s) % 8 == 0 ? script_u32(s) : 1 + script_byte(s);
  uint32_t layers = script_byte(s) % 2 == 0 ? UINT32_MAX : script_byte(s) % 5;
  mt_rng rng = mt_rng_seed(script_byte(s));
  for (uint32_t d = 0; d < 1024; d++) b->vector[d] = mt_rng_normal(&rng);
  if (script_byte(s) > 200) b->vector[script_byte(s)] = script_f32(s);
  mt_status status = mt_nearest_to(rec, space, b->vector, layers, k, &hits, &error);
  mix_u32(digest, status);
  if (status != MT_OK) return;
  CHECK(hits->count <= k && hits->count <= mt_items(rec));
  for (uint32_t i = 0; i < hits->count; i++) {
    CHECK(hits->items[i] < mt_items(rec) && hits->scores[i] == hits->scores[i]);
    CHECK(i == 0 || hits->scores[i] <= hits->scores[i - 1]);
  }
  mix(digest, hits->items, hits->count * sizeof *hits->items);
  mix(digest, hits->scores, hits->count * sizeof *hits->scores);
}

/* What the request says of its moment, and what a ranker would be told. */
static inline void drive_features(mt_recommender *rec, script *s, buffers *b, uint64_t *digest) {
  const mt_feature_block *block;
  mt_error error;
  for (uint32_t f = 0; f <= mt_fields(rec); f++) {
    uint32_t length = mt_field_name(rec, f, b->text);
    mix_text(digest, b->text, length);
    if (mt_field_is_category(rec, f)) mix_u32(digest, mt_set_context_value(rec, f, script_byte(s) % 2 == 0 ? "v3" : b->text, 2));
    else mt_set_context(rec, f, script_f32(s));
  }
  for (uint32_t f = 0; f <= mt_feature_count(rec); f++) mix_text(digest, b->text, mt_feature_name(rec, f, b->text));
  mt_force_candidate(rec, script_byte(s) % 4 == 0 ? script_u32(s) : script_byte(s));
  if (mt_run_recall(rec, &error) != MT_OK) return;
  for (uint32_t first = 0, count = 1; count > 0; first += count) {
    mt_status status = mt_features_of(rec, first, &block, &error);
    mix_u32(digest, status);
    if (status != MT_OK) return;
    count = block->count;
    CHECK(count <= MT_FEATURE_ROWS && block->features == mt_feature_count(rec));
    for (uint32_t i = 0; i < count; i++) CHECK(block->items[i] < mt_items(rec));
    mix(digest, block->items, count * sizeof *block->items);
    mix(digest, block->rows, (size_t)count * block->features * sizeof *block->rows);
  }
}

/* One record of likely numbers, with a list behind it. */
static inline void drive_rules(mt_recommender *rec, script *s, buffers *b, uint64_t *digest) {
  static const uint32_t ops[] = {MT_RECORD_CONDITION + 1, MT_RECORD_CONDITION + 3, MT_RECORD_DROP, MT_RECORD_PATTERN, MT_RECORD_SEED, MT_RECORD_STRENGTH};
  uint32_t op = script_byte(s) % 24, length = MT_RECORD_BYTES;
  memset(b->records, 0, MT_RECORD_BYTES + 40);
  mt_store_u32(b->records, op < 18 ? op : ops[op - 18]);
  mt_store_u32(b->records + 4, script_byte(s) % 2 == 0 ? MT_NOT_FOUND : script_byte(s) % 8);
  mt_store_u32(b->records + 8, script_byte(s) % 32), mt_store_u32(b->records + 12, script_byte(s) % 40);
  if (script_byte(s) % 4 == 0) mt_store_u32(b->records + 12, MT_NOT_FOUND);
  mt_store_f32(b->records + 16, script_f32(s)), mt_store_f32(b->records + 20, script_f32(s));
  uint32_t count = script_byte(s) % 11;
  mt_store_u32(b->records + 40, count);
  for (uint32_t i = 0; i < count; i++) mt_store_u32(b->records + MT_RECORD_BYTES + 4 * i, i * (1 + script_byte(s) % 3));
  mt_error error;
  mix_u32(digest, mt_change_rules(rec, b->records, length + 4 * count, &error));
  for (uint32_t i = script_byte(s) % 8; i > 0; i--) mt_add_impressions(rec, script_byte(s), script_f32(s), script_f32(s));
}

static inline void drive_request(mt_recommender *rec, script *s, buffers *b, uint64_t *digest) {
  uint32_t steps = script_byte(s);
  mt_error error;
  mt_begin(rec);
  if (steps & 1) mt_allow_only(rec);
  for (uint32_t i = script_byte(s); (steps & 1) != 0 && i > 0; i--) mt_allow(rec, script_byte(s));
  if (steps & 2) drive_filter(rec, s, b, digest);
  if (steps & 4) drive_filter(rec, s, b, digest);
  drive_history(rec, s, b, digest);
  if (steps & 8) mt_exclude(rec, script_u32(s));
  if (steps & 16) mix_u32(digest, mt_set_weight(rec, script_byte(s) % 16, script_f32(s), &error));
  if (steps & 32) mix_u32(digest, mt_set_decay(rec, script_byte(s) % 16, script_f32(s), &error));
  if (script_byte(s) % 4 == 0) drive_features(rec, s, b, digest);
  if (script_byte(s) % 2 == 1) drive_rules(rec, s, b, digest);
  if (script_byte(s) > 240) mt_set_ranked(rec, script_byte(s) % 32);
  drive_recommend(rec, s, digest);
  if (steps & 64) drive_names(rec, s, b, digest);
  if (steps & 128) drive_nearest(rec, s, b, digest);
  if (script_byte(s) % 2 == 0) drive_search(rec, s, digest);
}

/* Opens what has arrived of `bundle` in memory of exactly the size asked for, and runs the script. False with a message
 * where it is refused. */
static inline bool drive_arrived(const unsigned char *bundle, size_t length, size_t arrived, script s, uint32_t requests,
                                 uint64_t *digest_ret, mt_error *error) {
  size_t needed = 0;
  mt_recommender *rec;
  *digest_ret = 0;
  *error = (mt_error){MT_OK, ""};
  mt_status status = mt_memory_needed(bundle, length, arrived, &needed, error);
  if (status == MT_OK) {
    CHECK(needed < 64u << 20); /* small bundles do not ask for much */
    void *memory = malloc(needed);
    CHECK(mt_open(bundle, length, arrived, memory, needed, &rec, error) == MT_OK);
    buffers b = {malloc(MT_STRING_BYTES), malloc(1024 * sizeof(float)), malloc(MT_RECORD_BYTES + 40)};
    for (uint32_t i = 0; i < requests; i++) drive_request(rec, &s, &b, digest_ret);
    free(b.text), free(b.vector), free(b.records), free(memory);
    return true;
  }
  CHECK(status == error->status && strlen(error->message) > 8);
  return false;
}

static inline bool drive(const unsigned char *bundle, size_t length, script s, uint32_t requests, uint64_t *digest_ret,
                         mt_error *error) {
  return drive_arrived(bundle, length, length, s, requests, digest_ret, error);
}

/* Makes the checksums right again, so that damage gets past them. */
static inline void renew_checksums(unsigned char *bundle, size_t length) {
  if (length < MT_HEADER_BYTES) return;
  uint32_t sections = mt_load_u32(bundle + 12);
  if (sections > MT_MAX_SECTIONS || MT_HEADER_BYTES + (size_t)sections * MT_ENTRY_BYTES > length) return;
  for (uint32_t i = 0; i < sections; i++) {
    unsigned char *entry = bundle + MT_HEADER_BYTES + (size_t)i * MT_ENTRY_BYTES;
    uint64_t offset = mt_load_u64(entry + 16), bytes = mt_load_u64(entry + 24);
    if (offset <= length && bytes <= length - offset) mt_store_u64(entry + 32, mt_checksum(bundle + offset, (size_t)bytes, 0));
  }
  mt_store_u64(bundle + 56, mt_directory_checksum(bundle, sections));
}

#endif

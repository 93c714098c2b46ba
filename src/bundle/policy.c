#include "bundle/policy.h"

#include <math.h>

#include "bundle/check.h"

static mt_status check_number(float value, float least, float most, const char *source, const char *field, mt_error *error) {
  return mt_check_number(source[0] == '\0' ? "policy" : source, field, value, least, most, error);
}

_Static_assert(sizeof(mt_source) - offsetof(mt_source, kind) == MT_SOURCE_BYTES - MT_NAME_BYTES, "a record is copied");
_Static_assert(offsetof(mt_policy, repeats) == 40, "the head is copied");

static mt_status open_source(const unsigned char *bytes, mt_source *source, mt_error *error) {
  memset(source, 0, sizeof *source);
  memcpy(source->name, bytes, MT_NAME_BYTES);
  memcpy(&source->kind, bytes + 24, sizeof *source - offsetof(mt_source, kind));
  MT_TRY(mt_check_count("policy", "kind of a source", source->kind, 0, MT_SOURCE_KINDS_END - 1, error));
  MT_TRY(mt_check_count("policy", "role of a source", source->role, 0, MT_SOURCE_ROLES_END - 1, error));
  MT_TRY(mt_check_count("policy", "quota of a source", source->quota, 1, MT_MAX_QUOTA, error));
  MT_TRY(check_number(source->decay, 0, 1, source->name, "decay", error));
  MT_TRY(check_number(source->half_life, 0, 1e30f, source->name, "half-life", error));
  for (uint32_t l = 0; l < MT_LENGTHS; l++) MT_TRY(check_number(source->weight[l], 0, 1e6f, source->name, "weight", error));
  return MT_OK;
}

static float weight_of(const mt_policy *policy, uint32_t e) {
  return mt_load_f32(policy->event_table + e * MT_EVENT_BYTES + MT_EVENT_NAME_BYTES);
}

mt_status mt_policy_open(const unsigned char *bytes, size_t length, mt_policy *policy, mt_error *error) {
  MT_TRY(mt_check_head("policy", length, MT_POLICY_HEAD, error));
  memset(policy, 0, sizeof *policy);
  memcpy(policy, bytes, offsetof(mt_policy, repeats) + sizeof policy->repeats);
  MT_TRY(mt_check_count("policy", "sources", policy->sources, 0, MT_MAX_SOURCES, error));
  MT_TRY(mt_check_count("policy", "events", policy->events, 0, MT_MAX_EVENTS, error));
  size_t expected = MT_POLICY_HEAD + policy->sources * MT_SOURCE_BYTES + policy->events * MT_EVENT_BYTES;
  MT_TRY(mt_check_bytes("policy", length, expected, error));
  MT_TRY(mt_check_count("policy", "fusion", mt_load_u32(bytes + 8), 0, MT_FUSE_END - 1, error));
  MT_TRY(mt_check_count("policy", "rank that norms", policy->norm_rank, 1, MT_MAX_QUOTA, error));
  MT_TRY(mt_check_count("policy", "shelf", policy->k, 1, MT_MAX_QUOTA, error));
  MT_TRY(mt_check_count("policy", "repeats", policy->repeats, 0, 1, error));
  MT_TRY(check_number(policy->rrf_constant, 0, 1e6f, "", "reciprocal rank constant", error));
  MT_TRY(check_number(policy->rating.zero, -1e30f, 1e30f, "", "rating", error));
  MT_TRY(check_number(policy->rating.one, -1e30f, 1e30f, "", "rating", error));
  MT_TRY(check_number(policy->rating.least, -1, 0, "", "weight of the lowest ratings", error));
  for (uint32_t s = 0; s < policy->sources; s++)
    MT_TRY(open_source(bytes + MT_POLICY_HEAD + s * MT_SOURCE_BYTES, &policy->source[s], error));
  policy->event_table = bytes + MT_POLICY_HEAD + policy->sources * MT_SOURCE_BYTES;
  for (uint32_t e = 0; e < policy->events; e++)
    MT_TRY(check_number(weight_of(policy, e), -1e6f, 1e6f, "", "weight of an event", error));
  return MT_OK;
}

uint32_t mt_policy_event_number(const mt_policy *policy, const char *name, size_t length) {
  for (uint32_t e = 0; length > 0 && length <= MT_EVENT_NAME_BYTES && e < policy->events; e++) {
    const unsigned char *event = policy->event_table + e * MT_EVENT_BYTES;
    if (memcmp(event, name, length) == 0 && (length == MT_EVENT_NAME_BYTES || event[length] == 0)) return e;
  }
  return UINT32_MAX;
}

float mt_policy_event(const mt_policy *policy, const char *name, size_t length) {
  uint32_t e = mt_policy_event_number(policy, name, length);
  return e < policy->events ? weight_of(policy, e) : 1;
}

float mt_graded_rating(const mt_grading *grading, float rating) {
  float span = grading->one - grading->zero;
  if (span == 0 || isnan(rating) || rating == grading->none) return NAN;
  float weight = (rating - grading->zero) / span;
  return weight < grading->least ? grading->least : weight > 1 ? 1 : weight;
}

/* -- writing -- */

static void write_name(unsigned char *out, const char *name, size_t room) {
  size_t length = strlen(name);
  memcpy(out, name, length < room ? length : room);
}

void mt_policy_write_head(unsigned char *out, uint32_t sources, uint32_t events, uint32_t fusion, uint32_t norm_rank,
                          float rrf_constant, const mt_grading *rating, uint32_t k, uint32_t repeats) {
  mt_store_u32(out, sources);
  mt_store_u32(out + 4, events);
  mt_store_u32(out + 8, fusion);
  mt_store_u32(out + 12, norm_rank);
  mt_store_f32(out + 16, rrf_constant);
  mt_store_f32(out + 20, rating->zero);
  mt_store_f32(out + 24, rating->one);
  mt_store_f32(out + 28, rating->none);
  mt_store_f32(out + 32, rating->least);
  mt_store_u32(out + 36, k);
  mt_store_u32(out + 40, repeats);
}

void mt_policy_write_source(unsigned char *out, uint32_t index, const char *name, uint32_t kind, uint32_t role,
                            uint32_t ordinal, uint32_t quota, uint32_t last, float decay, float half_life,
                            const float *weight) {
  unsigned char *source = out + MT_POLICY_HEAD + index * MT_SOURCE_BYTES;
  write_name(source, name, MT_NAME_BYTES);
  mt_store_u16(source + 24, (uint16_t)kind);
  mt_store_u16(source + 26, (uint16_t)role);
  mt_store_u32(source + 28, ordinal);
  mt_store_u32(source + 32, quota);
  mt_store_u32(source + 36, last);
  mt_store_f32(source + 40, decay);
  mt_store_f32(source + 44, half_life);
  for (uint32_t l = 0; l < MT_LENGTHS; l++) mt_store_f32(source + 48 + 4 * l, weight[l]);
}

void mt_policy_write_event(unsigned char *out, uint32_t index, const char *name, float weight) {
  unsigned char *event = out + MT_POLICY_HEAD + mt_load_u32(out) * MT_SOURCE_BYTES + index * MT_EVENT_BYTES;
  write_name(event, name, MT_EVENT_NAME_BYTES);
  mt_store_f32(event + MT_EVENT_NAME_BYTES, weight);
}

/* The request: ids, history, what may be recommended, filters, weights. */
#include "funnel/funnel.h"
#include "recall/filter.h"

uint32_t mt_items(const mt_recommender *rec) { return rec->bundle.items; }

uint32_t mt_find_item(mt_recommender *rec, const char *id, size_t length) {
  return mt_ids_find(&rec->ids, id, length, rec->text);
}

uint32_t mt_item_id(const mt_recommender *rec, uint32_t item, char *text) {
  return item < rec->bundle.items ? mt_ids_get(&rec->ids, item, text) : 0;
}

void mt_begin(mt_recommender *rec) {
  rec->history.events = rec->event_room;
  rec->history.count = 0;
  rec->history.now = NAN;
  rec->wanted = MT_NOT_FOUND;
  for (uint32_t i = 0; i < rec->features.fields; i++) rec->context[i] = NAN;
  rec->history.clock = NAN;
  rec->rank_most = rec->ranker.candidates;
  rec->dropped = 0;
  rec->narrowed = false;
  mt_bitmap_fill(rec->allowed, rec->bundle.items);
  memcpy(rec->source, rec->policy.source, sizeof rec->source);
  mt_begin_rules(rec);
}

bool mt_add_event(mt_recommender *rec, uint32_t item, float worth, double at) {
  if (item >= rec->bundle.items) return false;
  if (rec->history.count == MT_MAX_HISTORY) { /* the oldest goes; at the end of the room the window moves back, once in a while */
    rec->history.events++;
    rec->history.count--;
    rec->dropped++;
    if (rec->history.events == rec->event_room + MT_MAX_HISTORY + 1) {
      memcpy(rec->event_room, rec->history.events, rec->history.count * sizeof(mt_event));
      rec->history.events = rec->event_room;
    }
  }
  rec->history.events[rec->history.count++] = (mt_event){item, worth, at, MT_UNNAMED};
  mt_bitmap_clear(rec->allowed, item);
  return true;
}

void mt_name_event(mt_recommender *rec, const char *name, size_t length) {
  if (rec->history.count > 0) rec->history.events[rec->history.count - 1].name = mt_policy_event_number(&rec->policy, name, length);
}

float mt_event_worth(const mt_recommender *rec, const char *name, size_t length) {
  return mt_policy_event(&rec->policy, name, length);
}
float mt_rating_worth(const mt_recommender *rec, float rating) { return mt_policy_rating(&rec->policy, rating); }

void mt_exclude(mt_recommender *rec, uint32_t item) {
  if (item >= rec->bundle.items) return;
  rec->narrowed = true;
  mt_bitmap_clear(rec->allowed, item);
}
void mt_allow_only(mt_recommender *rec) {
  rec->narrowed = true;
  memset(rec->allowed, 0, mt_bitmap_bytes(rec->bundle.items));
}
void mt_allow(mt_recommender *rec, uint32_t item) {
  if (item < rec->bundle.items) mt_bitmap_set(rec->allowed, item);
}

uint32_t mt_find_attribute(const mt_recommender *rec, const char *name, size_t length) {
  for (uint32_t i = 0; i < rec->attributes; i++)
    if (rec->attribute[i].type != 0 && rec->attribute[i].name_length == length && memcmp(rec->attribute[i].name, name, length) == 0) return i;
  return MT_NOT_FOUND;
}

static const mt_attribute *category(const mt_recommender *rec, uint32_t attribute) {
  if (attribute >= rec->attributes || !mt_attribute_is_category(&rec->attribute[attribute])) return NULL;
  return &rec->attribute[attribute];
}

void mt_filter_clear(mt_recommender *rec, uint32_t attribute) {
  const mt_attribute *a = category(rec, attribute);
  if (a != NULL) memset(rec->marks, 0, a->strings.count);
}

uint32_t mt_find_value(mt_recommender *rec, uint32_t attribute, const char *value, size_t length) {
  const mt_attribute *a = category(rec, attribute);
  return a == NULL ? MT_NOT_FOUND : mt_strings_find(&a->strings, value, length, rec->text);
}

bool mt_filter_value(mt_recommender *rec, uint32_t attribute, const char *value, size_t length) {
  uint32_t found = mt_find_value(rec, attribute, value, length);
  if (found == MT_NOT_FOUND) return false;
  rec->marks[found] = 1;
  return true;
}

void mt_filter_by_values(mt_recommender *rec, uint32_t attribute, bool negated) {
  const mt_attribute *a = category(rec, attribute);
  rec->narrowed = true;
  if (a != NULL) mt_filter_values(a, rec->marks, negated, rec->marks + a->strings.count, rec->allowed);
}

void mt_filter_by_range(mt_recommender *rec, uint32_t attribute, double low, bool open_low, double high, bool open_high,
                        bool negated) {
  if (attribute >= rec->attributes || !mt_attribute_is_number(&rec->attribute[attribute])) return;
  rec->narrowed = true;
  mt_filter_range(&rec->attribute[attribute], low, open_low, high, open_high, negated, rec->allowed);
}

mt_status mt_set_weight(mt_recommender *rec, uint32_t source, float weight, mt_error *error) {
  if (source >= rec->policy.sources)
    return mt_fail(error, MT_INVALID, "weight: found source %u, expected less than %u", source, rec->policy.sources);
  if (!(weight >= 0 && weight <= 1e6f))
    return mt_fail(error, MT_INVALID, "weight: source \"%s\": expected a number from 0 to 1000000",
                   mt_text(rec->policy.source[source].name));
  for (uint32_t l = 0; l < MT_LENGTHS; l++) rec->source[source].weight[l] = weight;
  return MT_OK;
}

mt_status mt_set_decay(mt_recommender *rec, uint32_t source, float decay, mt_error *error) {
  if (source >= rec->policy.sources)
    return mt_fail(error, MT_INVALID, "decay: found source %u, expected less than %u", source, rec->policy.sources);
  if (!(decay >= 0 && decay <= 1))
    return mt_fail(error, MT_INVALID, "decay: source \"%s\": expected a number from 0 to 1",
                   mt_text(rec->policy.source[source].name));
  rec->source[source].decay = decay;
  return MT_OK;
}

void mt_set_now(mt_recommender *rec, double now) { rec->history.now = now; }
void mt_set_clock(mt_recommender *rec, double clock) { rec->history.clock = clock; }
void mt_set_ranked(mt_recommender *rec, uint32_t candidates) { rec->rank_most = candidates; }

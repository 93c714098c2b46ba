/* The calls that make up a request: ids, history, what may be recommended, filters, weights, rules, context. */
#include "funnel/request.h"

#include "funnel/state.h"
#include "recall/filter.h"

void mt_request_reserve(mt_arena *arena, uint32_t items, size_t marks, mt_request *request) {
  request->events = mt_arena_take(arena, 2 * (size_t)MT_MAX_HISTORY, sizeof *request->events);
  request->allowed = mt_arena_take(arena, mt_bitmap_bytes(items), 1);
  request->unfiltered = mt_arena_take(arena, mt_bitmap_bytes(items), 1);
  request->marks = mt_arena_take(arena, marks, 1);
}

uint32_t mt_items(const mt_recommender *rec) { return rec->bundle.items; }

uint32_t mt_find_item(mt_recommender *rec, const char *id, size_t length) {
  return mt_ids_find(&rec->ids, id, length, rec->text);
}

uint32_t mt_item_id(const mt_recommender *rec, uint32_t item, char *text) {
  return item < rec->bundle.items ? mt_ids_get(&rec->ids, item, text) : 0;
}

/* What may be recommended at all, before a request says anything: every item that was not withdrawn. */
static void allow_all(const mt_recommender *rec, mt_request *request) {
  mt_bitmap_fill(request->allowed, rec->bundle.items);
  mt_withdrawn_clear(&rec->withdrawn, rec->bundle.items, request->allowed);
  memcpy(request->unfiltered, request->allowed, mt_bitmap_bytes(rec->bundle.items));
  request->narrowed = false;
}

void mt_begin(mt_recommender *rec) {
  mt_request *request = &rec->request;
  request->history = (mt_history){request->events, 0, NAN, NAN};
  request->repeats = rec->policy.repeats != 0;
  request->dropped = 0;
  request->forced = MT_NOT_FOUND;
  request->ranked = rec->rank.ranker.candidates;
  for (uint32_t i = 0; i < rec->features.features.fields; i++) request->context[i] = NAN;
  memcpy(request->source, rec->policy.source, sizeof request->source);
  allow_all(rec, request);
  mt_rules_begin(&rec->rules);
}

bool mt_add_event(mt_recommender *rec, uint32_t item, float weight, double at) {
  mt_request *request = &rec->request;
  mt_history *history = &request->history;
  if (item >= rec->bundle.items) return false;
  if (history->count == MT_MAX_HISTORY) { /* the oldest goes; at the end of the room the window moves back, once in a while */
    history->events++;
    history->count--;
    request->dropped++;
    if (history->events == request->events + MT_MAX_HISTORY + 1) {
      memcpy(request->events, history->events, history->count * sizeof(mt_event));
      history->events = request->events;
    }
  }
  history->events[history->count++] = (mt_event){item, weight, at, MT_UNNAMED};
  if (request->repeats && !(weight < 0)) return true;
  mt_bitmap_clear(request->allowed, item);
  mt_bitmap_clear(request->unfiltered, item);
  return true;
}

void mt_name_event(mt_recommender *rec, const char *name, size_t length) {
  const mt_history *history = &rec->request.history;
  if (history->count > 0) history->events[history->count - 1].name = mt_policy_event_number(&rec->policy, name, length);
}

float mt_event_weight(const mt_recommender *rec, const char *name, size_t length) {
  return mt_policy_event(&rec->policy, name, length);
}
float mt_rating_weight(const mt_recommender *rec, float rating) { return mt_policy_rating(&rec->policy, rating); }

void mt_exclude(mt_recommender *rec, uint32_t item) {
  if (item >= rec->bundle.items) return;
  rec->request.narrowed = true;
  mt_bitmap_clear(rec->request.allowed, item);
}
void mt_allow_only(mt_recommender *rec) {
  rec->request.narrowed = true;
  memset(rec->request.allowed, 0, mt_bitmap_bytes(rec->bundle.items));
}
void mt_allow(mt_recommender *rec, uint32_t item) {
  if (item < rec->bundle.items && !mt_is_withdrawn(&rec->withdrawn, item)) mt_bitmap_set(rec->request.allowed, item);
}

uint32_t mt_find_attribute(const mt_recommender *rec, const char *name, size_t length) {
  for (uint32_t i = 0; i < rec->attributes; i++) {
    const mt_attribute *a = &rec->attribute[i];
    if (a->type != 0 && a->name_length == length && memcmp(a->name, name, length) == 0) return i;
  }
  return MT_NOT_FOUND;
}

static const mt_attribute *category(const mt_recommender *rec, uint32_t attribute) {
  if (attribute >= rec->attributes || !mt_attribute_is_category(&rec->attribute[attribute])) return NULL;
  return &rec->attribute[attribute];
}

void mt_filter_clear(mt_recommender *rec, uint32_t attribute) {
  const mt_attribute *a = category(rec, attribute);
  if (a != NULL) memset(rec->request.marks, 0, a->strings.count);
}

uint32_t mt_find_value(mt_recommender *rec, uint32_t attribute, const char *value, size_t length) {
  const mt_attribute *a = category(rec, attribute);
  return a == NULL ? MT_NOT_FOUND : mt_strings_find(&a->strings, value, length, rec->text);
}

bool mt_filter_value(mt_recommender *rec, uint32_t attribute, const char *value, size_t length) {
  uint32_t found = mt_find_value(rec, attribute, value, length);
  if (found == MT_NOT_FOUND) return false;
  rec->request.marks[found] = 1;
  return true;
}

void mt_filter_by_values(mt_recommender *rec, uint32_t attribute, bool negated) {
  const mt_attribute *a = category(rec, attribute);
  rec->request.narrowed = true;
  if (a != NULL) mt_filter_values(a, rec->request.marks, negated, rec->request.marks + a->strings.count, rec->request.allowed);
}

void mt_filter_by_range(mt_recommender *rec, uint32_t attribute, double low, bool open_low, double high, bool open_high,
                        bool negated) {
  if (attribute >= rec->attributes || !mt_attribute_is_number(&rec->attribute[attribute])) return;
  rec->request.narrowed = true;
  mt_filter_range(&rec->attribute[attribute], low, open_low, high, open_high, negated, rec->request.allowed);
}

mt_status mt_set_weight(mt_recommender *rec, uint32_t source, float weight, mt_error *error) {
  if (source >= rec->policy.sources)
    return mt_fail(error, MT_INVALID, "weight: found source %u, expected less than %u", source, rec->policy.sources);
  if (!(weight >= 0 && weight <= 1e6f))
    return mt_fail(error, MT_INVALID, "weight: source \"%s\": expected a number from 0 to 1000000",
                   mt_text(rec->policy.source[source].name));
  for (uint32_t l = 0; l < MT_LENGTHS; l++) rec->request.source[source].weight[l] = weight;
  return MT_OK;
}

mt_status mt_set_decay(mt_recommender *rec, uint32_t source, float decay, mt_error *error) {
  if (source >= rec->policy.sources)
    return mt_fail(error, MT_INVALID, "decay: found source %u, expected less than %u", source, rec->policy.sources);
  if (!(decay >= 0 && decay <= 1))
    return mt_fail(error, MT_INVALID, "decay: source \"%s\": expected a number from 0 to 1",
                   mt_text(rec->policy.source[source].name));
  rec->request.source[source].decay = decay;
  return MT_OK;
}

bool mt_repeats_by_default(const mt_recommender *rec) { return rec->policy.repeats != 0; }
void mt_set_repeats(mt_recommender *rec, bool repeats) { rec->request.repeats = repeats; }
void mt_set_now(mt_recommender *rec, double now) { rec->request.history.now = now; }
void mt_set_clock(mt_recommender *rec, double clock) { rec->request.history.clock = clock; }
void mt_set_ranked(mt_recommender *rec, uint32_t candidates) { rec->request.ranked = candidates; }
void mt_force_candidate(mt_recommender *rec, uint32_t item) { rec->request.forced = item < rec->bundle.items ? item : MT_NOT_FOUND; }

void mt_set_context(mt_recommender *rec, uint32_t field, double value) {
  if (field < mt_fields(rec)) rec->request.context[field] = value;
}

bool mt_set_context_value(mt_recommender *rec, uint32_t field, const char *value, size_t length) {
  if (!mt_field_is_category(rec, field)) return false;
  uint32_t found = mt_strings_find(&rec->features.features.values[field], value, length, rec->text);
  rec->request.context[field] = found == MT_NOT_FOUND ? NAN : (double)found;
  return found != MT_NOT_FOUND;
}

mt_status mt_change_rules(mt_recommender *rec, const unsigned char *records, size_t length, mt_error *error) {
  const mt_rule_world world = mt_rule_world_of(rec);
  return mt_rules_read(records, length, &world, &rec->rules.rules, error);
}

bool mt_add_impressions(mt_recommender *rec, uint32_t item, float shown, float clicked) {
  if (item >= rec->bundle.items || !(shown >= 0 && shown <= 1e9f && clicked >= 0 && clicked <= 1e9f)) return false;
  return mt_impressions_add(&rec->rules.impressions, item, shown, clicked);
}

uint32_t mt_rule_kind_of(const mt_recommender *rec, uint32_t rule) {
  return rule < rec->rules.rules.rules ? (uint32_t)rec->rules.rules.rule[rule].kind : 0;
}

#include "rank/features.h"

#include "base/simd.h"

#define MT_VALUE_SLOTS 4096u /* most slots of a table of values: three quarters of them hold values, the newest events' first */

/* -- reserving -- */

/* The first feature that is computed together with feature `index`, itself where it leads. */
static uint32_t leader_of(const mt_features *features, uint32_t index) {
  mt_feature f = mt_feature_get(features, index);
  mt_feature_class class = mt_feature_class_of(f.kind);
  for (uint32_t i = 0; (class == MT_OF_VALUES || class == MT_OF_VECTORS) && i < index; i++) {
    mt_feature before = mt_feature_get(features, i);
    if (before.a == f.a && mt_feature_class_of(before.kind) == class) return i;
  }
  return index;
}

static void reserve_table(mt_arena *arena, const mt_attribute *attribute, mt_value_table *table) {
  uint32_t slots = 16;
  while (slots < MT_VALUE_SLOTS && slots / 2 < attribute->strings.count) slots *= 2;
  table->mask = slots - 1;
  table->slots = mt_arena_take(arena, slots, sizeof *table->slots);
}

/* The same code measures, and then there is no memory behind `cell`: what is found is held aside until it is known to be. */
void mt_features_reserve(mt_arena *arena, const mt_features *features, const mt_feature_scope *scope, const mt_space *space,
                         mt_feature_work *work) {
  bool measuring = arena->base == NULL;
  size_t widest = 4;
  *work = (mt_feature_work){.features = features, .cell = mt_arena_take(arena, features->count, sizeof *work->cell)};
  if (work->cell == NULL) return;
  for (uint32_t i = 0; i < features->count; i++) {
    mt_feature_cell cell = {.feature = mt_feature_get(features, i)};
    uint32_t leader = leader_of(features, i), a = cell.feature.a;
    cell.class = mt_feature_class_of(cell.feature.kind);
    cell.follows = leader != i;
    if (!cell.follows && cell.class == MT_OF_VALUES) reserve_table(arena, &scope->attribute[a], &cell.table);
    if (!cell.follows && cell.class == MT_OF_VECTORS) {
      size_t padded = space[a].padded;
      cell.recent.most = MT_FEATURE_EVENTS;
      cell.recent.vectors = mt_arena_take(arena, (MT_FEATURE_EVENTS + 1) * padded, sizeof(float));
      cell.recent.query = cell.recent.vectors + MT_FEATURE_EVENTS * padded;
      widest = padded > widest ? padded : widest;
    }
    if (measuring) continue;
    work->cell[i] = cell;
    if (!cell.follows) continue;
    while (work->cell[leader].next != 0) leader = work->cell[leader].next;
    work->cell[leader].next = i;
  }
  work->vector = mt_arena_take(arena, widest, sizeof(float));
}

/* -- preparing: what the history says -- */

/* The weight of an event, 0 where it is no number that sums can hold. */
static float weight_of(const mt_event *event) {
  float magnitude = fabsf(event->weight);
  return magnitude >= MT_FADED && magnitude <= MT_MOST_WEIGHT ? event->weight : 0;
}

/* The slot of a value, or the free one where it would be. */
static mt_value_slot *slot_of(const mt_value_table *table, uint32_t value) {
  uint32_t at = (uint32_t)(((uint64_t)(value + 1) * 0x9e3779b97f4a7c15ULL) >> 40) & table->mask;
  while (table->slots[at].key != 0 && table->slots[at].key != value + 1) at = (at + 1) & table->mask;
  return &table->slots[at];
}

/* The values of an item that count: at most MT_FEATURE_VALUES of them. */
static void values_of(const mt_attribute *attribute, uint32_t item, uint32_t *first, uint32_t *last) {
  mt_attribute_values(attribute, mt_attribute_set(attribute, item), first, last);
  if (*last - *first > MT_FEATURE_VALUES) *last = *first + MT_FEATURE_VALUES;
}

static void fill_table(mt_value_table *table, const mt_attribute *attribute, const mt_history *history, float fading) {
  float fade = 1;
  memset(table->slots, 0, ((size_t)table->mask + 1) * sizeof *table->slots);
  table->count = 0;
  for (uint32_t age = 0; age < history->count; age++, fade *= fading) {
    const mt_event *event = &history->events[history->count - 1 - age];
    float weight = weight_of(event);
    uint32_t first, last;
    values_of(attribute, event->item, &first, &last);
    if (fade < MT_FADED) fade = 0;
    for (uint32_t v = first; v < last; v++) {
      mt_value_slot *slot = slot_of(table, mt_attribute_value(attribute, v));
      if (slot->key == 0) {
        if (table->count > table->mask - table->mask / 4) continue;
        *slot = (mt_value_slot){mt_attribute_value(attribute, v) + 1, 0, age, 0, 0};
        table->count++;
      }
      slot->count++;
      slot->weight += weight;
      slot->faded += weight * fade;
    }
  }
}

/* Once in the code, not at every call: it is small beside decoding. */
__attribute__((noinline)) static float dot(const float *a, const float *b, size_t padded) { return mt_dot_f32(a, b, padded); }

/* Scales to norm 1; false where it cannot be. */
static bool normalise(float *vector, size_t padded) {
  float square = dot(vector, vector, padded);
  if (!(square > 1e-30f && square < 1e30f)) return false;
  mt_f4 scale = mt_f4_splat(1.0f / sqrtf(square));
  for (size_t i = 0; i < padded; i += 4) mt_f4_store(vector + i, mt_f4_mul(scale, mt_f4_load(vector + i)));
  return true;
}

static void fill_recent(mt_recent *recent, const mt_space *space, const float *query, const mt_history *history) {
  recent->held = 0;
  for (uint32_t e = history->count; e-- > 0 && recent->held < recent->most;) {
    float *vector = recent->vectors + (size_t)recent->held * space->padded;
    if (!(weight_of(&history->events[e]) > 0) || !mt_space_has(space, history->events[e].item)) continue;
    mt_space_decode(space, history->events[e].item, MT_ALL_LAYERS, vector);
    recent->held += normalise(vector, space->padded);
  }
  recent->queried = query != NULL;
  if (!recent->queried) return;
  memcpy(recent->query, query, space->padded * sizeof *query);
  recent->queried = normalise(recent->query, space->padded);
}

/* Mean of a number attribute over the liked events, by weight, and faded by `fading`; NaN where none is known. */
static float average(const mt_attribute *attribute, const mt_history *history, float fading) {
  double sum = 0, weights = 0, fade = 1;
  for (uint32_t e = history->count; e-- > 0 && fade > (double)MT_FADED; fade *= (double)fading) {
    double number = mt_attribute_number(attribute, history->events[e].item), weight = (double)weight_of(&history->events[e]) * fade;
    if (!(weight > 0) || !(fabs(number) < 1e300)) continue;
    sum += weight * number;
    weights += weight;
  }
  return weights > 0 ? (float)(sum / weights) : NAN;
}

/* Seconds since the newest event whose time is known. */
static float gap_of(const mt_history *history, double now) {
  double newest = NAN;
  for (uint32_t e = history->count; e-- > 0 && isnan(newest);) newest = history->events[e].at;
  return (float)(now - newest);
}

#define DAY 86400

static float clock_of(mt_feature_kind kind, double now) {
  if (!(fabs(now) < 1e15)) return NAN;
  int64_t seconds = (int64_t)now - ((double)(int64_t)now > now), day = seconds / DAY - (seconds % DAY < 0);
  if (kind == MT_FEATURE_HOUR) return (float)(seconds - day * DAY) / 3600.0f;
  int64_t weekday = (day + 3) % 7; /* 1970 began on a Thursday */
  return (float)(weekday < 0 ? weekday + 7 : weekday);
}

/* The mean that a candidate's number is compared with. */
static float mean_of(const mt_feature *f, const mt_feature_view *view, const mt_feature_work *work) {
  bool faded = f->kind == MT_FEATURE_FADED_DIFFERENCE;
  return average(&view->attribute[f->a], view->history, faded ? work->features->fading : 1);
}

static float request_feature(const mt_feature *f, const mt_feature_view *view, const mt_feature_work *work) {
  const mt_history *history = view->history;
  uint32_t liked = 0;
  switch (f->kind) {
    case MT_FEATURE_AVERAGE: return average(&view->attribute[f->a], history, 1);
    case MT_FEATURE_LENGTH: return (float)history->count;
    case MT_FEATURE_LIKED:
      for (uint32_t e = 0; e < history->count; e++) liked += weight_of(&history->events[e]) > 0;
      return (float)liked;
    case MT_FEATURE_GAP: return gap_of(history, work->now);
    case MT_FEATURE_HOUR:
    case MT_FEATURE_WEEKDAY: return clock_of(f->kind, work->now);
    case MT_FEATURE_FIELD: return (float)view->context[f->a];
    case MT_FEATURE_FIELD_IS: return isnan(view->context[f->a]) ? NAN : view->context[f->a] == (double)f->value ? 1.0f : 0.0f;
    default: return NAN;
  }
}

void mt_features_prepare(mt_feature_work *work, const mt_feature_view *view) {
  const mt_history *history = view->history;
  float fading = work->features->fading, fade = 1;
  work->now = mt_history_now(history);
  work->total = work->faded_total = 0;
  for (uint32_t e = history->count; e-- > 0; fade *= fading) {
    float magnitude = fabsf(weight_of(&history->events[e]));
    if (fade < MT_FADED) fade = 0;
    work->total += magnitude;
    work->faded_total += magnitude * fade;
  }
  for (mt_feature_cell *cell = work->cell; cell < work->cell + work->features->count; cell++) {
    const mt_feature *f = &cell->feature;
    if (cell->follows) continue;
    switch (cell->class) {
      case MT_OF_VALUES: fill_table(&cell->table, &view->attribute[f->a], history, fading); break;
      case MT_OF_VECTORS: fill_recent(&cell->recent, &view->space[f->a], view->query[f->a], history); break;
      case MT_OF_MEAN: cell->constant = mean_of(f, view, work); break;
      case MT_OF_REQUEST: cell->constant = request_feature(f, view, work); break;
      default: break; /* it depends on nothing but the candidate */
    }
  }
}

/* -- rows -- */

/* What all values of an item together say. */
typedef struct shared {
  float share, faded, weight;
  uint32_t values, count, events, newest; /* count: of the value that most events have; events: of all values */
} shared;

static shared look_up(const mt_value_table *table, const mt_attribute *attribute, uint32_t item) {
  shared s = {.newest = UINT32_MAX};
  uint32_t first, last;
  values_of(attribute, item, &first, &last);
  for (uint32_t v = first; v < last; v++) {
    const mt_value_slot *slot = slot_of(table, mt_attribute_value(attribute, v));
    s.values++;
    if (slot->key == 0) continue;
    s.share += slot->weight;
    s.faded += slot->faded;
    s.events += slot->count;
    s.count = slot->count > s.count ? slot->count : s.count;
    s.newest = slot->newest < s.newest ? slot->newest : s.newest;
  }
  s.weight = s.share;
  return s;
}

static float value_feature(mt_feature_kind kind, const shared *s, const mt_feature_work *work, const mt_history *history) {
  if (s->values == 0) return NAN;
  switch (kind) {
    case MT_FEATURE_SHARE: return work->total > 0 ? s->share / ((float)s->values * work->total) : NAN;
    case MT_FEATURE_FADED_SHARE: return work->faded_total > 0 ? s->faded / ((float)s->values * work->faded_total) : NAN;
    case MT_FEATURE_COUNT: return (float)s->count;
    case MT_FEATURE_WORTH: return s->events > 0 ? s->weight / (float)s->events : NAN;
    case MT_FEATURE_EVENTS_AGO: return s->events > 0 ? (float)s->newest : NAN;
    case MT_FEATURE_SECONDS_AGO:
      return s->events > 0 ? (float)(work->now - history->events[history->count - 1 - s->newest].at) : NAN;
    default: return NAN;
  }
}

/* A candidate's normalised vector against the recent ones. */
static float vector_feature(const mt_feature *f, const mt_recent *recent, const float *vector, size_t padded) {
  if (f->kind == MT_FEATURE_QUERY) return recent->queried ? dot(vector, recent->query, padded) : NAN;
  uint32_t count = f->last < recent->held ? f->last : recent->held;
  float most = -2, sum = 0;
  for (uint32_t i = 0; i < count; i++) {
    float cosine = dot(vector, recent->vectors + (size_t)i * padded, padded);
    most = cosine > most ? cosine : most;
    sum += cosine;
  }
  return count == 0 ? NAN : f->kind == MT_FEATURE_NEAREST ? most : sum / (float)count;
}

static float age_of(double number, uint32_t unit, double now) {
  switch (unit) {
    case MT_AGE_SECONDS: return (float)((now - number) / DAY);
    case MT_AGE_MILLISECONDS: return (float)((now - number / 1000) / DAY);
    case MT_AGE_DAYS: return (float)(now / DAY - number);
    default: return (float)(now / 31556952 + 1970 - number); /* seconds of a mean Gregorian year */
  }
}

static float bucket_of(float a, float b, uint32_t buckets) {
  uint32_t bits[2];
  float pair[2] = {isnan(a) ? NAN : a + 0.0f, isnan(b) ? NAN : b + 0.0f}; /* one NaN, one zero */
  memcpy(bits, pair, sizeof bits);
  uint64_t mixed = ((uint64_t)bits[0] << 32 | bits[1]) * 0x9e3779b97f4a7c15ULL;
  mixed = (mixed ^ mixed >> 32) * 0xd6e8feb86659fd93ULL;
  return (float)((mixed >> 32) * buckets >> 32);
}

static float category_feature(const mt_feature *f, const mt_attribute *attribute, uint32_t item) {
  uint32_t first, last;
  values_of(attribute, item, &first, &last);
  if (f->kind == MT_FEATURE_VALUE_COUNT) return (float)(last - first);
  if (f->kind == MT_FEATURE_CODE) return first < last ? (float)mt_attribute_value(attribute, first) : NAN;
  for (; first < last; first++)
    if (mt_attribute_value(attribute, first) == f->value) return 1;
  return 0;
}

static float popularity_feature(const mt_popularity *popularity, uint32_t item) {
  float most = mt_load_f32(popularity->values + 4 * 255); /* codes rise with popularity, and the last is in use */
  return most > 0 ? mt_popularity_of(popularity, item) / most : NAN;
}

static float item_feature(const mt_feature *f, const mt_feature_view *view, const mt_feature_work *work, uint32_t item) {
  const mt_attribute *attribute = &view->attribute[f->a]; /* of the kinds that have one */
  switch (f->kind) {
    case MT_FEATURE_NUMBER: return (float)mt_attribute_number(attribute, item);
    case MT_FEATURE_AGE: return age_of(mt_attribute_number(attribute, item), f->value, work->now);
    case MT_FEATURE_CODE:
    case MT_FEATURE_HAS:
    case MT_FEATURE_VALUE_COUNT: return category_feature(f, attribute, item);
    case MT_FEATURE_POPULARITY: return popularity_feature(view->popularity, item);
    case MT_FEATURE_PLACE: return (float)(item + 1);
    default: return NAN;
  }
}

static float source_feature(const mt_feature *f, const mt_candidates *candidates, uint32_t place) {
  size_t cell = (size_t)place * candidates->sources + f->a;
  if (candidates->weight[f->a] == 0) return NAN; /* silent: what is in its column means nothing */
  switch (f->kind) {
    case MT_FEATURE_SCORE: return candidates->scores[cell];
    case MT_FEATURE_RELATIVE: return (candidates->scores[cell] - candidates->zero[f->a]) * candidates->unit[f->a];
    case MT_FEATURE_RANK: return candidates->ranks[cell] == 0 ? NAN : (float)candidates->ranks[cell];
    default: return NAN;
  }
}

static float recall_feature(const mt_feature *f, const mt_candidates *candidates, uint32_t place, uint32_t rank) {
  uint32_t brought = 0;
  switch (f->kind) {
    case MT_FEATURE_FUSED_SCORE: return candidates->fused[place];
    case MT_FEATURE_FUSED_RANK: return (float)rank;
    case MT_FEATURE_SOURCES:
      for (uint32_t s = 0; s < candidates->sources; s++) brought += candidates->ranks[(size_t)place * candidates->sources + s] != 0;
      return (float)brought;
    default: return source_feature(f, candidates, place);
  }
}

static float mean_feature(const mt_feature *f, const mt_feature_view *view, float mean, uint32_t item) {
  float apart = (float)mt_attribute_number(&view->attribute[f->a], item) - mean;
  return f->kind == MT_FEATURE_DISTANCE ? fabsf(apart) : apart;
}

static float cross_feature(const mt_feature *f, const float *row) {
  float a = row[f->a], b = row[f->b];
  switch (f->kind) {
    case MT_FEATURE_PRODUCT: return a * b;
    case MT_FEATURE_LESS: return a - b;
    case MT_FEATURE_RATIO: return b != 0 ? a / b : NAN;
    case MT_FEATURE_HASH: return bucket_of(a, b, f->value);
    default: return NAN;
  }
}

static void by_values(const mt_feature_work *work, const mt_feature_view *view, uint32_t item, uint32_t index, float *row) {
  const mt_feature_cell *cell = &work->cell[index];
  shared s = look_up(&cell->table, &view->attribute[cell->feature.a], item);
  do row[index] = value_feature(work->cell[index].feature.kind, &s, work, view->history);
  while ((index = work->cell[index].next) != 0);
}

static void by_vectors(const mt_feature_work *work, const mt_feature_view *view, uint32_t item, uint32_t index, float *row) {
  const mt_feature_cell *cell = &work->cell[index];
  const mt_space *space = &view->space[cell->feature.a];
  mt_space_decode(space, item, MT_ALL_LAYERS, work->vector);
  bool known = normalise(work->vector, space->padded);
  do row[index] = known ? vector_feature(&work->cell[index].feature, &cell->recent, work->vector, space->padded) : NAN;
  while ((index = work->cell[index].next) != 0);
}

void mt_features_rows(const mt_feature_work *work, const mt_feature_view *view, const uint32_t *places, uint32_t rank,
                      uint32_t count, float *rows) {
  uint32_t width = work->features->count;
  for (uint32_t c = 0; c < count; c++, rows += width) {
    uint32_t place = places[c], item = view->candidates->items[place];
    for (uint32_t i = 0; i < width; i++) {
      const mt_feature_cell *cell = &work->cell[i];
      const mt_feature *f = &cell->feature;
      if (cell->follows) continue;
      switch (cell->class) {
        case MT_OF_ITEM: rows[i] = item_feature(f, view, work, item); break;
        case MT_OF_RECALL: rows[i] = recall_feature(f, view->candidates, place, rank + c); break;
        case MT_OF_VALUES: by_values(work, view, item, i, rows); break;
        case MT_OF_MEAN: rows[i] = mean_feature(f, view, cell->constant, item); break;
        case MT_OF_VECTORS: by_vectors(work, view, item, i, rows); break;
        case MT_OF_REQUEST: rows[i] = cell->constant; break;
        case MT_OF_CROSS: rows[i] = cross_feature(f, rows); break;
        case MT_OF_NONE: break; /* the gate lets none through */
      }
    }
    for (uint32_t i = 0; i < width; i++) rows[i] = isnan(rows[i]) ? NAN : rows[i]; /* the bits of a computed NaN are any */
  }
}

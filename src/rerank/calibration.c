#include "rerank/calibration.h"

#include "base/elementary.h"
#include "rerank/match.h"

#define ALPHA 0.01f

void mt_calibration_reserve(mt_arena *arena, mt_calibration *c) {
  uint32_t slots = mt_index_slots(MT_MIX);
  c->places = (mt_index){mt_arena_take(arena, slots, sizeof(mt_index_slot)), slots - 1};
  c->wanted = mt_arena_take(arena, 3 * MT_MIX, sizeof *c->wanted);
  c->shown = c->wanted + MT_MIX;
  c->next = c->shown + MT_MIX;
}

/* What the slate's mix is with one more pick, as far as it does not depend on which. */
static void look_ahead(mt_calibration *c) {
  c->rest = 0;
  for (uint32_t g = 0; g < c->values; g++) {
    float p = c->wanted[g];
    c->next[g] = (1 - ALPHA) * c->shown[g] / (float)(c->picks + 1) + ALPHA * p;
    c->rest += p * mt_logf(p / c->next[g]);
  }
}

static void add_event(mt_calibration *c, const mt_event *event) {
  uint32_t first, last;
  mt_values_of(c->attribute, event->item, &first, &last);
  for (uint32_t v = first; v < last; v++) {
    uint32_t value = mt_attribute_value(c->attribute, v), place = mt_index_get(&c->places, value);
    if (place == MT_NOT_FOUND) {
      if (c->values == MT_MIX) continue;
      place = c->values++;
      mt_index_put(&c->places, value, place);
      c->wanted[place] = c->shown[place] = 0;
    }
    c->wanted[place] += event->weight / (float)(last - first);
  }
}

void mt_calibration_start(mt_calibration *c, const mt_rule *rule, const mt_attribute *attributes,
                          const mt_history *history) {
  c->values = c->picks = 0;
  c->attribute = NULL;
  c->strength = 0;
  if (rule == NULL) return;
  c->attribute = &attributes[rule->attribute];
  mt_index_reset(&c->places);
  for (uint32_t e = history->count; e-- > 0;)
    if (history->events[e].weight > MT_FADED && history->events[e].weight < MT_MOST_WEIGHT) add_event(c, &history->events[e]);
  float total = 0;
  for (uint32_t g = 0; g < c->values; g++) total += c->wanted[g];
  /* No share is 0, so that every logarithm is finite: a value that hardly counts counts that little. */
  for (uint32_t g = 0; g < c->values; g++) c->wanted[g] = c->wanted[g] / total > 1e-9f ? c->wanted[g] / total : 1e-9f;
  if (c->values > 0) c->strength = rule->calibrate.strength;
  look_ahead(c);
}

float mt_calibration_with(const mt_calibration *c, uint32_t item) {
  uint32_t first, last;
  mt_values_of(c->attribute, item, &first, &last);
  float kl = c->rest, part = (1 - ALPHA) / ((float)(c->picks + 1) * (float)(last - first));
  for (uint32_t v = first; v < last; v++) {
    uint32_t g = mt_index_get(&c->places, mt_attribute_value(c->attribute, v));
    if (g != MT_NOT_FOUND) kl -= c->wanted[g] * mt_logf(1 + part / c->next[g]);
  }
  return kl;
}

void mt_calibration_pick(mt_calibration *c, uint32_t item) {
  if (c->strength == 0) return;
  uint32_t first, last;
  mt_values_of(c->attribute, item, &first, &last);
  for (uint32_t v = first; v < last; v++) {
    uint32_t g = mt_index_get(&c->places, mt_attribute_value(c->attribute, v));
    if (g != MT_NOT_FOUND) c->shown[g] += 1 / (float)(last - first);
  }
  c->picks++;
  look_ahead(c);
}

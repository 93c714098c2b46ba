#include "rerank/explore.h"

#include <math.h>

void mt_impressions_reserve(mt_arena *arena, mt_impressions *impressions) {
  uint32_t slots = mt_index_slots(MT_MAX_IMPRESSIONS);
  impressions->of = mt_arena_take(arena, MT_MAX_IMPRESSIONS, sizeof *impressions->of);
  impressions->index = (mt_index){mt_arena_take(arena, slots, sizeof(mt_index_slot)), slots - 1};
}

bool mt_impressions_add(mt_impressions *impressions, uint32_t item, float shown, float clicked) {
  if (impressions->count == 0) mt_index_reset(&impressions->index);
  uint32_t place = mt_index_get(&impressions->index, item);
  if (place == MT_NOT_FOUND) {
    if (impressions->count == MT_MAX_IMPRESSIONS) return false;
    place = impressions->count++;
    mt_index_put(&impressions->index, item, place);
    impressions->of[place] = (mt_impression){item, 0, 0};
  }
  impressions->of[place].shown += shown;
  impressions->of[place].clicked += clicked;
  return true;
}

void mt_impressions_keep_back(const mt_impressions *impressions, const mt_rule *rule, const mt_attribute *attributes,
                              uint32_t items, uint8_t *marks, uint8_t *bitmap) {
  const mt_attribute *a = rule->attribute == MT_NOT_FOUND ? NULL : &attributes[rule->attribute];
  uint32_t first, last, most = rule->frequency.most < 255 ? rule->frequency.most : 255;
  if (a != NULL) memset(marks, 0, a->strings.count);
  for (uint32_t i = 0; i < impressions->count; i++) {
    const mt_impression *one = &impressions->of[i];
    uint32_t shown = one->shown < 255 ? (uint32_t)one->shown : 255;
    if (a == NULL && shown >= most) mt_bitmap_clear(bitmap, one->item);
    if (a == NULL) continue;
    mt_values_of(a, one->item, &first, &last);
    for (uint32_t v = first; v < last; v++) { /* counts end at 255 */
      uint8_t *mark = &marks[mt_attribute_value(a, v)];
      *mark = (uint8_t)(*mark + shown < 255 ? *mark + shown : 255);
    }
  }
  for (uint32_t item = 0; a != NULL && item < items; item++) {
    mt_values_of(a, item, &first, &last);
    for (uint32_t v = first; v < last; v++)
      if (marks[mt_attribute_value(a, v)] >= most) mt_bitmap_clear(bitmap, item);
  }
}

static float number_of(const mt_attribute *attributes, uint32_t attribute, uint32_t item) {
  return attribute == MT_NOT_FOUND ? 0 : (float)mt_attribute_number(&attributes[attribute], item);
}

float mt_sample_rate(const mt_impressions *impressions, const mt_rule *rule, const mt_attribute *attributes,
                     uint32_t item, mt_rng *rng) {
  uint32_t place = impressions->count == 0 ? MT_NOT_FOUND : mt_index_get(&impressions->index, item);
  float clicks = number_of(attributes, rule->attribute, item), shown = number_of(attributes, rule->thompson.shown, item);
  if (!(clicks >= 0 && shown >= clicks)) clicks = shown = 0; /* not known, or not to be believed */
  if (place != MT_NOT_FOUND) {
    clicks += impressions->of[place].clicked;
    shown += impressions->of[place].shown;
  }
  float mean = (clicks + 1) / (shown + 2), rate = mean + sqrtf(mean * (1 - mean) / (shown + 3)) * mt_rng_normal(rng);
  return rate > 0 ? (rate < 1 ? rate : 1) : 0;
}

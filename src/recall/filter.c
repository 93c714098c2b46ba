#include "recall/filter.h"

void mt_filter_values(const mt_attribute *attribute, const uint8_t *marks, bool negated, uint8_t *set_marks,
                      uint8_t *bitmap) {
  for (uint32_t s = 0; s < attribute->sets; s++) {
    uint32_t first, last;
    mt_attribute_values(attribute, s, &first, &last);
    set_marks[s] = negated;
    for (uint32_t v = first; v < last; v++)
      if (marks[mt_attribute_value(attribute, v)] != 0) set_marks[s] = !negated;
  }
  for (uint32_t item = 0; item < attribute->items; item++)
    if (set_marks[mt_attribute_set(attribute, item)] == 0) mt_bitmap_clear(bitmap, item);
}

void mt_filter_range(const mt_attribute *attribute, double low, bool open_low, double high, bool open_high, bool negated,
                     uint8_t *bitmap) {
  for (uint32_t item = 0; item < attribute->items; item++) {
    double number = mt_attribute_number(attribute, item); /* NaN fails both comparisons */
    bool inside = (open_low ? number > low : number >= low) && (open_high ? number < high : number <= high);
    if (inside == negated) mt_bitmap_clear(bitmap, item);
  }
}

#include "bundle/binding.h"

#include <math.h>

_Static_assert(sizeof(mt_feed) == 48, "the section is read in place");

/* A known kind of feed, for the port that it writes into. */
static bool feed_is_sound(const mt_binding *binding, const mt_program *program, uint32_t index) {
  const mt_feed *feed = &binding->feeds[index];
  const mt_port *port = &program->ports[index];
  size_t elements = mt_port_floats(port, 1); /* of one row */
  if (feed->kind > MT_FEED_LAST || feed->side > MT_NEWEST_FIRST || (uint64_t)feed->list + feed->count > binding->values ||
      !isfinite(feed->pad) || !isfinite(feed->scale) || !isfinite(feed->shift) ||
      (mt_feed_is_candidate(feed) && port->rows_axis != 0))
    return false;
  bool table = feed->kind == MT_FEED_HISTORY_TABLE || feed->kind == MT_FEED_CANDIDATE_TABLE;
  if (table != (port->role == MT_PORT_TABLE)) return false;
  if (feed->kind == MT_FEED_CONTEXT || feed->kind == MT_FEED_CANDIDATE_FEATURES) return feed->count == elements;
  if (feed->kind == MT_FEED_CANDIDATE_IDS) return elements == 1;
  if (!table) return true;
  const mt_feed *ids = &binding->feeds[port->ids];
  return ids->side == feed->side &&
         ids->kind == (feed->kind == MT_FEED_HISTORY_TABLE ? (uint32_t)MT_FEED_HISTORY_IDS : (uint32_t)MT_FEED_CANDIDATE_IDS);
}

mt_status mt_binding_open(const unsigned char *bytes, size_t length, const mt_program *program, mt_binding *binding,
                          mt_error *error) {
  if (length < MT_BINDING_HEAD)
    return mt_fail(error, MT_CORRUPT, "binding: found %u bytes, expected at least %u", (unsigned)length, MT_BINDING_HEAD);
  *binding = (mt_binding){mt_load_u32(bytes), mt_load_u32(bytes + 4), mt_load_u32(bytes + 8), mt_load_f32(bytes + 12),
                          (const mt_feed *)(const void *)(bytes + MT_BINDING_HEAD), NULL};
  uint64_t lists = MT_BINDING_HEAD + (uint64_t)binding->inputs * sizeof(mt_feed);
  if (binding->inputs != program->inputs || lists + 4 * (uint64_t)binding->values != length)
    return mt_fail(error, MT_CORRUPT, "binding: found %u inputs and %u values in %u bytes, expected %u inputs", binding->inputs,
                   binding->values, (unsigned)length, program->inputs);
  binding->lists = bytes + lists;
  for (uint32_t i = 0; i < binding->inputs; i++)
    if (!feed_is_sound(binding, program, i))
      return mt_fail(error, MT_CORRUPT, "binding: input %u: found a feed that does not fit it, expected one as binding.h draws it",
                     i);
  return MT_OK;
}

mt_status mt_numbers_open(const unsigned char *bytes, size_t length, uint32_t items, mt_numbers *numbers, mt_error *error) {
  if (length < MT_NUMBERS_HEAD)
    return mt_fail(error, MT_CORRUPT, "numbers: found %u bytes, expected at least %u", (unsigned)length, MT_NUMBERS_HEAD);
  *numbers = (mt_numbers){mt_load_u32(bytes),      mt_load_u32(bytes + 4),           mt_load_u32(bytes + 8),
                          mt_load_u32(bytes + 16), (int32_t)mt_load_u32(bytes + 12), bytes + MT_NUMBERS_HEAD};
  bool table = numbers->kind == 0 && numbers->width >= 1 && numbers->width <= 4;
  bool sound = table || (numbers->kind == 1 && numbers->width == 0);
  uint64_t expected = MT_NUMBERS_HEAD + (table ? (uint64_t)items * numbers->width + 4 : 0);
  if (!sound || numbers->items != items || numbers->bound > 1u << 24 || length != expected)
    return mt_fail(error, MT_CORRUPT, "numbers: found kind %u, %u items and a bound of %u in %u bytes, expected %u items below %u", numbers->kind,
                   numbers->items, numbers->bound, (unsigned)length, items, 1u << 24);
  return MT_OK;
}

/* The integer that `text` spells (digits, perhaps after a minus), plus shift; MT_UNBOUND where it is none or not in range. */
static uint32_t spelt(const char *text, uint32_t length, int32_t shift) {
  bool minus = length > 0 && text[0] == '-';
  int64_t value = 0;
  if (length == minus || length - minus > 10) return MT_UNBOUND;
  for (uint32_t i = minus; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return MT_UNBOUND;
    value = 10 * value + (text[i] - '0');
  }
  value = (minus ? -value : value) + shift;
  return value < 0 || value >= MT_UNBOUND ? MT_UNBOUND : (uint32_t)value;
}

uint32_t mt_number_of(const mt_numbers *numbers, const mt_ids *ids, uint32_t item, char *text) {
  if (numbers == NULL) return item;
  uint32_t number;
  if (numbers->kind == 0) {
    number = mt_load_u32(numbers->table + (size_t)item * numbers->width);
    if (numbers->width < 4) number &= (1u << 8 * numbers->width) - 1;
  } else number = spelt(text, mt_ids_get(ids, item, text), numbers->shift);
  return number < numbers->bound ? number : MT_UNBOUND;
}

#include "bundle/binding.h"

#include <math.h>

_Static_assert(sizeof(mt_feed) == 48, "the section is read in place");

static mt_status wrong(uint32_t index, const char *found, mt_error *error) {
  return mt_fail(error, MT_CORRUPT, "binding: input %u: %s", index, found);
}

static mt_status check_feed(const mt_binding *binding, const mt_program *program, uint32_t index, mt_error *error) {
  const mt_feed *feed = &binding->feeds[index];
  const mt_port *port = &program->ports[index];
  size_t elements = mt_port_floats(port, 1); /* of one row */
  if (feed->kind > MT_FEED_LAST || feed->side > MT_NEWEST_FIRST) return wrong(index, "its kind or side is unknown", error);
  if ((uint64_t)feed->list + feed->count > binding->values) return wrong(index, "its list lies outside", error);
  bool table = feed->kind == MT_FEED_HISTORY_TABLE || feed->kind == MT_FEED_CANDIDATE_TABLE;
  if (table != (port->role == MT_PORT_TABLE)) return wrong(index, "rows of a table belong to such an input, and to no other", error);
  if (mt_feed_is_candidate(feed) && port->rows_axis != 0) return wrong(index, "candidates need an input with rows", error);
  uint32_t ids = feed->kind == MT_FEED_HISTORY_TABLE ? MT_FEED_HISTORY_IDS : MT_FEED_CANDIDATE_IDS;
  if (table && (binding->feeds[port->ids].kind != ids || binding->feeds[port->ids].side != feed->side))
    return wrong(index, "the ids that it belongs to are not fed alike", error);
  if ((feed->kind == MT_FEED_CONTEXT || feed->kind == MT_FEED_CANDIDATE_FEATURES) && feed->count != elements)
    return wrong(index, "its list has not one entry for each element", error);
  if (feed->kind == MT_FEED_CANDIDATE_IDS && elements != 1) return wrong(index, "a candidate has one id", error);
  if (!isfinite(feed->pad) || !isfinite(feed->scale) || !isfinite(feed->shift))
    return wrong(index, "one of its numbers is not finite", error);
  return MT_OK;
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
  if (isnan(binding->least_worth)) return mt_fail(error, MT_CORRUPT, "binding: its least worth is not a number");
  binding->lists = bytes + lists;
  for (uint32_t i = 0; i < binding->inputs; i++) MT_TRY(check_feed(binding, program, i, error));
  return MT_OK;
}

mt_status mt_numbers_open(const unsigned char *bytes, size_t length, uint32_t items, mt_numbers *numbers, mt_error *error) {
  if (length < MT_NUMBERS_HEAD)
    return mt_fail(error, MT_CORRUPT, "numbers: found %u bytes, expected at least %u", (unsigned)length, MT_NUMBERS_HEAD);
  *numbers = (mt_numbers){mt_load_u32(bytes),      mt_load_u32(bytes + 4),           mt_load_u32(bytes + 8),
                          mt_load_u32(bytes + 16), (int32_t)mt_load_u32(bytes + 12), bytes + MT_NUMBERS_HEAD};
  bool table = numbers->kind == 0 && numbers->width >= 1 && numbers->width <= 4;
  if (!table && (numbers->kind != 1 || numbers->width != 0))
    return mt_fail(error, MT_CORRUPT, "numbers: found kind %u of %u bytes, expected 0 of 1 to 4 or 1 of 0", numbers->kind,
                   numbers->width);
  uint64_t expected = MT_NUMBERS_HEAD + (table ? (uint64_t)items * numbers->width + 4 : 0);
  if (numbers->items != items || length != expected)
    return mt_fail(error, MT_CORRUPT, "numbers: found %u items in %u bytes, expected %u in %llu", numbers->items, (unsigned)length,
                   items, (unsigned long long)expected);
  if (numbers->bound > 1u << 24)
    return mt_fail(error, MT_CORRUPT, "numbers: found a bound of %u, expected at most %u: floats hold them", numbers->bound, 1u << 24);
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

#include "bundle/binding.h"

#include <math.h>

#include "bundle/check.h"

_Static_assert(sizeof(mt_feed) == 48, "the section is read in place");
_Static_assert(offsetof(mt_binding, feeds) == 16 && offsetof(mt_numbers, bound) == 16, "the heads are copied");

/* A known kind of feed, for the port that it writes into. */
static bool feed_is_sound(const mt_binding *binding, const mt_program *program, uint32_t index) {
  const mt_feed *feed = &binding->feeds[index];
  const mt_port *port = &program->ports[index];
  size_t elements = mt_port_floats(port, 1); /* of one row */
  if (feed->kind >= MT_FEED_KINDS_END || feed->side >= MT_FEED_SIDES_END || feed->part >= MT_FEED_PARTS_END ||
      (uint64_t)feed->list + feed->count > binding->values || !isfinite(feed->pad) || !isfinite(feed->scale) ||
      !isfinite(feed->shift) ||
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
  MT_TRY(mt_check_head("binding", length, MT_BINDING_HEAD, error));
  memcpy(binding, bytes, offsetof(mt_binding, feeds));
  binding->feeds = (const mt_feed *)(const void *)(bytes + MT_BINDING_HEAD);
  uint64_t lists = MT_BINDING_HEAD + (uint64_t)binding->inputs * sizeof(mt_feed);
  MT_TRY(mt_check_count("binding", "inputs", binding->inputs, program->inputs, program->inputs, error));
  MT_TRY(mt_check_bytes("binding", length, lists + 4 * (uint64_t)binding->values, error));
  binding->lists = bytes + lists;
  for (uint32_t i = 0; i < binding->inputs; i++)
    if (!feed_is_sound(binding, program, i))
      return mt_fail(error, MT_CORRUPT, "binding: input %u: found a feed that does not fit it, expected one as binding.h draws it",
                     i);
  return MT_OK;
}

mt_status mt_numbers_open(const unsigned char *bytes, size_t length, uint32_t items, mt_numbers *numbers, mt_error *error) {
  MT_TRY(mt_check_head("numbers", length, MT_NUMBERS_HEAD, error));
  memcpy(numbers, bytes, offsetof(mt_numbers, bound) + sizeof numbers->bound);
  numbers->table = bytes + MT_NUMBERS_HEAD;
  bool table = numbers->kind == 0;
  MT_TRY(mt_check_count("numbers", "kind", numbers->kind, 0, 1, error));
  MT_TRY(mt_check_count("numbers", "width", numbers->width, table, table ? 4 : 0, error));
  MT_TRY(mt_check_count("numbers", "items", numbers->items, items, items, error));
  MT_TRY(mt_check_count("numbers", "bound", numbers->bound, 0, 1u << 24, error));
  return mt_check_bytes("numbers", length, MT_NUMBERS_HEAD + (table ? (uint64_t)items * numbers->width + 4 : 0), error);
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

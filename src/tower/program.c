#include "tower/program.h"

#include <math.h>
#include <string.h>

/* -- opening -- */

static mt_status check_feeds(const mt_model *model, const mt_space *spaces, uint32_t space_count, uint32_t fields,
                             uint32_t features, mt_error *error) {
  for (uint32_t i = 0; i < model->binding.inputs; i++) {
    const mt_feed *feed = &model->binding.feeds[i];
    const mt_port *port = &model->program.ports[i];
    uint32_t bound = feed->kind == MT_FEED_CONTEXT ? fields : feed->kind == MT_FEED_CANDIDATE_FEATURES ? features : UINT32_MAX;
    for (uint32_t j = 0; j < feed->count; j++)
      if (bound != UINT32_MAX && mt_feed_list(&model->binding, feed, j) >= bound)
        return mt_fail(error, MT_CORRUPT, "binding: input %u: found field or feature %u, expected less than %u", i,
                       mt_feed_list(&model->binding, feed, j), bound);
    if (feed->kind != MT_FEED_HISTORY_TABLE && feed->kind != MT_FEED_CANDIDATE_TABLE) continue;
    if (feed->space >= space_count || spaces[feed->space].dim != port->dims[port->rank - 1])
      return mt_fail(error, MT_CORRUPT, "binding: input %u: found a table of width %u, expected that of space %u", i,
                     port->dims[port->rank - 1], feed->space);
  }
  return MT_OK;
}

mt_status mt_model_open(const mt_bundle *bundle, uint32_t ordinal, const mt_space *spaces, uint32_t space_count, uint32_t fields,
                        uint32_t features, mt_model *model, mt_error *error) {
  mt_section section;
  memset(model, 0, sizeof *model);
  if (!mt_bundle_find(bundle, MT_SECTION_PROGRAM, ordinal, 0, &section))
    return mt_fail(error, MT_CORRUPT, "bundle: found no program %u", ordinal);
  MT_TRY(mt_program_open(section.bytes, section.length, &model->program, error));
  model->bound = mt_bundle_lists(bundle, MT_SECTION_BINDING, ordinal, 0, &section);
  if (!model->bound) return MT_OK;
  if (!section.here) return mt_bundle_is_early(error);
  MT_TRY(mt_binding_open(section.bytes, section.length, &model->program, &model->binding, error));
  MT_TRY(check_feeds(model, spaces, space_count, fields, features, error));
  model->numbered = model->binding.numbers != MT_UNBOUND;
  if (!model->numbered) return MT_OK;
  if (!mt_bundle_find(bundle, MT_SECTION_NUMBERS, model->binding.numbers, 0, &section))
    return mt_fail(error, MT_CORRUPT, "binding %u: found no numbers %u", ordinal, model->binding.numbers);
  return mt_numbers_open(section.bytes, section.length, bundle->items, &model->numbers, error);
}

void mt_model_reserve(mt_arena *arena, mt_model *model) {
  if (model->bound) model->shown = mt_arena_take(arena, MT_MAX_HISTORY, sizeof(mt_shown));
  mt_run_reserve(arena, &model->program, &model->run);
}

/* -- feeding -- */

uint32_t mt_model_number(const mt_model *model, const mt_inputs *inputs, uint32_t item) {
  return mt_number_of(model->numbered ? &model->numbers : NULL, inputs->ids, item, inputs->text);
}

uint32_t mt_model_field_beyond(const mt_model *model, const double *context) {
  for (uint32_t i = 0; i < model->binding.inputs; i++) {
    const mt_feed *feed = &model->binding.feeds[i];
    if (feed->kind != MT_FEED_CONTEXT || feed->part == MT_PART_NUMBER) continue;
    for (uint32_t j = 0; j < feed->count; j++) {
      uint32_t field = mt_feed_list(&model->binding, feed, j);
      if (fabs(context[field]) > (double)MT_MOST_FIELD) return field;
    }
  }
  return MT_NOT_FOUND;
}

bool mt_model_read_history(mt_model *model, const mt_inputs *inputs) {
  bool wanted = false;
  model->shown_count = 0;
  for (uint32_t i = 0; i < model->binding.inputs; i++) wanted |= mt_feed_is_history(&model->binding.feeds[i]);
  for (uint32_t e = 0; e < inputs->history->count; e++) {
    const mt_event *event = &inputs->history->events[e];
    if (!(event->weight >= model->binding.least_weight)) continue;
    uint32_t number = mt_model_number(model, inputs, event->item);
    if (number != MT_UNBOUND) model->shown[model->shown_count++] = (mt_shown){e, number};
  }
  return !wanted || model->shown_count > 0;
}

static inline float scaled(const mt_feed *feed, double x) {
  double y = (double)feed->scale * x + (double)feed->shift;
  if (y - y != 0) return feed->unknown; /* not known, or beyond all numbers */
  if (feed->part == MT_PART_NUMBER) return (float)y;
  y = trunc(y);
  return feed->part == MT_PART_REST ? (float)(y - (double)(float)y) : (float)y;
}

/* What a history feed says of one event. */
static float of_event(const mt_model *model, const mt_inputs *inputs, const mt_feed *feed, const mt_shown *shown) {
  const mt_event *event = &inputs->history->events[shown->event];
  switch ((mt_feed_kind)feed->kind) {
    case MT_FEED_HISTORY_IDS: return (float)shown->number;
    case MT_FEED_HISTORY_WORTHS: return event->weight;
    case MT_FEED_HISTORY_TYPES:
      return event->name < feed->count ? (float)mt_feed_list(&model->binding, feed, event->name) : feed->unknown;
    case MT_FEED_HISTORY_TIMES: return scaled(feed, event->at);
    case MT_FEED_HISTORY_AGES: {
      double age = mt_history_now(inputs->history) - event->at;
      return scaled(feed, age < 0 ? 0 : age);
    }
    default: return feed->pad;
  }
}

/* A row of a table: the decoded vector of an item. */
static void decode_row(const mt_inputs *inputs, const mt_feed *feed, uint32_t item, float *row) {
  const mt_space *space = &inputs->spaces[feed->space];
  mt_space_decode(space, item, MT_ALL_LAYERS, inputs->vector);
  memcpy(row, inputs->vector, space->dim * sizeof *row);
}

static void pad_row(const mt_model *model, const mt_port *port, size_t width, float *row) {
  if (port->padding == MT_NO_VIEW) memset(row, 0, width * sizeof *row);
  else memcpy(row, model->program.constants + 4 * (size_t)port->padding, width * sizeof *row);
}

static void feed_history(const mt_model *model, const mt_inputs *inputs, const mt_feed *feed, const mt_port *port, float *out) {
  bool table = feed->kind == MT_FEED_HISTORY_TABLE;
  size_t width = table ? port->dims[port->rank - 1] : 1, positions = mt_port_floats(port, 1) / width;
  size_t shown = model->shown_count < positions ? model->shown_count : positions;
  for (size_t p = 0; p < positions; p++) {
    float *to = out + p * width;
    size_t first = feed->side == MT_PAD_LEFT ? positions - shown : 0; /* events are at first … first + shown */
    if (p < first || p - first >= shown) {
      if (table) pad_row(model, port, width, to);
      else *to = feed->pad;
      continue;
    }
    size_t age = feed->side == MT_NEWEST_FIRST ? p : first + shown - 1 - p;
    const mt_shown *event = &model->shown[model->shown_count - 1 - age];
    if (table) decode_row(inputs, feed, inputs->history->events[event->event].item, to);
    else *to = of_event(model, inputs, feed, event);
  }
}

static void feed_candidate(const mt_model *model, const mt_inputs *inputs, const mt_feed *feed, uint32_t item, const float *features,
                           float *out) {
  if (feed->kind == MT_FEED_CANDIDATE_TABLE) {
    decode_row(inputs, feed, item, out);
  } else if (feed->kind == MT_FEED_CANDIDATE_IDS) {
    uint32_t number = mt_model_number(model, inputs, item);
    *out = number == MT_UNBOUND ? feed->unknown : (float)number;
  } else {
    for (uint32_t j = 0; j < feed->count && features != NULL; j++)
      out[j] = scaled(feed, (double)features[mt_feed_list(&model->binding, feed, j)]);
  }
}

/* One row of one input. */
static void feed_row(const mt_model *model, const mt_inputs *inputs, uint32_t input, float *out) {
  const mt_feed *feed = &model->binding.feeds[input];
  const mt_port *port = &model->program.ports[input];
  size_t elements = mt_port_floats(port, 1);
  if (feed->kind == MT_FEED_CONTEXT) {
    for (uint32_t j = 0; j < feed->count; j++)
      out[j] = scaled(feed, inputs->context[mt_feed_list(&model->binding, feed, j)]);
  } else if (feed->kind == MT_FEED_CONSTANT || feed->kind == MT_FEED_HISTORY_LENGTH) {
    uint32_t length = feed->positions != 0 && feed->positions < model->shown_count ? feed->positions : model->shown_count;
    for (size_t j = 0; j < elements; j++) out[j] = feed->kind == MT_FEED_CONSTANT ? feed->pad : (float)length;
  } else feed_history(model, inputs, feed, port, out);
}

void mt_model_feed_request(const mt_model *model, const mt_inputs *inputs) {
  for (uint32_t i = 0; i < model->program.inputs; i++)
    if (model->program.ports[i].rows_axis == MT_NO_ROWS) feed_row(model, inputs, i, mt_run_port(&model->run, i));
}

void mt_model_feed_rows(const mt_model *model, const mt_inputs *inputs, uint32_t from, uint32_t rows, const uint32_t *items,
                        const float *features, size_t stride) {
  for (uint32_t i = 0; i < model->program.inputs; i++) {
    const mt_port *port = &model->program.ports[i];
    if (port->rows_axis == MT_NO_ROWS) continue;
    size_t width = mt_port_floats(port, 1);
    float *first = mt_run_port(&model->run, i), *out = first + from * width;
    bool candidate = mt_feed_is_candidate(&model->binding.feeds[i]);
    for (uint32_t r = 0; r < rows; r++) {
      if (candidate && items != NULL)
        feed_candidate(model, inputs, &model->binding.feeds[i], items[r], features == NULL ? NULL : features + r * stride,
                       out + r * width);
      else if (from + r == 0) feed_row(model, inputs, i, first);
      else memcpy(out + r * width, first, width * sizeof *out);
    }
  }
}

/* -- towers -- */

mt_status mt_model_check_tower(const mt_model *model, uint32_t output, const mt_space *space, mt_error *error) {
  if (!model->bound || output >= model->program.outputs)
    return mt_fail(error, MT_CORRUPT, "tower: its program is not bound, or has no output %u", output);
  size_t floats = mt_port_floats(&model->program.ports[model->program.inputs + output], 1);
  if (floats != space->dim)
    return mt_fail(error, MT_CORRUPT, "tower: found an output of %u numbers, expected %u", floats, space->dim);
  for (uint32_t i = 0; i < model->binding.inputs; i++)
    if (mt_feed_is_candidate(&model->binding.feeds[i]))
      return mt_fail(error, MT_CORRUPT, "tower: input %u is fed with candidates, expected none", i);
  return MT_OK;
}

mt_status mt_model_check_ranker(const mt_model *model, uint32_t output, uint32_t element, mt_error *error) {
  const mt_port *port = &model->program.ports[model->program.inputs + output];
  if (model->bound && output < model->program.outputs && port->rows_axis == 0 && element < mt_port_floats(port, 1)) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "ranker: its program is not bound, or has no number %u of a row in output %u", element, output);
}

mt_status mt_model_query(mt_model *model, const mt_inputs *inputs, uint32_t output, float *query, bool *speaks_ret, mt_error *error) {
  *speaks_ret = mt_model_read_history(model, inputs);
  if (!*speaks_ret) return MT_OK;
  mt_model_feed_request(model, inputs);
  MT_TRY(mt_run_request(&model->run, error));
  mt_model_feed_rows(model, inputs, 0, 1, NULL, NULL, 0);
  MT_TRY(mt_run_rows(&model->run, 1, error));
  uint32_t port = model->program.inputs + output;
  size_t floats = mt_port_floats(&model->program.ports[port], 1);
  memcpy(query, mt_run_port(&model->run, port), floats * sizeof *query);
  for (size_t i = 0; i < floats; i++)
    if (!(fabsf(query[i]) <= 1e9f)) *speaks_ret = false; /* not a number, or no place to look */
  return MT_OK;
}

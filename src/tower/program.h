/* Imported models at work: a tensor program, fed with what its binding says, for one request.
 *
 * A user tower is asked once (mt_model_query). A neural ranker is asked in runs of up to m->program.capacity rows; one whose
 * rows know of each other (m->program.is_list) in a single one:
 *     if (mt_model_read_history(m, inputs)) … mt_model_feed_request(m, inputs), mt_run_request(&m->run, error); then per run
 *     mt_model_feed_rows(m, inputs, from, rows, items, features, stride) until all its rows are fed, mt_run_rows(&m->run, …, error),
 *     and the output is at mt_run_port(&m->run, m->program.inputs + output).
 * Programs know nothing of items and codes: the rows of a tied table are decoded here.
 */
#ifndef MT_TOWER_PROGRAM_H
#define MT_TOWER_PROGRAM_H

#include "bundle/binding.h"
#include "bundle/bundle.h"
#include "nn/run.h"
#include "tower/history.h"
#include "vector/query.h"

/* An event that a program is shown. */
typedef struct mt_shown {
  uint32_t event, number; /* its place in the history; the program's number of its item */
} mt_shown;

typedef struct mt_model {
  mt_program program;
  mt_run run;
  bool bound, numbered; /* whether there are a binding and numbers */
  mt_binding binding;
  mt_numbers numbers;
  mt_shown *shown;      /* [MT_MAX_HISTORY] oldest first; bound alone */
  uint32_t shown_count;
} mt_model;

/* What a request tells. Scratch: `text` of MT_STRING_BYTES, `vector` of the widest space's padded dimension. */
typedef struct mt_inputs {
  const mt_history *history;
  const double *context; /* [fields] NaN: not said */
  const mt_ids *ids;
  const mt_space *spaces;
  char *text;
  float *vector;
} mt_inputs;

/* Opens program `ordinal`, with its binding and numbers where it has them, and checks them against `space_count` spaces and
 * so many context fields and features. Its section is known to be there. */
mt_status mt_model_open(const mt_bundle *bundle, uint32_t ordinal, const mt_space *spaces, uint32_t space_count, uint32_t fields,
                        uint32_t features, mt_model *model, mt_error *error);
void mt_model_reserve(mt_arena *arena, mt_model *model);

/* The program's number of an item, or MT_UNBOUND. */
uint32_t mt_model_number(const mt_model *model, const mt_inputs *inputs, uint32_t item);

/* The first field of the context that an input of whole numbers reads and that is beyond MT_MOST_FIELD; MT_NOT_FOUND: none. */
uint32_t mt_model_field_beyond(const mt_model *model, const double *context);

/* Chooses the events that the program is shown; false where it is fed with history and there is nothing to show. */
bool mt_model_read_history(mt_model *model, const mt_inputs *inputs);

/* Writes the inputs that a request has once, and those of `rows` rows from row `from` of a run on: candidates items[rows] with
 * features[rows][stride], both NULL for a tower. */
void mt_model_feed_request(const mt_model *model, const mt_inputs *inputs);
void mt_model_feed_rows(const mt_model *model, const mt_inputs *inputs, uint32_t from, uint32_t rows, const uint32_t *items,
                        const float *features, size_t stride);

/* Whether the program may be the tower of this space: bound, fed without candidates, its output a vector of the space. */
mt_status mt_model_check_tower(const mt_model *model, uint32_t output, const mt_space *space, mt_error *error);

/* Whether the program may be the ranker: bound, this element of this output a number for each row. */
mt_status mt_model_check_ranker(const mt_model *model, uint32_t output, uint32_t element, mt_error *error);

/* The query of a history, query[dim of the space]; false in `speaks_ret` where there is none. */
mt_status mt_model_query(mt_model *model, const mt_inputs *inputs, uint32_t output, float *query, bool *speaks_ret, mt_error *error);

#endif

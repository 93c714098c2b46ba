/* Run: a program's tape, run over its scratch memory.
 *
 *   mt_run_reserve at open; then for a request: write its inputs, mt_run_request; then for each run of up to
 *   program->capacity rows: write their inputs, mt_run_rows, read the outputs.
 *
 * Inputs and outputs are written and read in place, at mt_run_port. A program without rows is complete after
 * mt_run_rows(run, 1): what is left of its tape runs there.
 */
#ifndef MT_NN_RUN_H
#define MT_NN_RUN_H

#include "base/arena.h"
#include "bundle/program.h"

typedef struct mt_run {
  const mt_program *program;
  float *scratch; /* [program->scratch] */
  float *panel;   /* [program->widest][MT_PANEL]: a matrix's columns, unpacked */
} mt_run;

/* Takes the memory. */
void mt_run_reserve(mt_arena *arena, const mt_program *program, mt_run *run);

/* Zeroes scratch, once, before the first run. */
void mt_run_clear(const mt_run *run);

/* The array of a port (inputs, then outputs), mt_port_floats(…, rows) long. */
static inline float *mt_run_port(const mt_run *run, uint32_t port) { return run->scratch + run->program->ports[port].offset; }

/* The ops that run once a request, and those of 1 to program->capacity rows. They fail (MT_INVALID) only where an index,
 * computed or given, lies outside of what it picks from. */
mt_status mt_run_request(const mt_run *run, mt_error *error);
mt_status mt_run_rows(const mt_run *run, uint32_t rows, mt_error *error);

/* Ops [from, to) of the tape alone. */
mt_status mt_run_ops(const mt_run *run, uint32_t from, uint32_t to, uint32_t rows, mt_error *error);

#endif

/* Golden: inputs of a program with the outputs that the training framework gave, so that `martello verify` can replay them
 * on any device. A golden section has the ordinal of its program.
 *
 *    0  u32  rows              pairs
 *    4  u32  inputs            floats of one row: all inputs that are no table's rows, in the program's order
 *    8  u32  outputs           floats of one row: all outputs, in the program's order
 *   12  f32  tolerance         largest error, relative to the outputs' scale, that the build accepted
 *   16  u8[48] 0
 *   64  f32  inputs[rows][inputs]
 *    .  f32  outputs[rows][outputs]
 *
 * Of a program whose rows know of each other (program.h) all of them are the rows of one run; what it reads once stands in each,
 * and the first counts. Rows of a tied table are filled by whoever owns the table, from the ids.
 */
#ifndef MT_BUNDLE_GOLDEN_H
#define MT_BUNDLE_GOLDEN_H

#include "bundle/program.h"

#define MT_GOLDEN_HEAD 64u

/* A view on the section. It owns nothing. */
typedef struct mt_golden {
  uint32_t rows, inputs, outputs;
  float tolerance;
  const float *input, *output; /* [rows][inputs], [rows][outputs] */
} mt_golden;

mt_status mt_golden_open(const unsigned char *bytes, size_t length, const mt_program *program, mt_golden *golden,
                         mt_error *error);

#endif

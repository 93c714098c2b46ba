/* Program: a tensor program, the form in which an imported tower or neural ranker is shipped and run.
 *
 * The compiler (web/import/) resolves every shape, folds every constant, lays out the memory and leaves a tape of ops
 * over views. The device runs the tape from the first op to the last; it never sees the graph.
 *
 *    0  u32  capacity          rows that one run takes at most, 1 to MT_PROGRAM_ROWS
 *    4  u32  scratch           floats of scratch memory
 *    8  u32  inputs            ports, then
 *   12  u32  outputs           … ports; at most MT_PROGRAM_PORTS of each
 *   16  u32  views             at most MT_PROGRAM_VIEWS
 *   20  u32  ops               at most MT_PROGRAM_OPS
 *   24  u32  request_ops       the first so many ops do not depend on the row: they run once a request
 *   28  u32  names             bytes
 *   32  u32  constants         bytes
 *   36  u8[28] 0
 *   64  port[inputs + outputs] 64 bytes each, mt_port
 *    .  view[views]            64 bytes each, mt_view
 *    .  op[ops]                48 bytes each, mt_op
 *    .  names                  UTF-8, of the ports; zeros up to the next multiple of 64
 *    .  constants              weights and tables; the section ends with them
 *
 * Rows. One dimension of the model is symbolic: its batch. A tensor either has it (then the dimension is k · rows, k fixed)
 * or is one for the whole request and is broadcast over the rows by a stride of 0. `rows` is 1 to `capacity` at each run,
 * memory is laid out for `capacity`, so strides do not change. The caller cuts longer batches into runs.
 *
 * Rows that know of each other. A listwise model sums over its rows, lets them attend to each other, [rows, rows], or knows their
 * places. Then some op has rows on an axis that it joins, a view has them on two axes, or constants differ along them, and the
 * program is a list: its rows are run all at once, which are `capacity` at most. Whatever their number is, nothing is padded.
 *
 * Values. Scratch holds float32 alone. Integers and booleans are floats too: exact up to 2^24 (as two, up to
 * 2^48: MT_OP_WHOLE), false and true are 0 and 1.
 * Scratch starts as zeros. What an op reads before anything wrote it is what an earlier run left; the compiler avoids it.
 *
 * Views. Element [i0, i1, …] of a view is at offset + Σ i · stride of its place, counted in elements of its type. So
 * transposing, slicing, splitting, squeezing, flipping (negative strides), expanding (stride 0) and reshaping what is
 * contiguous cost nothing at run time. Types other than float32 are allowed where an op below says "coded".
 *
 *   type MT_TYPE_F32  4 bytes     constants or scratch; a constant's offset counts floats
 *   type MT_TYPE_F16  2 bytes     constants alone; the offset counts halves
 *   type MT_TYPE_I8   1 byte      constants alone; the offset counts bytes; value = byte · scales[index on scale_axis],
 *                                 scales being f32[dims[scale_axis]] at float `scales` of the constants
 *
 * Ops are listed in ops.h: which views each takes, and what it makes of them.
 *
 * Floating point: sums run in four lanes, in an order that depends on the shape alone; exp, log, erf and tanh are good to
 * about 2 ulp. The same tape gives the same bits on every host.
 */
#ifndef MT_BUNDLE_PROGRAM_H
#define MT_BUNDLE_PROGRAM_H

#include <stdbool.h>

#include "base/status.h"
#include "bundle/ops.h"

#define MT_PROGRAM_HEAD 64u
#define MT_PROGRAM_ROWS 1024u
#define MT_PROGRAM_PORTS 256u
#define MT_PROGRAM_VIEWS 65536u
#define MT_PROGRAM_OPS 16384u
#define MT_PROGRAM_SCRATCH (1u << 24) /* floats: 64 MB */
#define MT_PROGRAM_WORK (1u << 30)    /* multiplications and the like of one run, so that no tape hangs */
#define MT_RANK 6u
#define MT_NO_VIEW 0xffffffffu
#define MT_NO_ROWS 255u /* as a port's rows axis: none */

#define MT_TYPES(X) X(F32, 0, float32) X(F16, 1, float16) X(I8, 2, int8)
#define MT_TYPE_ENUM(name, number, called) MT_TYPE_##name = (number),
typedef enum mt_type { MT_TYPES(MT_TYPE_ENUM) MT_TYPES_END } mt_type;

typedef enum mt_place { MT_PLACE_SCRATCH = 0, MT_PLACE_CONSTANTS = 1 } mt_place;

typedef struct mt_view {
  uint8_t place;      /* mt_place */
  uint8_t type;       /* mt_type */
  uint8_t rank;       /* 0 (a scalar) to MT_RANK */
  uint8_t rows;       /* bit i: the real length of axis i is dims · rows */
  uint32_t offset;    /* of element [0, 0, …], in elements of the type */
  uint32_t scales;    /* MT_TYPE_I8: where the scales begin, in floats of the constants; else 0 */
  uint32_t scale_axis; /* MT_TYPE_I8: below rank; else 0 */
  uint32_t dims[MT_RANK];    /* 1 or more; beyond rank 0 */
  int32_t strides[MT_RANK];  /* in elements; beyond rank 0 */
} mt_view;

typedef struct mt_op {
  uint8_t code, kind;          /* mt_op_code; what kind means depends on it */
  uint8_t m, n;                /* REDUCE: dimensions reduced; GATHER: shared dimensions, coordinates; else 0 */
  float alpha, beta;           /* of an mt_unary; NORM: epsilon; else 0 */
  float scale;                 /* MATMUL; else 0 */
  uint32_t views[MT_OP_VIEWS]; /* indices of views; MT_NO_VIEW where absent and beyond what the op takes */
  uint32_t zero;
} mt_op;

#define MT_ELEMENTS(X) X(FLOAT, 0) X(INT, 1) X(BOOL, 2) /* as the model declares them */
#define MT_ELEMENT_ENUM(name, number) MT_ELEMENT_##name = (number),
typedef enum mt_element { MT_ELEMENTS(MT_ELEMENT_ENUM) MT_ELEMENTS_END } mt_element;

typedef enum mt_port_role {
  MT_PORT_PLAIN = 0,
  MT_PORT_TABLE = 1, /* input: rows of an embedding table that is not in the section, one for each id of input `ids`: the
                      * shape is that of the ids and then the table's width. Whoever feeds the ids feeds these. */
} mt_port_role;

/* An input or an output: a contiguous array in scratch, row-major, of the shape that the model declares. */
typedef struct mt_port {
  uint32_t name, name_length; /* in `names` */
  uint8_t element;            /* mt_element */
  uint8_t rank;
  uint8_t rows_axis;          /* 0 (dims[0] · rows) or MT_NO_ROWS: one for the whole request */
  uint8_t role;               /* mt_port_role */
  uint32_t offset;            /* in floats of scratch */
  uint32_t dims[MT_RANK];
  uint32_t ids;               /* MT_PORT_TABLE: which input holds the ids; else 0 */
  uint32_t padding;           /* MT_PORT_TABLE: where the row of the padding id begins, f32 [width], in floats of the
                               * constants; MT_NO_VIEW: zeros. Else 0 */
  uint32_t table_rows;        /* MT_PORT_TABLE: rows of the table, so ids are below it; else 0 */
  uint32_t zero[3];
} mt_port;

/* A view on the section, checked. It owns nothing. */
typedef struct mt_program {
  uint32_t capacity, scratch, inputs, outputs, view_count, op_count, request_ops, name_bytes, constant_bytes; /* the head */
  const mt_port *ports;  /* inputs, then outputs */
  const mt_view *views;
  const mt_op *ops;
  const char *names;
  const unsigned char *constants;
  double work;           /* of one run with all rows */
  uint32_t widest;       /* the most floats that a panel of a matrix needs; see nn/matmul.c */
  bool is_list;          /* rows know of each other */
} mt_program;

static inline bool mt_has_rows(const mt_view *view, uint32_t axis) { return (view->rows >> axis & 1) != 0; }

/* The gate: after it every view of every op lies inside its place at full capacity, and shapes fit their ops. `bytes` is
 * 64-byte aligned, as sections are. */
mt_status mt_program_open(const unsigned char *bytes, size_t length, mt_program *program, mt_error *error);

/* Floats of a port for so many rows. */
size_t mt_port_floats(const mt_port *port, uint32_t rows);

#endif

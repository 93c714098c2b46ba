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
 * Values. Scratch holds float32 alone. Integers and booleans are floats too: exact below 2^24, false and true are 0 and 1.
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
 * Ops. views[0] is what is written (always float32 in scratch), the others are read; MT_NO_VIEW stands for "absent".
 * "As out" means: same rank, dims and rows axis as views[0] (broadcasting is stride 0, also on the rows axis).
 * `in place`: out may be that very view; any other overlap of out with what an op reads is a compiler's mistake.
 *
 *   MT_OP_COPY       out, a                  out = a; a as out. Concat, pad, tile and expand are copies into sub-views.
 *   MT_OP_UNARY      out, a                  out = kind(a); a as out, in place. kind: mt_unary, with alpha and beta.
 *   MT_OP_BINARY     out, a, b               out = kind(a, b); both as out, in place. kind: mt_binary.
 *   MT_OP_WHERE      out, c, a, b            out = c != 0 ? a : b; all as out, in place.
 *   MT_OP_MATMUL     out, a, b, bias         out[L…, M, N] = kind(scale · a[L…, M, K] b[L…, K, N] + bias[L…, M, N]).
 *                                            kind: mt_unary; its alpha and beta are the op's. scale: the op's `scale`.
 *                                            All of one rank (2 or more), L equal. b may be coded (scale_axis: one of its
 *                                            last two). bias may be absent, is as out, and may be out itself. The rows axis
 *                                            may be in L, or be M of out and a. Fastest where b is contiguous in N.
 *   MT_OP_REDUCE     out, a                  over the last m dimensions of a: a has rank out + m and begins with out's dims.
 *                                            kind: mt_reduce. The rows axis is not reduced.
 *   MT_OP_SOFTMAX    out, a                  over the last dimension; a as out, in place. kind 0: softmax, 1: its logarithm.
 *   MT_OP_NORM       out, a, weight, bias    over the last dimension, rank 1 or more; a, weight, bias as out (or weight, bias
 *                                            absent), in place of a. kind 0: (a - mean) / sqrt(variance + alpha) · weight + bias
 *                                            (layer norm); 1: a / sqrt(mean of squares + alpha) · weight + bias (RMS norm).
 *   MT_OP_GATHER     out, data, index        Gather, GatherElements and GatherND are one: with m shared leading dimensions B
 *                                            and n coordinates,
 *                                            out[B…, I…, R…] = data[B…, index[B…, I…, 0], …, index[B…, I…, n - 1], R…].
 *                                            rank(data) = |B| + n + |R|, rank(index) = |B| + |I| + 1, its last dim is n >= 1.
 *                                            Axis other than 0: permute data and out by strides. An index below 0 counts
 *                                            from the end; one outside makes the run fail with MT_INVALID. data may be
 *                                            coded (int8: m = 0, n = 1, scale_axis = 0). The rows axis may be in B (of all
 *                                            three), in I (index, out) or in R (data, out).
 *   MT_OP_CUMSUM     out, a                  along the last dimension; a as out, in place. kind 0: inclusive, 1: exclusive.
 *                                            In reverse: negative strides.
 *   MT_OP_TOPK       out, a, places          the k best of the last dimension, best first, ties to the smaller index; k is
 *                                            the last dim of out; the other dims are those of a. kind 0: largest, 1: smallest.
 *                                            `places` (as out, written, may be absent) takes the indices. With `out` absent
 *                                            only `places` is written (ArgMax: k = 1).
 *   MT_OP_GRU        out, g, r, bias, h0, t  out[T, N, H]: all states; g[T, N, 3H] = X Wᵀ + Wb + Rb (gates z, r, h as in ONNX;
 *                                            with kind 1 without the Rb of gate h), r[H, 3H] (coded allowed) = Rᵀ, bias[H]
 *                                            absent or, with kind 1, the Rb of gate h; h0[N, H]; t[N, 4H] scratch of the op,
 *                                            contiguous rows. kind 1: linear_before_reset. The rows axis may be N, of out, g,
 *                                            h0 and t. In reverse: negative strides on T of out and g.
 *   MT_OP_LSTM       out, g, r, c, h0, t     out[T, N, H]: all hidden states; g[T, N, 4H] = X Wᵀ + Wb + Rb (gates i, o, f, c),
 *                                            r[H, 4H]; c[N, H]: cell state, read at the start and left as it is at the end
 *                                            (scratch); h0[N, H]; t[N, 4H] scratch of the op, contiguous rows.
 *
 * Floating point: sums run in four lanes, in an order that depends on the shape alone; exp, log, erf and tanh are good to
 * about 2 ulp. The same tape gives the same bits on every host.
 */
#ifndef MT_BUNDLE_PROGRAM_H
#define MT_BUNDLE_PROGRAM_H

#include <stdbool.h>

#include "base/status.h"

#define MT_PROGRAM_HEAD 64u
#define MT_PROGRAM_ROWS 1024u
#define MT_PROGRAM_PORTS 256u
#define MT_PROGRAM_VIEWS 65536u
#define MT_PROGRAM_OPS 16384u
#define MT_PROGRAM_SCRATCH (1u << 24) /* floats: 64 MB */
#define MT_PROGRAM_WORK (1u << 30)    /* multiplications and the like of one run, so that no tape hangs */
#define MT_RANK 6u
#define MT_NO_VIEW 0xffffffffu
#define MT_NO_ROWS 255u /* as a rows axis: none */
#define MT_OP_VIEWS 7u

typedef enum mt_type { MT_TYPE_F32 = 0, MT_TYPE_F16 = 1, MT_TYPE_I8 = 2 } mt_type;

typedef enum mt_place { MT_PLACE_SCRATCH = 0, MT_PLACE_CONSTANTS = 1 } mt_place;

typedef struct mt_view {
  uint8_t place;      /* mt_place */
  uint8_t type;       /* mt_type */
  uint8_t rank;       /* 0 (a scalar) to MT_RANK */
  uint8_t rows_axis;  /* the axis whose real length is dims · rows, or MT_NO_ROWS */
  uint32_t offset;    /* of element [0, 0, …], in elements of the type */
  uint32_t scales;    /* MT_TYPE_I8: where the scales begin, in floats of the constants; else 0 */
  uint32_t scale_axis; /* MT_TYPE_I8: below rank; else 0 */
  uint32_t dims[MT_RANK];    /* 1 or more; beyond rank 0 */
  int32_t strides[MT_RANK];  /* in elements; beyond rank 0 */
} mt_view;

typedef enum mt_op_code {
  MT_OP_COPY = 0,
  MT_OP_UNARY = 1,
  MT_OP_BINARY = 2,
  MT_OP_WHERE = 3,
  MT_OP_MATMUL = 4,
  MT_OP_REDUCE = 5,
  MT_OP_SOFTMAX = 6,
  MT_OP_NORM = 7,
  MT_OP_GATHER = 8,
  MT_OP_CUMSUM = 9,
  MT_OP_TOPK = 10,
  MT_OP_GRU = 11,
  MT_OP_LSTM = 12,
  MT_OP_LAST = MT_OP_LSTM,
} mt_op_code;

/* What an unary op makes of x; a is alpha, b is beta. */
typedef enum mt_unary {
  MT_UNARY_NONE = 0,         /* x */
  MT_UNARY_AFFINE = 1,       /* a · x + b */
  MT_UNARY_CLIP = 2,         /* min(max(x, a), b) */
  MT_UNARY_ABS = 3,
  MT_UNARY_SQUARE = 4,
  MT_UNARY_SQRT = 5,
  MT_UNARY_RECIPROCAL = 6,
  MT_UNARY_EXP = 7,
  MT_UNARY_LOG = 8,
  MT_UNARY_RELU = 9,
  MT_UNARY_LEAKY = 10,       /* x < 0 ? a · x : x */
  MT_UNARY_ELU = 11,         /* x < 0 ? a · (exp(x) - 1) : x */
  MT_UNARY_SELU = 12,        /* b · (x < 0 ? a · (exp(x) - 1) : x) */
  MT_UNARY_GELU = 13,        /* x / 2 · (1 + erf(x / sqrt 2)) */
  MT_UNARY_GELU_TANH = 14,   /* x / 2 · (1 + tanh(sqrt(2 / pi) · (x + 0.044715 x³))) */
  MT_UNARY_ERF = 15,
  MT_UNARY_SIGMOID = 16,
  MT_UNARY_SILU = 17,        /* x · sigmoid(x) */
  MT_UNARY_HARDSIGMOID = 18, /* min(max(a · x + b, 0), 1) */
  MT_UNARY_HARDSWISH = 19,   /* x · min(max(a · x + b, 0), 1) */
  MT_UNARY_TANH = 20,
  MT_UNARY_SOFTPLUS = 21,    /* log(1 + exp(x)) */
  MT_UNARY_SOFTSIGN = 22,    /* x / (1 + |x|) */
  MT_UNARY_FLOOR = 23,
  MT_UNARY_CEIL = 24,
  MT_UNARY_ROUND = 25,       /* halves to even */
  MT_UNARY_TRUNC = 26,       /* a cast from float to an integer type */
  MT_UNARY_SIGN = 27,
  MT_UNARY_NOT = 28,         /* x == 0 */
  MT_UNARY_BOOL = 29,        /* x != 0: a cast to bool */
  MT_UNARY_ISNAN = 30,
  MT_UNARY_LAST = MT_UNARY_ISNAN,
} mt_unary;

/* Greater: swap the operands of less. Not equal: equal, then not. */
typedef enum mt_binary {
  MT_BINARY_ADD = 0,
  MT_BINARY_SUB = 1,
  MT_BINARY_MUL = 2,
  MT_BINARY_DIV = 3,
  MT_BINARY_MIN = 4,
  MT_BINARY_MAX = 5,
  MT_BINARY_POW = 6,        /* exponents 2, 0.5, -1 and the like: the compiler takes square, sqrt, reciprocal … */
  MT_BINARY_DIV_TRUNC = 7,  /* integers: the quotient, rounded towards 0 */
  MT_BINARY_MOD = 8,        /* the sign of the divisor (ONNX Mod, fmod = 0) */
  MT_BINARY_FMOD = 9,       /* the sign of the dividend (fmod = 1) */
  MT_BINARY_EQUAL = 10,
  MT_BINARY_LESS = 11,
  MT_BINARY_LESS_EQUAL = 12,
  MT_BINARY_AND = 13,
  MT_BINARY_OR = 14,
  MT_BINARY_XOR = 15,
  MT_BINARY_PRELU = 16,     /* a < 0 ? a · b : a */
  MT_BINARY_LAST = MT_BINARY_PRELU,
} mt_binary;

typedef enum mt_reduce {
  MT_REDUCE_SUM = 0,
  MT_REDUCE_MEAN = 1,
  MT_REDUCE_MAX = 2,
  MT_REDUCE_MIN = 3,
  MT_REDUCE_PROD = 4,
  MT_REDUCE_L1 = 5,
  MT_REDUCE_L2 = 6,
  MT_REDUCE_SQUARES = 7,    /* sum of squares */
  MT_REDUCE_LOGSUMEXP = 8,
  MT_REDUCE_LAST = MT_REDUCE_LOGSUMEXP,
} mt_reduce;

typedef struct mt_op {
  uint8_t code, kind;          /* mt_op_code; what kind means depends on it */
  uint8_t m, n;                /* REDUCE: dimensions reduced; GATHER: shared dimensions, coordinates; else 0 */
  float alpha, beta;           /* of an mt_unary; NORM: epsilon; else 0 */
  float scale;                 /* MATMUL; else 0 */
  uint32_t views[MT_OP_VIEWS]; /* indices of views; MT_NO_VIEW where absent and beyond what the op takes */
  uint32_t zero;
} mt_op;

typedef enum mt_element { MT_ELEMENT_FLOAT = 0, MT_ELEMENT_INT = 1, MT_ELEMENT_BOOL = 2 } mt_element; /* as declared */

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
} mt_program;

/* The gate: after it every view of every op lies inside its place at full capacity, and shapes fit their ops. `bytes` is
 * 64-byte aligned, as sections are. */
mt_status mt_program_open(const unsigned char *bytes, size_t length, mt_program *program, mt_error *error);

/* Floats of a port for so many rows. */
size_t mt_port_floats(const mt_port *port, uint32_t rows);

#endif

/* Ops: what the tape of a program (program.h) is made of.
 *
 * views[0] is what is written (always float32 in scratch), the others are read; MT_NO_VIEW stands for "absent".
 * "As out" means: same rank, dims and axes of rows as views[0] (broadcasting is stride 0, also on an axis of rows).
 * `in place`: out may be that very view; any other overlap of out with what an op reads is a compiler's mistake.
 *
 *   MT_OP_COPY       out, a                  out = a; a as out. Concat, pad, tile and expand are copies into sub-views.
 *   MT_OP_UNARY      out, a                  out = kind(a); a as out, in place. kind: mt_unary, with alpha and beta.
 *   MT_OP_BINARY     out, a, b               out = kind(a, b); both as out, in place. kind: mt_binary.
 *   MT_OP_WHERE      out, c, a, b            out = c != 0 ? a : b; all as out, in place.
 *   MT_OP_MATMUL     out, a, b, bias         out[L…, M, N] = kind(scale · a[L…, M, K] b[L…, K, N] + bias[L…, M, N]).
 *                                            kind: mt_unary; its alpha and beta are the op's. scale: the op's `scale`.
 *                                            All of one rank (2 or more), L equal. b may be coded (scale_axis: one of its
 *                                            last two). bias may be absent, is as out, and may be out itself. Rows may be
 *                                            in L, or be M of out and a; of a list also N, or K. Fastest where b is
 *                                            contiguous in N.
 *   MT_OP_REDUCE     out, a                  over the last m dimensions of a: a has rank out + m and begins with out's dims.
 *                                            kind: mt_reduce. Of a list rows may be reduced.
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
 *                                            coded (int8: m = 0, n = 1, scale_axis = 0). Rows may be in B (of all three),
 *                                            in I (index, out) or in R (data, out); of a list what is indexed may be rows.
 *   MT_OP_CUMSUM     out, a                  along the last dimension; a as out, in place. kind 0: inclusive, 1: exclusive.
 *                                            In reverse: negative strides.
 *   MT_OP_TOPK       out, a, places          the k best of the last dimension, best first, ties to the smaller index; k is
 *                                            the last dim of out (of a list with fewer rows the rest are the first); the
 *                                            other dims are those of a. kind 0: largest, 1: smallest.
 *                                            `places` (as out, written, may be absent) takes the indices. With `out` absent
 *                                            only `places` is written (ArgMax: k = 1).
 *   MT_OP_GRU        out, g, r, bias, h0, t  out[T, N, H]: all states; g[T, N, 3H] = X Wᵀ + Wb + Rb (gates z, r, h as in ONNX;
 *                                            with kind 1 without the Rb of gate h), r[H, 3H] (coded allowed) = Rᵀ, bias[H]
 *                                            absent or, with kind 1, the Rb of gate h; h0[N, H]; t[N, 4H] scratch of the op,
 *                                            contiguous rows. kind 1: linear_before_reset. Rows may be N, of out, g,
 *                                            h0 and t. In reverse: negative strides on T of out and g.
 *   MT_OP_LSTM       out, g, r, c, h0, t     out[T, N, H]: all hidden states; g[T, N, 4H] = X Wᵀ + Wb + Rb (gates i, o, f, c),
 *                                            r[H, 4H]; c[N, H]: cell state, read at the start and left as it is at the end
 *                                            (scratch); h0[N, H]; t[N, 4H] scratch of the op, contiguous rows.
 *   MT_OP_WHOLE      out, a, a', b, b', out' whole numbers of up to 48 bits, each the sum of two floats: what float32 makes of
 *                                            it, and (') what that rounded away, 0 where absent. out = kind(a, b), exact; all
 *                                            as out. kind: mt_whole. alpha not 0: ADD, SUB and MUL wrap around as int32 does.
 */
#ifndef MT_BUNDLE_OPS_H
#define MT_BUNDLE_OPS_H

#define MT_OP_VIEWS 7u

/* Name, number, what runs it (mt_op_… in nn/ops.h), how many kinds it has, and its views in their places: OUT is written, IN is
 * read, ROOM is both. MAYBE and MAYBE_OUT may be absent, CODED may be of any type and constant.
 *
 * A view's axes are named from the outermost on. The same name means the same lengths in all views of the op, and the rows in the
 * same place. Rows that are each for themselves are on an axis in capitals; those of a list may also be on one that the op goes
 * along (reduced, coordinates, column, depth, last, best). OUTER, PICKED and REST are as many axes as are left over; SHARED and
 * reduced as many as the op's m, coordinates as its n; the others are one. What else must fit is in bundle/program.c. */
#define MT_OPS(X)                                                                                                        \
  X(COPY, 0, elementwise, 1, OUT(OUTER), IN(OUTER))                                                                      \
  X(UNARY, 1, elementwise, MT_UNARY_COUNT, OUT(OUTER), IN(OUTER))                                                        \
  X(BINARY, 2, elementwise, MT_BINARY_COUNT, OUT(OUTER), IN(OUTER), IN(OUTER))                                           \
  X(WHERE, 3, elementwise, 1, OUT(OUTER), IN(OUTER), IN(OUTER), IN(OUTER))                                               \
  X(MATMUL, 4, matmul, MT_UNARY_COUNT, OUT(OUTER, ROW, column), IN(OUTER, ROW, depth), CODED(OUTER, depth, column),      \
    MAYBE(OUTER, ROW, column))                                                                                           \
  X(REDUCE, 5, reduce, MT_REDUCE_COUNT, OUT(OUTER), IN(OUTER, reduced))                                                  \
  X(SOFTMAX, 6, normalise, 2, OUT(OUTER, last), IN(OUTER, last))                                                         \
  X(NORM, 7, normalise, 2, OUT(OUTER, last), IN(OUTER, last), MAYBE(OUTER, last), MAYBE(OUTER, last))                    \
  X(GATHER, 8, gather, 1, OUT(SHARED, PICKED, REST), CODED(SHARED, coordinates, REST), IN(SHARED, PICKED, coordinate))   \
  X(CUMSUM, 9, cumsum, 2, OUT(OUTER, last), IN(OUTER, last))                                                             \
  X(TOPK, 10, topk, 2, MAYBE_OUT(OUTER, best), IN(OUTER, last), MAYBE_OUT(OUTER, best))                                  \
  X(GRU, 11, recurrent, 2, OUT(time, BATCH, hidden), IN(time, BATCH, gates), CODED(hidden, gates), MAYBE(hidden),        \
    IN(BATCH, hidden), ROOM(BATCH, room))                                                                                \
  X(LSTM, 12, recurrent, 1, OUT(time, BATCH, hidden), IN(time, BATCH, gates), CODED(hidden, gates), ROOM(BATCH, hidden), \
    IN(BATCH, hidden), ROOM(BATCH, room))                                                                                \
  X(WHOLE, 13, whole, MT_WHOLE_COUNT, OUT(OUTER), IN(OUTER), MAYBE(OUTER), IN(OUTER), MAYBE(OUTER), MAYBE_OUT(OUTER))

/* What an unary op makes of x; a is alpha, b is beta. */
#define MT_UNARIES(X)                                                         \
  X(NONE, 0)   /* x */                                                        \
  X(AFFINE, 1) /* a · x + b */                                                \
  X(CLIP, 2)   /* min(max(x, a), b) */                                        \
  X(ABS, 3)                                                                   \
  X(SQUARE, 4)                                                                \
  X(SQRT, 5)                                                                  \
  X(RECIPROCAL, 6)                                                            \
  X(EXP, 7)                                                                   \
  X(LOG, 8)                                                                   \
  X(RELU, 9)                                                                  \
  X(LEAKY, 10)     /* x < 0 ? a · x : x */                                    \
  X(ELU, 11)       /* x < 0 ? a · (exp(x) - 1) : x */                         \
  X(SELU, 12)      /* b · (x < 0 ? a · (exp(x) - 1) : x) */                   \
  X(GELU, 13)      /* x / 2 · (1 + erf(x / sqrt 2)) */                        \
  X(GELU_TANH, 14) /* x / 2 · (1 + tanh(sqrt(2 / pi) · (x + 0.044715 x³))) */ \
  X(ERF, 15)                                                                  \
  X(SIGMOID, 16)                                                              \
  X(SILU, 17)        /* x · sigmoid(x) */                                     \
  X(HARDSIGMOID, 18) /* min(max(a · x + b, 0), 1) */                          \
  X(HARDSWISH, 19)   /* x · min(max(a · x + b, 0), 1) */                      \
  X(TANH, 20)                                                                 \
  X(SOFTPLUS, 21) /* log(1 + exp(x)) */                                       \
  X(SOFTSIGN, 22) /* x / (1 + |x|) */                                         \
  X(FLOOR, 23)                                                                \
  X(CEIL, 24)                                                                 \
  X(ROUND, 25) /* halves to even */                                           \
  X(TRUNC, 26) /* a cast from float to an integer type */                     \
  X(SIGN, 27)                                                                 \
  X(NOT, 28)  /* x == 0 */                                                    \
  X(BOOL, 29) /* x != 0: a cast to bool */                                    \
  X(ISNAN, 30)                                                                \
  X(SIN, 31)                                                                  \
  X(COS, 32)

/* Greater: swap the operands of less. Not equal: equal, then not. */
#define MT_BINARIES(X)                                                                                   \
  X(ADD, 0)                                                                                              \
  X(SUB, 1)                                                                                              \
  X(MUL, 2)                                                                                              \
  X(DIV, 3)                                                                                              \
  X(MIN, 4)                                                                                              \
  X(MAX, 5)                                                                                              \
  X(POW, 6)       /* exponents 2, 0.5, -1 and the like: the compiler takes square, sqrt, reciprocal … */ \
  X(DIV_TRUNC, 7) /* integers: the quotient, rounded towards 0 */                                        \
  X(MOD, 8)       /* the sign of the divisor (ONNX Mod, fmod = 0) */                                     \
  X(FMOD, 9)      /* the sign of the dividend (fmod = 1) */                                              \
  X(EQUAL, 10)                                                                                           \
  X(LESS, 11)                                                                                            \
  X(LESS_EQUAL, 12)                                                                                      \
  X(AND, 13)                                                                                             \
  X(OR, 14)                                                                                              \
  X(XOR, 15)                                                                                             \
  X(PRELU, 16) /* a < 0 ? a · b : a */

/* Of whole numbers. By 0 nothing is divided: the result is 0. */
#define MT_WHOLES(X)                                          \
  X(ADD, 0)                                                   \
  X(SUB, 1)                                                   \
  X(MUL, 2)                                                   \
  X(DIV, 3)  /* the quotient, rounded towards 0 */            \
  X(MOD, 4)  /* the sign of the divisor */                    \
  X(FMOD, 5) /* the sign of the dividend */                   \
  X(MIN, 6)                                                   \
  X(MAX, 7)                                                   \
  X(EQUAL, 8)                                                 \
  X(LESS, 9)                                                  \
  X(LESS_EQUAL, 10)

#define MT_REDUCES(X)                \
  X(SUM, 0)                          \
  X(MEAN, 1)                         \
  X(MAX, 2)                          \
  X(MIN, 3)                          \
  X(PROD, 4)                         \
  X(L1, 5)                           \
  X(L2, 6)                           \
  X(SQUARES, 7) /* sum of squares */ \
  X(LOGSUMEXP, 8)

#define MT_OP_ENUM(name, number, ...) MT_OP_##name = (number),
#define MT_UNARY_ENUM(name, number) MT_UNARY_##name = (number),
#define MT_BINARY_ENUM(name, number) MT_BINARY_##name = (number),
#define MT_WHOLE_ENUM(name, number) MT_WHOLE_##name = (number),
#define MT_REDUCE_ENUM(name, number) MT_REDUCE_##name = (number),
typedef enum mt_op_code { MT_OPS(MT_OP_ENUM) } mt_op_code;
typedef enum mt_unary { MT_UNARIES(MT_UNARY_ENUM) } mt_unary;
typedef enum mt_binary { MT_BINARIES(MT_BINARY_ENUM) } mt_binary;
typedef enum mt_whole { MT_WHOLES(MT_WHOLE_ENUM) } mt_whole;
typedef enum mt_reduce { MT_REDUCES(MT_REDUCE_ENUM) } mt_reduce;

/* How many there are, a byte for each line: all are numbered from 0 without a hole. */
#define MT_OP_BYTE(...) 0,
enum {
  MT_OP_COUNT = sizeof((const char[]){MT_OPS(MT_OP_BYTE)}),
  MT_UNARY_COUNT = sizeof((const char[]){MT_UNARIES(MT_OP_BYTE)}),
  MT_BINARY_COUNT = sizeof((const char[]){MT_BINARIES(MT_OP_BYTE)}),
  MT_WHOLE_COUNT = sizeof((const char[]){MT_WHOLES(MT_OP_BYTE)}),
  MT_REDUCE_COUNT = sizeof((const char[]){MT_REDUCES(MT_OP_BYTE)}),
};

#endif

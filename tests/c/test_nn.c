/* Every op of a tensor program against a plain reference in double, over random shapes, strides and row counts; nothing
 * but the views that an op writes may change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "tape.h"

#define TRIALS 400
#define CAPACITY 3u

/* -- random views -- */

/* A view in new scratch: axes in random memory order, gaps, now and then backwards; `broadcast` allows strides of 0. `rows`: a bit
 * for each axis that has them. */
static uint32_t random_view(tape *t, mt_rng *rng, uint32_t rank, const uint32_t *dims, uint32_t rows, bool broadcast) {
  mt_view v = {.rank = (uint8_t)rank, .rows = (uint8_t)rows};
  uint32_t order[MT_RANK];
  bool plain = mt_rng_below(rng, 3) == 0; /* contiguous, as most are */
  for (uint32_t i = 0; i < rank; i++) order[i] = rank - 1 - i, v.dims[i] = dims[i];
  for (uint32_t i = rank; !plain && i > 1; i--) {
    uint32_t j = mt_rng_below(rng, i), keep = order[i - 1];
    order[i - 1] = order[j], order[j] = keep;
  }
  int32_t step = plain || mt_rng_below(rng, 3) != 0 ? 1 : 2, low = 0;
  for (uint32_t i = 0; i < rank; i++) {
    uint32_t axis = order[i];
    int32_t extent = (int32_t)(dims[axis] * (mt_has_rows(&v, axis) ? t->capacity : 1));
    if (broadcast && mt_rng_below(rng, 5) == 0) continue;
    v.strides[axis] = step;
    if (!plain && !mt_has_rows(&v, axis) && mt_rng_below(rng, 6) == 0) v.strides[axis] = -step, low += (extent - 1) * step;
    step = step * extent + (plain ? 0 : (int32_t)mt_rng_below(rng, 3));
  }
  v.offset = t->scratch + (uint32_t)low;
  t->scratch += (uint32_t)step + mt_rng_below(rng, 3);
  return tape_add(t, v);
}

/* A view of constants in any code: contiguous in a random memory order of its axes. */
static uint32_t random_coded(tape *t, mt_rng *rng, uint32_t rank, const uint32_t *dims, uint32_t scale_axis) {
  mt_view v = {.place = MT_PLACE_CONSTANTS, .rank = (uint8_t)rank, .type = (uint8_t)mt_rng_below(rng, 3)};
  bool turned = mt_rng_below(rng, 2) == 0;
  int32_t step = 1;
  for (uint32_t i = 0; i < rank; i++) {
    uint32_t axis = turned ? i : rank - 1 - i;
    v.dims[axis] = dims[axis], v.strides[axis] = step, step *= (int32_t)dims[axis];
  }
  uint32_t bytes = v.type == MT_TYPE_F32 ? 4 : v.type == MT_TYPE_F16 ? 2 : 1;
  v.offset = t->constants / bytes;
  for (uint32_t i = 0; i < (uint32_t)step; i++, t->constants += bytes) {
    float f = mt_rng_normal(rng);
    uint16_t half = (uint16_t)(mt_rng_below(rng, 2) << 15 | mt_rng_below(rng, 17 << 10)); /* up to 4, denormals too */
    if (v.type == MT_TYPE_F32) memcpy(t->constant + t->constants, &f, 4);
    else if (v.type == MT_TYPE_F16) memcpy(t->constant + t->constants, &half, 2);
    else t->constant[t->constants] = (unsigned char)mt_rng_u32(rng);
  }
  t->constants = (t->constants + 3) & ~3u;
  if (v.type == MT_TYPE_I8) {
    v.scale_axis = scale_axis, v.scales = t->constants / 4;
    for (uint32_t i = 0; i < dims[scale_axis]; i++, t->constants += 4) {
      float scale = 0.001f + 0.02f * mt_rng_unit(rng);
      memcpy(t->constant + t->constants, &scale, 4);
    }
  }
  return tape_add(t, v);
}

static uint32_t random_dims(mt_rng *rng, uint32_t least, uint32_t most, uint32_t *dims) {
  uint32_t rank = least + mt_rng_below(rng, most - least + 1);
  for (uint32_t i = 0; i < rank; i++) dims[i] = mt_rng_below(rng, 4) == 0 ? 1 + mt_rng_below(rng, 140 / (rank * rank)) : 1 + mt_rng_below(rng, 5);
  return rank;
}
/* Half of the time none; else one of the axes, or two: rows that know of each other. */
static uint32_t random_rows(mt_rng *rng, uint32_t axes) {
  if (mt_rng_below(rng, 2) == 0 || axes == 0) return 0;
  return 1u << mt_rng_below(rng, axes) | (mt_rng_below(rng, 3) == 0 ? 1u << mt_rng_below(rng, axes) : 0);
}

/* -- reading a view by its definition -- */

static double value_at(const working *w, const float *scratch, const mt_view *v, const size_t *at) {
  int64_t place = v->offset;
  for (uint32_t i = 0; i < v->rank; i++) place += (int64_t)at[i] * v->strides[i];
  if (v->place == MT_PLACE_SCRATCH) return (double)scratch[place];
  const unsigned char *bytes = w->program.constants;
  if (v->type == MT_TYPE_F32) return (double)mt_load_f32(bytes + 4 * place);
  if (v->type == MT_TYPE_I8) return (double)(int8_t)bytes[place] * (double)mt_load_f32(bytes + 4 * (v->scales + at[v->scale_axis]));
  uint16_t half = mt_load_u16(bytes + 2 * place);
  int power = half >> 10 & 31;
  double magnitude = power == 0 ? ldexp(half & 1023, -24) : ldexp((half & 1023) + 1024, power - 25);
  return (half >> 15) != 0 ? -magnitude : magnitude;
}

static size_t extent(const mt_view *v, uint32_t axis, uint32_t rows) { return v->dims[axis] * (size_t)(mt_has_rows(v, axis) ? rows : 1); }

static bool step_index(const mt_view *v, uint32_t rows, size_t *at) {
  for (uint32_t i = v->rank; i-- > 0;) {
    if (++at[i] < extent(v, i, rows)) return true;
    at[i] = 0;
  }
  return false;
}

/* -- the reference -- */

static double unary(uint32_t kind, double a, double b, double x) {
  switch ((mt_unary)kind) {
    case MT_UNARY_NONE: return x;
    case MT_UNARY_AFFINE: return a * x + b;
    case MT_UNARY_CLIP: return fmin(fmax(x, a), b);
    case MT_UNARY_ABS: return fabs(x);
    case MT_UNARY_SQUARE: return x * x;
    case MT_UNARY_SQRT: return sqrt(x);
    case MT_UNARY_RECIPROCAL: return 1 / x;
    case MT_UNARY_EXP: return exp(x);
    case MT_UNARY_LOG: return log(x);
    case MT_UNARY_RELU: return fmax(x, 0);
    case MT_UNARY_LEAKY: return x < 0 ? a * x : x;
    case MT_UNARY_ELU: return x < 0 ? a * expm1(x) : x;
    case MT_UNARY_SELU: return b * (x < 0 ? a * expm1(x) : x);
    case MT_UNARY_GELU: return x / 2 * (1 + erf(x / sqrt(2)));
    case MT_UNARY_GELU_TANH: return x / 2 * (1 + tanh(sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x)));
    case MT_UNARY_ERF: return erf(x);
    case MT_UNARY_SIGMOID: return 1 / (1 + exp(-x));
    case MT_UNARY_SILU: return x / (1 + exp(-x));
    case MT_UNARY_HARDSIGMOID: return fmin(fmax(a * x + b, 0), 1);
    case MT_UNARY_HARDSWISH: return x * fmin(fmax(a * x + b, 0), 1);
    case MT_UNARY_TANH: return tanh(x);
    case MT_UNARY_SOFTPLUS: return log1p(exp(x));
    case MT_UNARY_SOFTSIGN: return x / (1 + fabs(x));
    case MT_UNARY_FLOOR: return floor(x);
    case MT_UNARY_CEIL: return ceil(x);
    case MT_UNARY_ROUND: return nearbyint(x);
    case MT_UNARY_TRUNC: return trunc(x);
    case MT_UNARY_SIGN: return (x > 0) - (x < 0);
    case MT_UNARY_NOT: return x == 0;
    case MT_UNARY_BOOL: return x != 0;
    case MT_UNARY_ISNAN: return isnan(x);
    case MT_UNARY_SIN: return sin(x);
    case MT_UNARY_COS: return cos(x);
  }
  return 0;
}

static double binary(uint32_t kind, double x, double y) {
  switch ((mt_binary)kind) {
    case MT_BINARY_ADD: return x + y;
    case MT_BINARY_SUB: return x - y;
    case MT_BINARY_MUL: return x * y;
    case MT_BINARY_DIV: return x / y;
    case MT_BINARY_MIN: return fmin(x, y);
    case MT_BINARY_MAX: return fmax(x, y);
    case MT_BINARY_POW: return pow(x, y);
    case MT_BINARY_DIV_TRUNC: return trunc(x / y);
    case MT_BINARY_MOD: return x - y * floor(x / y);
    case MT_BINARY_FMOD: return fmod(x, y);
    case MT_BINARY_EQUAL: return x == y;
    case MT_BINARY_LESS: return x < y;
    case MT_BINARY_LESS_EQUAL: return x <= y;
    case MT_BINARY_AND: return x != 0 && y != 0;
    case MT_BINARY_OR: return x != 0 || y != 0;
    case MT_BINARY_XOR: return (x != 0) != (y != 0);
    case MT_BINARY_PRELU: return x < 0 ? x * y : x;
  }
  return 0;
}

static double reduce(uint32_t kind, double sum, double x) {
  if (kind == MT_REDUCE_MAX) return fmax(sum, x);
  if (kind == MT_REDUCE_MIN) return fmin(sum, x);
  if (kind == MT_REDUCE_PROD) return sum * x;
  if (kind == MT_REDUCE_L1) return sum + fabs(x);
  if (kind == MT_REDUCE_L2 || kind == MT_REDUCE_SQUARES) return sum + x * x;
  return sum + (kind == MT_REDUCE_LOGSUMEXP ? exp(x) : x);
}

typedef struct asked { /* one element of one op */
  const working *w;
  const float *before; /* scratch as it was */
  const mt_op *op;
  const mt_view *v[MT_OP_VIEWS];
  uint32_t rows;
} asked;

static double read(const asked *q, uint32_t view, const size_t *at) { return value_at(q->w, q->before, q->v[view], at); }

static double expect(const asked *q, const size_t *at) {
  const mt_op *op = q->op;
  uint32_t rank = q->v[0] != NULL ? q->v[0]->rank : 0;
  size_t a[MT_RANK] = {0}, b[MT_RANK] = {0};
  memcpy(a, at, rank * sizeof *at), memcpy(b, at, rank * sizeof *at);
  switch ((mt_op_code)op->code) {
    case MT_OP_COPY: return read(q, 1, at);
    case MT_OP_UNARY: return unary(op->kind, (double)op->alpha, (double)op->beta, read(q, 1, at));
    case MT_OP_BINARY: return binary(op->kind, read(q, 1, at), read(q, 2, at));
    case MT_OP_WHERE: return read(q, 1, at) != 0 ? read(q, 2, at) : read(q, 3, at);
    case MT_OP_MATMUL: {
      double sum = 0;
      for (size_t k = 0; k < extent(q->v[1], rank - 1, q->rows); k++) a[rank - 1] = b[rank - 2] = k, sum += read(q, 1, a) * read(q, 2, b);
      sum = sum * (double)op->scale + (q->v[3] != NULL ? read(q, 3, at) : 0);
      return unary(op->kind, (double)op->alpha, (double)op->beta, sum);
    }
    case MT_OP_REDUCE: {
      double sum = op->kind == MT_REDUCE_MAX ? -INFINITY : op->kind == MT_REDUCE_MIN ? INFINITY : op->kind == MT_REDUCE_PROD;
      const mt_view *v = q->v[1];
      double count = 0;
      bool more = true;
      while (more) {
        sum = reduce(op->kind, sum, read(q, 1, a)), count++, more = false;
        for (uint32_t i = v->rank; i-- > rank && !more;)
          if (++a[i] < extent(v, i, q->rows)) more = true;
          else a[i] = 0;
      }
      return op->kind == MT_REDUCE_MEAN ? sum / count : op->kind == MT_REDUCE_L2 ? sqrt(sum) : op->kind == MT_REDUCE_LOGSUMEXP ? log(sum) : sum;
    }
    case MT_OP_SOFTMAX:
    case MT_OP_NORM: {
      double n = (double)extent(q->v[1], rank - 1, q->rows), sum = 0, squares = 0, exps = 0;
      for (size_t k = 0; k < extent(q->v[1], rank - 1, q->rows); k++) {
        a[rank - 1] = k;
        double x = read(q, 1, a);
        sum += x, exps += exp(x);
      }
      double mean = op->kind == 0 ? sum / n : 0, x = read(q, 1, at);
      if (op->code == MT_OP_SOFTMAX) return op->kind == 0 ? exp(x) / exps : x - log(exps);
      for (size_t k = 0; k < extent(q->v[1], rank - 1, q->rows); k++) a[rank - 1] = k, squares += pow(read(q, 1, a) - mean, 2);
      double y = (x - mean) / sqrt(squares / n + (double)op->alpha);
      return y * (q->v[2] != NULL ? read(q, 2, at) : 1) + (q->v[3] != NULL ? read(q, 3, at) : 0);
    }
    case MT_OP_GATHER: {
      uint32_t lists = q->v[2]->rank - op->m - 1u;
      size_t from[MT_RANK];
      memcpy(from, at, op->m * sizeof *at);
      memcpy(a, at, (op->m + lists) * sizeof *at);
      for (uint32_t c = 0; c < op->n; c++) {
        a[op->m + lists] = c;
        double index = read(q, 2, a);
        from[op->m + c] = (size_t)(index < 0 ? index + (double)extent(q->v[1], op->m + c, q->rows) : index);
      }
      for (uint32_t i = op->m + lists; i < rank; i++) from[op->m + op->n + i - op->m - lists] = at[i];
      return read(q, 1, from);
    }
    case MT_OP_CUMSUM: {
      double sum = 0;
      for (size_t k = 0; k < at[rank - 1] + (op->kind == 0); k++) a[rank - 1] = k, sum += read(q, 1, a);
      return sum;
    }
    default: return 0;
  }
}

/* Runs the tape's one op on `rows` random rows and compares: what the op writes, and that nothing else changed. */
static void check(tape *t, mt_rng *rng, double low, double high, double tolerance) {
  working w;
  work_start(&w, t);
  uint32_t rows = 1 + mt_rng_below(rng, t->capacity);
  float *before = malloc(4 * (size_t)t->scratch + 4);
  for (uint32_t i = 0; i < t->scratch; i++) w.run.scratch[i] = (float)(low + (high - low) * (double)mt_rng_unit(rng));
  asked q = {&w, before, &w.program.ops[0], {NULL}, rows};
  for (uint32_t v = 0; v < MT_OP_VIEWS; v++)
    if (q.op->views[v] != MT_NO_VIEW) q.v[v] = &w.program.views[q.op->views[v]];
  if (q.op->code == MT_OP_GATHER) { /* indices in range, some from the end */
    size_t at[MT_RANK] = {0};
    const mt_view *index = q.v[2];
    do {
      int64_t place = index->offset;
      for (uint32_t i = 0; i < index->rank; i++) place += (int64_t)at[i] * index->strides[i];
      bool for_all = index->strides[index->rank - 1] == 0;
      size_t n = extent(q.v[1], q.op->m + (uint32_t)(for_all ? 0 : at[index->rank - 1]), rows);
      for (uint32_t c = 0; for_all && c < q.op->n; c++)
        if (extent(q.v[1], q.op->m + c, rows) < n) n = extent(q.v[1], q.op->m + c, rows);
      w.run.scratch[place] = (float)mt_rng_below(rng, (uint32_t)n) - (mt_rng_below(rng, 4) == 0 ? (float)n : 0);
    } while (step_index(index, t->capacity, at));
  }
  memcpy(before, w.run.scratch, 4 * (size_t)t->scratch);
  mt_error error = {0};
  mt_status status = mt_run_rows(&w.run, rows, &error);
  if (status != MT_OK) fail_msg("%s", error.message);
  size_t at[MT_RANK] = {0};
  do {
    int64_t place = q.v[0]->offset;
    for (uint32_t i = 0; i < q.v[0]->rank; i++) place += (int64_t)at[i] * q.v[0]->strides[i];
    double found = (double)w.run.scratch[place], wanted = expect(&q, at);
    if (!(fabs(found - wanted) <= tolerance * (1 + fabs(wanted))) && !(isnan(found) && isnan(wanted)) && found != wanted)
      fail_msg("op %u kind %u: found %.9g, expected %.9g", q.op->code, q.op->kind, found, wanted);
    w.run.scratch[place] = before[place];
  } while (step_index(q.v[0], rows, at));
  assert_memory_equal(before, w.run.scratch, 4 * (size_t)t->scratch);
  free(before);
  work_end(&w);
  tape_drop(t);
}

/* -- the ops -- */

static void elementwise_ops(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(11);
  for (int trial = 0; trial < TRIALS; trial++)
    for (uint32_t which = 0; which < 4; which++) {
      tape *t = tape_start(CAPACITY);
      uint32_t dims[MT_RANK], rank = random_dims(&rng, 0, 4, dims), rows = random_rows(&rng, rank), v[4];
      for (uint32_t i = 0; i < 4; i++) v[i] = random_view(t, &rng, rank, dims, rows, i > 0);
      if (mt_rng_below(&rng, 4) == 0) v[0] = v[1], t->view[v[0]] = t->view[random_view(t, &rng, rank, dims, rows, false)];
      static const mt_op_code CODES[] = {MT_OP_COPY, MT_OP_UNARY, MT_OP_BINARY, MT_OP_WHERE};
      uint32_t kind = which == 1 ? (uint32_t)trial % MT_UNARY_COUNT : which == 2 ? (uint32_t)trial % MT_BINARY_COUNT : 0;
      mt_op *op = tape_op(t, CODES[which], kind, v[0], v[1], which >= 2 ? v[2] : MT_NO_VIEW, which == 3 ? v[3] : MT_NO_VIEW);
      op->alpha = -0.25f, op->beta = 0.75f;
      if (which == 1 && kind >= MT_UNARY_HARDSIGMOID && kind <= MT_UNARY_HARDSWISH) op->alpha = 0.2f, op->beta = 0.5f;
      bool positive = (which == 1 && (kind == MT_UNARY_SQRT || kind == MT_UNARY_LOG)) || (which == 2 && kind == MT_BINARY_POW);
      bool whole = which == 2 && ((kind >= MT_BINARY_DIV_TRUNC && kind <= MT_BINARY_FMOD) || kind == MT_BINARY_DIV);
      check(t, &rng, positive || whole ? 0.2 : -3, positive || whole ? 4 : 3, whole ? 1e-4 : 1e-6);
    }
}

static void matrix_products(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(12);
  for (int trial = 0; trial < 2 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    uint32_t lead[MT_RANK], rank = random_dims(&rng, 0, 2, lead) + 2, m = 1 + mt_rng_below(&rng, 14), n = 1 + mt_rng_below(&rng, 30),
             k = 1 + mt_rng_below(&rng, 70);
    uint32_t rows = random_rows(&rng, rank), out[MT_RANK], a[MT_RANK], b[MT_RANK];
    uint32_t deep = mt_rng_below(&rng, 4) == 0, column = rows & 1u << (rank - 1), lots = rows & ((1u << (rank - 2)) - 1);
    for (uint32_t i = 0; i + 2 < rank; i++) out[i] = a[i] = b[i] = 1 + (lead[i] - 1) % 3;
    out[rank - 2] = a[rank - 2] = m, out[rank - 1] = b[rank - 1] = n, a[rank - 1] = b[rank - 2] = k;
    uint32_t rows_a = (rows & ~column) | deep << (rank - 1), rows_b = lots | deep << (rank - 2) | column;
    uint32_t vo = random_view(t, &rng, rank, out, rows, false), va = random_view(t, &rng, rank, a, rows_a, true), vb;
    bool coded = rows_b == 0 && mt_rng_below(&rng, 2) == 0;
    if (coded) vb = random_coded(t, &rng, rank, b, rank - 1 - mt_rng_below(&rng, 2));
    else vb = random_view(t, &rng, rank, b, rows_b, true);
    uint32_t kind = mt_rng_below(&rng, 2) == 0 ? MT_UNARY_NONE : MT_UNARY_GELU;
    uint32_t bias = mt_rng_below(&rng, 3) == 0 ? MT_NO_VIEW : mt_rng_below(&rng, 5) == 0 ? vo : random_view(t, &rng, rank, out, rows, true);
    mt_op *op = tape_op(t, MT_OP_MATMUL, kind, vo, va, vb, bias);
    op->scale = mt_rng_below(&rng, 2) == 0 ? 1.0f : 0.125f;
    check(t, &rng, -1, 1, 1e-5);
  }
}

static void reductions(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(13);
  for (int trial = 0; trial < 2 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    uint32_t dims[MT_RANK], rank = random_dims(&rng, 1, 4, dims), gone = 1 + mt_rng_below(&rng, rank), rows = random_rows(&rng, rank);
    uint32_t kept = rows & ((1u << (rank - gone)) - 1);
    uint32_t out = random_view(t, &rng, rank - gone, dims, kept, false), a = random_view(t, &rng, rank, dims, rows, true);
    tape_op(t, MT_OP_REDUCE, (uint32_t)trial % MT_REDUCE_COUNT, out, a, MT_NO_VIEW, MT_NO_VIEW)->m = (uint8_t)gone;
    check(t, &rng, -1.2, 1.3, 1e-5);
  }
}

static void along_the_last_dimension(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(14);
  static const mt_op_code CODES[] = {MT_OP_SOFTMAX, MT_OP_NORM, MT_OP_CUMSUM};
  for (int trial = 0; trial < 3 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    mt_op_code code = CODES[trial % 3];
    uint32_t dims[MT_RANK], rank = random_dims(&rng, 1, 4, dims), rows = random_rows(&rng, rank);
    uint32_t out = random_view(t, &rng, rank, dims, rows, false), a = mt_rng_below(&rng, 4) == 0 ? out : random_view(t, &rng, rank, dims, rows, true);
    uint32_t weight = code != MT_OP_NORM || mt_rng_below(&rng, 3) == 0 ? MT_NO_VIEW : random_view(t, &rng, rank, dims, rows, true);
    uint32_t bias = code != MT_OP_NORM || mt_rng_below(&rng, 3) == 0 ? MT_NO_VIEW : random_view(t, &rng, rank, dims, rows, true);
    mt_op *op = tape_op(t, code, mt_rng_below(&rng, 2), out, a, weight, bias);
    if (code == MT_OP_NORM) op->alpha = 0.01f;
    check(t, &rng, -3, 3, 2e-5);
  }
}

static void gathers(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(15);
  for (int trial = 0; trial < 3 * TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    uint32_t data[MT_RANK], index[MT_RANK], out[MT_RANK];
    uint32_t shared = mt_rng_below(&rng, 3), picked = 1 + mt_rng_below(&rng, 2), lists = mt_rng_below(&rng, 3), rest = mt_rng_below(&rng, 3);
    if (shared + picked + rest > MT_RANK || shared + lists + rest > MT_RANK) continue;
    for (uint32_t i = 0; i < shared; i++) data[i] = index[i] = out[i] = 1 + mt_rng_below(&rng, 3);
    for (uint32_t i = 0; i < picked; i++) data[shared + i] = 1 + mt_rng_below(&rng, 9);
    for (uint32_t i = 0; i < lists; i++) index[shared + i] = out[shared + i] = 1 + mt_rng_below(&rng, 4);
    for (uint32_t i = 0; i < rest; i++) data[shared + picked + i] = out[shared + lists + i] = 1 + mt_rng_below(&rng, 9);
    index[shared + lists] = picked;
    uint32_t rows = random_rows(&rng, shared + lists + rest), both = rows & ((1u << shared) - 1);
    uint32_t of_index = rows & ((1u << (shared + lists)) - 1), of_rest = rows >> (shared + lists) << (shared + picked);
    uint32_t of_data = both | of_rest | (mt_rng_below(&rng, 4) == 0 ? 1u << (shared + mt_rng_below(&rng, picked)) : 0);
    bool coded = of_data == 0 && shared == 0 && picked == 1 && mt_rng_below(&rng, 2) == 0;
    uint32_t vo = random_view(t, &rng, shared + lists + rest, out, rows, false);
    uint32_t vd = coded ? random_coded(t, &rng, picked + rest, data, 0) : random_view(t, &rng, shared + picked + rest, data, of_data, true);
    uint32_t vi = random_view(t, &rng, shared + lists + 1, index, of_index, true);
    mt_op *op = tape_op(t, MT_OP_GATHER, 0, vo, vd, vi, MT_NO_VIEW);
    op->m = (uint8_t)shared, op->n = (uint8_t)picked;
    check(t, &rng, -1, 1, 1e-6);
  }
}

static void wrong_indices_are_refused(void **state) {
  (void)state;
  static const float WRONG[] = {4, -5, 1e30f, -1e30f, NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
    tape *t = tape_start(1);
    uint32_t out = tape_scratch(t, UINT32_MAX, 1, (uint32_t[]){2}, MT_NO_ROWS), index = tape_scratch(t, UINT32_MAX, 1, (uint32_t[]){1}, MT_NO_ROWS);
    uint32_t data = tape_scratch(t, UINT32_MAX, 2, (uint32_t[]){4, 2}, MT_NO_ROWS);
    tape_op(t, MT_OP_GATHER, 0, out, data, index, MT_NO_VIEW)->n = 1;
    working w;
  work_start(&w, t);
    w.run.scratch[t->view[index].offset] = WRONG[i];
    mt_error error;
    assert_int_equal(mt_run_rows(&w.run, 1, &error), MT_INVALID);
    work_end(&w);
    tape_drop(t);
  }
}

/* A compiler's mistake that no gate looks for: whatever it gives, nothing else is touched. */
static void what_is_gathered_may_lie_upon_itself(void **state) {
  (void)state;
  tape *t = tape_start(1);
  uint32_t data = tape_scratch(t, UINT32_MAX, 2, (uint32_t[]){2, 6}, MT_NO_ROWS), index = tape_scratch(t, UINT32_MAX, 1, (uint32_t[]){1}, MT_NO_ROWS);
  uint32_t out = tape_scratch(t, t->view[data].offset + 1, 1, (uint32_t[]){6}, MT_NO_ROWS);
  tape_op(t, MT_OP_GATHER, 0, out, data, index, MT_NO_VIEW)->n = 1;
  working w;
  work_start(&w, t);
  float *scratch = w.run.scratch + t->view[data].offset;
  for (uint32_t i = 0; i < 6; i++) scratch[i] = (float)i;
  mt_error error;
  assert_int_equal(mt_run_rows(&w.run, 1, &error), MT_OK);
  for (uint32_t i = 0; i < 6; i++) assert_float_equal(scratch[i + 1], (float)i, 0);
  work_end(&w);
  tape_drop(t);
}

static void the_best_of_a_row(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(16);
  for (int trial = 0; trial < TRIALS; trial++) {
    tape *t = tape_start(1);
    uint32_t n = 1 + mt_rng_below(&rng, 20), k = 1 + mt_rng_below(&rng, n), kind = mt_rng_below(&rng, 2);
    uint32_t values = tape_scratch(t, UINT32_MAX, 1, &k, MT_NO_ROWS), places = tape_scratch(t, UINT32_MAX, 1, &k, MT_NO_ROWS);
    uint32_t a = tape_scratch(t, UINT32_MAX, 1, &n, MT_NO_ROWS);
    bool alone = mt_rng_below(&rng, 3) == 0;
    tape_op(t, MT_OP_TOPK, kind, alone ? MT_NO_VIEW : values, a, places, MT_NO_VIEW);
    working w;
  work_start(&w, t);
    float *x = w.run.scratch + t->view[a].offset, *best = w.run.scratch + t->view[values].offset, *at = w.run.scratch + t->view[places].offset;
    for (uint32_t i = 0; i < n; i++) x[i] = mt_rng_below(&rng, 9) == 0 ? -INFINITY : (float)mt_rng_below(&rng, 6);
    assert_int_equal(mt_run_rows(&w.run, 1, NULL), MT_OK);
    bool taken[32] = {false};
    for (uint32_t j = 0; j < k; j++) {
      uint32_t expected = n;
      for (uint32_t i = 0; i < n; i++)
        if (!taken[i] && (expected == n || (kind == 0 ? x[i] > x[expected] : x[i] < x[expected]))) expected = i;
      taken[expected] = true;
      assert_int_equal((uint32_t)at[j], expected);
      if (!alone) assert_true(best[j] == x[expected]);
    }
    work_end(&w);
    tape_drop(t);
  }
}

/* -- recurrent -- */

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static void recurrent_ops(void **state) {
  (void)state;
  mt_rng rng = mt_rng_seed(17);
  for (int trial = 0; trial < TRIALS; trial++) {
    tape *t = tape_start(CAPACITY);
    bool lstm = trial % 3 == 2, after = trial % 3 == 1;
    uint32_t steps = 1 + mt_rng_below(&rng, 5), wide = 1 + mt_rng_below(&rng, trial % 10 == 0 ? 80 : 12), gates = lstm ? 4 : 3;
    uint32_t own = mt_rng_below(&rng, 2) == 0, rows_of = own << 1, of_state = own, lots = own == 1 ? 1 : 2;
    uint32_t out = random_view(t, &rng, 3, (uint32_t[]){steps, lots, wide}, rows_of, false);
    uint32_t g = random_view(t, &rng, 3, (uint32_t[]){steps, lots, gates * wide}, rows_of, true);
    uint32_t r = random_coded(t, &rng, 2, (uint32_t[]){wide, gates * wide}, mt_rng_below(&rng, 2));
    uint32_t h0 = random_view(t, &rng, 2, (uint32_t[]){lots, wide}, of_state, true);
    uint32_t third = lstm ? random_view(t, &rng, 2, (uint32_t[]){lots, wide}, of_state, false) : after ? random_view(t, &rng, 1, &wide, 0, false) : MT_NO_VIEW;
    uint32_t scratch = tape_scratch(t, UINT32_MAX, 2, (uint32_t[]){lots, 4 * wide}, own == 1 ? 0 : MT_NO_ROWS);
    mt_op *op = tape_op(t, lstm ? MT_OP_LSTM : MT_OP_GRU, after, out, g, r, third);
    op->views[4] = h0, op->views[5] = scratch;
    working w;
  work_start(&w, t);
    for (uint32_t i = 0; i < t->scratch; i++) w.run.scratch[i] = 2 * mt_rng_unit(&rng) - 1;
    float *before = malloc(4 * (size_t)t->scratch);
    memcpy(before, w.run.scratch, 4 * (size_t)t->scratch);
    uint32_t rows = 1 + mt_rng_below(&rng, CAPACITY), real = own == 1 ? rows : lots;
    assert_int_equal(mt_run_rows(&w.run, rows, NULL), MT_OK);
    double h[80], c[80], next[80], product[320];
    for (size_t n = 0; n < real; n++) {
      for (size_t i = 0; i < wide; i++) h[i] = value_at(&w, before, &t->view[h0], (size_t[]){n, i});
      for (size_t i = 0; lstm && i < wide; i++) c[i] = value_at(&w, before, &t->view[third], (size_t[]){n, i});
      for (size_t s = 0; s < steps; s++) {
        double x[320], reset[80];
        for (size_t j = 0; j < gates * wide; j++) {
          x[j] = value_at(&w, before, &t->view[g], (size_t[]){s, n, j}), product[j] = 0;
          for (size_t i = 0; i < wide; i++) product[j] += h[i] * value_at(&w, before, &t->view[r], (size_t[]){i, j});
        }
        for (size_t i = 0; i < wide; i++) reset[i] = sigmoid(x[wide + i] + product[wide + i]) * h[i];
        for (size_t i = 0; i < wide; i++) {
          if (lstm) {
            c[i] = sigmoid(x[2 * wide + i] + product[2 * wide + i]) * c[i] + sigmoid(x[i] + product[i]) * tanh(x[3 * wide + i] + product[3 * wide + i]);
            next[i] = sigmoid(x[wide + i] + product[wide + i]) * tanh(c[i]);
            continue;
          }
          double candidate = 0, z = sigmoid(x[i] + product[i]);
          if (after) candidate = sigmoid(x[wide + i] + product[wide + i]) * (product[2 * wide + i] + value_at(&w, before, &t->view[third], &i));
          else
            for (size_t j = 0; j < wide; j++) candidate += reset[j] * value_at(&w, before, &t->view[r], (size_t[]){j, 2 * wide + i});
          candidate = tanh(x[2 * wide + i] + candidate);
          next[i] = (1 - z) * candidate + z * h[i];
        }
        memcpy(h, next, wide * sizeof *h);
        for (size_t i = 0; i < wide; i++) {
          double found = value_at(&w, w.run.scratch, &t->view[out], (size_t[]){s, n, i});
          if (!(fabs(found - h[i]) < 2e-5)) fail_msg("trial %d step %zu: found %g, expected %g", trial, s, found, h[i]);
        }
      }
      for (size_t i = 0; lstm && i < wide; i++) assert_true(fabs(c[i] - value_at(&w, w.run.scratch, &t->view[third], (size_t[]){n, i})) < 2e-5);
    }
    free(before);
    work_end(&w);
    tape_drop(t);
  }
}

/* What runs once a request stays, and rows see it: out[row] = row input + (request input)², three rows in two runs. */
static void requests_and_rows(void **state) {
  (void)state;
  tape *t = tape_start(2);
  uint32_t one = 1, user = tape_scratch(t, UINT32_MAX, 1, &one, MT_NO_ROWS), square = tape_scratch(t, UINT32_MAX, 1, &one, MT_NO_ROWS);
  uint32_t item = tape_scratch(t, UINT32_MAX, 1, &one, 0), out = tape_scratch(t, UINT32_MAX, 1, &one, 0), spread;
  mt_view over = t->view[square];
  over.rows = 1, over.strides[0] = 0;
  spread = tape_add(t, over);
  tape_port(t, user, true), tape_port(t, item, true), tape_port(t, out, false);
  tape_op(t, MT_OP_UNARY, MT_UNARY_SQUARE, square, user, MT_NO_VIEW, MT_NO_VIEW);
  tape_op(t, MT_OP_BINARY, MT_BINARY_ADD, out, item, spread, MT_NO_VIEW);
  t->request_ops = 1;
  working w;
  work_start(&w, t);
  *mt_run_port(&w.run, 0) = 3;
  assert_int_equal(mt_run_request(&w.run, NULL), MT_OK);
  for (uint32_t from = 0; from < 3; from += 2) {
    uint32_t rows = from == 0 ? 2 : 1;
    for (uint32_t i = 0; i < rows; i++) mt_run_port(&w.run, 1)[i] = (float)(from + i);
    assert_int_equal(mt_run_rows(&w.run, rows, NULL), MT_OK);
    for (uint32_t i = 0; i < rows; i++) assert_true(mt_run_port(&w.run, 2)[i] == 9 + (float)(from + i));
  }
  assert_int_equal(mt_run_rows(&w.run, 3, NULL), MT_INVALID);
  assert_int_equal(mt_run_rows(&w.run, 0, NULL), MT_INVALID);
  work_end(&w);
  tape_drop(t);
}

/* Softmax over a list, [rows]: one number for each of however many there are; the largest of it, and its place. */
static void lists(void **state) {
  (void)state;
  tape *t = tape_start(5);
  uint32_t one = 1, x = tape_scratch(t, UINT32_MAX, 1, &one, 0), out = tape_scratch(t, UINT32_MAX, 1, &one, 0);
  uint32_t best = tape_scratch(t, UINT32_MAX, 1, &one, MT_NO_ROWS), place = tape_scratch(t, UINT32_MAX, 1, &one, MT_NO_ROWS);
  tape_port(t, x, true), tape_port(t, out, false);
  tape_op(t, MT_OP_SOFTMAX, 0, out, x, MT_NO_VIEW, MT_NO_VIEW);
  tape_op(t, MT_OP_TOPK, 0, best, x, place, MT_NO_VIEW);
  working w;
  work_start(&w, t);
  assert_true(w.program.is_list);
  for (uint32_t rows = 5; rows > 0; rows--) { /* longer lists first: what they left must not count */
    double sum = 0;
    for (uint32_t i = 0; i < 5; i++) mt_run_port(&w.run, 0)[i] = i < rows ? (float)i / 4 : 9;
    for (uint32_t i = 0; i < rows; i++) sum += exp(i / 4.0);
    assert_int_equal(mt_run_rows(&w.run, rows, NULL), MT_OK);
    for (uint32_t i = 0; i < rows; i++) assert_true(fabs((double)mt_run_port(&w.run, 1)[i] - exp(i / 4.0) / sum) < 1e-6);
    assert_true(w.run.scratch[t->view[best].offset] == (float)(rows - 1) / 4 && w.run.scratch[t->view[place].offset] == (float)(rows - 1));
  }
  work_end(&w);
  tape_drop(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(elementwise_ops), cmocka_unit_test(matrix_products),          cmocka_unit_test(reductions),
      cmocka_unit_test(along_the_last_dimension), cmocka_unit_test(gathers),         cmocka_unit_test(wrong_indices_are_refused), cmocka_unit_test(what_is_gathered_may_lie_upon_itself),
      cmocka_unit_test(the_best_of_a_row),        cmocka_unit_test(recurrent_ops),   cmocka_unit_test(requests_and_rows),
      cmocka_unit_test(lists),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

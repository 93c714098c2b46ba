/* What an op of a tensor program makes of its views by its definition, in double: the plain reference of nn/, element by element. */
#ifndef DEFINITION_H
#define DEFINITION_H

#include "views.h"

static inline double unary(uint32_t kind, double a, double b, double x) {
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

static inline double binary(uint32_t kind, double x, double y) {
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

static inline double reduce(uint32_t kind, double sum, double x) {
  if (kind == MT_REDUCE_MAX) return fmax(sum, x);
  if (kind == MT_REDUCE_MIN) return fmin(sum, x);
  if (kind == MT_REDUCE_PROD) return sum * x;
  if (kind == MT_REDUCE_L1) return sum + fabs(x);
  if (kind == MT_REDUCE_L2 || kind == MT_REDUCE_SQUARES) return sum + x * x;
  return sum + (kind == MT_REDUCE_LOGSUMEXP ? exp(x) : x);
}

typedef struct asked { /* one element of one op */
  const working *w;
  const double *before; /* scratch as it was */
  const mt_op *op;
  const mt_view *v[MT_OP_VIEWS];
  uint32_t rows;
} asked;

/* About op `index` of what w runs. */
static inline asked ask(const working *w, const double *before, uint32_t index, uint32_t rows) {
  asked q = {w, before, &w->program.ops[index], {NULL}, rows};
  for (uint32_t v = 0; v < MT_OP_VIEWS; v++)
    if (q.op->views[v] != MT_NO_VIEW) q.v[v] = &w->program.views[q.op->views[v]];
  return q;
}

static inline double read_at(const asked *q, uint32_t view, const size_t *at) { return value_at(q->w, q->before, q->v[view], at); }

static inline double expect(const asked *q, const size_t *at) {
  const mt_op *op = q->op;
  uint32_t rank = q->v[0] != NULL ? q->v[0]->rank : 0;
  size_t a[MT_RANK] = {0}, b[MT_RANK] = {0};
  memcpy(a, at, rank * sizeof *at), memcpy(b, at, rank * sizeof *at);
  switch ((mt_op_code)op->code) {
    case MT_OP_COPY: return read_at(q, 1, at);
    case MT_OP_UNARY: return unary(op->kind, (double)op->alpha, (double)op->beta, read_at(q, 1, at));
    case MT_OP_BINARY: return binary(op->kind, read_at(q, 1, at), read_at(q, 2, at));
    case MT_OP_WHERE: return read_at(q, 1, at) != 0 ? read_at(q, 2, at) : read_at(q, 3, at);
    case MT_OP_MATMUL: {
      double sum = 0;
      for (size_t k = 0; k < extent(q->v[1], rank - 1, q->rows); k++) a[rank - 1] = b[rank - 2] = k, sum += read_at(q, 1, a) * read_at(q, 2, b);
      sum = sum * (double)op->scale + (q->v[3] != NULL ? read_at(q, 3, at) : 0);
      return unary(op->kind, (double)op->alpha, (double)op->beta, sum);
    }
    case MT_OP_REDUCE: {
      double sum = op->kind == MT_REDUCE_MAX ? -INFINITY : op->kind == MT_REDUCE_MIN ? INFINITY : op->kind == MT_REDUCE_PROD;
      const mt_view *v = q->v[1];
      double count = 0;
      bool more = true;
      while (more) {
        sum = reduce(op->kind, sum, read_at(q, 1, a)), count++, more = false;
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
        double x = read_at(q, 1, a);
        sum += x, exps += exp(x);
      }
      double mean = op->kind == 0 ? sum / n : 0, x = read_at(q, 1, at);
      if (op->code == MT_OP_SOFTMAX) return op->kind == 0 ? exp(x) / exps : x - log(exps);
      for (size_t k = 0; k < extent(q->v[1], rank - 1, q->rows); k++) a[rank - 1] = k, squares += pow(read_at(q, 1, a) - mean, 2);
      double y = (x - mean) / sqrt(squares / n + (double)op->alpha);
      return y * (q->v[2] != NULL ? read_at(q, 2, at) : 1) + (q->v[3] != NULL ? read_at(q, 3, at) : 0);
    }
    case MT_OP_GATHER: {
      uint32_t lists = q->v[2]->rank - op->m - 1u;
      size_t from[MT_RANK];
      memcpy(from, at, op->m * sizeof *at);
      memcpy(a, at, (op->m + lists) * sizeof *at);
      for (uint32_t c = 0; c < op->n; c++) {
        a[op->m + lists] = c;
        double index = read_at(q, 2, a);
        from[op->m + c] = (size_t)(index < 0 ? index + (double)extent(q->v[1], op->m + c, q->rows) : index);
      }
      for (uint32_t i = op->m + lists; i < rank; i++) from[op->m + op->n + i - op->m - lists] = at[i];
      return read_at(q, 1, from);
    }
    case MT_OP_CUMSUM: {
      double sum = 0;
      for (size_t k = 0; k < at[rank - 1] + (op->kind == 0); k++) a[rank - 1] = k, sum += read_at(q, 1, a);
      return sum;
    }
    case MT_OP_TOPK: { /* the value that so many are better than, or as good and before it */
      size_t n = extent(q->v[1], rank - 1, q->rows);
      for (size_t k = 0; k < n; k++) {
        size_t before = 0;
        a[rank - 1] = k;
        double x = read_at(q, 1, a);
        for (size_t i = 0; i < n; i++) {
          a[rank - 1] = i;
          double y = read_at(q, 1, a);
          before += (op->kind == 0 ? y > x : y < x) || (y == x && i < k);
        }
        if (before == at[rank - 1]) return x;
      }
      a[rank - 1] = 0;
      return read_at(q, 1, a); /* of a list that is shorter than k */
    }
    default: return 0;
  }
}

static inline double plain_sigmoid(double x) { return 1 / (1 + exp(-x)); }

/* A recurrent op: states[T][N][H], and of an LSTM its last cells[N][H]. */
static inline void expect_states(const asked *q, double *states, double *cells) {
  const mt_view *out = q->v[0], *third = q->v[3];
  bool lstm = q->op->code == MT_OP_LSTM, after = !lstm && q->op->kind == 1;
  size_t steps = out->dims[0], real = extent(out, 1, q->rows), wide = out->dims[2], gates = lstm ? 4 : 3;
  double *x = malloc(gates * wide * sizeof *x), *product = malloc(gates * wide * sizeof *x), *h = malloc(wide * sizeof *h), *reset = malloc(wide * sizeof *h);
  for (size_t n = 0; n < real; n++) {
    double *c = cells + n * wide;
    for (size_t i = 0; i < wide; i++) h[i] = read_at(q, 4, (size_t[]){n, i});
    for (size_t i = 0; lstm && i < wide; i++) c[i] = read_at(q, 3, (size_t[]){n, i});
    for (size_t s = 0; s < steps; s++) {
      for (size_t j = 0; j < gates * wide; j++) {
        x[j] = read_at(q, 1, (size_t[]){s, n, j}), product[j] = 0;
        for (size_t i = 0; i < wide; i++) product[j] += h[i] * read_at(q, 2, (size_t[]){i, j});
      }
      for (size_t i = 0; i < wide; i++) reset[i] = plain_sigmoid(x[wide + i] + product[wide + i]) * h[i];
      for (size_t i = 0; i < wide; i++) {
        double *next = &states[(s * real + n) * wide + i];
        if (lstm) {
          c[i] = plain_sigmoid(x[2 * wide + i] + product[2 * wide + i]) * c[i] +
                 plain_sigmoid(x[i] + product[i]) * tanh(x[3 * wide + i] + product[3 * wide + i]);
          *next = plain_sigmoid(x[wide + i] + product[wide + i]) * tanh(c[i]);
          continue;
        }
        double candidate = 0, z = plain_sigmoid(x[i] + product[i]);
        if (after)
          candidate = plain_sigmoid(x[wide + i] + product[wide + i]) * (product[2 * wide + i] + (third != NULL ? read_at(q, 3, &i) : 0));
        else
          for (size_t j = 0; j < wide; j++) candidate += reset[j] * read_at(q, 2, (size_t[]){j, 2 * wide + i});
        candidate = tanh(x[2 * wide + i] + candidate);
        *next = (1 - z) * candidate + z * h[i];
      }
      memcpy(h, &states[(s * real + n) * wide], wide * sizeof *h);
    }
  }
  free(x), free(product), free(h), free(reset);
}

#endif

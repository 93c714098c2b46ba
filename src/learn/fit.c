#include "learn/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/topk.h"
#include "learn/backward.h"
#include "learn/lists.h"
#include "learn/losses.h"

/* Whether a port has so many vectors of so many floats for each row. */
static bool holds_rows(const mt_program *program, uint32_t port, uint32_t vectors, uint32_t floats) {
  size_t each;
  return port < program->inputs + program->outputs && program->ports[port].rows_axis == 0 && mt_mul_size(vectors, floats, &each) &&
         mt_port_floats(&program->ports[port], 1) == each;
}

static bool ports_fit(const mt_program *program, const mt_fit_shape *shape) {
  return (shape->items == MT_NO_PORT || holds_rows(program, shape->items, shape->length, shape->width)) &&
         holds_rows(program, shape->output, shape->vectors, shape->width) &&
         (shape->mask == MT_NO_PORT || holds_rows(program, shape->mask, shape->length, 1)) &&
         (shape->ids == MT_NO_PORT || holds_rows(program, shape->ids, shape->length, 1)) &&
         (shape->count == MT_NO_PORT || holds_rows(program, shape->count, 1, 1)) &&
         (shape->dropouts == 0 || (shape->dropout < program->inputs && shape->dropouts <= program->inputs - shape->dropout)) &&
         (shape->parameters == 0 || (shape->parameter < program->inputs && shape->parameters <= program->inputs - shape->parameter));
}

mt_status mt_fit_start(const unsigned char *program, size_t length, const mt_fit_shape *shape, mt_fit *out, mt_error *error) {
  *out = (mt_fit){.shape = *shape};
  MT_TRY(mt_program_open(program, length, &out->program, error));
  if (shape->width == 0 || shape->width % 4 != 0)
    return mt_fail(error, MT_INVALID, "training: found vectors of %u numbers, expected a multiple of 4", shape->width);
  if (!ports_fit(&out->program, shape))
    return mt_fail(error, MT_INVALID, "training: a program whose inputs or output are not those of %u items of %u numbers", shape->length,
                   shape->width);
  size_t pairs = shape->pairs, negatives = shape->negatives, block = shape->block, extra = 0, cells;
  if (block % 4 != 0 || block > negatives || (block < negatives && (block == 0 || shape->loss != MT_FIT_SOFTMAX)))
    return mt_fail(error, MT_INVALID, "training: found blocks of %u of %u negatives, expected all, or of softmax a multiple of 4", shape->block,
                   shape->negatives);
  if (!mt_mul_size(2 * pairs + negatives + block, shape->width, &extra) || !mt_mul_size(pairs, block + 4, &cells) ||
      !mt_add_size(extra, cells + 4 * MT_PANEL, &extra))
    return mt_fail(error, MT_NO_MEMORY, "training: no memory for %u pairs", shape->pairs);
  size_t deepest = pairs > block ? pairs : block;
  MT_TRY(mt_back_start(&out->program, extra, deepest > shape->width ? deepest : shape->width, &out->run, error));
  out->at_pairs = mt_back_extra(&out->run);
  out->by_pairs = out->at_pairs + pairs * shape->width;
  out->by_negatives = out->by_pairs + pairs * shape->width;
  out->at_block = out->by_negatives + negatives * shape->width;
  out->scores = out->at_block + block * shape->width;
  out->own = out->scores + pairs * block;
  out->by_target = out->own + pairs;
  out->sums = (mt_softmax *)(out->by_target + pairs);
  return MT_OK;
}

void mt_fit_stop(mt_fit *fit) { mt_back_stop(&fit->run); }

/* -- products of what lies behind the gradients -- */

static mt_view matrix(const mt_fit *fit, const float *at, uint32_t rows, uint32_t columns, uint32_t row, uint32_t column) {
  return (mt_view){.rank = 2,
                   .offset = (uint32_t)(at - fit->run.scratch),
                   .dims = {rows, columns},
                   .strides = {(int32_t)row, (int32_t)column}};
}
/* out = a b, or += */
static void product(const mt_fit *fit, mt_view out, mt_view a, mt_view b, bool adds) {
  const mt_op op = {.code = MT_OP_MATMUL, .scale = 1};
  mt_step step = {.run = &fit->run, .op = &op, .view = {&out, &a, &b, adds ? &out : NULL}, .rows = 1};
  mt_op_matmul(&step);
}

/* -- forward -- */

/* Floats of a parameter among the others. */
static size_t room_of(const mt_fit *fit, uint32_t parameter) {
  return mt_round_up(mt_port_floats(&fit->program.ports[fit->shape.parameter + parameter], 1), 4);
}

/* What a port holds, or NULL. */
static float *port_of(const mt_fit *fit, uint32_t port) { return port == MT_NO_PORT ? NULL : mt_run_port(&fit->run, port); }

/* The rows' histories, in each way that the program reads them. */
static void feed(const mt_fit *fit, const float *table, const mt_fit_share *share) {
  const mt_fit_shape *shape = &fit->shape;
  size_t bytes = shape->width * sizeof *table;
  float *to = port_of(fit, shape->items), *mask = port_of(fit, shape->mask), *ids = port_of(fit, shape->ids);
  float *count = port_of(fit, shape->count);
  for (uint32_t row = 0; row < share->rows; row++) {
    float met = 0;
    for (uint32_t i = 0; i < shape->length; i++) {
      size_t place = (size_t)row * shape->length + i;
      uint32_t item = share->history[place];
      bool is_there = item != MT_NO_ITEM;
      met += is_there ? 1 : 0;
      if (mask != NULL) mask[place] = is_there ? 1 : 0;
      if (ids != NULL) ids[place] = is_there ? shape->number[item] : shape->pad;
      if (to == NULL) continue;
      const float *vector = is_there ? table + (size_t)item * shape->width : shape->padding;
      if (vector == NULL) memset(to + place * shape->width, 0, bytes);
      else memcpy(to + place * shape->width, vector, bytes);
    }
    if (count != NULL) count[row] = met;
  }
}

static mt_status forward(mt_fit *fit, const float *table, const mt_fit_share *share, mt_error *error) {
  const mt_fit_shape *shape = &fit->shape;
  size_t bytes = shape->width * sizeof *table;
  if (share->rows > fit->program.capacity || share->pairs > shape->pairs || share->negatives > shape->negatives ||
      share->negatives % 4 != 0)
    return mt_fail(error, MT_INVALID, "training: found a share of %u rows and %u pairs, expected less", share->rows, share->pairs);
  fit->rows = share->rows, fit->history = share->history;
  fit->pair_count = share->pairs, fit->target = share->target;
  fit->negative_count = share->negatives, fit->negative = share->negative;
  feed(fit, table, share);
  mt_back_dropout(&fit->run, shape->dropout, shape->dropouts, share->rows, shape->drop, share->seed);
  const float *value = share->values;
  for (uint32_t p = 0; p < shape->parameters; p++) {
    uint32_t port = shape->parameter + p;
    memcpy(mt_run_port(&fit->run, port), value, mt_port_floats(&fit->program.ports[port], 1) * sizeof *value);
    value += room_of(fit, p);
  }
  MT_TRY(mt_run_request(&fit->run, error));
  MT_TRY(mt_run_rows(&fit->run, share->rows, error));
  const float *vectors = mt_run_port(&fit->run, shape->output);
  for (uint32_t p = 0; p < share->pairs; p++)
    memcpy(fit->at_pairs + (size_t)p * shape->width, vectors + (size_t)share->vector[p] * shape->width, bytes);
  return MT_OK;
}

/* -- a share -- */

/* Some of the negatives, scored by all pairs: none of what is none, or the pair's own item. */
typedef struct block {
  const mt_fit_share *share;
  uint32_t first, count;
} block;

static mt_view scores_of(const mt_fit *fit, uint32_t count) { return matrix(fit, fit->scores, fit->pair_count, count, count, 1); }

static void score(const mt_fit *fit, const float *table, block of) {
  uint32_t width = fit->shape.width, pairs = fit->pair_count, count = of.count;
  const uint32_t *negative = of.share->negative + of.first;
  const float *likely = of.share->likely == NULL ? NULL : of.share->likely + of.first;
  for (uint32_t n = 0; n < count; n++) {
    float *to = fit->at_block + (size_t)n * width;
    if (negative[n] == MT_NO_ITEM) memset(to, 0, width * sizeof *to);
    else memcpy(to, table + (size_t)negative[n] * width, width * sizeof *to);
  }
  product(fit, scores_of(fit, count), matrix(fit, fit->at_pairs, pairs, width, width, 1), matrix(fit, fit->at_block, width, count, 1, width), false);
  mt_f4 none = mt_f4_splat(-INFINITY), nobody = wasm_i32x4_splat((int32_t)MT_NO_ITEM);
  for (uint32_t p = 0; p < pairs; p++) {
    float *own = fit->scores + (size_t)p * count;
    mt_f4 target = wasm_i32x4_splat((int32_t)fit->target[p]);
    for (uint32_t n = 0; n < count; n += 4) {
      mt_f4 four = mt_f4_load(own + n), item = wasm_v128_load(negative + n);
      if (likely != NULL) four = mt_f4_sub(four, mt_f4_load(likely + n));
      mt_f4 never = wasm_v128_or(wasm_i32x4_eq(item, target), wasm_i32x4_eq(item, nobody));
      mt_f4_store(own + n, mt_f4_select(never, none, four));
    }
  }
}

/* From the scores' gradients to those of the pairs' vectors, and of the block's items. */
static void back_of(const mt_fit *fit, block of) {
  uint32_t width = fit->shape.width, pairs = fit->pair_count, count = of.count;
  mt_view vectors = matrix(fit, fit->at_pairs, pairs, width, width, 1), by = matrix(fit, fit->by_pairs, pairs, width, width, 1);
  mt_view by_items = matrix(fit, fit->by_negatives + (size_t)of.first * width, count, width, width, 1);
  product(fit, by, scores_of(fit, count), matrix(fit, fit->at_block, count, width, width, 1), true);
  product(fit, by_items, matrix(fit, fit->scores, count, pairs, 1, count), vectors, false);
}

/* Negatives that are scored at once. */
static double loss_of_all(const mt_fit *fit, const float *table, block all) {
  const mt_fit_shape *shape = &fit->shape;
  double loss = 0;
  score(fit, table, all);
  for (uint32_t p = 0; p < fit->pair_count; p++)
    loss += mt_loss_of((mt_fit_loss)shape->loss, shape->first, shape->second, all.share->weight[p], fit->own[p],
                       fit->scores + (size_t)p * all.count, all.count, &fit->by_target[p]);
  back_of(fit, all);
  return loss;
}

/* More of them, of softmax. */
static double loss_by_blocks(const mt_fit *fit, const float *table, const mt_fit_share *share) {
  uint32_t pairs = fit->pair_count, most = fit->shape.block;
  double loss = 0;
  for (uint32_t p = 0; p < pairs; p++) fit->sums[p] = mt_softmax_start(fit->own[p]);
  for (uint32_t sweep = 0; sweep < 2; sweep++) {
    for (uint32_t first = 0; first < share->negatives; first += most) {
      uint32_t left = share->negatives - first;
      block now = {share, first, left < most ? left : most};
      score(fit, table, now);
      for (uint32_t p = 0; p < pairs; p++) {
        float *scores = fit->scores + (size_t)p * now.count;
        if (sweep == 0) mt_softmax_add(&fit->sums[p], scores, now.count);
        else mt_softmax_gradients(&fit->sums[p], share->weight[p], scores, now.count);
      }
      if (sweep == 1) back_of(fit, now);
    }
  }
  for (uint32_t p = 0; p < pairs; p++) loss += mt_softmax_loss(&fit->sums[p], share->weight[p], fit->own[p], &fit->by_target[p]);
  return loss;
}

mt_status mt_fit_slot(mt_fit *fit, const float *table, const mt_fit_share *share, double *loss_ret, mt_error *error) {
  const mt_fit_shape *shape = &fit->shape;
  uint32_t width = shape->width, pairs = share->pairs;
  MT_TRY(forward(fit, table, share, error));
  memset(fit->by_pairs, 0, (size_t)pairs * width * sizeof *fit->by_pairs);
  for (uint32_t p = 0; p < pairs; p++) {
    fit->own[p] = mt_dot_f32(fit->at_pairs + (size_t)p * width, table + (size_t)share->target[p] * width, width);
    if (share->target_likely != NULL) fit->own[p] -= share->target_likely[p];
  }
  bool at_once = share->negatives <= shape->block;
  *loss_ret = at_once ? loss_of_all(fit, table, (block){share, 0, share->negatives}) : loss_by_blocks(fit, table, share);
  mt_back_clear(&fit->run);
  float *back = mt_back_port(&fit->run, shape->output);
  for (uint32_t p = 0; p < pairs; p++) {
    float *by = fit->by_pairs + (size_t)p * width;
    mt_axpy_f32(fit->by_target[p], table + (size_t)share->target[p] * width, by, width);
    mt_axpy_f32(1, by, back + (size_t)share->vector[p] * width, width);
  }
  MT_TRY(mt_back_rows(&fit->run, share->rows, error));
  return mt_back_request(&fit->run, error);
}

/* -- how well it does -- */

static bool holds(const mt_fit *fit, uint32_t row, uint32_t item) {
  const uint32_t *history = fit->history + (size_t)row * fit->shape.length;
  for (uint32_t i = 0; i < fit->shape.length; i++)
    if (history[i] == item) return true;
  return false;
}

static bool counts(const mt_fit_share *share, uint32_t item) { return share->among == NULL || share->among[item] != 0; }

typedef struct ahead_of {
  const float *table, *h;
  float own; /* the target's score */
  uint32_t target, width;
} ahead_of;

static bool is_ahead(const ahead_of *a, uint32_t item) {
  return item != a->target && !(mt_dot_f32(a->h, a->table + (size_t)item * a->width, a->width) < a->own);
}

mt_status mt_fit_ranks(mt_fit *fit, const float *table, uint32_t items, const mt_fit_share *share, uint32_t *ranks, mt_error *error) {
  uint32_t width = fit->shape.width;
  MT_TRY(forward(fit, table, share, error));
  for (uint32_t p = 0; p < share->pairs; p++) {
    const float *h = fit->at_pairs + (size_t)p * width;
    ahead_of a = {table, h, mt_dot_f32(h, table + (size_t)share->target[p] * width, width), share->target[p], width};
    uint32_t rank = 0, row = share->vector[p] / fit->shape.vectors;
    for (uint32_t item = 0; item < items; item++)
      if (counts(share, item) && is_ahead(&a, item) && !holds(fit, row, item)) rank++;
    if (share->met != NULL)
      for (uint32_t i = share->met_start[row]; i < share->met_start[row + 1]; i++)
        if (counts(share, share->met[i]) && is_ahead(&a, share->met[i])) rank--;
    ranks[p] = rank;
  }
  return MT_OK;
}

static bool is_wanted(const mt_fit *fit, const mt_fit_share *share, uint32_t row, uint32_t item) {
  for (uint32_t p = 0; p < share->pairs; p++)
    if (share->vector[p] / fit->shape.vectors == row && share->target[p] == item) return true;
  return false;
}

mt_status mt_fit_nearest(mt_fit *fit, const float *table, uint32_t items, const mt_fit_share *share, uint32_t count, uint32_t *nearest_ret,
                         mt_error *error) {
  uint32_t width = fit->shape.width, met = fit->shape.length + fit->shape.pairs;
  size_t most = (size_t)count + met; /* of so many some that the row does not hold are left */
  uint64_t *keys = mt_learn_alloc(mt_topk_capacity(most), sizeof *keys);
  if (keys == NULL) return mt_fail(error, MT_NO_MEMORY, "training: no memory for the %u nearest", count);
  mt_status status = forward(fit, table, share, error);
  for (uint32_t p = 0; p < share->pairs && status == MT_OK; p++) {
    const float *h = fit->at_pairs + (size_t)p * width;
    uint32_t row = share->vector[p] / fit->shape.vectors, found = 0, *to = nearest_ret + (size_t)p * count;
    mt_topk top = mt_topk_start(keys, most);
    for (uint32_t item = 0; item < items; item++) {
      if (!counts(share, item)) continue;
      float s = mt_dot_f32(h, table + (size_t)item * width, width);
      if (s == s) mt_topk_push(&top, mt_topk_key(s, item));
    }
    size_t best = mt_topk_finish(&top);
    for (size_t i = 0; i < best && found < count; i++) {
      uint32_t item = mt_topk_item(keys[i]);
      if (!holds(fit, row, item) && !is_wanted(fit, share, row, item)) to[found++] = item;
    }
    while (found < count) to[found++] = MT_NO_ITEM;
  }
  free(keys);
  return status;
}

/* -- steps -- */

/* Where the gradients of items ≡ part (mod parts) are added up. */
typedef struct gathering {
  uint32_t part, parts, width, count;
  float *sum;
  uint32_t *touched;
  uint8_t *seen;
} gathering;

static void meet(gathering *to, uint32_t item, float scale, const float *gradient) {
  if (item == MT_NO_ITEM || item % to->parts != to->part) return;
  if (to->seen[item] == 0) to->touched[to->count++] = item;
  to->seen[item] = 1;
  mt_axpy_f32(scale, gradient, to->sum + (size_t)item * to->width, to->width);
}

double mt_fit_gather(const mt_fit *const *slots, uint32_t count, uint32_t part, uint32_t parts, float *sum, uint8_t *seen,
                     uint32_t *touched_ret, uint32_t *count_ret) {
  uint32_t width = slots[0]->shape.width;
  gathering to = {part, parts, width, 0, sum, touched_ret, seen};
  for (uint32_t s = 0; s < count; s++) {
    const mt_fit *slot = slots[s];
    bool reads = slot->shape.items != MT_NO_PORT;
    const float *back = reads ? mt_back_port(&slot->run, slot->shape.items) : NULL;
    size_t places = reads ? (size_t)slot->rows * slot->shape.length : 0;
    for (size_t i = 0; i < places; i++) meet(&to, slot->history[i], 1, back + i * width);
    for (uint32_t p = 0; p < slot->pair_count; p++) meet(&to, slot->target[p], slot->by_target[p], slot->at_pairs + (size_t)p * width);
    for (uint32_t n = 0; n < slot->negative_count; n++) meet(&to, slot->negative[n], 1, slot->by_negatives + (size_t)n * width);
  }
  double squares = 0;
  for (uint32_t i = 0; i < to.count; i++) {
    const float *row = sum + (size_t)to.touched[i] * width;
    squares += mt_dot_f32(row, row, width);
  }
  *count_ret = to.count;
  return squares;
}

/* value -= rate · (m̂ / (sqrt(v̂) + ε) + decay · value), the moments' hats written into the rate. */
static void adam_step(const mt_adam *adam, size_t n, const float *gradient, float *value, float *first, float *second) {
  float one = 1 - powf(adam->beta1, (float)adam->step), two = 1 - powf(adam->beta2, (float)adam->step);
  float rate = adam->rate / one, root = 1 / sqrtf(two);
  for (size_t i = 0; i < n; i++) {
    float g = gradient[i] * adam->scale;
    first[i] += (1 - adam->beta1) * (g - first[i]);
    second[i] += (1 - adam->beta2) * (g * g - second[i]);
    value[i] -= rate * first[i] / (sqrtf(second[i]) * root + adam->epsilon) + adam->rate * adam->decay * value[i];
  }
}

void mt_fit_table(const mt_adam *adam, uint32_t width, bool unit, const uint32_t *touched, uint32_t count, float *sum, uint8_t *seen,
                  float *table, float *first, float *second) {
  for (uint32_t i = 0; i < count; i++) {
    size_t at = (size_t)touched[i] * width;
    if (unit) mt_axpy_f32(-mt_dot_f32(sum + at, table + at, width), table + at, sum + at, width);
    adam_step(adam, width, sum + at, table + at, first + at, second + at);
    float length = unit ? sqrtf(mt_dot_f32(table + at, table + at, width)) : 1;
    for (uint32_t d = 0; unit && length > 0 && d < width; d++) table[at + d] /= length;
    memset(sum + at, 0, width * sizeof *sum);
    seen[touched[i]] = 0;
  }
}

double mt_fit_dense_gradient(const mt_fit *const *slots, uint32_t count, float *gradient) {
  double squares = 0;
  for (uint32_t p = 0; p < slots[0]->shape.parameters; p++) {
    size_t n = room_of(slots[0], p);
    memset(gradient, 0, n * sizeof *gradient);
    for (uint32_t s = 0; s < count; s++) {
      uint32_t port = slots[s]->shape.parameter + p;
      const float *back = mt_back_port(&slots[s]->run, port);
      size_t own = mt_port_floats(&slots[s]->program.ports[port], 1);
      for (size_t i = 0; i < own; i++) gradient[i] += back[i];
    }
    for (size_t i = 0; i < n; i++) squares += (double)gradient[i] * gradient[i];
    gradient += n;
  }
  return squares;
}

void mt_fit_dense(const mt_adam *adam, size_t n, const float *gradient, float *value, float *first, float *second) {
  adam_step(adam, n, gradient, value, first, second);
}

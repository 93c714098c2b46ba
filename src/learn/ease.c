#include "learn/ease.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/simd.h"
#include "base/topk.h"

#define TILE 4 /* rows that share the loads of another one */

/* sums[r] = <rows[r], other> over from .. to, both multiples of 4; rows are `n` apart. */
MT_VECTOR_OP void dot_tile(const float *rows, size_t n, const float *other, size_t from, size_t to, float *sums) {
  mt_f4 sum[TILE];
  for (size_t r = 0; r < TILE; r++) sum[r] = mt_f4_splat(0);
  for (size_t k = from; k < to; k += 4) {
    mt_f4 x = mt_f4_load(other + k);
    for (size_t r = 0; r < TILE; r++) sum[r] = mt_f4_muladd(mt_f4_load(rows + r * n + k), x, sum[r]);
  }
  for (size_t r = 0; r < TILE; r++) sums[r] = mt_f4_sum(sum[r]);
}

/* The lower triangle becomes L, a = L Lᵀ; what is above it stays. */
static bool factorise(float *a, size_t n) {
  float sums[TILE];
  for (size_t i = 0; i < n; i += TILE)
    for (size_t j = 0; j < i + TILE; j++) {
      const float *row = a + j * n;
      size_t whole = j / 4 * 4;
      dot_tile(a + i * n, n, row, 0, whole, sums);
      for (size_t r = j > i ? j - i : 0; r < TILE; r++) { /* the diagonal, where it is in this tile, comes first */
        float *cell = a + (i + r) * n + j, left = *cell - sums[r];
        for (size_t k = whole; k < j; k++) left -= a[(i + r) * n + k] * row[k];
        if (i + r == j && !(left > 0)) return false;
        *cell = i + r == j ? sqrtf(left) : left / row[j];
      }
    }
  return true;
}

/* inverse[j][i] = (L⁻¹)_ij, so that a row of it is a column of L⁻¹. `inverse` comes all zeros, which is what lets ranges be
 * rounded to whole vectors: what is not written yet, or never, adds nothing. */
static void invert_lower(const float *l, size_t n, float *inverse) {
  float sums[TILE];
  for (size_t j = 0; j < n; j += TILE)
    for (size_t i = j; i < n; i++) {
      const float *row = l + i * n;
      dot_tile(inverse + j * n, n, row, j, mt_round_up(i, 4), sums);
      for (size_t r = 0; r < TILE && j + r <= i; r++)
        inverse[(j + r) * n + i] = ((j + r == i ? 1.0f : 0.0f) - sums[r]) / row[i];
    }
}

mt_status mt_invert_f32(float *matrix, size_t n, float *work, mt_error *error) {
  float sums[TILE];
  if (!factorise(matrix, n)) return mt_fail(error, MT_INVALID, "ease: a matrix of %u rows is not positive definite", n);
  memset(work, 0, n * n * sizeof *work);
  invert_lower(matrix, n, work);
  for (size_t j = 0; j < n; j += TILE) /* P = L⁻ᵀ L⁻¹ */
    for (size_t i = j; i < n; i++) {
      dot_tile(work + j * n, n, work + i * n, i / 4 * 4, n, sums);
      for (size_t r = 0; r < TILE; r++) matrix[i * n + j + r] = matrix[(j + r) * n + i] = sums[r];
    }
  return MT_OK;
}

/* What the weights are made of: sets of items by user, or a log in order. */
typedef struct source {
  const mt_lists *by_user;
  const mt_log *log; /* NULL: sets */
  float fading;
  const uint32_t *items; /* [entries] of all of them */
  size_t entries;
  uint32_t width;
} source;

/* The items that somebody met: item[n], and place[width], where each is among them, less one. Returns n. */
static uint32_t met_items(const source *from, uint32_t *item, uint32_t *place) {
  uint32_t n = 0;
  for (size_t e = 0; e < from->entries; e++) place[from->items[e]] = 1;
  for (uint32_t i = 0; i < from->width; i++) {
    if (place[i] == 0) continue;
    item[n] = i;
    place[i] = ++n;
  }
  return n;
}

/* XᵀX. */
static void fill_sets(const mt_lists *by_user, const uint32_t *place, float *gram, size_t n) {
  for (uint32_t u = 0; u < by_user->keys; u++)
    for (uint32_t e = by_user->start[u]; e < by_user->start[u + 1]; e++) {
      float *row = gram + (place[by_user->items[e]] - 1) * n, weight = by_user->weights[e];
      for (uint32_t f = by_user->start[u]; f < by_user->start[u + 1]; f++)
        row[place[by_user->items[f]] - 1] += weight * by_user->weights[f];
    }
}

/* SᵀS, and AᵀS into ahead. Summed over all steps, two events count by how far they are apart: SᵀS by fading^apart times a
 * sum of fading^(2k) over the steps that are left, AᵀS by a sum of fading^k · AHEAD^(apart - 1 - k). */
static void fill_order(const mt_log *log, const uint32_t *place, float fading, float *gram, float *ahead, size_t n) {
  enum { REACH = 64 };
  static const float AHEAD = 0.7f;
  float faded[REACH + 1] = {1}, next[REACH + 1] = {0}, far = 1;
  for (uint32_t d = 1; d <= REACH; d++, far *= AHEAD) {
    faded[d] = faded[d - 1] * fading;
    next[d] = next[d - 1] * fading + far;
  }
  for (uint32_t u = 0; u < log->users; u++) {
    const uint32_t *item = log->item + log->start[u];
    uint32_t count = log->start[u + 1] - log->start[u];
    float left = 0;
    for (uint32_t f = count; f-- > 0;) {
      size_t later = place[item[f]] - 1;
      if (f + 1 < count) left = 1 + fading * fading * left; /* after the last event nothing came */
      gram[later * n + later] += left;
      for (uint32_t d = 1; d <= REACH && d <= f; d++) {
        size_t earlier = place[item[f - d]] - 1;
        gram[later * n + earlier] += faded[d] * left;
        gram[earlier * n + later] += faded[d] * left;
        ahead[later * n + earlier] += next[d];
      }
    }
  }
}

/* The ridge on the diagonal, 1 in rows that fill the matrix up. */
static void add_ridge(uint32_t met, float ridge, float *gram, size_t n) {
  double diagonal = 0;
  for (size_t i = 0; i < met; i++) diagonal += gram[i * n + i];
  float mean = (float)(diagonal / met), added = mean > 0 ? mean * ridge : 1;
  for (size_t i = 0; i < n; i++) gram[i * n + i] += i < met ? added : 1;
}

/* Rows i .. i + TILE - 1 of B: rows[TILE][n]. ahead: NULL for sets. */
static void weigh_rows(const float *inverse, const float *ahead, size_t n, size_t i, float *rows) {
  float sums[TILE];
  for (size_t j = 0; j < n; j++) {
    if (ahead != NULL) dot_tile(inverse + i * n, n, ahead + j * n, 0, n, sums);
    for (size_t r = 0; r < TILE; r++)
      rows[r * n + j] = ahead != NULL ? sums[r] : -inverse[(i + r) * n + j] / inverse[j * n + j];
  }
}

/* The heaviest of row i of B, by magnitude. */
static void keep_row(const float *row, uint32_t i, const uint32_t *item, uint32_t met, uint32_t top, uint64_t *keys,
                     mt_lists *out, uint32_t *used) {
  mt_topk best = mt_topk_start(keys, top);
  for (uint32_t j = 0; j < met; j++)
    if (j != i && row[j] != 0) mt_topk_push(&best, mt_topk_key(fabsf(row[j]), j));
  size_t kept = mt_topk_finish(&best);
  for (size_t t = 0; t < kept; t++, (*used)++) {
    uint32_t j = mt_topk_item(keys[t]);
    out->items[*used] = item[j];
    out->weights[*used] = row[j];
  }
}

static mt_status train(const source *from, float ridge, uint32_t top, const uint32_t *item, const uint32_t *place,
                       uint32_t met, mt_lists *out, mt_error *error) {
  size_t n = mt_round_up(met, TILE), cells = n * n; /* met <= MT_EASE_MOST_ITEMS */
  top = top < met ? top : met;
  float *gram = mt_learn_alloc(cells * (from->log == NULL ? 2 : 3) + TILE * n, sizeof *gram);
  uint64_t *keys = mt_learn_alloc(mt_topk_capacity(top), sizeof *keys);
  mt_status status = mt_lists_alloc(from->width, from->width, (size_t)met * top, out, error);
  if (status == MT_OK && (gram == NULL || keys == NULL)) {
    mt_lists_free(out);
    status = mt_fail(error, MT_NO_MEMORY, "ease: no memory for the weights of %u items", met);
  }
  float *work = status == MT_OK ? gram + cells : NULL; /* behind the check: nothing may be added to NULL */
  float *ahead = status == MT_OK && from->log != NULL ? work + cells : NULL;
  if (status == MT_OK) {
    memset(gram, 0, cells * sizeof *gram);
    if (ahead != NULL) memset(ahead, 0, cells * sizeof *ahead);
    if (ahead == NULL) fill_sets(from->by_user, place, gram, n);
    else fill_order(from->log, place, from->fading, gram, ahead, n);
    add_ridge(met, ridge, gram, n);
    status = mt_invert_f32(gram, n, work, error);
    if (status != MT_OK) mt_lists_free(out);
  }
  uint32_t used = 0;
  float *rows = status == MT_OK ? gram + cells * (ahead == NULL ? 2 : 3) : NULL;
  for (uint32_t i = 0; status == MT_OK && i < from->width; i++) {
    if (place[i] > 0) {
      uint32_t row = place[i] - 1;
      if (row % TILE == 0) weigh_rows(gram, ahead, n, row, rows);
      keep_row(rows + row % TILE * n, row, item, met, top, keys, out, &used);
    }
    out->start[i + 1] = used;
  }
  free(gram);
  free(keys);
  return status;
}

static mt_status train_met(const source *from, float ridge, uint32_t top, mt_lists *out, mt_error *error) {
  *out = (mt_lists){0};
  if (!(ridge > 0) || !isfinite(ridge)) return mt_fail(error, MT_INVALID, "ease: expected a ridge above 0");
  uint32_t *item = mt_learn_alloc(from->width, sizeof *item), *place = calloc((size_t)from->width + 1, sizeof *place);
  mt_status status = MT_OK;
  if (item == NULL || place == NULL) {
    status = mt_fail(error, MT_NO_MEMORY, "ease: no memory for %u items", from->width);
  } else {
    uint32_t met = met_items(from, item, place);
    if (met > MT_EASE_MOST_ITEMS)
      status = mt_fail(error, MT_INVALID, "ease: found %u items that were met, expected at most %u", met, MT_EASE_MOST_ITEMS);
    else status = train(from, ridge, top, item, place, met, out, error);
  }
  free(item);
  free(place);
  return status;
}

mt_status mt_ease_train(const mt_lists *by_user, float ridge, uint32_t top, mt_lists *out, mt_error *error) {
  source sets = {.by_user = by_user, .items = by_user->items, .entries = by_user->start[by_user->keys], .width = by_user->width};
  return train_met(&sets, ridge, top, out, error);
}

mt_status mt_ease_train_order(const mt_log *log, float fading, float ridge, uint32_t top, mt_lists *out, mt_error *error) {
  *out = (mt_lists){0};
  if (!(fading >= 0 && fading < 1)) return mt_fail(error, MT_INVALID, "ease: expected a fading from 0 to below 1");
  source order = {.log = log, .fading = fading, .items = log->item, .entries = log->events, .width = log->items};
  return train_met(&order, ridge, top, out, error);
}

#include "learn/lists.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/topk.h"

void *mt_learn_alloc(size_t count, size_t element) {
  size_t bytes;
  if (!mt_mul_size(count, element, &bytes)) return NULL;
  return malloc(bytes == 0 ? 1 : bytes);
}

int mt_compare_numbers(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

mt_status mt_lists_alloc(uint32_t keys, uint32_t width, size_t entries, mt_lists *out, mt_error *error) {
  *out = (mt_lists){keys, width, NULL, NULL, NULL};
  size_t starts;
  if (entries > UINT32_MAX || !mt_add_size(keys, 1, &starts))
    return mt_fail(error, MT_NO_MEMORY, "learn: found %u list entries, expected fewer than 2^32", entries);
  out->start = mt_learn_alloc(starts, sizeof *out->start);
  out->items = mt_learn_alloc(entries, sizeof *out->items);
  out->weights = mt_learn_alloc(entries, sizeof *out->weights);
  if (out->start == NULL || out->items == NULL || out->weights == NULL) {
    mt_lists_free(out);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u list entries", entries);
  }
  memset(out->start, 0, starts * sizeof *out->start);
  return MT_OK;
}

void mt_lists_free(mt_lists *lists) {
  free(lists->start);
  free(lists->items);
  free(lists->weights);
  lists->start = lists->items = NULL;
  lists->weights = NULL;
}

mt_status mt_lists_check(const mt_lists *lists, mt_error *error) {
  if (lists->start[0] != 0) return mt_fail(error, MT_INVALID, "lists: the first starts at %u, expected 0", lists->start[0]);
  for (uint32_t key = 0; key < lists->keys; key++)
    if (lists->start[key + 1] < lists->start[key])
      return mt_fail(error, MT_INVALID, "lists: list %u ends at %u, before its start %u", key, lists->start[key + 1],
                     lists->start[key]);
  for (uint32_t e = 0; e < lists->start[lists->keys]; e++) {
    if (lists->items[e] >= lists->width)
      return mt_fail(error, MT_INVALID, "lists: entry %u: found item %u, expected less than %u", e, lists->items[e],
                     lists->width);
    if (!isfinite(lists->weights[e])) return mt_fail(error, MT_INVALID, "lists: entry %u: weight is not finite", e);
  }
  return MT_OK;
}

mt_status mt_lists_transpose(const mt_lists *lists, mt_lists *out, mt_error *error) {
  uint32_t entries = lists->start[lists->keys];
  MT_TRY(mt_lists_alloc(lists->width, lists->keys, entries, out, error));
  uint32_t *start = out->start;
  for (uint32_t e = 0; e < entries; e++) start[lists->items[e] + 1]++;
  for (uint32_t i = 0; i < out->keys; i++) start[i + 1] += start[i];
  /* Filling moves every start to its end, which is the next one's start; shifting by one puts that right. */
  for (uint32_t key = 0; key < lists->keys; key++)
    for (uint32_t e = lists->start[key]; e < lists->start[key + 1]; e++) {
      uint32_t at = start[lists->items[e]]++;
      out->items[at] = key;
      out->weights[at] = lists->weights[e];
    }
  memmove(start + 1, start, out->keys * sizeof *start);
  start[0] = 0;
  return MT_OK;
}

mt_status mt_lists_truncate(mt_lists *lists, uint32_t top, mt_error *error) {
  uint32_t longest = 0;
  for (uint32_t key = 0; key < lists->keys; key++) {
    uint32_t length = lists->start[key + 1] - lists->start[key];
    if (length > longest) longest = length;
  }
  /* The sort key holds magnitude and item; the sign waits in `negative`, by item. */
  uint64_t *sorted = mt_learn_alloc(longest, sizeof *sorted);
  unsigned char *negative = calloc((size_t)lists->width + 1, 1);
  if (sorted == NULL || negative == NULL) {
    free(sorted);
    free(negative);
    return mt_fail(error, MT_NO_MEMORY, "learn: no memory to sort a list of %u", longest);
  }
  uint32_t kept = 0, begin = 0;
  for (uint32_t key = 0; key < lists->keys; key++) {
    uint32_t end = lists->start[key + 1], length = end - begin;
    for (uint32_t i = 0; i < length; i++) {
      uint32_t item = lists->items[begin + i];
      sorted[i] = mt_topk_key(fabsf(lists->weights[begin + i]), item);
      negative[item] = lists->weights[begin + i] < 0;
    }
    mt_sort_descending(sorted, length);
    if (length > top) length = top;
    for (uint32_t i = 0; i < length; i++, kept++) {
      float weight = mt_topk_score(sorted[i]);
      lists->items[kept] = mt_topk_item(sorted[i]);
      lists->weights[kept] = negative[lists->items[kept]] ? -weight : weight;
    }
    lists->start[key + 1] = kept;
    begin = end;
  }
  free(sorted);
  free(negative);
  return MT_OK;
}

mt_status mt_lists_of(const mt_postings *postings, mt_lists *out, mt_error *error) {
  mt_posting walk;
  size_t entries = 0;
  for (uint32_t key = 0; key < postings->keys; key++) {
    mt_posting_start(postings, key, &walk);
    entries += walk.left;
  }
  if (entries > 8 * (size_t)postings->data_bytes) /* each takes a bit at least */
    return mt_fail(error, MT_INVALID, "postings: found %u bytes, too few for %u entries", postings->data_bytes, entries);
  MT_TRY(mt_lists_alloc(postings->keys, postings->items, entries, out, error));
  uint32_t at = 0;
  for (uint32_t key = 0; key < postings->keys; key++) {
    for (mt_posting_start(postings, key, &walk); mt_posting_next(&walk); at++) {
      out->items[at] = walk.item;
      out->weights[at] = walk.mark != 0 ? -walk.weight : walk.weight;
    }
    out->start[key + 1] = at;
    if (walk.left == 0) continue;
    mt_lists_free(out);
    return mt_fail(error, MT_INVALID, "postings: list %u ends too early", key);
  }
  return MT_OK;
}

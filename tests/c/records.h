/* Rules as records, written plainly. */
#ifndef RECORDS_H
#define RECORDS_H

#include "bundle/rules.h"
#include "catalogue.h"

typedef struct records {
  unsigned char bytes[32768];
  size_t length;
} records;

static inline void put_record(records *r, uint32_t op, uint32_t subject, uint32_t n, uint32_t m, float x, float y,
                              double u, double v,
                              const uint32_t *list, uint32_t count) {
  unsigned char *at = r->bytes + r->length;
  CHECK(r->length + MT_RECORD_BYTES + 4 * (size_t)count <= sizeof r->bytes);
  memset(at, 0, MT_RECORD_BYTES);
  mt_store_u32(at, op), mt_store_u32(at + 4, subject), mt_store_u32(at + 8, n), mt_store_u32(at + 12, m);
  mt_store_f32(at + 16, x), mt_store_f32(at + 20, y);
  memcpy(at + 24, &u, 8), memcpy(at + 32, &v, 8);
  mt_store_u32(at + 40, count);
  if (count > 0) memcpy(at + MT_RECORD_BYTES, list, 4 * (size_t)count);
  r->length += MT_RECORD_BYTES + 4 * (size_t)count;
}

static inline void put_rule(records *r, mt_rule_kind kind, uint32_t attribute, uint32_t n, uint32_t m, float x,
                            float y) {
  put_record(r, kind, attribute, n, m, x, y, 0, 0, NULL, 0);
}

static inline void put_condition(records *r, mt_condition_kind kind, uint32_t subject, uint32_t flags, double low,
                                 double high,
                                 const uint32_t *list, uint32_t count) {
  put_record(r, MT_RECORD_CONDITION + (uint32_t)kind, subject, flags, 0, 0, 0, low, high, list, count);
}

#endif

/* Rules as records, written plainly. */
#ifndef RECORDS_H
#define RECORDS_H

#include "bundle/rules.h"
#include "catalogue.h"

typedef struct records {
  unsigned char bytes[32768];
  size_t length;
} records;

static inline void put_record(records *r, uint32_t what, uint32_t subject, uint32_t count, uint32_t other, float amount,
                              float extra, double low, double high, const uint32_t *list, uint32_t listed) {
  unsigned char *at = r->bytes + r->length;
  CHECK(r->length + MT_RECORD_BYTES + 4 * (size_t)listed <= sizeof r->bytes);
  memset(at, 0, MT_RECORD_BYTES);
  mt_store_u32(at, what), mt_store_u32(at + 4, subject), mt_store_u32(at + 8, count), mt_store_u32(at + 12, other);
  mt_store_f32(at + 16, amount), mt_store_f32(at + 20, extra);
  memcpy(at + 24, &low, 8), memcpy(at + 32, &high, 8);
  mt_store_u32(at + 40, listed);
  if (listed > 0) memcpy(at + MT_RECORD_BYTES, list, 4 * (size_t)listed);
  r->length += MT_RECORD_BYTES + 4 * (size_t)listed;
}

static inline void put_rule(records *r, mt_rule_kind kind, uint32_t attribute, uint32_t count, uint32_t other, float amount,
                            float extra) {
  put_record(r, kind, attribute, count, other, amount, extra, 0, 0, NULL, 0);
}

static inline void put_condition(records *r, mt_condition_kind kind, uint32_t subject, uint32_t flags, double low,
                                 double high, const uint32_t *list, uint32_t count) {
  put_record(r, MT_RECORD_CONDITION + (uint32_t)kind, subject, flags, 0, 0, 0, low, high, list, count);
}

#endif

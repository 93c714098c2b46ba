/* Campaign: a list that people make, such as an editors' choice, each entry with the time in which it speaks.
 *
 *    0  u32  entries
 *    4  u32  0
 *    8  entry[entries], 24 bytes each
 *          0 u32 item        8 f64 start    seconds, the first at which it speaks; -infinity: it always did
 *          4 f32 weight     16 f64 end      seconds, the first at which it does not any more; infinity: it never ends
 *
 * 0 < weight <= MT_POSTING_MAX, start < end. An item may have several entries: those that speak are added up.
 */
#ifndef MT_BUNDLE_CAMPAIGN_H
#define MT_BUNDLE_CAMPAIGN_H

#include <math.h>
#include <stdbool.h>

#include "base/status.h"
#include "bundle/format.h"

#define MT_CAMPAIGN_HEAD 8u
#define MT_CAMPAIGN_ENTRY 24u

typedef struct mt_campaign {
  uint32_t entries;
  const unsigned char *bytes; /* of the entries */
} mt_campaign;

typedef struct mt_campaign_entry {
  uint32_t item;
  float weight;
  double start, end;
} mt_campaign_entry;

mt_status mt_campaign_open(const unsigned char *bytes, size_t length, uint32_t items, mt_campaign *campaign, mt_error *error);

/* Entry `index` < entries. */
static inline mt_campaign_entry mt_campaign_at(const mt_campaign *campaign, uint32_t index) {
  const unsigned char *at = campaign->bytes + (size_t)index * MT_CAMPAIGN_ENTRY;
  return (mt_campaign_entry){mt_load_u32(at), mt_load_f32(at + 4), mt_load_f64(at + 8), mt_load_f64(at + 16)};
}

/* Whether an entry speaks now; where nobody knows the time (NaN) only one without start and end does. */
static inline bool mt_campaign_speaks(const mt_campaign_entry *entry, double now) {
  return (entry->start <= now || entry->start == (double)-INFINITY) && (now < entry->end || entry->end == (double)INFINITY);
}

/* Writing: `entries` into `out` of mt_campaign_bytes. */
static inline size_t mt_campaign_bytes(uint32_t entries) { return MT_CAMPAIGN_HEAD + (size_t)entries * MT_CAMPAIGN_ENTRY; }
void mt_campaign_encode(const uint32_t *items, const float *weights, const double *starts, const double *ends, uint32_t entries,
                        unsigned char *out);

#endif

/* Opening a bundle, or what has arrived of one: the gate between bytes from anywhere and the rest of martello.
 *
 * mt_bundle_open checks the header and the directory; mt_bundle_section hands out a section's bytes; each section's own
 * reader checks what is inside before anything uses it. Views point into the caller's bytes, which must stay. A file arrives
 * from its front: `arrived` of its `length` bytes are there, the others are not looked at.
 */
#ifndef MT_BUNDLE_BUNDLE_H
#define MT_BUNDLE_BUNDLE_H

#include <stdbool.h>

#include "base/status.h"
#include "bundle/format.h"

typedef struct mt_bundle {
  const unsigned char *bytes;
  size_t length, arrived;
  uint32_t items, sections;
  size_t needed; /* all that answers need lies before this; behind it is what only refines them, or is for people */
} mt_bundle;

typedef struct mt_section {
  uint32_t kind, ordinal, part;
  uint16_t version, flags;
  const unsigned char *bytes; /* 64-byte aligned where the bundle is; zero-filled to the next 64 */
  size_t length, end; /* end: of its bytes with the fill, from the bundle's start */
  bool here;          /* they have all arrived */
  uint64_t checksum;
  char name[MT_NAME_BYTES + 1];
} mt_section;

/* How long the whole file is, from its first 64 bytes: what a streaming reader must know first. */
mt_status mt_bundle_length(const unsigned char *bytes, size_t length, size_t *total_ret, mt_error *error);

/* MT_NOT_READY, and the sentence that says so. */
mt_status mt_bundle_is_early(mt_error *error);

/* MT_NOT_READY until the directory has arrived. */
mt_status mt_bundle_open(const unsigned char *bytes, size_t length, size_t arrived, mt_bundle *bundle, mt_error *error);

/* Section `index` < sections, in the order of the directory. */
void mt_bundle_section(const mt_bundle *bundle, uint32_t index, mt_section *section);

/* The section of a kind, ordinal and part, whether it has arrived or not; false where there is none. */
bool mt_bundle_lists(const mt_bundle *bundle, mt_section_kind kind, uint32_t ordinal, uint32_t part, mt_section *section);

/* The same where it has arrived. */
static inline bool mt_bundle_find(const mt_bundle *bundle, mt_section_kind kind, uint32_t ordinal, uint32_t part,
                                  mt_section *section) {
  return mt_bundle_lists(bundle, kind, ordinal, part, section) && section->here;
}

/* … or MT_CORRUPT, and a sentence that calls it `what`, of part 0. */
mt_status mt_bundle_need(const mt_bundle *bundle, mt_section_kind kind, uint32_t ordinal, const char *what,
                         mt_section *section, mt_error *error);

/* Compares one section with its checksum. */
mt_status mt_bundle_verify(const mt_bundle *bundle, uint32_t index, mt_error *error);

#endif

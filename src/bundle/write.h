/* Writing a bundle: finished sections laid out behind a header and a directory. Everything that makes bundles ends here. */
#ifndef MT_BUNDLE_WRITE_H
#define MT_BUNDLE_WRITE_H

#include "base/status.h"
#include "bundle/format.h"

typedef struct mt_draft {
  mt_section_kind kind;
  uint32_t ordinal, part;
  int required; /* a reader that does not know it must refuse the bundle */
  const char *name;
  const unsigned char *bytes;
  size_t length;
} mt_draft;

/* The file's length; fails where it would pass 2 GiB. */
mt_status mt_bundle_size(const mt_draft *drafts, uint32_t count, size_t *size_ret, mt_error *error);

/* Writes exactly mt_bundle_size bytes. */
void mt_bundle_write(const mt_draft *drafts, uint32_t count, uint32_t items, unsigned char *out);

#endif

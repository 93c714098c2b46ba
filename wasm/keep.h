/* What TypeScript holds as a pointer: structures on the heap, dropped by mt_drop or by a function of their own. */
#ifndef MT_KEEP_H
#define MT_KEEP_H

#include <stdlib.h>
#include <string.h>

#include "base/status.h"

/* A structure that was filled on success moves to the heap. */
static inline void *keep(const void *value, size_t bytes, mt_status status, mt_error *error) {
  if (status != MT_OK) return NULL;
  void *kept = malloc(bytes);
  if (kept == NULL) mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u bytes", bytes);
  else memcpy(kept, value, bytes);
  return kept;
}

#endif

#include "bundle/checksum.h"

#include "bundle/format.h"

#define XXH_INLINE_ALL /* static functions: only the one that is called gets into the object, and no malloc */
#include <xxhash.h>

uint64_t mt_checksum(const unsigned char *bytes, size_t length, uint64_t seed) { return XXH64(bytes, length, seed); }

uint64_t mt_directory_checksum(const unsigned char *bundle, uint32_t sections) {
  return mt_checksum(bundle + MT_HEADER_BYTES, (size_t)sections * MT_ENTRY_BYTES, mt_checksum(bundle, 56, 0));
}

/* XXH64, by the xxHash library's header. */
#ifndef MT_BUNDLE_CHECKSUM_H
#define MT_BUNDLE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t mt_checksum(const unsigned char *bytes, size_t length, uint64_t seed);

/* Of the directory, seeded with that of the header up to the field that holds it. */
uint64_t mt_directory_checksum(const unsigned char *bundle, uint32_t sections);

#endif

#include "bundle/checksum.h"

#include "bundle/format.h"

#define P1 0x9e3779b185ebca87u
#define P2 0xc2b2ae3d27d4eb4fu
#define P3 0x165667b19e3779f9u
#define P4 0x85ebca77c2b2ae63u
#define P5 0x27d4eb2f165667c5u

#define INLINE static inline __attribute__((always_inline)) /* an instruction or four: a call would cost more */

INLINE uint64_t turn(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }
INLINE uint64_t mix(uint64_t lane, uint64_t word) { return turn(lane + word * P2, 31) * P1; }
static uint64_t join(uint64_t sum, uint64_t lane) { return (sum ^ mix(0, lane)) * P1 + P4; }

uint64_t mt_checksum(const unsigned char *bytes, size_t length, uint64_t seed) {
  const unsigned char *end = bytes + length;
  uint64_t sum = seed + P5;
  if (length >= 32) {
    uint64_t a = seed + P1 + P2, b = seed + P2, c = seed, d = seed - P1;
    for (; end - bytes >= 32; bytes += 32) {
      a = mix(a, mt_load_u64(bytes));
      b = mix(b, mt_load_u64(bytes + 8));
      c = mix(c, mt_load_u64(bytes + 16));
      d = mix(d, mt_load_u64(bytes + 24));
    }
    sum = join(join(join(join(turn(a, 1) + turn(b, 7) + turn(c, 12) + turn(d, 18), a), b), c), d);
  }
  sum += length;
  for (; end - bytes >= 8; bytes += 8) sum = turn(sum ^ mix(0, mt_load_u64(bytes)), 27) * P1 + P4;
  for (; end - bytes >= 4; bytes += 4) sum = turn(sum ^ mt_load_u32(bytes) * P1, 23) * P2 + P3;
  for (; bytes < end; bytes++) sum = turn(sum ^ *bytes * P5, 11) * P1;
  sum = (sum ^ sum >> 33) * P2;
  sum = (sum ^ sum >> 29) * P3;
  return sum ^ sum >> 32;
}

uint64_t mt_directory_checksum(const unsigned char *bundle, uint32_t sections) {
  return mt_checksum(bundle + MT_HEADER_BYTES, (size_t)sections * MT_ENTRY_BYTES, mt_checksum(bundle, 56, 0));
}

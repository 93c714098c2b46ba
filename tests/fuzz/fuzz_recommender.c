/* Any bytes as a bundle, any bytes as what a host asks of it. Checksums are made right first: they are no barrier to an
 * attacker. An input is the script of the requests, then the bundle, at a multiple of 64 so that a mutation of the one
 * does not move the other.
 *
 *    0  u8     64-byte blocks of script
 *    1  u8     how many requests
 *    2  u8     which part of the bundle has arrived: 1 + n of 256; 0: all
 *   64  script
 *    .  bundle
 *
 * Most random mutations move what follows and die at the gate, so most of ours stay within one section.
 */
#include "drive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

/* Mutates data[first .. first + length], which keeps its length. */
static void mutate_part(uint8_t *data, size_t first, size_t length) {
  uint8_t *part = malloc(length);
  memcpy(part, data + first, length);
  size_t mutated = LLVMFuzzerMutate(part, length, length);
  memcpy(data + first, part, mutated);
  free(part);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
  mt_rng rng = mt_rng_seed(seed);
  size_t bundle = size < 64 ? size : 64 + 64 * (size_t)(data[0] % 8);
  uint32_t what = mt_rng_below(&rng, 16);
  if (size < bundle + MT_HEADER_BYTES || what == 0) return LLVMFuzzerMutate(data, size, most);
  uint32_t sections = mt_load_u32(data + bundle + 12);
  size_t left = size - bundle - MT_HEADER_BYTES;
  if (sections == 0 || sections > left / MT_ENTRY_BYTES || what == 1) mutate_part(data, bundle, MT_HEADER_BYTES);
  else if (what < 4) mutate_part(data, 0, bundle);
  else {
    size_t entry = bundle + MT_HEADER_BYTES + MT_ENTRY_BYTES * (size_t)mt_rng_below(&rng, sections);
    uint64_t offset = mt_load_u64(data + entry + 16), length = mt_load_u64(data + entry + 24);
    bool inside = length > 0 && offset <= size - bundle && length <= size - bundle - offset;
    /* the head of a section says more than what follows it */
    if (inside && what < 10 && length > 64) length = 64;
    if (inside && what > 4) mutate_part(data, bundle + (size_t)offset, (size_t)length);
    else mutate_part(data, entry, MT_ENTRY_BYTES);
  }
  return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 64) return 0;
  size_t script_end = 64 + 64 * (size_t)(data[0] % 8);
  if (size < script_end) return 0;
  script requests = {data + 64, data + script_end};
  uint64_t digest, again;
  mt_error error;
  size_t length = size - script_end;
  unsigned char *bundle = exact_memory(length);
  memcpy(bundle, data + script_end, length);
  if (length >= MT_HEADER_BYTES) { /* nor is the length */
    mt_store_u64(bundle + 16, length);
    renew_checksums(bundle, length);
  }
  bool opened = drive(bundle, length, requests, data[1] % 4 + 1u, &digest, &error);
  if (opened && data[1] >= 128) { /* the same again gives the same again */
    CHECK(drive(bundle, length, requests, data[1] % 4 + 1u, &again, &error));
    CHECK(digest == again);
  }
  if (opened) CHECK(mt_verify(bundle, length, 0, length, &error) == MT_OK);
  if (data[2] != 0) { /* the same before all of it is there */
    size_t arrived = length * (1u + data[2]) / 256;
    mt_extent extent;
    unsigned char *part = exact_memory(arrived);
    memcpy(part, bundle, arrived);
    if (!drive_arrived(part, length, arrived, requests, data[1] % 4 + 1u, &digest, &error)) CHECK(error.status != MT_NOT_READY || !opened || arrived < length);
    if (mt_measure(part, length, arrived, &extent, &error) == MT_OK) {
      CHECK(extent.arrived <= arrived && extent.needed <= length);
      if (extent.arrived > 0) CHECK(mt_verify(part, length, 0, arrived, &error) == MT_OK);
    }
    free(part);
  }
  free(bundle);
  return 0;
}

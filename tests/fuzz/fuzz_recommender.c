/* Any bytes as a bundle, any bytes as what a host asks of it. Checksums are made right first: they are no barrier to an
 * attacker. An input is 32 bytes that choose the requests, then more of them up to the bundle, which begins at a multiple
 * of 64 so that mutations of the one do not move the other.
 *
 *    0  u8     64-byte blocks of script
 *    1  u8     how many requests
 *   64  script
 *    .  bundle
 */
#include "drive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
  if (opened) CHECK(mt_verify(bundle, length, &error) == MT_OK);
  free(bundle);
  return 0;
}

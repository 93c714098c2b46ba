#include "bundle/write.h"

#include "base/checked.h"
#include "bundle/checksum.h"

mt_status mt_bundle_size(const mt_draft *drafts, uint32_t count, size_t *size_ret, mt_error *error) {
  if (count > MT_MAX_SECTIONS)
    return mt_fail(error, MT_INVALID, "bundle: found %u sections, expected at most %u", count, MT_MAX_SECTIONS);
  uint64_t size = MT_HEADER_BYTES + (uint64_t)count * MT_ENTRY_BYTES;
  for (uint32_t i = 0; i < count; i++) size += ((uint64_t)drafts[i].length + 63) & ~63ULL;
  if (size > MT_MAX_BUNDLE_BYTES)
    return mt_fail(error, MT_INVALID, "bundle: it would weigh %u bytes, expected at most %u", size,
                   MT_MAX_BUNDLE_BYTES);
  *size_ret = (size_t)size;
  return MT_OK;
}

void mt_bundle_write(const mt_draft *drafts, uint32_t count, uint32_t items, unsigned char *out) {
  size_t at = MT_HEADER_BYTES + (size_t)count * MT_ENTRY_BYTES;
  memset(out, 0, at);
  for (uint32_t i = 0; i < count; i++) {
    const mt_draft *draft = &drafts[i];
    unsigned char *entry = out + MT_HEADER_BYTES + (size_t)i * MT_ENTRY_BYTES;
    mt_store_u32(entry, draft->kind);
    mt_store_u32(entry + 4, draft->ordinal);
    mt_store_u32(entry + 8, draft->part);
    mt_store_u16(entry + 12, 1);
    mt_store_u16(entry + 14, draft->required ? 1 : 0);
    mt_store_u64(entry + 16, at);
    mt_store_u64(entry + 24, draft->length);
    mt_store_u64(entry + 32, mt_checksum(draft->bytes, draft->length, 0));
    size_t name = strlen(draft->name);
    memcpy(entry + 40, draft->name, name < MT_NAME_BYTES ? name : MT_NAME_BYTES);
    size_t filled = mt_round_up(draft->length, 64);
    memcpy(out + at, draft->bytes, draft->length);
    memset(out + at + draft->length, 0, filled - draft->length);
    at += filled;
  }
  memcpy(out, MT_MAGIC, 8);
  mt_store_u32(out + 8, MT_FORMAT_VERSION);
  mt_store_u32(out + 12, count);
  mt_store_u64(out + 16, at);
  mt_store_u32(out + 24, items);
  mt_store_u64(out + 56, mt_directory_checksum(out, count));
}

#include "bundle/bundle.h"

#include "base/checked.h"
#include "bundle/checksum.h"

mt_status mt_bundle_length(const unsigned char *bytes, size_t length, size_t *total_ret, mt_error *error) {
  if (length < MT_HEADER_BYTES)
    return mt_fail(error, MT_CORRUPT, "bundle: found %u bytes, expected at least the %u of a header", length,
                   MT_HEADER_BYTES);
  if (memcmp(bytes, MT_MAGIC, 8) != 0) {
    char found[9] = {0};
    memcpy(found, bytes, 8);
    return mt_fail(error, MT_CORRUPT,
                   "bundle: found \"%s\" at its start, expected \"" MT_MAGIC "\": this is not a martello bundle", mt_text(found));
  }
  uint32_t version = mt_load_u32(bytes + 8);
  if (version != MT_FORMAT_VERSION)
    return mt_fail(error, MT_UNSUPPORTED, "bundle: found format version %u, expected %u: %s", version, MT_FORMAT_VERSION,
                   mt_text(version < MT_FORMAT_VERSION ? "build it anew" : "update martello"));
  uint64_t total = mt_load_u64(bytes + 16);
  if (total > MT_MAX_BUNDLE_BYTES)
    return mt_fail(error, MT_UNSUPPORTED, "bundle: found a length of %u bytes, expected at most %u", total,
                   MT_MAX_BUNDLE_BYTES);
  *total_ret = (size_t)total;
  return MT_OK;
}

/* What the list of kinds says of each; zeros of a number that is none. */
typedef enum use { UNKNOWN, ANSWERS, REFINES, PEOPLE, LATER } use;
#define USE(name, number, unread, use, stage) [number] = (use),
static const uint8_t USES[MT_SECTION_END] = {MT_SECTION_KINDS(USE)};

static use use_of(const unsigned char *entry) {
  uint32_t kind = mt_load_u32(entry);
  return kind < MT_SECTION_END && mt_load_u16(entry + 12) == 1 ? (use)USES[kind] : UNKNOWN;
}

static mt_status check_entry(mt_bundle *bundle, uint32_t index, uint64_t *end, mt_error *error) {
  const unsigned char *entry = bundle->bytes + MT_HEADER_BYTES + (size_t)index * MT_ENTRY_BYTES;
  uint64_t offset = mt_load_u64(entry + 16), length = mt_load_u64(entry + 24);
  if (offset % MT_ENTRY_BYTES != 0 || offset < *end || offset > bundle->length || length > bundle->length - offset)
    return mt_fail(error, MT_CORRUPT,
                   "bundle: section %u lies at bytes %u to %u, expected a multiple of 64 from %u to %u", index,
                   offset, offset + length, *end, bundle->length);
  *end = offset + length;
  *end = (*end + 63) & ~63ULL;
  if (*end > bundle->length)
    return mt_fail(error, MT_CORRUPT, "bundle: section %u is not filled up to %u bytes", index,
                   *end);
  use use = use_of(entry);
  if (use == UNKNOWN && (mt_load_u16(entry + 14) & 1) != 0)
    return mt_fail(error, MT_UNSUPPORTED,
                   "bundle: section %u is of kind %u, version %u, expected kinds 1 to %u of version 1; a newer martello wrote it",
                   index, mt_load_u32(entry), mt_load_u16(entry + 12), MT_SECTION_END - 1);
  if (use == LATER)
    return mt_fail(error, MT_UNSUPPORTED,
                   "bundle: section %u is of kind %u, drawn for a later version, expected none: update martello",
                   index, mt_load_u32(entry));
  if (use == ANSWERS) bundle->needed = (size_t)*end;
  return MT_OK;
}

mt_status mt_bundle_is_early(mt_error *error) {
  return mt_fail(error, MT_NOT_READY, "bundle: too little of it has arrived");
}

mt_status mt_bundle_open(const unsigned char *bytes, size_t length, size_t arrived, mt_bundle *bundle, mt_error *error) {
  size_t total;
  if (arrived < MT_HEADER_BYTES && arrived < length) return mt_bundle_is_early(error);
  MT_TRY(mt_bundle_length(bytes, length, &total, error));
  if (total != length)
    return mt_fail(error, MT_CORRUPT, "bundle: found %u bytes, expected the %u that its header names", length, total);
  *bundle = (mt_bundle){bytes, length, arrived, mt_load_u32(bytes + 24), mt_load_u32(bytes + 12), 0};
  if (bundle->sections > MT_MAX_SECTIONS || MT_HEADER_BYTES + (size_t)bundle->sections * MT_ENTRY_BYTES > length)
    return mt_fail(error, MT_CORRUPT, "bundle: found %u sections in %u bytes, expected at most %u that fit",
                   bundle->sections, length, MT_MAX_SECTIONS);
  if (bundle->items > MT_MAX_ITEMS)
    return mt_fail(error, MT_CORRUPT, "bundle: found %u items, expected at most %u", bundle->items, MT_MAX_ITEMS);
  uint64_t end = MT_HEADER_BYTES + (uint64_t)bundle->sections * MT_ENTRY_BYTES;
  if (arrived < end) return mt_bundle_is_early(error);
  if (mt_directory_checksum(bytes, bundle->sections) != mt_load_u64(bytes + 56))
    return mt_fail(error, MT_CORRUPT, "bundle: the checksum of its directory does not match: the file is damaged");
  for (uint32_t i = 0; i < bundle->sections; i++) MT_TRY(check_entry(bundle, i, &end, error));
  return MT_OK;
}

void mt_bundle_section(const mt_bundle *bundle, uint32_t index, mt_section *section) {
  const unsigned char *entry = bundle->bytes + MT_HEADER_BYTES + (size_t)index * MT_ENTRY_BYTES;
  *section = (mt_section){.kind = mt_load_u32(entry),
                          .ordinal = mt_load_u32(entry + 4),
                          .part = mt_load_u32(entry + 8),
                          .version = mt_load_u16(entry + 12),
                          .flags = mt_load_u16(entry + 14),
                          .bytes = bundle->bytes + mt_load_u64(entry + 16),
                          .length = (size_t)mt_load_u64(entry + 24),
                          .checksum = mt_load_u64(entry + 32)};
  section->end = (size_t)mt_load_u64(entry + 16) + mt_round_up(section->length, 64);
  section->here = section->end <= bundle->arrived;
  memcpy(section->name, entry + 40, MT_NAME_BYTES);
}

bool mt_bundle_lists(const mt_bundle *bundle, mt_section_kind kind, uint32_t ordinal, uint32_t part, mt_section *section) {
  for (uint32_t i = 0; i < bundle->sections; i++) {
    mt_bundle_section(bundle, i, section);
    if (section->kind == kind && section->version == 1 && section->ordinal == ordinal && section->part == part) return true;
  }
  return false;
}

mt_status mt_bundle_need(const mt_bundle *bundle, mt_section_kind kind, uint32_t ordinal, const char *what,
                         mt_section *section, mt_error *error) {
  if (mt_bundle_find(bundle, kind, ordinal, 0, section)) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "bundle: found no %s section %u, expected one", mt_text(what), ordinal);
}

mt_status mt_bundle_verify(const mt_bundle *bundle, uint32_t index, mt_error *error) {
  mt_section section;
  mt_bundle_section(bundle, index, &section);
  uint64_t found = mt_checksum(section.bytes, section.length, 0);
  if (found != section.checksum)
    return mt_fail(error, MT_CORRUPT,
                   "bundle: section %u (kind %u, \"%s\"): its checksum does not match: the file is damaged", index,
                   section.kind, mt_text(section.name));
  return MT_OK;
}

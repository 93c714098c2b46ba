/* Writes the numbers that bundles hold as a module of TypeScript, from the same lists as C's enumerations:
 * web/generated/numbers.ts, made before anything that imports it (see Makefile). Names are those of C in small letters, or
 * what the list says that TypeScript calls them. Limits and sizes are constants under C's own names, each by itself: a page
 * has those that it uses.
 */
#include <ctype.h>
#include <stdio.h>

#include "bundle/attributes.h"
#include "bundle/binding.h"
#include "bundle/campaign.h"
#include "bundle/features.h"
#include "bundle/format.h"
#include "bundle/ops.h"
#include "bundle/policy.h"
#include "bundle/popularity.h"
#include "bundle/postings.h"
#include "bundle/ranker.h"
#include "bundle/repeats.h"
#include "bundle/rules.h"
#include "bundle/terms.h"
#include "bundle/tower.h"
#include "bundle/trees.h"
#include "bundle/vectors.h"
#include "martello.h"

static void print_small(const char *name) {
  for (; *name != '\0'; name++) putchar(tolower(*name));
}

static void print_line(const char *name, unsigned number) {
  printf("  ");
  print_small(name);
  printf(": %u,\n", number);
}

static void print_stage(const char *name, const char *stage) {
  printf("  ");
  print_small(name);
  printf(": '%s',\n", stage);
}

#define LINE(name, number, ...) print_line(#name, number);
#define CALLED(name, number, called) printf("  %s: %u,\n", #called, (unsigned)number);
#define NUMBERS(name, header, LIST, X)                                   \
  printf("\n/** src/bundle/" header " */\nexport const " name " = {\n"); \
  LIST(X)                                                                \
  printf("} as const\n");

#define STAGE(name, number, unread, use, stage) print_stage(#name, #stage);
enum { REQUIRED, OPTIONAL };
#define SKIPPED(name, number, unread, ...) \
  if (unread == OPTIONAL) printf("  %u,\n", (unsigned)number);

#define LIMIT(name) printf("export const %s = %lu\n", #name, (unsigned long)MT_##name);
#define FROM(header) printf("\n/** src/" header " */\n");

int main(void) {
  printf("/** Numbers that bundles hold, written by wasm/numbers.c from the lists in src/bundle when the project is built. */\n");
  NUMBERS("SECTION", "format.h", MT_SECTION_KINDS, LINE)
  printf("/** Kinds of sections that a reader may skip. */\n");
  printf("export const OPTIONAL_SECTIONS: readonly number[] = [\n");
  MT_SECTION_KINDS(SKIPPED)
  printf("]\n/** With which part of the file each is written. */\n");
  printf("export const SECTION_STAGE = {\n");
  MT_SECTION_KINDS(STAGE)
  printf("} as const\n");
  NUMBERS("ATTRIBUTE", "attributes.h", MT_ATTRIBUTE_TYPES, LINE)
  NUMBERS("KEY", "postings.h", MT_KEY_KINDS, LINE)
  NUMBERS("SOURCE", "policy.h", MT_SOURCE_KINDS, LINE)
  NUMBERS("ROLE", "policy.h", MT_SOURCE_ROLES, LINE)
  NUMBERS("FUSION", "policy.h", MT_FUSIONS, LINE)
  NUMBERS("METRIC", "vectors.h", MT_METRICS, CALLED)
  NUMBERS("TOWER", "tower.h", MT_TOWER_KINDS, LINE)
  NUMBERS("RANKER", "ranker.h", MT_RANKER_MODELS, LINE)
  NUMBERS("FEATURE", "features.h", MT_FEATURE_KINDS, LINE)
  NUMBERS("AGE_UNIT", "features.h", MT_AGE_UNITS, LINE)
  NUMBERS("RULE", "rules.h", MT_RULE_KINDS, LINE)
  NUMBERS("RECORD", "rules.h", MT_RECORDS, LINE)
  NUMBERS("CONDITION", "rules.h", MT_CONDITION_KINDS, LINE)
  NUMBERS("CONDITION_FLAG", "rules.h", MT_CONDITION_FLAGS, LINE)
  NUMBERS("OP", "ops.h", MT_OPS, LINE)
  NUMBERS("UNARY", "ops.h", MT_UNARIES, LINE)
  NUMBERS("BINARY", "ops.h", MT_BINARIES, LINE)
  NUMBERS("WHOLE", "ops.h", MT_WHOLES, LINE)
  NUMBERS("REDUCE", "ops.h", MT_REDUCES, LINE)
  NUMBERS("TYPE", "program.h", MT_TYPES, CALLED)
  NUMBERS("ELEMENT", "program.h", MT_ELEMENTS, LINE)
  NUMBERS("FEED", "binding.h", MT_FEED_KINDS, CALLED)
  NUMBERS("SIDE", "binding.h", MT_FEED_SIDES, CALLED)
  NUMBERS("PART", "binding.h", MT_FEED_PARTS, CALLED)
  NUMBERS("LINK", "trees.h", MT_LINKS, CALLED)
  FROM("base/status.h") LIMIT(MESSAGE_BYTES)
  FROM("bundle/format.h") LIMIT(HEADER_BYTES) LIMIT(ENTRY_BYTES) LIMIT(NAME_BYTES)
  FROM("bundle/strings.h") LIMIT(STRING_BYTES) LIMIT(STRINGS_BLOCK) LIMIT(STRINGS_RUNS) LIMIT(NOT_FOUND)
  FROM("bundle/attributes.h") LIMIT(MAX_ATTRIBUTES) LIMIT(ATTRIBUTE_HEAD) LIMIT(ATTRIBUTE_NAME)
  FROM("bundle/policy.h") LIMIT(LENGTHS) LIMIT(MAX_SOURCES) LIMIT(MAX_EVENTS) LIMIT(MAX_QUOTA) LIMIT(POLICY_HEAD)
    LIMIT(SOURCE_BYTES) LIMIT(EVENT_BYTES) LIMIT(EVENT_NAME_BYTES)
  FROM("bundle/popularity.h") LIMIT(POPULARITY_TABLE)
  FROM("bundle/repeats.h") LIMIT(REPEATS_BYTES)
  FROM("bundle/postings.h") LIMIT(POSTING_MAX) LIMIT(POSTINGS_BLOCK)
  FROM("bundle/terms.h") LIMIT(TERMS_HEAD) LIMIT(TITLE_LONG) LIMIT(PLACE_BITS) LIMIT(PLACE_LATE) LIMIT(PLACE_NONE)
  FROM("bundle/campaign.h") LIMIT(CAMPAIGN_HEAD) LIMIT(CAMPAIGN_ENTRY)
  FROM("bundle/vectors.h") LIMIT(DIM_MIN) LIMIT(DIM_MAX) LIMIT(PADDED_MAX) LIMIT(FLOAT_BITS) LIMIT(CANDIDATES_MOST)
  FROM("bundle/tower.h") LIMIT(TOWER_HEAD)
  FROM("bundle/features.h") LIMIT(MAX_FEATURES) LIMIT(MAX_FIELDS) LIMIT(MAX_BUCKETS) LIMIT(FEATURE_EVENTS)
  FROM("bundle/ranker.h") LIMIT(MAX_RANKED) LIMIT(RANKER_HEAD) LIMIT(RANKER_WEIGHT)
  FROM("bundle/rules.h") LIMIT(MAX_RULES) LIMIT(MAX_POSITION) LIMIT(MAX_POOL) LIMIT(PATTERN) LIMIT(RECORD_BYTES)
  FROM("bundle/program.h") LIMIT(PROGRAM_HEAD) LIMIT(PROGRAM_ROWS) LIMIT(NO_VIEW) LIMIT(NO_ROWS)
  FROM("bundle/binding.h") LIMIT(MOST_FIELD)
  FROM("martello.h") LIMIT(MAX_K) LIMIT(BECAUSE) LIMIT(REASONS)
  return 0;
}

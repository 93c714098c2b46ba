/* Writes the fuzzers' first inputs: real bundles and real sections, small, of every kind. Arguments: the two folders. */
#include "bundle/binding.h"
#include "bundle/golden.h"
#include "bundle/popularity.h"
#include "catalogue.h"
#include "records.h"
#include "forest.h"
#include "nodes.h"
#include "tape.h"

static void put(const char *folder, const char *name, uint32_t number, const unsigned char *bytes, size_t length) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s-%u", folder, name, number);
  FILE *file = fopen(path, "wb");
  CHECK(file != NULL && fwrite(bytes, 1, length, file) == length && fclose(file) == 0);
}

static void put_bundle(const char *folder, const catalogue *c, uint32_t number, mt_rng *rng) {
  size_t length = 64 + 64 * 3 + c->length;
  unsigned char *input = exact_memory(length);
  input[0] = 3;
  input[1] = (unsigned char)(mt_rng_u32(rng) & 0x83);
  input[2] = (unsigned char)mt_rng_below(rng, 256);
  for (uint32_t i = 64; i < 64 + 64 * 3; i++) input[i] = (unsigned char)mt_rng_below(rng, 256);
  memcpy(input + 64 + 64 * 3, c->bundle, c->length);
  put(folder, "bundle", number, input, length);
  free(input);
}

enum { STRINGS, IDS, ATTRIBUTE, POSTINGS, POLICY, POPULARITY, VECTORS, TERM_TABLE, TREES, CAMPAIGN, FEATURES, PROGRAM, WITHDRAWN, REPEATS, NODES };

static void put_section(const char *folder, uint32_t reader, uint32_t items, uint32_t number, const unsigned char *bytes,
                        size_t length) {
  unsigned char *input = exact_memory(64 + length);
  input[0] = (unsigned char)reader;
  input[1] = (unsigned char)items;
  input[2] = (unsigned char)(number * 7);
  memcpy(input + 64, bytes, length);
  put(folder, "section", number, input, 64 + length);
  free(input);
}

static const mt_draft *draft(const catalogue *c, mt_section_kind kind, uint32_t part) {
  for (uint32_t i = 0; i < c->sections; i++)
    if (c->drafts[i].kind == kind && c->drafts[i].part == part && c->drafts[i].ordinal == 0) return &c->drafts[i];
  return NULL;
}

/* Space, base, tower and layers behind each other, each after its length. */
static void put_vectors(const char *folder, const catalogue *c, uint32_t number) {
  const mt_draft *parts[3 + MT_LAYERS_MAX] = {draft(c, MT_SECTION_SPACE, 0), draft(c, MT_SECTION_BASE, 0),
                                              draft(c, MT_SECTION_TOWER, 0)};
  size_t length = 0, at = 0;
  for (uint32_t l = 0; l < MT_LAYERS_MAX; l++) parts[3 + l] = draft(c, MT_SECTION_LAYER, l);
  for (uint32_t i = 0; i < 3 + MT_LAYERS_MAX && parts[i] != NULL; i++) length += 64 + mt_round_up(parts[i]->length, 64);
  if (length == 0) return;
  unsigned char *all = exact_memory(length);
  for (uint32_t i = 0; i < 3 + MT_LAYERS_MAX && parts[i] != NULL; i++) {
    mt_store_u32(all + at, (uint32_t)parts[i]->length);
    memcpy(all + at + 64, parts[i]->bytes, parts[i]->length);
    at += 64 + mt_round_up(parts[i]->length, 64);
  }
  put_section(folder, VECTORS, c->items, number, all, length);
  free(all);
}

static void put_sections(const char *folder, const catalogue *c, uint32_t number) {
  for (uint32_t i = 0; i < c->sections; i++) {
    const mt_draft *d = &c->drafts[i];
    uint32_t reader = d->kind == MT_SECTION_IDS          ? IDS
                      : d->kind == MT_SECTION_ATTRIBUTE  ? ATTRIBUTE
                      : d->kind == MT_SECTION_POSTINGS   ? POSTINGS
                      : d->kind == MT_SECTION_POLICY     ? POLICY
                      : d->kind == MT_SECTION_POPULARITY ? POPULARITY
                      : d->kind == MT_SECTION_TERMS      ? TERM_TABLE
                      : d->kind == MT_SECTION_CAMPAIGN   ? CAMPAIGN
                      : d->kind == MT_SECTION_FEATURES   ? FEATURES
                      : d->kind == MT_SECTION_WITHDRAWN  ? WITHDRAWN
                                                         : VECTORS;
    if (reader == VECTORS) continue;
    put_section(folder, reader, c->items, number + i, d->bytes, d->length);
    if (reader == IDS) put_section(folder, STRINGS, c->items, number + 50, d->bytes, d->length);
  }
  put_vectors(folder, c, number + 60);
}

/* A program, its binding, its numbers and golden pairs behind each other, each after its length. */
static void put_program(const char *folder, tape *t, uint32_t number) {
  size_t lengths[4] = {0, MT_BINDING_HEAD + 2 * sizeof(mt_feed) + 8, MT_NUMBERS_HEAD + 3 + 4, MT_GOLDEN_HEAD + 4 * (3 + 2 + 4)}, total = 0, at = 0;
  unsigned char *parts[4] = {tape_write(t, &lengths[0])};
  for (uint32_t i = 1; i < 4; i++) parts[i] = exact_memory(lengths[i]);
  const mt_feed feeds[2] = {{.kind = MT_FEED_HISTORY_IDS, .scale = 1}, {.kind = MT_FEED_CANDIDATE_FEATURES, .scale = 1, .count = 2}};
  mt_store_u32(parts[1], 2), mt_store_u32(parts[1] + 8, 2);
  memcpy(parts[1] + MT_BINDING_HEAD, feeds, sizeof feeds);
  mt_store_u32(parts[2] + 4, 3), mt_store_u32(parts[2] + 8, 1), mt_store_u32(parts[2] + 16, 8);
  mt_store_u32(parts[3], 1), mt_store_u32(parts[3] + 4, 5), mt_store_u32(parts[3] + 8, 4);
  for (uint32_t i = 0; i < 4; i++) total += 64 + mt_round_up(lengths[i], 64);
  unsigned char *all = exact_memory(total);
  for (uint32_t i = 0; i < 4; i++) {
    mt_store_u32(all + at, (uint32_t)lengths[i]);
    memcpy(all + at + 64, parts[i], lengths[i]);
    at += 64 + mt_round_up(lengths[i], 64);
    free(parts[i]);
  }
  put_section(folder, PROGRAM, 3, number, all, total);
  free(all);
  tape_drop(t);
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  mt_rng rng = mt_rng_seed(1);
  for (uint32_t i = 0; i < 24; i++) {
    shape shape = {.seed = i, .items = i % 8 == 0 ? i / 8 : 5 + mt_rng_below(&rng, 40), .weight_bits = i % 3 == 0 ? 4 : i % 3 == 1 ? 8 : 32,
                   .longest = 8, .fusion = (mt_fuse)(i % 2), .norm_rank = 1 + i % 7, .quota = 10, .decay = 0.9f,
                   .half_life = i % 2 == 0 ? 0 : 1e6f, .no_vector_every = i % 5, .features = i % 3 != 1, .takes_off = i % 4 == 1};
    if (i % 4 != 3) shape.space[0] = (shape_space){4 + i % 9, (mt_metric)(i % 3), MT_TOWER_ALS, i % 3, {i % 2 == 0 ? 4 : 2, 8}};
    shape.ranked = i % 2 == 0;
    if (i == 9) shape.items = 400, shape.longest = 3; /* more than a reservoir of candidates holds */
    if (i % 8 == 2) shape.space[1] = (shape_space){5, MT_L2, MT_TOWER_POOLED, 1, {MT_FLOAT_BITS}};
    catalogue c = make_catalogue(&shape);
    static records rules; /* of every kind, over the bundles */
    rules.length = 0;
    for (uint32_t kind = 1 + i % 3; kind < MT_RULE_END && i % 2 == 1; kind += 3) {
      bool numbers = kind == MT_RULE_FRESH || kind == MT_RULE_THOMPSON, about = kind == MT_RULE_DENY || kind == MT_RULE_QUOTA || kind == MT_RULE_BOOST;
      uint32_t space = kind >= MT_RULE_MMR || kind == MT_RULE_THOMPSON ? MT_NOT_FOUND : 0;
      if (kind == MT_RULE_NEAR && c.spaces == 0) continue;
      put_rule(&rules, (mt_rule_kind)kind, numbers ? YEAR : kind == MT_RULE_EPSILON ? MT_NOT_FOUND : GENRE, 1 + i % 5, space, 0.5f, 0);
      if (about) put_condition(&rules, MT_CONDITION_VALUES, COUNTRY, 0, 0, 0, &(const uint32_t){1}, 1);
    }
    if (rules.length > 0) {
      add_section(&c, MT_SECTION_RULES, 0, 0, "rules", rules.bytes, rules.length);
      write_catalogue(&c);
    }
    if (i % 6 == 5) { /* every third item is withdrawn */
      size_t length = (c.items + 7) / 8;
      unsigned char *bits = own(&c, length);
      for (uint32_t item = 0; item < c.items; item += 3) bits[item / 8] = (unsigned char)(bits[item / 8] | 1u << item % 8);
      add_section(&c, MT_SECTION_WITHDRAWN, 0, 0, "withdrawn", bits, length);
      write_catalogue(&c);
    }
    put_bundle(argv[1], &c, i, &rng);
    put_sections(argv[2], &c, 100 * i);
    forest f = make_forest(i, 1 + i % 5, 1 + i % 3, i % 9, i % 4, (mt_link)(i % MT_LINKS_END));
    put_section(argv[2], TREES, 1, 100 * i + 70, f.bytes, f.length);
    free(f.bytes);
    put_program(argv[2], tape_sample(100 * i + 90), 100 * i + 90);
    put_program(argv[2], tape_list(2 + i), 100 * i + 95);
    size_t length;
    unsigned char *nodes = nodes_section(i, 10 + i, 10 + i / 2, 2 + i % 5, 3 + i % 7, &length);
    put_section(argv[2], NODES, 10 + i, 100 * i + 97, nodes, length);
    free(nodes);
    drop_catalogue(&c);
  }
  return 0;
}

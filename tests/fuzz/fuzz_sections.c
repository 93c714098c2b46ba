/* Each section's reader on bytes of its own, without a bundle around them: byte 0 chooses the reader, byte 1 how many
 * items the catalogue has, byte 2 what is asked; the section begins at byte 64.
 */
#include "bundle/binding.h"
#include "bundle/golden.h"
#include "bundle/features.h"
#include "bundle/nodes.h"
#include "bundle/popularity.h"
#include "bundle/repeats.h"
#include "bundle/withdrawn.h"
#include "drive.h"
#include "nn/run.h"
#include "rank/trees.h"
#include "recall/campaign.h"
#include "tower/tower.h"
#include "vector/nearest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct section {
  const unsigned char *bytes;
  size_t length;
  uint32_t items, ask;
} section;

static void read_strings(section s) {
  mt_strings strings;
  size_t taken;
  if (mt_strings_open(s.bytes, s.length, &strings, &taken, "fuzz", NULL) != MT_OK) return;
  CHECK(taken <= s.length);
  char *text = exact_memory(strings.longest), *scratch = exact_memory(strings.longest);
  uint32_t step = strings.count / 200 + 1;
  for (uint32_t i = 0; i < strings.count; i += step) {
    uint32_t length = mt_strings_get(&strings, i, text);
    CHECK(length <= strings.longest);
    uint32_t found = mt_strings_find(&strings, text, length, scratch);
    CHECK(found == MT_NOT_FOUND || found < strings.count);
    mt_strings_find(&strings, text, length / 2, scratch);
  }
  free(text), free(scratch);
}

static void read_terms(section s) {
  mt_terms terms;
  mt_strings_walk walk;
  if (mt_terms_open(s.bytes, s.length, s.items, &terms, NULL) != MT_OK) return;
  for (uint32_t i = 0; i < s.items; i++) CHECK(mt_terms_title(&terms, i) <= MT_TITLE_LONG && mt_terms_popularity(&terms, i) <= 1);
  char *scratch = exact_memory(terms.strings.longest), from = (char)s.ask;
  uint32_t left = 300;
  for (bool more = mt_strings_seek(&terms.strings, &from, 1, true, scratch, &walk); more && left > 0; left--) {
    CHECK(walk.index < terms.strings.count && walk.length <= terms.strings.longest);
    more = mt_strings_next(&terms.strings, scratch, &walk);
  }
  free(scratch);
}

static void read_campaign(section s) {
  mt_campaign campaign;
  if (mt_campaign_open(s.bytes, s.length, s.items, &campaign, NULL) != MT_OK) return;
  mt_sparse sums = {.capacity = mt_sparse_slots(campaign.entries)};
  sums.slots = exact_memory(sums.capacity * sizeof *sums.slots);
  CHECK(mt_campaign_sum(&campaign, s.ask % 2 == 0 ? (double)NAN : 1e4 * s.ask, &sums));
  for (uint32_t i = 0; i < s.items; i++) CHECK(mt_sparse_get(&sums, i) >= 0);
  free(sums.slots);
}

static void read_ids(section s) {
  mt_ids ids;
  if (mt_ids_open(s.bytes, s.length, s.items, &ids, NULL) != MT_OK) return;
  size_t places = (size_t)mt_packed_bytes(ids.places, ids.bits);
  if (s.ask % 2 == 1 && places <= s.length) (void)mt_ids_open_places(s.bytes + s.length - places, places, &ids, NULL);
  uint32_t *turned = exact_memory(ids.places * sizeof *turned);
  mt_ids_turn(&ids, turned);
  char *text = exact_memory(ids.strings.longest), *scratch = exact_memory(ids.strings.longest);
  for (uint32_t i = 0; i < s.items; i++) {
    uint32_t length = mt_ids_get(&ids, i, text);
    CHECK(length <= ids.strings.longest);
    uint32_t found = mt_ids_find(&ids, text, length, scratch);
    CHECK(found == MT_NOT_FOUND || found < s.items);
  }
  free(text), free(scratch), free(turned);
}

static void read_attribute(section s) {
  mt_attribute a;
  if (mt_attribute_open(s.bytes, s.length, s.items, &a, NULL) != MT_OK) return;
  if (mt_attribute_is_number(&a))
    for (uint32_t i = 0; i < s.items; i++) (void)mt_attribute_number(&a, i);
  if (mt_attribute_is_category(&a)) {
    for (uint32_t i = 0; i < s.items; i++) {
      uint32_t first, last;
      CHECK(mt_attribute_set(&a, i) < a.sets);
      mt_attribute_values(&a, mt_attribute_set(&a, i), &first, &last);
      CHECK(first <= last);
      for (uint32_t v = first; v < last; v++) CHECK(mt_attribute_value(&a, v) < a.strings.count);
    }
  }
  char *text = exact_memory(a.strings.longest);
  for (uint32_t i = 0; i < a.strings.count && i < 300 && !mt_attribute_is_number(&a); i++)
    CHECK(mt_strings_get(&a.strings, i, text) <= a.strings.longest);
  free(text);
}

static void read_postings(section s) {
  mt_postings postings;
  mt_posting posting;
  uint32_t left = 100000;
  if (mt_postings_open(s.bytes, s.length, s.items, &postings, NULL) != MT_OK) return;
  for (uint32_t key = 0, keys = postings.keys < 300 ? postings.keys + 1 : 300; key < keys; key++) {
    uint32_t before = 0, entries = 0;
    for (mt_posting_start(&postings, key, &posting); mt_posting_next(&posting) && left > 0; left--) {
      CHECK(posting.item < s.items && (entries == 0 || posting.item > before));
      CHECK(posting.weight >= 0 && posting.weight <= MT_POSTING_MAX);
      before = posting.item;
      CHECK(++entries <= postings.longest);
    }
  }
}

static void read_policy(section s) {
  mt_policy policy;
  if (mt_policy_open(s.bytes, s.length, &policy, NULL) != MT_OK) return;
  CHECK(policy.sources <= MT_MAX_SOURCES && policy.k >= 1 && policy.k <= MT_MAX_QUOTA);
  float weight = mt_policy_event(&policy, "like", 4), rating = mt_policy_rating(&policy, (float)s.ask);
  CHECK(weight >= -1e6f && weight <= 1e6f && (isnan(rating) || (rating >= -1 && rating <= 1)));
}

static void read_popularity(section s) {
  mt_popularity popularity;
  if (mt_popularity_open(s.bytes, s.length, s.items, &popularity, NULL) != MT_OK) return;
  for (uint32_t i = 0; i < s.items; i++) CHECK(mt_popularity_of(&popularity, i) >= 0);
}

static void read_nodes(section s) {
  mt_nodes nodes;
  if (mt_nodes_open(s.bytes, s.length, s.items, &nodes, NULL) != MT_OK) return;
  uint32_t first, rows = s.items;
  for (uint32_t level = 1; level <= nodes.levels; level++) {
    uint32_t count = mt_nodes_count(&nodes, level, &first);
    CHECK(first == rows && count > 0);
    rows += count;
  }
  CHECK(rows == nodes.rows);
  float last = nodes.scales[rows - 1] + (float)nodes.vectors[(size_t)rows * nodes.width - 1] + (float)nodes.order[4 * (size_t)nodes.leaves - 1];
  mt_arena measure = mt_arena_measure();
  mt_run run;
  mt_run_reserve(&measure, &nodes.program, &run);
  if (measure.used > 1u << 22) return;
  mt_arena arena = mt_arena_over(malloc(measure.used + MT_ALIGN), measure.used + MT_ALIGN);
  mt_run_reserve(&arena, &nodes.program, &run);
  mt_run_clear(&run);
  mt_run_port(&run, 2)[0] = last;
  if (mt_run_request(&run, NULL) == MT_OK) (void)mt_run_rows(&run, 1, NULL);
  free(arena.base);
}

static void read_repeats(section s) {
  mt_repeats repeats;
  if (mt_repeats_open(s.bytes, s.length, s.items, &repeats, NULL) != MT_OK) return;
  for (uint32_t i = 0; i < s.items; i++) {
    float rate = mt_repeats_rate(&repeats, i), gap = mt_repeats_gap(&repeats, i);
    CHECK(rate >= 0 && rate <= 1 && gap >= 0 && gap < 1e10f);
  }
}

static void read_withdrawn(section s) {
  mt_withdrawn withdrawn;
  if (mt_withdrawn_open(s.bytes, s.length, s.items, &withdrawn, NULL) != MT_OK) return;
  uint8_t *bitmap = calloc(1, (size_t)s.items / 8 + 1);
  mt_withdrawn_clear(&withdrawn, s.items, bitmap);
  for (uint32_t i = 0; i < s.items; i++) (void)mt_is_withdrawn(&withdrawn, i);
  free(bitmap);
}

static void read_trees(section s) {
  mt_trees trees;
  if (mt_trees_open(s.bytes, s.length, &trees, NULL) != MT_OK) return;
  size_t cells = (size_t)trees.features * 9; /* one row more than are walked together */
  float *rows = exact_memory(cells * sizeof *rows), *room = exact_memory(mt_trees_room(&trees) * sizeof *room);
  float *predictions = exact_memory(trees.outputs * sizeof *predictions);
  double *margins = exact_memory(9 * (size_t)trees.outputs * sizeof *margins);
  double *contributions = exact_memory(trees.features * sizeof *contributions);
  mt_rng rng = mt_rng_seed(s.ask);
  for (size_t i = 0; i < cells; i++) rows[i] = i % 7 == 0 ? NAN : 100 * mt_rng_normal(&rng);
  memset(contributions, 0, trees.features * sizeof *contributions);
  mt_trees_margins(&trees, rows, trees.features, 9, room, margins);
  mt_trees_link(&trees, margins, predictions);
  for (uint32_t o = 0; o < mt_trees_predictions(&trees); o++) CHECK(predictions[o] == predictions[o]);
  (void)mt_trees_contribute(&trees, rows, s.items % trees.outputs, room, contributions);
  free(rows), free(room), free(predictions), free(margins), free(contributions);
}

static void read_features(section s) {
  mt_attribute attribute[2] = {{.type = MT_ATTRIBUTE_NUMBER32}, {.type = MT_ATTRIBUTE_MANY}};
  mt_feature_scope scope = {5, 2, 2, attribute, s.ask % 2 == 0};
  mt_features features;
  if (mt_features_open(s.bytes, s.length, &scope, &features, NULL) != MT_OK) return;
  CHECK(features.count <= MT_MAX_FEATURES && features.fields <= MT_MAX_FIELDS);
  char *text = exact_memory(features.names.longest);
  for (uint32_t i = 0; i < features.count; i++) {
    mt_feature f = mt_feature_get(&features, i);
    CHECK(f.kind >= 1 && f.kind < MT_FEATURE_END);
    CHECK(mt_strings_get(&features.names, i, text) <= features.names.longest);
  }
  free(text);
  for (uint32_t i = 0; i < features.fields; i++) {
    if (features.field[i] != MT_FIELD_CATEGORY) continue;
    char *scratch = exact_memory(features.values[i].longest);
    (void)mt_strings_find(&features.values[i], "de", 2, scratch);
    free(scratch);
  }
}

/* A program, with a binding, its numbers and golden pairs behind it. What the gate lets through runs, if it is short. */
static section next_section(section *s);
static void read_program(section s) {
  section part[4];
  for (uint32_t i = 0; i < 4; i++) part[i] = next_section(&s);
  mt_program program;
  mt_binding binding;
  mt_numbers numbers;
  mt_golden golden;
  if (mt_program_open(part[0].bytes, part[0].length, &program, NULL) == MT_OK) {
    (void)mt_binding_open(part[1].bytes, part[1].length, &program, &binding, NULL);
    (void)mt_golden_open(part[3].bytes, part[3].length, &program, &golden, NULL);
    if (program.work < 1u << 18 && program.scratch < 1u << 18) {
      mt_run run = {&program, exact_memory(4 * (size_t)program.scratch), exact_memory(32 * (size_t)program.widest)};
      mt_rng rng = mt_rng_seed(s.ask);
      for (uint32_t i = 0; i < program.scratch; i++) run.scratch[i] = (float)mt_rng_below(&rng, 3);
      (void)mt_run_request(&run, NULL);
      (void)mt_run_rows(&run, 1 + s.ask % program.capacity, NULL);
      free(run.scratch), free(run.panel);
    }
  }
  if (mt_numbers_open(part[2].bytes, part[2].length, s.items, &numbers, NULL) == MT_OK && numbers.kind == 0)
    for (uint32_t i = 0; i < s.items; i++) {
      uint32_t number = mt_number_of(&numbers, NULL, i, NULL);
      CHECK(number == MT_UNBOUND || number < numbers.bound);
    }
  for (uint32_t i = 0; i < 4; i++)
    if (part[i].length > 0) free((void *)(uintptr_t)part[i].bytes);
}

/* Section 0 of an input that holds several, each after its length in 64 bytes; empty where there is none. */
static section next_section(section *s) {
  section part = {s->bytes, 0, s->items, s->ask};
  if (s->length < 64) return part;
  size_t length = mt_load_u32(s->bytes), filled = mt_round_up(length, 64);
  if (length == 0 || length > s->length - 64 || filled > s->length - 64) return part;
  part = (section){exact_memory(length), length, s->items, s->ask};
  memcpy((void *)(uintptr_t)part.bytes, s->bytes + 64, length);
  s->bytes += 64 + filled;
  s->length -= 64 + filled;
  return part;
}

/* A space, its base, its layers, and a tower that folds a history in. */
static void use_space(const mt_space *space, const mt_tower *tower, section s) {
  float vector[MT_DIM_MAX], scores[20], decoded[MT_PADDED_MAX];
  uint32_t items[20], found;
  mt_rng rng = mt_rng_seed(s.ask);
  for (uint32_t d = 0; d < space->dim; d++) vector[d] = mt_rng_normal(&rng);
  mt_nearest_ask ask = {1 + s.ask % 20, 0, s.ask % 7 == 0 ? MT_ALL_LAYERS : s.ask % 4, NULL, s.ask % 2 == 1};
  size_t bytes = mt_nearest_scratch(space, ask.k, 0);
  mt_arena arena = mt_arena_over(malloc(bytes), bytes);
  if (mt_nearest(space, vector, &ask, &arena, items, scores, &found, NULL) == MT_OK)
    for (uint32_t i = 0; i < found; i++) {
      CHECK(items[i] < s.items && scores[i] == scores[i] && (i == 0 || scores[i] <= scores[i - 1]));
      mt_space_decode(space, items[i], ask.layers, decoded);
    }
  free(arena.base);
  if (tower == NULL || tower->stride != space->padded) return;
  mt_arena measure = mt_arena_measure();
  mt_fold fold;
  mt_fold_reserve(&measure, tower, space, &fold);
  arena = mt_arena_over(malloc(measure.used + MT_ALIGN), measure.used + MT_ALIGN);
  mt_fold_reserve(&arena, tower, space, &fold);
  CHECK(!arena.full);
  mt_weighted events[] = {{s.ask % (s.items + 1), 1}, {s.items / 2, -0.5f}, {0, 2}};
  if (mt_fold_history(&fold, MT_ALL_LAYERS, events, 3) && s.items > 0) {
    mt_fold_explain(&fold, 0, decoded);
    (void)mt_fold_share(&fold, decoded, fold.query, 1);
  }
  free(arena.base);
}

static void read_vectors(section s) {
  section part[3 + MT_LAYERS_MAX];
  uint32_t parts = 0, most = sizeof part / sizeof *part;
  while (parts < most && (part[parts] = next_section(&s)).length > 0) parts++;
  mt_space space;
  mt_tower tower;
  if (parts >= 3 && mt_space_open(part[0].bytes, part[0].length, s.items, &space, NULL) == MT_OK &&
      mt_space_open_base(&space, part[1].bytes, part[1].length, NULL) == MT_OK) {
    mt_status status = mt_tower_open(part[2].bytes, part[2].length, &tower, NULL);
    for (uint32_t l = 3; l < parts; l++)
      if (mt_space_open_layer(&space, part[l].bytes, part[l].length, NULL) != MT_OK) break;
    use_space(&space, status == MT_OK ? &tower : NULL, s);
  }
  for (uint32_t i = 0; i < parts; i++) free((void *)(uintptr_t)part[i].bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static void (*const readers[])(section) = {read_strings, read_ids, read_attribute, read_postings, read_policy, read_popularity,
                                             read_vectors, read_terms, read_trees, read_campaign, read_features,
                                             read_program, read_withdrawn, read_repeats, read_nodes};
  if (size < 64) return 0;
  unsigned char *bytes = exact_memory(size - 64); /* exactly as long as it is, so that one byte more is seen */
  memcpy(bytes, data + 64, size - 64);
  readers[data[0] % (sizeof readers / sizeof *readers)]((section){bytes, size - 64, data[1], data[2]});
  free(bytes);
  return 0;
}

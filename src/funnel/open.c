/* Opening: sections become views, and all memory that requests will use is reserved once. */
#include "funnel/funnel.h"

/* A section that must be there. */
static mt_status need(const mt_bundle *bundle, mt_section_kind kind, uint32_t ordinal, const char *what, mt_section *section,
                      mt_error *error) {
  if (mt_bundle_find(bundle, kind, ordinal, 0, section)) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "bundle: found no %s section %u, expected one", mt_text(what), ordinal);
}

/* A part that does not open while bytes are missing waits for them, and leaves nothing behind that could be used. */
static mt_status settle(const mt_recommender *rec, mt_status status, void *part, size_t size) {
  if (status == MT_OK || mt_is_whole(rec)) return status;
  memset(part, 0, size);
  return MT_OK;
}

static mt_status open_space(mt_recommender *rec, uint32_t i, mt_error *error) {
  mt_space *space = &rec->space[i];
  mt_section section;
  MT_TRY(need(&rec->bundle, MT_SECTION_SPACE, i, "space", &section, error));
  MT_TRY(mt_space_open(section.bytes, section.length, rec->bundle.items, space, error));
  MT_TRY(need(&rec->bundle, MT_SECTION_BASE, i, "base", &section, error));
  MT_TRY(mt_space_open_base(space, section.bytes, section.length, error));
  for (uint32_t part = 0; part < MT_LAYERS_MAX && mt_bundle_find(&rec->bundle, MT_SECTION_LAYER, i, part, &section); part++)
    MT_TRY(mt_space_open_layer(space, section.bytes, section.length, error));
  MT_TRY(need(&rec->bundle, MT_SECTION_TOWER, i, "tower", &section, error));
  MT_TRY(mt_tower_open(section.bytes, section.length, &rec->tower[i], error));
  if (rec->tower[i].stride == space->padded) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "tower %u: found a stride of %u, expected %u", i, rec->tower[i].stride, space->padded);
}

static mt_status open_spaces(mt_recommender *rec, mt_error *error) {
  mt_section section;
  for (uint32_t i = 0; i < MT_MAX_SPACES && mt_bundle_lists(&rec->bundle, MT_SECTION_SPACE, i, 0, &section); i++, rec->spaces++) {
    memcpy(rec->space_name[i], section.name, sizeof section.name);
    MT_TRY(settle(rec, open_space(rec, i, error), &rec->space[i], sizeof rec->space[i]));
    if (rec->space[i].dim == 0) rec->tower[i] = (mt_tower){0};
  }
  return MT_OK;
}

static mt_status open_attributes(mt_recommender *rec, mt_error *error) {
  mt_section section;
  for (uint32_t i = 0; i < MT_MAX_ATTRIBUTES && mt_bundle_lists(&rec->bundle, MT_SECTION_ATTRIBUTE, i, 0, &section);
       i++, rec->attributes++)
    if (!section.here) rec->attribute[i].name = section.bytes; /* no bytes of it */
    else MT_TRY(mt_attribute_open(section.bytes, section.length, rec->bundle.items, &rec->attribute[i], error));
  return MT_OK;
}

static mt_feature_scope scope_of(const mt_recommender *rec) {
  return (mt_feature_scope){rec->policy.sources, rec->spaces, rec->attributes, rec->attribute, rec->popularity.codes != NULL};
}

static mt_status open_features(mt_recommender *rec, mt_error *error) {
  mt_section section;
  mt_feature_scope scope = scope_of(rec);
  if (!mt_bundle_find(&rec->bundle, MT_SECTION_FEATURES, 0, 0, &section)) return MT_OK;
  return mt_features_open(section.bytes, section.length, &scope, &rec->features, error);
}

static mt_status open_ranker(mt_recommender *rec, mt_error *error) {
  mt_section section;
  if (!mt_bundle_find(&rec->bundle, MT_SECTION_RANKER, 0, 0, &section)) return MT_OK;
  MT_TRY(mt_ranker_open(section.bytes, section.length, rec->features.count, &rec->ranker, error));
  if (rec->ranker.model == MT_RANKER_PROGRAM) {
    if (rec->ranker.ordinal >= rec->models) return mt_fail(error, MT_CORRUPT, "ranker: found no program %u", rec->ranker.ordinal);
    return mt_model_check_ranker(&rec->model[rec->ranker.ordinal], rec->ranker.output, rec->ranker.element, error);
  }
  MT_TRY(need(&rec->bundle, MT_SECTION_TREES, rec->ranker.ordinal, "trees", &section, error));
  MT_TRY(mt_trees_open(section.bytes, section.length, &rec->trees, error));
  if (rec->trees.features != rec->features.count || rec->ranker.output >= rec->trees.outputs || rec->trees.link == MT_LINK_ARGMAX)
    return mt_fail(error, MT_CORRUPT, "ranker: found trees of %u features for output %u, expected the %u of the bundle and one of %u",
                   rec->trees.features, rec->ranker.output, rec->features.count, rec->trees.outputs);
  return MT_OK;
}

static mt_status check_tower(const mt_recommender *rec, uint32_t i, mt_error *error) {
  const mt_tower *tower = &rec->tower[i];
  if (tower->kind != MT_TOWER_PROGRAM) return MT_OK;
  if (tower->program >= rec->models)
    return mt_fail(error, MT_CORRUPT, "tower %u: found program %u, expected less than %u", i, tower->program, rec->models);
  return mt_model_check_tower(&rec->model[tower->program], tower->output, &rec->space[i], error);
}

static mt_status open_models(mt_recommender *rec, mt_error *error) {
  mt_section section;
  for (uint32_t i = 0; i < MT_MAX_MODELS && mt_bundle_lists(&rec->bundle, MT_SECTION_PROGRAM, i, 0, &section); i++, rec->models++)
    MT_TRY(settle(rec,
                  mt_model_open(&rec->bundle, i, rec->space, rec->spaces, rec->features.fields, rec->features.count,
                                &rec->model[i], error),
                  &rec->model[i], sizeof rec->model[i]));
  for (uint32_t i = 0; i < rec->spaces; i++)
    MT_TRY(settle(rec, check_tower(rec, i, error), &rec->tower[i], sizeof rec->tower[i]));
  return MT_OK;
}

static mt_status open_postings(mt_recommender *rec, uint32_t ordinal, mt_recall_lists *lists, mt_error *error) {
  mt_section section;
  MT_TRY(need(&rec->bundle, MT_SECTION_POSTINGS, ordinal, "postings", &section, error));
  MT_TRY(mt_postings_open(section.bytes, section.length, rec->bundle.items, &lists->postings, error));
  if (lists->postings.key_kind >= MT_KEY_TERM)
    return mt_fail(error, MT_CORRUPT, "postings %u: found key kind %u, expected one that a history has", ordinal,
                   lists->postings.key_kind);
  if (lists->postings.key_kind != MT_KEY_VALUE) return MT_OK;
  uint32_t attribute = lists->postings.attribute;
  if (attribute >= rec->attributes || !mt_attribute_is_category(&rec->attribute[attribute]))
    return mt_fail(error, MT_CORRUPT, "postings %u: found attribute %u as their key, expected a category", ordinal, attribute);
  lists->attribute = &rec->attribute[attribute];
  return MT_OK;
}

static mt_status open_clusters(mt_recommender *rec, uint32_t ordinal, mt_recall_clusters *clusters, mt_error *error) {
  mt_section section;
  MT_TRY(open_postings(rec, ordinal, &clusters->members, error));
  MT_TRY(need(&rec->bundle, MT_SECTION_POSTINGS, ordinal + 1, "postings", &section, error));
  MT_TRY(mt_postings_open(section.bytes, section.length, rec->bundle.items, &clusters->met.postings, error));
  if (clusters->members.postings.key_kind == MT_KEY_ITEM && clusters->met.postings.key_kind == MT_KEY_CLUSTER) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "postings %u: found key kinds %u and %u, expected items, then clusters", ordinal,
                 clusters->members.postings.key_kind, clusters->met.postings.key_kind);
}

static mt_status open_source(mt_recommender *rec, uint32_t s, mt_error *error) {
  const mt_source *source = &rec->policy.source[s];
  mt_recall *recall = &rec->recall[s];
  mt_section section;
  switch (mt_kind_of(rec, s)) {
    case MT_SOURCE_POPULARITY:
      MT_TRY(need(&rec->bundle, MT_SECTION_POPULARITY, 0, "popularity", &section, error));
      return mt_popularity_open(section.bytes, section.length, rec->bundle.items, &rec->popularity, error);
    case MT_SOURCE_POSTINGS: return open_postings(rec, source->ordinal, &recall->lists, error);
    case MT_SOURCE_CLUSTERS: return open_clusters(rec, source->ordinal, &recall->clusters, error);
    case MT_SOURCE_CAMPAIGN:
      MT_TRY(need(&rec->bundle, MT_SECTION_CAMPAIGN, source->ordinal, "campaign", &section, error));
      return mt_campaign_open(section.bytes, section.length, rec->bundle.items, &recall->campaign, error);
    case MT_SOURCE_VECTORS:
    case MT_SOURCE_KINDS_END: break;
  }
  if (source->ordinal < rec->spaces) return MT_OK;
  return mt_fail(error, MT_CORRUPT, "policy: source \"%s\": found space %u, expected less than %u", mt_text(source->name),
                 source->ordinal, rec->spaces);
}

static mt_status open_sources(mt_recommender *rec, mt_error *error) {
  for (uint32_t s = 0; s < rec->policy.sources; s++) {
    mt_status status = open_source(rec, s, error);
    if (status == MT_OK) continue;
    if (mt_is_whole(rec)) return status;
    if (mt_kind_of(rec, s) == MT_SOURCE_POPULARITY) rec->popularity = (mt_popularity){0};
    rec->waiting |= 1u << s;
  }
  return MT_OK;
}

/* Towers may need features, which need the other sources. Whether a source that looks at histories is there, or all are. */
static bool is_ready(mt_recommender *rec) {
  bool personal = false;
  for (uint32_t s = 0; s < rec->policy.sources; s++) {
    mt_source_kind kind = mt_kind_of(rec, s);
    if (mt_waits(rec, s)) continue; /* its ordinal was not checked */
    if (kind == MT_SOURCE_VECTORS && rec->tower[rec->policy.source[s].ordinal].kind == 0) rec->waiting |= 1u << s;
    else
      personal |= kind == MT_SOURCE_VECTORS || kind == MT_SOURCE_CLUSTERS ||
                  (kind == MT_SOURCE_POSTINGS && rec->recall[s].lists.postings.key_kind != MT_KEY_ONE);
  }
  return personal || rec->waiting == 0;
}

static mt_status open_sections(mt_recommender *rec, mt_error *error) {
  mt_section section;
  MT_TRY(need(&rec->bundle, MT_SECTION_POLICY, 0, "policy", &section, error));
  MT_TRY(mt_policy_open(section.bytes, section.length, &rec->policy, error));
  MT_TRY(need(&rec->bundle, MT_SECTION_IDS, 0, "item ids", &section, error));
  MT_TRY(mt_ids_open(section.bytes, section.length, rec->bundle.items, &rec->ids, error));
  if (mt_is_whole(rec) || mt_bundle_find(&rec->bundle, MT_SECTION_PLACES, 0, 0, &section)) {
    MT_TRY(need(&rec->bundle, MT_SECTION_PLACES, 0, "places", &section, error));
    MT_TRY(mt_ids_open_places(section.bytes, section.length, &rec->ids, error));
  }
  MT_TRY(open_spaces(rec, error));
  MT_TRY(open_attributes(rec, error));
  MT_TRY(settle(rec, mt_search_open(&rec->bundle, rec->tower, rec->spaces, &rec->search, error), &rec->search,
                sizeof rec->search));
  MT_TRY(open_sources(rec, error));
  if (rec->waiting == 0 && mt_spaces_here(rec) == rec->spaces)
    MT_TRY(settle(rec, open_features(rec, error), &rec->features, sizeof rec->features));
  MT_TRY(open_models(rec, error));
  MT_TRY(mt_open_rules(rec, error));
  if (!is_ready(rec)) return MT_NOT_READY;
  if (rec->waiting != 0) return MT_OK; /* a ranker learned from what all sources say */
  return settle(rec, open_ranker(rec, error), &rec->ranker, sizeof rec->ranker);
}

static mt_status open_views(const void *bytes, size_t length, size_t arrived, mt_recommender *rec, mt_error *error) {
  memset(rec, 0, sizeof *rec);
  MT_TRY(mt_bundle_open(bytes, length, arrived, &rec->bundle, error));
  mt_status status = open_sections(rec, error);
  if (status == MT_OK || mt_is_whole(rec)) return status;
  return mt_bundle_is_early(error);
}

/* Slots for the sums of a source: what its lists can hold for the longest history. */
static uint32_t slots_of(const mt_recommender *rec, uint32_t s) {
  const mt_recall *recall = &rec->recall[s];
  if (mt_kind_of(rec, s) == MT_SOURCE_CAMPAIGN) return mt_sparse_slots(recall->campaign.entries);
  return mt_sparse_slots(recall->lists.postings.key_kind == MT_KEY_ONE ? recall->lists.postings.longest : rec->bundle.items);
}

static void reserve_sources(mt_recommender *rec, mt_arena *arena) {
  uint32_t quotas = 0;
  for (uint32_t s = 0; s < rec->policy.sources; s++) {
    mt_recall *recall = &rec->recall[s];
    quotas += rec->policy.source[s].quota;
    if (mt_waits(rec, s)) continue;
    if (mt_kind_of(rec, s) == MT_SOURCE_VECTORS) {
      uint32_t space = rec->policy.source[s].ordinal;
      recall->weighted = mt_arena_take(arena, MT_MAX_HISTORY, sizeof(mt_weighted));
      mt_fold_reserve(arena, &rec->tower[space], &rec->space[space], &recall->fold);
    } else if (mt_source_sums(mt_kind_of(rec, s))) {
      recall->sums.capacity = slots_of(rec, s);
      recall->sums.slots = mt_arena_take(arena, recall->sums.capacity, sizeof(mt_sparse_slot));
    }
  }
  uint32_t capacity = quotas < rec->bundle.items ? quotas + 1 : rec->bundle.items; /* one more: mt_want */
  rec->relevance = mt_arena_take(arena, capacity, sizeof(float));
  rec->order = mt_arena_take(arena, MT_MAX_ORDERED, sizeof(uint32_t));
  mt_candidates_reserve(arena, capacity, rec->policy.sources, &rec->candidates);
}

static size_t widest_stride(const mt_recommender *rec) {
  size_t widest = 4;
  for (uint32_t i = 0; i < rec->spaces; i++) widest = rec->space[i].padded > widest ? rec->space[i].padded : widest;
  return widest;
}

/* Bytes of marks that a filter on the attribute with most values and sets needs. */
static size_t widest_marks(const mt_recommender *rec) {
  size_t widest = 1;
  for (uint32_t i = 0; i < rec->attributes; i++) {
    const mt_attribute *a = &rec->attribute[i];
    size_t marks = mt_attribute_is_category(a) ? (size_t)a->strings.count + a->sets : 0;
    widest = marks > widest ? marks : widest;
  }
  return widest;
}

/* What the vector queries of one request prepare at most. */
static size_t vector_scratch(const mt_recommender *rec) {
  size_t bytes = 0, widest = 0;
  for (uint32_t s = 0; s < rec->policy.sources; s++)
    if (mt_kind_of(rec, s) == MT_SOURCE_VECTORS && !mt_waits(rec, s))
      bytes += mt_query_scratch(&rec->space[rec->policy.source[s].ordinal]) + 4 * MT_ALIGN;
  for (uint32_t i = 0; i < rec->spaces; i++) {
    size_t one = mt_nearest_scratch(&rec->space[i], MT_MAX_SHELF, 0);
    widest = one > widest ? one : widest;
  }
  if (rec->search.open && rec->search.space != MT_NOT_FOUND) {
    size_t search = mt_query_scratch(&rec->space[rec->search.space]) + 4 * MT_ALIGN; /* instead of the sources' */
    bytes = search > bytes ? search : bytes;
  }
  return bytes + widest + 4 * MT_ALIGN;
}

static void reserve_features(mt_recommender *rec, mt_arena *arena) {
  mt_feature_scope scope = scope_of(rec);
  if (rec->features.count == 0) return;
  rec->feature_rows = mt_arena_take(arena, (size_t)MT_FEATURE_ROWS * rec->features.count, sizeof(float));
  mt_features_reserve(arena, &rec->features, &scope, rec->space, &rec->feature_work);
}

static void reserve_ranker(mt_recommender *rec, mt_arena *arena) {
  if (rec->ranker.model == 0) return;
  rec->fused_rank = mt_arena_take(arena, rec->candidates.capacity, sizeof(uint32_t));
  if (rec->ranker.model == MT_RANKER_PROGRAM) return;
  uint32_t outputs = rec->trees.outputs;
  rec->tree_room = mt_arena_take(arena, mt_trees_room(&rec->trees), sizeof(float));
  rec->odds = mt_arena_take(arena, mt_round_up(outputs, 4), sizeof(float));
  rec->margins = mt_arena_take(arena, (size_t)MT_FEATURE_ROWS * outputs, sizeof(double));
  rec->contribution = mt_arena_take(arena, rec->features.count, sizeof(double));
}

static void reserve_rules(mt_recommender *rec, mt_arena *arena) {
  rec->permitted = mt_arena_take(arena, mt_bitmap_bytes(rec->bundle.items), 1);
  mt_impressions_reserve(arena, &rec->impressions);
  mt_greedy_reserve(arena, MT_MAX_ORDERED, widest_stride(rec), &rec->greedy);
}

static void reserve(mt_recommender *rec, mt_arena *arena) {
  uint32_t items = rec->bundle.items, explained = MT_MAX_EXPLAINED;
  size_t stride = widest_stride(rec), scratch = vector_scratch(rec);
  if (rec->ids.number == NULL) rec->ids.turned = mt_arena_take(arena, items, sizeof(uint32_t));
  rec->event_room = mt_arena_take(arena, 2 * (size_t)MT_MAX_HISTORY, sizeof(mt_event));
  rec->allowed = mt_arena_take(arena, mt_bitmap_bytes(items), 1);
  rec->unfiltered = mt_arena_take(arena, mt_bitmap_bytes(items), 1);
  rec->marks = mt_arena_take(arena, widest_marks(rec), 1);
  rec->keys = mt_arena_take(arena, mt_topk_capacity(MT_MAX_ORDERED), sizeof(uint64_t));
  rec->picks = (mt_index){mt_arena_take(arena, mt_index_slots(explained), sizeof(mt_index_slot)), mt_index_slots(explained) - 1};
  rec->shares = mt_arena_take(arena, (size_t)MT_MAX_HISTORY * explained, sizeof(float));
  rec->explained = mt_arena_take(arena, explained * stride, sizeof(float));
  rec->event_vector = mt_arena_take(arena, stride, sizeof(float));
  rec->slate.picks = mt_arena_take(arena, MT_MAX_SHELF, sizeof(mt_pick));
  rec->hits.items = mt_arena_take(arena, MT_MAX_SHELF, sizeof(uint32_t));
  rec->hits.scores = mt_arena_take(arena, MT_MAX_SHELF, sizeof(float));
  rec->text = mt_arena_take(arena, MT_STRING_BYTES, 1);
  rec->scratch = mt_arena_over(mt_arena_take(arena, scratch, 1), scratch);
  reserve_sources(rec, arena);
  reserve_features(rec, arena);
  reserve_ranker(rec, arena);
  for (uint32_t i = 0; i < rec->models; i++) mt_model_reserve(arena, &rec->model[i]);
  mt_search_reserve(arena, rec->tower, rec->space, &rec->search);
  reserve_rules(rec, arena);
}

mt_status mt_memory_needed(const void *bundle, size_t length, size_t arrived, size_t *needed_ret, mt_error *error) {
  mt_recommender rec;
  MT_TRY(open_views(bundle, length, arrived, &rec, error));
  mt_arena arena = mt_arena_measure();
  mt_arena_take(&arena, 1, sizeof rec);
  reserve(&rec, &arena);
  if (arena.full) return mt_fail(error, MT_NO_MEMORY, "bundle: a request on it needs more memory than there can be");
  *needed_ret = arena.used + MT_ALIGN;
  return MT_OK;
}

mt_status mt_open(const void *bundle, size_t length, size_t arrived, void *memory, size_t memory_length,
                  mt_recommender **rec_ret, mt_error *error) {
  if (((uintptr_t)bundle & (MT_ALIGN - 1)) != 0)
    return mt_fail(error, MT_INVALID, "open: the bundle's bytes must lie at a multiple of %u", MT_ALIGN);
  mt_arena arena = mt_arena_over(memory, memory_length);
  mt_recommender *rec = mt_arena_take(&arena, 1, sizeof *rec);
  if (rec == NULL) return mt_fail(error, MT_NO_MEMORY, "open: found %u bytes of memory", memory_length);
  MT_TRY(open_views(bundle, length, arrived, rec, error));
  reserve(rec, &arena);
  if (arena.full)
    return mt_fail(error, MT_NO_MEMORY, "open: found %u bytes of memory, expected what mt_memory_needed says",
                   memory_length);
  if (rec->ids.number == NULL) mt_ids_turn(&rec->ids, rec->ids.turned);
  for (uint32_t i = 0; i < rec->models; i++) mt_run_clear(&rec->model[i].run);
  mt_bind_rules(rec);
  mt_begin(rec);
  *rec_ret = rec;
  return MT_OK;
}

mt_status mt_measure(const void *bundle, size_t length, size_t arrived, mt_extent *extent_ret, mt_error *error) {
  mt_bundle view;
  *extent_ret = (mt_extent){0, 0};
  mt_status status = mt_bundle_open(bundle, length, arrived, &view, error);
  if (status == MT_NOT_READY) return MT_OK;
  MT_TRY(status);
  for (uint32_t i = 0; i < view.sections; i++) {
    mt_section section;
    mt_bundle_section(&view, i, &section);
    if (section.here) extent_ret->arrived = section.end;
  }
  extent_ret->needed = view.needed;
  return MT_OK;
}

mt_status mt_verify(const void *bundle, size_t length, size_t from, size_t arrived, mt_error *error) {
  mt_bundle view;
  MT_TRY(mt_bundle_open(bundle, length, arrived, &view, error));
  for (uint32_t i = 0; i < view.sections; i++) {
    mt_section section;
    mt_bundle_section(&view, i, &section);
    if (section.here && section.end > from) MT_TRY(mt_bundle_verify(&view, i, error));
  }
  return MT_OK;
}

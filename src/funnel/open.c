/* Opening: sections become views, each checked by its own reader; what has not arrived is left out. */
#include "funnel/reserve.h"
#include "funnel/state.h"

/* Whether all that answers need has arrived: then whatever does not open is an error. */
static bool is_whole(const mt_recommender *rec) { return rec->bundle.arrived >= rec->bundle.needed; }

/* A part that does not open while bytes are missing waits for them, and leaves nothing behind that could be used. */
static mt_status settle(const mt_recommender *rec, mt_status status, void *part, size_t size) {
  if (status == MT_OK || is_whole(rec)) return status;
  memset(part, 0, size);
  return MT_OK;
}

static mt_status open_space(mt_recommender *rec, uint32_t i, mt_error *error) {
  mt_space *space = &rec->space[i];
  mt_section section;
  MT_TRY(mt_bundle_need(&rec->bundle, MT_SECTION_SPACE, i, "space", &section, error));
  MT_TRY(mt_space_open(section.bytes, section.length, rec->bundle.items, space, error));
  MT_TRY(mt_bundle_need(&rec->bundle, MT_SECTION_BASE, i, "base", &section, error));
  MT_TRY(mt_space_open_base(space, section.bytes, section.length, error));
  for (uint32_t part = 0; part < MT_LAYERS_MAX && mt_bundle_find(&rec->bundle, MT_SECTION_LAYER, i, part, &section); part++)
    MT_TRY(mt_space_open_layer(space, section.bytes, section.length, error));
  MT_TRY(mt_bundle_need(&rec->bundle, MT_SECTION_TOWER, i, "tower", &section, error));
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

/* What everybody met is a feature too, whether a source recalls by it or not. */
static mt_status open_popularity(mt_recommender *rec, mt_error *error) {
  mt_section section;
  if (!mt_bundle_find(&rec->bundle, MT_SECTION_POPULARITY, 0, 0, &section)) return MT_OK;
  return mt_popularity_open(section.bytes, section.length, rec->bundle.items, &rec->popularity, error);
}

/* Without it items would be recommended that are no more, so it is waited for. */
static mt_status open_withdrawn(mt_recommender *rec, mt_error *error) {
  mt_section section;
  if (!mt_bundle_lists(&rec->bundle, MT_SECTION_WITHDRAWN, 0, 0, &section)) return MT_OK;
  if (!section.here) return mt_bundle_is_early(error);
  return mt_withdrawn_open(section.bytes, section.length, rec->bundle.items, &rec->withdrawn, error);
}

/* Features may be of any source and space, so they wait for all. */
static mt_status open_features(mt_recommender *rec, mt_error *error) {
  const mt_feature_scope scope = mt_feature_scope_of(rec);
  if (rec->recall.waiting != 0 || mt_spaces_here(rec) < rec->spaces) return MT_OK;
  return mt_feature_stage_open(&rec->bundle, &scope, &rec->features, error);
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
                  mt_model_open(&rec->bundle, i, rec->space, rec->spaces, rec->features.features.fields, rec->features.features.count,
                                &rec->model[i], error),
                  &rec->model[i], sizeof rec->model[i]));
  for (uint32_t i = 0; i < rec->spaces; i++)
    MT_TRY(settle(rec, check_tower(rec, i, error), &rec->tower[i], sizeof rec->tower[i]));
  return MT_OK;
}

static mt_status open_ids(mt_recommender *rec, mt_error *error) {
  mt_section section;
  MT_TRY(mt_bundle_need(&rec->bundle, MT_SECTION_IDS, 0, "item ids", &section, error));
  MT_TRY(mt_ids_open(section.bytes, section.length, rec->bundle.items, &rec->ids, error));
  if (!is_whole(rec) && !mt_bundle_find(&rec->bundle, MT_SECTION_PLACES, 0, 0, &section)) return MT_OK;
  MT_TRY(mt_bundle_need(&rec->bundle, MT_SECTION_PLACES, 0, "places", &section, error));
  return mt_ids_open_places(section.bytes, section.length, &rec->ids, error);
}

static mt_status open_sections(mt_recommender *rec, mt_error *error) {
  const mt_bundle *bundle = &rec->bundle;
  mt_section section;
  MT_TRY(mt_bundle_need(bundle, MT_SECTION_POLICY, 0, "policy", &section, error));
  MT_TRY(mt_policy_open(section.bytes, section.length, &rec->policy, error));
  MT_TRY(open_ids(rec, error));
  MT_TRY(open_withdrawn(rec, error));
  MT_TRY(open_spaces(rec, error));
  MT_TRY(open_attributes(rec, error));
  MT_TRY(settle(rec, mt_search_open(bundle, rec->tower, rec->spaces, &rec->search, error), &rec->search, sizeof rec->search));
  mt_source_view view = mt_source_view_of(rec);
  MT_TRY(mt_recall_open(&rec->policy, &view, !is_whole(rec), &rec->recall, error));
  MT_TRY(settle(rec, open_popularity(rec, error), &rec->popularity, sizeof rec->popularity));
  MT_TRY(settle(rec, open_features(rec, error), &rec->features, sizeof rec->features));
  MT_TRY(open_models(rec, error));
  const mt_rule_world world = mt_rule_world_of(rec);
  MT_TRY(mt_rules_open(bundle, &world, &rec->rules, error));
  if (!mt_recall_is_ready(&rec->policy, &view, &rec->recall)) return MT_NOT_READY;
  if (rec->recall.waiting != 0) return MT_OK; /* a ranker learned from what all sources say */
  return settle(rec, mt_rank_open(bundle, rec->features.features.count, rec->model, rec->models, &rec->rank, error), &rec->rank,
                sizeof rec->rank);
}

static mt_status open_views(const void *bytes, size_t length, size_t arrived, mt_recommender *rec, mt_error *error) {
  memset(rec, 0, sizeof *rec);
  MT_TRY(mt_bundle_open(bytes, length, arrived, &rec->bundle, error));
  mt_status status = open_sections(rec, error);
  if (status == MT_OK || is_whole(rec)) return status;
  return mt_bundle_is_early(error);
}

mt_status mt_memory_needed(const void *bundle, size_t length, size_t arrived, size_t *needed_ret, mt_error *error) {
  mt_recommender rec;
  MT_TRY(open_views(bundle, length, arrived, &rec, error));
  mt_arena arena = mt_arena_measure();
  mt_arena_take(&arena, 1, sizeof rec);
  mt_reserve(&arena, &rec);
  if (arena.full) return mt_fail(error, MT_NO_MEMORY, "bundle: a request needs more memory than there is");
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
  mt_reserve(&arena, rec);
  if (arena.full)
    return mt_fail(error, MT_NO_MEMORY, "open: found %u bytes of memory, expected those of mt_memory_needed",
                   memory_length);
  if (rec->ids.number == NULL) mt_ids_turn(&rec->ids, rec->ids.turned);
  for (uint32_t i = 0; i < rec->models; i++) mt_run_clear(&rec->model[i].run);
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

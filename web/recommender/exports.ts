/** Raw exports: every argument a number, pointers as offsets into memory. See src/martello.h for what each does. */
export interface CoreExports {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  mt_heap(): number
  mt_memory_needed(bundle: number, length: number, arrived: number, out: number, error: number): number
  mt_bundle_length(bytes: number, length: number, out: number, error: number): number
  mt_directory_checksum(bundle: number, sections: number): bigint
  mt_open(
    bundle: number,
    length: number,
    arrived: number,
    memory: number,
    memoryLength: number,
    out: number,
    error: number,
  ): number
  mt_measure(bundle: number, length: number, arrived: number, out: number, error: number): number
  mt_verify(bundle: number, length: number, from: number, arrived: number, error: number): number
  mt_items(rec: number): number
  mt_find_item(rec: number, text: number, length: number): number
  mt_item_id(rec: number, item: number, text: number): number
  mt_begin(rec: number): void
  mt_set_repeats(rec: number, repeats: number): void
  mt_repeats_by_default(rec: number): number
  mt_add_event(rec: number, item: number, weight: number, at: number): number
  mt_name_event(rec: number, text: number, length: number): void
  mt_event_weight(rec: number, text: number, length: number): number
  mt_date_of(text: number, length: number): number
  mt_rating_weight(rec: number, rating: number): number
  mt_exclude(rec: number, item: number): void
  mt_allow_only(rec: number): void
  mt_allow(rec: number, item: number): void
  mt_find_attribute(rec: number, text: number, length: number): number
  mt_filter_clear(rec: number, attribute: number): void
  mt_filter_value(rec: number, attribute: number, text: number, length: number): number
  mt_filter_by_values(rec: number, attribute: number, negated: number): void
  mt_filter_by_range(
    rec: number,
    attribute: number,
    low: number,
    openLow: number,
    high: number,
    openHigh: number,
    negated: number,
  ): void
  mt_set_weight(rec: number, source: number, weight: number, error: number): number
  mt_set_decay(rec: number, source: number, decay: number, error: number): number
  mt_set_now(rec: number, now: number): void
  mt_set_clock(rec: number, clock: number): void
  mt_set_ranked(rec: number, candidates: number): void
  mt_change_rules(rec: number, records: number, length: number, error: number): number
  mt_find_value(rec: number, attribute: number, text: number, length: number): number
  mt_add_impressions(rec: number, item: number, shown: number, clicked: number): number
  mt_rule_kind_of(rec: number, rule: number): number
  mt_fields(rec: number): number
  mt_field_name(rec: number, field: number, text: number): number
  mt_field_is_category(rec: number, field: number): number
  mt_set_context(rec: number, field: number, value: number): void
  mt_set_context_value(rec: number, field: number, text: number, length: number): number
  mt_force_candidate(rec: number, item: number): void
  mt_features_of(rec: number, first: number, out: number, error: number): number
  mt_feature_count(rec: number): number
  mt_feature_name(rec: number, feature: number, text: number): number
  mt_recommend(rec: number, k: number, explain: number, out: number, error: number): number
  mt_run_recall(rec: number, error: number): number
  mt_run_rank(rec: number, error: number): number
  mt_run_slate(rec: number, k: number, explain: number, out: number, error: number): number
  mt_nearest_to(
    rec: number,
    space: number,
    vector: number,
    layers: number,
    k: number,
    out: number,
    error: number,
  ): number
  mt_search(rec: number, text: number, length: number, k: number, out: number, unmatched: number, error: number): number
  mt_search_space(rec: number): number
  mt_sources(rec: number): number
  mt_source_name(rec: number, source: number, text: number): number
  mt_source_role(rec: number, source: number): number
  mt_waiting(rec: number): number
  mt_default_k(rec: number): number
  mt_spaces(rec: number): number
  mt_space_name(rec: number, space: number, text: number): number
  mt_space_dim(rec: number, space: number): number
  mt_space_layers(rec: number, space: number): number
  mt_space_metric(rec: number, space: number): number
  mt_item_vector(rec: number, space: number, item: number, vector: number): number
  mt_attributes(rec: number): number
  mt_attribute_name(rec: number, attribute: number, text: number): number
  mt_attribute_kind(rec: number, attribute: number): number
  mt_attribute_number_of(rec: number, attribute: number, item: number): number
  mt_attribute_count_of(rec: number, attribute: number, item: number): number
  mt_attribute_text_of(rec: number, attribute: number, item: number, index: number, text: number): number
}

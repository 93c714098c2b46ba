/**
 * The order of the sections in the file, which arrives from its front: first what any answer needs, then what makes the
 * first personal one from the fewest bytes, then what adds to it; at the end what only makes it precise. Which stage
 * is usual for a kind of section stands in the list of kinds, src/bundle/format.h.
 */
/** What a device wants one after the other. */
export declare const STAGES: readonly ['policy', 'ids', 'rules', 'popularity', 'campaign', 'vectors', 'places', 'filters', 'sources', 'features', 'ranker', 'search', 'texts', 'layers', 'golden', 'record'];
export type Stage = (typeof STAGES)[number];

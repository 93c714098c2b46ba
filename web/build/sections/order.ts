/**
 * The order of the sections in the file, which arrives from its front: first what any answer needs, then what makes the
 * first personal one from the fewest bytes, then what adds to it; at the end what only makes it precise. Which stage
 * is usual for a kind of section stands in the list of kinds, src/bundle/format.h.
 */
/** What a device wants one after the other. */
export const STAGES = [
  'policy',
  'ids',
  'rules',
  'popularity',
  'campaign',
  'vectors', // without residual layers: a source that knows every item, in 17 bytes of each
  'places',
  'filters', // categories and numbers
  'sources', // the smallest first
  'features',
  'ranker',
  'search',
  'texts', // for display
  'layers',
  'lists', // of a split catalogue: its root has answered before
  'golden',
  'record',
] as const
export type Stage = (typeof STAGES)[number]

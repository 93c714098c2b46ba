/** Numbers of the format, as its headers in src/bundle have them. */

/** src/bundle/format.h */
export const KIND = {
  policy: 1,
  ids: 2,
  popularity: 3,
  postings: 4,
  tower: 5,
  space: 6,
  base: 7,
  attribute: 8,
  layer: 9,
  record: 10,
  program: 11,
  trees: 12,
  features: 13,
  ranker: 14,
  rules: 15,
  terms: 16,
  campaign: 17,
  golden: 18,
  binding: 19,
  numbers: 20,
  places: 21,
} as const
/** src/bundle/postings.h */
export const KEY = { item: 0, value: 1, one: 2, term: 3, cluster: 4 } as const
/** src/bundle/policy.h */
export const SOURCE = { postings: 0, vectors: 1, popularity: 2, campaign: 3, clusters: 4 } as const
export const ROLE = { everybody: 0, alike: 1, next: 2, together: 3 } as const
export const FUSION = { scores: 0, ranks: 1 } as const
/** src/bundle/vectors.h */
export const METRICS = ['ip', 'cosine', 'l2'] as const
export type Metric = (typeof METRICS)[number]
export const FLOAT_BITS = 32
/** A row of vectors that there is not. */
export const NO_ROW = 0xffffffff

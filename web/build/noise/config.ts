/** What a config says of noise, and what a build record does. */

/** Noise that hides each person of the log: whether they are in it changes the chances of any bundle by a factor of e^epsilon at most. */
export interface NoiseConfig {
  /**
   * How much a bundle may tell of anybody: the less the more noise. 1 is strong, at 16 a promise hardly means anything by itself.
   * @minimum 0.1 @maximum 100
   */
  epsilon: number
  /**
   * The chance that more is told: far less than one in as many people as the log has. Default 0.000001.
   * @minimum 1e-12 @maximum 0.001
   */
  delta?: number
  /**
   * Of each person so many items count at most, the newest. Default 100.
   * @integer @minimum 2 @maximum 200
   */
  items?: number
}

export const DELTA = 1e-6
export const ITEMS = 100

/** What a log's sums are of: who met an item, who met two, who met one after the other (tables.ts). */
export type TableName = 'popularity' | 'pairs' | 'steps'

/** A table of a log after noise. Sums are in what a person of one item adds to it, or of two where it is about pairs: 1. */
export interface NoisedTable {
  name: TableName
  /** Of what the bundle spends. */
  share: number
  /** The noise's standard deviation, and what a sum is at least that is in the bundle. */
  sigma: number
  threshold: number
  /** The same in people of 20 items each. */
  people: { sigma: number; threshold: number }
  /** Sums that are in the bundle, and of how many; null: it is not known beforehand which there may be. */
  kept: number
  of: number | null
}

/** What a bundle tells of each person of its log at most. */
export interface Noise {
  epsilon: number
  delta: number
  /** Of each person so many items count, the newest. */
  items: number
  /** The same as epsilon and delta: zero-concentrated differential privacy, of which the tables have their shares. */
  rho: number
  tables: NoisedTable[]
  /** What it tells together with the bundles that it goes on from (`--previous`), of whose logs the same people may be in. */
  altogether: { bundles: number; rho: number; delta: number; epsilon: number }
}

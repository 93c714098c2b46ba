/** What a config says of how sources are trained and written: all of it that they read. */
export interface SourceOptions {
  /** Neighbours kept per item. Default 30, or 50 where the log has times. */
  neighbours?: number
  /** Next items kept per item. Default 50. */
  transitions?: number
  /**
   * What was taken together: the column of an order or a visit, read within each person; or the longest break in one
   * basket, in the unit of the log's times, usually seconds. Default: nothing is known to be.
   */
  basket?: string | number
  /**
   * Dimensions of learned vectors; content takes 64 of them at most. Default: 64 for content, and for factors 32, 64 or 128,
   * chosen by held-out events (64 where nothing is held out, and on logs of more than 5 million events).
   */
  dimension?: number
  /**
   * Residual layers: bits of each, or "f32" for the float reference. Default [4] for given embeddings and for content
   * without a log; beside a log learned vectors get none.
   */
  layers?: number[] | 'f32'
  /** Sub-spaces of the base codes. Default: half the dimension up to 128, a quarter beyond. */
  subspaces?: number
  /** Metric of given embeddings. Default "ip". */
  metric?: 'ip' | 'cosine' | 'l2'
  /** Bits of a posting's weight: 4, 8 or 32. Default 4. */
  weightBits?: 4 | 8 | 32
  /** For a catalogue without a log: the number column by which items are popular. */
  popularity?: string
  /**
   * The knowledge graph: what each relation weighs (default 1; 0 leaves it out), and whether what an entity is linked with
   * counts too (hops, 1 or 2; default 2).
   */
  graph?: { relations?: Record<string, number>; hops?: 1 | 2 }
}

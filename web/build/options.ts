/** What a config says of how sources are trained and written: all of it that they read. */
export interface SourceOptions {
  /**
   * Neighbours kept per item. Default 30, or 50 where the log has times; 200 weights of the source `ease`.
   * @integer @minimum 1 @maximum 1000
   */
  neighbours?: number
  /**
   * Next items kept per item. Default 50.
   * @integer @minimum 1 @maximum 1000
   */
  transitions?: number
  /**
   * How many people something must rest on to be in the bundle: a neighbour, a next item, what is taken together, a count of popularity, a cluster of
   * `usercf`. What rests on fewer is left out, or merged with what others did; an item that fewer met is as one that nobody met. The build says how much that is. 1: all is in.
   * Default 3.
   * @integer @minimum 1 @maximum 1000
   */
  people?: number
  /**
   * What was taken together: the column of an order or a visit, read within each person; or the longest break in one
   * basket, in seconds. Default: nothing is known to be.
   * @minLength 1 @minimum 0
   */
  basket?: string | number
  /**
   * People take the same things again, as with groceries: what a history holds may be recommended, by the source `repeat`
   * among others, where a request does not say otherwise. Default false.
   */
  repeat?: boolean
  /**
   * Dimensions of learned vectors; content takes 64 of them at most. Default: 64 for content, and for factors 32, 64 or 128,
   * chosen by held-out events (64 where nothing is held out); up to 256 where `bytes` are divided.
   * @integer @minimum 16 @maximum 512 @multipleOf 16
   */
  dimension?: number
  /**
   * Residual layers: bits of each, or "f32" for the float reference. Default [4] for given embeddings and for content
   * without a log; beside a log learned vectors get none.
   * @maxItems 4
   */
  layers?: (2 | 4 | 8)[] | 'f32'
  /**
   * Sub-spaces of the base codes. Default: half the dimension up to 128, a quarter beyond.
   * @integer @minimum 4 @maximum 256
   */
  subspaces?: number
  /** Metric of given embeddings. Default "ip". */
  metric?: 'ip' | 'cosine' | 'l2'
  /** Bits of a posting's weight. Default 4. */
  weightBits?: 4 | 8 | 32
  /** For a catalogue without a log: the number column by which items are popular. */
  popularity?: string
  /** The knowledge graph. */
  graph?: {
    /**
     * What each relation weighs; 0 leaves it out. Default 1.
     * @minimum 0 @maximum 1000
     */
    relations?: Record<string, number>
    /** 2: what an entity is linked with counts too. Default 2. */
    hops?: 1 | 2
  }
}

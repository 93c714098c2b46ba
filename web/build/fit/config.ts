/** What is trained by steps: models that a log teaches in many small ones, where the closed forms of sources/ take a few large. */

/** What a build trains besides its usual sources. */
export interface TrainConfig {
  /**
   * Factor models, each a source of vectors beside the others: "bpr", or several in a list. "bpr": what a person met before what
   * they did not (Rendle et al. 2009). Kept where held-out events say that it adds something.
   * @minItems 1 @maxItems 8
   */
  factors?: FactorsName | FactorsName[]
  /**
   * Minutes that training by steps may take, all models together. What is not done by then is as good as it is, and the build
   * says so; how much that is depends on the machine. Default 30.
   * @minimum 0.1 @maximum 100000
   */
  minutes?: number
}

/** Factor models that are trained by steps, in the order of a bundle. */
export const FACTORS = ['bpr'] as const

/** A factor model that is trained by steps. */
export type FactorsName = (typeof FACTORS)[number]

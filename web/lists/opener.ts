/** How the runtime opens bundles: what is loaded apart has no classes of its own. */
import type { Arrival } from '../recommender/arrival.js'
import type { Core } from '../recommender/core.js'
import type { Recommender } from '../recommender/recommender.js'

export interface Opener {
  /** A core that holds nothing. */
  core(): Promise<Core>
  Arrival: typeof Arrival
  Recommender: typeof Recommender
}

/** A bundle that is whole, in a core. */
export function arrived({ Arrival }: Opener, core: Core, bytes: Uint8Array): Arrival {
  const arrival = new Arrival(core, { verify: false, layers: 'all', maxBytes: Infinity })
  arrival.placeAll(bytes)
  arrival.finish()
  return arrival
}

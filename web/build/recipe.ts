/** How models are trained: defaults that were good on logs of several kinds, changed by the config where it says so. */
import type { Config } from './config.js';
import type { Log, TransitionPlan } from './models.js';
import type { AlsPlan, NeighbourPlan } from './worker.js';

export interface Recipe {
  neighbours: NeighbourPlan;
  transitions: TransitionPlan;
  /** `evenness`: event weights fall with the item's events to this power, so that the popular leave room. */
  als: AlsPlan & { iterations: number; evenness: number };
  content: { dims: number; steps: number };
  layers: number[];
  weightBits: number;
}

const FLOAT = 32;

export function recipeFor(log: Log | null, config: Config): Recipe {
  const layers = config.layers === 'f32' ? [FLOAT] : config.layers ?? [4];
  const dims = config.dimension ?? 64;
  const timed = log?.time != null;
  return {
    neighbours: { user: 0.5, key: timed ? 0.3 : 0.6, target: timed ? 0.2 : 0.35, shrinkage: 0, cosine: false, longest: 5000, top: config.neighbours ?? 30 },
    transitions: { window: 10, decay: 0.7, key: 0.3, target: 0.2, top: config.transitions ?? 30 },
    als: { dims, unobserved: 0.01, reg: 0.005, nu: 1, iterations: log === null ? 0 : 8, evenness: 0.3 },
    content: { dims: Math.min(dims, 64), steps: 6 },
    layers, weightBits: config.weightBits ?? 4,
  };
}

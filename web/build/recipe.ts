/** How models are trained: defaults that were good on logs of several kinds, changed by the config where it says so. */
import type { Config } from './config.js';
import type { Log, TransitionPlan } from './models.js';
import type { AlsPlan, NeighbourPlan } from './worker.js';

export interface Recipe {
  neighbours: NeighbourPlan;
  transitions: TransitionPlan;
  als: AlsPlan & { iterations: number };
  content: { dims: number; steps: number };
  layers: number[];
  weightBits: number;
}

const FLOAT = 32;

export function recipeFor(log: Log | null, config: Config): Recipe {
  const layers = config.layers === 'f32' ? [FLOAT] : config.layers ?? [4];
  const dims = config.dimension ?? 64;
  return {
    neighbours: { user: 0.5, key: 0.6, target: 0.35, shrinkage: 0, cosine: false, longest: 5000, top: config.neighbours ?? 30 },
    transitions: { window: 3, decay: 1, key: 0.5, target: 0.5, top: config.transitions ?? 30 },
    als: { dims, unobserved: 0.005, reg: 0.005, nu: 1, iterations: log === null ? 0 : 8 },
    content: { dims: Math.min(dims, 64), steps: 6 },
    layers, weightBits: config.weightBits ?? 4,
  };
}

/** What sources of vectors share: coding rows into a space's sections, with its tower. */
import type { Metric } from '../sections/vectors.js';
import type { Section } from '../sections/section.js';
import { type TowerPlan } from '../sections/vectors.js';
import type { Materials } from './source.js';
export interface Space {
    name: string;
    metric: Metric;
    /** Bits of each residual layer. */
    layers: readonly number[];
    /** [rows][dim]; rowOf[n] is the row of item n, or NO_ROW. */
    rows: Float32Array;
    dim: number;
    rowOf: Uint32Array;
    tower: TowerPlan;
}
type Needs = Pick<Materials, 'learn' | 'config' | 'seed' | 'progress'>;
export declare function codedSpace({ learn, config, seed, progress }: Needs, space: Space, ordinal: number): Section[];
export {};

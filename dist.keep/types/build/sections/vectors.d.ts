/** Vector spaces: codes of the items' vectors, in layers, and the tower that makes a query of the space from a history. */
import type { Learn } from '../../learn/learn.js';
import { METRIC } from '../../generated/numbers.js';
import { type Section } from './section.js';
export type Metric = keyof typeof METRIC;
/** A row of vectors that there is not. */
export declare const NO_ROW = 4294967295;
export interface SpacePlan {
    name: string;
    ordinal: number;
    metric: Metric;
    /** Bits of each residual layer: 2, 4 or 8; or 32 for the floats themselves. */
    layers: readonly number[];
    /** 0: chosen from the dimension. */
    subspaces: number;
    seed: number;
}
/**
 * Codes vectors: rows[count × dim], rowOf[n] the row of item n or 0xffffffff. Returns SPACE, BASE and LAYER sections,
 * and the padded dimension that the space's tower needs.
 */
export declare function spaceSections(learn: Learn, plan: SpacePlan, rows: Float32Array, dim: number, rowOf: Uint32Array): {
    sections: Section[];
    padded: number;
};
/** How a history becomes a query: by its mean, by least squares over the factors, or by an imported program. */
export type TowerPlan = {
    kind: 'pooled';
} | {
    kind: 'als';
    unobserved: number;
    reg: number;
    nu: number;
    items: number;
    gram: Float32Array;
} | {
    kind: 'program';
    program: number;
    output: number;
};
/** gram is [padded][padded]. */
export declare function towerSection(learn: Learn, name: string, ordinal: number, padded: number, plan: TowerPlan): Section;

/** The policy: which sources recall, how much each says, and what events weigh. */
import type { Learn } from '../../learn/learn.js';
import { FUSION } from '../../generated/numbers.js';
import { type Section } from './section.js';
/** By length of the history: none, 1 to 4, 5 to 19, 20 and more. */
export type Weights = [number, number, number, number];
export interface SourcePlan {
    name: string;
    kind: number;
    /** What it says of an item: ROLE. */
    role: number;
    ordinal: number;
    quota: number;
    last: number;
    decay: number;
    halfLife: number;
    weight: Weights;
}
/**
 * A rating r weighs (r - zero) / (one - zero), from `least` (default -1) to 1, and `none` says nothing; nor does any where both
 * are the same.
 */
export interface Grading {
    zero: number;
    one: number;
    none?: number;
    /** @minimum -1 @maximum 0 */
    least?: number;
}
export declare const NO_GRADING: Grading;
/** As src/bundle/policy.h has it. */
export declare const gradingFloats: ({ zero, one, none, least }: Grading) => Float32Array;
export interface PolicyPlan {
    sources: SourcePlan[];
    events: {
        name: string;
        weight: number;
    }[];
    fusion: keyof typeof FUSION;
    normRank: number;
    rrfConstant: number;
    ratings: Grading;
    k: number;
    /** What a history holds may be recommended again. */
    repeats: boolean;
}
export declare function policySection(learn: Learn, plan: PolicyPlan): Section;
/** src/bundle/policy.h; how many to recommend where nobody says. */
export declare const NORM_RANK = 20;
export declare const DEFAULT_K = 20;
/** A policy that weighs these sources as the merge's defaults do. */
export declare const policyAround: (sources: SourcePlan[]) => PolicyPlan;

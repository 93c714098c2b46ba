/**
 * A policy file: what people decide over what the builder learned. It changes how sources are weighed and merged, not how
 * they are trained.
 */
import { type Rules } from '../recommender/rules.js';
import type { Config } from './config.js';
import { type PolicyPlan, type SourcePlan } from './sections/policy.js';
import type { Weighing } from './weighing.js';
/** What people decide: the file of `--policy`. */
export interface Policy {
    /**
     * How many to recommend where a request does not say. Default 20.
     * @integer @minimum 1 @maximum 1000
     */
    shelf?: number;
    /** How sources are merged: by normalised scores, or by reciprocal ranks. Default "scores". */
    fusion?: 'scores' | 'ranks';
    /** By the names of sources; what is not said stays as the builder chose it. */
    sources?: Record<string, {
        /**
         * One, or four: for histories of no, 1 to 4, 5 to 19, and more events. 0: it is silent.
         * @minimum 0 @maximum 1000000
         */
        weight?: number | [number, number, number, number];
        /**
         * Candidates it may bring.
         * @integer @minimum 1 @maximum 1000
         */
        quota?: number;
        /**
         * An event with n newer ones counts decay^n.
         * @minimum 0 @maximum 1
         */
        decay?: number;
        /**
         * Seconds after which an event counts half; 0: time does not matter.
         * @minimum 0 @maximum 1e12
         */
        halfLife?: number;
        /**
         * Only so many of the newest events count; 0: all.
         * @integer @minimum 0 @maximum 1024
         */
        last?: number;
    }>;
    /** What a slate must keep to, and what it should. A request may replace each key. */
    rules?: Rules;
}
/** Reads and checks a policy file. */
export declare const readPolicy: (path: string) => Promise<Policy>;
/** What the builder says of the sources, and what events and ratings weigh. */
export declare const policyOf: (sources: readonly SourcePlan[], config: Config, { events, grading }: Weighing) => PolicyPlan;
/** The plan with the policy's word on it. A source that the bundle does not have is refused by name. */
export declare function applyPolicy(plan: PolicyPlan, policy: Policy): PolicyPlan;

/**
 * Trees as martello understands them, whoever trained them, and what the device gets of them.
 *
 * A reader (lightgbm.ts, xgboost.ts) turns a model file into a `Forest`, which says what the file says. `treesBytes`
 * brings every split to the one form that src/bundle/trees.h draws, and lets the core write the bytes.
 */
import { LINK } from '../../generated/numbers.js';
import { Learn } from '../../learn/learn.js';
export type LinkName = keyof typeof LINK;
/** What a file of trees leaves open. */
export interface TreeOptions {
    /** How many boosting rounds count: "best", up to the best one of early stopping; "all"; or so many. */
    rounds?: 'best' | 'all' | number;
    /** What a feature of categories carries: the data frame's values (default), or the trainer's codes from 0. */
    categories?: 'values' | 'codes';
}
/** Where a split sends what: numbers by comparison, categories by a set. Missing is NaN; null: as the rest says. */
export type Split = {
    kind: 'number';
    feature: number;
    /** Left where x <= threshold ('<=') or x < threshold ('<'), in double precision. */
    operator: '<=' | '<';
    threshold: number;
    /** What counts as missing: nothing (NaN is 0), zeros and NaN, or NaN. */
    missing: 'none' | 'zero' | 'nan';
    missingLeft: boolean;
} | {
    kind: 'category';
    feature: number;
    /** Bit c % 32 of word c / 32: category c. */
    set: Uint32Array;
    /** Members go left; the others right, or the other way round. */
    membersLeft: boolean;
    missingLeft: boolean;
    /** Numbers are cut to whole ones first, so that -0.5 is category 0; else no negative number is in a set. */
    cut: boolean;
};
/** Nodes by number, the root 0. `split` null: a leaf. */
export interface Tree {
    /** Which output it adds to. */
    output: number;
    nodes: TreeNode[];
}
export interface TreeNode {
    split: Split | null;
    left: number;
    right: number;
    /** Of a leaf: what it adds. */
    value: number;
    /** How much of the training data came here; 0 where it is not known. */
    cover: number;
}
/** A model of trees, whoever trained it. */
export interface Forest {
    file: string;
    /** "LightGBM" or "XGBoost", with its version if the file has it. */
    origin: string;
    objective: string;
    features: number;
    /** As the model names them; generated ones (Column_0, f0) where it does not. */
    featureNames: string[];
    /** Whether somebody gave these names. */
    named: boolean;
    outputs: number;
    /** Where margins start, one an output. */
    base: number[];
    /** Averaged forests: the number of trees an output. */
    divisor: number;
    link: LinkName;
    /** Margins are multiplied by it before the link. */
    scale: number;
    /** Margins are sums of float32, rounded after each tree. */
    floatSum: boolean;
    trees: Tree[];
    /** What people should know about how the file was read, in sentences. */
    remarks: string[];
}
/** LightGBM's kZeroThreshold, a float. */
export declare const ZERO: number;
/**
 * The float32 from which on x goes right, for float32 x: the smallest above the threshold for '<=', at or above it for
 * '<'. NaN where nothing does.
 */
export declare function edgeOf(operator: '<=' | '<', threshold: number): number;
/** The mean of what is below each node, weighted by cover; plain where covers say nothing. */
export declare function meansOf(tree: Tree): Float64Array;
/** Checked first: lists are made of that many. */
export declare function checkSize(file: string, features: number, outputs: number): void;
/** Checks what both readers promise: a tree is a tree, its features exist, its leaves are numbers. */
export declare function checkForest(forest: Forest): Forest;
/** The bytes that the device walks: src/bundle/trees.h. */
export declare function treesBytes(learn: Learn, forest: Forest): Uint8Array;

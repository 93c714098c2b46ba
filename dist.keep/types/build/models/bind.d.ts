/**
 * Binding: what each input of an imported model is fed with. The config says it by the input's name; what it leaves out is
 * chosen by the input's type, shape and name. Every choice is a line for people, and what cannot be chosen is an error that
 * names the input.
 */
import { type Program, type ProgramInput } from '../../import/onnx/compile.js';
import type { Graph } from '../../import/onnx/model/graph.js';
import { type Feed } from '../../import/onnx/binding.js';
import { type Range } from '../../import/onnx/tape/ranges.js';
/** What an input of a model is fed with. */
export type InputKind = 'history' | 'worths' | 'types' | 'times' | 'ages' | 'length' | 'mask' | 'context' | 'constant' | 'candidate' | 'features';
/** One input, as the config binds it. */
export interface InputConfig {
    /**
     * history: ids of the last events; worths, types, times, ages (seconds before now), mask: of the same events; length: how
     * many there are; context: fields of the request; candidate, features: of each candidate (rankers).
     */
    from: InputKind;
    /**
     * Where padding stands: left of the events, right of them, or right with the newest event first. Default left, or right
     * where an input has the length.
     */
    padding?: 'left' | 'right' | 'newest';
    /** What stands where there is no event. Default 0. */
    pad?: number;
    /** What stands for what is not known. Default 0. */
    unknown?: number;
    /** Multiplies times, ages, fields and features. Default 1. */
    scale?: number;
    /** Is added to them then. Default 0. */
    shift?: number;
    /**
     * Event types: the model's number of each event name.
     * @integer @minimum 0 @maximum 16777216
     */
    values?: Record<string, number>;
    /**
     * context: names of config key `context`; features: names of the bundle's features; one for each element.
     * @maxItems 256
     */
    fields?: string[];
    /** constant: the number. */
    value?: number;
}
export interface BindingScope {
    /** the model's file */
    file: string;
    /** the config key under which inputs are named: `tower.inputs` */
    key: string;
    inputs: Readonly<Record<string, InputConfig | InputKind>>;
    /** inputs that an embedding table is asked with directly */
    ids: ReadonlySet<string>;
    /** event names of the policy, in its order; context fields and features of the bundle, in theirs */
    events: readonly string[];
    fields: readonly string[];
    features: readonly string[];
    /** a ranker has candidates */
    ranks: boolean;
}
/**
 * A model compiled for what it is fed with: what that is says how far its whole numbers reach. `tableRows`: of the table that
 * items are looked up in.
 */
export declare function compileBound(graph: Graph, sizes: Record<string, number>, scope: BindingScope, tableRows: (program: Program, bound: Bound) => number): {
    whole: Program;
    bound: Bound;
    ranges: Map<string, Range>;
};
export interface Bound {
    feeds: Feed[];
    remarks: string[];
}
export declare function bindInputs(inputs: readonly ProgramInput[], scope: BindingScope): Bound;
/** The beginning of the times that pairs are made of. */
export declare const TODAY = 1700000000;
/** How far the whole numbers reach that a feed writes into an input of a table of `bound` rows, or of none. */
export declare function rangeOf(each: Feed, bound: number): Range;

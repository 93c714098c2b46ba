/**
 * The graph that the importer works on: nodes in the order in which they run, each naming the values that it reads and
 * makes. Constants are tensors by name. What an older opset says in attributes is read where a newer one has inputs:
 * `listOf` and its like look in both places, so that the rest knows one form.
 */
import type { ElementType, Tensor } from './tensor.js';
export type Attribute = number | number[] | string | Tensor | Branch;
/** A graph within a node: it may read what is made outside of it. */
export interface Branch {
    nodes: Node[];
    /** names of what it is given anew each time, as a loop's body is */
    inputs: string[];
    /** names of its results */
    outputs: string[];
    constants: Map<string, Tensor>;
}
export interface Node {
    /** as the model names it; never empty */
    name: string;
    op: string;
    /** '' where an optional input is left out */
    inputs: string[];
    outputs: string[];
    attributes: Map<string, Attribute>;
    /** TensorProto.DataType of its results, where it is known: see types.ts */
    dataType?: number;
}
/** A size that the model leaves open is its symbol's name. */
export type Dim = number | string;
export interface Port {
    name: string;
    type: ElementType;
    /** TensorProto.DataType */
    dataType?: number;
    shape: Dim[];
}
export interface Graph {
    /** the file, for messages */
    file: string;
    opset: number;
    inputs: Port[];
    outputs: Port[];
    nodes: Node[];
    constants: Map<string, Tensor>;
}
export declare function number(node: Node, name: string, fallback: number): number;
export declare function text(node: Node, name: string, fallback: string): string;
export declare function numbers(node: Node, name: string): number[] | undefined;
/** A list that is an input in newer opsets and an attribute in older ones; undefined where it is left out. */
export declare function listOf(node: Node, name: string, input: Tensor | undefined): number[] | undefined;
/** The same for a single number. */
export declare function scalarOr(node: Node, name: string, input: Tensor | undefined, fallback: number | undefined): number | undefined;
/** An input that the op cannot do without. */
export declare function need(inputs: readonly (Tensor | undefined)[], at: number): Tensor;
/** `node "/att/MatMul" (MatMul)` */
export declare const nodeName: (node: Node) => string;
/** Which nodes read each value; outputs of the graph are read by the world, which `readers` does not list. */
export declare function readersOf(graph: Graph): Map<string, Node[]>;
export declare function makersOf(graph: Graph): Map<string, Node>;
/** All values that a node reads, those that its branches take from outside included. */
export declare function readsOf(node: Node): string[];
/** Drops nodes and constants that no output needs. */
export declare function dropDead(graph: Graph): Graph;

/**
 * The plain evaluator: every op as its definition reads, in double precision, one node after the other. It folds
 * constants and finds shapes when a model is compiled, makes golden pairs, and is what the tape is measured against.
 */
import { type Graph, type Node } from '../model/graph.js';
import { InputError } from '../../../read/errors.js';
import { type Tensor } from '../model/tensor.js';
export declare const SUPPORTED: readonly string[];
export declare const isSupported: (op: string) => boolean;
/** The values that a node makes. Errors name the file and the node. */
export declare function evaluateNode(file: string, node: Node, inputs: readonly (Tensor | undefined)[], opset: number): Tensor[];
/** About how many numbers a node looks at to make its values, those that it makes aside. Errors: as of evaluateNode. */
export declare function costOf(file: string, node: Node, inputs: readonly (Tensor | undefined)[]): number;
/**
 * What a node's op said, with the node's name. Where it stumbled, inputs are left out or attributes are of another kind than
 * the op has: only the file can be the reason.
 */
export declare function ofNode(file: string, node: Node, error: unknown, expected: string): unknown;
export declare const unsupported: (file: string, node: Node) => InputError;
/** Every value of the graph, for the given inputs. */
export declare function evaluate(graph: Graph, given: ReadonlyMap<string, Tensor>): Map<string, Tensor>;

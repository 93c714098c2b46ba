/** One op of the plain evaluator: the values that a node makes of its inputs, undefined where one is left out. */
import type { Node } from '../model/graph.js';
import type { Tensor } from '../model/tensor.js';
export type Kernel = (node: Node, inputs: readonly (Tensor | undefined)[], opset: number) => Tensor[];
/** How long an op takes, in numbers looked at, where it looks at its inputs more than a few times; told by shapes alone. */
export type Cost = (node: Node, inputs: readonly (Tensor | undefined)[]) => number;

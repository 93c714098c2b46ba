/** GRU, LSTM and RNN as ONNX defines them, in both directions, with sequence lengths and initial states. */
import { type Node } from '../model/graph.js';
import { type Tensor } from '../model/tensor.js';
import type { Cost, Kernel } from './kernel.js';
export interface RecurrentPlan {
    directions: number;
    /** of direction d: from the last step to the first */
    reversed: boolean[];
    hidden: number;
    steps: number;
    batch: number;
    width: number;
    /** activations' names, `perDirection` of them for each direction */
    activations: string[];
}
/** What the three cells share. `layout` 1 puts the batch first. */
export declare function recurrentPlan(node: Node, x: Tensor, gates: number, r: Tensor, defaults: readonly string[]): RecurrentPlan;
/**
 * An initial state for `batch` rows. PyTorch may leave one in the model for as many rows as the example had that it was
 * exported with; where all its rows are the same it serves any number.
 */
export declare function initialState(state: Tensor | undefined, axis: number, batch: number): Tensor | undefined;
export declare const RECURRENT: Record<string, Kernel>;
export declare const RECURRENT_COSTS: Record<string, Cost>;

import { type Program } from '../../import/onnx/compile.js';
import type { Graph, Node } from '../../import/onnx/model/graph.js';
import type { Weights } from '../../import/onnx/tape/program.js';
import { type Tensor } from '../../import/onnx/model/tensor.js';
import type { Embeddings } from '../../read/index.js';
import type { Catalogue } from '../catalogue.js';
import type { ModelScope } from './scope.js';
import { type Bound, type InputConfig, type InputKind } from './bind.js';
import { type Section } from '../sections/section.js';
/** How the model of --user-tower is used. */
export interface TowerConfig {
    /** Which output is the user's vector. Default: the first one of the embeddings' width. */
    output?: string;
    /** What each input is fed with, by its name. Default: by its type, shape and name. */
    inputs?: Record<string, InputConfig | InputKind>;
    /**
     * The tower's number of an item: "ids", the integer that its id spells, or "rows", its row in --embeddings. Default: ids
     * where all are integers inside the tower's item table, else rows; or whichever of the two its table agrees with.
     */
    numbers?: 'ids' | 'rows';
    /**
     * What is added to that. Default 0 for ids, 1 for rows, so that 0 is kept for padding.
     * @integer @minimum -16777216 @maximum 16777216
     */
    offset?: number;
    /** Whether an item table that equals the embeddings is left out and decoded from their codes. Default true. */
    tie?: boolean;
    /** How weights are kept; int8 has a scale for each row. Default "float32". */
    weights?: Weights;
    /**
     * Sizes that the model leaves open besides its batch, by their symbols, such as the length of the history. Default 50.
     * @integer @minimum 1 @maximum 4096
     */
    sizes?: Record<string, number>;
    /**
     * Events worth less are not shown to the tower. Default: 0, so that dislikes are not.
     * @minimum -100 @maximum 100
     */
    leastWorth?: number;
    /** An .npz with arrays by the names of the inputs and the output: pairs to keep. Default: pairs made at build. */
    golden?: string;
}
/** A model that was read, and its golden pairs. */
export interface Tower {
    graph: Graph;
    golden: Map<string, Tensor> | null;
}
/** A model that `--user-tower` names, and its golden pairs. Errors: no such file, a file of another kind. */
export declare function readTower(path: string, config?: TowerConfig): Promise<Tower>;
export interface TowerPlan {
    sections: Section[];
    /** of the program, and of its output */
    program: number;
    output: number;
    remarks: string[];
    /** the table that stays outside */
    tied: boolean;
}
export interface TowerScope {
    catalogue: Catalogue;
    embeddings: Embeddings;
    config: TowerConfig;
    events: readonly string[];
    fields: readonly string[];
    /** of the program's sections */
    ordinal: number;
    seed: number;
}
export declare function planTower(tower: Tower, scope: TowerScope): Promise<TowerPlan>;
export declare const kilobytes: (bytes: number) => string;
/** Sizes that the model leaves open: the config's, and 50 for what it does not name. */
export declare function openSizes(graph: Graph, config: Pick<TowerConfig, 'sizes'>): Record<string, number>;
export interface TableRead {
    table: string;
    ids: string;
    node: Node;
}
/** Where rows of a constant are looked up by what an input holds. */
export declare function tableReads(graph: Graph): TableRead[];
export interface ItemTable {
    name: string;
    values: Tensor;
    /** nothing but such lookups reads it */
    only: boolean;
}
/** The table that the ids of the history are looked up in. */
export declare function itemTable(graph: Graph, program: Program, bound: Bound): ItemTable | null;
/** Rows of the table that a model's items are looked up in; of none, as many as there may be numbers. */
export declare const tableRows: (graph: Graph) => (program: Program, bound: Bound) => number;
export interface Numbers {
    bytes: Uint8Array;
    words: string;
    /** numbers that some item has, for golden pairs */
    known: number[];
    /** the table's rows are the embeddings */
    agrees: boolean;
}
/** How a model numbers items: as the config says, else by ids or rows, whichever its own table agrees with. */
export declare function numbersOf(scope: ModelScope, table: ItemTable | null, file: string): Numbers;

import { type Joining, type Learn, type Pointer } from '../learn/learn.js';
/** What a thread answers: an error that crosses threads loses its class, so a failure of the core comes as its words. */
export type Reply<T> = {
    value: T;
} | {
    failure: string;
};
/** What a call of the core is, in a worker. */
export interface CoreCall {
    core: Joining;
    name: string;
    numbers: number[];
}
/** Worker threads, started when first needed. */
export declare class Workers {
    private readonly learn;
    readonly count: number;
    private pool;
    private core;
    constructor(learn: Learn, count?: number);
    /** Learn.call, in a worker. */
    call(name: string, ...numbers: number[]): Promise<void>;
    /** Learn.make, in a worker: what it makes is in the memory of all. */
    make(name: string, ...numbers: number[]): Promise<Pointer>;
    /** A function of worker.ts that works in the memory of all as well. */
    beside<T>(name: string, task: object): Promise<T>;
    private coreCall;
    private joining;
    /** `name`: a function of worker.ts. */
    run<T>(name: string, task?: unknown): Promise<T>;
    close(): Promise<void>;
}
/** A copy in memory that threads see too. */
export declare function shared<T extends Uint8Array | Uint32Array | Float32Array | Float64Array>(array: T): T;
/** Cuts keys into `parts` ranges of about equal numbers of entries: parts + 1 bounds. */
export declare function evenRanges(start: Uint32Array, parts: number): number[];

import type { TracedGraph } from './tape/trace.js';
export declare function fuse(graph: TracedGraph): TracedGraph;

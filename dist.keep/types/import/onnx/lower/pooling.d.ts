import { type Lowering } from './context.js';
export declare const POOLING: Record<string, Lowering>;

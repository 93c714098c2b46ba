import type { Lowering } from './context.js';
export declare const LOWERINGS: Readonly<Record<string, Lowering>>;

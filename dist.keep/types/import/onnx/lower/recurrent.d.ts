import { type Lowering } from './context.js';
export declare const RECURRENT: Record<string, Lowering>;

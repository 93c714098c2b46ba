import type { Source } from './source.js';
export declare const trending: Source<'trending'>;

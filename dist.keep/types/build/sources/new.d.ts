import type { Source } from './source.js';
export declare const newest: Source<'new'>;

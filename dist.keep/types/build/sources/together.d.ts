import type { Source } from './source.js';
export declare const together: Source<'together'>;

import type { Source } from './source.js';
export declare const next: Source<'next'>;

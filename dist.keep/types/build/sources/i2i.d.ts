import type { Source } from './source.js';
export declare const i2i: Source<'i2i'>;

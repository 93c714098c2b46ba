import type { Source } from './source.js';
export declare const content: Source<'content'>;

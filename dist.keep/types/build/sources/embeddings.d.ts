import type { Source } from './source.js';
export declare const embeddings: Source<'embeddings'>;

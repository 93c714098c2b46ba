import { type Source } from './source.js';
export declare const attributes: Source<'attributes'>;

/**
 * Popular: what most people met, each with the weight of their strongest event of it, or what a table or the catalogue's own column
 * says is popular. A new person is shown it.
 */
import { type Catalogue } from '../catalogue.js';
import { type Source } from './source.js';
export declare const popular: Source<'popular'>;
/** What the column says of each item, 0 where it says nothing. */
export declare function columnOf(catalogue: Catalogue, name: string): Float32Array;

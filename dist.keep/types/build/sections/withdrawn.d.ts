import { type Section } from './section.js';
/** A bit for each item of which `withdrawn` is true; no section where there is none. */
export declare function withdrawnSections(items: number, withdrawn: (item: number) => boolean): Section[];

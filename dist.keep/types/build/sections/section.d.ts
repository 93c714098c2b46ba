/**
 * A section: bytes of a bundle, with what its directory says of them. The core encodes what is known in JavaScript into
 * them; the layouts live in src/bundle.
 */
import type { Learn, Pointer } from '../../learn/learn.js';
import type { Stage } from './order.js';
export interface Section {
    kind: number;
    ordinal: number;
    part: number;
    /** A reader that does not know this kind must refuse the bundle. */
    required: boolean;
    /** Up to 24 of a-z, 0-9, _ and -. */
    name: string;
    bytes: Uint8Array;
    /** When a device wants it, where that is not as usual for its kind: order.ts. */
    stage?: Stage;
}
export declare const section: (kind: number, name: string, bytes: Uint8Array, ordinal?: number, part?: number) => Section;
/** Names of columns may be anything; a section's name is for people who inspect a bundle. */
export declare const sectionName: (name: string) => string;
/** Encodes twice: for the size, then for the bytes. */
export declare const encode: (learn: Learn, write: (out: Pointer) => number) => Uint8Array;
/** The bytes that `write` fills, of a size that is known. */
export declare function filled(learn: Learn, size: number, write: (out: Pointer) => void): Uint8Array;
/** Strings as the core takes them: UTF-8 one after the other, and where each starts. */
export declare function packTexts(texts: readonly string[]): {
    bytes: Uint8Array;
    start: Uint32Array;
};
/** Indices of `texts` in the order of their UTF-8 bytes. */
export declare function byteOrder(texts: readonly string[]): Uint32Array;
/** Texts in that order. */
export declare const sortedTexts: (texts: readonly string[]) => string[];

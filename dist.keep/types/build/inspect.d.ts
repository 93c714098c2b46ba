import type { BuildRecord } from './record.js';
/** A section of a bundle: its kind and name, which one of its kind, and where its bytes are. */
export interface SectionInfo {
    kind: string;
    name: string;
    ordinal: number;
    part: number;
    offset: number;
    bytes: number;
}
/** The build record of a bundle; null where it has none. Errors: one that is no JSON. */
export declare function readRecord(path: string, bytes: Uint8Array): Promise<Partial<BuildRecord> | null>;
/** The sections of a bundle, in their order. Throws MartelloError where the bytes are no bundle. */
export declare function sectionsOf(bytes: Uint8Array): Promise<SectionInfo[]>;

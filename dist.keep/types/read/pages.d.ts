/**
 * What Parquet's pages say of themselves, held against the bytes that are there. hyparquet takes it as it stands: a header
 * without a length sends it round for ever, and a run of equal values that is longer than its page fills the memory.
 *
 * Headers are looked at before hyparquet reads a column; what is packed, when hyparquet unpacks it.
 */
import type { AsyncBuffer, ColumnMetaData, Compressors, PageHeader, SchemaElement } from 'hyparquet';
/** Throws where what a page holds is not as it says. */
type Check = (page: Uint8Array) => void;
/** The pages of one file. */
export declare class Pages {
    readonly plain: Compressors;
    /** For hyparquet: what comes out is checked on its way. */
    readonly compressors: Compressors;
    private readonly file;
    /** Checks of the pages that hyparquet is about to unpack, in its order; null: a dictionary. */
    private packed;
    private next;
    constructor(file: AsyncBuffer);
    /**
     * Looks at the pages of a column, which hyparquet reads next. Several chunks make one column of structs; hyparquet unpacks
     * them in no certain order, so that these are unpacked here as well.
     */
    expect(schema: SchemaElement[], chunks: readonly ColumnMetaData[]): Promise<void>;
    private expectChunk;
    /** The pages of a chunk one by one, a few of them in memory: those of a table in one row group are as large as the table. */
    pagesOf(schema: SchemaElement[], column: ColumnMetaData): AsyncGenerator<Page, void, void>;
}
/** A page as it lies in the file: its levels may lie `before` what is packed, and that is to be checked once it is unpacked. */
export interface Page {
    header: PageHeader;
    packed: Uint8Array;
    before: number;
    check: Check | null;
}
export {};

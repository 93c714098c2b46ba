/**
 * Files on the device, under the origin's own storage: the origin private file system where there is one, else the Cache
 * API, else none. Whatever ends the page, a file is afterwards what it was or what was written, never a part: both
 * replace it when the writer closes.
 */
export interface Sink {
    write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
}
export interface Files {
    readonly kind: 'opfs' | 'cache';
    read(name: string): Promise<Blob | null>;
    write(name: string): Promise<Sink>;
    remove(name: string): Promise<void>;
    names(): Promise<string[]>;
}
/** The best there is here, or null: an insecure page, a private window or a policy may leave nothing. */
export declare function openFiles(kind?: 'opfs' | 'cache' | 'memory'): Promise<Files | null>;

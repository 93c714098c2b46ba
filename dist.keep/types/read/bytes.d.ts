/** How far a reader is, in bytes of the files as they lie on the disk; called at most once per chunk of 256 KB. */
export type Progress = (bytesDone: number, bytesTotal: number) => void;
/** Size of a file in bytes. Errors: missing, a directory. */
export declare function fileSize(path: string): Promise<number>;
/** Whether it can be read twice, as a pipe cannot. */
export declare function isRegular(path: string): Promise<boolean>;
/** The first bytes of a regular file (fewer if it is shorter); nothing of a pipe, which cannot be read twice. */
export declare function firstBytes(path: string, count: number): Promise<Buffer>;
/** The bytes as they lie on the disk. `onBytes` hears the length of each chunk. */
export declare function readRaw(path: string, onBytes?: (count: number) => void): AsyncGenerator<Buffer>;
/** The bytes, unpacked if they are gzip. Errors: what readRaw says, a truncated or damaged gzip. */
export declare function readBytes(path: string, onBytes?: (count: number) => void): AsyncGenerator<Buffer>;
export declare function isGzip(bytes: Uint8Array): boolean;

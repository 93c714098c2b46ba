/**
 * Classes of the platform, as the libraries of whoever compiles declare them: DOM, Node's types or those of an edge
 * runtime; where none does, the little that martello needs of them. The published types name no globals but ECMAScript's.
 */
type Declared<Name extends string, Otherwise> = typeof globalThis extends Record<Name, {
    prototype: infer Instance;
}> ? Instance : Otherwise;
export type URL = Declared<'URL', {
    readonly href: string;
}>;
export type Request = Declared<'Request', {
    readonly url: string;
}>;
export type Response = Declared<'Response', {
    readonly ok: boolean;
    readonly status: number;
}>;
export type Blob = Declared<'Blob', {
    readonly size: number;
    arrayBuffer(): Promise<ArrayBuffer>;
}>;
export type AbortSignal = Declared<'AbortSignal', {
    readonly aborted: boolean;
}>;
export type ReadableStream = Declared<'ReadableStream', ByteStream>;
export type Worker = Declared<'Worker', {
    postMessage(message: unknown): void;
    terminate(): void;
}>;
/** A compiled module of WebAssembly. */
export type CoreModule = typeof globalThis extends {
    WebAssembly: {
        Module: {
            prototype: infer Instance;
        };
    };
} ? Instance : object;
/** A ReadableStream of bytes, whoever declares it. */
export interface ByteStream {
    getReader(): ByteReader;
}
export interface ByteReader {
    read(): Promise<{
        done: boolean;
        value?: Uint8Array | undefined;
    }>;
    cancel(reason?: unknown): Promise<unknown>;
}
/** A value's class by its own word: `instanceof` knows one realm's alone, and fails where there is no such class. */
export declare const kindOf: (value: unknown) => string;
export {};

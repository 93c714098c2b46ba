import { InputError } from './errors.js';
/** `module`: the asking module's import.meta.url, nothing in a bundle of CommonJS. Errors: the file is not there. */
export declare function readBeside(name: string, module: string | undefined): Promise<Uint8Array<ArrayBuffer>>;
/** What the program cannot have, since it was bundled. */
export declare const bundled: (name: string, cause: unknown) => InputError;

export declare function isUbjson(bytes: Uint8Array): boolean;
export declare function readUbjson(file: string, bytes: Uint8Array): unknown;

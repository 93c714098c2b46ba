/** Numbers of 64 bits arrive as Long objects, or as numbers where they were made by hand. */
export type Wide = number | {
    toNumber(): number;
};
export interface ModelProto {
    irVersion: Wide;
    producerName: string;
    producerVersion: string;
    graph?: GraphProto;
    opsetImport: {
        domain: string;
        version: Wide;
    }[];
    functions: {
        name: string;
        domain: string;
    }[];
}
export interface GraphProto {
    node: NodeProto[];
    name: string;
    initializer: TensorProto[];
    input: ValueInfoProto[];
    output: ValueInfoProto[];
    sparseInitializer: {
        values?: TensorProto;
    }[];
}
export interface NodeProto {
    input: string[];
    output: string[];
    name: string;
    opType: string;
    attribute: AttributeProto[];
    domain: string;
}
export interface AttributeProto {
    name: string;
    f: number;
    i: Wide;
    s: Uint8Array;
    t?: TensorProto;
    g?: GraphProto;
    floats: number[];
    ints: Wide[];
    strings: Uint8Array[];
    type: number;
}
export interface TensorProto {
    dims: Wide[];
    dataType: number;
    floatData: number[];
    int32Data: number[];
    int64Data: Wide[];
    name: string;
    rawData: Uint8Array;
    doubleData: number[];
    uint64Data: Wide[];
    externalData: {
        key: string;
        value: string;
    }[];
    dataLocation: number;
}
export interface ValueInfoProto {
    name: string;
    type?: {
        tensorType?: {
            elemType: number;
            shape?: {
                dim: {
                    dimValue: Wide;
                    dimParam: string;
                }[];
            };
        };
    };
}
export declare const wide: (value: Wide) => number;
/** Throws whatever the parser throws: the caller knows the file. */
export declare const decodeModel: (bytes: Uint8Array) => ModelProto;
export declare const decodeTensor: (bytes: Uint8Array) => TensorProto;
/** The bytes of a model of which any field may be left out; tests write theirs so. */
export declare const encodeModel: (model: object) => Uint8Array;
export declare const encodeTensor: (tensor: object) => Uint8Array;

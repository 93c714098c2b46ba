/**
 * Which type of whole numbers each node works in: those of 8 to 32 bits wrap around where int64 does not. Types follow from those of the
 * inputs, of the constants and of casts; what cannot be known is left open, and then no width is assumed.
 */
import { type Graph } from './graph.js';
/** TensorProto.DataType, those that matter here. */
export declare const DATA_TYPE: {
    float: number;
    uint8: number;
    int8: number;
    uint16: number;
    int16: number;
    int32: number;
    int64: number;
    bool: number;
    double: number;
    uint32: number;
    uint64: number;
};
export declare const boundsOf: (dataType: number | undefined) => readonly [number, number];
/** Whether a type is one of 8 to 32 bits, in which what goes beyond it wraps around. */
export declare const wrapsAround: (dataType: number | undefined) => boolean;
/** What a type makes of a whole number. */
export declare function wrapped(dataType: number | undefined, value: number): number;
/** Fills in `dataType` of every node outside of branches. */
export declare function inferTypes(graph: Graph): void;

import { type Graph } from './graph.js';
import { type Tensor } from './tensor.js';
/** Whether bytes look like an ONNX model: a protocol buffer of ModelProto's fields, in any order, up to the graph. */
export declare function isOnnx(bytes: Uint8Array): boolean;
/** A model from the bytes of `file`, which messages name. Throws InputError where something in it is wrong. */
export declare function readOnnx(file: string, bytes: Uint8Array): Graph;
/** The tensor of a TensorProto file, such as those of the ONNX project's test cases. */
export declare const readTensorFile: (file: string, bytes: Uint8Array) => Tensor;

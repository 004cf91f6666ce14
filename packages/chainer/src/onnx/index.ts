export type { Call } from '../computational-graph/trace.ts';
export { export, type OnnxConverter, type OnnxExportOptions, type OnnxSource } from './export.ts';
export type { AttributeValue, GraphBuilder } from './graph-builder.ts';
export { type LoadOnnxOptions, loadOnnx } from './load.ts';
export { OnnxFunction, type OnnxFunctionOptions } from './onnx-function.ts';
export type { ExternalData } from './read.ts';

export type { Call } from '../computational-graph/trace.ts';
export { export, type OnnxConverter, type OnnxExportOptions, type OnnxSource } from './export.ts';
export type { AttributeValue, GraphBuilder } from './graph-builder.ts';
export { loadOnnx } from './load.ts';
export { OnnxFunction } from './onnx-function.ts';

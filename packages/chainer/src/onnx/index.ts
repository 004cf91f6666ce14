import '../core/install.ts';

export { export, type OnnxConverter, type OnnxExportOptions, type OnnxSource } from './export.ts';
export type { AttributeValue, GraphBuilder } from './graph-builder.ts';
export type { Call } from './trace.ts';

import '../core/install-graph.ts';

export * from './activation/index.ts';
export * as caffe from './caffe/index.ts';
export * from './connection/index.ts';
export * from './loss/index.ts';
export * from './model/index.ts';
export * from './normalization/index.ts';
export * from './rnn/index.ts';

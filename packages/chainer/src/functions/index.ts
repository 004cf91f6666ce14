import '../core/install-graph.ts';

export * from './activation/index.ts';
export * from './array/index.ts';
export * from './connection/index.ts';
export * from './evaluation/index.ts';
export * from './loss/index.ts';
export * from './math/index.ts';
export * from './noise/index.ts';
export * from './normalization/index.ts';
export * from './pooling/index.ts';
export * from './rnn/index.ts';
export * from './util/index.ts';

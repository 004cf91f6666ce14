import '../core/install.ts';

export * from './activation/index.ts';
export * from './array/index.ts';
export * from './connection/index.ts';
export * from './evaluation/index.ts';
export * from './loss/index.ts';
export * from './math/index.ts';

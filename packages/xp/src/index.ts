import './install.ts';

export * as cupyx from './cupyx/index.ts';
export * as fft from './fft/index.ts';
export * from './functions.ts';
export * as linalg from './linalg/index.ts';
export type { ArrayMethods } from './methods.ts';
export * as random from './random/index.ts';

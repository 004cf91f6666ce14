export * from './arithmetic.ts';
export * from './bitwise.ts';
export * from './comparison.ts';
export * from './complex.ts';
export * from './exponential.ts';
export * from './extremes.ts';
export * from './floating.ts';
export * from './logical.ts';
export * from './rounding.ts';
export * from './trigonometric.ts';
export type {
  AtIndices,
  BinaryMethods,
  Ufunc1,
  Ufunc1x2,
  Ufunc2,
  Ufunc2x2,
  UfuncAxisOptions,
  UfuncInfo,
  UfuncOperand,
  UfuncOptions,
  UfuncReduceOptions,
} from './types.ts';

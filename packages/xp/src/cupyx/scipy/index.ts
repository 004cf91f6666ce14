/** What CuPy has of SciPy. */
export * as fft from './fft/index.ts';
export * as linalg from './linalg/index.ts';
export * as special from './special/index.ts';
export * as stats from './stats/index.ts';

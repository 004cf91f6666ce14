export * from './array-equal.ts';
export * from './isclose.ts';
export * from './isfortran.ts';
export * from './isscalar.ts';
export * from './shares-memory.ts';

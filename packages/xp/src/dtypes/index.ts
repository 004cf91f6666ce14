export * from './can-cast.ts';
export * from './common-type.ts';
export * from './finfo.ts';
export * from './iinfo.ts';
export * from './issubdtype.ts';
export * from './min-scalar-type.ts';
export * from './promote-types.ts';
export * from './result-type.ts';

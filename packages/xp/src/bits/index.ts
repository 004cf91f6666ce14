export * from './binary-repr.ts';
export * from './packbits.ts';

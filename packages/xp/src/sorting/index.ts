export { lexsort } from './lexsort.ts';
export { argpartition, partition } from './partition.ts';
export { type SearchOptions, searchsorted } from './searchsorted.ts';
export { argsort, msort, type SortOptions, sort, sortComplex } from './sort.ts';

export { type IsinOptions, in1d, isin } from './isin.ts';
export { intersect1d, type SetOptions, setdiff1d, setxor1d, union1d } from './set-operations.ts';
export {
  type UniqueOptions,
  type UniqueParts,
  unique,
  uniqueAll,
  uniqueCounts,
  uniqueInverse,
  uniqueValues,
} from './unique.ts';

export {
  type ArrayLike,
  type ArrayOptions,
  array,
  asarray,
  type CreationOptions,
  type Nested,
} from './array.ts';
export { ascontiguousarray, asfortranarray, astype, copy, type MemoryOrder } from './copy.ts';
export {
  empty,
  emptyLike,
  full,
  fullLike,
  type LikeOptions,
  ones,
  onesLike,
  type ShapedOptions,
  zeros,
  zerosLike,
} from './zeros.ts';

import type { DTypeName } from '@chainer/xp';

/** A program that was written at random. */
export interface Case {
  readonly kind: string;
  /** dtype of its arrays, where nothing else is said. */
  readonly dtype: DTypeName;
  /** How many units of rounding its results may be off. */
  readonly rounding: number;
  /** Body of a function of a `Kit`. */
  readonly lines: readonly string[];
}

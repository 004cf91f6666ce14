import { NdArray, picked } from '@chainer/xp/internal';

/** Anything that examples can be taken from: a JavaScript array, an array along its first axis, a dataset object. */
export interface Dataset<E = unknown> {
  /** Number of examples; arrays have a shape instead. */
  readonly length?: number;
  readonly shape?: readonly number[];
  /** Example `i`. */
  at(index: number): E | undefined;
}

/** Number of examples of a dataset. @throws {TypeError} for what is no dataset. */
export function lengthOf(dataset: Dataset, who = 'dataset'): number {
  const length = dataset.length ?? dataset.shape?.[0];
  if (length === undefined || (typeof dataset.at !== 'function' && !(dataset instanceof NdArray))) {
    throw new TypeError(
      `[${who}] expected a dataset (an array, an NdArray of at least one axis, or an object with length and at(i)), got ${String(dataset)}`,
    );
  }
  return length;
}

/** Example `i` of a dataset. @throws {RangeError} outside of it. */
export function exampleOf<E>(dataset: Dataset<E>, index: number, who = 'dataset'): E {
  const n = lengthOf(dataset, who);
  if (!Number.isInteger(index) || index < -n || index >= n)
    throw new RangeError(`[${who}] index ${index} is out of range for ${n} examples`);
  const example =
    dataset instanceof NdArray ? picked(dataset, 0, index < 0 ? index + n : index) : dataset.at(index);
  return example as E;
}

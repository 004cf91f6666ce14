import { array, full, NdArray, stack } from '@chainer/xp/functions';
import { overwrite, picked, sliced } from '@chainer/xp/internal';
import { checkOptions } from '../core/check-options.ts';
import { Variable } from '../core/variable.ts';
import { rowsOfOneArray } from './rows.ts';
import { toDevice } from './to-device.ts';

/** A value to pad with: one for all parts, or one for each part of an example; null pads nothing. */
export type Padding = number | null | readonly Padding[] | { readonly [name: string]: Padding };

/** Options of `concatExamples`, and what updaters hand to every converter. */
export interface ConverterOptions {
  /** Device on which the batch is wanted; null: where its arrays are. */
  readonly device?: string | null;
  readonly padding?: Padding;
}

/** Makes the arguments of a loss function of a list of examples: a list (positional), a record, or one value. */
export type Converter<E = never> = (
  batch: readonly E[],
  options: { readonly device?: string | null },
) => unknown;

/** What a batch of such examples is: an array, or as many of them as an example has parts. */
export type Batch<E> = E extends NdArray | Variable | number | boolean | bigint
  ? NdArray
  : { [part in keyof E]: NdArray };

/**
 * Stacks examples into a batch: arrays of the examples along a new first axis. Examples that are lists give a list of batches, one
 * for each part; records give a record. Numbers become the default float, booleans bool, bigints int64; typed arrays keep
 * their dtype.
 *
 * With `padding`, arrays that differ in shape are filled up to the largest extent of each axis.
 *
 * @throws {Error} if the batch is empty, or examples differ in kind, number of parts or shape.
 * @example
 * import { xp } from 'chainer';
 * import { concatExamples } from 'chainer/dataset';
 * const [x, t] = concatExamples([[xp.array([1, 2]), 0], [xp.array([3]), 1]], { padding: -1 });
 * x?.toArraySync(); // [[1, 2], [3, -1]]
 * t?.toArraySync(); // [0, 1]
 */
export function concatExamples<E>(batch: readonly E[], options: ConverterOptions = {}): Batch<E> {
  checkOptions('concatExamples', options, ['device', 'padding']);
  return batched(batch, options.device ?? null, options.padding ?? null) as Batch<E>;
}

function batched(
  batch: readonly unknown[],
  device: string | null,
  padding: Padding,
): NdArray | NdArray[] | Record<string, NdArray> {
  if (batch.length === 0) throw new Error('[concatExamples] the batch is empty');
  const first = batch[0];
  if (Array.isArray(first)) {
    return first.map((_, k) =>
      column(
        batch.map((example, i) => {
          if (!Array.isArray(example) || example.length !== first.length) {
            throw new Error(
              `[concatExamples] example ${i} has ${sizeText(example)} parts, the first has ${first.length}`,
            );
          }
          return example[k];
        }),
        device,
        partOf(padding, k),
      ),
    );
  }
  if (isRecord(first)) {
    return Object.fromEntries(
      Object.keys(first).map((name) => [
        name,
        column(
          batch.map((example, i) => {
            if (!isRecord(example) || !(name in example))
              throw new Error(`[concatExamples] example ${i} has no part '${name}', the first has`);
            return example[name];
          }),
          device,
          partOf(padding, name),
        ),
      ]),
    );
  }
  if (padding !== null && typeof padding !== 'number')
    throw new Error('[concatExamples] examples of one part take one number as padding');
  return column(batch, device, padding);
}

const sizeText = (example: unknown): string => (Array.isArray(example) ? String(example.length) : 'no');

const isRecord = (x: unknown): x is Record<string, unknown> =>
  x !== null && typeof x === 'object' && Object.getPrototypeOf(x) === Object.prototype;

function partOf(padding: Padding, part: number | string): number | null {
  const own =
    padding === null || typeof padding === 'number'
      ? padding
      : (padding as Readonly<Record<string | number, Padding>>)[part];
  if (own === undefined || own === null) return null;
  if (typeof own !== 'number')
    throw new Error(`[concatExamples] padding of part ${part} must be a number or null`);
  return own;
}

/** One part of every example, stacked. */
function column(parts: readonly unknown[], device: string | null, padding: number | null): NdArray {
  const first = parts[0];
  if (typeof first === 'number' || typeof first === 'boolean' || typeof first === 'bigint') {
    return array(parts as number[], { device });
  }
  const arrays = parts.map(arrayOf);
  const batch = padding === null ? stacked(arrays) : padded(arrays, padding);
  return toDevice(device, batch);
}

function arrayOf(part: unknown, i: number): NdArray {
  if (part instanceof NdArray) return part;
  if (part instanceof Variable) return part.array;
  if (
    ArrayBuffer.isView(part) ||
    Array.isArray(part) ||
    typeof part === 'number' ||
    typeof part === 'boolean'
  ) {
    return array(part as number[]);
  }
  throw new TypeError(
    `[concatExamples] a part of example ${i} is ${part === null || part === undefined ? String(part) : `a ${typeof part}`}; ` +
      'parts are arrays or numbers. Give the updater a converter of your own for anything else',
  );
}

function stacked(arrays: readonly NdArray[]): NdArray {
  const rows = rowsOfOneArray(arrays);
  if (rows !== null) return rows;
  const { shape, dtype } = arrays[0] as NdArray;
  for (const [i, x] of arrays.entries()) {
    if (x.shape.length !== shape.length || x.shape.some((d, a) => d !== shape[a])) {
      throw new Error(
        `[concatExamples] example ${i} has shape [${x.shape.join(', ')}], the first has [${shape.join(', ')}]; ` +
          'pass {padding: value} to fill them up to one shape',
      );
    }
    if (x.dtype !== dtype)
      throw new Error(`[concatExamples] example ${i} has dtype ${x.dtype.name}, the first has ${dtype.name}`);
  }
  return stack(arrays);
}

function padded(arrays: readonly NdArray[], padding: number): NdArray {
  const first = arrays[0] as NdArray;
  const shape = first.shape.slice();
  for (const [i, x] of arrays.entries()) {
    if (x.ndim !== first.ndim)
      throw new Error(`[concatExamples] example ${i} has ${x.ndim} axes, the first has ${first.ndim}`);
    x.shape.forEach((d, a) => {
      if (d > (shape[a] as number)) shape[a] = d;
    });
  }
  const batch = full([arrays.length, ...shape], padding, { dtype: first.dtype, device: first.device });
  for (const [i, x] of arrays.entries()) {
    const row = x.shape.reduce((part, d, axis) => sliced(part, axis, 0, d), picked(batch, 0, i));
    overwrite(row, x);
  }
  return batch;
}

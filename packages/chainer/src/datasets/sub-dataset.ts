import { checkOptions } from '../core/check-options.ts';
import { type Dataset, exampleOf, lengthOf } from '../dataset/dataset.ts';
import { DatasetMixin } from '../dataset/dataset-mixin.ts';
import { permutation } from '../dataset/permutation.ts';

/**
 * Examples `start` up to `finish` of a dataset, in an order if one is given: example `i` is `order[start + i]` of it.
 *
 * @throws {RangeError} if the range lies outside the dataset.
 * @throws {Error} if the order has another length than the dataset.
 * @example
 * import { SubDataset } from 'chainer/datasets';
 * [...new SubDataset([10, 11, 12, 13], 1, 3)]; // [11, 12]
 */
export class SubDataset<E = unknown> extends DatasetMixin<E> {
  readonly length: number;
  private readonly dataset: Dataset<E>;
  private readonly start: number;
  private readonly order: ArrayLike<number> | null;

  constructor(
    dataset: Dataset<E>,
    start: number,
    finish: number,
    options: { readonly order?: ArrayLike<number> | null } = {},
  ) {
    super();
    checkOptions('SubDataset', options, ['order']);
    const n = lengthOf(dataset, 'SubDataset');
    if (!(start >= 0 && start <= finish && finish <= n)) {
      throw new RangeError(`[SubDataset] the range ${start} to ${finish} does not lie within ${n} examples`);
    }
    const order = options.order ?? null;
    if (order !== null && order.length !== n)
      throw new Error(`[SubDataset] order has ${order.length} indices for ${n} examples`);
    this.dataset = dataset;
    this.start = start;
    this.order = order;
    this.length = finish - start;
  }

  getExample(i: number): E {
    const at = this.start + i;
    return exampleOf(this.dataset, this.order === null ? at : (this.order[at] as number));
  }
}

/** An order of examples. */
export interface OrderOption {
  readonly order?: ArrayLike<number> | null;
}

/** A seed for a random split; without one the library's random stream is used. */
export interface SeedOption {
  readonly seed?: number | null;
}

/**
 * Two parts: the first `splitAt` examples and the rest.
 *
 * @throws {RangeError} if `splitAt` lies outside the dataset.
 * @example
 * import { splitDataset } from 'chainer/datasets';
 * splitDataset([1, 2, 3, 4, 5], 2).map((part) => [...part]); // [[1, 2], [3, 4, 5]]
 */
export function splitDataset<E>(
  dataset: Dataset<E>,
  splitAt: number,
  options: OrderOption = {},
): [SubDataset<E>, SubDataset<E>] {
  checkOptions('splitDataset', options, ['order']);
  const n = lengthOf(dataset, 'splitDataset');
  if (!Number.isInteger(splitAt))
    throw new TypeError(`[splitDataset] splitAt must be an integer, got ${splitAt}`);
  if (splitAt < 0 || splitAt > n)
    throw new RangeError(`[splitDataset] splitAt ${splitAt} is not from 0 to ${n}`);
  return [new SubDataset(dataset, 0, splitAt, options), new SubDataset(dataset, splitAt, n, options)];
}

/** Two parts of random examples, the first of `firstSize`. */
export function splitDatasetRandom<E>(
  dataset: Dataset<E>,
  firstSize: number,
  options: SeedOption = {},
): [SubDataset<E>, SubDataset<E>] {
  checkOptions('splitDatasetRandom', options, ['seed']);
  return splitDataset(dataset, firstSize, {
    order: permutation(lengthOf(dataset, 'splitDatasetRandom'), options.seed),
  });
}

/** `n` parts of equal size; what is left over is dropped. */
export function splitDatasetN<E>(dataset: Dataset<E>, n: number, options: OrderOption = {}): SubDataset<E>[] {
  checkOptions('splitDatasetN', options, ['order']);
  const size = Math.floor(lengthOf(dataset, 'splitDatasetN') / n);
  return Array.from({ length: n }, (_, i) => new SubDataset(dataset, size * i, size * (i + 1), options));
}

/** `n` parts of equal size of random examples; what is left over is dropped. */
export function splitDatasetNRandom<E>(
  dataset: Dataset<E>,
  n: number,
  options: SeedOption = {},
): SubDataset<E>[] {
  checkOptions('splitDatasetNRandom', options, ['seed']);
  return splitDatasetN(dataset, n, {
    order: permutation(lengthOf(dataset, 'splitDatasetNRandom'), options.seed),
  });
}

/**
 * Pairs of training and test parts for cross validation: each example is in exactly one of the `nFolds` test parts.
 *
 * @example
 * import { getCrossValidationDatasets } from 'chainer/datasets';
 * getCrossValidationDatasets([1, 2, 3], 3).map(([, test]) => [...test]); // [[1], [2], [3]]
 */
export function getCrossValidationDatasets<E>(
  dataset: Dataset<E>,
  nFolds: number,
  options: OrderOption = {},
): [SubDataset<E>, SubDataset<E>][] {
  checkOptions('getCrossValidationDatasets', options, ['order']);
  const n = lengthOf(dataset, 'getCrossValidationDatasets');
  if (!Number.isInteger(nFolds) || nFolds < 1 || nFolds > n) {
    throw new RangeError(
      `[getCrossValidationDatasets] nFolds ${nFolds} is not from 1 to the number of examples, ${n}`,
    );
  }
  const order = options.order ?? Array.from({ length: n }, (_, i) => i);
  const whole = Math.floor(n / nFolds);
  const larger = n % nFolds;
  const pairs: [SubDataset<E>, SubDataset<E>][] = [];
  let begin = 0;
  for (let fold = 0; fold < nFolds; fold++) {
    const size = whole + (fold < larger ? 1 : 0);
    const own = Array.from({ length: size }, (_, i) => order[begin + i] as number);
    const others = Array.from({ length: n - size }, (_, i) => order[i < begin ? i : i + size] as number);
    const combined = [...others, ...own];
    pairs.push([
      new SubDataset(dataset, 0, n - size, { order: combined }),
      new SubDataset(dataset, n - size, n, { order: combined }),
    ]);
    begin += size;
  }
  return pairs;
}

/** The same over random examples. */
export function getCrossValidationDatasetsRandom<E>(
  dataset: Dataset<E>,
  nFolds: number,
  options: SeedOption = {},
): [SubDataset<E>, SubDataset<E>][] {
  checkOptions('getCrossValidationDatasetsRandom', options, ['seed']);
  const order = permutation(lengthOf(dataset, 'getCrossValidationDatasetsRandom'), options.seed);
  return getCrossValidationDatasets(dataset, nFolds, { order });
}

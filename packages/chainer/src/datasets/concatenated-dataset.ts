import { type Dataset, exampleOf, lengthOf } from '../dataset/dataset.ts';
import { DatasetMixin } from '../dataset/dataset-mixin.ts';

/**
 * Datasets one after another.
 *
 * @example
 * import { ConcatenatedDataset } from 'chainer/datasets';
 * new ConcatenatedDataset([1, 2], [3]).at(2); // 3
 */
export class ConcatenatedDataset<E = unknown> extends DatasetMixin<E> {
  readonly length: number;
  private readonly datasets: readonly Dataset<E>[];

  constructor(...datasets: Dataset<E>[]) {
    super();
    this.datasets = datasets;
    this.length = datasets.reduce((sum, dataset) => sum + lengthOf(dataset, 'ConcatenatedDataset'), 0);
  }

  getExample(i: number): E {
    let rest = i;
    for (const dataset of this.datasets) {
      const n = lengthOf(dataset);
      if (rest < n) return exampleOf(dataset, rest);
      rest -= n;
    }
    throw new RangeError(`[ConcatenatedDataset] index ${i} is out of range for ${this.length} examples`);
  }
}

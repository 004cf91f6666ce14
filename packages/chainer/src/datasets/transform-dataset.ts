import { type Dataset, exampleOf, lengthOf } from '../dataset/dataset.ts';
import { DatasetMixin } from '../dataset/dataset-mixin.ts';

/**
 * A dataset whose examples pass through a function as they are taken.
 *
 * @example
 * import { TransformDataset } from 'chainer/datasets';
 * new TransformDataset([1, 2, 3], (x) => 10 * x).at(2); // 30
 */
export class TransformDataset<A, B> extends DatasetMixin<B> {
  readonly length: number;
  private readonly dataset: Dataset<A>;
  private readonly transform: (example: A) => B;

  constructor(dataset: Dataset<A>, transform: (example: A) => B) {
    super();
    if (typeof transform !== 'function')
      throw new TypeError(`[TransformDataset] transform must be a function, got ${typeof transform}`);
    this.dataset = dataset;
    this.transform = transform;
    this.length = lengthOf(dataset, 'TransformDataset');
  }

  getExample(i: number): B {
    return this.transform(exampleOf(this.dataset, i));
  }
}

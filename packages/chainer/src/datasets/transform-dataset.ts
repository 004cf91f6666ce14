import { whenThere } from '../dataset/asynchronous.ts';
import { type Dataset, exampleOf, lengthOf } from '../dataset/dataset.ts';
import { DatasetMixin } from '../dataset/dataset-mixin.ts';

/**
 * A dataset whose examples pass through a function as they are taken. Those that are promises are waited for first.
 *
 * @example
 * import { TransformDataset } from 'chainer/datasets';
 * new TransformDataset([1, 2, 3], (x) => 10 * x).at(2); // 30
 */
export class TransformDataset<A, B> extends DatasetMixin<B> {
  readonly length: number;
  private readonly dataset: Dataset<A>;
  private readonly transform: (example: Awaited<A>) => B;

  constructor(dataset: Dataset<A>, transform: (example: Awaited<A>) => B) {
    super();
    if (typeof transform !== 'function')
      throw new TypeError(`[TransformDataset] transform must be a function, got ${typeof transform}`);
    this.dataset = dataset;
    this.transform = transform;
    this.length = lengthOf(dataset, 'TransformDataset');
  }

  getExample(i: number): B {
    return whenThere(exampleOf(this.dataset, i) as Awaited<A> | Promise<Awaited<A>>, this.transform) as B;
  }
}

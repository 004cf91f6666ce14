import { type Dataset, exampleOf, lengthOf } from '../dataset/dataset.ts';
import { DatasetMixin } from '../dataset/dataset-mixin.ts';
import { type Column, columnOf } from './tuple-dataset.ts';

/**
 * Examples that are records of one part from each named dataset.
 *
 * @throws {Error} if the datasets differ in length, or there are none.
 * @example
 * import { DictDataset } from 'chainer/datasets';
 * new DictDataset({ x: [1, 2], t: [0, 1] }).at(1); // { x: 2, t: 1 }
 */
export class DictDataset extends DatasetMixin<Record<string, unknown>> {
  readonly length: number;
  private readonly columns: readonly (readonly [string, Dataset])[];

  constructor(datasets: Readonly<Record<string, Column>>) {
    super();
    this.columns = Object.entries(datasets).map(([name, column]) => [name, columnOf(column)] as const);
    if (this.columns.length === 0) throw new Error('[DictDataset] no datasets are given');
    const lengths = this.columns.map(([, column]) => lengthOf(column, 'DictDataset'));
    this.length = lengths[0] as number;
    if (lengths.some((n) => n !== this.length)) {
      throw new Error(
        `[DictDataset] dataset lengths differ: ${this.columns.map(([name], k) => `${name} ${lengths[k]}`).join(', ')}`,
      );
    }
  }

  getExample(i: number): Record<string, unknown> {
    return Object.fromEntries(this.columns.map(([name, column]) => [name, exampleOf(column, i)]));
  }
}

import { asarray, type NdArray } from '@chainer/xp/functions';
import { together } from '../dataset/asynchronous.ts';
import { type Dataset, exampleOf, lengthOf } from '../dataset/dataset.ts';
import { DatasetMixin } from '../dataset/dataset-mixin.ts';

/** What a column of a dataset can be made of. */
export type Column = Dataset | NdArray | ArrayBufferView;

/** Typed arrays become arrays of their dtype, so that examples know it; the rest stays as it is. */
export function columnOf(column: Column): Dataset {
  return (ArrayBuffer.isView(column) ? asarray(column as Float32Array) : column) as Dataset;
}

/**
 * Examples that are lists of one part from each dataset: `[x, t]`.
 *
 * @throws {Error} if the datasets differ in length, or there are none.
 * @example
 * import { TupleDataset } from 'chainer/datasets';
 * new TupleDataset([1, 2], ['a', 'b']).at(1); // [2, 'b']
 */
export class TupleDataset extends DatasetMixin<unknown[]> {
  readonly length: number;
  /** The datasets, in order. */
  readonly columns: readonly Dataset[];

  constructor(...datasets: Column[]) {
    super();
    if (datasets.length === 0) throw new Error('[TupleDataset] no datasets are given');
    this.columns = datasets.map(columnOf);
    const lengths = this.columns.map((column) => lengthOf(column, 'TupleDataset'));
    this.length = lengths[0] as number;
    if (lengths.some((n) => n !== this.length))
      throw new Error(`[TupleDataset] dataset lengths differ: ${lengths.join(', ')}`);
  }

  getExample(i: number): unknown[] {
    // Where a part is a promise (an image), so is the example; iterators wait for it.
    return together(
      this.columns.map((column) => exampleOf(column, i)),
      (parts) => parts,
    ) as unknown[];
  }
}

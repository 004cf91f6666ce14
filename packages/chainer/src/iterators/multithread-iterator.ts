import { checkOptions } from '../core/check-options.ts';
import { type Dataset, exampleOf, lengthOf } from '../dataset/dataset.ts';
import type { WalkOptions } from './epoch-walk.ts';
import { PrefetchIterator } from './prefetch-iterator.ts';

/** Options of `MultithreadIterator`. */
export interface MultithreadIteratorOptions extends WalkOptions {
  /** Examples of a batch that are loaded at the same time. */
  readonly nThreads?: number;
}

/**
 * Batches of a dataset whose examples come asynchronously (files, images, what `fetch` answers): several examples are loaded at the same time, and
 * the next batch while this one is computed with. Order and epochs are SerialIterator's.
 *
 * The dataset stays on this thread, and what it waits for (the file system, the decoder of images) works beside it. Where examples are
 * computed, rather than waited for, MultiprocessIterator's workers compute them.
 *
 * @throws {Error} if both `shuffle` and `orderSampler` are given, or a size is not positive.
 * @example
 * import { MultithreadIterator } from 'chainer/iterators';
 * const files = { length: 3, at: async (i: number) => `content of file ${i}` };
 * const batches = new MultithreadIterator(files, 2, { repeat: false, shuffle: false, nThreads: 2 });
 * (await batches.next()).value; // ['content of file 0', 'content of file 1']
 */
export class MultithreadIterator<E = unknown> extends PrefetchIterator<Awaited<E>> {
  readonly dataset: Dataset<E>;
  private readonly nThreads: number;
  // Chainer's name of it in this class.
  protected override readonly orderKey = '_order';

  constructor(dataset: Dataset<E>, batchSize: number, options: MultithreadIteratorOptions = {}) {
    checkOptions('MultithreadIterator', options, ['repeat', 'shuffle', 'orderSampler', 'nThreads']);
    const { nThreads = 1, ...walk } = options;
    super('MultithreadIterator', batchSize, 1, walk);
    if (!Number.isInteger(nThreads) || nThreads < 1)
      throw new Error(`[MultithreadIterator] nThreads must be a positive integer, got ${nThreads}`);
    if (lengthOf(dataset, 'MultithreadIterator') === 0)
      throw new Error('[MultithreadIterator] the dataset is empty');
    this.dataset = dataset;
    this.nThreads = nThreads;
  }

  protected length(): number {
    return lengthOf(this.dataset);
  }

  protected async load(indices: readonly number[]): Promise<Awaited<E>[]> {
    const batch: Awaited<E>[] = new Array(indices.length);
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < indices.length) {
        const k = next++;
        batch[k] = await exampleOf(this.dataset, indices[k] as number, 'MultithreadIterator');
      }
    };
    await Promise.all(Array.from({ length: this.nThreads }, lane));
    return batch;
  }

  protected close(): void {}
}

import { checkOptions } from '../../core/check-options.ts';
import type { Link } from '../../core/link.ts';
import type { Variable } from '../../core/variable.ts';
import { add } from '../../functions/math/add.ts';
import type { DatasetIterator } from '../../iterators/iterator.ts';
import type { OptimizerLike } from '../types.ts';
import { StandardUpdater, type StandardUpdaterOptions } from './standard-updater.ts';

/** Options of `BPTTUpdater`. */
export interface BPTTUpdaterOptions extends StandardUpdaterOptions {
  /** Time steps through which gradients go back. */
  readonly bpropLen: number;
}

/**
 * Backpropagation through time, truncated (the updater of Chainer's example `ptb`): each update goes through `bpropLen` batches, which are
 * successive time steps, adds up their losses, and cuts the graph behind them. States of recurrent links go on into the next update.
 *
 * The iterator gives one time step per batch: element `b` of a batch follows element `b` of the batch before. Make it without shuffling.
 *
 * @throws {Error} unless `bpropLen` is a positive integer.
 * @example
 * import { Chain, links as L, optimizers, xp } from 'chainer';
 * import { SerialIterator } from 'chainer/iterators';
 * import { TupleDataset } from 'chainer/datasets';
 * import { BPTTUpdater } from 'chainer/training/updaters';
 * class Net extends Chain {
 *   rnn = new L.LSTM(1, 4);
 *   out = new L.Linear(4, 2);
 *   forward(x: xp.NdArray) {
 *     return this.out.forward(this.rnn.forward(x));
 *   }
 * }
 * const steps = new SerialIterator(new TupleDataset(xp.ones([6, 1]), new Int32Array(6)), 2, { shuffle: false });
 * const optimizer = new optimizers.SGD().setup(new L.Classifier(new Net()));
 * const updater = new BPTTUpdater(steps, optimizer, { bpropLen: 3 });
 * await updater.update();
 * updater.epoch; // 1
 */
export class BPTTUpdater extends StandardUpdater {
  readonly bpropLen: number;

  constructor(
    iterator: DatasetIterator | Readonly<Record<string, DatasetIterator>>,
    optimizer: OptimizerLike | Readonly<Record<string, OptimizerLike>>,
    options: BPTTUpdaterOptions,
  ) {
    checkOptions('BPTTUpdater', options, [
      'bpropLen',
      'converter',
      'device',
      'inputDevice',
      'lossFunc',
      'lossScale',
      'autoNewEpoch',
    ]);
    const { bpropLen, ...rest } = options;
    if (!Number.isInteger(bpropLen) || bpropLen < 1)
      throw new Error(`[BPTTUpdater] bpropLen must be a positive integer, got ${bpropLen}`);
    super(iterator, optimizer, rest);
    this.bpropLen = bpropLen;
  }

  protected override async updateCore(): Promise<void> {
    const batches: (readonly unknown[])[] = [];
    while (batches.length < this.bpropLen) batches.push(await this.nextBatch());
    const optimizer = this.getOptimizer();
    this.scoped(() => {
      let loss!: Variable;
      optimizer.update(() => {
        const losses = batches.map((batch) =>
          this.lossOf(
            optimizer.target as Link,
            this.converter(batch as never[], { device: this.inputDevice }),
          ),
        );
        loss = losses.reduce((sum, next) => add(sum, next));
        return loss;
      });
      loss.unchainBackward();
    });
  }
}

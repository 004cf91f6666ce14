import * as random from '@chainer/xp/random';
import type { Serializer } from '../core/serializer.ts';
import { permutation } from '../dataset/permutation.ts';

/**
 * Decides the order of an epoch: given the order before and the position in it, gives indices of the same number. A function, or
 * an object with `sample`.
 */
export type OrderSampler =
  | ((order: readonly number[], position: number) => ArrayLike<number>)
  | {
      sample(order: readonly number[], position: number): ArrayLike<number>;
      serialize?(serializer: Serializer): void;
    };

/**
 * Shuffles at every epoch.
 *
 * @param randomState the random stream; the library's own where none is given (its position is then saved by the trainer).
 * @example
 * import { ShuffleOrderSampler } from 'chainer/iterators';
 * new ShuffleOrderSampler().sample([0, 1, 2], 0).length; // 3
 */
export class ShuffleOrderSampler {
  private readonly own: random.RandomState | null;

  constructor(randomState: random.RandomState | null = null) {
    this.own = randomState;
  }

  /** The order before, shuffled. */
  sample(order: readonly number[], _position: number): number[] {
    return permutation(order.length, null, this.own ?? random.getRandomState()).map(
      (i) => order[i] as number,
    );
  }

  serialize(serializer: Serializer): void {
    if (this.own === null || !(serializer.writing || serializer.has('random_state'))) return;
    this.own.setState(JSON.parse(serializer.value('random_state', JSON.stringify(this.own.getState()))));
  }
}

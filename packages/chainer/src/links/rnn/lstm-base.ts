import type { NdArray } from '@chainer/xp/functions';
import { reshape } from '@chainer/xp/functions';
import { picked, sliced } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { type InitializerLike, initialize } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { LeCunNormal } from '../../initializers/le-cun-normal.ts';
import { Linear } from '../connection/linear.ts';

/** Options of LSTM layers. */
export interface LSTMOptions {
  readonly lateralInit?: InitializerLike | null;
  readonly upwardInit?: InitializerLike | null;
  readonly biasInit?: InitializerLike | null;
  readonly forgetBiasInit?: InitializerLike | null;
}

/** Initialises four stacked square blocks one by one, so that each has the fan of its own. */
function byBlocks(init: InitializerLike, blocks: number): (array: NdArray) => void {
  return (array) => {
    const rows = (array.shape[0] as number) / blocks;
    for (let k = 0; k < blocks; k++) initialize(sliced(array, 0, k * rows, rows), init);
  };
}

/** What LSTM layers share: input and recurrent weights with interleaved gates (a, i, f, o of each unit side by side). */
export abstract class LSTMBase extends Link {
  /** `[4n, I]` with bias: from the input. */
  readonly upward: Linear;
  /** `[4n, n]` without bias: from the last output. */
  readonly lateral: Linear;
  readonly stateSize: number;

  constructor(inSize: number | null, outSize: number | LSTMOptions | null, options: LSTMOptions) {
    super();
    checkOptions(new.target.name, options, ['lateralInit', 'upwardInit', 'biasInit', 'forgetBiasInit']);
    const [input, n, given] =
      typeof outSize === 'number' ? [inSize, outSize, options] : [null, inSize, outSize ?? options];
    if (n === null)
      throw new TypeError(`[${new.target.name}] outSize is missing: new ${new.target.name}(inSize, outSize)`);
    this.stateSize = n;
    const { lateralInit, upwardInit, biasInit, forgetBiasInit } = given;
    this.upward = new Linear(input, 4 * n, {
      initialW: byBlocks(upwardInit ?? new LeCunNormal(), 4),
      initialBias: (b) => {
        // Gates are interleaved: every fourth element from 2 on belongs to a forget gate.
        const units = reshape(b, [n, 4]);
        initialize(picked(units, 1, 0), biasInit ?? 0);
        initialize(picked(units, 1, 1), biasInit ?? 0);
        initialize(picked(units, 1, 2), forgetBiasInit ?? 1);
        initialize(picked(units, 1, 3), biasInit ?? 0);
      },
    });
    this.lateral = new Linear(n, 4 * n, {
      initialW: byBlocks(lateralInit ?? new LeCunNormal(), 4),
      nobias: true,
    });
  }
}

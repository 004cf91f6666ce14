import { NdArray, reshape } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { maxout } from '../../functions/activation/maxout.ts';
import { Linear } from '../connection/linear.ts';

/** Options of Maxout. */
export interface MaxoutOptions {
  /** `[outSize, poolSize, inSize]` where it is an array. */
  readonly initialW?: InitializerLike | null;
  /** `[outSize, poolSize]` where it is an array; null: no bias. */
  readonly initialBias?: InitializerLike | null;
}

/**
 * Fully connected maxout layer: the greatest of `poolSize` linear functions for each output.
 *
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * new L.Maxout(3, 4, 2).forward(new Variable(xp.ones([5, 3]))).shape; // [5, 4]
 */
export class Maxout extends Link {
  readonly linear: Linear;
  readonly outSize: number;
  readonly poolSize: number;

  constructor(inSize: number | null, outSize: number, poolSize: number, options: MaxoutOptions = {}) {
    super();
    checkOptions('Maxout', options, ['initialW', 'initialBias']);
    const { initialW = null, initialBias = 0 } = options;
    this.outSize = outSize;
    this.poolSize = poolSize;
    const n = outSize * poolSize;
    const flat = (
      name: string,
      init: InitializerLike | null,
      ndim: number,
      shape: readonly number[],
    ): InitializerLike | null => {
      if (!(init instanceof NdArray)) return init;
      if (init.ndim !== ndim) throw new Error(`[Maxout] ${name} must have ${ndim} axes, got ${init.ndim}`);
      return reshape(init, shape);
    };
    this.linear = new Linear(inSize, n, {
      initialW: flat('initialW', initialW, 3, [n, -1]),
      initialBias: flat('initialBias', initialBias, 2, [n]),
      nobias: initialBias === null,
    });
  }

  /** @param x `[N, I]` */
  forward(x: VariableLike): Variable {
    return maxout(this.linear.forward(x), this.poolSize);
  }
}

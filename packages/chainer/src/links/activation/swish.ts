import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { swish } from '../../functions/activation/swish.ts';

/**
 * Swish with a learnt gate.
 *
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * new L.Swish([2]).forward(new Variable(xp.zeros([1, 2]))).array.toArraySync(); // [[0, 0]]
 */
export class Swish extends Link {
  readonly beta: Parameter;

  /** @param betaShape shape of the gate, that of x's axes from 1 on; null: found in the first forward pass. */
  constructor(betaShape: readonly number[] | null, options: { readonly betaInit?: InitializerLike } = {}) {
    super();
    checkOptions('Swish', options, ['betaInit']);
    this.beta = new Parameter(options.betaInit ?? 1, betaShape, { name: 'beta' });
  }

  forward(x: VariableLike): Variable {
    if (!this.beta.isInitialized) this.beta.initialize(x.shape.slice(1));
    return swish(x, this.beta);
  }
}

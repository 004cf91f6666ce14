import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { prelu } from '../../functions/activation/prelu.ts';

/**
 * Rectifier whose slope for negative values is learnt.
 *
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * new L.PReLU().forward(new Variable(xp.array([[-4, 4]]))).array.toArraySync(); // [[-1, 4]]
 */
export class PReLU extends Link {
  readonly W: Parameter;

  /** @param shape shape of the slopes, that of x's axes from 1 on; none: one slope for all. */
  constructor(shape: readonly number[] | number = [], options: { readonly init?: InitializerLike } = {}) {
    super();
    checkOptions('PReLU', options, ['init']);
    this.W = new Parameter(options.init ?? 0.25, typeof shape === 'number' ? [shape] : shape, { name: 'W' });
  }

  forward(x: VariableLike): Variable {
    return prelu(x, this.W);
  }
}

import { checkOptions } from '../../core/check-options.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { bias } from '../../functions/math/bias.ts';

/**
 * Adds a learnt (or given) bias, broadcast from an axis.
 *
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const b = new L.Bias({ shape: [3] });
 * b.forward(new Variable(xp.ones([2, 3]))).shape; // [2, 3]
 */
export class Bias extends Link {
  readonly b: Parameter | null;
  readonly axis: number;

  constructor(options: { readonly axis?: number; readonly shape?: readonly number[] | null } = {}) {
    super();
    checkOptions('Bias', options, ['axis', 'shape']);
    this.axis = options.axis ?? 1;
    const shape = options.shape ?? null;
    this.b = shape === null ? null : new Parameter(0, shape, { name: 'b' });
  }

  /** @param args x, and the bias where the link has none. */
  forward(x: VariableLike, ...args: VariableLike[]): Variable {
    const b = this.b ?? args[0];
    if (b === undefined)
      throw new TypeError(
        '[Bias] the link has no b of its own: pass it as the second argument, or give shape to the constructor',
      );
    return bias(x, b, { axis: this.axis });
  }
}

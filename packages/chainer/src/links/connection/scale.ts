import { checkOptions } from '../../core/check-options.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { scale } from '../../functions/math/scale.ts';
import { Bias } from './bias.ts';

/** Options of Scale. */
export interface ScaleOptions {
  /** First axis of x along which the factors lie. */
  readonly axis?: number;
  /** Shape of the learnt factors; null: `forward` is given them. */
  readonly WShape?: readonly number[] | null;
  /** Whether a bias is added. */
  readonly biasTerm?: boolean;
  /** Shape of the learnt bias where the factors are given. */
  readonly biasShape?: readonly number[] | null;
}

/**
 * Elementwise product with learnt (or given) factors, broadcast from an axis, and an optional bias.
 *
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const s = new L.Scale({ WShape: [3] });
 * s.forward(new Variable(xp.ones([2, 3]))).shape; // [2, 3]
 */
export class Scale extends Link {
  readonly W: Parameter | null;
  readonly bias: Bias | null;
  readonly axis: number;

  constructor(options: ScaleOptions = {}) {
    super();
    checkOptions('Scale', options, ['axis', 'WShape', 'biasTerm', 'biasShape']);
    const { axis = 1, WShape = null, biasTerm = false, biasShape = null } = options;
    this.axis = axis;
    if (biasTerm && WShape === null && biasShape === null)
      throw new Error(
        '[Scale] biasShape is missing: with biasTerm and no WShape the shape of the bias must be given',
      );
    this.W = WShape === null ? null : new Parameter(1, WShape, { name: 'W' });
    this.bias = biasTerm ? new Bias({ axis, shape: WShape ?? biasShape }) : null;
  }

  /** @param args x, and the factors where the link has none; then the bias where it has none. */
  forward(x: VariableLike, ...args: VariableLike[]): Variable {
    const rest = args.slice();
    const W = this.W ?? rest.shift();
    if (W === undefined)
      throw new TypeError(
        '[Scale] the link has no W of its own: pass it as the second argument, or give WShape to the constructor',
      );
    const y = scale(x, W, { axis: this.axis });
    return this.bias === null ? y : this.bias.forward(y, ...rest);
  }
}

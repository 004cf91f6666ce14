import { checkOptions } from '../../core/check-options.ts';
import { invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { broadcastTo } from '../array/broadcast-to.ts';
import { reshape } from '../array/reshape.ts';
import { div, mul } from './arithmetic.ts';
import { type Axis, axesOf, checkAxis } from './axes.ts';
import { sum } from './sum.ts';

/** Options of average. */
export interface AverageOptions {
  readonly axis?: Axis;
  /** Weights of x's shape, or of one axis. */
  readonly weights?: VariableLike | null;
  readonly keepdims?: boolean;
}

/**
 * Weighted average over axes.
 *
 * `y = Σ w x / Σ w`
 *
 * @throws {InvalidType} if the weights' shape does not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.average(new Variable(xp.array([1, 2, 3]))).array.toArraySync(); // 2
 */
export function average(x: VariableLike, options: AverageOptions = {}): Variable {
  checkOptions('average', options, ['axis', 'weights', 'keepdims']);
  const { axis = null, weights = null, keepdims = false } = options;
  checkAxis('average', axis);
  const array = asArray(x);
  const axes = axesOf('average', axis, array);
  if (weights === null) {
    const n = axes.reduce((a, i) => a * (array.shape[i] as number), 1);
    return div(sum(x, { axis: axes, keepdims }), n);
  }
  if (axis !== null && typeof axis !== 'number')
    throw new TypeError('[average] axis must be one integer or null where weights are given');
  let w: VariableLike = weights;
  const given = asArray(weights);
  if (
    axis === null
      ? given.ndim !== array.ndim || given.shape.some((d, i) => d !== array.shape[i])
      : given.ndim !== 1 || given.shape[0] !== array.shape[axes[0] as number]
  ) {
    invalid(
      'average',
      `weights must have ${axis === null ? 'the shape of x' : `shape [${array.shape[axes[0] as number]}]`}`,
      { x: array, weights: given },
    );
  }
  if (axis !== null)
    w = broadcastTo(
      reshape(
        weights,
        array.shape.map((d, i) => (axes.includes(i) ? d : 1)),
      ),
      array.shape,
    );
  return div(sum(mul(x, w), { axis: axes, keepdims }), sum(w, { axis: axes, keepdims }));
}

export { average as mean };

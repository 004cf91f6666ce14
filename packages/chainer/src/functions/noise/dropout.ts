import { astype, greaterEqual, multiply, type NdArray, withDevice } from '@chainer/xp/functions';
import * as random from '@chainer/xp/random';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat } from '../../core/type-check.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';

/** Keeps what the uniform number u spares; only u is remembered, the mask is never written. */
const drop = /*#__PURE__*/ elementwise(
  'dropout',
  (x, u, ratio, scale) => u.ge(ratio).where(x.mul(scale), 0),
  {
    label: 'Dropout',
    names: ['x', 'u'],
  },
);
const masked = /*#__PURE__*/ elementwise('dropout', (x, mask) => x.mul(mask), {
  label: 'Dropout',
  names: ['x', 'mask'],
});

/** Options of dropout. */
export interface DropoutOptions {
  /** Share of elements that are dropped. */
  readonly ratio?: number;
  /** Factors to use instead of random ones: 0, or the scale. */
  readonly mask?: NdArray | null;
  /** Whether the factors are returned, too. */
  readonly returnMask?: boolean;
}

/** Uniform numbers of the shape and dtype of an array, on its device. */
export function uniformLike(x: NdArray): NdArray {
  return withDevice(x.device, () => random.random({ size: x.shape, dtype: x.dtype }));
}

/**
 * Drops elements at random while training and scales the others up; does nothing otherwise (Srivastava et al., 2014).
 *
 * `y = x m`, `m = 1 / (1 - ratio)` with probability `1 - ratio`, else 0
 *
 * @returns the variable, or with `returnMask` the variable and the factors (null when not training).
 * @throws {RangeError} unless `0 ≤ ratio < 1`.
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, usingConfig, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([1, 2]));
 * usingConfig('train', false, () => F.dropout(x).array.toArraySync()); // [1, 2]
 * F.dropout(x, { mask: xp.array([0, 2]) }).array.toArraySync(); // [0, 4]
 */
export function dropout(
  x: VariableLike,
  options: DropoutOptions & { readonly returnMask: true },
): [Variable, NdArray | null];
export function dropout(x: VariableLike, options?: DropoutOptions): Variable;
export function dropout(
  x: VariableLike,
  options: DropoutOptions = {},
): Variable | [Variable, NdArray | null] {
  checkOptions('dropout', options, ['ratio', 'mask', 'returnMask']);
  const { ratio = 0.5, mask = null, returnMask = false } = options;
  if (!(ratio >= 0 && ratio < 1)) throw new RangeError(`[dropout] ratio must be in [0, 1), got ${ratio}`);
  const array = asArray(x);
  expectFloat('dropout', 'x', array);
  if (!config.train || (ratio === 0 && mask === null && !returnMask))
    return returnMask ? [asVariable(x), null] : asVariable(x);
  if (mask !== null) return returnMask ? [masked(x, mask), mask] : masked(x, mask);
  const u = uniformLike(array);
  const scale = 1 / (1 - ratio);
  const y = drop(x, u, ratio, scale);
  return returnMask ? [y, multiply(astype(greaterEqual(u, ratio), array.dtype), scale)] : y;
}

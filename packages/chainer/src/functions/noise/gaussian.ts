import { type NdArray, withDevice } from '@chainer/xp/functions';
import * as random from '@chainer/xp/random';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectSameShape } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise(
  'gaussian',
  (mean, lnVar, eps) => mean.add(lnVar.mul(0.5).exp().mul(eps)),
  {
    label: 'Gaussian',
    names: ['mean', 'lnVar', 'eps'],
  },
);

/** Options of gaussian. */
export interface GaussianOptions {
  /** Standard normal numbers to use instead of random ones. */
  readonly eps?: NdArray | null;
  /** Whether they are returned, too. */
  readonly returnEps?: boolean;
}

/**
 * Normal random numbers, differentiable in mean and variance (Kingma & Welling, 2014).
 *
 * `y = mean + exp(lnVar / 2) ε`, `ε ~ N(0, 1)`
 *
 * @param lnVar logarithm of the variance, of mean's shape
 * @returns the variable, or with `returnEps` the variable and ε.
 * @throws {InvalidType} if shapes or dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.gaussian(new Variable(xp.array([1])), xp.array([0]), { eps: xp.array([2]) }).array.toArraySync(); // [3]
 */
export function gaussian(
  mean: VariableLike,
  lnVar: VariableLike,
  options: GaussianOptions & { readonly returnEps: true },
): [Variable, NdArray];
export function gaussian(mean: VariableLike, lnVar: VariableLike, options?: GaussianOptions): Variable;
export function gaussian(
  mean: VariableLike,
  lnVar: VariableLike,
  options: GaussianOptions = {},
): Variable | [Variable, NdArray] {
  checkOptions('gaussian', options, ['eps', 'returnEps']);
  const array = asArray(mean);
  expectSameShape('gaussian', 'mean', array, 'lnVar', asArray(lnVar));
  const eps =
    options.eps ?? withDevice(array.device, () => random.normal({ size: array.shape, dtype: array.dtype }));
  const y = node(mean, lnVar, eps);
  return options.returnEps ? [y, eps] : y;
}

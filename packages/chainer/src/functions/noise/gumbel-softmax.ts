import { withDevice } from '@chainer/xp/functions';
import * as random from '@chainer/xp/random';
import { checkOptions } from '../../core/check-options.ts';
import { expectFloat } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { softmax } from '../activation/softmax.ts';
import { add } from '../math/add.ts';
import { div } from '../math/arithmetic.ts';

/** Options of gumbelSoftmax. */
export interface GumbelSoftmaxOptions {
  /** Temperature: the smaller, the closer to one-hot. */
  readonly tau?: number;
  readonly axis?: number;
}

/**
 * A differentiable sample of a categorical distribution (Jang et al., 2017).
 *
 * `y = softmax((log π + g) / τ)`, `g ~ Gumbel(0, 1)`
 *
 * @param logPi logarithms of the probabilities `[N, C, …]`
 * @throws {InvalidType} if it is not floating or the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.gumbelSoftmax(new Variable(xp.zeros([1, 1]))).array.toArraySync(); // [[1]]
 */
export function gumbelSoftmax(logPi: VariableLike, options: GumbelSoftmaxOptions = {}): Variable {
  checkOptions('gumbelSoftmax', options, ['tau', 'axis']);
  const array = asArray(logPi);
  expectFloat('gumbelSoftmax', 'logPi', array);
  const noise = withDevice(array.device, () => random.gumbel({ size: array.shape, dtype: array.dtype }));
  return softmax(div(add(logPi, noise), options.tau ?? 0.1), { axis: options.axis ?? 1 });
}

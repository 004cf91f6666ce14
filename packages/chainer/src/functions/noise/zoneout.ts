import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectSameShape } from '../../core/type-check.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { uniformLike } from './dropout.ts';

const node = /*#__PURE__*/ elementwise('zoneout', (h, x, u, ratio) => u.ge(ratio).where(x, h), {
  label: 'Zoneout',
  names: ['h', 'x', 'u'],
});

/**
 * Keeps elements of the previous state at random while training, else takes the new one (Krueger et al., 2017).
 *
 * `y = h` with probability `ratio`, else `x`
 *
 * @param h previous state
 * @param x new state, of the same shape
 * @throws {RangeError} unless `0 ≤ ratio < 1`.
 * @throws {InvalidType} if shapes or dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.zoneout(new Variable(xp.array([1])), xp.array([2]), { ratio: 0 }).array.toArraySync(); // [2]
 */
export function zoneout(
  h: VariableLike,
  x: VariableLike,
  options: { readonly ratio?: number } = {},
): Variable {
  checkOptions('zoneout', options, ['ratio']);
  const { ratio = 0.5 } = options;
  if (!(ratio >= 0 && ratio < 1)) throw new RangeError(`[zoneout] ratio must be in [0, 1), got ${ratio}`);
  expectSameShape('zoneout', 'h', asArray(h), 'x', asArray(x));
  return config.train ? node(h, x, uniformLike(asArray(x)), ratio) : asVariable(x);
}

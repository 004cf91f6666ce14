import { array } from '@chainer/xp/functions';
import { config } from '../../core/config.ts';
import { expectInteger, expectNdim, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { getItem } from './get-item.ts';

/**
 * One element of each row: `y[i] = x[i, t[i]]`.
 *
 * @param x `[N, C]`
 * @param t integers `[N]`
 * @returns `[N]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} in debug mode, if an index is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const t = xp.array([2, 0], { dtype: 'int32' });
 * F.selectItem(new Variable(xp.array([[1, 2, 3], [4, 5, 6]])), t).array.toArraySync(); // [3, 4]
 */
export function selectItem(x: VariableLike, t: VariableLike): Variable {
  const a = asArray(x);
  const places = asArray(t);
  expectNdim('selectItem', 'x', a, 2);
  expectInteger('selectItem', 't', places);
  expectNdim('selectItem', 't', places, 1);
  const [n, c] = a.shape as [number, number];
  if (places.shape[0] !== n)
    invalid('selectItem', `x has ${n} rows but t ${places.shape[0]} elements`, { x: a, t: places });
  if (config.debug && places.device.synchronous) {
    for (const i of places.dataSync()) {
      if (Number(i) < 0 || Number(i) >= c)
        throw new RangeError(`[selectItem] t holds ${i}, which is out of range for ${c} columns`);
    }
  }
  const rows = array(
    Int32Array.from({ length: n }, (_, i) => i),
    { device: a.device },
  );
  return getItem(x, [rows, places]);
}

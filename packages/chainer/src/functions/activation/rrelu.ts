import { type NdArray, withDevice } from '@chainer/xp/functions';
import * as random from '@chainer/xp/random';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectArray } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('rrelu', (x, r) => x.ge(0).where(x, x.mul(r)), {
  label: 'RReLU',
  names: ['x', 'r'],
});

/** Options of rrelu. */
export interface RreluOptions {
  /** Bounds of the random slope. */
  readonly l?: number;
  readonly u?: number;
  /** Slopes to use instead of random ones. */
  readonly r?: NdArray | null;
  readonly returnR?: boolean;
}

/**
 * Rectifier with random slopes for negative values: uniform in `[l, u)` while training, their mean otherwise.
 *
 * @throws {RangeError} unless `0 ≤ l < u < 1`.
 * @example
 * import { functions as F, usingConfig, Variable, xp } from 'chainer';
 * usingConfig('train', false, () => F.rrelu(new Variable(xp.array([4]))).array.toArraySync()); // [4]
 */
export function rrelu(
  x: VariableLike,
  options: RreluOptions & { readonly returnR: true },
): [Variable, NdArray | null];
export function rrelu(x: VariableLike, options?: RreluOptions): Variable;
export function rrelu(x: VariableLike, options: RreluOptions = {}): Variable | [Variable, NdArray | null] {
  checkOptions('rrelu', options, ['l', 'u', 'r', 'returnR']);
  expectArray('rrelu', 'x', x);
  const { l = 1 / 8, u = 1 / 3, r = null, returnR = false } = options;
  if (!(l >= 0 && u < 1 && l < u))
    throw new RangeError(`[rrelu] slopes must satisfy 0 <= l < u < 1, got l = ${l}, u = ${u}`);
  const array = asArray(x);
  const slopes = !config.train
    ? null
    : (r ??
      withDevice(array.device, () =>
        random.uniform({ low: l, high: u, size: array.shape, dtype: array.dtype.name }),
      ));
  const y = node(x, slopes ?? (l + u) / 2);
  return returnR ? [y, slopes] : y;
}

import type { NdArray } from '@chainer/xp/functions';
import { astype, greaterEqual, multiply, withDevice } from '@chainer/xp/functions';
import * as random from '@chainer/xp/random';
import { checkOptions } from '../../core/check-options.ts';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { linear } from '../connection/linear.ts';
import { add } from '../math/add.ts';
import { mul } from '../math/arithmetic.ts';
import { matmul } from '../math/matmul.ts';

/** Options of simplifiedDropconnect. */
export interface SimplifiedDropconnectOptions {
  /** Share of weights that are dropped. */
  readonly ratio?: number;
  /** false: nothing is dropped but what a given mask leaves out. */
  readonly train?: boolean;
  /** Which weights stay (boolean), `[N, O, I]` or `[O, I]`. */
  readonly mask?: NdArray | null;
  /** Whether each sample has a mask of its own. */
  readonly useBatchwiseMask?: boolean;
}

/**
 * Fully connected layer whose weights are dropped at random (Wan et al., 2013).
 *
 * `y = x (W m / (1 - ratio))ᵀ + b`
 *
 * @param x `[N, …]`, flattened after the batch axis to `[N, I]`
 * @param W `[O, I]`
 * @param b `[O]` or null
 * @returns `[N, O]`
 * @throws {RangeError} unless `0 ≤ ratio < 1`.
 * @throws {InvalidType} if sizes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.ones([2, 3]));
 * F.simplifiedDropconnect(x, xp.ones([1, 3]), null, { ratio: 0 }).array.toArraySync(); // [[3], [3]]
 */
export function simplifiedDropconnect(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: SimplifiedDropconnectOptions = {},
): Variable {
  checkOptions('simplifiedDropconnect', options, ['ratio', 'train', 'mask', 'useBatchwiseMask']);
  expectArray('simplifiedDropconnect', 'x', x);
  const who = 'simplifiedDropconnect';
  const { train = true, mask = null, useBatchwiseMask = true } = options;
  const ratio = train ? (options.ratio ?? 0.5) : 0;
  if (!(ratio >= 0 && ratio < 1)) throw new RangeError(`[${who}] ratio must be in [0, 1), got ${ratio}`);
  const [n] = x.shape as [number];
  const w = asArray(W);
  const flat = x.shape.length === 2 ? x : reshape(x, [n, -1]);
  const given = { x: asArray(flat), W: w };
  if (w.ndim !== 2) invalid(who, `W must have 2 axes (out, in), got ${w.ndim}`, given);
  const [out, features] = w.shape as [number, number];
  if (flat.shape[1] !== features)
    invalid(who, `x has ${flat.shape[1]} features but W expects ${features}`, given);
  if (!train && mask === null) return linear(flat, W, b);
  const shape = useBatchwiseMask ? [n, out, features] : [out, features];
  if (mask !== null && (mask.ndim !== shape.length || mask.shape.some((d, i) => d !== shape[i]))) {
    invalid(who, `mask must have shape [${shape.join(',')}]`, { ...given, mask });
  }
  const kept =
    mask ??
    greaterEqual(
      withDevice(w.device, () => random.random({ size: shape, dtype: w.dtype })),
      ratio,
    );
  const dropped = mul(W, multiply(astype(kept, w.dtype), 1 / (1 - ratio)));
  if (!useBatchwiseMask) return linear(flat, dropped, b);
  const y = reshape(matmul(dropped, reshape(flat, [n, features, 1])), [n, out]);
  return b === null ? y : add(y, b);
}

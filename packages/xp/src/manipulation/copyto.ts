import { isScalar } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { type DType, int64 } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { type Casting, castable, promoteWeak, type Scalar, weakKind } from '../core/promotion.ts';
import { type ArrayLike, asarray } from '../creation/array.ts';
import { astype } from '../creation/copy.ts';
import { DTypeError } from '../errors.ts';
import { valueFor } from '../indexing/setat.ts';
import { assign, setWhere } from '../indexing/setwhere.ts';
import { broadcastView } from './broadcast.ts';

/** The dtype a scalar brings along: its own kind, however wide the array is. */
function scalarType(d: DType, value: Scalar): DType {
  const weak = weakKind(value);
  return weak === 'int' && d.kind === 'u' ? d : promoteWeak(d.kind === 'b' ? int64 : d, weak);
}

/**
 * Copies values into an array in place; they broadcast to it. Only where `where` is true, if it is given.
 *
 * @throws {DTypeError} if `casting` ('same_kind') forbids the cast.
 * @throws {ValueError} if the shapes do not fit.
 * @example
 * import { array, copyto, zeros } from '@chainer/xp';
 * const x = zeros([2, 2]);
 * copyto(x, array([1, 2]), { where: array([true, false]) });
 * x.toArraySync(); // [[1, 0], [1, 0]]
 */
export function copyto(
  dst: NdArray,
  src: ArrayLike,
  options: {
    readonly casting?: Casting;
    readonly where?: NdArray | boolean | readonly boolean[] | null;
  } = {},
): void {
  checkOptions('copyto', options, ['casting', 'where']);
  const value = valueFor(dst, src as Scalar | NdArray, 'copyto');
  const from = isScalar(value) ? scalarType(dst.dtype, value) : value.dtype;
  const casting = options.casting ?? 'same_kind';
  if (!castable(from, dst.dtype, casting)) {
    throw new DTypeError(
      `[copyto] cannot cast from ${from.name} to ${dst.dtype.name} under rule '${casting}'`,
    );
  }
  const where = options.where ?? true;
  if (where !== true) {
    const given = typeof where === 'boolean' ? where : asarray(where, { device: dst.device });
    setWhere(
      dst,
      given instanceof NdArray && given.dtype.kind !== 'b' ? astype(given, 'bool') : given,
      value,
      'copyto',
    );
  } else if (isScalar(value)) {
    if (dst.size > 0) dst.device.kernels.fill(dst, value);
  } else assign(dst, broadcastView(value, dst.shape, 'copyto'));
}

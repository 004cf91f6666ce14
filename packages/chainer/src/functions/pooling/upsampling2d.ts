import { astype, int32 } from '@chainer/xp/functions';
import { commonDevice } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { expectInteger, expectSameShape, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { getConvOutsize, getDeconvOutsize, perAxis, type Sizes } from '../connection/geometry.ts';
import { checkPooled, windows } from './geometry.ts';
import { MaxPoolingGrad } from './max-pooling-nd.ts';
import type { UnpoolingOptions } from './unpooling-nd.ts';

/**
 * Undoes a max pooling with the places that it remembers: each element goes back to where the maximum was, everything else is 0.
 *
 * @param x `[N, C, H, W]`
 * @param indexes places within the windows, integers of the shape of x, as `maxPooling2d` with `returnIndices` gives them
 * @param ksize size of the window, as in the pooling; likewise `stride`, `pad` and `coverAll`
 * @returns `[N, C, …]`, each size `stride·(d - 1) + k - 2·pad` (less `stride - 1` with `coverAll`) unless `outsize` says otherwise.
 * @throws {InvalidType} if shapes or dtypes do not fit, or `outsize` has another number of windows.
 * @throws {DeviceError} if x and indexes are on two devices.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[[[1, 4], [3, 2]]]]));
 * const [y, indexes] = F.maxPooling2d(x, 2, { returnIndices: true });
 * F.upsampling2d(y, indexes, 2, { outsize: [2, 2] }).array.toArraySync(); // [[[[0, 4], [0, 0]]]]
 */
export function upsampling2d(
  x: VariableLike,
  indexes: VariableLike,
  ksize: Sizes,
  options: UnpoolingOptions = {},
): Variable {
  checkOptions('upsampling2d', options, ['stride', 'pad', 'outsize', 'coverAll']);
  const who = 'upsampling2d';
  const [a, places] = [asArray(x), asArray(indexes)];
  const { coverAll = true, outsize = null } = options;
  checkPooled(who, a, 2);
  expectInteger(who, 'indexes', places);
  commonDevice([a, places], who);
  expectSameShape(who, 'x', a, 'indexes', places);
  const w = windows(who, 2, ksize, options.stride, options.pad, coverAll);
  const given = outsize === null ? null : perAxis(who, 'outsize', outsize, 2);
  const sizes = [0, 1].map((i) => {
    const [d, k, s, p] = [a.shape[i + 2], w.ksize[i], w.stride[i], w.pad[i]] as [
      number,
      number,
      number,
      number,
    ];
    if (given === null) return getDeconvOutsize(d, k, s, p, { coverAll });
    const fit = getConvOutsize(given[i] as number, k, s, p, { coverAll });
    if (fit !== d)
      invalid(
        who,
        `outsize [${given.join(',')}] does not fit: along spatial axis ${i} it has ${fit} windows but x has ${d}`,
        { x: a },
      );
    return given[i] as number;
  });
  const shape = [a.shape[0] as number, a.shape[1] as number, ...sizes];
  return new MaxPoolingGrad(w, places.dtype === int32 ? places : astype(places, 'int32'), shape).apply1([x]);
}

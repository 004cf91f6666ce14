import type { AverageDivisor, Kernels, NdArray, PoolGeometry } from '@chainer/xp/internal';
import { Dense } from '../dense.ts';
import { type Cudnn, cudnnTypes, flat, mostElements, plane } from './cudnn.ts';

type Family = Pick<Kernels, 'averagePooling' | 'averagePoolingGrad'>;

/** `cudnnPoolingMode_t`. */
const modes: Readonly<Record<AverageDivisor, number>> = { window: 1, inside: 2 };
/** `CUDNN_PROPAGATE_NAN`. */
const propagateNaN = 1;

/**
 * Averages over windows by cuDNN: floats, one to three spatial axes, as many windows as fit, and none of them wholly in the padding.
 *
 * Maxima stay with the kernel of the device. cuDNN's do not say where they were found, which gradients of every order and
 * `returnIndices` need; its gradient looks for the maximum again in x and y, where ours reads one index a window. With windows of 3 by 3
 * that are 2 apart, forward and backward move 12 bytes for an element of float32, cuDNN's 15.
 */
export function poolingByLibrary(dnn: Cudnn, portable: Family & Pick<Kernels, 'copy'>): Family {
  const descriptors = new Map<string, number>();

  /** Whether cuDNN has that pooling. */
  function takes(x: NdArray, y: NdArray, { ksize, stride, pad }: PoolGeometry): boolean {
    const axes = x.ndim - 2;
    if (!(x.dtype.name in cudnnTypes) || y.dtype !== x.dtype || axes < 1 || axes > 3) return false;
    if (x.size === 0 || y.size === 0 || Math.max(x.size, y.size) > mostElements) return false;
    return ksize.every((k, a) => {
      const room = x.shape[a + 2]! + 2 * pad[a]! - k;
      return pad[a]! < k && room >= 0 && y.shape[a + 2] === Math.floor(room / stride[a]!) + 1;
    });
  }

  function descriptorOf({ ksize, stride, pad }: PoolGeometry, divisor: AverageDivisor): number {
    const key = `${ksize};${stride};${pad};${divisor}`;
    let made = descriptors.get(key);
    if (made === undefined) {
      made = dnn.made('cudnnCreatePoolingDescriptor');
      const lists = [flat(ksize, 1), flat(pad, 0), flat(stride, 1)];
      dnn.check(
        'cudnnSetPoolingNdDescriptor',
        ...[made, modes[divisor], propagateNaN, lists[0]!.length, ...lists.map((l) => dnn.native.bytes(l))],
      );
      descriptors.set(key, made);
    }
    return made;
  }

  return {
    averagePooling(x, y, g, divisor) {
      if (!takes(x, y, g)) {
        portable.averagePooling(x, y, g, divisor);
        return;
      }
      const dense = new Dense(portable.copy);
      const [from, to] = [dense.input(x), dense.output(y)];
      const { name } = x.dtype;
      const [dx, dy] = [dnn.tensor(name, plane(x.shape)), dnn.tensor(name, plane(y.shape))];
      dnn.follow();
      dnn.check(
        'cudnnPoolingForward',
        ...[dnn.handle, descriptorOf(g, divisor), dnn.factor(name, 1), dx, dnn.addressOf(from)],
        ...[dnn.factor(name, 0), dy, dnn.addressOf(to)],
      );
      dense.finish();
    },

    averagePoolingGrad(gy, gx, g, divisor) {
      if (!takes(gx, gy, g)) {
        portable.averagePoolingGrad(gy, gx, g, divisor);
        return;
      }
      const dense = new Dense(portable.copy);
      const [from, to] = [dense.input(gy), dense.output(gx)];
      const { name } = gx.dtype;
      const [dx, dy] = [dnn.tensor(name, plane(gx.shape)), dnn.tensor(name, plane(gy.shape))];
      const [y, x] = [dnn.addressOf(from), dnn.addressOf(to)];
      dnn.follow();
      // The mean's gradient does not depend on x and y, for which anything of their extents stands.
      dnn.check(
        'cudnnPoolingBackward',
        ...[dnn.handle, descriptorOf(g, divisor), dnn.factor(name, 1), dy, y, dy, y, dx, x],
        ...[dnn.factor(name, 0), dx, x],
      );
      dense.finish();
    },
  };
}

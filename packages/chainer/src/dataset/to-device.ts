import { NdArray } from '@chainer/xp/functions';
import { Variable } from '../core/variable.ts';

/**
 * Moves an array to a device, or every array in lists and records; what is no array stays as it is.
 *
 * @param device name of a device; null leaves everything where it is.
 * @example
 * import { xp } from 'chainer';
 * import { toDevice } from 'chainer/dataset';
 * toDevice('js', { x: xp.ones([2]), name: 'ones' }).x.device.name; // 'js'
 */
export function toDevice<T>(device: string | null, x: T): T {
  if (device === null) return x;
  return moved(device, x) as T;
}

function moved(device: string, x: unknown): unknown {
  if (x instanceof NdArray) return x.to(device);
  if (x instanceof Variable)
    return new Variable(x.array.to(device), { requiresGrad: x.requiresGrad, name: x.name });
  if (Array.isArray(x)) return x.map((item) => moved(device, item));
  if (x !== null && typeof x === 'object' && Object.getPrototypeOf(x) === Object.prototype) {
    return Object.fromEntries(Object.entries(x).map(([key, item]) => [key, moved(device, item)]));
  }
  return x;
}

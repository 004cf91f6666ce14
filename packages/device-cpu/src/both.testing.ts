import { type Device, type NdArray, registerDevice } from '@chainer/xp/internal';
import {
  elementsOf,
  epsilonOf,
  firstDifference,
  numbers,
  type Pair,
  Sides,
} from '../../xp/src/testing/kernels/sides.testing.ts';
import { createCpuDevice } from './index.ts';

/** Help for tests of what only `cpu` has, which is read at once. */

export { generator, type Pair } from '../../xp/src/testing/kernels/sides.testing.ts';

export const cpu: Device = createCpuDevice();
registerDevice(cpu);

/** Arrays on both devices: `[js, cpu]`. */
export const { pair, outputs } = new Sides({ device: cpu });

const elements = (x: NdArray) => elementsOf(x, numbers(x.storage.view(x.dtype), x.dtype));

/** Elements in C order, as numbers (complex: parts one after another). */
export function values(x: NdArray): number[] {
  return elements(x).map(Number);
}

/** The first element in which two arrays differ by more than `ulps` roundings (relative, or absolute by `absolute`), or null. */
export function difference([a, b]: Pair, ulps = 8, absolute = 0): string | null {
  return firstDifference(elements(a), elements(b), epsilonOf(a.dtype) * ulps, absolute);
}

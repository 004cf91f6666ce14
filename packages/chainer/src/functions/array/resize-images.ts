import { array, type NdArray, reshape } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectNdim } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { takeAlong } from './get-item.ts';

/** Between two values: `a + (b - a) w`. */
const between = /*#__PURE__*/ elementwise('resizeImages', (a, b, w) => a.add(b.sub(a).mul(w)), {
  label: 'ResizeImages',
});

/** Options of resizeImages. */
export interface ResizeImagesOptions {
  readonly mode?: 'bilinear' | 'nearest';
  /** Whether the outermost places of input and output coincide. */
  readonly alignCorners?: boolean;
}

/** Where each place of the output lies on an axis of the input: the neighbour before it and the way to the next. */
function positions(
  size: number,
  out: number,
  mode: string,
  align: boolean,
): { low: number[]; share: number[] } {
  const scale = size / out;
  const low: number[] = [];
  const share: number[] = [];
  for (let i = 0; i < out; i++) {
    let at: number;
    if (mode === 'nearest') at = Math.min(Math.floor(i * scale), size - 1);
    else if (align) at = out === 1 ? 0 : (i * (size - 1)) / (out - 1);
    else at = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), size - 1);
    const floor = Math.min(Math.floor(at), size - 1);
    low.push(floor);
    share.push(at - floor);
  }
  return { low, share };
}

/** Resizes one axis. */
function along(x: VariableLike, axis: number, out: number, mode: string, align: boolean): VariableLike {
  const size = x.shape[axis] as number;
  const { device, dtype } = asArray(x);
  const { low, share } = positions(size, out, mode, align);
  const index = (places: readonly number[]): NdArray => array(Int32Array.from(places), { device });
  const a = takeAlong(x, axis, index(low));
  if (share.every((w) => w === 0)) return a;
  const b = takeAlong(x, axis, index(low.map((i) => Math.min(i + 1, size - 1))));
  const w = reshape(
    array(share, { dtype, device }),
    x.shape.map((_, i) => (i === axis ? out : 1)),
  );
  return between(a, b, w);
}

/**
 * Images in another size.
 *
 * @param x `[N, C, H, W]`
 * @param outputShape `[OH, OW]`
 * @param options `mode`: `bilinear` unless given, or `nearest`; `alignCorners`: true unless given.
 * @returns `[N, C, OH, OW]`
 * @throws {InvalidType} if x is not a floating array of 4 axes.
 * @throws {RangeError} for another mode.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.resizeImages(new Variable(xp.array([[[[0, 2]]]])), [1, 3]).array.toArraySync(); // [[[[0, 1, 2]]]]
 */
export function resizeImages(
  x: VariableLike,
  outputShape: readonly [number, number] | readonly number[],
  options: ResizeImagesOptions = {},
): Variable {
  checkOptions('resizeImages', options, ['mode', 'alignCorners']);
  const { mode = 'bilinear', alignCorners = true } = options;
  if (mode !== 'bilinear' && mode !== 'nearest')
    throw new RangeError(`[resizeImages] mode must be 'bilinear' or 'nearest', got '${String(mode)}'`);
  const a = asArray(x);
  expectFloat('resizeImages', 'x', a);
  expectNdim('resizeImages', 'x', a, 4);
  const [height, width] = outputShape as [number, number];
  return along(along(x, 2, height, mode, alignCorners), 3, width, mode, alignCorners) as Variable;
}

import { emptyOn, type NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { sliced } from '../core/views.ts';
import { encode } from '../creation/array.ts';
import { indexArray } from '../indexing/integers.ts';
import { take } from '../indexing/take.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { input } from '../scalar/expr.ts';

/** Where the element at place `j`, which may lie outside `0 … n-1`, comes from. */
type Source = (j: number, n: number) => number;

const mod = (a: number, b: number) => ((a % b) + b) % b;

/** The extensions that only repeat elements. */
export const sources: Record<'edge' | 'wrap' | 'reflect' | 'symmetric', Source> = {
  edge: (j, n) => Math.min(n - 1, Math.max(0, j)),
  wrap: (j, n) => mod(j, n),
  reflect: (j, n) => (n === 1 ? 0 : Math.min(mod(j, 2 * n - 2), 2 * n - 2 - mod(j, 2 * n - 2))),
  symmetric: (j, n) => Math.min(mod(j, 2 * n), 2 * n - 1 - mod(j, 2 * n)),
};

/** Extends one axis by repeating elements. */
export function extend(x: NdArray, axis: number, before: number, after: number, source: Source): NdArray {
  const n = x.shape[axis] as number;
  const index = Array.from({ length: before + n + after }, (_, j) => source(j - before, n));
  return take(x, indexArray(index, x.device, 'pad'), axis);
}

const odd = /*#__PURE__*/ new Kernel('pad', [
  input(0)
    .mul(input(1))
    .add(input(2).mul(input(3)))
    .add(input(4).mul(input(5))),
]);

/**
 * Extends one axis by reflection through its end points: `y(-k) = 2 x₀ - x(k)`, and so on outwards. Every element is
 * `±x[i] + a x₀ + b xₙ₋₁`.
 */
export function extendOdd(
  x: NdArray,
  axis: number,
  before: number,
  after: number,
  mode: 'reflect' | 'symmetric',
): NdArray {
  const n = x.shape[axis] as number;
  const even = extend(x, axis, before, after, sources[mode]);
  const half = mode === 'reflect' ? n - 1 : n;
  if (half === 0) return even;
  const sign: Scalar[] = [];
  const first: Scalar[] = [];
  const last: Scalar[] = [];
  for (let j = -before; j < n + after; j++) {
    const turned = mod(j, 2 * half) > n - 1;
    const rounds = Math.floor(j / (2 * half));
    sign.push(turned ? -1 : 1);
    first.push(-2 * rounds);
    last.push(2 * rounds + (turned ? 2 : 0));
  }
  const along = (values: Scalar[]) => coefficients(values, x, axis);
  const end = (i: number) => sliced(x, axis, i, 1);
  const inputs = [even, along(sign), end(0), along(first), end(n - 1), along(last)];
  return launch(odd.program(inputs, [x.dtype]), inputs, null, 'pad')[0] as NdArray;
}

/** Values as an array along one axis. */
function coefficients(values: readonly Scalar[], x: NdArray, axis: number): NdArray {
  const y = emptyOn(
    x.device,
    x.shape.map((_, i) => (i === axis ? values.length : 1)),
    x.dtype,
  );
  y.device.write(y, encode(values, x.dtype));
  return y;
}

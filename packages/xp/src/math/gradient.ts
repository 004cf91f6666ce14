import { axisList, normalizeAxes } from '../core/arguments.ts';
import { checkOptions, isRecord } from '../core/check-options.ts';
import { float64 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { castTo, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { type Axes, arrayOf } from '../reduction/options.ts';
import { differences } from './diff.ts';

/** Options of `gradient`. */
export interface GradientOptions {
  /** Axes to differentiate along; all unless given. */
  readonly axis?: Axes;
  /** Order of accuracy at the boundaries. */
  readonly edgeOrder?: 1 | 2;
}

// Differences of neighbours over their distance; second order at the boundary; inside, weighted by both distances.
const slope = /*#__PURE__*/ new ElementwiseKernel('gradient', 3, (f1, f0, h) => f1.sub(f0).div(h));
const edge = /*#__PURE__*/ new ElementwiseKernel('gradient', 5, (f0, f1, f2, h1, h2) => {
  const a = h1
    .mul(2)
    .add(h2)
    .neg()
    .div(h1.mul(h1.add(h2)));
  const b = h1.add(h2).div(h1.mul(h2));
  const c = h1.neg().div(h2.mul(h1.add(h2)));
  return a.mul(f0).add(b.mul(f1)).add(c.mul(f2));
});
const inside = /*#__PURE__*/ new ElementwiseKernel('gradient', 5, (f0, f1, f2, h1, h2) => {
  const a = h2.neg().div(h1.mul(h1.add(h2)));
  const b = h2.sub(h1).div(h1.mul(h2));
  const c = h1.div(h2.mul(h1.add(h2)));
  return a.mul(f0).add(b.mul(f1)).add(c.mul(f2));
});
const negated = /*#__PURE__*/ new ElementwiseKernel('gradient', 1, (h) => h.neg());

/** Distance between samples: one number, or the distances between neighbours, shaped to broadcast along the axis. */
type Spacing = number | NdArray;

function spacingOf(v: ArrayLike, f: NdArray, axis: number): Spacing {
  if (typeof v === 'number') return v;
  const x = arrayOf(v);
  const n = f.shape[axis] as number;
  if (x.ndim === 0)
    return new NdArray(
      x.storage,
      x.dtype,
      f.shape.map((_, i) => (i === axis ? n - 1 : 1)),
      f.shape.map(() => 0),
      x.offset,
    );
  if (x.ndim !== 1 || x.size !== n) {
    throw new ValueError(
      `[gradient] spacing has shape ${shapeText(x.shape)} but axis ${axis} of f has ${n} elements (f: ${shapeText(f.shape)})`,
    );
  }
  const h = castTo(differences(castTo(x, x.dtype.kind === 'f' ? x.dtype : float64), 0), f.dtype);
  return new NdArray(
    h.storage,
    h.dtype,
    f.shape.map((_, i) => (i === axis ? n - 1 : 1)),
    f.shape.map((_, i) => (i === axis ? 1 : 0)),
    h.offset,
  );
}

function along(f: NdArray, axis: number, h: Spacing, edgeOrder: 1 | 2): NdArray {
  const n = f.shape[axis] as number;
  if (n < edgeOrder + 1) {
    throw new ValueError(
      `[gradient] axis ${axis} of f has ${n} elements; expected at least ${edgeOrder + 1} for edgeOrder ${edgeOrder}`,
    );
  }
  const y = emptyOn(f.device, f.shape, f.dtype);
  const at = (start: number, count = 1) => sliced(f, axis, start, count);
  const to = (start: number, count = 1) => ({ out: [sliced(y, axis, start, count)] });
  const gap = (start: number, count = 1) => (typeof h === 'number' ? h : sliced(h, axis, start, count));
  if (typeof h === 'number') slope.call([at(2, n - 2), at(0, n - 2), 2 * h], to(1, n - 2));
  else inside.call([at(0, n - 2), at(1, n - 2), at(2, n - 2), gap(0, n - 2), gap(1, n - 2)], to(1, n - 2));
  if (edgeOrder === 1) {
    slope.call([at(1), at(0), gap(0)], to(0));
    slope.call([at(n - 1), at(n - 2), gap(n - 2)], to(n - 1));
    return y;
  }
  const backwards = (start: number) =>
    typeof h === 'number' ? -h : negated.call([sliced(h, axis, start, 1)]);
  edge.call([at(0), at(1), at(2), gap(0), gap(1)], to(0));
  // The same formula walking backwards: distances are negative.
  edge.call([at(n - 1), at(n - 2), at(n - 3), backwards(n - 2), backwards(n - 3)], to(n - 1));
  return y;
}

/**
 * Gradient by central differences inside and one-sided ones at the boundaries, along each axis.
 *
 * @param f samples; integers give float64.
 * @param spacingsAndOptions distance between samples for all axes (1 unless given), or one for each axis: a number, or the
 * coordinates along that axis; then options.
 * @returns one array for one axis, otherwise a list with one for each.
 * @throws {ValueError} for an axis with too few samples, or spacings that do not fit.
 * @example
 * import { array, gradient } from '@chainer/xp';
 * gradient(array([1, 2, 4, 7]), { axis: 0 }).toArraySync(); // [1, 1.5, 2.5, 3]
 * gradient(array([1, 2, 4, 7]), 2, { axis: 0 }).toArraySync(); // [0.5, 0.75, 1.25, 1.5]
 */
export function gradient(f: ArrayLike, options: GradientOptions & { readonly axis: number }): NdArray;
export function gradient(
  f: ArrayLike,
  spacing: ArrayLike,
  options: GradientOptions & { readonly axis: number },
): NdArray;
export function gradient(
  f: ArrayLike,
  ...spacingsAndOptions: readonly (ArrayLike | GradientOptions)[]
): NdArray | NdArray[];
export function gradient(
  f: ArrayLike,
  ...spacingsAndOptions: readonly (ArrayLike | GradientOptions)[]
): NdArray | NdArray[] {
  const last = spacingsAndOptions.at(-1);
  const given = isRecord(last);
  const options = given ? (last as GradientOptions) : {};
  checkOptions('gradient', options, ['axis', 'edgeOrder']);
  const spacings = (given ? spacingsAndOptions.slice(0, -1) : spacingsAndOptions) as readonly ArrayLike[];
  const a = arrayOf(f);
  const x = castTo(a, a.dtype.kind === 'f' || a.dtype.kind === 'c' ? a.dtype : float64);
  normalizeAxes(options.axis, x.ndim, 'gradient');
  const axes = axisList(options.axis ?? x.shape.map((_, i) => i), x.ndim, 'gradient');
  if (spacings.length > 1 && spacings.length !== axes.length) {
    throw new ValueError(
      `[gradient] ${spacings.length} spacings were given for ${axes.length} axes; expected one for all or one for each`,
    );
  }
  const results = axes.map((axis, i) => {
    const v = spacings.length === 0 ? 1 : (spacings[spacings.length === 1 ? 0 : i] as ArrayLike);
    return along(x, axis, spacingOf(v, x, axis), options.edgeOrder ?? 1);
  });
  return results.length === 1 ? (results[0] as NdArray) : results;
}

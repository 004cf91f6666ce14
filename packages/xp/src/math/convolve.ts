import { checkOptions } from '../core/check-options.ts';
import { shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { castTo, copyOf, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { IndexedKernel } from '../kernel/indexed-kernel.ts';
import { arrayOf } from '../reduction/options.ts';
import { apply, coord, type Expr, fold, select } from '../scalar/expr.ts';

/** How much of a convolution to keep: all, as much as the longer operand has, or only where both overlap fully. */
export type ConvolveMode = 'full' | 'same' | 'valid';

// y[i] = Σ_j v[j] a[i - j] over the places where a has an element.
const fullConvolution = new IndexedKernel(
  'convolve',
  ['raw', 'raw', 'int', 'int', 'int'],
  (a, v, na, nv, first) => {
    const i = coord(0).add(first);
    const [total] = fold(nv, [false], ([sum], j) => {
      const k = i.sub(j);
      const inside = k.ge(0).and(k.lt(na));
      const product = a.at(k.max(0).min(na.sub(1))).mul(v.at(j));
      return [(sum as Expr).add(select(inside, product, false))];
    });
    return total as Expr;
  },
);
const conjugate = /*#__PURE__*/ new ElementwiseKernel('correlate', 1, (x) => apply('conj', x));

/** The places of a convolution that `mode` keeps. `mirrored`: the middle is taken from the end, as a correlation does when v is longer. */
function run(a: NdArray, v: NdArray, mode: ConvolveMode, mirrored: boolean, who: string): NdArray {
  const n = a.size;
  const m = v.size;
  const long = Math.max(n, m);
  const short = Math.min(n, m);
  const places: Record<ConvolveMode, [number, number]> = {
    full: [0, n + m - 1],
    same: [Math.floor((short - 1) / 2), long],
    valid: [short - 1, long - short + 1],
  };
  const [first, count] = Object.hasOwn(places, mode) ? places[mode] : [];
  if (first === undefined || count === undefined) {
    throw new ValueError(`[${who}] mode is ${JSON.stringify(mode)}; expected 'full', 'same' or 'valid'`);
  }
  const d = promote(a.dtype, v.dtype);
  const start = mirrored ? n + m - 1 - count - first : first;
  return fullConvolution.run([castTo(a, d), castTo(v, d), n, m, start], [count]);
}

function operands(a: ArrayLike, v: ArrayLike, who: string): [NdArray, NdArray] {
  const pair: [NdArray, NdArray] = [arrayOf(a), arrayOf(v)];
  for (const [name, x] of [
    ['a', pair[0]],
    ['v', pair[1]],
  ] as const) {
    if (x.ndim !== 1 || x.size === 0) {
      throw new ValueError(
        `[${who}] ${name} has shape ${shapeText(x.shape)}; expected one axis that is not empty`,
      );
    }
  }
  return pair;
}

/**
 * Convolution of two sequences: `y[i] = Σ_j a[i - j] v[j]`.
 *
 * @param options `mode`: `'full'` (the default) keeps `N + M - 1` places, `'same'` as many as the longer operand has, `'valid'`
 * those where both overlap fully.
 * @throws {ValueError} for empty operands, several axes, or an unknown mode.
 * @example
 * import { array, convolve } from '@chainer/xp';
 * convolve(array([1, 2, 3]), array([0, 1, 0.5])).toArraySync(); // [0, 1, 2.5, 4, 1.5]
 */
export function convolve(
  a: ArrayLike,
  v: ArrayLike,
  options: { readonly mode?: ConvolveMode } = {},
): NdArray {
  checkOptions('convolve', options, ['mode']);
  const [x, y] = operands(a, v, 'convolve');
  return run(x, y, options.mode ?? 'full', false, 'convolve');
}

/**
 * Cross-correlation of two sequences: `y[k] = Σ_i a[i + k] conj(v[i])`.
 *
 * @param options `mode` as for `convolve`, but `'valid'` unless given.
 * @throws {ValueError} for empty operands, several axes, or an unknown mode.
 * @example
 * import { array, correlate } from '@chainer/xp';
 * correlate(array([1, 2, 3]), array([0, 1, 0.5])).toArraySync(); // [3.5]
 */
export function correlate(
  a: ArrayLike,
  v: ArrayLike,
  options: { readonly mode?: ConvolveMode } = {},
): NdArray {
  checkOptions('correlate', options, ['mode']);
  const [x, y] = operands(a, v, 'correlate');
  const reversed = sliced(y, 0, y.size - 1, y.size, -1);
  return run(
    x,
    reversed.dtype.kind === 'c' ? conjugate.call([reversed]) : copyOf(reversed),
    options.mode ?? 'valid',
    x.size < y.size,
    'correlate',
  );
}

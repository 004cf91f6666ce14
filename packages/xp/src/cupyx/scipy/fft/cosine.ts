import { normalizeAxis } from '../../../core/arguments.ts';
import { checkOptions } from '../../../core/check-options.ts';
import { Complex } from '../../../core/complex.ts';
import { float32, float64 } from '../../../core/dtype.ts';
import type { NdArray } from '../../../core/ndarray.ts';
import { axisMoved, castTo, sliced } from '../../../core/views.ts';
import type { ArrayLike } from '../../../creation/array.ts';
import { ValueError } from '../../../errors.ts';
import { fft } from '../../../fft/fft.ts';
import type { Norm } from '../../../fft/transform.ts';
import { ElementwiseKernel } from '../../../kernel/elementwise-kernel.ts';
import { pad } from '../../../manipulation/pad.ts';
import { reshape } from '../../../manipulation/reshape.ts';
import { arrayOf } from '../../../reduction/options.ts';
import { coord, type Expr, select } from '../../../scalar/expr.ts';
import { add, multiply } from '../../../ufunc/arithmetic.ts';
import { imag, real } from '../../../ufunc/complex.ts';
import { complexOf } from '../special/gamma-core.ts';

/**
 * Cosine and sine transforms: the real or the imaginary part of a Fourier transform of about twice the length, with a phase before
 * and one after.
 */

/** Which of the four transforms of its kind. */
export type TransformType = 1 | 2 | 3 | 4;

/** Options of `dct`, `dst` and their inverses. */
export interface DctOptions {
  /** 2 unless given. */
  readonly type?: TransformType;
  /** Length; the input is cut or continued with zeros. */
  readonly n?: number | null;
  /** The last unless given. */
  readonly axis?: number;
  readonly norm?: Norm | null;
  /** Accepted for SciPy's sake: nothing is ever overwritten. */
  readonly overwriteX?: boolean;
  /** Whether the ends are scaled so that the matrix is orthogonal; with norm `ortho` unless given. */
  readonly orthogonalize?: boolean | null;
}

/** A transform's length and phases: `exp(-iπ (p n + q))` before and after; factors of the first and the last element. */
interface Plan {
  readonly length: number;
  /** Index of the spectrum that is the first result. */
  readonly from: number;
  readonly before: readonly [p: number, q: number, first: number, last: number];
  readonly after: readonly [p: number, q: number, first: number, last: number];
}

/** An element times the factors of the ends. */
function atEnds(x: Expr, n: Expr, first: Expr, last: Expr): Expr {
  const k = coord(1);
  const y = select(k.eq(0), x.mul(first), x);
  return select(k.eq(n.sub(1).cast('int32')), y.mul(last), y);
}

const angleOf = (p: Expr, q: Expr): Expr => coord(1).cast(float64).mul(p).add(q).mul(-Math.PI);

const turned = /*#__PURE__*/ new ElementwiseKernel('dct', 6, (x, n, p, q, first, last) => {
  const value = atEnds(x.cast(float64).mul(2), n, first, last);
  const angle = angleOf(p, q);
  return complexOf(value.mul(angle.cos()), value.mul(angle.sin()));
});

const turnedBack = (kind: 'cos' | 'sin'): ElementwiseKernel =>
  new ElementwiseKernel('dct', 6, (z, n, p, q, first, last) => {
    const angle = angleOf(p, q);
    const [re, im] = [z.real(), z.imag()];
    const value =
      kind === 'cos'
        ? re.mul(angle.cos()).sub(im.mul(angle.sin()))
        : re.mul(angle.sin()).add(im.mul(angle.cos())).neg();
    return atEnds(value, n, first, last);
  });
const back = { cos: /*#__PURE__*/ turnedBack('cos'), sin: /*#__PURE__*/ turnedBack('sin') };

function planOf(kind: 'cos' | 'sin', type: TransformType, N: number, orthogonal: boolean): Plan {
  const up = orthogonal ? Math.SQRT2 : 1;
  const down = orthogonal ? Math.SQRT1_2 : 1;
  const half = 1 / (2 * N);
  const cosine = kind === 'cos';
  switch (type) {
    case 1:
      return cosine
        ? {
            length: 2 * (N - 1),
            from: 0,
            before: [0, 0, up / 2, up / 2],
            after: [0, 0, down, down],
          }
        : {
            length: 2 * (N + 1),
            from: 1,
            before: [0, 0, 1, 1],
            // The input stands one place later.
            after: [1 / (N + 1), 1 / (N + 1), 1, 1],
          };
    case 2:
      return {
        length: 2 * N,
        from: cosine ? 0 : 1,
        before: [0, 0, 1, 1],
        after: cosine ? [half, 0, down, 1] : [half, half, 1, down],
      };
    case 3:
      return {
        length: 2 * N,
        from: 0,
        before: cosine ? [half, 0, up / 2, 1] : [half, half, 1, up / 2],
        after: cosine ? [0, 0, 1, 1] : [2 * half, 0, 1, 1],
      };
    case 4:
      return { length: 2 * N, from: 0, before: [half, 0, 1, 1], after: [half, half / 2, 1, 1] };
  }
}

const opposite = { backward: 'forward', forward: 'backward', ortho: 'ortho' } as const;
const inverseType = { 1: 1, 2: 3, 3: 2, 4: 4 } as const;

/** One transform along an axis. */
export function cosineTransform(
  kind: 'cos' | 'sin',
  inverse: boolean,
  x: ArrayLike,
  o: DctOptions,
  who: string,
): NdArray {
  checkOptions(who, o, ['type', 'n', 'axis', 'norm', 'overwriteX', 'orthogonalize']);
  const a = arrayOf(x);
  const given = o.type ?? 2;
  if (given !== 1 && given !== 2 && given !== 3 && given !== 4)
    throw new ValueError(`[${who}] type must be 1, 2, 3 or 4, got ${JSON.stringify(given)}`);
  const named = o.norm ?? 'backward';
  if (!(named in opposite))
    throw new ValueError(
      `[${who}] norm must be 'backward', 'ortho' or 'forward', got ${JSON.stringify(named)}`,
    );
  const type = inverse ? inverseType[given] : given;
  const norm = inverse ? opposite[named] : named;
  const axis = normalizeAxis(o.axis ?? -1, a.ndim, who);
  const n = o.n ?? (a.shape[axis] as number);
  if (!Number.isInteger(n) || n < (type === 1 && kind === 'cos' ? 2 : 1))
    throw new ValueError(
      `[${who}] the transform needs at least ${type === 1 && kind === 'cos' ? 2 : 1} data points, got n = ${n}`,
    );
  if (a.dtype.kind === 'c')
    return add(
      cosineTransform(kind, inverse, real(a), o, who),
      multiply(cosineTransform(kind, inverse, imag(a), o, who), new Complex(0, 1)),
    );
  const result = a.dtype.kind === 'f' && a.dtype !== float64 ? float32 : float64;
  const moved = axisMoved(a, axis, a.ndim - 1);
  const kept = Math.min(n, moved.shape[a.ndim - 1] as number);
  const stack = moved.shape.slice(0, -1);
  const rows = stack.reduce((m, d) => m * d, 1);
  // What is cut off or added is decided before the ends are.
  const used = reshape(sliced(moved, a.ndim - 1, 0, kept), [rows, kept]);
  const lines =
    kept === n
      ? used
      : pad(used, [
          [0, 0],
          [0, n - kept],
        ]);
  const orthogonal = o.orthogonalize ?? named === 'ortho';
  const plan = planOf(kind, type, n, orthogonal);
  const z = fft(turned.call([lines, n, ...plan.before]), { n: plan.length });
  const spectrum = sliced(z, 1, plan.from, n);
  const size = plan.length;
  const scale = norm === 'backward' ? 1 : norm === 'forward' ? 1 / size : 1 / Math.sqrt(size);
  const y = back[kind].call([spectrum, n, ...plan.after]);
  const shaped = reshape(castTo(scale === 1 ? y : multiply(y, scale), result), [...stack, n]);
  return axisMoved(shaped, a.ndim - 1, axis);
}

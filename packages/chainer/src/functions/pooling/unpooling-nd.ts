import {
  coord,
  ElementwiseKernel,
  type Expr,
  fold,
  type NdArray,
  type Operand,
  reshape,
} from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { type LinearOperator, linearMap } from '../../core/linear-map.ts';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { getConvOutsize, getDeconvOutsize, perAxis, type Sizes } from '../connection/geometry.ts';
import { checkPooled, windows } from './geometry.ts';

/** Options of unpooling. */
export interface UnpoolingOptions {
  /** Step of the window; its size unless given. */
  readonly stride?: Sizes | null;
  readonly pad?: Sizes;
  /** Spatial size of the result, where several fit. */
  readonly outsize?: Sizes | null;
  /** Whether the pooling that is undone also pooled parts of windows: true unless given, as in max pooling. */
  readonly coverAll?: boolean;
}

/** Sum of a few terms: written out while they are few, a loop otherwise. */
function total(count: number, term: (i: Operand) => Expr): Expr {
  if (count > 8) return fold(count, [0], ([sum], i) => [(sum as Expr).add(term(i))])[0] as Expr;
  let sum = term(0);
  for (let i = 1; i < count; i++) sum = sum.add(term(i));
  return sum;
}

const kernels = new Map<string, ElementwiseKernel>();

/** A kernel over `[A, D, B]` for a number of terms. */
function kernelOf(kind: 'spread' | 'collect', terms: number): ElementwiseKernel {
  const key = `${kind}${terms}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    const read = (x: Expr, i: Expr, size: Expr, inside: Expr): Expr =>
      inside
        .and(i.ge(0))
        .and(i.lt(size))
        .where(x.at(coord(0), i.clip(0, size.sub(1)), coord(2)), 0);
    kernel = new ElementwiseKernel(
      'unpoolingNd',
      5,
      kind === 'spread'
        ? // Windows over the place p = coord(1): those that start at or before it, and reach it.
          (x, size, k, stride, pad) => {
            const p = coord(1).add(pad);
            return total(terms, (j) => {
              const w = p.floordiv(stride).sub(j);
              return read(x, w, size, w.mul(stride).add(k).gt(p));
            });
          }
        : // Places of the window w = coord(1).
          (x, size, k, stride, pad) => {
            const start = coord(1).mul(stride).sub(pad);
            return total(terms, (i) => read(x, start.add(i), size, k.gt(i)));
          },
      { raw: [0], scalars: [null, 'int32', 'int32', 'int32', 'int32'] },
    );
    kernels.set(key, kernel);
  }
  return kernel;
}

/** Unpooling along one axis; several axes are several of these, one after the other. */
export class UnpoolAxis implements LinearOperator {
  readonly label = 'UnpoolingND';
  readonly axis: number;
  private readonly inSize: number;
  private readonly outSize: number;
  private readonly k: number;
  private readonly stride: number;
  private readonly pad: number;

  constructor(axis: number, inSize: number, outSize: number, k: number, stride: number, pad: number) {
    this.axis = axis;
    this.inSize = inSize;
    this.outSize = outSize;
    this.k = k;
    this.stride = stride;
    this.pad = pad;
  }

  apply(x: NdArray): NdArray {
    return this.run('spread', Math.ceil(this.k / this.stride), x, this.outSize);
  }

  transposed(y: NdArray): NdArray {
    return this.run('collect', this.k, y, this.inSize);
  }

  private run(kind: 'spread' | 'collect', terms: number, x: NdArray, size: number): NdArray {
    const before = x.shape.slice(0, this.axis);
    const after = x.shape.slice(this.axis + 1);
    const count = (dims: readonly number[]) => dims.reduce((a, d) => a * d, 1);
    const flat = reshape(x, [count(before), x.shape[this.axis] as number, count(after)]);
    return reshape(
      kernelOf(kind, terms).call([flat, flat.shape[1] as number, this.k, this.stride, this.pad], {
        shape: [flat.shape[0] as number, size, flat.shape[2] as number],
      }),
      [...before, size, ...after],
    );
  }
}

/** Unpooling under a public name. */
export function unpool(
  who: string,
  ndim: number,
  x: VariableLike,
  ksize: Sizes,
  options: UnpoolingOptions,
): Variable {
  const a = asArray(x);
  checkPooled(who, a, ndim);
  const { coverAll = true, outsize = null } = options;
  const w = windows(who, ndim, ksize, options.stride, options.pad, coverAll);
  const given = outsize === null ? null : perAxis(who, 'outsize', outsize, ndim);
  const sizes = w.ksize.map((k, i) => {
    const [d, s, p] = [a.shape[i + 2] as number, w.stride[i] as number, w.pad[i] as number];
    if (given === null) return getDeconvOutsize(d, k, s, p, { coverAll });
    const size = given[i] as number;
    const fit = getConvOutsize(size, k, s, p, { coverAll });
    if (fit !== d)
      invalid(
        who,
        `outsize [${given.join(',')}] does not fit: along spatial axis ${i} it has ${fit} windows but x has ${d}`,
        { x: a },
      );
    return size;
  });
  if (sizes.some((d) => d <= 0))
    throw new RangeError(`[${who}] the output would have size [${sizes.join(',')}]`);
  let y: VariableLike = x;
  sizes.forEach((size, i) => {
    y = linearMap(
      new UnpoolAxis(
        i + 2,
        a.shape[i + 2] as number,
        size,
        w.ksize[i] as number,
        w.stride[i] as number,
        w.pad[i] as number,
      ),
      y,
    );
  });
  return y as Variable;
}

/**
 * Unpooling over any number of spatial axes: every element is written to its whole window; where windows overlap they add up.
 *
 * @param x `[N, C, d₁, …, dₙ]`
 * @param ksize size of the window: one number, or one per spatial axis
 * @returns `[N, C, …]`, each size `stride·(d - 1) + k - 2·pad` (less `stride - 1` with `coverAll`) unless `outsize` says otherwise.
 * @throws {InvalidType} if x has the wrong number of axes, or `outsize` has another number of windows.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.unpoolingNd(new Variable(xp.array([[[1, 2]]])), 2, { coverAll: false }).array.toArraySync(); // [[[1, 1, 2, 2]]]
 */
export function unpoolingNd(x: VariableLike, ksize: Sizes, options: UnpoolingOptions = {}): Variable {
  checkOptions('unpoolingNd', options, ['stride', 'pad', 'outsize', 'coverAll']);
  expectArray('unpoolingNd', 'x', x);
  return unpool('unpoolingNd', x.shape.length - 2, x, ksize, options);
}

import type { NdArray } from '@chainer/xp/functions';
import { emptyOn, int32, poolingOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectArray } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { checkPooled, type PoolingWindows, pooledSize, windows } from './geometry.ts';

/** Options of max pooling. */
export interface MaxPoolingOptions {
  /** Step of the window; its size unless given. */
  readonly stride?: Sizes | null;
  readonly pad?: Sizes;
  /** Also pool where only part of a window is left: true unless given, as in Chainer. */
  readonly coverAll?: boolean;
  /** Also return where in its window each maximum was found (int32). */
  readonly returnIndices?: boolean;
}

export class MaxPooling extends FunctionNode {
  readonly label: string;
  private readonly who: string;
  private readonly ndim: number;
  readonly windows: PoolingWindows;
  indices: NdArray | null = null;

  constructor(who: string, ndim: number, w: PoolingWindows) {
    super();
    this.who = who;
    this.label = ndim === 2 ? 'MaxPooling2D' : 'MaxPoolingND';
    this.ndim = ndim;
    this.windows = w;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    checkPooled(this.who, x, this.ndim);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    const shape = [x.shape[0] as number, x.shape[1] as number, ...pooledSize(this.who, x, this.windows)];
    const y = emptyOn(x.device, shape, x.dtype);
    this.indices = emptyOn(x.device, shape, int32);
    if (y.size > 0) poolingOn(x.device).maxPooling(x, y, this.indices, this.windows);
    return [y];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    if (this.indices === null) this.throwReleased();
    return [
      new MaxPoolingGrad(
        this.windows,
        this.indices,
        (this.inputs[0] as { shape: readonly number[] }).shape,
      ).apply1([gy]),
    ];
  }

  override release(): void {
    super.release();
    this.indices = null;
  }
}

/** Puts gradients back where the maxima were; linear in gy, so its gradient only picks. */
export class MaxPoolingGrad extends FunctionNode {
  readonly label = 'MaxPoolingGrad';
  readonly windows: PoolingWindows;
  readonly indices: NdArray;
  private readonly shape: readonly number[];

  constructor(w: PoolingWindows, indices: NdArray, shape: readonly number[]) {
    super();
    this.windows = w;
    this.indices = indices;
    this.shape = shape;
  }

  forward([gy]: readonly [NdArray]): readonly NdArray[] {
    const gx = emptyOn(gy.device, this.shape, gy.dtype);
    if (gx.size > 0) poolingOn(gy.device).maxPoolingGrad(gy, this.indices, gx, this.windows);
    return [gx];
  }

  override backward(
    _targets: readonly number[],
    [ggx]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [ggx ? new MaxPoolingPick(this.windows, this.indices).apply1([ggx]) : null];
  }
}

/** Reads from each window the element that was the maximum. */
export class MaxPoolingPick extends FunctionNode {
  readonly label = 'MaxPoolingPick';
  private readonly windows: PoolingWindows;
  private readonly indices: NdArray;

  constructor(w: PoolingWindows, indices: NdArray) {
    super();
    this.windows = w;
    this.indices = indices;
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    const y = emptyOn(x.device, this.indices.shape, x.dtype);
    if (y.size > 0) poolingOn(x.device).maxPoolingPick(x, this.indices, y, this.windows);
    return [y];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [
      gy
        ? new MaxPoolingGrad(
            this.windows,
            this.indices,
            (this.inputs[0] as { shape: readonly number[] }).shape,
          ).apply1([gy])
        : null,
    ];
  }
}

/** Max pooling under a public name. */
export function maxPool(
  who: string,
  ndim: number,
  x: VariableLike,
  ksize: Sizes,
  options: MaxPoolingOptions,
): Variable | [Variable, NdArray] {
  const node = new MaxPooling(
    who,
    ndim,
    windows(who, ndim, ksize, options.stride, options.pad, options.coverAll ?? true),
  );
  const y = node.apply1([x]);
  return options.returnIndices ? [y, node.indices as NdArray] : y;
}

/**
 * Maximum of each window, over any number of spatial axes.
 *
 * @param x `[N, C, d₁, …, dₙ]`
 * @param ksize size of the window: one number, or one per spatial axis
 * @returns `[N, C, …]`, each size `(d + 2·pad - k) / stride + 1`, rounded up (down with `coverAll: false`); with
 * `returnIndices` also the places of the maxima within their windows.
 * @throws {InvalidType} if x has the wrong number of axes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.maxPoolingNd(new Variable(xp.arange(6, { dtype: 'float32' }).reshape([1, 1, 6])), 2).array.toArraySync(); // [[[1, 3, 5]]]
 */
export function maxPoolingNd(
  x: VariableLike,
  ksize: Sizes,
  options: MaxPoolingOptions & { readonly returnIndices: true },
): [Variable, NdArray];
export function maxPoolingNd(x: VariableLike, ksize: Sizes, options?: MaxPoolingOptions): Variable;
export function maxPoolingNd(
  x: VariableLike,
  ksize: Sizes,
  options: MaxPoolingOptions = {},
): Variable | [Variable, NdArray] {
  checkOptions('maxPoolingNd', options, ['stride', 'pad', 'coverAll', 'returnIndices']);
  expectArray('maxPoolingNd', 'x', x);
  return maxPool('maxPoolingNd', x.shape.length - 2, x, ksize, options);
}

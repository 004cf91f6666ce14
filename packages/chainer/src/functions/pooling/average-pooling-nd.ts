import type { NdArray } from '@chainer/xp/functions';
import { type AverageDivisor, emptyOn, poolingOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectArray } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { checkPooled, type PoolingWindows, pooledSize, windows } from './geometry.ts';

/** Options of average pooling. */
export interface AveragePoolingOptions {
  /** Step of the window; its size unless given. */
  readonly stride?: Sizes | null;
  readonly pad?: Sizes;
  /** 0: places outside count as 0; null: they do not count. */
  readonly padValue?: 0 | null;
}

export class AveragePooling extends FunctionNode {
  readonly label: string;
  private readonly who: string;
  private readonly ndim: number;
  readonly windows: PoolingWindows;
  readonly divisor: AverageDivisor;

  constructor(who: string, ndim: number, w: PoolingWindows, divisor: AverageDivisor) {
    super();
    this.who = who;
    this.label = ndim === 2 ? 'AveragePooling2D' : 'AveragePoolingND';
    this.ndim = ndim;
    this.windows = w;
    this.divisor = divisor;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    checkPooled(this.who, x, this.ndim);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    const y = emptyOn(
      x.device,
      [x.shape[0] as number, x.shape[1] as number, ...pooledSize(this.who, x, this.windows)],
      x.dtype,
    );
    if (y.size > 0) poolingOn(x.device).averagePooling(x, y, this.windows, this.divisor);
    return [y];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    return [
      new AveragePoolingGrad(
        this.who,
        this.ndim,
        this.windows,
        this.divisor,
        (this.inputs[0] as { shape: readonly number[] }).shape,
      ).apply1([gy]),
    ];
  }
}

/** Spreads gradients over their windows. */
class AveragePoolingGrad extends FunctionNode {
  readonly label = 'AveragePoolingGrad';
  private readonly who: string;
  private readonly ndim: number;
  private readonly windows: PoolingWindows;
  private readonly divisor: AverageDivisor;
  private readonly shape: readonly number[];

  constructor(
    who: string,
    ndim: number,
    w: PoolingWindows,
    divisor: AverageDivisor,
    shape: readonly number[],
  ) {
    super();
    this.who = who;
    this.ndim = ndim;
    this.windows = w;
    this.divisor = divisor;
    this.shape = shape;
  }

  forward([gy]: readonly [NdArray]): readonly NdArray[] {
    const gx = emptyOn(gy.device, this.shape, gy.dtype);
    if (gx.size > 0) poolingOn(gy.device).averagePoolingGrad(gy, gx, this.windows, this.divisor);
    return [gx];
  }

  override backward(
    _targets: readonly number[],
    [ggx]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [ggx ? new AveragePooling(this.who, this.ndim, this.windows, this.divisor).apply1([ggx]) : null];
  }
}

/** Average pooling under a public name. */
export function averagePool(
  who: string,
  ndim: number,
  x: VariableLike,
  ksize: Sizes,
  options: AveragePoolingOptions,
): Variable {
  const padValue = options.padValue === undefined ? 0 : options.padValue;
  if (padValue !== 0 && padValue !== null)
    throw new Error(`[${who}] padValue must be 0 or null, got ${String(padValue)}`);
  return new AveragePooling(
    who,
    ndim,
    windows(who, ndim, ksize, options.stride, options.pad, false),
    padValue === 0 ? 'window' : 'inside',
  ).apply1([x]);
}

/**
 * Mean of each window, over any number of spatial axes.
 *
 * @param x `[N, C, d₁, …, dₙ]`
 * @param ksize size of the window: one number, or one per spatial axis
 * @returns `[N, C, …]`, each size `(d + 2·pad - k) / stride + 1`, rounded down
 * @throws {InvalidType} if x has the wrong number of axes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.averagePoolingNd(new Variable(xp.arange(4, { dtype: 'float32' }).reshape([1, 1, 4])), 2).array.toArraySync(); // [[[0.5, 2.5]]]
 */
export function averagePoolingNd(
  x: VariableLike,
  ksize: Sizes,
  options: AveragePoolingOptions = {},
): Variable {
  checkOptions('averagePoolingNd', options, ['stride', 'pad', 'padValue']);
  expectArray('averagePoolingNd', 'x', x);
  return averagePool('averagePoolingNd', x.shape.length - 2, x, ksize, options);
}

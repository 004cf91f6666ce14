import type { DTypeName } from '@chainer/xp/functions';
import { Chain } from '../../core/chain.ts';
import { checkOptions } from '../../core/check-options.ts';
import { getDtype } from '../../core/config.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { relu } from '../../functions/activation/relu.ts';
import { concat } from '../../functions/array/concat.ts';
import { averagePooling2d } from '../../functions/pooling/average-pooling2d.ts';
import { maxPooling2d } from '../../functions/pooling/max-pooling2d.ts';
import { BatchNormalization } from '../normalization/batch-normalization.ts';
import { Convolution2D } from './convolution2d.ts';

/** Options of InceptionBN. */
export interface InceptionBNOptions {
  /** Channels of the projection behind the pooling; null: none. */
  readonly projPool?: number | null;
  /** 1, or 2 for modules that halve the image. */
  readonly stride?: number;
  readonly convInit?: InitializerLike | null;
  /** dtype of the batch normalizations. */
  readonly dtype?: DTypeName | null;
}

/**
 * Inception module with batch normalization; two 3×3 convolutions stand for the 5×5 one (Ioffe & Szegedy, 2015).
 *
 * @param inChannels channels of the input; null: found in the first forward pass
 * @param out1 channels of the 1×1 convolution; 0: none
 * @param proj3 channels of the projection before the 3×3 convolution
 * @param out3 channels of the 3×3 convolution
 * @param proj33 channels of the projection before the two 3×3 convolutions
 * @param out33 channels of these
 * @param pooltype `'max'` or `'avg'`
 * @throws {RangeError} for another pooltype, or a 1×1 convolution with a stride or without a projection.
 * @example
 * import { links as L, xp } from 'chainer';
 * const module = new L.InceptionBN(null, 2, 3, 4, 2, 3, 'avg', { projPool: 2 });
 * module.forward(xp.ones([2, 3, 8, 8])).shape; // [2, 11, 8, 8]
 */
export class InceptionBN extends Chain {
  readonly proj3: Convolution2D;
  readonly conv3: Convolution2D;
  readonly proj33: Convolution2D;
  readonly conv33a: Convolution2D;
  readonly conv33b: Convolution2D;
  readonly proj3n: BatchNormalization;
  readonly conv3n: BatchNormalization;
  readonly proj33n: BatchNormalization;
  readonly conv33an: BatchNormalization;
  readonly conv33bn: BatchNormalization;
  readonly conv1: Convolution2D | null = null;
  readonly conv1n: BatchNormalization | null = null;
  readonly poolp: Convolution2D | null = null;
  readonly poolpn: BatchNormalization | null = null;
  readonly pooltype: 'max' | 'avg';
  readonly stride: number;

  constructor(
    inChannels: number | null,
    out1: number,
    proj3: number,
    out3: number,
    proj33: number,
    out33: number,
    pooltype: 'max' | 'avg',
    options: InceptionBNOptions = {},
  ) {
    super();
    checkOptions('InceptionBN', options, ['projPool', 'stride', 'convInit', 'dtype']);
    const { projPool = null, stride = 1, convInit = null } = options;
    if (pooltype !== 'max' && pooltype !== 'avg')
      throw new RangeError(`[InceptionBN] pooltype must be 'max' or 'avg', got '${String(pooltype)}'`);
    if (out1 > 0 && (stride !== 1 || projPool === null))
      throw new RangeError(
        `[InceptionBN] out1 ${out1} needs stride 1 and a projPool, got stride ${stride} and projPool ${projPool}`,
      );
    this.pooltype = pooltype;
    this.stride = stride;
    const dtype = getDtype(options.dtype);
    const conv = (from: number | null, to: number, ksize: number, step = 1) =>
      new Convolution2D(from, to, ksize, {
        pad: (ksize - 1) / 2,
        stride: step,
        nobias: true,
        initialW: convInit,
      });
    const norm = (channels: number) => new BatchNormalization(channels, { dtype });
    this.proj3 = conv(inChannels, proj3, 1);
    this.conv3 = conv(proj3, out3, 3, stride);
    this.proj33 = conv(inChannels, proj33, 1);
    this.conv33a = conv(proj33, out33, 3);
    this.conv33b = conv(out33, out33, 3, stride);
    this.proj3n = norm(proj3);
    this.conv3n = norm(out3);
    this.proj33n = norm(proj33);
    this.conv33an = norm(out33);
    this.conv33bn = norm(out33);
    if (out1 > 0) {
      this.conv1 = conv(inChannels, out1, 1);
      this.conv1n = norm(out1);
    }
    if (projPool !== null) {
      this.poolp = conv(inChannels, projPool, 1);
      this.poolpn = norm(projPool);
    }
  }

  /** @param x `[N, C, H, W]` */
  forward(x: VariableLike): Variable {
    const step = (conv: Convolution2D, norm: BatchNormalization, h: VariableLike) =>
      relu(norm.forward(conv.forward(h)));
    const parts: Variable[] = [];
    if (this.conv1 !== null && this.conv1n !== null) parts.push(step(this.conv1, this.conv1n, x));
    parts.push(step(this.conv3, this.conv3n, step(this.proj3, this.proj3n, x)));
    const inner = step(this.conv33a, this.conv33an, step(this.proj33, this.proj33n, x));
    parts.push(step(this.conv33b, this.conv33bn, inner));
    const windows = { stride: this.stride, pad: 1 };
    const pooled =
      this.pooltype === 'max'
        ? maxPooling2d(x, 3, { ...windows, coverAll: false })
        : averagePooling2d(x, 3, windows);
    parts.push(this.poolp !== null && this.poolpn !== null ? step(this.poolp, this.poolpn, pooled) : pooled);
    return concat(parts);
  }
}

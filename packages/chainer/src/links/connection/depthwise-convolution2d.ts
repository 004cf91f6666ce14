import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { depthwiseConvolution2d } from '../../functions/connection/depthwise-convolution2d.ts';
import { perAxis, type Sizes } from '../../functions/connection/geometry.ts';
import { HeNormal } from '../../initializers/he-normal.ts';

/** Options of DepthwiseConvolution2D. */
export interface DepthwiseConvolution2DOptions {
  readonly stride?: Sizes;
  readonly pad?: Sizes;
  readonly nobias?: boolean;
  /** Initial weights: HeNormal of scale √½ unless given. */
  readonly initialW?: InitializerLike | null;
  readonly initialBias?: InitializerLike | null;
}

/**
 * Depthwise convolution layer: every channel has windows of its own.
 *
 * @param inChannels channels of the input; null: found in the first forward pass
 * @param channelMultiplier results for each channel
 * @param ksize size of the window
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.DepthwiseConvolution2D(null, 2, 3).forward(xp.ones([1, 3, 5, 5])).shape; // [1, 6, 3, 3]
 */
export class DepthwiseConvolution2D extends Link {
  /** `[M, C, kh, kw]` */
  readonly W: Parameter;
  /** `[C M]`, or null */
  readonly b: Parameter | null;
  readonly channelMultiplier: number;
  readonly ksize: readonly number[];
  readonly stride: Sizes;
  readonly pad: Sizes;

  constructor(
    inChannels: number | null,
    channelMultiplier: number,
    ksize: Sizes,
    options: DepthwiseConvolution2DOptions = {},
  ) {
    super();
    checkOptions('DepthwiseConvolution2D', options, ['stride', 'pad', 'nobias', 'initialW', 'initialBias']);
    const { stride = 1, pad = 0, nobias = false, initialW, initialBias } = options;
    this.channelMultiplier = channelMultiplier;
    this.ksize = perAxis('DepthwiseConvolution2D', 'ksize', ksize, 2);
    this.stride = stride;
    this.pad = pad;
    this.W = new Parameter(initialW ?? new HeNormal({ scale: Math.SQRT1_2 }), null, { name: 'W' });
    this.b = nobias ? null : new Parameter(initialBias ?? 0, null, { name: 'b' });
    if (inChannels !== null) this.initializeFor(inChannels);
  }

  private initializeFor(channels: number): void {
    this.W.initialize([this.channelMultiplier, channels, ...this.ksize]);
    this.b?.initialize([this.channelMultiplier * channels]);
  }

  /** @param x `[N, C, H, W]` */
  forward(x: VariableLike): Variable {
    if (!this.W.isInitialized) this.initializeFor(x.shape[1] as number);
    return depthwiseConvolution2d(x, this.W, this.b, { stride: this.stride, pad: this.pad });
  }
}

import { Chain } from '../../core/chain.ts';
import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { deformableConvolution2dSampler } from '../../functions/connection/deformable-convolution2d-sampler.ts';
import { perAxis, type Sizes } from '../../functions/connection/geometry.ts';
import { Convolution2D } from './convolution2d.ts';

/** Options of DeformableConvolution2D. */
export interface DeformableConvolution2DOptions {
  readonly stride?: Sizes;
  readonly pad?: Sizes;
  readonly offsetNobias?: boolean;
  /** Initial weights of the offsets: LeCunNormal unless given; 0 starts with an ordinary convolution. */
  readonly offsetInitialW?: InitializerLike | null;
  readonly offsetInitialBias?: InitializerLike | null;
  readonly deformNobias?: boolean;
  /** Initial weights of the windows: 0 unless given. */
  readonly deformInitialW?: InitializerLike | null;
  readonly deformInitialBias?: InitializerLike | null;
}

/** Windows whose taps are moved by given offsets. */
class DeformableConvolution2DSampler extends Link {
  readonly W: Parameter;
  readonly b: Parameter | null;
  private readonly outChannels: number;
  private readonly ksize: readonly number[];
  private readonly windows: { readonly stride: Sizes; readonly pad: Sizes };

  constructor(
    inChannels: number | null,
    outChannels: number,
    ksize: readonly number[],
    windows: { readonly stride: Sizes; readonly pad: Sizes },
    initialW: InitializerLike | null,
    initialBias: InitializerLike | null,
    nobias: boolean,
  ) {
    super();
    this.outChannels = outChannels;
    this.ksize = ksize;
    this.windows = windows;
    this.W = new Parameter(initialW ?? 0, null, { name: 'W' });
    this.b = nobias ? null : new Parameter(initialBias ?? 0, null, { name: 'b' });
    if (inChannels !== null) this.initializeFor(inChannels);
  }

  private initializeFor(channels: number): void {
    this.W.initialize([this.outChannels, channels, ...this.ksize]);
    this.b?.initialize([this.outChannels]);
  }

  forward(x: VariableLike, offset: VariableLike): Variable {
    if (!this.W.isInitialized) this.initializeFor(x.shape[1] as number);
    return deformableConvolution2dSampler(x, offset, this.W, this.b, this.windows);
  }
}

/**
 * Deformable convolution layer: one convolution finds offsets for all taps of all windows of another (Dai et al., 2017).
 *
 * @param inChannels channels of the input; null: found in the first forward pass
 * @param outChannels channels of the result
 * @param ksize size of the window
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.DeformableConvolution2D(null, 4, 3, { pad: 1 }).forward(xp.ones([1, 2, 5, 5])).shape; // [1, 4, 5, 5]
 */
export class DeformableConvolution2D extends Chain {
  readonly offset_conv: Convolution2D;
  readonly deform_conv: DeformableConvolution2DSampler;

  constructor(
    inChannels: number | null,
    outChannels: number,
    ksize: Sizes,
    options: DeformableConvolution2DOptions = {},
  ) {
    super();
    checkOptions('DeformableConvolution2D', options, [
      'stride',
      'pad',
      'offsetNobias',
      'offsetInitialW',
      'offsetInitialBias',
      'deformNobias',
      'deformInitialW',
      'deformInitialBias',
    ]);
    const { stride = 1, pad = 0 } = options;
    const size = perAxis('DeformableConvolution2D', 'ksize', ksize, 2);
    this.offset_conv = new Convolution2D(inChannels, 2 * (size[0] as number) * (size[1] as number), size, {
      stride,
      pad,
      nobias: options.offsetNobias ?? false,
      initialW: options.offsetInitialW ?? null,
      initialBias: options.offsetInitialBias ?? null,
    });
    this.deform_conv = new DeformableConvolution2DSampler(
      inChannels,
      outChannels,
      size,
      { stride, pad },
      options.deformInitialW ?? null,
      options.deformInitialBias ?? null,
      options.deformNobias ?? false,
    );
  }

  /** @param x `[N, C, H, W]` */
  forward(x: VariableLike): Variable {
    return this.deform_conv.forward(x, this.offset_conv.forward(x));
  }
}

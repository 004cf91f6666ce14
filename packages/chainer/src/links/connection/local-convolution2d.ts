import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { getConvOutsize, perAxis, type Sizes } from '../../functions/connection/geometry.ts';
import { localConvolution2d } from '../../functions/connection/local-convolution2d.ts';
import { LeCunNormal } from '../../initializers/le-cun-normal.ts';

/** Options of LocalConvolution2D. */
export interface LocalConvolution2DOptions {
  readonly stride?: Sizes;
  readonly nobias?: boolean;
  readonly initialW?: InitializerLike | null;
  readonly initialBias?: InitializerLike | null;
}

/**
 * Locally connected layer: a convolution with other weights at every place.
 *
 * @param inChannels channels of the input; null: found in the first forward pass
 * @param outChannels channels of the result
 * @param inSize size of the image; null: found in the first forward pass
 * @param ksize size of the window
 * @throws {TypeError} if ksize is not given.
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.LocalConvolution2D(null, 4, null, 3).forward(xp.ones([1, 2, 5, 5])).shape; // [1, 4, 3, 3]
 */
export class LocalConvolution2D extends Link {
  /** `[O, OH, OW, C, kh, kw]` */
  readonly W: Parameter;
  /** `[O, OH, OW]`, or null */
  readonly b: Parameter | null;
  readonly outChannels: number;
  readonly ksize: readonly number[];
  readonly stride: readonly number[];

  constructor(
    inChannels: number | null,
    outChannels: number,
    inSize: Sizes | null = null,
    ksize: Sizes | null = null,
    options: LocalConvolution2DOptions = {},
  ) {
    super();
    checkOptions('LocalConvolution2D', options, ['stride', 'nobias', 'initialW', 'initialBias']);
    const { stride = 1, nobias = false, initialW, initialBias } = options;
    if (ksize === null)
      throw new TypeError(
        '[LocalConvolution2D] ksize is missing: new LocalConvolution2D(inChannels, outChannels, inSize, ksize)',
      );
    this.outChannels = outChannels;
    this.ksize = perAxis('LocalConvolution2D', 'ksize', ksize, 2);
    this.stride = perAxis('LocalConvolution2D', 'stride', stride, 2);
    this.W = new Parameter(initialW ?? new LeCunNormal(), null, { name: 'W' });
    this.b = nobias ? null : new Parameter(initialBias ?? 0, null, { name: 'b' });
    if (inChannels !== null && inSize !== null)
      this.initializeFor(inChannels, perAxis('LocalConvolution2D', 'inSize', inSize, 2));
  }

  private initializeFor(channels: number, size: readonly number[]): void {
    const places = size.map((d, i) =>
      getConvOutsize(d, this.ksize[i] as number, this.stride[i] as number, 0),
    );
    this.W.initialize([this.outChannels, ...places, channels, ...this.ksize]);
    this.b?.initialize([this.outChannels, ...places]);
  }

  /** @param x `[N, C, H, W]` */
  forward(x: VariableLike): Variable {
    if (!this.W.isInitialized) this.initializeFor(x.shape[1] as number, x.shape.slice(2));
    return localConvolution2d(x, this.W, this.b, { stride: this.stride });
  }
}

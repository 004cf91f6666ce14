import { ChainList } from '../../core/chain-list.ts';
import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { relu } from '../../functions/activation/relu.ts';
import type { Sizes } from '../../functions/connection/geometry.ts';
import { Convolution2D } from './convolution2d.ts';

/** Options of MLPConvolution2D. */
export interface MLPConvolution2DOptions {
  readonly stride?: Sizes;
  readonly pad?: Sizes;
  /** Between the layers: relu unless given. */
  readonly activation?: (x: Variable) => Variable;
  readonly convInit?: InitializerLike | null;
  readonly biasInit?: InitializerLike | null;
}

/**
 * Network in network: a convolution followed by 1×1 convolutions, a small perceptron at every place (Lin et al., 2013).
 *
 * @param inChannels channels of the input; null: found in the first forward pass. It may be left out: `new MLPConvolution2D([4, 3], 3)`.
 * @param outChannels channels of each layer
 * @param ksize size of the window of the first layer
 * @throws {TypeError} if there is no layer.
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.MLPConvolution2D(null, [4, 3], 3).forward(xp.ones([1, 2, 6, 6])).shape; // [1, 3, 4, 4]
 */
export class MLPConvolution2D extends ChainList {
  readonly activation: (x: Variable) => Variable;

  constructor(
    inChannels: number | null | readonly number[],
    outChannels: readonly number[] | Sizes,
    ksize: Sizes | MLPConvolution2DOptions | null = null,
    options: MLPConvolution2DOptions = {},
  ) {
    checkOptions('MLPConvolution2D', options, ['stride', 'pad', 'activation', 'convInit', 'biasInit']);
    // Without inChannels the other arguments stand one place further to the front.
    const shifted = Array.isArray(inChannels);
    const [input, channels, k, given] = (
      shifted ? [null, inChannels, outChannels, ksize ?? options] : [inChannels, outChannels, ksize, options]
    ) as [number | null, readonly number[], Sizes, MLPConvolution2DOptions];
    if (!Array.isArray(channels) || channels.length === 0)
      throw new TypeError(
        `[MLPConvolution2D] outChannels must list the channels of at least one layer, got ${JSON.stringify(channels)}`,
      );
    const { stride = 1, pad = 0, activation = relu, convInit = null, biasInit = null } = given;
    const init = { initialW: convInit, initialBias: biasInit };
    super(
      ...channels.map((n: number, i) =>
        i === 0
          ? new Convolution2D(input, n, k, { stride, pad, ...init })
          : new Convolution2D(channels[i - 1] as number, n, 1, init),
      ),
    );
    this.activation = activation;
  }

  /** @param x `[N, C, H, W]` */
  forward(x: VariableLike): Variable {
    const layers = [...this] as Convolution2D[];
    return layers.reduce<Variable | VariableLike>(
      (h, layer, i) => layer.forward(i === 0 ? h : this.activation(h as Variable)),
      x,
    ) as Variable;
  }
}

import { Chain } from '../../core/chain.ts';
import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { relu } from '../../functions/activation/relu.ts';
import { concat } from '../../functions/array/concat.ts';
import { maxPooling2d } from '../../functions/pooling/max-pooling2d.ts';
import { Convolution2D } from './convolution2d.ts';

/** Options of Inception. */
export interface InceptionOptions {
  readonly convInit?: InitializerLike | null;
  readonly biasInit?: InitializerLike | null;
}

/**
 * Inception module of GoogLeNet: convolutions of three sizes and a pooling side by side, joined along channels (Szegedy et al., 2015).
 *
 * @param inChannels channels of the input; null: found in the first forward pass
 * @param out1 channels of the 1×1 convolution
 * @param proj3 channels of the projection before the 3×3 convolution
 * @param out3 channels of the 3×3 convolution
 * @param proj5 channels of the projection before the 5×5 convolution
 * @param out5 channels of the 5×5 convolution
 * @param projPool channels of the projection behind the pooling
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.Inception(null, 2, 3, 4, 2, 3, 2).forward(xp.ones([1, 3, 8, 8])).shape; // [1, 11, 8, 8]
 */
export class Inception extends Chain {
  readonly conv1: Convolution2D;
  readonly proj3: Convolution2D;
  readonly conv3: Convolution2D;
  readonly proj5: Convolution2D;
  readonly conv5: Convolution2D;
  readonly projp: Convolution2D;

  constructor(
    inChannels: number | null,
    out1: number,
    proj3: number,
    out3: number,
    proj5: number,
    out5: number,
    projPool: number,
    options: InceptionOptions = {},
  ) {
    super();
    checkOptions('Inception', options, ['convInit', 'biasInit']);
    const init = { initialW: options.convInit ?? null, initialBias: options.biasInit ?? null };
    this.conv1 = new Convolution2D(inChannels, out1, 1, init);
    this.proj3 = new Convolution2D(inChannels, proj3, 1, init);
    this.conv3 = new Convolution2D(proj3, out3, 3, { pad: 1, ...init });
    this.proj5 = new Convolution2D(inChannels, proj5, 1, init);
    this.conv5 = new Convolution2D(proj5, out5, 5, { pad: 2, ...init });
    this.projp = new Convolution2D(inChannels, projPool, 1, init);
  }

  /** @param x `[N, C, H, W]` */
  forward(x: VariableLike): Variable {
    const parts = [
      this.conv1.forward(x),
      this.conv3.forward(relu(this.proj3.forward(x))),
      this.conv5.forward(relu(this.proj5.forward(x))),
      this.projp.forward(maxPooling2d(x, 3, { stride: 1, pad: 1 })),
    ];
    return relu(concat(parts));
  }
}

import type { Variable, VariableLike } from '../../core/variable.ts';
import { convolution2d } from '../../functions/connection/convolution2d.ts';
import type { Sizes } from '../../functions/connection/geometry.ts';
import { ConvolutionBase, type ConvolutionBaseOptions } from './convolution-base.ts';

/**
 * Convolution layer over two spatial axes, with its weights.
 *
 * @param inChannels channels of the input; null: found in the first forward pass. `new Convolution2D(64, 3)` is `new Convolution2D(null, 64, 3)`.
 * @param outChannels channels of the result
 * @param ksize size of the window
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const conv = new L.Convolution2D(null, 4, 3);
 * conv.forward(new Variable(xp.ones([1, 2, 5, 5]))).shape; // [1, 4, 3, 3]
 */
export class Convolution2D extends ConvolutionBase {
  constructor(
    inChannels: number | null,
    outChannels: number,
    ksize: Sizes | ConvolutionBaseOptions | null = null,
    options: ConvolutionBaseOptions = {},
  ) {
    super(2, inChannels, outChannels, ksize, options);
  }

  protected override apply(x: VariableLike): Variable {
    return convolution2d(x, this.W, this.b, this.geometry);
  }
}

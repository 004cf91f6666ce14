import type { Variable, VariableLike } from '../../core/variable.ts';
import { convolution1d } from '../../functions/connection/convolution1d.ts';
import type { Sizes } from '../../functions/connection/geometry.ts';
import { ConvolutionBase, type ConvolutionBaseOptions } from './convolution-base.ts';

/**
 * Convolution layer over one spatial axis, with its weights.
 *
 * @param inChannels channels of the input; null: found in the first forward pass. `new Convolution1D(64, 3)` is `new Convolution1D(null, 64, 3)`.
 * @param outChannels channels of the result
 * @param ksize size of the window
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const conv = new L.Convolution1D(null, 4, 3);
 * conv.forward(new Variable(xp.ones([1, 2, 5]))).shape; // [1, 4, 3]
 */
export class Convolution1D extends ConvolutionBase {
  constructor(
    inChannels: number | null,
    outChannels: number,
    ksize: Sizes | ConvolutionBaseOptions | null = null,
    options: ConvolutionBaseOptions = {},
  ) {
    super(1, inChannels, outChannels, ksize, options);
  }

  protected override apply(x: VariableLike): Variable {
    return convolution1d(x, this.W, this.b, this.geometry);
  }
}

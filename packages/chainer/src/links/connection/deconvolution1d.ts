import type { Variable, VariableLike } from '../../core/variable.ts';
import { deconvolution1d } from '../../functions/connection/deconvolution1d.ts';
import type { Sizes } from '../../functions/connection/geometry.ts';
import { DeconvolutionBase, type DeconvolutionBaseOptions } from './deconvolution-base.ts';

/**
 * Deconvolution (transposed convolution) layer over one spatial axis, with its weights.
 *
 * @param inChannels channels of the input; null: found in the first forward pass. `new Deconvolution1D(64, 3)` is `new Deconvolution1D(null, 64, 3)`.
 * @param outChannels channels of the result
 * @param ksize size of the window
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const conv = new L.Deconvolution1D(null, 4, 3);
 * conv.forward(new Variable(xp.ones([1, 2, 3]))).shape; // [1, 4, 5]
 */
export class Deconvolution1D extends DeconvolutionBase {
  constructor(
    inChannels: number | null,
    outChannels: number,
    ksize: Sizes | DeconvolutionBaseOptions | null = null,
    options: DeconvolutionBaseOptions = {},
  ) {
    super(1, inChannels, outChannels, ksize, options);
  }

  protected override apply(x: VariableLike): Variable {
    return deconvolution1d(x, this.W, this.b, this.geometry);
  }
}

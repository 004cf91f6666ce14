import type { Variable, VariableLike } from '../../core/variable.ts';
import { deconvolutionNd } from '../../functions/connection/convolution-nd.ts';
import type { Sizes } from '../../functions/connection/geometry.ts';
import { DeconvolutionBase, type DeconvolutionBaseOptions } from './deconvolution-base.ts';

/**
 * Deconvolution layer over any number of spatial axes, with its weights.
 *
 * @param ndim number of spatial axes
 * @param inChannels channels of the input; null: found in the first forward pass
 * @param outChannels channels of the result
 * @param ksize size of the window
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const conv = new L.DeconvolutionND(1, 2, 4, 3);
 * conv.forward(new Variable(xp.ones([1, 2, 5]))).shape.length; // 3
 */
export class DeconvolutionND extends DeconvolutionBase {
  constructor(
    ndim: number,
    inChannels: number | null,
    outChannels: number,
    ksize: Sizes | DeconvolutionBaseOptions | null = null,
    options: DeconvolutionBaseOptions = {},
  ) {
    super(ndim, inChannels, outChannels, ksize, options);
  }

  protected override apply(x: VariableLike): Variable {
    return deconvolutionNd(x, this.W, this.b, this.geometry);
  }
}

import type { Variable, VariableLike } from '../../core/variable.ts';
import { convolution3d } from '../../functions/connection/convolution3d.ts';
import type { Sizes } from '../../functions/connection/geometry.ts';
import { ConvolutionBase, type ConvolutionBaseOptions } from './convolution-base.ts';

/**
 * Convolution layer over three spatial axes, with its weights.
 *
 * @param inChannels channels of the input; null: found in the first forward pass. `new Convolution3D(64, 3)` is `new Convolution3D(null, 64, 3)`.
 * @param outChannels channels of the result
 * @param ksize size of the window
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const conv = new L.Convolution3D(null, 4, 3);
 * conv.forward(new Variable(xp.ones([1, 2, 5, 5, 5]))).shape; // [1, 4, 3, 3, 3]
 */
export class Convolution3D extends ConvolutionBase {
  constructor(
    inChannels: number | null,
    outChannels: number,
    ksize: Sizes | ConvolutionBaseOptions | null = null,
    options: ConvolutionBaseOptions = {},
  ) {
    super(3, inChannels, outChannels, ksize, options);
  }

  protected override apply(x: VariableLike): Variable {
    return convolution3d(x, this.W, this.b, this.geometry);
  }
}

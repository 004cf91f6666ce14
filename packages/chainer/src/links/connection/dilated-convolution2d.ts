import type { Variable, VariableLike } from '../../core/variable.ts';
import { dilatedConvolution2d } from '../../functions/connection/dilated-convolution2d.ts';
import type { Sizes } from '../../functions/connection/geometry.ts';
import { ConvolutionBase, type ConvolutionBaseOptions } from './convolution-base.ts';

/**
 * Dilated convolution layer: the taps of a window lie `dilate` apart.
 *
 * @param inChannels channels of the input; null: found in the first forward pass
 * @param outChannels channels of the result
 * @param ksize size of the window
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.DilatedConvolution2D(null, 4, 3, { dilate: 2 }).forward(xp.ones([1, 2, 7, 7])).shape; // [1, 4, 3, 3]
 */
export class DilatedConvolution2D extends ConvolutionBase {
  constructor(
    inChannels: number | null,
    outChannels: number,
    ksize: Sizes | Omit<ConvolutionBaseOptions, 'groups'> | null = null,
    options: Omit<ConvolutionBaseOptions, 'groups'> = {},
  ) {
    super(2, inChannels, outChannels, ksize, options);
  }

  protected override apply(x: VariableLike): Variable {
    return dilatedConvolution2d(x, this.W, this.b, this.geometry);
  }
}

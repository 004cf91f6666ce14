export { bilinear } from './bilinear.ts';
export {
  type ConvolutionOptions,
  convolutionNd,
  type DeconvolutionOptions,
  deconvolutionNd,
} from './convolution-nd.ts';
export { convolution1d } from './convolution1d.ts';
export { convolution2d } from './convolution2d.ts';
export { convolution3d } from './convolution3d.ts';
export { deconvolution1d } from './deconvolution1d.ts';
export { deconvolution2d } from './deconvolution2d.ts';
export { deconvolution3d } from './deconvolution3d.ts';
export { deformableConvolution2dSampler } from './deformable-convolution2d-sampler.ts';
export { depthwiseConvolution2d } from './depthwise-convolution2d.ts';
export { type DilatedConvolution2DOptions, dilatedConvolution2d } from './dilated-convolution2d.ts';
export { embedId } from './embed-id.ts';
export { getConvOutsize, getDeconvOutsize } from './geometry.ts';
export { linear } from './linear.ts';
export { localConvolution2d } from './local-convolution2d.ts';
export { shift } from './shift.ts';

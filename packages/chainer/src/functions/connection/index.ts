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
export { embedId } from './embed-id.ts';
export { getConvOutsize, getDeconvOutsize } from './geometry.ts';
export { linear } from './linear.ts';

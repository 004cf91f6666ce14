export { convolution1d } from './convolution1d.ts';
export { convolution2d } from './convolution2d.ts';
export { convolution3d } from './convolution3d.ts';
export { convolutionNd, type ConvolutionOptions, deconvolutionNd, type DeconvolutionOptions } from './convolution-nd.ts';
export { deconvolution1d } from './deconvolution1d.ts';
export { deconvolution2d } from './deconvolution2d.ts';
export { deconvolution3d } from './deconvolution3d.ts';
export { getConvOutsize, getDeconvOutsize } from './geometry.ts';
export { linear } from './linear.ts';

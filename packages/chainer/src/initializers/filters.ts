import { array as makeArray, type NdArray, ValueError } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { BaseInitializer, type InitializerOptions } from './options.ts';

/** Options of UpsamplingDeconvFilter and DownsamplingConvFilter. */
export interface FilterOptions extends InitializerOptions {
  /** Only `linear` exists. */
  readonly interpolation?: 'linear';
}

/** A triangle over `size` places, whose peak is 1. */
function triangle(size: number): number[] {
  const factor = Math.floor((size + 1) / 2);
  const center = size % 2 === 1 ? factor - 1 : factor - 0.5;
  return Array.from({ length: size }, (_, i) => 1 - Math.abs(i - center) / factor);
}

/** The product of the triangle along every spatial axis, for each pair of equal channels; 0 between others. */
function fillFilter(who: string, array: NdArray, interpolation: string, normalize: boolean): void {
  if (interpolation !== 'linear')
    throw new ValueError(`[${who}] interpolation must be 'linear', got '${interpolation}'`);
  const [out = 1, channels = 1, ...ksize] = array.shape;
  const k = ksize[0];
  if (array.ndim < 3 || k === undefined) {
    throw new ValueError(
      `[${who}] weights must be [out, in, ...kernel] with at least one spatial axis, got shape [${array.shape.join(', ')}]`,
    );
  }
  if (ksize.some((d) => d !== k))
    throw new ValueError(
      `[${who}] the kernel must have one extent along all spatial axes, got [${ksize.join(', ')}]`,
    );
  if (channels !== 1 && channels !== out) {
    throw new ValueError(
      `[${who}] the number of input channels must be 1 or that of output channels, got ${out} and ${channels}`,
    );
  }
  const line = triangle(k);
  let filter = [1];
  for (const _ of ksize) filter = filter.flatMap((a) => line.map((b) => a * b));
  if (normalize) {
    const total = filter.reduce((a, b) => a + b, 0);
    filter = filter.map((v) => v / total);
  }
  const values = new Float64Array(array.size);
  for (let o = 0; o < out; o++) values.set(filter, (o * channels + (channels === 1 ? 0 : o)) * filter.length);
  if (array.size > 0) {
    array.device.kernels.copy(
      makeArray(values, { shape: array.shape, dtype: array.dtype, device: array.device }),
      array,
    );
  }
}

/**
 * Weights with which a deconvolution enlarges images by bilinear interpolation: for `ksize = 2 f - f % 2`, `stride = f`,
 * `pad = floor((f - 1) / 2)` the factor is `f`.
 *
 * @throws {ValueError} for kernels that are not square, or an unknown interpolation.
 */
export class UpsamplingDeconvFilter extends BaseInitializer {
  readonly interpolation: string;

  constructor(options: FilterOptions = {}) {
    super(options);
    checkOptions('UpsamplingDeconvFilter', options, ['interpolation', 'dtype']);
    this.interpolation = options.interpolation ?? 'linear';
  }

  apply(array: NdArray): void {
    fillFilter('UpsamplingDeconvFilter', array, this.interpolation, false);
  }
}

/**
 * Weights with which a convolution shrinks images by weighted means: those of UpsamplingDeconvFilter, divided by their sum.
 *
 * @throws {ValueError} for kernels that are not square, or an unknown interpolation.
 */
export class DownsamplingConvFilter extends BaseInitializer {
  readonly interpolation: string;

  constructor(options: FilterOptions = {}) {
    super(options);
    checkOptions('DownsamplingConvFilter', options, ['interpolation', 'dtype']);
    this.interpolation = options.interpolation ?? 'linear';
  }

  apply(array: NdArray): void {
    fillFilter('DownsamplingConvFilter', array, this.interpolation, true);
  }
}

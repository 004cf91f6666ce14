import { array, NdArray, transpose } from '@chainer/xp/functions';
import { picked } from '@chainer/xp/internal';
import { getDtype } from '../../../core/config.ts';
import { contentOf, type FileSource, nameOfFile } from '../../../files.ts';
import { resizeBicubic } from './resize.ts';

/**
 * An image: an array `[H, W]`, `[H, W, C]` or `[C, H, W]` of RGB values from 0 to 255, or a file of any format that the optional package
 * `sharp` reads (its path, its bytes, a `Blob`, or what `fetch` answered).
 */
export type ImageSource = NdArray | FileSource;

/** Options of `prepare`. */
export interface PrepareOptions {
  /** Width and height to which the image is resized; null leaves it as it is. */
  readonly size?: readonly [width: number, height: number] | null;
}

interface Pixels {
  readonly height: number;
  readonly width: number;
  /** Bytes of red, green and blue, pixel by pixel. */
  readonly rgb: Uint8Array;
}

const decoder = 'sharp';

/** What we use of the package `sharp`. */
type Sharp = (input: Uint8Array) => {
  removeAlpha(): ReturnType<Sharp>;
  toColourspace(space: 'srgb'): ReturnType<Sharp>;
  raw(): ReturnType<Sharp>;
  toBuffer(options: { resolveWithObject: true }): Promise<{
    readonly data: Uint8Array;
    readonly info: { readonly width: number; readonly height: number; readonly channels: number };
  }>;
};

async function decode(who: string, file: FileSource): Promise<Pixels> {
  const bytes = await contentOf(who, file);
  let sharp: Sharp;
  try {
    // The name is a variable, so that bundlers do not ask for an optional package.
    ({ default: sharp } = await import(/* @vite-ignore */ /* webpackIgnore: true */ decoder));
  } catch (cause) {
    throw new Error(
      `[${who}] image files are read by the npm package 'sharp', which is not installed or does not load here: npm install sharp, or pass the pixels as an NdArray [H, W, 3]`,
      { cause },
    );
  }
  try {
    const image = sharp(bytes).removeAlpha().toColourspace('srgb').raw();
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    return toRgb(data, info.height, info.width, info.channels);
  } catch (cause) {
    const name = nameOfFile(file) ?? `${bytes.length} bytes`;
    throw new Error(`[${who}] ${name} is not an image that can be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Grey becomes three equal channels, a fourth channel (opacity) is dropped. */
function toRgb(bytes: Uint8Array, height: number, width: number, channels: number): Pixels {
  if (channels === 3) return { height, width, rgb: bytes };
  const rgb = new Uint8Array(height * width * 3);
  for (let p = 0; p < height * width; p++)
    for (let c = 0; c < 3; c++) rgb[3 * p + c] = bytes[p * channels + (channels < 3 ? 0 : c)] as number;
  return { height, width, rgb };
}

async function pixelsOf(who: string, image: ImageSource): Promise<Pixels> {
  if (!(image instanceof NdArray)) return decode(who, image);
  const given = `${image.dtype.name}[${image.shape.join(', ')}]`;
  const grey = image.ndim === 3 && image.shape[0] === 1;
  const planes = image.ndim === 3 && image.shape[0] === 3;
  const x = grey ? picked(image, 0, 0) : planes ? transpose(image, [1, 2, 0]) : image;
  const [height, width, channels = 1] = x.shape as [number, number, number?];
  if (x.ndim < 2 || x.ndim > 3 || ![1, 3, 4].includes(channels) || x.size === 0)
    throw new TypeError(
      `[${who}] an image must have shape [H, W], [H, W, C] or [C, H, W] with 1, 3 or 4 channels, got ${given}`,
    );
  if (!'buif'.includes(x.dtype.kind))
    throw new TypeError(`[${who}] an image must hold numbers from 0 to 255, got ${given}`);
  return toRgb(Uint8Array.from(await x.data(), Number), height, width, channels);
}

/**
 * An image as a network of Caffe's time wants it: resized, channels in the order blue, green, red, their means subtracted.
 *
 * @returns `[3, H, W]` on the default device
 */
export async function prepareImage(
  who: string,
  image: ImageSource,
  meanBgr: readonly [number, number, number],
  options: PrepareOptions,
): Promise<NdArray> {
  const { size = [224, 224] } = options;
  let { height, width, rgb } = await pixelsOf(who, image);
  if (size !== null) {
    if (size.length !== 2 || size.some((d) => !Number.isInteger(d) || d < 1))
      throw new TypeError(`[${who}] size must be [width, height] or null, got [${size.join(', ')}]`);
    const [newWidth, newHeight] = size;
    rgb = resizeBicubic(rgb, [height, width, 3], [newHeight, newWidth]);
    [height, width] = [newHeight, newWidth];
  }
  const area = height * width;
  const y = new Float32Array(3 * area);
  for (let c = 0; c < 3; c++)
    for (let p = 0; p < area; p++) y[c * area + p] = (rgb[3 * p + 2 - c] as number) - (meanBgr[c] as number);
  return array(y, { shape: [3, height, width], dtype: getDtype() });
}

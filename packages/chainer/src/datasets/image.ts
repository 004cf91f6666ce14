import { array, astype, type DTypeName, type NdArray, transpose } from '@chainer/xp/functions';
import { hasFiles } from '../files.ts';

/** Pixels as they are decoded: rows of pixels of one, three or four bytes. */
interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * Decodes a PNG, JPEG or other image: `[C, H, W]` with values from 0 to 255. C is 1 of a grey image, 3 of a coloured one, and one more
 * with transparency. In a page C is always 4, since browsers keep no other pixels; see what is left out by slicing.
 *
 * @throws {Error} if it cannot be decoded, naming it, and in Node where the library `sharp` is not installed.
 */
export async function decodeImage(
  who: string,
  bytes: Uint8Array,
  name: string,
  dtype: DTypeName,
): Promise<NdArray> {
  let pixels: Pixels;
  try {
    pixels = hasFiles() ? await decodeBySharp(who, bytes) : await decodeByBrowser(bytes);
  } catch (error) {
    if (error instanceof MissingLibrary) throw error;
    throw new Error(`[${who}] ${name} cannot be decoded as an image: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const { data, width, height, channels } = pixels;
  const rows = array(new Uint8Array(data), { shape: [height, width, channels] });
  return astype(transpose(rows, [2, 0, 1]), dtype);
}

class MissingLibrary extends Error {}

async function decodeBySharp(who: string, bytes: Uint8Array): Promise<Pixels> {
  // By a name that bundlers do not follow: what is made for browsers has other means.
  const library: string = 'sharp';
  const loaded: Promise<typeof import('sharp')> = import(/* @vite-ignore */ library);
  const { default: sharp } = await loaded.catch((error: unknown) => {
    throw new MissingLibrary(
      `[${who}] images are decoded by the library 'sharp', which is not installed: npm install sharp`,
      { cause: error },
    );
  });
  const { data, info } = await sharp(bytes).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** What browsers have for images; the types of this package are Node's. */
interface Browser {
  createImageBitmap(blob: Blob): Promise<{ readonly width: number; readonly height: number; close(): void }>;
  readonly OffscreenCanvas: new (
    width: number,
    height: number,
  ) => {
    getContext(kind: '2d'): {
      drawImage(image: unknown, x: number, y: number): void;
      getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
    };
  };
}

async function decodeByBrowser(bytes: Uint8Array): Promise<Pixels> {
  const { createImageBitmap, OffscreenCanvas } = globalThis as unknown as Browser;
  const image = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  image.close();
  return { data: context.getImageData(0, 0, width, height).data, width, height, channels: 4 };
}

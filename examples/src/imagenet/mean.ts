import type { xp } from 'chainer';
import { LabeledImageDataset } from 'chainer/datasets';
import { coloured } from './cropped.ts';

/**
 * The mean of the pictures of a list, `[3, H, W]`, float32.
 *
 * @throws {Error} if they are not of one size.
 */
export async function meanPicture(list: string, root: string): Promise<xp.NdArray> {
  const pictures = await LabeledImageDataset.open(list, { root, dtype: 'float32' });
  if (pictures.length === 0) throw new Error(`${list} names no pictures`);
  // Of a million pictures float32 would lose the last digits.
  let sum: xp.NdArray | null = null;
  for (let i = 0; i < pictures.length; i++) {
    const [loaded] = await pictures.getExample(i);
    const image = coloured(loaded).astype('float64');
    if (sum === null) sum = image;
    else if (sum.shape.join() !== image.shape.join())
      throw new Error(
        `pictures must be of one size, but the first of ${list} is [${sum.shape}], and picture ${i} [${image.shape}]`,
      );
    else sum = sum.add(image);
    if ((i + 1) % 10_000 === 0) console.log(`mean picture: ${i + 1} of ${pictures.length}`);
  }
  return (sum as xp.NdArray).div(pictures.length).astype('float32');
}

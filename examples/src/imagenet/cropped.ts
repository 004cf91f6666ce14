import { xp } from 'chainer';
import { DatasetMixin } from 'chainer/dataset';
import { type LabeledImage, LabeledImageDataset } from 'chainer/datasets';
import { Dice } from '../dice.ts';

/** Which pictures, and what becomes of them. Threads get it as a message, so it is plain data. */
export interface Cropping {
  /** Text file of lines `path label`. */
  readonly list: string;
  /** Folder to which the paths are relative. */
  readonly root: string;
  /** The mean picture, a `.npy` file `[3, H, W]`. */
  readonly mean: string;
  /** Side of what is cut out. */
  readonly side: number;
  readonly dtype: 'float16' | 'float32' | 'float64';
  /** Anywhere and mirrored by chance (by this seed), or the middle (null). */
  readonly seed: number | null;
}

/** A picture in three channels: greys are repeated, transparency is left out. */
export function coloured(x: xp.NdArray): xp.NdArray {
  return x.shape[0] === 1 || x.shape[0] === 2 ? x.at('0:1').repeat(3, { axis: 0 }) : x.at('0:3');
}

/** Labelled pictures, each a square cut out, less the mean picture and divided by 255. */
class Cropped extends DatasetMixin<Promise<LabeledImage>> {
  private readonly base: LabeledImageDataset;
  private readonly mean: xp.NdArray;
  private readonly side: number;
  private readonly dice: Dice | null;

  constructor(base: LabeledImageDataset, mean: xp.NdArray, side: number, seed: number | null) {
    super();
    this.base = base;
    this.mean = mean;
    this.side = side;
    this.dice = seed === null ? null : new Dice(seed);
  }

  get length(): number {
    return this.base.length;
  }

  async getExample(i: number): Promise<LabeledImage> {
    const { side, dice, mean } = this;
    // Drawn before anything is awaited: pictures that come in another order are cut the same way.
    const [down, right, mirrored] = dice ? [dice.next(), dice.next(), dice.chance(0.5)] : [0.5, 0.5, false];
    const [loaded, label] = await this.base.getExample(i);
    const image = coloured(loaded);
    const [, h, w] = image.shape as [number, number, number];
    if (h < side || w < side)
      throw new Error(`picture ${i} is ${w} × ${h}, and ${side} × ${side} cannot be cut out of it`);
    if (mean.shape.join() !== image.shape.join())
      throw new Error(
        `picture ${i} is ${w} × ${h}, the mean picture ${mean.shape[2]} × ${mean.shape[1]}: scale all to one size`,
      );
    const place = (chosen: number, size: number) =>
      Math.min(Math.floor(chosen * (size - side + 1)), size - side);
    const [top, left] = [place(down, h), place(right, w)];
    const window = [':', `${top}:${top + side}`, `${left}:${left + side}`] as const;
    const cut = image.at(...window).sub(mean.at(...window));
    const x = (mirrored ? cut.at('...', '::-1') : cut).div(255);
    return [x.astype(image.dtype), label];
  }
}

/** What the workers of `MultiprocessIterator` load pictures from. */
export async function cropped({ list, root, mean, side, dtype, seed }: Cropping): Promise<Cropped> {
  const base = await LabeledImageDataset.open(list, { root, dtype });
  const picture = xp.load(mean) as xp.NdArray;
  return new Cropped(base, picture.astype(dtype), side, seed);
}

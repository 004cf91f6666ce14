import type { xp } from 'chainer';
import { DatasetMixin } from 'chainer/dataset';
import type { LabeledImage, LabeledImageDataset } from 'chainer/datasets';
import { coloured } from '../imagenet/cropped.ts';

/** The middle of pictures as Caffe's networks take it: blue, green, red, less their means. */
export class Centred extends DatasetMixin<Promise<LabeledImage>> {
  private readonly base: LabeledImageDataset;
  private readonly mean: xp.NdArray;
  private readonly side: number;

  /** @param mean in Caffe's order of channels, `[3, H, W]`, or `[3, 1, 1]` where it is the same everywhere */
  constructor(base: LabeledImageDataset, mean: xp.NdArray, side: number) {
    super();
    this.base = base;
    this.mean = mean;
    this.side = side;
  }

  get length(): number {
    return this.base.length;
  }

  async getExample(i: number): Promise<LabeledImage> {
    const [loaded, label] = await this.base.getExample(i);
    const x = coloured(loaded).at('::-1').sub(this.mean);
    const [, h, w] = x.shape as [number, number, number];
    const { side } = this;
    if (h < side || w < side)
      throw new Error(`picture ${i} is ${w} × ${h}, but the network takes ${side} × ${side}`);
    const [top, left] = [Math.floor((h - side) / 2), Math.floor((w - side) / 2)];
    return [x.at(':', `${top}:${top + side}`, `${left}:${left + side}`), label];
  }
}

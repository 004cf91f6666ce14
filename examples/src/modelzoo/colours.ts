import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Chain, functions as F, links as L, type Variable, type VariableLike, xp } from 'chainer';
import { caffe } from 'chainer/exporters';
import { savePictures } from '../pictures.ts';
import { kinds } from './kinds.ts';

/** Tells red, green and blue pictures (classes 0, 1, 2) apart by the mean of each channel; its weights need no training. */
class Colours extends Chain {
  readonly conv = new L.Convolution2D(3, 3, 1);
  readonly scores = new L.Convolution2D(3, 3, 1);

  constructor() {
    super();
    const same = xp.identity(3, { dtype: 'float32' });
    // What is darker than the mean would be cut off by ReLU.
    this.conv.W.array = same.reshape([3, 3, 1, 1]);
    this.conv.b?.array.fill(128);
    // Caffe's order is blue, green, red.
    this.scores.W.array = same.at('::-1').div(16).reshape([3, 3, 1, 1]);
  }

  override forward(x: VariableLike): Variable {
    const { side } = kinds.colours;
    return this.scores.forward(F.averagePooling2d(F.relu(this.conv.forward(x)), side));
  }
}

/** Writes the network as a file of Caffe, and pictures with a list of their labels. */
export async function makeColours(folder: string, n: number): Promise<{ model: string; list: string }> {
  await mkdir(folder, { recursive: true });
  const { side } = kinds.colours;
  await caffe.export(new Colours(), xp.ones([1, 3, side, side]), { directory: folder });
  const rng = new xp.random.RandomState(1);
  const lines: string[] = [];
  for (let i = 0; i < n; i++) {
    const picture = rng.uniform({ high: 0.6, size: [1, 3, side + 8, side + 8] }).astype('float32');
    picture.setAt(picture.at(':', i % 3).add(0.4), ':', i % 3);
    await savePictures(join(folder, `${i}.png`), picture, 1);
    lines.push(`${i}.png ${i % 3}`);
  }
  const list = join(folder, 'list.txt');
  await writeFile(list, `${lines.join('\n')}\n`);
  return { model: join(folder, 'chainer_model.caffemodel'), list };
}

import { drawnDigits } from '@chainer/examples/drawn-digits';
import type { datasets, xp } from 'chainer';
import { getMnist, TupleDataset } from 'chainer/datasets';
import type { Setup } from './protocol.ts';

/** Training and test examples: images `[N, 1, 28, 28]` and labels `[N]`. */
export interface Data {
  readonly train: datasets.TupleDataset;
  readonly test: datasets.TupleDataset;
}

const trainCount = 8000;
const testCount = 500;

let drawn: Data | null = null;
let chosen: { readonly key: string; readonly data: Data } | null = null;

/** The data of a setup; drawn, or read, once. */
export async function dataOf({ data, files }: Setup): Promise<Data> {
  if (data === 'drawn') {
    if (drawn === null) {
      const [train, test] = drawnDigits({ seed: 1, ndim: 3, train: trainCount, test: testCount });
      drawn = { train, test };
    }
    return drawn;
  }
  if (files.length === 0)
    throw new Error(
      "Choose MNIST's four files first (train and t10k, images and labels), or train on drawn digits.",
    );
  const key = files.map((file) => `${file.name} ${file.size} ${file.lastModified}`).join();
  if (chosen?.key !== key) {
    const [train, test] = (await getMnist({ files, ndim: 3 })) as [TupleDataset, TupleDataset];
    chosen = { key, data: { train, test: firstOf(test, testCount) } };
  }
  return chosen.data;
}

/** The first examples of a set: enough to see how a network does, few enough to look often. */
function firstOf(data: datasets.TupleDataset, count: number): datasets.TupleDataset {
  const [x, t] = data.columns as [xp.NdArray, xp.NdArray];
  return new TupleDataset(x.at(`:${count}`), t.at(`:${count}`));
}

import { array, astype, type DTypeName, multiply, type NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { getDtype } from '../core/config.ts';
import { type DatasetFile, foundFile } from './found-file.ts';
import { unzipped } from './idx.ts';
import { readTar } from './tar.ts';
import { TupleDataset } from './tuple-dataset.ts';

/** Options of `getCifar10` and `getCifar100`. */
export interface CifarOptions {
  /** Examples are `[image, label]` (the rule), or images alone. */
  readonly withlabel?: boolean;
  /** 1: images of 3072 numbers; 3: `[3, 32, 32]`. */
  readonly ndim?: 1 | 3;
  /** Value of the brightest pixel. */
  readonly scale?: number;
  readonly dtype?: DTypeName | null;
}

interface Cifar {
  readonly who: string;
  readonly archive: DatasetFile;
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Bytes before the pixels of an example; the last of them is the label. */
  readonly labels: number;
}

const site = 'https://www.cs.toronto.edu/~kriz/';

const cifar10: Cifar = {
  who: 'getCifar10',
  archive: {
    folder: 'cifar',
    name: 'cifar-10-binary.tar.gz',
    urls: [`${site}cifar-10-binary.tar.gz`],
    md5: 'c32a1d4ab5d03f1284b67883e8d87530',
  },
  train: [1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`),
  test: ['test_batch.bin'],
  labels: 1,
};

const cifar100: Cifar = {
  who: 'getCifar100',
  archive: {
    folder: 'cifar',
    name: 'cifar-100-binary.tar.gz',
    urls: [`${site}cifar-100-binary.tar.gz`],
    md5: '03b5dce01913d631647c71ecec9e9cb8',
  },
  train: ['train.bin'],
  test: ['test.bin'],
  labels: 2,
};

type Part = TupleDataset | NdArray;

/**
 * CIFAR-10 (Krizhevsky, 2009): 50,000 training and 10,000 test images of ten classes.
 *
 * Read from the archive `cifar/cifar-10-binary.tar.gz` below the dataset root; downloaded there, and verified by its MD5, if it is missing.
 *
 * @returns training and test set: `TupleDataset`s of image `[3, 32, 32]` (float, 0 to `scale`) and label (int32), or arrays of images.
 * @throws {Error} if the archive is missing and cannot be downloaded, or is not what it should be.
 */
export function getCifar10(options: CifarOptions = {}): Promise<[Part, Part]> {
  return load(cifar10, options);
}

/** CIFAR-100: the same with a hundred (fine) classes, from `cifar/cifar-100-binary.tar.gz`. */
export function getCifar100(options: CifarOptions = {}): Promise<[Part, Part]> {
  return load(cifar100, options);
}

async function load(source: Cifar, options: CifarOptions): Promise<[Part, Part]> {
  const { who, archive } = source;
  checkOptions(who, options, ['withlabel', 'ndim', 'scale', 'dtype']);
  const { ndim = 3 } = options;
  if (ndim !== 1 && ndim !== 3) throw new Error(`[${who}] ndim must be 1 or 3, got ${String(ndim)}`);
  const packed = await foundFile(who, archive);
  const members = readTar(await unzipped(packed, who, archive.name), `[${who}] ${archive.name}`);
  return [partOf(source, members, source.train, options), partOf(source, members, source.test, options)];
}

function partOf(
  { who, archive, labels }: Cifar,
  members: ReadonlyMap<string, Uint8Array>,
  names: readonly string[],
  { withlabel = true, ndim = 3, scale = 1, dtype = null }: CifarOptions,
): Part {
  const row = labels + 3072;
  const batches = names.map((name) => {
    const batch = members.get(name);
    if (batch === undefined) throw new Error(`[${who}] ${archive.name} has no ${name}`);
    if (batch.length === 0 || batch.length % row !== 0)
      throw new Error(
        `[${who}] ${name} in ${archive.name} has ${batch.length} bytes, which are not whole examples of ${row}`,
      );
    return batch;
  });
  const n = batches.reduce((sum, batch) => sum + batch.length / row, 0);
  const pixels = new Uint8Array(n * 3072);
  const classes = new Uint8Array(n);
  let example = 0;
  for (const batch of batches) {
    for (let at = 0; at < batch.length; at += row, example++) {
      classes[example] = batch[at + labels - 1] as number;
      pixels.set(batch.subarray(at + labels, at + row), example * 3072);
    }
  }
  const x = astype(array(pixels, { shape: ndim === 1 ? [n, 3072] : [n, 3, 32, 32] }), getDtype(dtype));
  multiply(x, scale / 255, { out: x });
  return withlabel ? new TupleDataset(x, astype(array(classes), 'int32')) : x;
}

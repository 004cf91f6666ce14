import { array, astype, type DTypeName, multiply, type NdArray, repeat } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { getDtype } from '../core/config.ts';
import { getDatasetDirectory } from '../dataset/download.ts';
import { exists, type FileSource, files } from '../files.ts';
import { checkMd5, fetchedFile } from './found-file.ts';
import { type IdxArray, readIdx, sha256, unzipped } from './idx.ts';
import { type IdxPart, readIdxFiles } from './idx-files.ts';
import { TupleDataset } from './tuple-dataset.ts';

/** Options of the MNIST family. */
export interface MnistOptions {
  /** Examples are `[image, label]` (the rule), or images alone. */
  readonly withlabel?: boolean;
  /** 1: images of 784 numbers; 2: `[28, 28]`; 3: `[1, 28, 28]` (or `[3, 28, 28]`). */
  readonly ndim?: 1 | 2 | 3;
  /** Value of a white pixel. */
  readonly scale?: number;
  readonly dtype?: DTypeName | null;
  readonly labelDtype?: DTypeName;
  /** Repeat the one channel three times; needs `ndim: 3`. */
  readonly rgbFormat?: boolean;
  /**
   * The four files, in any order, packed or not, instead of those below the dataset root: what `fetch` answered, or `File`s that a
   * page's user chose. They may be anything in MNIST's format.
   */
  readonly files?: readonly FileSource[] | null;
}

interface Source {
  readonly name: string;
  readonly folder: string;
  /** Where the files are, tried in this order. */
  readonly urls: readonly string[];
  /** SHA-256 of the files' decompressed content, where known. */
  readonly hashes: Readonly<Record<string, string>> | null;
  /** MD5 of the files as they are published, where known: what is downloaded must have it. */
  readonly md5: Readonly<Record<string, string>> | null;
}

const parts = {
  train: ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'],
  test: ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'],
} as const;

const mnist: Source = {
  name: 'getMnist',
  folder: 'mnist',
  urls: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
  ],
  hashes: {
    'train-images-idx3-ubyte.gz': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'train-labels-idx1-ubyte.gz': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    't10k-images-idx3-ubyte.gz': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    't10k-labels-idx1-ubyte.gz': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
  md5: null,
};

const fashion: Source = {
  name: 'getFashionMnist',
  folder: 'fashion-mnist',
  urls: ['http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'],
  hashes: null,
  md5: {
    'train-images-idx3-ubyte.gz': '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
    'train-labels-idx1-ubyte.gz': '25c81989df183df01b3e8a0aad5dffbe',
    't10k-images-idx3-ubyte.gz': 'bef4ecab320f06d8554ea6380940ec79',
    't10k-labels-idx1-ubyte.gz': 'bb300cfdad3c16e7a12a480ee83cd310',
  },
};

const kuzushiji: Source = {
  name: 'getKuzushijiMnist',
  folder: 'kuzushiji_mnist',
  urls: ['http://codh.rois.ac.jp/kmnist/dataset/kmnist/'],
  hashes: null,
  md5: {
    'train-images-idx3-ubyte.gz': 'bdb82020997e1d708af4cf47b453dcf7',
    'train-labels-idx1-ubyte.gz': 'e144d726b3acfaa3e44228e80efcd344',
    't10k-images-idx3-ubyte.gz': '5c965bf0a639b31b8f53240b1b52f4d7',
    't10k-labels-idx1-ubyte.gz': '7320c461ea6c1c855c0b718fb2a4b134',
  },
};

/**
 * The MNIST database of handwritten digits (LeCun, Cortes, Burges): 60,000 training and 10,000 test examples.
 *
 * Read from the four original files in `mnist/` below the dataset root; downloaded there if they are missing. Their decompressed
 * content is verified by its SHA-256. In a page, give them as `files`.
 *
 * @returns training and test set: `TupleDataset`s of image `[784]` (float, 0 to `scale`) and label (int32), or arrays of images.
 * @throws {Error} if a file is missing and cannot be downloaded, or its content is not the original's.
 */
export function getMnist(
  options: MnistOptions = {},
): Promise<[TupleDataset | NdArray, TupleDataset | NdArray]> {
  checkOptions('getMnist', options, [
    'withlabel',
    'ndim',
    'scale',
    'dtype',
    'labelDtype',
    'rgbFormat',
    'files',
  ]);
  return load(mnist, options);
}

/** Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017): ten kinds of clothes, in MNIST's format. */
export function getFashionMnist(
  options: MnistOptions = {},
): Promise<[TupleDataset | NdArray, TupleDataset | NdArray]> {
  checkOptions('getFashionMnist', options, [
    'withlabel',
    'ndim',
    'scale',
    'dtype',
    'labelDtype',
    'rgbFormat',
    'files',
  ]);
  return load(fashion, options);
}

/** Kuzushiji-MNIST (Clanuwat et al., 2018): ten cursive Japanese characters, in MNIST's format. */
export function getKuzushijiMnist(
  options: MnistOptions = {},
): Promise<[TupleDataset | NdArray, TupleDataset | NdArray]> {
  checkOptions('getKuzushijiMnist', options, [
    'withlabel',
    'ndim',
    'scale',
    'dtype',
    'labelDtype',
    'rgbFormat',
    'files',
  ]);
  return load(kuzushiji, options);
}

/** What the labels of Fashion-MNIST mean. */
export function getFashionMnistLabels(): string[] {
  return [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ];
}

/** The characters of Kuzushiji-MNIST, each with its reading. */
export function getKuzushijiMnistLabels(): [string, string][] {
  const characters = ['お', 'き', 'す', 'つ', 'な', 'は', 'ま', 'や', 'れ', 'を'];
  const readings = ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'];
  return characters.map((character, i) => [character, readings[i] as string]);
}

async function load(
  source: Source,
  options: MnistOptions,
): Promise<[TupleDataset | NdArray, TupleDataset | NdArray]> {
  if (options.files) {
    const { train, test } = await readIdxFiles(options.files, source.name);
    return [examplesOf(train, source, options), examplesOf(test, source, options)];
  }
  return [await loadPart(source, 'train', options), await loadPart(source, 'test', options)];
}

async function loadPart(
  source: Source,
  part: 'train' | 'test',
  options: MnistOptions,
): Promise<TupleDataset | NdArray> {
  const [images, labels] = parts[part];
  const x = await idxOf(source, images, [28, 28]);
  if (!(options.withlabel ?? true)) return imagesOf(x, source.name, options);
  return examplesOf({ images: x, labels: await idxOf(source, labels, []) }, source, options);
}

function examplesOf(part: IdxPart, source: Source, options: MnistOptions): TupleDataset | NdArray {
  const pixels = imagesOf(part.images, source.name, options);
  if (!(options.withlabel ?? true)) return pixels;
  const labels = astype(array(part.labels.data, { dtype: 'uint8' }), options.labelDtype ?? 'int32');
  return new TupleDataset(pixels, labels);
}

function imagesOf(x: IdxArray, who: string, options: MnistOptions): NdArray {
  const { ndim = 1, scale = 1, rgbFormat = false } = options;
  const n = x.shape[0] as number;
  if (ndim !== 1 && ndim !== 2 && ndim !== 3)
    throw new Error(`[${who}] ndim must be 1, 2 or 3, got ${String(ndim)}`);
  if (rgbFormat && ndim !== 3) throw new Error(`[${who}] rgbFormat needs ndim 3, got ${ndim}`);
  const shape = ndim === 1 ? [n, 784] : ndim === 2 ? [n, 28, 28] : [n, 1, 28, 28];
  const pixels = astype(array(x.data, { shape }), getDtype(options.dtype ?? null));
  multiply(pixels, scale / 255, { out: pixels });
  return rgbFormat ? repeat(pixels, 3, 1) : pixels;
}

/** One file of a source, from its folder or downloaded, verified. */
async function idxOf(source: Source, file: string, item: readonly number[]): Promise<IdxArray> {
  const { fs, path } = await files(source.name);
  const place = path.join(await getDatasetDirectory(source.folder, { createDirectory: false }), file);
  const read = async (packed: Uint8Array, what: string, remedy: string): Promise<IdxArray> => {
    const content = await unzipped(packed, source.name, what);
    const expected = source.hashes?.[file];
    const found = expected === undefined ? undefined : await sha256(content);
    if (found !== expected)
      throw new Error(
        `[${source.name}] ${what} is not the original: the SHA-256 of its content is ${found}, expected ${expected}${remedy}`,
      );
    return readIdx(content, source.name, file, item);
  };
  if (await exists(place))
    return read(await fs.readFile(place), place, '; remove the file, and it is downloaded anew');
  return fetchedFile(
    source.name,
    place,
    source.urls.map((base) => base + file),
    (packed, url) => {
      checkMd5(url, packed, source.md5?.[file] ?? null);
      return read(packed, `what was downloaded as ${file}`, '');
    },
    `Put the four original .gz files into ${place.slice(0, -file.length)}, or set CHAINER_DATASET_ROOT to the folder that has ${source.folder}/`,
  );
}

import { array, astype, type DTypeName, multiply, type NdArray, swapaxes } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { getDtype } from '../core/config.ts';
import { foundFile } from './found-file.ts';
import { readMat } from './mat-file.ts';
import { TupleDataset } from './tuple-dataset.ts';

/** Options of `getSvhn`. */
export interface SvhnOptions {
  /** Examples are `[image, label]` (the rule), or images alone. */
  readonly withlabel?: boolean;
  /** Value of the brightest pixel. */
  readonly scale?: number;
  readonly dtype?: DTypeName | null;
  readonly labelDtype?: DTypeName;
  /** Whether the 531,131 easier examples come as a third set: some 6.5 GB in float32. */
  readonly addExtra?: boolean;
}

type Part = TupleDataset | NdArray;

const site = 'http://ufldl.stanford.edu/housenumbers/';

/** The files, and their MD5 as they are published. */
const parts = {
  train: ['train_32x32.mat', 'e26dedcc434d2e4c54c9b2d4a06d8373'],
  test: ['test_32x32.mat', 'eb5a983be6a315427106f1b164d9cef3'],
  extra: ['extra_32x32.mat', 'a93ce644f1a588dc4d68dda5feec44a7'],
} as const;

/**
 * Street View House Numbers (Netzer et al., 2011): 73,257 training and 26,032 test images of digits, cut from photographs.
 *
 * Read from the original files `train_32x32.mat`, `test_32x32.mat` (and `extra_32x32.mat`) in `svhn/` below the dataset root; downloaded
 * there, and verified by their MD5, if they are missing.
 *
 * @returns training and test set (and, with `addExtra`, a third): `TupleDataset`s of image `[3, 32, 32]` (float, 0 to `scale`) and label
 * (int32, 0 to 9), or arrays of images.
 * @throws {Error} if a file is missing and cannot be downloaded, or is not what it should be.
 */
export async function getSvhn(options: SvhnOptions = {}): Promise<Part[]> {
  checkOptions('getSvhn', options, ['withlabel', 'scale', 'dtype', 'labelDtype', 'addExtra']);
  const wanted = options.addExtra ? (['train', 'test', 'extra'] as const) : (['train', 'test'] as const);
  const found: Part[] = [];
  for (const part of wanted) found.push(await load(part, options));
  return found;
}

async function load(
  part: keyof typeof parts,
  { withlabel = true, scale = 1, dtype = null, labelDtype = 'int32' }: SvhnOptions,
): Promise<Part> {
  const [name, md5] = parts[part];
  const content = await foundFile('getSvhn', { folder: 'svhn', name, urls: [site + name], md5 });
  const what = `[getSvhn] ${name}`;
  const { X, y } = await readMat(content, ['X', 'y'], what);
  const [height, width, channels, n = 1] = X.shape;
  if (height !== 32 || width !== 32 || channels !== 3 || y.data.length !== n)
    throw new Error(
      `${what} holds images [${X.shape.join(', ')}] and ${y.data.length} labels, expected [32, 32, 3, N] and N`,
    );
  // MATLAB's first axis runs fastest: in C order the axes are the other way round.
  const pixels = array(Uint8Array.from(X.data), { shape: [n, 3, 32, 32] });
  const x = astype(swapaxes(pixels, 2, 3), getDtype(dtype), { order: 'C' });
  multiply(x, scale / 255, { out: x });
  if (!withlabel) return x;
  // The digit 0 has label 10 there.
  const labels = Uint8Array.from(y.data, (label) => (label === 10 ? 0 : label));
  return new TupleDataset(x, astype(array(labels), labelDtype));
}

import { array, type DTypeName, type NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { getDtype } from '../core/config.ts';
import { DatasetMixin } from '../dataset/dataset-mixin.ts';
import { contentOf, type FileSource, files, nameOfFile, readBytes } from '../files.ts';
import { decodeImage } from './image.ts';
import { labelLines } from './label-lines.ts';

/** Options of `ImageDataset`. */
export interface ImageDatasetOptions {
  /** Folder to which paths are relative. */
  readonly root?: string;
  /** dtype of the pixels, whose values are 0 to 255; the configuration's where null. */
  readonly dtype?: DTypeName | null;
}

/** Options of `LabeledImageDataset`. */
export interface LabeledImageDatasetOptions extends ImageDatasetOptions {
  readonly labelDtype?: DTypeName;
}

/** An image with its label, a 0-d array. */
export type LabeledImage = [NdArray, NdArray];

async function imageOf(who: string, source: FileSource, root: string, dtype: DTypeName): Promise<NdArray> {
  const file = typeof source === 'string' ? (await files(who)).path.join(root, source) : source;
  return decodeImage(who, await contentOf(who, file), nameOfFile(file) ?? 'the image', dtype);
}

/**
 * Images, decoded when they are asked for: promises of `[C, H, W]`. `MultithreadIterator` loads several at the same time.
 *
 * In Node they are decoded by the library `sharp`, which is installed separately; in a page by the browser, from `Blob`s or bytes.
 *
 * @param paths the files, or a text file that has one path per line (see `ImageDataset.open`).
 * @throws {Error} when an example is taken that is no image, or cannot be read; it names the file.
 * @example
 * import { ImageDataset } from 'chainer/datasets';
 * const images = new ImageDataset(['cat.png', 'dog.jpg'], { root: 'pictures' });
 * images.length; // 2
 * // const x = await images.at(0); // float32 [3, H, W]
 */
export class ImageDataset extends DatasetMixin<Promise<NdArray>> {
  private readonly paths: readonly FileSource[];
  private readonly root: string;
  private readonly dtype: DTypeName;

  constructor(paths: readonly FileSource[], options: ImageDatasetOptions = {}) {
    super();
    checkOptions('ImageDataset', options, ['root', 'dtype']);
    if (!Array.isArray(paths))
      throw new TypeError(
        `[ImageDataset] paths must be a list, got ${String(paths)}; a text file with a path per line is read by await ImageDataset.open(file)`,
      );
    this.paths = paths;
    this.root = options.root ?? '.';
    this.dtype = getDtype(options.dtype ?? null);
  }

  /** The images that a text file names, one per line. */
  static async open(file: string, options: ImageDatasetOptions = {}): Promise<ImageDataset> {
    const text = new TextDecoder().decode(await readBytes('ImageDataset', file));
    return new ImageDataset(
      text.split(/\r?\n/).filter((line) => line.trim() !== ''),
      options,
    );
  }

  get length(): number {
    return this.paths.length;
  }

  getExample(i: number): Promise<NdArray> {
    return imageOf('ImageDataset', this.paths[i] as FileSource, this.root, this.dtype);
  }
}

/**
 * Images with integer labels, decoded when they are asked for: promises of `[image, label]`.
 *
 * @param pairs files with labels; `LabeledImageDataset.open` reads a text file of lines `path label`.
 * @example
 * import { LabeledImageDataset } from 'chainer/datasets';
 * const images = new LabeledImageDataset([['cat.png', 0], ['dog.jpg', 1]], { root: 'pictures' });
 * images.length; // 2
 * // const [x, t] = await images.at(0);
 */
export class LabeledImageDataset extends DatasetMixin<Promise<LabeledImage>> {
  private readonly pairs: readonly (readonly [FileSource, number])[];
  private readonly root: string;
  private readonly dtype: DTypeName;
  private readonly labelDtype: DTypeName;

  constructor(pairs: readonly (readonly [FileSource, number])[], options: LabeledImageDatasetOptions = {}) {
    super();
    checkOptions('LabeledImageDataset', options, ['root', 'dtype', 'labelDtype']);
    if (!Array.isArray(pairs))
      throw new TypeError(
        `[LabeledImageDataset] pairs must be a list of [path, label], got ${String(pairs)}; a text file of such lines is read by await LabeledImageDataset.open(file)`,
      );
    this.pairs = pairs;
    this.root = options.root ?? '.';
    this.dtype = getDtype(options.dtype ?? null);
    this.labelDtype = options.labelDtype ?? 'int32';
  }

  /** The images that a text file names: lines of a path, white space and a label. @throws {Error} naming the line that is none. */
  static async open(file: string, options: LabeledImageDatasetOptions = {}): Promise<LabeledImageDataset> {
    const text = new TextDecoder().decode(await readBytes('LabeledImageDataset', file));
    const pairs = [...labelLines('LabeledImageDataset', text, file)];
    return new LabeledImageDataset(pairs, options);
  }

  get length(): number {
    return this.pairs.length;
  }

  async getExample(i: number): Promise<LabeledImage> {
    const [source, label] = this.pairs[i] as readonly [FileSource, number];
    const image = await imageOf('LabeledImageDataset', source, this.root, this.dtype);
    return [image, array(label, { dtype: this.labelDtype })];
  }
}

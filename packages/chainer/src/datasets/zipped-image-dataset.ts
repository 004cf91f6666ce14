import { array, type DTypeName, type NdArray } from '@chainer/xp/functions';
import { readZip, type ZipMember } from '@chainer/xp/internal';
import { checkOptions } from '../core/check-options.ts';
import { getDtype } from '../core/config.ts';
import { DatasetMixin } from '../dataset/dataset-mixin.ts';
import { contentOf, type FileSource, nameOfFile } from '../files.ts';
import { decodeImage } from './image.ts';
import type { LabeledImage } from './image-dataset.ts';
import { labelLines } from './label-lines.ts';

/** Options of image datasets in zip archives. */
export interface ZippedImageDatasetOptions {
  /** dtype of the pixels, whose values are 0 to 255; the configuration's where null. */
  readonly dtype?: DTypeName | null;
}

const endings = /\.(png|jpe?g|webp|gif|tiff?|avif)$/i;

/** The images of an archive by name. Other files in it are passed over. */
async function imagesIn(who: string, source: FileSource): Promise<Map<string, ZipMember>> {
  const members = readZip(await contentOf(who, source), `[${who}] ${nameOfFile(source) ?? 'the archive'}`);
  return new Map(members.filter(({ name }) => endings.test(name)).map((member) => [member.name, member]));
}

/**
 * Images in zip archives, one archive after another, in alphabetical order within each; decoded when they are asked for: promises of `[C, H, W]`.
 *
 * @example
 * import { MultiZippedImageDataset } from 'chainer/datasets';
 * // const images = await MultiZippedImageDataset.open(['part1.zip', 'part2.zip']);
 * MultiZippedImageDataset.name; // 'MultiZippedImageDataset'
 */
export class MultiZippedImageDataset extends DatasetMixin<Promise<NdArray>> {
  private readonly members: readonly ZipMember[];
  private readonly dtype: DTypeName;

  protected constructor(members: readonly ZipMember[], dtype: DTypeName) {
    super();
    this.members = members;
    this.dtype = dtype;
  }

  /** Reads the archives. @throws {Error} naming the one that is cut off or damaged. */
  static async open(
    files: FileSource | readonly FileSource[],
    options: ZippedImageDatasetOptions = {},
  ): Promise<MultiZippedImageDataset> {
    checkOptions('MultiZippedImageDataset', options, ['dtype']);
    const sources = Array.isArray(files) ? (files as readonly FileSource[]) : [files as FileSource];
    const all = await Promise.all(sources.map((source) => imagesIn('MultiZippedImageDataset', source)));
    const members = all.flatMap((images) =>
      [...images.keys()].sort().map((name) => images.get(name) as ZipMember),
    );
    return new MultiZippedImageDataset(members, getDtype(options.dtype ?? null));
  }

  get length(): number {
    return this.members.length;
  }

  async getExample(i: number): Promise<NdArray> {
    const member = this.members[i] as ZipMember;
    return decodeImage(this.constructor.name, member.read(), member.name, this.dtype);
  }
}

/** Images in one zip archive: `ZippedImageDataset.open(file)`. */
export class ZippedImageDataset extends MultiZippedImageDataset {
  static override async open(
    file: FileSource,
    options: ZippedImageDatasetOptions = {},
  ): Promise<ZippedImageDataset> {
    return MultiZippedImageDataset.open(file, options);
  }
}

/** Options of `LabeledZippedImageDataset`. */
export interface LabeledZippedImageDatasetOptions extends ZippedImageDatasetOptions {
  readonly labelDtype?: DTypeName;
}

/**
 * Images in a zip archive, with labels from a text file of lines `name label`; decoded when they are asked for: promises of `[image, label]`.
 *
 * @example
 * import { LabeledZippedImageDataset } from 'chainer/datasets';
 * // const images = await LabeledZippedImageDataset.open('images.zip', 'labels.txt');
 * LabeledZippedImageDataset.name; // 'LabeledZippedImageDataset'
 */
export class LabeledZippedImageDataset extends DatasetMixin<Promise<LabeledImage>> {
  private readonly pairs: readonly (readonly [ZipMember, number])[];
  private readonly dtype: DTypeName;
  private readonly labelDtype: DTypeName;

  private constructor(
    pairs: readonly (readonly [ZipMember, number])[],
    dtype: DTypeName,
    labelDtype: DTypeName,
  ) {
    super();
    this.pairs = pairs;
    this.dtype = dtype;
    this.labelDtype = labelDtype;
  }

  /** Reads archive and labels. @throws {Error} for a line that is no name and label, or a name that is not in the archive. */
  static async open(
    zipFile: FileSource,
    labelFile: FileSource,
    options: LabeledZippedImageDatasetOptions = {},
  ): Promise<LabeledZippedImageDataset> {
    const who = 'LabeledZippedImageDataset';
    checkOptions(who, options, ['dtype', 'labelDtype']);
    const images = await imagesIn(who, zipFile);
    const text = new TextDecoder().decode(await contentOf(who, labelFile));
    const pairs = [...labelLines(who, text, nameOfFile(labelFile) ?? 'the file of labels')].map(
      ([name, label]) => {
        const member = images.get(name);
        if (member === undefined)
          throw new Error(`[${who}] the archive has no image ${name}; it has ${images.size} images`);
        return [member, label] as const;
      },
    );
    return new LabeledZippedImageDataset(
      pairs,
      getDtype(options.dtype ?? null),
      options.labelDtype ?? 'int32',
    );
  }

  get length(): number {
    return this.pairs.length;
  }

  async getExample(i: number): Promise<LabeledImage> {
    const [member, label] = this.pairs[i] as readonly [ZipMember, number];
    const image = await decodeImage('LabeledZippedImageDataset', member.read(), member.name, this.dtype);
    return [image, array(label, { dtype: this.labelDtype })];
  }
}

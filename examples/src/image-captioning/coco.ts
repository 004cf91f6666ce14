import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { links as L, xp } from 'chainer';
import { DatasetMixin } from 'chainer/dataset';
import { Vocabulary } from '../text/vocabulary.ts';

/** A caption and the file of its picture. */
export interface Captioned {
  readonly file: string;
  readonly caption: string;
}

/** What MSCOCO's annotations look like, as far as it matters here. */
interface Annotations {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly { readonly image_id: number; readonly caption: string }[];
}

/** MSCOCO's captions, of 2014 as it names its files. */
export async function readCaptions(root: string, part: 'train' | 'val'): Promise<Captioned[]> {
  const file = join(root, 'annotations', `captions_${part}2014.json`);
  const { images, annotations } = JSON.parse(await readFile(file, 'utf8')) as Partial<Annotations>;
  if (!Array.isArray(images) || !Array.isArray(annotations))
    throw new Error(`${file} has no lists 'images' and 'annotations', as MSCOCO's captions have`);
  const files = new Map(images.map(({ id, file_name }) => [id, join(root, `${part}2014`, file_name)]));
  return annotations.map(({ image_id, caption }) => {
    const found = files.get(image_id);
    if (found === undefined)
      throw new Error(`${file} has a caption of picture ${image_id}, but no such picture`);
    return { file: found, caption };
  });
}

/** The words of a caption; full stops and commas are words, too. */
export const words = (caption: string): string[] =>
  caption.toLowerCase().replaceAll('.', ' .').replaceAll(',', ' ,').trim().split(/\s+/);

export const [bos, eos] = [0, 1];

/** The words that occur `threshold` times at least, in alphabetical order. */
export function vocabularyOf(captions: readonly Captioned[], threshold: number): Vocabulary {
  const counts = new Map<string, number>();
  for (const { caption } of captions)
    for (const word of words(caption)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const vocabulary = new Vocabulary(['<bos>', '<eos>', '<unk>']);
  for (const [word, n] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (n >= threshold) vocabulary.add(word);
  return vocabulary;
}

/** What threads are told of the examples: plain data. */
export interface CaptionRequest {
  readonly captions: readonly Captioned[];
  /** The vocabulary, by id. */
  readonly known: readonly string[];
  /** Side to which pictures are scaled. */
  readonly side: number;
}

/** A picture as a network of Caffe's time wants it, `[3, side, side]`. */
export const picture = (file: string, side: number): Promise<xp.NdArray> =>
  L.vgg.prepare(file, { size: [side, side] });

class Captions extends DatasetMixin<Promise<[xp.NdArray, xp.NdArray]>> {
  private readonly request: CaptionRequest;
  private readonly vocabulary: Vocabulary;

  constructor(request: CaptionRequest) {
    super();
    this.request = request;
    this.vocabulary = new Vocabulary(request.known);
  }

  get length(): number {
    return this.request.captions.length;
  }

  async getExample(i: number): Promise<[xp.NdArray, xp.NdArray]> {
    const { file, caption } = this.request.captions[i] as Captioned;
    const ids = words(caption).map((word) => this.vocabulary.id(word));
    return [await picture(file, this.request.side), xp.array(Int32Array.of(bos, ...ids, eos))];
  }
}

/** What the workers of `MultiprocessIterator` load pictures and captions from. */
export const captions = (request: CaptionRequest): Captions => new Captions(request);

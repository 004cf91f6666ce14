import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { array, type NdArray } from '@chainer/xp';
import { writeZip } from '@chainer/xp/internal';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setDatasetRoot } from '../dataset/index.ts';
import { SerialIterator } from '../iterators/serial-iterator.ts';
import {
  getCifar10,
  getCifar100,
  getPtbWords,
  getPtbWordsVocabulary,
  ImageDataset,
  LabeledImageDataset,
  LabeledZippedImageDataset,
  MultiZippedImageDataset,
  TextDataset,
  TransformDataset,
  TupleDataset,
  ZippedImageDataset,
} from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainer-datasets-'));
  setDatasetRoot(folder);
});
afterAll(async () => {
  setDatasetRoot(null);
  await rm(folder, { recursive: true, force: true });
});

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A PNG of 2 by 3 pixels, whose value counts from `first`. */
const png = (first: number, channels: 1 | 3 = 3): Promise<Buffer> =>
  sharp(
    Uint8Array.from({ length: 6 * channels }, (_, i) => first + i),
    { raw: { width: 3, height: 2, channels } },
  )
    .png()
    .toBuffer();

describe('images', () => {
  beforeAll(async () => {
    await mkdir(join(folder, 'pictures'));
    await writeFile(join(folder, 'pictures', 'a.png'), await png(0));
    await writeFile(join(folder, 'pictures', 'b c.png'), await png(50));
    await writeFile(join(folder, 'pictures', 'broken.png'), 'no picture');
    await writeFile(join(folder, 'list.txt'), 'a.png\nb c.png\n');
    await writeFile(join(folder, 'labels.txt'), 'a.png 3\nb c.png -1\n');
  });

  const root = (): string => join(folder, 'pictures');

  test('come as [C, H, W], from paths, a list of them in a file, or bytes', async () => {
    const images = await ImageDataset.open(join(folder, 'list.txt'), { root: root() });
    const x = await images.at(0);
    expect([images.length, x.shape, x.dtype.name]).toEqual([2, [3, 2, 3], 'float32']);
    // Red of the pixels, then green: the file has them one pixel after another.
    expect(x.at(0).toArraySync()).toEqual([
      [0, 3, 6],
      [9, 12, 15],
    ]);
    expect(x.at(1, 0, 0).itemSync()).toBe(1);
    const bytes = await new ImageDataset([await png(7, 1)], { dtype: 'uint8' }).at(0);
    expect([bytes.shape[1], bytes.shape[2], bytes.dtype.name, bytes.at(0, 0, 0).itemSync()]).toEqual([
      2,
      3,
      'uint8',
      7,
    ]);
  });

  test('with labels, in batches, transformed, and beside other parts', async () => {
    const images = await LabeledImageDataset.open(join(folder, 'labels.txt'), { root: root() });
    const it = new SerialIterator(images, 2, { shuffle: false });
    const { value } = await it.next();
    expect(value?.map(([x, t]) => [x.shape, t.dtype.name, t.itemSync()])).toEqual([
      [[3, 2, 3], 'int32', 3],
      [[3, 2, 3], 'int32', -1],
    ]);
    const shapes = new TransformDataset(images, ([x]) => x.shape.length);
    expect(await (shapes.at(1) as unknown as Promise<number>)).toBe(3);
    const [x, name] = (await new TupleDataset(new ImageDataset(['a.png'], { root: root() }), ['first']).at(
      0,
    )) as [NdArray, string];
    expect([x.shape, name]).toEqual([[3, 2, 3], 'first']);
  });

  test('in archives, in alphabetical order, other files passed over', async () => {
    const zip = writeZip(
      [
        ['z.png', await png(9)],
        ['readme.txt', utf8('hello')],
        ['d/a.png', await png(1)],
      ],
      true,
      'test',
    );
    const one = await ZippedImageDataset.open(zip);
    expect(one.length).toBe(2);
    expect((await one.at(0)).at(0, 0, 0).itemSync()).toBe(1);
    const two = await MultiZippedImageDataset.open([
      zip,
      writeZip([['b.png', await png(20)]], false, 'test'),
    ]);
    expect([two.length, (await two.at(2)).at(0, 0, 0).itemSync()]).toEqual([3, 20]);
    const labeled = await LabeledZippedImageDataset.open(zip, utf8('z.png 4\nd/a.png 5\n'));
    const [x, t] = await labeled.at(0);
    expect([x.at(0, 0, 0).itemSync(), t.itemSync()]).toEqual([9, 4]);
    await expect(LabeledZippedImageDataset.open(zip, utf8('q.png 4\n'))).rejects.toThrow(
      'has no image q.png; it has 2 images',
    );
    await expect(ZippedImageDataset.open(zip.subarray(0, 40))).rejects.toThrow(
      '[MultiZippedImageDataset] the archive',
    );
  });

  test('what is wrong is named', async () => {
    const images = new ImageDataset(['broken.png', 'nowhere.png'], { root: root() });
    await expect(images.at(0)).rejects.toThrow(
      /\[ImageDataset\] .*broken\.png cannot be decoded as an image/,
    );
    await expect(images.at(1)).rejects.toThrow(/there is no file .*nowhere\.png/);
    expect(() => new ImageDataset('list.txt' as never)).toThrow('await ImageDataset.open(file)');
    await writeFile(join(folder, 'bad.txt'), 'a.png 1\nb.png\n');
    await expect(LabeledImageDataset.open(join(folder, 'bad.txt'))).rejects.toThrow(
      `line 2 of ${join(folder, 'bad.txt')} must be a path and an integer, got "b.png"`,
    );
  });
});

describe('TextDataset', () => {
  test('lines of one file, of parallel files, filtered, in other encodings', async () => {
    const lines = await TextDataset.open(utf8('eins\r\nzwei\n\ndrei'));
    expect([...lines]).toEqual(['eins', 'zwei', '', 'drei']);
    const parallel = await TextDataset.open(
      [utf8('a\nb\nc\n'), Uint8Array.of(0xe4, 10, 0xf6, 10, 0xfc, 10)],
      {
        encoding: [null, 'latin1'],
        filterFunc: (a) => a !== 'b',
      },
    );
    expect([...parallel]).toEqual([
      ['a', 'ä'],
      ['c', 'ü'],
    ]);
    await expect(TextDataset.open([utf8('a\nb\n'), utf8('a\n')])).rejects.toThrow(
      'files must have equally many lines, but have: file 1 2, file 2 1',
    );
    const broken = await TextDataset.open(Uint8Array.of(0xff, 10));
    expect(() => broken.at(0)).toThrow();
  });
});

/** A tar archive as `tar` writes it. */
function tar(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const [name, content] of Object.entries(files)) {
    const header = new Uint8Array(512);
    header.set(utf8(name));
    header.set(utf8(content.length.toString(8).padStart(11, '0')), 124);
    header[156] = 0x30;
    header.set(utf8('ustar'), 257);
    const padded = new Uint8Array(512 * Math.ceil(content.length / 512));
    padded.set(content);
    blocks.push(header, padded);
  }
  return Buffer.concat([...blocks, new Uint8Array(1024)]);
}

/** Examples whose pixels are all `10 × label`, in CIFAR's binary format. */
const batch = (labels: readonly number[], coarse = false): Uint8Array =>
  Uint8Array.from(
    labels.flatMap((label) => [...(coarse ? [99] : []), label, ...new Array(3072).fill(10 * label)]),
  );

describe('CIFAR', () => {
  beforeAll(() => mkdir(join(folder, 'cifar')));

  test('ten classes: batches one after another, scaled', async () => {
    const files = Object.fromEntries(
      [1, 2, 3, 4, 5].map((k) => [`cifar-10-batches-bin/data_batch_${k}.bin`, batch([k, k + 1])]),
    );
    files['cifar-10-batches-bin/test_batch.bin'] = batch([9]);
    const archive = gzipSync(tar(files));
    await writeFile(join(folder, 'cifar', 'cifar-10-binary.tar.gz'), archive);
    const [train, test10] = (await getCifar10()) as [TupleDataset, TupleDataset];
    expect([train.length, test10.length]).toEqual([10, 1]);
    const [x, t] = train.at(3) as [NdArray, NdArray];
    expect([x.shape, x.dtype.name, t.dtype.name, t.itemSync()]).toEqual([[3, 32, 32], 'float32', 'int32', 3]);
    expect(x.at(2, 31, 31).itemSync()).toBeCloseTo(30 / 255);
    const [flat] = (await getCifar10({ withlabel: false, ndim: 1, scale: 255 })) as [NdArray, NdArray];
    expect([flat.shape, flat.at(9, 0).itemSync()]).toEqual([[10, 3072], 60]);
    await expect(getCifar10({ ndim: 2 as never })).rejects.toThrow('[getCifar10] ndim must be 1 or 3, got 2');
    await writeFile(join(folder, 'cifar', 'cifar-10-binary.tar.gz'), archive.subarray(0, 60));
    await expect(getCifar10()).rejects.toThrow('cifar-10-binary.tar.gz is no complete gzip file');
  });

  test('a hundred classes: the fine labels', async () => {
    const archive = gzipSync(
      tar({
        'cifar-100-binary/train.bin': batch([5, 7], true),
        'cifar-100-binary/test.bin': batch([3], true),
      }),
    );
    await writeFile(join(folder, 'cifar', 'cifar-100-binary.tar.gz'), archive);
    const [train] = (await getCifar100()) as [TupleDataset, TupleDataset];
    expect([...train].map((example) => (example[1] as NdArray).itemSync())).toEqual([5, 7]);
    await writeFile(
      join(folder, 'cifar', 'cifar-100-binary.tar.gz'),
      gzipSync(tar({ 'train.bin': new Uint8Array(100) })),
    );
    await expect(getCifar100()).rejects.toThrow(
      'train.bin in cifar-100-binary.tar.gz has 100 bytes, which are not whole examples of 3074',
    );
  });

  test('where it is not there and there is no network, what to do', async () => {
    await rm(join(folder, 'cifar'), { recursive: true });
    await expect(getCifar10()).rejects.toThrow(
      /cifar-10-binary\.tar\.gz is not there, and could not be downloaded \(.*\)\. Put cifar-10-binary\.tar\.gz there, or set CHAINER_DATASET_ROOT/s,
    );
  });
});

describe('the Penn Treebank', () => {
  test('words by the order in which they first come, sentences end with <eos>', async () => {
    await mkdir(join(folder, 'ptb'));
    const write = (part: string, text: string) => writeFile(join(folder, 'ptb', `ptb.${part}.txt`), text);
    await write('train', ' the cat sat \n the dog \n');
    await write('valid', ' dog sat \n');
    await write('test', ' cat \n');
    const parts = await getPtbWords();
    expect(parts.map((x) => [x.dtype.name, x.toArraySync()])).toEqual([
      ['int32', [0, 1, 2, 3, 0, 4, 3]],
      ['int32', [4, 2, 3]],
      ['int32', [1, 3]],
    ]);
    expect({ ...(await getPtbWordsVocabulary()) }).toEqual({ the: 0, cat: 1, sat: 2, '<eos>': 3, dog: 4 });
    await write('test', ' constructor \n');
    await expect(getPtbWords()).rejects.toThrow(
      "ptb.test.txt has the word 'constructor', which ptb.train.txt has not",
    );
  });
});

test('examples that are at hand stay at hand', () => {
  expect(new TupleDataset([1, 2], array([3, 4])).at(0)[0]).toBe(1);
});

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { NdArray } from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cachedDownload,
  cacheOrLoadFile,
  getDatasetDirectory,
  getDatasetRoot,
  setDatasetRoot,
} from '../dataset/index.ts';
import { readIdx, sha256, unzipped } from './idx.ts';
import { getFashionMnistLabels, getKuzushijiMnistLabels, getMnist } from './mnist.ts';
import type { TupleDataset } from './tuple-dataset.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainer-mnist-'));
  setDatasetRoot(folder);
});
afterAll(async () => {
  setDatasetRoot(null);
  await rm(folder, { recursive: true, force: true });
});

describe('MNIST files', () => {
  test('IDX: header, extents, bytes', () => {
    const file = Uint8Array.from([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]);
    expect(readIdx(file, 'f', 'file', [3])).toEqual({
      shape: [2, 3],
      data: Uint8Array.from([1, 2, 3, 4, 5, 6]),
    });
    expect(() => readIdx(file.subarray(0, 16), 'f', 'file', [3])).toThrow(
      '[f] file is incomplete: 4 bytes of 6',
    );
    expect(() => readIdx(file, 'f', 'file', [4])).toThrow('holds items of shape [3], expected [4]');
    expect(() => readIdx(Uint8Array.from([1, 2]), 'f', 'file', [])).toThrow('[f] file is no IDX file');
  });

  test('gzip that is cut off is refused by name; the hash is that of SHA-256', async () => {
    const packed = gzipSync(Buffer.from('abc'));
    expect(Buffer.from(await unzipped(packed, 'f', 'file')).toString()).toBe('abc');
    await expect(unzipped(packed.subarray(0, 15), 'f', 'file.gz')).rejects.toThrow(
      /\[f\] file\.gz is no complete gzip file/,
    );
    // FIPS 180-2, appendix B.1.
    expect(await sha256(Buffer.from('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  test('content that is not the original is refused with both hashes', async () => {
    await mkdir(join(folder, 'mnist'));
    const images = Buffer.concat([
      Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28]),
      Buffer.alloc(784),
    ]);
    await writeFile(join(folder, 'mnist', 'train-images-idx3-ubyte.gz'), gzipSync(images));
    await expect(getMnist()).rejects.toThrow(
      /\[getMnist\] .*train-images-idx3-ubyte\.gz is not the original: the SHA-256 of its content is [0-9a-f]{64}, expected ba891046[0-9a-f]{56}; remove the file/,
    );
  });

  /** A file of MNIST's format: `count` items of that shape, all bytes `value`. */
  const idx = (count: number, item: readonly number[], value: number): Uint8Array => {
    const header = Buffer.from([
      0,
      0,
      8,
      1 + item.length,
      0,
      0,
      0,
      count,
      ...item.flatMap((d) => [0, 0, 0, d]),
    ]);
    return Buffer.concat([header, Buffer.alloc(count * item.reduce((a, b) => a * b, 1), value)]);
  };

  test('four files of any kind, in any order, packed or not', async () => {
    const [train, tests] = (await getMnist({
      ndim: 3,
      files: [
        new Blob([idx(2, [], 7) as Uint8Array<ArrayBuffer>]),
        idx(2, [28, 28], 0),
        new Response(gzipSync(idx(3, [28, 28], 255))),
        new Uint8Array(idx(3, [], 5)).buffer,
      ],
    })) as [TupleDataset, TupleDataset];
    const shown = [train, tests].map((part) => {
      const [x, t] = part.columns as [NdArray, NdArray];
      return [x.shape, x.max().itemSync(), t.toArraySync()];
    });
    expect(shown).toEqual([
      [[3, 1, 28, 28], 1, [5, 5, 5]],
      [[2, 1, 28, 28], 0, [7, 7]],
    ]);
  });

  test('files that do not fit together are refused, and why', async () => {
    const images = idx(2, [28, 28], 0);
    await expect(getMnist({ files: [images] })).rejects.toThrow('needs four files');
    await expect(getMnist({ files: [images, images, idx(2, [], 0), idx(3, [], 0)] })).rejects.toThrow(
      '[getMnist] the files do not fit together: images 2 and 2, labels 3 and 2',
    );
    const named = new File([Uint8Array.from([1, 2, 3, 4, 5])], 'cat.png');
    await expect(getMnist({ files: [images, images, images, named] })).rejects.toThrow(
      '[getMnist] cat.png is no IDX file of bytes',
    );
    const gone = new Response('', { status: 404, statusText: 'Not Found' });
    await expect(getMnist({ files: [images, images, images, gone] })).rejects.toThrow(
      'the server answered 404 Not Found',
    );
  });

  test('labels of the relatives', () => {
    expect([getFashionMnistLabels().length, getFashionMnistLabels()[9]]).toEqual([10, 'Ankle boot']);
    expect(getKuzushijiMnistLabels()[2]).toEqual(['す', 'su']);
  });
});

describe('downloads', () => {
  let server: Server;
  let url = '';
  let asked = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked++;
      if (request.url === '/missing') response.writeHead(404).end();
      else response.end('content');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('a file is downloaded once', async () => {
    const first = await cachedDownload(`${url}/a`);
    expect(await cachedDownload(`${url}/a`)).toBe(first);
    expect([await readFile(first, 'utf8'), asked]).toEqual(['content', 1]);
  });

  test('what fails is named and leaves nothing', async () => {
    const before = await readdir(join(folder, '_dl_cache'));
    await expect(cachedDownload(`${url}/missing`)).rejects.toThrow(`${url}/missing: the server answered 404`);
    expect(await readdir(join(folder, '_dl_cache'))).toEqual(before);
  });

  test('a cache file is made once, and not at all where making it fails', async () => {
    const file = join(folder, 'made', 'x');
    const load = () =>
      cacheOrLoadFile(
        file,
        async (path) => {
          await writeFile(path, 'made');
          return 'created';
        },
        (path) => readFile(path, 'utf8'),
      );
    expect([await load(), await load()]).toEqual(['created', 'made']);
    const broken = cacheOrLoadFile(
      `${file}2`,
      () => {
        throw new Error('no');
      },
      () => '',
    );
    await expect(broken).rejects.toThrow('no');
    expect(await readdir(join(folder, 'made'))).toEqual(['x']);
  });

  test('the root comes from the setting, else from the environment', async () => {
    expect(getDatasetRoot()).toBe(folder);
    expect(await getDatasetDirectory('pfnet/x')).toBe(join(folder, 'pfnet', 'x'));
    setDatasetRoot(null);
    const before = process.env.CHAINER_DATASET_ROOT;
    process.env.CHAINER_DATASET_ROOT = '/somewhere';
    try {
      expect(getDatasetRoot()).toBe('/somewhere');
      delete process.env.CHAINER_DATASET_ROOT;
      expect(getDatasetRoot()).toMatch(/\.chainer\/dataset$/);
    } finally {
      if (before !== undefined) process.env.CHAINER_DATASET_ROOT = before;
      setDatasetRoot(folder);
    }
  });
});

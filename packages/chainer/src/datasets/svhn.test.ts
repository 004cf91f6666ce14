import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NdArray } from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setDatasetRoot } from '../dataset/index.ts';
import { getSvhn, type TupleDataset } from './index.ts';
import { readMat } from './mat-file.ts';

/** What SciPy's savemat wrote, behind the 124 bytes of text: images and labels of two examples, compressed. */
const compressed =
  'AAFJTQ8AAABHAQAAeJzjY2BgsJBgYGAD0hxAzMkAAaxALADEClDMDMRMQMwIhBFQNoMESICJmYWVjZ2Dk4ubh5ePX0BQSFhEVExcQlJKWkZWTn5UfnjLKygqKauoqqlraG' +
  'pp6+jq6RsYGhmbmJqZW1haWdvY2tmPyg9veQdHJ2cXVzd3D08vbx9fP/+AwKDgkNCw8IjIqOiY2Lj4UfnhLZ+QmJSckpqWnpGZlZ2Tm5dfUFhUXFJaVl5RWVVdU1tXPyo/' +
  'vOUbGpuaW1rb2js6u7p7evv6J0ycNHnK1GnTZ8ycNXvO3HnzR+WHt/yChYsWL1m6bPmKlatWr1m7bv2GjZs2b9m6bfuOnbt279m7b/+o/PCWJ9QqHJUf3vKEWoWj8sNbnl' +
  'CrcFR+eMsTahWOyg9veUKtwlH54S2PvVV44OChw0eOHjt+4uSo/PCWBwCztm3LDwAAACkAAAB4nONjYGAwAGI2IOYAYk4GCGCF8pmAmBGMGRkqwXwmBi5mBgYAGMsA8g==';
/** Not compressed: doubles, int16 in a short element, a text, singles, a complex number. */
const plain =
  'AAFJTQ4AAABQAAAABgAAAAgAAAAGAAAAAAAAAAUAAAAIAAAAAgAAAAIAAAABAAEAYQAAAAkAAAAgAAAAAAAAAAAA+D8AAAAAAAAIwAAAAAAAAABAAAAAAAAAEEAOAAAAOA' +
  'AAAAYAAAAIAAAACgAAAAAAAAAFAAAACAAAAAEAAAACAAAAAQAAAAUAAABzbWFsbAAAAAMABAAHANT+DgAAADAAAAAGAAAACAAAAAQAAAAAAAAABQAAAAgAAAABAAAAAgAA' +
  'AAEABAB0ZXh0EAACAG5vAAAOAAAAQAAAAAYAAAAIAAAABwAAAAAAAAAFAAAACAAAAAEAAAADAAAAAQABAHMAAAAHAAAADAAAAAAAgD8AAABAAABAQAAAAAAOAAAASAAAAA' +
  'YAAAAIAAAABggAAAAAAAAFAAAACAAAAAEAAAABAAAAAQABAHoAAAAJAAAACAAAAAAAAAAAAPA/CQAAAAgAAAAAAAAAAAAAQA==';

const fileOf = (base64: string): Uint8Array =>
  new Uint8Array(Buffer.concat([Buffer.alloc(124, 32), Buffer.from(base64, 'base64')]));

describe('MATLAB files', () => {
  it('are read as SciPy wrote them', async () => {
    const { a, small, s } = await readMat(fileOf(plain), ['a', 'small', 's'], 'file');
    expect([a.shape, Array.from(a.data)]).toEqual([
      [2, 2],
      [1.5, -3, 2, 4],
    ]);
    expect([small.shape, Array.from(small.data)]).toEqual([
      [1, 2],
      [7, -300],
    ]);
    expect(Array.from(s.data)).toEqual([1, 2, 3]);
  });

  it('are read with big ends first', async () => {
    // One array 'n' of two int16, 1 and -2, by the letter of the format.
    const words: [number, number][] = [
      [2, 0x0100],
      [2, 0x4d49],
      [4, 14],
      [4, 56],
      ...[6, 8, 10, 0, 5, 8, 1, 2].map((v): [number, number] => [4, v]),
      [2, 1],
      [2, 1],
      [1, 110],
      [1, 0],
      [2, 0],
      [4, 3],
      [4, 4],
      [2, 1],
      [2, 0xfffe],
      [4, 0],
    ];
    const bytes = new Uint8Array(124 + words.reduce((n, [width]) => n + width, 0));
    const view = new DataView(bytes.buffer);
    let at = 124;
    for (const [width, value] of words) {
      if (width === 1) view.setUint8(at, value);
      else if (width === 2) view.setUint16(at, value);
      else view.setUint32(at, value);
      at += width;
    }
    const { n } = await readMat(bytes, ['n'], 'file');
    expect([n.shape, Array.from(n.data)]).toEqual([
      [1, 2],
      [1, -2],
    ]);
  });

  it('are refused by name', async () => {
    await expect(readMat(new Uint8Array(200), ['a'], 'x.mat')).rejects.toThrow(
      'x.mat is no MATLAB file of version 5',
    );
    await expect(readMat(fileOf(plain), ['b'], 'x.mat')).rejects.toThrow("x.mat has no array 'b'");
    await expect(readMat(fileOf(plain), ['text'], 'x.mat')).rejects.toThrow("'text' is of MATLAB's class 4");
    await expect(readMat(fileOf(plain), ['z'], 'x.mat')).rejects.toThrow('class 6, complex');
    const cut = fileOf(compressed);
    await expect(readMat(cut.subarray(0, 300), ['X'], 'x.mat')).rejects.toThrow(
      'x.mat is incomplete or damaged',
    );
    cut[300] = (cut[300] as number) ^ 255;
    await expect(readMat(cut, ['X'], 'x.mat')).rejects.toThrow(/x\.mat/);
  });
});

describe('getSvhn', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chainer-svhn-'));
    setDatasetRoot(folder);
    await mkdir(join(folder, 'svhn'));
    for (const part of ['train', 'test'])
      await writeFile(join(folder, 'svhn', `${part}_32x32.mat`), fileOf(compressed));
  });
  afterAll(async () => {
    setDatasetRoot(null);
    await rm(folder, { recursive: true, force: true });
  });

  it('gives images as [3, 32, 32], and the digit 0 its label', async () => {
    const [train] = (await getSvhn({ scale: 255 })) as [TupleDataset];
    expect(train.length).toBe(2);
    const [x, label] = train.at(1) as [NdArray, NdArray];
    expect([x.shape, x.dtype.name, label.dtype.name]).toEqual([[3, 32, 32], 'float32', 'int32']);
    // The pixel at row h, column w of channel c of example n was made as h + 64 c + 32 [w > 15] + 10 n.
    for (const [c, h, w] of [
      [0, 0, 0],
      [1, 5, 2],
      [2, 31, 16],
      [0, 7, 31],
    ] as const)
      expect(x.at(c, h, w).itemSync()).toBe(h + 64 * c + 32 * (w > 15 ? 1 : 0) + 10);
    expect([...train].map((example) => (example[1] as NdArray).itemSync())).toEqual([0, 3]);
  });

  it('gives images alone, in any dtype', async () => {
    const [, test] = (await getSvhn({ withlabel: false, dtype: 'float64' })) as [NdArray, NdArray];
    expect([test.shape, test.dtype.name]).toEqual([[2, 3, 32, 32], 'float64']);
    expect(test.at(0, 1, 3, 4).itemSync()).toBeCloseTo(67 / 255, 12);
  });

  it('tells mistakes', async () => {
    await expect(getSvhn({ addExtra: true })).rejects.toThrow(
      /extra_32x32\.mat is not there, and could not be downloaded/,
    );
    await expect(getSvhn({ withLabel: false } as never)).rejects.toThrow("did you mean 'withlabel'?");
  });
});

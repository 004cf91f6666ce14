import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, type NdArray } from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SerialIterator } from '../iterators/serial-iterator.ts';
import { openPickleDataset, openPickleDatasetWriter } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainer-records-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('PickleDataset', () => {
  it('gives examples as they were written, in any order', () => {
    const file = join(folder, 'all');
    const writer = openPickleDatasetWriter(file);
    const date = new Date(0);
    writer.write({ x: array([[1, 2]], { dtype: 'float16' }), tags: new Set(['a']), date, big: 2n ** 70n });
    writer.write([1, 2.5, 'text', null, Uint8Array.of(1, 2)]);
    writer.write([array([5, 6], { dtype: 'int64' }), array([], { dtype: 'bool' })]);
    writer.flush();
    writer.close();
    writer.close();
    const dataset = openPickleDataset<never>(file);
    expect(dataset.length).toBe(3);
    const [a, b] = dataset.at(-1) as [NdArray, NdArray];
    expect([a.dtype.name, a.toArraySync(), b.dtype.name, b.shape]).toEqual(['int64', [5, 6], 'bool', [0]]);
    const first = dataset.at(0) as { x: NdArray; tags: Set<string>; date: Date; big: bigint };
    expect([first.x.dtype.name, first.x.toArraySync()]).toEqual(['float16', [[1, 2]]]);
    expect([first.tags, first.date, first.big]).toEqual([new Set(['a']), date, 2n ** 70n]);
    expect(dataset.slice(1, 2)).toEqual([[1, 2.5, 'text', null, Uint8Array.of(1, 2)]]);
    expect(() => dataset.at(3)).toThrow('index 3 is out of range for 3 examples');
    dataset.close();
    expect(() => dataset.at(0)).toThrow(`the dataset of ${file} is closed`);
    expect(() => writer.write(1)).toThrow(`the writer of ${file} is closed`);
  });

  it('feeds an iterator', () => {
    const file = join(folder, 'iterated');
    const writer = openPickleDatasetWriter(file);
    for (let i = 0; i < 5; i++) writer.write(i);
    writer.close();
    const dataset = openPickleDataset<number>(file);
    const batches = [...new SerialIterator(dataset, 2, { repeat: false, shuffle: false })];
    expect(batches).toEqual([[0, 1], [2, 3], [4]]);
    dataset.close();
  });

  it('refuses what is cut off, or something else', async () => {
    const file = join(folder, 'whole');
    const writer = openPickleDatasetWriter(file);
    writer.write('one');
    writer.write('two');
    writer.close();
    const bytes = await readFile(file);
    for (const missing of [1, bytes.length - 20]) {
      await writeFile(join(folder, 'cut'), bytes.subarray(0, bytes.length - missing));
      expect(() => openPickleDataset(join(folder, 'cut'))).toThrow(
        `cut is cut off: example ${missing === 1 ? 1 : 0} is not complete`,
      );
    }
    await writeFile(join(folder, 'other'), '\x80\x05K\x01.');
    expect(() => openPickleDataset(join(folder, 'other'))).toThrow(
      'is no file of PickleDatasetWriter (those of Python are not read)',
    );
    expect(() => openPickleDataset(join(folder, 'nowhere'))).toThrow(/nowhere/);
    expect(() => openPickleDatasetWriter(join(folder, 'w')).write(() => 1)).toThrow(/could not be cloned/);
  });
});

// What users do wrong with files, and what they are told: the file, what is wrong with it, and what is left as it was.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as xp from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dataset, datasets, links as L, serializers, type Variable } from './index.ts';

let before: ReturnType<typeof xp.setDefaultDevice>;
let folder = '';
beforeAll(async () => {
  before = xp.setDefaultDevice('js');
  folder = await mkdtemp(join(tmpdir(), 'chainer-mistakes-'));
});
afterAll(async () => {
  xp.setDefaultDevice(before);
  await rm(folder, { recursive: true });
});

describe('mistakes with files', () => {
  const model = (): L.Linear => new L.Linear(2, 3);
  const load = (file: string | Uint8Array, into = model()) => serializers.loadNpz(file, into);
  const whole = () => serializers.toNpz(model());

  it('one that is not there', async () => {
    await expect(load(join(folder, 'none.npz'))).rejects.toThrow(
      `[loadNpz] there is no file ${join(folder, 'none.npz')}`,
    );
  });

  it('a folder that is not there', async () => {
    const path = join(folder, 'none', 'model.npz');
    await expect(serializers.saveNpz(path, model())).rejects.toThrow(
      `[saveNpz] cannot write ${path}: ENOENT`,
    );
  });

  it.each([0, 0.3, 0.9])('a snapshot of which only %d is there: the object stays as it was', async (part) => {
    const bytes = await whole();
    const path = join(folder, 'snapshot_iter_1');
    await writeFile(path, bytes.subarray(0, Math.floor(part * bytes.length)));
    const target = model();
    const values = (target.W as Variable).toArraySync();
    await expect(load(path, target)).rejects.toThrow(
      /^\[loadNpz\] .*snapshot_iter_1.* is cut off .*incomplete or damaged and was not loaded; use an earlier snapshot or a backup$/,
    );
    expect(target.W.toArraySync()).toEqual(values);
  });

  it('one with a damaged entry', async () => {
    const bytes = (await whole()).slice();
    bytes[70] = (bytes[70] as number) ^ 255;
    await expect(load(bytes)).rejects.toThrow(/^\[loadNpz\] .*'W\.npy' is damaged.* was not loaded/);
  });

  it('of another network', async () => {
    const bytes = await whole();
    await expect(load(bytes, new L.Linear(2, 4))).rejects.toThrow(
      /^\[loadNpz\] 'W' has shape \[3, 2\] in the file, but the object has \[4, 2\]$/,
    );
    await expect(serializers.loadNpz(bytes, new L.Classifier(model()))).rejects.toThrow(
      /^\[loadNpz\] 'predictor\/W' is not in the file \(it has 'W' …\); pass \{strict: false\}/,
    );
  });

  it('into nothing', async () => {
    await expect(serializers.loadNpz(await whole(), undefined as never)).rejects.toThrow(
      /^\[loadNpz\] the object must have a serialize method: a link, an optimizer, a trainer$/,
    );
  });

  it('datasets that are not there and cannot be downloaded', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
    dataset.setDatasetRoot(folder);
    try {
      await expect(datasets.getMnist()).rejects.toThrow(
        /^\[getMnist\] .*train-images-idx3-ubyte\.gz is not there, and could not be downloaded \(.*fetch failed.*\)\. Put the four original \.gz files into .*mnist\/, or set CHAINER_DATASET_ROOT/,
      );
    } finally {
      dataset.setDatasetRoot(null);
      vi.unstubAllGlobals();
    }
    await expect(readFile(join(folder, 'mnist', 'train-images-idx3-ubyte.gz'))).rejects.toThrow('ENOENT');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { xp } from 'chainer';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cropped } from './cropped.ts';
import { drawPictures } from './drawn-pictures.ts';
import { meanPicture } from './mean.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagenet-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Two pictures of 6 × 4: a grey one whose pixels are 10 · row + column, and one of plain red. */
async function pictures(): Promise<string> {
  const grey = Uint8Array.from({ length: 24 }, (_, i) => 10 * Math.floor(i / 6) + (i % 6));
  await sharp(grey, { raw: { width: 6, height: 4, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(join(folder, 'grey.png'));
  await sharp({ create: { width: 6, height: 4, channels: 4, background: 'red' } })
    .png()
    .toFile(join(folder, 'red.png'));
  const list = join(folder, 'list.txt');
  await writeFile(list, 'grey.png 3\nred.png 7\n');
  return list;
}

const options = { side: 2, dtype: 'float32' } as const;

describe('pictures of a list', () => {
  test('the mean is that of three channels, whatever the files have', async () => {
    const mean = await meanPicture(await pictures(), folder);
    expect([mean.shape, mean.dtype.name]).toEqual([[3, 4, 6], 'float32']);
    expect(mean.at(':', 1, 2).toArraySync()).toEqual([(12 + 255) / 2, 6, 6]);
  });

  test('the middle is cut out, less the mean, over 255', async () => {
    const list = await pictures();
    const mean = join(folder, 'mean.npy');
    xp.save(mean, xp.full([3, 4, 6], 2));
    const data = await cropped({ list, root: folder, mean, seed: null, ...options });
    const [x, t] = await data.at(0);
    const expected = [10, 11, 20, 21].map((v) => Math.fround((v + 2 - 2) / 255));
    expect((x.at(1).ravel() as xp.NdArray).toArraySync()).toEqual(expected);
    expect([x.shape, t.itemSync(), data.length]).toEqual([[3, 2, 2], 3, 2]);
  });

  test('by chance another part is cut out, and mirrored', async () => {
    const list = await pictures();
    const mean = join(folder, 'mean.npy');
    xp.save(mean, xp.zeros([3, 4, 6]));
    const seen = new Set<string>();
    const data = await cropped({ list, root: folder, mean, seed: 1, ...options });
    for (let i = 0; i < 200; i++) {
      const [x] = await data.at(0);
      const [a, b] = x.at(0, 0).mul(255).add(0.5).toArraySync() as number[];
      seen.add(`${Math.floor(a as number)} ${Math.floor(b as number)}`);
    }
    // Three rows and five columns to begin at, either way round.
    expect(seen.size).toBe(30);
  });

  test('what does not fit is named', async () => {
    const list = await pictures();
    const mean = join(folder, 'mean.npy');
    xp.save(mean, xp.zeros([3, 8, 8]));
    const all = { list, root: folder, mean, seed: null, ...options };
    await expect((await cropped(all)).at(0)).rejects.toThrow('picture 0 is 6 × 4, the mean picture 8 × 8');
    await expect((await cropped({ ...all, side: 5 })).at(0)).rejects.toThrow('5 × 5 cannot be cut out');
  });

  test('drawn ones are files of one size, with labels of ten classes', async () => {
    const list = await drawPictures(folder, 'train', { seed: 1, n: 3, side: 40 });
    expect((await meanPicture(list, folder)).shape).toEqual([3, 40, 40]);
  });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { xp } from 'chainer';
import { shapes } from '../cifar/shapes.ts';
import { savePictures } from '../pictures.ts';

/** Writes drawn shapes as picture files with a list of their labels, as the photographs come: `FOLDER/NAME/0.png …`, `FOLDER/NAME.txt`. */
export async function drawPictures(
  folder: string,
  name: string,
  { seed, n, side }: { readonly seed: number; readonly n: number; readonly side: number },
): Promise<string> {
  const [pixels, t] = shapes(seed, n, side).columns as [xp.NdArray, xp.NdArray];
  const labels = t.toArraySync() as number[];
  await mkdir(join(folder, name), { recursive: true });
  const lines: string[] = [];
  for (let i = 0; i < n; i++) {
    const path = join(name, `${i}.png`);
    await savePictures(join(folder, path), pixels.at(`${i}:${i + 1}`), 1);
    lines.push(`${path} ${labels[i]}`);
  }
  const list = join(folder, `${name}.txt`);
  await writeFile(list, `${lines.join('\n')}\n`);
  return list;
}

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { xp } from 'chainer';
import sharp from 'sharp';

/** Writes pictures `[N, C, H, W]` (1 or 3 channels, 0 to 1) into one PNG, side by side in rows of `columns`. */
export async function savePictures(file: string, pictures: xp.NdArray, columns: number): Promise<void> {
  const [n, channels, h, w] = pictures.shape as [number, number, number, number];
  const rows = Math.ceil(n / columns);
  const grid = xp.zeros([rows * h, columns * w, channels], { dtype: 'uint8' });
  const bytes = xp.clip(pictures.mul(255).add(0.5), 0, 255).astype('uint8').transpose([0, 2, 3, 1]);
  for (let i = 0; i < n; i++) {
    const [top, left] = [Math.floor(i / columns) * h, (i % columns) * w];
    grid.setAt(bytes.at(i), `${top}:${top + h}`, `${left}:${left + w}`);
  }
  await mkdir(dirname(file), { recursive: true });
  const raw = { width: columns * w, height: rows * h, channels: channels as 1 | 3 };
  await sharp(grid.dataSync() as Uint8Array, { raw })
    .png()
    .toFile(file);
}

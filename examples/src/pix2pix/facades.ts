import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { xp } from 'chainer';
import sharp from 'sharp';
import { Dice } from '../dice.ts';

/** A plan (labels, one channel each, 0 or 1) and the picture that it is a plan of (`[3, S, S]`, -1 to 1). */
export type Facade = readonly [plan: xp.NdArray, picture: xp.NdArray];

/** What a place of a plan is. */
export const labels = 12;

/**
 * The facades of the CMP data base: pictures `*.jpg`, and beside each a plan `*.png` whose pixels are labels from 1 to 12; scaled to
 * `side`.
 */
export async function readFacades(folder: string, side: number): Promise<Facade[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jpg')).sort();
  if (names.length === 0) throw new Error(`--dataset: no *.jpg in ${folder}`);
  return await Promise.all(
    names.map(async (name): Promise<Facade> => {
      const scaled = { fit: 'fill', kernel: 'nearest' } as const;
      const photo = sharp(join(folder, name)).removeAlpha().toColourspace('srgb').resize(side, side, scaled);
      const rgb = xp.array(await photo.raw().toBuffer(), { shape: [side, side, 3] });
      const plan = sharp(join(folder, name.replace(/jpg$/, 'png')), { pages: 1 }).resize(side, side, scaled);
      const { data, info } = await plan.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
      const ids = xp.array(data, { shape: [side, side, info.channels] }).at('...', 0);
      return [oneHot(ids), rgb.astype('float32').div(127.5).sub(1).transpose([2, 0, 1])];
    }),
  );
}

function oneHot(ids: xp.NdArray): xp.NdArray {
  const label = xp.arange(labels, { dtype: 'int32' }).reshape([labels, 1, 1]);
  return xp.equal(ids.astype('int32').sub(1), label).astype('float32');
}

/** Colours of wall, window, door and roof. */
const paint = [
  [0.5, 0.1, -0.2],
  [-0.4, -0.1, 0.7],
  [-0.2, -0.6, -0.8],
  [0.2, -0.7, -0.6],
] as const;

/** Houses drawn by a program: a wall with a roof, windows in rows, a door; plan and picture. */
export function drawnFacades(seed: number, n: number, side: number): Facade[] {
  const dice = new Dice(seed);
  return Array.from({ length: n }, () => {
    const ids = new Int32Array(side * side).fill(1);
    const fill = (label: number, top: number, left: number, height: number, width: number) => {
      for (let y = Math.floor(top); y < top + height; y++)
        for (let x = Math.floor(left); x < left + width; x++)
          if (y < side && x < side) ids[y * side + x] = label;
    };
    const roof = Math.floor(side * (0.1 + 0.15 * dice.next()));
    fill(4, 0, 0, roof, side);
    const [rows, columns] = [1 + dice.below(2), 2 + dice.below(2)];
    const [stepY, stepX] = [(side * 0.7 - roof) / rows, side / columns];
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++)
        fill(2, roof + (r + 0.25) * stepY, (c + 0.25) * stepX, stepY / 2, stepX / 2);
    fill(3, side * 0.75, side * (0.1 + 0.6 * dice.next()), side * 0.25, side * 0.2);
    const picture = new Float32Array(3 * side * side);
    ids.forEach((label, i) => {
      const colour = paint[label - 1] as (typeof paint)[number];
      for (let c = 0; c < 3; c++)
        picture[c * side * side + i] = (colour[c] as number) + 0.1 * (dice.next() - 0.5);
    });
    return [oneHot(xp.array(ids, { shape: [side, side] })), xp.array(picture, { shape: [3, side, side] })];
  });
}

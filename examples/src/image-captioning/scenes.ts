import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { Dice } from '../dice.ts';

const colours = { red: '#d22', green: '#2a2', blue: '#24d', yellow: '#dd2' };
const places = { left: 14, right: 34 };
const forms: Readonly<Record<string, (x: number) => string>> = {
  circle: (x) => `<circle cx="${x}" cy="24" r="10"`,
  square: (x) => `<rect x="${x - 9}" y="15" width="18" height="18"`,
  triangle: (x) => `<path d="M ${x - 11} 34 L ${x} 12 L ${x + 11} 34 Z"`,
};

/** Writes pictures of coloured forms with captions, below a folder in MSCOCO's arrangement. */
export async function drawScenes(
  root: string,
  part: 'train' | 'val',
  seed: number,
  n: number,
): Promise<void> {
  const dice = new Dice(seed);
  const folder = join(root, `${part}2014`);
  await mkdir(folder, { recursive: true });
  await mkdir(join(root, 'annotations'), { recursive: true });
  const images: object[] = [];
  const annotations: object[] = [];
  for (let id = 0; id < n; id++) {
    const [[colour, fill], [place, x], [form, draw]] = [
      dice.pick(Object.entries(colours)),
      dice.pick(Object.entries(places)),
      dice.pick(Object.entries(forms)),
    ];
    const grey = 10 * dice.below(9);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48">
      <rect width="48" height="48" fill="rgb(${grey}, ${grey}, ${grey})"/>
      ${draw(x + dice.below(5) - 2)} fill="${fill}"/></svg>`;
    const file_name = `${id}.png`;
    await sharp(Buffer.from(svg)).removeAlpha().png().toFile(join(folder, file_name));
    images.push({ id, file_name });
    annotations.push({ id, image_id: id, caption: `A ${colour} ${form} on the ${place}.` });
  }
  const file = join(root, 'annotations', `captions_${part}2014.json`);
  await writeFile(file, JSON.stringify({ images, annotations }));
}

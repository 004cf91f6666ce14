import { datasets, xp } from 'chainer';
import { glyphs, type Stroke } from './strokes.ts';

/** Side of an image. */
const side = 28;
/** Side of the box that a digit fills, before it is distorted. */
const box = 19;
/** Random numbers that one digit takes. */
const draws = 24;

/**
 * Digits drawn by a program, in MNIST's form, for machines where MNIST cannot be had: strokes of one of several ways of writing each
 * digit, moved, turned, slanted, stretched and bent at random, drawn with a round pen.
 *
 * @returns training and test set: image `[784]` (float32, 0 to 1), or `[1, 28, 28]` for `ndim: 3`, and label (int32).
 */
export function drawnDigits(
  options: {
    readonly seed?: number;
    readonly ndim?: 1 | 3;
    readonly train?: number;
    readonly test?: number;
  } = {},
): [datasets.TupleDataset, datasets.TupleDataset] {
  const { seed = 0, ndim = 1, train = 60_000, test = 10_000 } = options;
  const stream = new xp.random.RandomState(seed);
  return [part(stream, train, ndim), part(stream, test, ndim)];
}

function part(stream: xp.random.RandomState, count: number, ndim: 1 | 3): datasets.TupleDataset {
  const random = stream.rand(count * draws, { device: 'js' }).dataSync() as Float32Array;
  const pixels = new Float32Array(count * side * side);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const own = random.subarray(i * draws, (i + 1) * draws);
    const label = Math.min(Math.floor((own[0] as number) * 10), 9);
    labels[i] = label;
    draw(label, own, pixels.subarray(i * side * side, (i + 1) * side * side));
  }
  return new datasets.TupleDataset(
    xp.array(pixels, { shape: ndim === 1 ? [count, 784] : [count, 1, 28, 28] }),
    labels,
  );
}

/** Draws one digit; `random` decides everything about it. */
function draw(label: number, random: Float32Array, image: Float32Array): void {
  let next = 1;
  const uniform = (low: number, high: number): number => low + (high - low) * (random[next++] as number);
  const ways = glyphs[label] as (typeof glyphs)[number];
  const glyph = ways[Math.min(Math.floor(uniform(0, ways.length)), ways.length - 1)] as readonly Stroke[];
  // Affine: scale, slant, turn, move.
  const [width, height] = [box * uniform(0.75, 1.05), box * uniform(0.9, 1.1)];
  const slant = uniform(-0.1, 0.35);
  const angle = uniform(-0.18, 0.18);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [moveX, moveY] = [side / 2 + uniform(-1.5, 1.5), side / 2 + uniform(-1.5, 1.5)];
  // Elastic: two waves along each axis.
  const waves = [true, false, true, false].map((alongX) => {
    const [size, phase, turn] = [uniform(-0.9, 0.9), uniform(0, 2 * Math.PI), uniform(0, Math.PI)];
    return { size, phase, fx: 0.25 * Math.cos(turn), fy: 0.25 * Math.sin(turn), alongX };
  });
  const radius = uniform(0.75, 1.45);
  const place = ([px, py]: readonly [number, number]): [number, number] => {
    const x = (px - 0.5) * width - slant * (py - 0.5) * height;
    const y = (py - 0.5) * height;
    const ax = cos * x - sin * y;
    const ay = sin * x + cos * y;
    let bx = 0;
    let by = 0;
    for (const { size, phase, fx, fy, alongX } of waves) {
      const bend = size * Math.sin(fx * ax + fy * ay + phase);
      if (alongX) bx += bend;
      else by += bend;
    }
    return [moveX + ax + bx, moveY + ay + by];
  };
  for (const stroke of glyph) {
    const points = stroke.map(place);
    for (let k = 1; k < points.length; k++) {
      segment(image, points[k - 1] as [number, number], points[k] as [number, number], radius);
    }
  }
}

/** Draws a line with a round pen: pixels darken with their nearness to it. */
function segment(
  image: Float32Array,
  [x0, y0]: [number, number],
  [x1, y1]: [number, number],
  radius: number,
): void {
  const reach = radius + 1;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(side - 1, Math.ceil(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const bottom = Math.min(side - 1, Math.ceil(Math.max(y0, y1) + reach));
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy || 1;
  const outer = (radius + 0.5) ** 2;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / length, 0), 1);
      const ex = x - x0 - along * dx;
      const ey = y - y0 - along * dy;
      const squared = ex * ex + ey * ey;
      if (squared >= outer) continue;
      const ink = Math.min(radius + 0.5 - Math.sqrt(squared), 1);
      const at = y * side + x;
      if (ink > (image[at] as number)) image[at] = ink;
    }
  }
}

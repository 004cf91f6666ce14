import { datasets, xp } from 'chainer';
import { Dice } from '../dice.ts';

/** Ten classes, in CIFAR's form: five shapes, each on a plain or a striped ground. */
const inside: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => x * x + y * y < 1,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.85,
  (x, y) => Math.abs(x) + Math.abs(y) < 1.1,
  (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.3 && Math.max(Math.abs(x), Math.abs(y)) < 1,
  (x, y) => y > -0.8 && y < 0.9 && Math.abs(x) < (y + 0.8) * 0.6,
];

/** Pictures of shapes in random colours, places and sizes, with noise: `[3, side, side]`, float32 from 0 to 1. */
export function shapes(seed: number, n: number, side = 32): datasets.TupleDataset {
  const dice = new Dice(seed);
  const between = (low: number, high: number) => low + (high - low) * dice.next();
  const pixels = new Float32Array(n * 3 * side * side);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const label = dice.below(10);
    labels[i] = label;
    const colour = () => [between(0, 1), between(0, 1), between(0, 1)] as const;
    const [ground, ink] = [colour(), colour()];
    // For pictures of 32 × 32; others are drawn larger or smaller.
    const [size, cx, cy, stripe] = [between(6, 11), between(12, 20), between(12, 20), between(4, 7)];
    const scale = 32 / side;
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const within = (inside[label % 5] as (x: number, y: number) => boolean)(
          (x * scale - cx) / size,
          (y * scale - cy) / size,
        );
        const dark = label >= 5 && ((x + y) * scale) % stripe < stripe / 2 ? 0.55 : 1;
        for (let c = 0; c < 3; c++) {
          const value = within ? (ink[c] as number) : (ground[c] as number) * dark;
          pixels[((i * 3 + c) * side + y) * side + x] = Math.min(
            1,
            Math.max(0, value + between(-0.05, 0.05)),
          );
        }
      }
  }
  return new datasets.TupleDataset(xp.array(pixels, { shape: [n, 3, side, side] }), labels);
}

import { type Expr, input } from '@chainer/xp';
import {
  type DType,
  float16,
  float32,
  float64,
  int8,
  int32,
  int64,
  js,
  Kernel,
  NdArray,
  type Scalar,
  uint8,
} from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, outputs, type Pair, pair } from './both.testing.ts';

const bytes = ({ storage }: NdArray) => Buffer.from(storage.view(uint8) as Uint8Array);

/** Runs a kernel on both devices into outputs that start at `first` and compares all bytes, those around the outputs, too. */
function compare(
  name: string,
  expressions: readonly Expr[],
  inputs: readonly (Pair | Scalar)[],
  shape: readonly number[],
  first: number,
): void {
  const side = (k: number) =>
    inputs.map((x) => (Array.isArray(x) ? (x as Pair)[k] : x)) as (NdArray | Scalar)[];
  const program = new Kernel(name, [...expressions]).program(side(0));
  const size = shape.reduce((n, d) => n * d, 1);
  const rooms = program.outputs.map((o) => outputs(o.dtype, [size + 2 * first]));
  [js, cpu].forEach((device, k) => {
    const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((n, d) => n * d, 1));
    const outs = rooms.map(
      (room, j) => new NdArray(room[k]!.storage, program.outputs[j]!.dtype, shape, steps, first),
    );
    device.kernels.elementwise(program, side(k), outs, shape);
  });
  rooms.forEach((room, j) => {
    expect(bytes(room[0]).equals(bytes(room[1])), `${name}, output ${j} from ${first}`).toBe(true);
  });
}

describe('results that are written past the caches, dense and beside the boundaries of cache lines', () => {
  const [a, b, c] = [input(0), input(1), input(2)];
  const numbers = (d: DType, shape: readonly number[], salt: number) =>
    pair(d, shape, (i) => ((i * salt) % 61) - 30);

  for (const d of [float32, float64, float16, int32, int64, int8]) {
    it(d.name, () => {
      const shape = [(2.2e6 / 1003 / d.itemsize) | 0, 1003];
      const [x, y] = [numbers(d, shape, 1), numbers(d, shape, 7)];
      const column = numbers(d, [shape[0]!, 1], 5);
      const kernels: Record<string, [Expr[], (Pair | Scalar)[]]> = {
        'x + y': [[a.add(b)], [x, y]],
        '3 - x': [[b.sub(a)], [x, 3]],
        'x - 3': [[a.sub(b)], [x, 3]],
        '-x': [[a.neg()], [x]],
        'x · 1 column': [[a.mul(b)], [x, column]],
        'x·y + x': [[a.mul(b).add(a)], [x, y]],
        'a result that goes on': [
          [a.add(b), a.add(b).mul(c)],
          [x, y, 2],
        ],
        'one result twice': [
          [a.sub(b), a.sub(b)],
          [x, y],
        ],
        'a scalar everywhere': [
          [b.add(b), a.add(b)],
          [x, 2],
        ],
      };
      // Narrow results have no loops that write so, and are copied.
      const tried = Object.entries(kernels).slice(0, d.itemsize < 4 ? 2 : undefined);
      for (const first of [0, 3]) {
        for (const [name, [expressions, operands]] of tried)
          compare(name, expressions, operands, shape, first);
      }
    });
  }

  it('other types than those that are read', () => {
    const x = numbers(float32, [300_001], 3);
    compare('to float64', [a.cast(float64)], [x], [300_001], 1);
    compare('to int64', [a.cast(int64)], [x], [300_001], 1);
  });
});

describe('runs of one program after another', () => {
  const [x] = pair(float32, [1], () => 0);
  const program = new Kernel('axpy', [input(0).mul(input(2)).add(input(1))]).program([x, x, 2]);

  it('know other sizes, operands of one element, results in place and other scalars', () => {
    const sizes = [10, 10, 7, 600_001, 600_001, 10, 1, 10, 530_000, 700_000];
    for (const kind of ['apart', 'in place', 'one element', 'in place', 'apart'] as const) {
      sizes.forEach((n, i) => {
        const x = pair(float32, [n], (k) => ((k * 5) % 31) + i);
        const y = pair(float32, [kind === 'one element' ? 1 : n], (k) => (k % 17) - i);
        const out = kind === 'in place' ? x : outputs(float32, [n]);
        [js, cpu].forEach((device, k) => {
          device.kernels.elementwise(program, [x[k]!, y[k]!, i / 4], [out[k]!], [n]);
        });
        expect(bytes(out[0]).equals(bytes(out[1])), `${kind}, ${n} elements`).toBe(true);
      });
    }
  });
});

import { describe, expect, it } from 'vitest';
import { apply, coord, type Expr, fold, input, lift } from '../../index.ts';
import {
  type ElementwiseCall,
  float16,
  float32,
  float64,
  int8,
  int32,
  Kernel,
  NdArray,
  type Program,
  ReleasedError,
  ValueError,
} from '../../internal.ts';
import { onBoth } from './programs.testing.ts';
import { layouts, type Pair, type Sides } from './sides.testing.ts';

/** What a launch of `elementwise` and `elementwiseMany` must keep. */
export function elementwiseTests(sides: Sides): void {
  const { device, slow, those, both, pair, outputs, difference, differentByte, values } = sides;
  describe('what a launch must keep', () => {
    it('outputs over inputs: in place, both results of a program from the values before', async () => {
      const kernel = new Kernel('swap-like', [input(0).add(input(1)), input(0).mul(2).sub(input(1))]);
      for (const n of [5, 3000, 100000]) {
        const x = pair(float32, [n], (i) => i % 13);
        const y = pair(float32, [n], (i) => i % 7);
        const program = kernel.program([x[0], y[0]]);
        both((on, k) => on.kernels.elementwise(program, [x[k], y[k]], [x[k], y[k]], [n]));
        expect(await difference(x, 0)).toBeNull();
        expect(await difference(y, 0)).toBeNull();
      }
    });

    it('an exchange of two arrays in place', async () => {
      const kernel = new Kernel('swap', [input(1), input(0)]);
      const x = pair(float32, [2500], (i) => i);
      const y = pair(float32, [2500], (i) => -i);
      const program = kernel.program([x[0], y[0]]);
      both((on, k) => on.kernels.elementwise(program, [x[k], y[k]], [x[k], y[k]], [2500]));
      // js reads both operands of an element before it writes; so must every block here.
      expect(await difference(x, 0)).toBeNull();
      expect(await difference(y, 0)).toBeNull();
    });

    it('what lies beyond a view, of arrays so large that a thread computes several elements', async () => {
      const n = 2 ** 14 + 77;
      const kernel = new Kernel('twice', [input(0).mul(2).add(input(1)), input(0).sub(1)]);
      const x = pair(float32, [n], (i) => i % 1000);
      const one = pair(float32, [], () => 0.5);
      const y = outputs(float32, [n]);
      // The array ends before its memory does: what lies beyond stays as it is.
      const view = (a: NdArray) => new NdArray(a.storage, a.dtype, [n - 3], [1], 0);
      const program = kernel.program([view(x[0]), one[0]]);
      both((on, k) => {
        on.kernels.elementwise(program, [view(x[k]), one[k]], [view(y[k]), view(x[k])], [n - 3]);
      });
      expect(await difference(x, 0)).toBeNull();
      expect(await difference(y, 0)).toBeNull();
      expect((await values(y[1]))[n - 4]).toBe(2 * ((n - 4) % 1000) + 0.5);
    });

    it('coordinates of lines of one length after another, by one program', async () => {
      const program = new Kernel('place', [coord(0).mul(2)]).program([], [float32]);
      for (const n of [6, 16, 5000, 3]) {
        const [out] = onBoth(sides, program, [], [n]);
        expect(await difference(out!, 0), `${n}`).toBeNull();
      }
    });

    it('coordinates beside operands of any layout, where axes of one element stand between', async () => {
      const place = coord(0).mul(7).add(coord(1).mul(5)).add(coord(2).mul(3)).add(coord(3));
      const kernel = new Kernel('place', [input(0).add(place)], [false]);
      for (const layout of layouts)
        for (const shape of [
          [3, 1, 500, 1],
          [2, 200, 1, 3],
          [300, 1, 2, 211],
          [2, 3, 4, 5],
        ]) {
          const x = pair(float32, shape, (i) => i % 101, layout);
          const [out] = onBoth(sides, kernel.program([x[0]], [float32]), [x], shape);
          expect(await difference(out!, 0), `${layout}, [${shape}]`).toBeNull();
        }
    });

    it('coordinates, raw operands and loops', async () => {
      const x = pair(float32, [41, 37], (i) => i % 101, 'transposed');
      const turn = input(0).at(coord(1), coord(0)).add(coord(0).mul(2)).sub(coord(1));
      const flipped = new Kernel('turn', [turn], [true]);
      const results = sides.wide ? [undefined, [float32]] : [[float32]];
      for (const result of results) {
        const [out] = onBoth(sides, flipped.program([x[0]], result), [x], [37, 41]);
        expect(await difference(out!, 0)).toBeNull();
      }

      for (const d of those([float32, float64])) {
        const table = pair(d, [100], (i) => i * i);
        const index = pair(int32, [300, 3], (i) => (i * 37) % 100);
        const pick = new Kernel('pick', [input(0).at(input(1)).mul(0.5)], [true, false]);
        const [picked] = onBoth(sides, pick.program([table[0], index[0]]), [table, index], [300, 3]);
        expect(await difference(picked!, 0)).toBeNull();
      }

      const one = lift(1).cast('float32');
      const y = pair(float32, [50], (i) => (i - 25) / 10);
      const powers = new Kernel('powers', [
        fold(5, [one], ([acc], k) => [(acc as Expr).mul(input(0)).add(k.cast('float32'))])[0]!,
      ]);
      const [sums] = onBoth(sides, powers.program([y[0]]), [y], [50]);
      expect(await difference(sums!, 60)).toBeNull();

      const bounded = new Kernel(
        'bounded',
        fold(
          9,
          [one, 0],
          ([acc, n]) => [(acc as Expr).mul(input(0).add(2)), (n as Expr).add(1)],
          ([acc]) => (acc as Expr).abs().gt(50),
        ),
      );
      for (const out of onBoth(sides, bounded.program([y[0]]), [y], [50]))
        expect(await difference(out, 60)).toBeNull();
    });

    it('more operands than a kernel may bind', async () => {
      const many = 20;
      const kernel = new Kernel('sum', [
        Array.from({ length: many }, (_, k) => input(k)).reduce((a, b) => a.mul(0.5).add(b)),
      ]);
      const xs = Array.from({ length: many }, (_, k) =>
        pair(float32, [30, 5], (i) => (i * (k + 3)) % 17, layouts[k % 5]),
      );
      const [out] = onBoth(sides, kernel.program(xs.map((x) => x[0])), xs, [30, 5]);
      expect(await difference(out!, 8)).toBeNull();
    });

    it('an integer to a negative power is an error, from any thread', async () => {
      for (const n of [1000, 100_000]) {
        const [, x] = pair(int32, [n], (i) => (i === n - 1 ? -1 : 2));
        const [, out] = outputs(int32, [n]);
        const program = new Kernel('power', [apply('pow', lift(3), input(0))]).program([x]);
        const found = await sides.failure(out, () => device.kernels.elementwise(program, [x], [out], [n]));
        expect(found).toBeInstanceOf(ValueError);
        expect((found as Error).message).toContain(
          '[power] integers to negative integer powers are not allowed: 3 ** -1',
        );
      }
    });

    it('runs of a released array throw the error that names the cure', () => {
      const [, x] = pair(float32, [4], () => 1);
      const [, out] = outputs(float32, [4]);
      const program = new Kernel('neg', [input(0).neg()]).program([x]);
      x.storage.release();
      expect(() => device.kernels.elementwise(program, [x], [out], [4])).toThrow(ReleasedError);
      expect(() => device.kernels.elementwise(program, [x], [out], [4])).toThrow('released by the scope');
    });

    it('results that are written past the caches, dense and beside the boundaries of cache lines', async () => {
      for (const d of those([float32, float64, float16, int32, int8])) {
        const shape = [((slow ? 2.2e5 : 2.2e6) / 1003 / d.itemsize) | 0, 1003];
        const size = shape[0]! * 1003;
        const x = pair(d, shape, (i) => (i % 61) - 30);
        const program = new Kernel('double', [input(0).add(input(0))]).program([x[0]]);
        for (const first of [0, 3]) {
          const room = outputs(d, [size + 2 * first]);
          both((on, k) => {
            const out = new NdArray(room[k].storage, d, shape, [1003, 1], first);
            on.kernels.elementwise(program, [x[k]], [out], shape);
          });
          expect(await differentByte(room), `${d.name} from ${first}`).toBeNull();
        }
      }
    });
  });

  describe('many runs in one go', () => {
    const runMany = (program: Program, calls: (k: 0 | 1) => ElementwiseCall[]) =>
      both((on, k) => on.kernels.elementwiseMany(program, calls(k)));

    it('each with its own scalars, shape and layout', async () => {
      const kernel = new Kernel('axpy', [input(0).mul(input(2)).add(input(1))]);
      const made = Array.from({ length: slow ? 700 : 3000 }, (_, i) => {
        const shape = [1 + (i % 5), 1 + (i % 3)];
        return {
          shape,
          x: pair(float32, shape, (k) => k + i),
          y: pair(float32, shape, (k) => k, i % 2 ? 'transposed' : 'dense'),
          out: outputs(float32, shape),
        };
      });
      const program = kernel.program([made[0]!.x[0], made[0]!.y[0], 2]);
      runMany(program, (k) =>
        made.map((m, i) => ({ inputs: [m.x[k], m.y[k], i / 8], outputs: [m.out[k]], shape: m.shape })),
      );
      for (const [i, m] of made.entries()) expect(await difference(m.out, 2), `run ${i}`).toBeNull();
    });

    it('large and small ones in place: threads share the blocks of all of them', async () => {
      const sizes = [3, 600_000, 1, 70_000, 1025, 0, 2];
      const kernel = new Kernel('step', [input(0).sub(input(1).mul(input(2)))]);
      const made = sizes.map((n, i) => ({
        x: pair(float32, [n], (k) => (k % 97) + i),
        g: pair(float32, [n], (k) => (k % 13) - 6),
      }));
      const program = kernel.program([made[0]!.x[0], made[0]!.g[0], 0.5]);
      runMany(program, (k) =>
        made.map((m, i) => ({ inputs: [m.x[k], m.g[k], i / 4], outputs: [m.x[k]], shape: [sizes[i]!] })),
      );
      for (const [i, m] of made.entries()) expect(await difference(m.x, 1), `run ${i}`).toBeNull();
    });

    it('an optimizer that keeps state: several results in place, parts of arrays, a scalar for each', async () => {
      const [p, g, m, v] = [0, 1, 2, 3].map((k) => input(k)) as [Expr, Expr, Expr, Expr];
      const m1 = m.mul(0.9).add(g.mul(0.1));
      const v1 = v.mul(0.99).add(g.square().mul(0.01));
      const kernel = new Kernel('moments', [p.sub(m1.mul(input(4)).div(v1.sqrt().add(1e-3))), m1, v1]);
      const shapes = [[20, 30], [30], [7, 5, 3, 3], [7], [1], [300, 50], []];
      const some = (seed: number) => (i: number) => (((i + seed) * 37) % 101) / 50 - 1;
      const made = shapes.map((shape, i) => ({
        shape,
        arrays: [0, 1, 2].map((k) => pair(float32, shape, some(i * 7 + k))) as Pair[],
        v: pair(float32, shape, (k) => Math.abs(some(i)(k))),
      }));
      const calls = (k: 0 | 1) =>
        made.map(({ shape, arrays, v: state }, i) => {
          const [x, gx, mx] = arrays.map((a) => a[k]) as [NdArray, NdArray, NdArray];
          return { inputs: [x, gx, mx, state[k], 0.01 * (i + 1)], outputs: [x, mx, state[k]], shape };
        });
      const program = kernel.program(calls(0)[0]!.inputs);
      for (let step = 0; step < 3; step++) runMany(program, calls);
      for (const { shape, arrays, v: state } of made) {
        for (const result of [...arrays, state])
          expect(await difference(result, 60, 1e-6), `${shape}`).toBeNull();
      }
    });
  });
}

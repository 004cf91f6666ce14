import { apply, coord, type Expr, input, lift } from '@chainer/xp';
import {
  bool,
  type DType,
  dtypes,
  float16,
  float32,
  float64,
  int8,
  int32,
  int64,
  js,
  Kernel,
  NdArray,
  type OpName,
  ops,
  type Program,
  type Scalar,
  uint8,
} from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import {
  cpu,
  difference,
  generator,
  type LayoutName,
  layouts,
  outputs,
  type Pair,
  pair,
} from './both.testing.ts';

type Operand = Pair | Scalar;

/** Runs a program on both devices and returns the outputs. */
function runBoth(
  program: Program,
  inputs: readonly Operand[],
  shape: readonly number[],
  layout: LayoutName = 'dense',
): Pair[] {
  const outs = program.outputs.map((o) => outputs(o.dtype, shape, layout === 'broadcast' ? 'dense' : layout));
  [js, cpu].forEach((device, k) => {
    const side = inputs.map((x) => (Array.isArray(x) ? (x as Pair)[k] : x)) as (NdArray | Scalar)[];
    device.kernels.elementwise(
      program,
      side,
      outs.map((o) => o[k]!),
      shape,
    );
  });
  return outs;
}

function specimen(d: DType, op: OpName, position: number): (i: number) => number {
  const random = generator(17 + position);
  const special = [0, -0, 1, -1, Infinity, -Infinity, NaN, 0.5, -0.5, 1.5, 2.5, -2.5, 3, 100, -100, 8];
  return (i) => {
    if (d.kind === 'f') {
      if (i < 256) return special[position === 0 ? i % 16 : i >> 4]!;
      return (random() - 0.5) * (i % 2 ? 6 : 40);
    }
    const shift = op === 'leftShift' || op === 'rightShift';
    if (position === 1 && (shift || op === 'pow')) return Math.floor(random() * 9);
    if (i % 7 === 0) return 0;
    const span = Math.min(2 ** (d.itemsize * 8 - 1) - 1, 2 ** 40);
    const v = Math.floor((random() - 0.5) * (i % 3 ? 20 : span));
    return d.kind === 'u' ? Math.abs(v) : v;
  };
}

/** Where a few roundings of the argument, or a cancellation, are seen in the result. */
const looser: Partial<Record<OpName, number>> = {
  tan: 40,
  pow: 300,
  exp: 40,
  exp2: 60,
  sinh: 60,
  cosh: 60,
  sin: 400,
  cos: 400,
  logaddexp: 16,
  logaddexp2: 60,
  erfc: 400,
  expm1: 40,
  acosh: 16,
  asinh: 16,
  sigmoid: 40,
  log: 8,
  log1p: 8,
  log2: 8,
  log10: 8,
  mod: 1e6,
  fmod: 8,
  floordiv: 1e7,
};

describe('every operation in every dtype agrees with js', () => {
  for (const op of Object.keys(ops) as OpName[]) {
    it(op, () => {
      for (const d of dtypes) {
        if (d.kind === 'c') continue;
        const { arity } = ops[op];
        const symbols = Array.from({ length: arity }, (_, k) => input(k));
        const n = 600;
        const inputs: Pair[] = symbols.map((_, k) => {
          if (op === 'where' && k === 0) return pair(bool, [n], (i) => (i % 3 === 0 ? 1 : 0));
          if (op === 'ldexp' && k === 1) return pair(int32, [n], (i) => (i % 21) - 10);
          return pair(d, [n], specimen(d, op, k));
        });
        let program: Program;
        try {
          program = new Kernel(op, [apply(op, ...symbols)]).program(inputs.map((p) => p[0]));
        } catch {
          continue; // the operation has no form for this dtype
        }
        const [out] = runBoth(program, inputs, [n]);
        const absolute = d.name === 'float32' || d.itemsize < 4 ? 1e-30 : 1e-300;
        expect(
          difference(out!, looser[op] ?? 8, op === 'sin' || op === 'cos' || op === 'tan' ? 1e-5 : absolute),
          `${op} of ${d.name}`,
        ).toBeNull();
      }
    });
  }
});

/** A random expression over `n` operands, of the operations that keep values tame. */
function randomExpr(random: () => number, n: number, depth: number): Expr {
  if (depth === 0 || random() < 0.15)
    return random() < 0.8 ? input(Math.floor(random() * n)) : lift(Math.floor(random() * 9) / 4 - 1);
  const sub = () => randomExpr(random, n, depth - 1);
  const unary: OpName[] = ['neg', 'abs', 'square', 'tanh', 'sigmoid', 'floor', 'sign', 'sin', 'positive'];
  const binary: OpName[] = ['add', 'sub', 'mul', 'maximum', 'minimum', 'add', 'sub'];
  const dice = random();
  if (dice < 0.35) return apply(unary[Math.floor(random() * unary.length)]!, sub());
  if (dice < 0.9) return apply(binary[Math.floor(random() * binary.length)]!, sub(), sub());
  return apply('where', apply('lt', sub(), sub()), sub(), sub());
}

describe('random programs over every layout agree with js', () => {
  const shapes: readonly (readonly number[])[] = [
    [],
    [7],
    [3, 5],
    [2, 3, 4],
    [40, 33],
    [5, 700],
    [0, 3],
    [1, 1],
    [3, 1, 129],
    [2000, 3],
  ];
  for (let seed = 0; seed < 60; seed++) {
    it(`program ${seed}`, () => {
      const random = generator(seed);
      const types: DType[] = [float32, float64, float32, int32, float16, int64, bool];
      const n = 1 + Math.floor(random() * 3);
      const chosen = Array.from({ length: n }, () => types[Math.floor(random() * types.length)]!);
      if (!chosen.some((d) => d.kind === 'f')) chosen[0] = float32;
      const shape = shapes[seed % shapes.length]!;
      const layoutOf = () => layouts[Math.floor(random() * layouts.length)]!;
      const inputs: Operand[] = chosen.map((d, k) => {
        if (random() < 0.15) return Math.floor(random() * 8) / 2;
        const narrow = random() < 0.25 ? shape.map((e, i) => (i % 2 === k % 2 ? 1 : e)) : shape;
        const lead = random() < 0.2 ? narrow.slice(1) : narrow;
        const noise = generator(seed * 31 + k);
        return pair(d, lead, () => (noise() - 0.5) * 4, lead.length ? layoutOf() : 'dense');
      });
      const exprs = Array.from({ length: 1 + Math.floor(random() * 2) }, () => randomExpr(random, n, 4));
      const kernel = new Kernel(`random ${seed}`, exprs);
      const program = kernel.program(
        inputs.map((x) => (Array.isArray(x) ? (x as Pair)[0] : x)) as (NdArray | Scalar)[],
        exprs.map(() => (random() < 0.5 ? float32 : float64)),
      );
      const outs = runBoth(program, inputs, shape, layoutOf());
      // float32 intermediates are doubles in js: a discontinuity (floor, sign, where) may show at a rounded argument.
      for (const out of outs) expect(difference(out, 2e4, 2e-4)).toBeNull();
    });
  }
});

describe('what a launch must keep', () => {
  it('outputs over inputs: in place, both results of a program from the values before', () => {
    const kernel = new Kernel('swap-like', [input(0).add(input(1)), input(0).mul(2).sub(input(1))]);
    for (const n of [5, 3000, 100000]) {
      const x = pair(float32, [n], (i) => i % 13);
      const y = pair(float32, [n], (i) => i % 7);
      const program = kernel.program([x[0], y[0]]);
      [js, cpu].forEach((device, k) => {
        device.kernels.elementwise(program, [x[k]!, y[k]!], [x[k]!, y[k]!], [n]);
      });
      expect(difference(x, 0)).toBeNull();
      expect(difference(y, 0)).toBeNull();
    }
  });

  it('an exchange of two arrays in place', () => {
    const kernel = new Kernel('swap', [input(1), input(0)]);
    const x = pair(float32, [2500], (i) => i);
    const y = pair(float32, [2500], (i) => -i);
    const program = kernel.program([x[0], y[0]]);
    [js, cpu].forEach((device, k) => {
      device.kernels.elementwise(program, [x[k]!, y[k]!], [x[k]!, y[k]!], [2500]);
    });
    // js reads both operands of an element before it writes; so must every block here.
    expect(difference(x, 0)).toBeNull();
    expect(difference(y, 0)).toBeNull();
  });

  it('coordinates and raw operands', () => {
    const shape = [37, 41];
    const x = pair(float32, [41, 37], (i) => i % 101, 'transposed');
    const flipped = new Kernel(
      'turn',
      [input(0).at(coord(1), coord(0)).add(coord(0).mul(2)).sub(coord(1))],
      [true],
    );
    const program = flipped.program([x[0]]);
    const [out] = runBoth(program, [x], shape);
    expect(difference(out!, 0)).toBeNull();

    const table = pair(float64, [100], (i) => i * i);
    const index = pair(int32, [300, 3], (i) => (i * 37) % 100);
    const pick = new Kernel('pick', [input(0).at(input(1)).mul(0.5)], [true, false]);
    const [picked] = runBoth(pick.program([table[0], index[0]]), [table, index], [300, 3]);
    expect(difference(picked!, 0)).toBeNull();
  });

  it('an integer to a negative power throws as on js, from a thread as well', () => {
    const x = pair(int32, [100000], (i) => (i === 99999 ? -1 : 2));
    const program = new Kernel('power', [apply('pow', lift(3), input(0))]).program([x[0]]);
    const out = outputs(int32, [100000]);
    expect(() => cpu.kernels.elementwise(program, [x[1]], [out[1]], [100000])).toThrow(
      '[power] integers to negative integer powers are not allowed: 3 ** -1',
    );
  });

  it('many runs in one go, each with its own scalars and shape', () => {
    const sizes = Array.from({ length: 3000 }, (_, i) => [1 + (i % 5), 1 + (i % 3)] as const);
    const kernel = new Kernel('axpy', [input(0).mul(input(2)).add(input(1))]);
    const made = sizes.map((shape, i) => ({
      shape,
      x: pair(float32, shape, (k) => k + i),
      y: pair(float32, shape, (k) => k, i % 2 ? 'transposed' : 'dense'),
      out: outputs(float32, shape),
    }));
    const program = kernel.program([made[0]!.x[0], made[0]!.y[0], 2]);
    [js, cpu].forEach((device, k) => {
      device.kernels.elementwiseMany(
        program,
        made.map((m, i) => ({ inputs: [m.x[k]!, m.y[k]!, i / 8], outputs: [m.out[k]!], shape: m.shape })),
      );
    });
    for (const m of made) expect(difference(m.out, 2)).toBeNull();
  });

  it('results that are written past the caches: every element type, dense and beside the boundaries of cache lines', () => {
    const bytes = ({ storage }: NdArray) => Buffer.from(storage.view(uint8) as Uint8Array);
    for (const d of [float32, float64, float16, int32, int8]) {
      const shape = [(2.2e6 / 1003 / d.itemsize) | 0, 1003];
      const size = shape[0]! * 1003;
      const x = pair(d, shape, (i) => (i % 61) - 30);
      const program = new Kernel('double', [input(0).add(input(0))]).program([x[0]]);
      for (const first of [0, 3]) {
        const room = outputs(d, [size + 2 * first]);
        [js, cpu].forEach((device, k) => {
          const out = new NdArray(room[k]!.storage, d, shape, [1003, 1], first);
          device.kernels.elementwise(program, [x[k]!], [out], shape);
        });
        expect(bytes(room[0]).equals(bytes(room[1])), `${d.name} from ${first}`).toBe(true);
      }
    }
  });

  it('large and small runs in one go: threads share the blocks of all of them', () => {
    const sizes = [3, 600_000, 1, 70_000, 1025, 0, 2];
    const kernel = new Kernel('step', [input(0).sub(input(1).mul(input(2)))]);
    const made = sizes.map((n, i) => ({
      x: pair(float32, [n], (k) => (k % 97) + i),
      g: pair(float32, [n], (k) => (k % 13) - 6),
    }));
    const program = kernel.program([made[0]!.x[0], made[0]!.g[0], 0.5]);
    [js, cpu].forEach((device, k) => {
      device.kernels.elementwiseMany(
        program,
        made.map((m, i) => ({ inputs: [m.x[k]!, m.g[k]!, i / 4], outputs: [m.x[k]!], shape: [sizes[i]!] })),
      );
    });
    for (const m of made) expect(difference(m.x, 1)).toBeNull();
  });

  it('runs of a released array throw the error that names the cure', () => {
    const [, x] = pair(float32, [4], () => 1);
    const [, out] = outputs(float32, [4]);
    const program = new Kernel('neg', [input(0).neg()]).program([x]);
    x.storage.release();
    expect(() => cpu.kernels.elementwise(program, [x], [out], [4])).toThrow('released by the scope');
  });
});

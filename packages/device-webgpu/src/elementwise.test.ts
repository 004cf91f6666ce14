import { apply, coord, type Expr, fold, input, lift } from '@chainer/xp';
import {
  bool,
  type DType,
  DTypeError,
  float16,
  float32,
  int8,
  int32,
  js,
  Kernel,
  NdArray,
  type OpName,
  ops,
  type Program,
  type Scalar,
  uint16,
  uint32,
  ValueError,
} from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import {
  both,
  describeWebGpu,
  difference,
  generator,
  type LayoutName,
  layouts,
  outputs,
  type Pair,
  pair,
  values,
  webgpu,
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
  both((device, k) => {
    const side = inputs.map((x) => (Array.isArray(x) ? (x as Pair)[k] : x)) as (NdArray | Scalar)[];
    device.kernels.elementwise(
      program,
      side,
      outs.map((o) => o[k]),
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
    const span = op === 'lcm' ? 100 : Math.min(2 ** (d.itemsize * 8 - 1) - 1, 2 ** 30);
    const v = Math.floor((random() - 0.5) * (i % 3 ? 20 : span));
    return d.kind === 'u' ? Math.abs(v) : v;
  };
}

/** Where a few roundings of the argument, or a cancellation, are seen in the result. */
const looser: Partial<Record<OpName, number>> = {
  tan: 80,
  pow: 600,
  sinh: 30,
  cosh: 30,
  logaddexp: 30,
  logaddexp2: 60,
  erf: 20,
  erfc: 400,
  expm1: 30,
  asin: 20,
  acos: 20,
  acosh: 20,
  atanh: 20,
  mod: 1e6,
  floordiv: 1e7,
};

/** Operations of a dtype with the operands they are tried on; none that needs 64 bits, which are 32 there. */
function trials(d: DType): { op: OpName; inputs: Pair[] }[] {
  const n = 600;
  return (Object.keys(ops) as OpName[]).flatMap((op) => {
    const inputs: Pair[] = Array.from({ length: ops[op].arity }, (_, k) => {
      if (op === 'where' && k === 0) return pair(bool, [n], (i) => (i % 3 === 0 ? 1 : 0));
      if (op === 'ldexp' && k === 1) return pair(int32, [n], (i) => (i % 21) - 10);
      return pair(d, [n], specimen(d, op, k));
    });
    const symbols = inputs.map((_, k) => input(k));
    try {
      const { types } = new Kernel(op, [apply(op, ...symbols)]).program(inputs.map((p) => p[0]));
      return types.some((t) => t.itemsize > 4) ? [] : [{ op, inputs }];
    } catch (error) {
      if (error instanceof DTypeError) return []; // the operation has no form for this dtype
      throw error;
    }
  });
}

describeWebGpu('every operation agrees with js', () => {
  for (const d of [bool, int8, uint16, int32, uint32, float16, float32]) {
    it(d.name, async () => {
      const all = trials(d);
      // Several operations in a kernel: compiling takes longer than running.
      for (let from = 0; from < all.length; from += 3) {
        const some = all.slice(from, from + 3);
        let next = 0;
        const exprs = some.map(({ op, inputs }) => apply(op, ...inputs.map(() => input(next++))));
        const inputs = some.flatMap((t) => t.inputs);
        const program = new Kernel('three', exprs).program(inputs.map((p) => p[0]));
        const outs = runBoth(program, inputs, [600]);
        for (const [k, { op }] of some.entries()) {
          const circular = op === 'sin' || op === 'cos' || op === 'tan';
          const found = await difference(outs[k]!, looser[op] ?? 8, circular ? 1e-5 : 1e-30);
          expect(found, `${op} of ${d.name}`).toBeNull();
        }
      }
    });
  }
});

/** A random expression over `n` operands, of the operations that keep values tame. */
function randomExpr(random: () => number, n: number, depth: number): Expr {
  if (depth === 0 || random() < 0.15)
    return random() < 0.8 ? input(Math.floor(random() * n)) : lift(Math.floor(random() * 9) / 4 - 1);
  const sub = () => randomExpr(random, n, depth - 1);
  const unary: OpName[] = ['neg', 'abs', 'square', 'tanh', 'sigmoid', 'sin', 'positive'];
  const binary: OpName[] = ['add', 'sub', 'mul', 'maximum', 'minimum', 'add', 'sub'];
  const dice = random();
  if (dice < 0.35) return apply(unary[Math.floor(random() * unary.length)]!, sub());
  if (dice < 0.9) return apply(binary[Math.floor(random() * binary.length)]!, sub(), sub());
  return apply('where', apply('lt', sub(), sub()), sub(), sub());
}

describeWebGpu('random programs over every layout agree with js', () => {
  const shapes: readonly (readonly number[])[] = [
    [],
    [7],
    [3, 5],
    [2, 3, 4],
    [40, 33],
    [0, 3],
    [1, 1],
    [3, 1, 129],
    [200, 3],
  ];
  for (let seed = 0; seed < 18; seed++) {
    it(`program ${seed}`, async () => {
      const random = generator(seed);
      const types: DType[] = [float32, float16, float32, bool];
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
      const program = new Kernel(`random ${seed}`, exprs).program(
        inputs.map((x) => (Array.isArray(x) ? (x as Pair)[0] : x)) as (NdArray | Scalar)[],
        exprs.map(() => float32),
      );
      for (const out of runBoth(program, inputs, shape, layoutOf()))
        expect(await difference(out, 2e4, 2e-4)).toBeNull();
    });
  }
});

describeWebGpu('what a launch must keep', () => {
  it('outputs over inputs: an exchange of two arrays in place', async () => {
    const kernel = new Kernel('swap', [input(1), input(0)]);
    const x = pair(float32, [2500], (i) => i);
    const y = pair(float32, [2500], (i) => -i);
    both((device, k) =>
      device.kernels.elementwise(kernel.program([x[0], y[0]]), [x[k], y[k]], [x[k], y[k]], [2500]),
    );
    expect(await difference(x, 0)).toBeNull();
    expect(await difference(y, 0)).toBeNull();
  });

  it('coordinates, raw operands and loops', async () => {
    const x = pair(float32, [41, 37], (i) => i % 101, 'transposed');
    const flipped = new Kernel(
      'turn',
      [input(0).at(coord(1), coord(0)).add(coord(0).mul(2)).sub(coord(1))],
      [true],
    );
    const [out] = runBoth(flipped.program([x[0]], [float32]), [x], [37, 41]);
    expect(await difference(out!, 0)).toBeNull();

    const powers = new Kernel('powers', [
      fold(5, [lift(1).cast('float32')], ([acc], k) => [
        (acc as Expr).mul(input(0)).add(k.cast('float32')),
      ])[0]!,
    ]);
    const y = pair(float32, [50], (i) => (i - 25) / 10);
    const [sums] = runBoth(powers.program([y[0]]), [y], [50]);
    expect(await difference(sums!, 60)).toBeNull();

    const bounded = new Kernel(
      'bounded',
      fold(
        9,
        [lift(1).cast('float32'), 0],
        ([acc, n]) => [(acc as Expr).mul(input(0).add(2)), (n as Expr).add(1)],
        ([acc]) => (acc as Expr).abs().gt(50),
      ),
    );
    const ends = runBoth(bounded.program([y[0]]), [y], [50]);
    for (const out of ends) expect(await difference(out, 60)).toBeNull();
  });

  it('more operands than a kernel may bind', async () => {
    const many = 20;
    const kernel = new Kernel('sum', [
      Array.from({ length: many }, (_, k) => input(k)).reduce((a, b) => a.mul(0.5).add(b)),
    ]);
    const xs = Array.from({ length: many }, (_, k) =>
      pair(float32, [30, 5], (i) => (i * (k + 3)) % 17, layouts[k % 5]),
    );
    const [out] = runBoth(kernel.program(xs.map((x) => x[0])), xs, [30, 5]);
    expect(await difference(out!, 8)).toBeNull();
  });

  it('arrays so large that a thread computes several elements, in place too', async () => {
    const n = 2 ** 14 + 77;
    const program = new Kernel('twice', [input(0).mul(2).add(input(1)), input(0).sub(1)]);
    const x = pair(float32, [n], (i) => i % 1000);
    const one = pair(float32, [], () => 0.5);
    const y = outputs(float32, [n]);
    // The array ends before its memory does: what lies beyond stays as it is.
    const view = (a: NdArray) => new NdArray(a.storage, a.dtype, [n - 3], [1], 0);
    const code = program.program([view(x[0]), one[0]]);
    both((device, k) => {
      device.kernels.elementwise(code, [view(x[k]), one[k]], [view(y[k]), view(x[k])], [n - 3]);
    });
    expect(await difference(x, 0)).toBeNull();
    expect(await difference(y, 0)).toBeNull();
    expect((await values(y[1]))[n - 4]).toBe(2 * ((n - 4) % 1000) + 0.5);
  });

  it('an integer to a negative power is an error of the next read', async () => {
    const x = pair(int32, [1000], (i) => (i === 999 ? -1 : 2));
    const program = new Kernel('power', [apply('pow', lift(3), input(0))]).program([x[0]]);
    const out = outputs(int32, [1000]);
    webgpu.kernels.elementwise(program, [x[1]], [out[1]], [1000]);
    const reading = webgpu.read(out[1]);
    await expect(reading).rejects.toThrow(ValueError);
    await expect(reading).rejects.toThrow(
      '[power] integers to negative integer powers are not allowed: 3 ** -1',
    );
    expect((await values(out[1]))[0]).toBe(9);
  });

  it('many runs in one go, each with its own scalars and shape', async () => {
    const kernel = new Kernel('axpy', [input(0).mul(input(2)).add(input(1))]);
    const made = Array.from({ length: 700 }, (_, i) => {
      const shape = [1 + (i % 5), 1 + (i % 3)];
      return {
        shape,
        x: pair(float32, shape, (k) => k + i),
        y: pair(float32, shape, (k) => k, i % 2 ? 'transposed' : 'dense'),
        out: outputs(float32, shape),
      };
    });
    const program = kernel.program([made[0]!.x[0], made[0]!.y[0], 2]);
    both((device, k) => {
      device.kernels.elementwiseMany(
        program,
        made.map((m, i) => ({ inputs: [m.x[k], m.y[k], i / 8], outputs: [m.out[k]], shape: m.shape })),
      );
    });
    for (const m of made) expect(await difference(m.out, 2)).toBeNull();
  });

  it('runs of a released array throw the error that names the cure', () => {
    const [, x] = pair(float32, [4], () => 1);
    const [, out] = outputs(float32, [4]);
    const program = new Kernel('neg', [input(0).neg()]).program([x]);
    x.storage.release();
    expect(() => webgpu.kernels.elementwise(program, [x], [out], [4])).toThrow('released by the scope');
    expect(() => webgpu.kernels.elementwise(program, [pair(float32, [4], () => 1)[0]], [out], [4])).toThrow(
      'an array on js was given to a kernel of the webgpu device',
    );
    expect(js.name).toBe('js');
  });
});

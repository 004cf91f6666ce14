import { describe, expect, it } from 'vitest';
import { apply, type Expr, input, lift } from '../../index.ts';
import {
  bool,
  type DType,
  float16,
  float32,
  float64,
  int32,
  int64,
  Kernel,
  type NdArray,
  type OpName,
  type Program,
  type Scalar,
} from '../../internal.ts';
import { generator, type LayoutName, layouts, type Pair, type Sides } from './sides.testing.ts';

export type Operand = Pair | Scalar;

const isPair = (x: Operand): x is Pair => Array.isArray(x);

/** Runs a program on both devices and returns the outputs. */
export function onBoth(
  { both, outputs }: Sides,
  program: Program,
  inputs: readonly Operand[],
  shape: readonly number[],
  layout: LayoutName = 'dense',
): Pair[] {
  const outs = program.outputs.map((o) => outputs(o.dtype, shape, layout === 'broadcast' ? 'dense' : layout));
  both((device, k) => {
    const side = inputs.map((x): NdArray | Scalar => (isPair(x) ? x[k] : x));
    device.kernels.elementwise(
      program,
      side,
      outs.map((o) => o[k]),
      shape,
    );
  });
  return outs;
}

const tame: readonly OpName[] = ['neg', 'abs', 'square', 'tanh', 'sigmoid', 'sin', 'positive'];
const binary: readonly OpName[] = ['add', 'sub', 'mul', 'maximum', 'minimum', 'add', 'sub'];

/** A random expression over `n` operands, of the operations that keep values tame. */
function randomExpr(random: () => number, unary: readonly OpName[], n: number, depth: number): Expr {
  if (depth === 0 || random() < 0.15)
    return random() < 0.8 ? input(Math.floor(random() * n)) : lift(Math.floor(random() * 9) / 4 - 1);
  const sub = () => randomExpr(random, unary, n, depth - 1);
  const dice = random();
  if (dice < 0.35) return apply(unary[Math.floor(random() * unary.length)]!, sub());
  if (dice < 0.9) return apply(binary[Math.floor(random() * binary.length)]!, sub(), sub());
  return apply('where', apply('lt', sub(), sub()), sub(), sub());
}

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

/** Random programs over every layout. */
export function programTests(sides: Sides): void {
  const { slow, wide, pair, difference } = sides;
  // js computes float32 in doubles: where a device does not, floor and sign would jump at arguments that are rounded otherwise,
  // and integers would meet floats of 64 bits.
  const unary: readonly OpName[] = wide ? [...tame, 'floor', 'sign'] : tame;
  const types: readonly DType[] = wide
    ? [float32, float64, float32, int32, float16, int64, bool]
    : [float32, float16, float32, bool];
  const results: readonly DType[] = wide ? [float32, float64] : [float32];

  describe('random programs over every layout', () => {
    for (let seed = 0; seed < (slow ? 20 : 60); seed++) {
      it(`program ${seed}`, async () => {
        const random = generator(seed);
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
        const exprs = Array.from({ length: 1 + Math.floor(random() * 2) }, () =>
          randomExpr(random, unary, n, 4),
        );
        const program = new Kernel(`random ${seed}`, exprs).program(
          inputs.map((x): NdArray | Scalar => (isPair(x) ? x[0] : x)),
          exprs.map(() => results[Math.floor(random() * results.length)]!),
        );
        for (const out of onBoth(sides, program, inputs, shape, layoutOf()))
          expect(await difference(out, 2e4, 2e-4)).toBeNull();
      });
    }
  });
}

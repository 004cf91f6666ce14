import { describe, expect, it } from 'vitest';
import { apply, input } from '../../index.ts';
import { bool, type DType, DTypeError, int32, Kernel, type OpName, ops } from '../../internal.ts';
import { onBoth } from './programs.testing.ts';
import { generator, type Pair, type Sides } from './sides.testing.ts';

const n = 600;
const special = [0, -0, 1, -1, Infinity, -Infinity, NaN, 0.5, -0.5, 1.5, 2.5, -2.5, 3, 100, -100, 8];

/** Values of an operand: for floats all pairs of special ones and then others, for integers small and large ones. */
function specimen(d: DType, op: OpName, position: number): (i: number) => number {
  const random = generator(17 + position);
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

/** Where a few roundings of the argument, or a cancellation, are seen in the result of any device. */
const looser: Partial<Record<OpName, number>> = {
  tan: 40,
  pow: 300,
  sinh: 30,
  cosh: 30,
  logaddexp: 16,
  logaddexp2: 60,
  erfc: 400,
  expm1: 30,
  acosh: 16,
  mod: 1e6,
  floordiv: 1e7,
};

/** Every operation in every dtype. */
export function operationTests(sides: Sides): void {
  const { device, dtypes, slow, subject, pair, difference } = sides;
  const allowed = { ...looser, ...subject.looser };

  /** Operations of a dtype with the operands they are tried on; none that needs a dtype which the device has not. */
  function trials(d: DType): { op: OpName; inputs: Pair[] }[] {
    return (Object.keys(ops) as OpName[]).flatMap((op) => {
      const inputs: Pair[] = Array.from({ length: ops[op].arity }, (_, k) => {
        if (op === 'where' && k === 0) return pair(bool, [n], (i) => (i % 3 === 0 ? 1 : 0));
        if (op === 'ldexp' && k === 1) return pair(int32, [n], (i) => (i % 21) - 10);
        return pair(d, [n], specimen(d, op, k));
      });
      try {
        const { types } = new Kernel(op, [apply(op, ...inputs.map((_, k) => input(k)))]).program(
          inputs.map((p) => p[0]),
        );
        return types.every((t) => device.supports(t)) ? [{ op, inputs }] : [];
      } catch (error) {
        if (error instanceof DTypeError) return []; // the operation has no form for this dtype
        throw error;
      }
    });
  }

  describe('every operation', () => {
    for (const d of dtypes) {
      if (d.kind === 'c') continue;
      it(`of ${d.name}`, async () => {
        const all = trials(d);
        expect(all.length).toBeGreaterThan(20);
        const step = slow ? 3 : 1;
        for (let from = 0; from < all.length; from += step) {
          const some = all.slice(from, from + step);
          let next = 0;
          const exprs = some.map(({ op, inputs }) => apply(op, ...inputs.map(() => input(next++))));
          const inputs = some.flatMap((t) => t.inputs);
          const program = new Kernel('operations', exprs).program(inputs.map((p) => p[0]));
          const outs = onBoth(sides, program, inputs, [n]);
          for (const [k, { op }] of some.entries()) {
            const circular = op === 'sin' || op === 'cos' || op === 'tan';
            const single = d.name === 'float32' || d.itemsize < 4 || !sides.wide;
            const found = await difference(
              outs[k]!,
              allowed[op] ?? 8,
              circular ? 1e-5 : single ? 1e-30 : 1e-300,
            );
            expect(found, `${op} of ${d.name}`).toBeNull();
          }
        }
      });
    }
  });
}
